// The form above the figures: what has been changed and not applied is said, and while nothing has, or the months are the
// wrong way round, the button says why it does nothing.

import { element, text } from './texts.js';

const changed = (field) => {
  if (field.type === 'radio' || field.type === 'checkbox') return field.checked !== field.defaultChecked;
  if (field.tagName === 'SELECT') {
    const options = Array.from(field.options);
    return field.selectedIndex !== Math.max(0, options.findIndex((o) => o.defaultSelected));
  }
  return field.type !== 'hidden' && field.type !== 'submit' && field.name !== '' && field.value !== field.defaultValue;
};

// chooseMonths shows the months of a window to compare with, and sends them, only where the reader chooses one.
function chooseMonths(form) {
  const { versus } = form.elements;
  if (!versus || versus.tagName !== 'SELECT') return;
  const months = form.querySelector('.versus-months');
  months.hidden = versus.value !== 'free';
  for (const select of months.querySelectorAll('select')) select.disabled = months.hidden;
}

// chosen says what is wrong with the months of a window that the reader chooses, '' for nothing.
function chosen({ versus_from: from, versus_to: to }) {
  if (!from || from.disabled) return '';
  if (!from.value && !to.value) return text('filter.versus');
  return from.value && to.value && from.value > to.value ? text('filter.order') : '';
}

// why is what keeps the form from being applied, '' for nothing.
function why(form) {
  const { from, to } = form.elements;
  if (from && to && from.selectedIndex > to.selectedIndex) return text('filter.order');
  const wrong = chosen(form.elements);
  if (wrong) return wrong;
  return Array.from(form.elements).some(changed) ? '' : text('filter.unchanged');
}

export function filters() {
  const form = document.querySelector('form.filters');
  const apply = form && form.querySelector('.apply');
  if (!apply) return;
  const reason = element('span', 'apply-why');
  reason.id = 'apply-why';
  reason.setAttribute('role', 'status');
  apply.setAttribute('aria-describedby', reason.id);
  apply.after(reason);
  const look = () => {
    chooseMonths(form);
    const problem = why(form);
    const dirty = Array.from(form.elements).some(changed);
    form.classList.toggle('dirty', dirty);
    apply.setAttribute('aria-disabled', problem ? 'true' : 'false');
    reason.textContent = problem || text('filter.dirty');
  };
  form.addEventListener('change', look);
  form.addEventListener('submit', (event) => {
    if (apply.getAttribute('aria-disabled') === 'true') event.preventDefault();
  });
  addEventListener('pageshow', look);
  look();
}
