// Tables: sorted by a click on a column's head where the whole table is on the page, and walked through with the arrow
// keys. The order is that of exact values, not of what is rounded for the eye; rows without a value come last.

import { element, text } from './texts.js';

const collator = new Intl.Collator(document.documentElement.lang === 'zh-CN' ? 'zh-CN-u-co-pinyin' : 'en', { numeric: true });

// valueOf is what a cell is sorted by: a whole number of its smallest part, or its text; null where there is nothing.
function valueOf(cell, textual) {
  const data = cell.querySelector('data');
  const raw = data ? data.value : cell.textContent.trim();
  if (textual) return cell.textContent.trim();
  return /^-?\d+(\.\d+)?%?$/.test(raw) ? Number(raw.replace('%', '')) : null;
}

function compare(a, b, sign) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return sign * (typeof a === 'string' ? collator.compare(a, b) : a - b);
}

function sorted(table) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  if (rows.length < 2) return;
  const heads = Array.from(table.tHead.rows[0].cells);
  heads.forEach((head, column) => {
    const button = element('button', 'sort', head.textContent);
    button.type = 'button';
    button.title = text('sort');
    head.textContent = '';
    head.append(button);
    button.addEventListener('click', () => {
      const textual = head.classList.contains('text');
      const [first, second] = textual ? ['ascending', 'descending'] : ['descending', 'ascending'];
      const next = { [first]: second, [second]: null }[head.getAttribute('aria-sort')];
      const order = next === undefined ? first : next;
      for (const other of heads) other.removeAttribute('aria-sort');
      const keyed = rows.map((row, place) => ({ row, place, value: valueOf(row.cells[column], textual) }));
      if (order) {
        head.setAttribute('aria-sort', order);
        keyed.sort((a, b) => compare(a.value, b.value, order === 'ascending' ? 1 : -1) || a.place - b.place);
      }
      body.append(...keyed.map((k) => k.row));
    });
  });
}

// walk moves the focus to the nearest link or button in the direction of an arrow.
function walk(event) {
  const cell = event.target.closest && event.target.closest('td, th');
  const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!cell || !way || event.ctrlKey || event.altKey || event.metaKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  const rows = Array.from(cell.closest('table').rows);
  let row = rows.indexOf(cell.parentElement);
  let column = cell.cellIndex;
  for (;;) {
    row += way[0];
    column += way[1];
    const next = rows[row] && rows[row].cells[column];
    if (!next) return;
    const target = next.querySelector('a[href], button');
    if (target) {
      event.preventDefault();
      target.focus();
      return;
    }
  }
}

export function tables() {
  document.querySelectorAll('table[data-whole]').forEach(sorted);
  for (const table of document.querySelectorAll('table')) table.addEventListener('keydown', walk);
}
