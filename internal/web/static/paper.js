// Printing: of the page, or of one card with its table. Charts are drawn anew in the colours of paper and in the width
// that their card will have there.

import { drawn, redraw } from './charts.js';

const root = document.documentElement;
// How high charts are on paper where they share sheets with others, and in how many columns of twelve where not in those of the
// screen, by the page's class and the chart's name.
const onSheets = {
  'page-overview': { map: [225], regions: [245], months: [235], states: [235], measures: [170], reasons: [170], industries: [336, 6],
    sizes: [122, 3], insurances: [122, 3], economic_types: [122, 3], unit_kinds: [122, 3] },
  'page-members': { months: [200], states: [200], ranking: [290], measures: [290], reasons: [140], map: [180], regions: [195], industries: [245],
    sizes: [95], insurances: [75], economic_types: [120], unit_kinds: [95] },
};
const paperWidth = 1020; // A4 landscape inside its margins, in CSS pixels
let single = null; // the card that alone is printed, and whether its table was open before

function toPaper() {
  root.dataset.paper = '';
  for (const one of drawn) {
    const halves = one.box.closest('.regions') && (single || one.box.dataset.chart !== 'industries'); // whose other half is not printed
    const card = one.box.closest('.w4, .w5, .w6, .w7, .w8, .w12');
    const page = one.box.closest('.page');
    const sheets = page && !single && Object.keys(onSheets).find((name) => page.classList.contains(name));
    const sheet = sheets && onSheets[sheets][one.box.dataset.chart];
    const columns = sheet && sheet[1] ? sheet[1] : card && !single ? Number(/\bw(\d+)\b/.exec(card.className)[1]) : 12;
    const inside = ((paperWidth - 88) / 12) * columns + 8 * (columns - 1) - 24;
    if (sheet) one.box.style.height = sheet[0] + 'px';
    else one.box.style.height = Math.round(one.box.clientHeight * (columns < 9 && columns % 4 === 0 ? 0.7 : columns === 12 ? 0.85 : 0.9)) + 'px';
    one.small = columns === 3; // beside the chart of industries, whose colours it shares
    redraw(one, Math.floor(halves ? (inside - 28) * (one.box.closest('.map') ? 5 : 6) / 11 : inside));
  }
}

function fromPaper() {
  delete root.dataset.paper;
  for (const one of drawn) {
    one.box.style.height = '';
    one.small = false;
    redraw(one);
  }
  if (!single) return;
  delete root.dataset.printOnly;
  single.card.classList.remove('print-this');
  if (single.data) single.data.open = single.open;
  single = null;
}

// printCard prints one card alone, its table with it.
function printCard(card) {
  const data = card.querySelector('details.data');
  single = { card, data, open: data ? data.open : false };
  if (data) data.open = true;
  root.dataset.printOnly = '';
  card.classList.add('print-this');
  window.print();
}

// printAll prints the page, and of a list that goes on on other pages all of it.
function printAll() {
  const whole = document.querySelector('[data-print-whole]');
  if (whole) location.assign(whole.href);
  else window.print();
}

// printing makes the buttons print. They are there only for who may take figures away.
export function printing() {
  for (const button of document.querySelectorAll('[data-action="print"]')) {
    button.hidden = false;
    button.addEventListener('click', printAll);
  }
  for (const button of document.querySelectorAll('[data-action="print-card"]')) {
    button.hidden = false;
    button.addEventListener('click', () => printCard(button.closest('section')));
  }
  const heading = document.querySelector('[data-watermark]');
  if (heading) root.style.setProperty('--running-foot', JSON.stringify(heading.dataset.watermark));
  addEventListener('beforeprint', toPaper);
  addEventListener('afterprint', fromPaper);
  if (location.hash === '#print') { // a list that was asked for whole, to be printed
    history.replaceState(null, '', location.pathname + location.search);
    addEventListener('load', () => window.print());
  }
}
