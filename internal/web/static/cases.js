// Lists of cases: choosing all of a page at once, and how many are chosen. Without it, each is ticked by itself.

const form = document.querySelector('form[data-choose]');
if (form) {
  const boxes = Array.from(form.querySelectorAll('input[name="unit"]'));
  const all = form.querySelector('input[data-all]');
  const said = form.querySelector('[data-chosen]');
  const open = form.querySelector('.bulk .button:not([name])');
  const look = () => {
    const chosen = boxes.filter((b) => b.checked).length;
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    if (said) said.textContent = chosen ? said.dataset.chosen.replace('{count}', String(chosen)) : '';
    if (open) open.classList.toggle('plain', chosen === 0);
  };
  if (all && boxes.length > 0) {
    all.hidden = false;
    all.addEventListener('change', () => {
      for (const box of boxes) box.checked = all.checked;
      look();
    });
  }
  form.addEventListener('change', look);
  addEventListener('pageshow', look);
  look();
}
