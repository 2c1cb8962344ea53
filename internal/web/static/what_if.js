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
  if (way.selectedOptions.length === 0 || way.selectedOptions[0].disabled) way.value = target === 'rate' ? 'points' : 'percent';
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

form.addEventListener('change', fit);
form.addEventListener('submit', wait);
addEventListener('pageshow', rest); // back from the result: the page may be as it was left
fit();
