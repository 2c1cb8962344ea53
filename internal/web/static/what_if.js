// The form of the what-if page: it offers only what can be said of a rate or of a limit, and counts the seconds while the
// server computes. Without this script the form works all the same, and the server says what does not fit.

const form = document.querySelector('form.what-if-form');
const ways = { rate: ['set', 'points'], floor: ['set', 'percent', 'average'], cap: ['set', 'percent', 'average'] };

// fit takes away the choices that the target does not know, and moves a choice that was made among them.
function fit() {
  const target = form.elements.target.value;
  const way = form.elements.way;
  for (const option of way.options) {
    option.disabled = option.hidden = !ways[target].includes(option.value);
  }
  if (way.selectedOptions.length === 0 || way.selectedOptions[0].disabled) way.value = 'set';
  const insurance = form.elements.insurance;
  insurance.options[0].disabled = insurance.options[0].hidden = target === 'rate';
  if (target === 'rate' && insurance.value === '') insurance.selectedIndex = 1;
  for (const payer of form.querySelectorAll('[name="payer"]')) {
    if (payer.value !== 'both') continue;
    payer.disabled = target === 'rate';
    if (payer.disabled && payer.checked) form.querySelector('[name="payer"][value="employer"]').checked = true;
  }
}

let timer = 0;
function rest() {
  clearInterval(timer);
  form.querySelector('.what-if-wait').hidden = true;
  form.querySelector('button[type="submit"]').disabled = false;
  form.removeAttribute('aria-busy');
}

function wait() {
  const said = form.querySelector('.what-if-wait');
  const began = Date.now();
  const say = () => { said.textContent = said.dataset.wait.replace('{seconds}', String(Math.round((Date.now() - began) / 1000))); };
  say();
  said.hidden = false;
  form.setAttribute('aria-busy', 'true');
  form.querySelector('button[type="submit"]').disabled = true;
  timer = setInterval(say, 1000);
}

// look asks the server what is in force for what is chosen now, and says it beside the field. Of two answers the later question's counts.
let asked = 0;
async function look() {
  const mine = ++asked;
  const query = new URLSearchParams(new FormData(form));
  query.delete('value');
  query.delete('csrf_token');
  query.set('look', '1');
  try {
    const answer = await fetch(form.getAttribute('action') + '?' + query, { cache: 'no-store' });
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const said = page.querySelector('#what-if-in-force strong');
    if (mine === asked && said) form.querySelector('#what-if-in-force strong').textContent = said.textContent;
  } catch (unreachable) {
    if (mine === asked) form.querySelector('#what-if-in-force strong').textContent = '…';
  }
}

// follow keeps the last month from lying before the first one.
function follow() {
  const { at, through } = form.elements;
  if (through.value < at.value) through.value = at.value;
}

form.addEventListener('change', (event) => {
  fit();
  follow();
  if (!['value', 'through', 'way'].includes(event.target.name)) look();
});
form.addEventListener('submit', wait);
addEventListener('pageshow', rest); // back from the result: the page may be as it was left
fit();
