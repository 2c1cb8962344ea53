// The wall: its panels take turns with a countdown that can be stopped, its figures are replaced when a new run is there, and
// while the server cannot be reached it goes on with what it has and says so.

import { fit } from './stage.js';
import { drawAll } from './charts.js';
import { age, minute } from './freshness.js';
import { text } from './texts.js';

const turnAfter = 20; // seconds
const askEvery = 15;
const root = document.documentElement;
const find = (selector) => document.querySelector(selector);

let left = turnAfter;
let paused = false;
let group = 0;
let answered = Date.now(); // when the server last said that these figures are current
let trouble = '';

const groups = () => new Set(Array.from(document.querySelectorAll('.panel'), (panel) => panel.dataset.group)).size;
// still tells whether panels stay as they are: everything is shown at once, or somebody has gone down.
const still = () => root.classList.contains('wide') || groups() < 2 || find('.stage').dataset.drilled !== undefined;

function tell() {
  const turn = find('.turn');
  const button = find('[data-action="pause"]');
  turn.hidden = button.hidden = root.classList.contains('wide') || groups() < 2;
  turn.textContent = find('.stage').dataset.drilled !== undefined ? '' : paused ? text('screen.paused') : text('screen.turn', { seconds: left });
  button.hidden = button.hidden || find('.stage').dataset.drilled !== undefined;
  button.textContent = text(paused ? 'screen.resume' : 'screen.pause');
  button.setAttribute('aria-pressed', String(paused));
}

function show(next) {
  group = (next + groups()) % groups();
  for (const panel of document.querySelectorAll('.panel')) panel.classList.toggle('off', panel.dataset.group !== String(group));
  left = turnAfter;
  tell();
}

// whole makes the text of panels small enough that all of it is seen; below the least size it would not be read from afar.
const smallest = 12;
function whole() {
  for (const list of document.querySelectorAll('.findings')) {
    list.style.fontSize = '';
    for (let size = parseFloat(getComputedStyle(list).fontSize); size > smallest && list.scrollHeight > list.clientHeight + 1; size -= 0.5) list.style.fontSize = `${size - 0.5}px`;
  }
}

function pause(wanted) {
  paused = wanted;
  left = turnAfter;
  tell();
}

function second() {
  const now = new Date();
  const clock = find('[data-clock]');
  clock.textContent = now.toLocaleDateString(root.lang, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'short', timeZone: 'Asia/Shanghai' }) + '　' + now.toLocaleTimeString(root.lang, { hour12: false, timeZone: 'Asia/Shanghai' });
  clock.dateTime = now.toISOString();
  const offline = find('.wall-offline');
  offline.hidden = trouble === '';
  const since = Date.now() - answered;
  const said = trouble === 'screen.offline' && since < minute ? 'screen.offline.now' : trouble;
  offline.textContent = said && text(said, { age: age(since) });
  if (!paused && !still()) {
    left -= 1;
    if (left <= 0) show(group + 1);
  }
  tell();
}

// renew puts the page as it is now in place of the one shown. Nothing is left before the new one is wholly there.
async function renew() {
  const answer = await fetch(location.href, { cache: 'no-store' });
  if (answer.redirected) {
    trouble = 'screen.signed_out';
    return;
  }
  if (!answer.ok) throw new Error(String(answer.status));
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.stage');
  if (!fresh) throw new Error('no stage');
  find('.stage').replaceWith(document.adoptNode(fresh));
  fit();
  buttons();
  show(group);
  whole();
  ages();
  await drawAll();
}

let told = null;
function ages() {
  clearInterval(told);
  const time = find('time[data-age]');
  const opened = Date.now();
  const say = () => { time.textContent = age(Date.parse(time.dataset.age) - Date.parse(time.dateTime) + Date.now() - opened); };
  if (time) told = setInterval(say, 60000);
}

async function ask() {
  try {
    const answer = await fetch('/api/v1/current', { cache: 'no-store' });
    if (answer.status === 401 || answer.status === 403) {
      trouble = 'screen.signed_out';
    } else if (answer.ok) {
      const current = await answer.json();
      if (String(current.run) !== find('.stage').dataset.run) await renew();
      trouble = trouble === 'screen.signed_out' && String(current.run) !== find('.stage').dataset.run ? trouble : '';
      if (trouble === '') answered = Date.now();
    } else {
      trouble = 'screen.offline';
    }
  } catch (unreachable) {
    trouble = 'screen.offline';
  }
  setTimeout(ask, askEvery * 1000);
}

function buttons() {
  find('[data-action="pause"]').addEventListener('click', () => pause(!paused));
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === ' ' && event.target.tagName !== 'BUTTON' && event.target.tagName !== 'A') pause(!paused);
  else if (event.key === 'ArrowRight') show(group + 1);
  else if (event.key === 'ArrowLeft') show(group - 1);
  else if (event.key === 'Escape' && find('[data-up]')) location.assign(find('[data-up]').href);
  else return;
  event.preventDefault();
});
addEventListener('pointerdown', (event) => {
  if (event.pointerType === 'touch' && !event.target.closest('button, a') && !still()) pause(true);
});

buttons();
whole();
addEventListener('resize', whole);
ages();
second();
setInterval(second, 1000);
setTimeout(ask, askEvery * 1000);
