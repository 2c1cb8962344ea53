// Short keys. "?" shows them; none does anything while something is typed or a dialog is open.

import { element, text } from './texts.js';
import { sheet, show } from './dialogs.js';
import { leaving } from './navigation.js';

const go = (address) => {
  leaving();
  location.assign(address);
};
const page = (name) => document.querySelector(`[data-page="${name}"]`);

// search puts the focus into the page's search field, or goes to the page that has one.
function search() {
  const field = document.querySelector('input[type="search"]');
  if (field) {
    field.focus();
    field.select();
  } else if (page('units')) {
    go(page('units').href + '#search');
  }
}

// map shows the page's map, or goes to the overview, which has one.
function map() {
  const here = document.getElementById('regions-title') || document.querySelector('[data-chart="map"]');
  if (here) here.scrollIntoView();
  else if (page('overview')) go(page('overview').href.replace(/#.*/, '') + '#regions-title');
}

// take puts the focus on the first export that can be seen.
function take() {
  const all = Array.from(document.querySelectorAll('a[data-take]')).filter((link) => link.offsetParent !== null);
  const seen = all.find((link) => link.getBoundingClientRect().bottom > 0) || all[0];
  if (!seen) return;
  seen.scrollIntoView({ block: 'nearest' });
  seen.focus();
}

// step moves the window by its own length, as far as there are months.
function step(direction) {
  const form = document.querySelector('form.filters');
  const { from, to } = form ? form.elements : {};
  if (!from || !to || !from.options) return;
  const first = Array.from(from.options).findIndex((o) => o.defaultSelected);
  const last = Array.from(to.options).findIndex((o) => o.defaultSelected);
  const length = last - first + 1;
  const moved = Math.max(0, Math.min(first + direction * length, from.options.length - length));
  if (moved === first) {
    say(text(direction < 0 ? 'keys.first' : 'keys.last'));
    return;
  }
  const address = new URL(location.href);
  address.searchParams.set('from', from.options[moved].value);
  address.searchParams.set('to', to.options[moved + length - 1].value);
  go(address.pathname + address.search);
}

let told = null;

// say shows a sentence for a while, to the ear as well.
function say(sentence) {
  if (!told) {
    told = element('p', 'told');
    told.setAttribute('role', 'status');
    document.body.append(told);
  }
  told.textContent = sentence;
  told.classList.add('on');
  setTimeout(() => told.classList.remove('on'), 2500);
}

const printing = () => document.querySelector('[data-action="print"]');
const keys = [
  { keys: ['/'], name: 'keys.search', does: search },
  { keys: ['g', 'o'], name: 'keys.overview', does: () => page('overview') && go(page('overview').href) },
  { keys: ['g', 'm'], name: 'keys.map', does: map },
  { keys: ['g', 'u'], name: 'keys.units', does: () => page('units') && go(page('units').href) },
  { keys: ['g', 's'], name: 'keys.screen', does: () => page('screen') && go(page('screen').href) },
  { keys: ['['], name: 'keys.back', does: () => step(-1) },
  { keys: [']'], name: 'keys.forward', does: () => step(1) },
  { keys: ['e'], name: 'keys.export', does: take },
  { keys: ['p'], name: 'keys.print', does: () => printing() && window.print() },
  { keys: ['?'], name: 'keys.help', does: () => help() },
  { keys: ['Esc'], name: 'keys.close' },
  { keys: ['↑', '↓', '←', '→'], name: 'keys.table' },
];

let shown = null;
function help() {
  if (!shown) {
    const list = element('dl', 'keys');
    for (const key of keys) {
      const line = element('div');
      const name = element('dt');
      for (const one of key.keys) name.append(element('kbd', '', one), ' ');
      line.append(name, element('dd', '', text(key.name)));
      list.append(line);
    }
    shown = sheet('keys', text('keys.title'), list);
  }
  show(shown, shown.querySelector('button'));
}

const typing = (target) => target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(radio|checkbox|button|submit)$/.test(target.type);

const menus = 'details.menu, details.views-menu';

// closeMenus closes the menus that are open, but for one; it tells whether there was any.
function closeMenus(except) {
  const open = Array.from(document.querySelectorAll(menus)).filter((menu) => menu.open && menu !== except);
  for (const menu of open) menu.open = false;
  return open;
}

export function keyboard() {
  let before = '';
  let timer = 0;
  addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      const closed = closeMenus(null);
      if (closed.length > 0) closed[0].querySelector('summary').focus();
      return;
    }
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target) || document.querySelector('dialog[open]')) return;
    const match = keys.find((key) => key.does && (key.keys.length === 2 ? key.keys[0] === before && key.keys[1] === event.key : before === '' && key.keys[0] === event.key));
    clearTimeout(timer);
    const prefix = before === '' && keys.some((key) => key.keys.length === 2 && key.keys[0] === event.key);
    before = prefix ? event.key : '';
    timer = setTimeout(() => { before = ''; }, 1500);
    if (!match) return;
    event.preventDefault();
    match.does();
  });
  addEventListener('click', (event) => closeMenus(event.target.closest && event.target.closest(menus)));
  const button = document.querySelector('[data-action="keys"]');
  if (button) {
    button.hidden = false;
    button.addEventListener('click', help);
  }
  if (location.hash === '#search') search();
}
