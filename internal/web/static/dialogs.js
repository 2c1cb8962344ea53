// Dialogs: the focus stays inside while one is open and goes back to where it was; and the question why something is
// taken away, without which no file and no picture is handed out. Where a browser has no dialogs, links lead to a page
// that asks, and pictures are not offered.

import { element, text } from './texts.js';
import { takePicture } from './pictures.js';

const reachable = 'a[href], button:not([disabled]):not([hidden]), input:not([disabled]):not([type="hidden"]), select:not([disabled]), textarea:not([disabled]), [tabindex="0"]';

// show opens a dialog and puts the focus on one of its elements.
export function show(dialog, first) {
  const before = document.activeElement;
  dialog.showModal();
  first.focus();
  const turn = (event) => {
    if (event.key !== 'Tab') return;
    const all = Array.from(dialog.querySelectorAll(reachable)).filter((e) => e.offsetParent !== null || e === document.activeElement);
    const last = all[all.length - 1];
    if (event.shiftKey && document.activeElement === all[0]) {
      event.preventDefault();
      last.focus();
    } else if (!event.shiftKey && document.activeElement === last) {
      event.preventDefault();
      all[0].focus();
    }
  };
  dialog.addEventListener('keydown', turn);
  dialog.addEventListener('close', () => {
    dialog.removeEventListener('keydown', turn);
    if (before && before.focus) before.focus();
  }, { once: true });
}

// asking is the question for the reason. What is taken is an address of a file, which the form posts to, or a card of
// which a picture is made here.
export function asking() {
  const dialog = document.getElementById('reason');
  if (!dialog || !dialog.showModal) return;
  const form = dialog.querySelector('form');
  const problem = dialog.querySelector('[role="alert"]');
  let address = null;
  let card = null;

  const open = (title, formats, chosen) => {
    dialog.querySelector('[data-title]').textContent = title;
    problem.hidden = true;
    for (const button of form.querySelectorAll('[data-format]')) {
      button.hidden = !formats.includes(button.dataset.format);
      button.classList.toggle('plain', chosen !== undefined && button.dataset.format !== chosen);
    }
    show(dialog, form.elements.reason);
  };

  for (const link of document.querySelectorAll('a[data-take]')) {
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
      event.preventDefault();
      address = new URL(link.href);
      card = null;
      open(link.dataset.take, ['xlsx', 'csv'], link.dataset.format);
    });
  }
  for (const button of document.querySelectorAll('button[data-picture]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      card = button.closest('section');
      open(button.dataset.picture, ['png', 'svg'], 'png');
    });
  }
  for (const button of form.querySelectorAll('[data-format]')) {
    button.addEventListener('click', () => {
      form.dataset.format = button.dataset.format;
      if (address && !card) form.action = address.pathname.replace(/\.\w+$/, '.' + button.dataset.format) + address.search;
    });
  }
  form.addEventListener('submit', (event) => {
    if (!card) {
      setTimeout(() => dialog.close());
      return;
    }
    event.preventDefault();
    takePicture(card, form).then(() => dialog.close(), (fault) => {
      problem.textContent = problem.message || text('picture.failed');
      problem.hidden = false;
    });
  });
  form.querySelector('[data-action="close"]').addEventListener('click', () => dialog.close());
}

// sheet makes a dialog with a title, a body and a button that closes it.
export function sheet(id, title, body) {
  const dialog = element('dialog', 'sheet');
  const head = element('h2', '', title);
  const close = element('button', 'button plain', text('close'));
  dialog.id = id;
  head.id = id + '-title';
  dialog.setAttribute('aria-labelledby', head.id);
  close.type = 'button';
  close.addEventListener('click', () => dialog.close());
  dialog.append(head, body, close);
  document.body.append(dialog);
  return dialog;
}
