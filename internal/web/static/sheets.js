// The button that prints sheets; without scripts the browser's own does.
const button = document.querySelector('[data-print]');
button.hidden = false;
button.addEventListener('click', () => window.print());
document.documentElement.dataset.charts = ''; // there are none to wait for
