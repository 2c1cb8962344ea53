// A page that is slow to come says so: a bar after a third of a second, the time and a way to give up after three
// seconds. Downloads are no navigation: they leave the page where it is.

import { element, text } from './texts.js';

const barAfter = 300;
const wordsAfter = 3000;
let timers = [];
let shown = null;

function over() {
  timers.forEach(clearTimeout);
  timers = [];
  if (shown) shown.remove();
  shown = null;
}

// leaving says that the page is about to be left.
export function leaving() {
  over();
  const started = Date.now();
  timers.push(setTimeout(() => {
    shown = element('div', 'waiting');
    shown.append(element('div', 'waiting-bar'));
    document.body.append(shown);
  }, barAfter));
  timers.push(setTimeout(() => {
    const words = element('p', 'waiting-words');
    const time = element('span', '', '');
    const stop = element('button', 'button plain', text('waiting.cancel'));
    const count = () => {
      time.textContent = text('waiting', { seconds: Math.round((Date.now() - started) / 1000) });
      timers.push(setTimeout(count, 1000));
    };
    stop.type = 'button';
    stop.addEventListener('click', () => {
      window.stop();
      over();
    });
    words.setAttribute('role', 'status');
    words.append(time, stop);
    shown.append(words);
    count();
  }, wordsAfter));
}

function leads(link, event) {
  return link && !event.defaultPrevented && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
    && link.origin === location.origin && !link.target && !link.hasAttribute('download') && !link.pathname.startsWith('/download/') && !link.pathname.startsWith('/api/')
    && (link.pathname !== location.pathname || link.search !== location.search || link.hash === '');
}

// waiting watches links and forms.
export function waiting() {
  addEventListener('click', (event) => {
    const link = event.target.closest && event.target.closest('a[href]');
    if (leads(link, event)) leaving();
  });
  addEventListener('submit', (event) => {
    const form = event.target;
    if (!event.defaultPrevented && !form.closest('dialog') && !form.target && !new URL(form.action).pathname.startsWith('/download/')) leaving();
  });
  addEventListener('pagehide', over);
  addEventListener('pageshow', over);
}
