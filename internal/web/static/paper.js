// Printing: of the page, or of one card with its table. Charts are drawn anew in the colours of paper and in the width
// that their card will have there.

import { drawn, redraw } from './charts.js';

const root = document.documentElement;
const paperWidth = 1020; // A4 landscape inside its margins, in CSS pixels
let single = null; // the card that alone is printed, and whether its table was open before

function toPaper() {
  root.dataset.paper = '';
  for (const one of drawn) {
    const halves = one.box.closest('.regions');
    const card = one.box.closest('.w4, .w5, .w6, .w7, .w8, .w12');
    const columns = card && !single ? Number(/\bw(\d+)\b/.exec(card.className)[1]) : 12;
    const inside = ((paperWidth - 88) / 12) * columns + 8 * (columns - 1) - 24;
    one.box.style.height = Math.round(one.box.clientHeight * (columns < 9 && columns % 4 === 0 ? 0.7 : columns === 12 ? 0.85 : 0.9)) + 'px';
    redraw(one, Math.floor(halves ? (inside - 28) * (one.box.closest('.map') ? 5 : 6) / 11 : inside));
  }
}

function fromPaper() {
  delete root.dataset.paper;
  for (const one of drawn) {
    one.box.style.height = '';
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

// printing makes the buttons print. They are there only for who may take figures away.
export function printing() {
  for (const button of document.querySelectorAll('[data-action="print"]')) {
    button.hidden = false;
    button.addEventListener('click', () => window.print());
  }
  for (const button of document.querySelectorAll('[data-action="print-card"]')) {
    button.hidden = false;
    button.addEventListener('click', () => printCard(button.closest('section')));
  }
  const heading = document.querySelector('[data-watermark]');
  if (heading) root.style.setProperty('--running-foot', JSON.stringify(heading.dataset.watermark));
  addEventListener('beforeprint', toPaper);
  addEventListener('afterprint', fromPaper);
}
