// Lets a reader try an operation on the page of the JSON interface: with the reader's own session, and nothing else.
// What comes back is shown as text.

const longest = 200000; // characters of an answer that are shown

// address fills in the path and adds the parameters that have a value.
function address(form) {
  let path = form.dataset.try;
  const query = new URLSearchParams();
  for (const field of form.elements) {
    if (!field.name || field.value.trim() === '') continue;
    const value = field.value.trim();
    if ('path' in field.dataset) path = path.replace('{' + field.name + '}', encodeURIComponent(value));
    else query.set(field.name, value);
  }
  const parameters = query.toString();
  return path + (parameters ? '?' + parameters : '');
}

async function ask(form) {
  const answer = form.querySelector('.api-answer');
  const [status, command, body] = ['.api-status', '.api-curl code', '.api-body code'].map((part) => answer.querySelector(part));
  const asked = address(form);
  answer.hidden = false;
  status.textContent = '…';
  body.textContent = '';
  command.textContent = `curl -H "Authorization: Bearer $JIANFU_TOKEN" '${form.dataset.root}${asked}'`;
  const started = performance.now();
  try {
    const response = await fetch(asked, { headers: { Accept: 'application/json' }, credentials: 'same-origin' });
    const text = await response.text();
    const size = new Blob([text]).size;
    status.textContent = `${response.status} · ${Math.round(performance.now() - started)} ms · ${size.toLocaleString('en')} B · ${response.headers.get('X-Request-Id') || ''}`;
    status.classList.toggle('bad', !response.ok);
    let shown = text;
    try {
      shown = JSON.stringify(JSON.parse(text), null, 2);
    } catch (e) {
      // shown as it came
    }
    body.textContent = shown.length > longest ? shown.slice(0, longest) + '\n…' : shown;
  } catch (e) {
    status.textContent = String(e.message);
    status.classList.add('bad');
  }
}

// show opens what the address points at.
function show() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const details = target.matches('details') ? target : target.querySelector('details');
  if (details) details.open = true;
  target.scrollIntoView();
}
addEventListener('hashchange', show);
show();

for (const form of document.querySelectorAll('form[data-try]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (form.reportValidity() && !('mayNot' in form.dataset)) ask(form);
  });
}
