// The list of issues: one box chooses all rows of the page, and how many are chosen is said beside it.

import { text } from './texts.js';

const bar = document.querySelector('[data-bulk]');
const all = bar && bar.querySelector('[data-all]');
if (all) {
  const boxes = Array.from(document.querySelectorAll('.issue-list input[name="issue"]'));
  const said = bar.querySelector('[data-chosen]');
  const none = said.textContent;
  const look = () => {
    const chosen = boxes.filter((b) => b.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
    said.textContent = chosen ? text('issues.chosen', { count: chosen }) : none;
  };
  all.hidden = false;
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
    look();
  });
  for (const box of boxes) box.addEventListener('change', look);
  look();
}
