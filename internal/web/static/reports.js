// Preparations of reports that go on: how far they are is asked for every second, and the page is read anew once one has ended.
// Without this script the page says so when it is read again.

const shown = document.querySelector('[data-progress]');
const every = 1000;

function count() {
  for (const seconds of document.querySelectorAll('.job-seconds')) {
    const before = Date.parse(seconds.dataset.now) - Date.parse(seconds.dataset.began); // by the server's clock
    seconds.textContent = seconds.dataset.text.replace('{seconds}', String(Math.max(0, Math.round((before + performance.now()) / 1000))));
  }
}

// stage marks those that are done.
function stage(step) {
  const stages = Array.from(document.querySelectorAll('.job-stages li'));
  const at = stages.findIndex((li) => li.dataset.stage === step);
  if (at < 0) return;
  stages.forEach((li, i) => {
    li.dataset.state = i < at ? 'done' : i === at ? 'now' : 'next';
    if (i === at) li.setAttribute('aria-current', 'step');
    else li.removeAttribute('aria-current');
  });
}

// over tells whether what the page shows as going on has ended.
function over(answer) {
  if (!answer.preparations) return answer.over;
  return answer.preparations.some((one) => one.over && document.querySelector(`[data-job="${one.job}"]:is([data-state="tables"], [data-state="words"], [data-state="files"])`));
}

async function look() {
  try {
    const response = await fetch(shown.dataset.progress, { cache: 'no-store' });
    const answer = response.ok ? await response.json() : {};
    if (over(answer)) {
      location.reload();
      return;
    }
    if (answer.progress) stage(answer.progress);
  } catch (unreachable) {
    // the next second asks again
  }
  setTimeout(look, every);
}

if (shown) {
  count();
  setInterval(count, every);
  setTimeout(look, every);
}
