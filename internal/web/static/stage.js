// The sheet of the wall: at least 1920 by 1080, as wide or as high as the screen's shape makes it, scaled to fill the
// screen. On what is held in a hand it is a page like any other.

const least = { width: 1920, height: 1080 };

export function fit() {
  const stage = document.querySelector('.stage');
  const small = innerWidth < 900;
  document.documentElement.classList.add('fitted');
  document.documentElement.classList.toggle('scaled', !small);
  const scale = Math.min(innerWidth / least.width, innerHeight / least.height);
  const sheet = small ? { width: '', height: '', transform: '' } : { width: innerWidth / scale + 'px', height: innerHeight / scale + 'px', transform: `scale(${scale})` };
  Object.assign(stage.style, sheet);
  document.documentElement.classList.toggle('wide', !small && innerWidth / scale > least.width * 1.45);
}

fit();
addEventListener('resize', fit);
