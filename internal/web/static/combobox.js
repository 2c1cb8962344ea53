// A long list of choices as a field that one types into: a part of the name, the code, or the initials of the name in
// pinyin. The list itself stays in the form and is what is sent; without this script it is a list like any other. The
// pattern is the combobox of the WAI-ARIA practices, with a list that never takes the focus.

import { element, text } from './texts.js';

const mostShown = 200;
const fold = (words) => words.normalize('NFKC').toLowerCase().replace(/\s+/g, '');

// choicesOf reads the options once: what is shown, what is compared, and the names above it in the tree.
function choicesOf(select) {
  const above = [];
  return Array.from(select.options).map((option, index) => {
    const level = Number(option.dataset.level || 0);
    const name = option.textContent.trim();
    above.length = level;
    const path = option.value ? above.slice().join(' › ') : '';
    above[level] = name;
    return { index, level, name, path, folded: fold(name), code: option.value.toLowerCase(), keys: (option.dataset.keys || '').split(' ') };
  });
}

const rank = (choice, typed) => {
  if (choice.code && choice.code === typed) return 0;
  if (choice.folded.startsWith(typed)) return 1;
  if (choice.keys.some((key) => key !== '' && key.startsWith(typed))) return 2;
  if (choice.code.startsWith(typed)) return 3;
  if (choice.folded.includes(typed)) return 4;
  return choice.keys.some((key) => key.includes(typed)) ? 5 : 9;
};

// found are the choices that fit what is typed, the best first; all of them while nothing is.
function found(choices, typed) {
  const wanted = fold(typed);
  if (wanted === '') return choices;
  return choices.filter((c) => c.index > 0 && rank(c, wanted) < 9).sort((a, b) => rank(a, wanted) - rank(b, wanted) || a.level - b.level || a.index - b.index);
}

class Combobox {
  constructor(select) {
    this.select = select;
    this.choices = choicesOf(select);
    this.box = element('div', 'combo');
    this.input = element('input', 'combo-input');
    this.list = element('ul', 'combo-list');
    this.said = element('span', 'sr');
    this.shown = [];
    this.active = -1;
    this.dress();
    this.listen();
    this.settle();
  }

  dress() {
    const { input, list, select } = this;
    input.id = select.id;
    select.id += '-list';
    select.hidden = true;
    list.id = select.id + 'box';
    list.hidden = true;
    list.setAttribute('role', 'listbox');
    const label = document.querySelector(`label[for="${input.id}"]`);
    if (label) list.setAttribute('aria-label', label.textContent);
    const attributes = { type: 'text', role: 'combobox', autocomplete: 'off', spellcheck: 'false', 'aria-autocomplete': 'list', 'aria-expanded': 'false', 'aria-controls': list.id, placeholder: text('combo.placeholder') };
    for (const name of Object.keys(attributes)) input.setAttribute(name, attributes[name]);
    this.said.setAttribute('role', 'status');
    select.before(this.box);
    this.box.append(input, list, this.said);
  }

  listen() {
    const { input, list } = this;
    input.addEventListener('input', () => this.open(input.value));
    input.addEventListener('click', () => (list.hidden ? this.open('') : this.close()));
    input.addEventListener('focus', () => input.select());
    input.addEventListener('blur', () => this.settle());
    input.addEventListener('change', (event) => event.stopPropagation()); // what is typed is no choice
    input.addEventListener('keydown', (event) => this.key(event));
    list.addEventListener('mousedown', (event) => {
      event.preventDefault(); // the field keeps the focus
      const item = event.target.closest('[role="option"]');
      if (item) this.choose(this.shown[Number(item.dataset.at)]);
    });
    this.select.addEventListener('change', () => this.settle());
    addEventListener('pageshow', () => this.settle());
  }

  // settle closes the list and shows what is chosen.
  settle() {
    this.close();
    const chosen = this.choices[this.select.selectedIndex];
    this.input.value = chosen && chosen.index > 0 ? chosen.name : '';
    this.input.placeholder = this.choices[0].name;
    this.input.title = chosen && chosen.path ? chosen.path + ' › ' + chosen.name : '';
  }

  open(typed) {
    const all = found(this.choices, typed);
    this.shown = all.slice(0, mostShown);
    this.list.textContent = '';
    this.shown.forEach((choice, at) => {
      const item = element('li', `combo-item${fold(typed) ? '' : ' level-' + Math.min(choice.level, 3)}`, choice.name);
      if (fold(typed) && choice.path) item.append(element('span', 'combo-path', choice.path));
      item.id = this.list.id + at;
      item.dataset.at = String(at);
      item.setAttribute('role', 'option');
      item.setAttribute('aria-selected', choice.index === this.select.selectedIndex ? 'true' : 'false');
      this.list.append(item);
    });
    const more = all.length - this.shown.length;
    this.said.textContent = all.length === 0 ? text('combo.none') : text('combo.count', { count: all.length });
    if (all.length === 0 || more > 0) {
      const rest = element('li', 'combo-rest', all.length === 0 ? text('combo.none') : text('combo.more', { count: more }));
      rest.setAttribute('role', 'presentation');
      this.list.append(rest);
    }
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.point(fold(typed) ? (this.shown.length > 0 ? 0 : -1) : this.shown.findIndex((c) => c.index === this.select.selectedIndex));
  }

  close() {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  point(at) {
    const before = this.list.querySelector('.active');
    if (before) before.classList.remove('active');
    this.active = at;
    const item = this.list.children[at];
    if (at < 0 || !item) {
      this.input.removeAttribute('aria-activedescendant');
      return;
    }
    item.classList.add('active');
    this.input.setAttribute('aria-activedescendant', item.id);
    item.scrollIntoView({ block: 'nearest' });
  }

  choose(choice) {
    if (!choice) return;
    this.select.selectedIndex = choice.index;
    this.select.dispatchEvent(new Event('change', { bubbles: true }));
    this.settle();
  }

  key(event) {
    const closed = this.list.hidden;
    const last = this.shown.length - 1;
    const to = { ArrowDown: Math.min(this.active + 1, last), ArrowUp: Math.max(this.active - 1, 0), PageDown: Math.min(this.active + 10, last), PageUp: Math.max(this.active - 10, 0) }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      if (closed) this.open('');
      else this.point(to);
    } else if (event.key === 'Enter' && !closed) {
      event.preventDefault();
      this.choose(this.shown[this.active]);
    } else if (event.key === 'Escape' && !closed) {
      event.preventDefault();
      event.stopPropagation();
      this.settle();
    } else if (event.key === 'Tab' && !closed && this.active >= 0 && fold(this.input.value) !== fold(this.choices[this.select.selectedIndex].name)) {
      this.choose(this.shown[this.active]);
    }
  }
}

export function comboboxes() {
  for (const select of document.querySelectorAll('select[data-tree]')) new Combobox(select);
}
