// The page on which files are brought: each is sent in parts by the tus protocol (tus.io, version 1.0), and goes on where it was after
// the connection broke, or after the page was closed and the same file is chosen again. While a job is at work the page is asked for
// again.
//
// The protocol's own client is not used: its build for browsers is larger than all scripts of ours together, and most of it is for what
// happens nowhere here (other servers, parallel parts, sources that are no files).

const page = document.querySelector('.uploads');
const form = document.querySelector('.bring-form');
const longestWait = 30000;

const pause = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });
const encoded = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// ask sends one request of the protocol.
function ask(address, method, headers, body) {
  const named = { 'Tus-Resumable': '1.0.0', 'X-CSRF-Token': form.elements.csrf_token.value, Accept: 'application/json', ...headers };
  return fetch(address + location.search, { method, headers: named, body, credentials: 'same-origin', cache: 'no-store' });
}

// Refused is an answer that asking again does not change.
class Refused extends Error {}

// refusal is what an answer says about why not.
async function refusal(answer) {
  try {
    const said = await answer.json();
    return new Refused(said.error.message);
  } catch {
    return new Refused(form.dataset.lost + ' (' + answer.status + ')');
  }
}

// begun finds the file among those that were begun, or announces it. Its address is returned.
async function begun(file) {
  for (const row of document.querySelectorAll('.upload-list [data-upload]:not([data-whole])')) {
    if (row.dataset.name === file.name && Number(row.dataset.size) === file.size) return form.dataset.files + row.dataset.upload;
  }
  const answer = await ask(form.dataset.files, 'POST', { 'Upload-Length': String(file.size), 'Upload-Metadata': 'filename ' + encoded(file.name) });
  if (answer.status === 429 && answer.headers.has('Retry-After')) throw new Error('429');
  if (answer.status !== 201) throw await refusal(answer);
  return form.dataset.files + answer.headers.get('Location').split('/').pop();
}

// received asks how much of a file has come.
async function received(address) {
  const answer = await ask(address, 'HEAD', {});
  if (answer.status === 404 || answer.status === 410 || answer.status === 403) throw new Refused(form.dataset.lost);
  if (!answer.ok) throw new Error(String(answer.status));
  return Number(answer.headers.get('Upload-Offset'));
}

// patiently does a step until the server has answered it, and shows meanwhile that the connection is broken.
async function patiently(step, broken) {
  for (let wait = 1000; ; wait = Math.min(2 * wait, longestWait)) {
    try {
      return await step();
    } catch (err) {
      if (err instanceof Refused) throw err;
      broken();
      await pause(wait);
    }
  }
}

// sendPart sends the next part of a file, and returns how much has come. What goes wrong may be tried again, but from where the server
// says that the file is.
async function sendPart(file, address, offset) {
  const headers = { 'X-HTTP-Method-Override': 'PATCH', 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) };
  const answer = await ask(address, 'POST', headers, file.slice(offset, offset + Number(form.dataset.part)));
  if (answer.ok) return Number(answer.headers.get('Upload-Offset'));
  if (answer.status < 500 && ![409, 423, 429].includes(answer.status)) throw await refusal(answer);
  throw new Error(String(answer.status));
}

// sent sends a file from where it is.
async function sent(file, show) {
  let offset = 0;
  const broken = () => show(offset, form.dataset.broken);
  const address = await patiently(() => begun(file), broken);
  offset = await patiently(() => received(address), broken);
  while (offset < file.size) {
    show(offset);
    let known = true;
    offset = await patiently(async () => {
      if (!known) offset = await received(address);
      known = false;
      return offset < file.size ? sendPart(file, address, offset) : offset;
    }, broken);
  }
  show(offset);
}

// bring sends one file, and shows how far it is.
async function bring(file) {
  const row = document.querySelector('#bring-row').content.cloneNode(true).firstElementChild;
  document.querySelector('.bring-list').append(row);
  row.querySelector('.bring-name').textContent = file.name;
  const bar = row.querySelector('progress');
  bar.setAttribute('aria-label', file.name);
  const state = row.querySelector('.bring-state');
  const show = (offset, words) => {
    bar.value = Math.floor((100 * offset) / file.size);
    state.textContent = words || bar.value + ' %';
  };
  try {
    show(0);
    await sent(file, show);
    return true;
  } catch (err) {
    state.textContent = err instanceof Refused ? err.message : form.dataset.lost;
    state.classList.add('failed');
    return false;
  }
}

// bringAll sends files one after the other; once all have come, the page lists them.
async function bringAll(files) {
  let whole = files.length > 0;
  form.setAttribute('aria-busy', 'true');
  for (const file of files) whole = (await bring(file)) && whole;
  form.removeAttribute('aria-busy');
  if (whole) location.reload();
}

if (form) {
  const choice = form.querySelector('#files');
  choice.addEventListener('change', () => bringAll([...choice.files]));
  form.addEventListener('submit', (event) => event.preventDefault());
  for (const name of ['dragover', 'dragleave', 'drop']) {
    form.addEventListener(name, (event) => {
      event.preventDefault();
      form.classList.toggle('over', name === 'dragover');
      if (name === 'drop') bringAll([...event.dataTransfer.files]);
    });
  }
  window.addEventListener('beforeunload', (event) => { if (form.hasAttribute('aria-busy')) event.preventDefault(); });
}

// While a job is at work its row is kept fresh; nothing is touched while a file is being sent.
if (page.hasAttribute('data-busy')) {
  const again = async () => {
    await pause(2000);
    if (form && form.hasAttribute('aria-busy')) return again();
    try {
      const answer = await fetch(location.href, { cache: 'no-store' });
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('.uploads');
      if (fresh && !fresh.hasAttribute('data-busy')) return location.reload();
      if (fresh) document.querySelector('.jobs').replaceWith(fresh.querySelector('.jobs'));
    } catch { /* the server is asked again */ }
    return again();
  };
  again();
}
