// How old the figures are, told anew as time passes: a page may stay open for days.

import { text } from './texts.js';

export const minute = 60000;

// age puts a span of time into words: just now below a minute, minutes below an hour, hours below two days, then days.
export function age(milliseconds) {
  const minutes = Math.max(0, Math.floor(milliseconds / minute));
  if (minutes < 1) return text('age.now');
  if (minutes < 60) return text('age.minutes', { count: minutes });
  if (minutes < 48 * 60) return text('age.hours', { count: Math.floor(minutes / 60) });
  return text('age.days', { count: Math.floor(minutes / (24 * 60)) });
}

export function freshness() {
  const times = document.querySelectorAll('time[data-age]');
  if (times.length === 0) return;
  const opened = Date.now(); // this machine's clock may be wrong; how much time it counts is not
  const tell = () => {
    for (const time of times) time.textContent = age(Date.parse(time.dataset.age) - Date.parse(time.dateTime) + Date.now() - opened);
  };
  tell();
  setInterval(tell, minute);
  document.addEventListener('visibilitychange', tell);
}
