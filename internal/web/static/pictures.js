// Pictures of charts. A picture says by itself which figures it shows: title, conditions and provenance stand above and
// below the chart, and the mark of who took it lies across. It is made here, of what is drawn; the server hears only that it
// is taken, by whom and why, and answers with the words of the mark.

import { drawn, option } from './charts.js';
import { text } from './texts.js';

const root = document.documentElement;
const margin = 32;
const sharpness = 2; // pixels of a PNG for each pixel of the page

// inks are the colours of paper, whatever the theme is.
function inks() {
  const style = getComputedStyle(root);
  const value = (name) => style.getPropertyValue(name).trim();
  return { ink: value('--ink'), quiet: value('--ink-2'), line: value('--line-2') };
}

// onPaper does something while colours are those of paper; nothing is painted in between.
function onPaper(work) {
  const before = root.dataset.paper;
  root.dataset.paper = 'picture';
  try {
    return work();
  } finally {
    if (before === undefined) delete root.dataset.paper;
  }
}

// places puts the charts of a card where they are on the page, from the upper left one.
function places(charts) {
  const boxes = charts.map((one) => one.box.getBoundingClientRect());
  const left = Math.min(...boxes.map((b) => b.left));
  const top = Math.min(...boxes.map((b) => b.top));
  return {
    boxes: boxes.map((b) => ({ x: b.left - left, y: b.top - top, width: b.width, height: b.height })),
    width: Math.max(...boxes.map((b) => b.right)) - left,
    height: Math.max(...boxes.map((b) => b.bottom)) - top,
  };
}

// chartAsText draws a chart once more, apart from the page, as the text of an SVG.
function chartAsText(one, place) {
  const apart = window.echarts.init(null, null, { renderer: 'svg', ssr: true, width: place.width, height: place.height });
  const made = option(one.chart, place.width, place.height);
  made.animation = false;
  apart.setOption(made);
  const drawing = apart.renderToSVGString();
  apart.dispose();
  return drawing.replace(/^<svg /, `<svg x="${place.x}" y="${place.y}" `);
}

const escaped = (words) => words.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`).replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '');

// lines breaks words into lines of that many pixels; a Chinese character is as wide as two others.
function lines(words, width, size) {
  const all = [''];
  let used = 0;
  for (const c of words) {
    const wide = c.charCodeAt(0) > 0x2e80 ? size : size * 0.56;
    if (used + wide > width) {
      all.push('');
      used = 0;
    }
    all[all.length - 1] += c;
    used += wide;
  }
  return all;
}

const spoken = (e) => e.textContent.replace(/\s+/g, ' ').trim();

// provenance is what the page says of the figures: scope and window in its title, its conditions, and its stamp.
function provenance() {
  const heading = document.querySelector('h1');
  const conditions = Array.from(document.querySelectorAll('.chips .chip')).map(spoken);
  const stamp = Array.from(document.querySelectorAll('.stamp > div:not(.age)')).map((item) => Array.from(item.children).map(spoken).join(text('colon')));
  return { subject: heading ? Array.from(heading.childNodes).map(spoken).filter(Boolean).join(' ') : document.title, conditions: conditions.join('　'), stamp: stamp.join('　') };
}

// compose is the whole picture as the text of an SVG.
function compose(card, mark) {
  return onPaper(() => {
    const charts = drawn.filter((one) => card.contains(one.box));
    const place = places(charts);
    const inner = Math.max(place.width, 640);
    const colour = inks();
    const from = provenance();
    const unit = card.querySelector('.head-unit');
    const parts = [];
    let y = margin;
    const write = (words, size, fill, weight = 400) => {
      for (const line of lines(words, inner, size)) {
        y += Math.round(size * 1.45);
        parts.push(`<text x="${margin}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour[fill]}">${escaped(line)}</text>`);
      }
    };
    write(spoken(card.querySelector('h2')), 20, 'ink', 600);
    write(from.subject, 14, 'quiet');
    if (from.conditions) write(from.conditions, 13, 'quiet');
    if (unit) parts.push(`<text x="${margin + inner}" y="${y}" font-size="13" text-anchor="end" fill="${colour.quiet}">${escaped(spoken(unit))}</text>`);
    y += 14;
    charts.forEach((one, i) => {
      const at = place.boxes[i];
      parts.push(chartAsText(one, { x: margin + at.x, y: y + at.y, width: at.width, height: at.height }));
    });
    y += place.height + 14;
    parts.push(`<path d="M${margin} ${y}h${inner}" stroke="${colour.line}" stroke-width="1"/>`);
    y += 4;
    const legend = card.querySelector('.map-note');
    if (legend) write(spoken(legend), 12, 'quiet');
    if (from.stamp) write(from.stamp, 12, 'quiet');
    for (const line of mark.lines) write(line, 12, 'quiet');
    const width = inner + 2 * margin;
    const height = y + margin;
    const watermark = mark.watermark.map((line, i) => `<text x="10" y="${90 + 22 * i}" font-size="15" fill="rgba(20,32,43,.10)">${escaped(line)}</text>`).join('');
    const font = getComputedStyle(document.body).fontFamily;
    return {
      width,
      height,
      svg: `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(font)}">`
        + `<title>${escaped(spoken(card.querySelector('h2')) + ' ' + from.subject)}</title>`
        + `<defs><pattern id="watermark" width="420" height="240" patternUnits="userSpaceOnUse" patternTransform="rotate(-24)">${watermark}</pattern></defs>`
        + `<rect width="100%" height="100%" fill="#ffffff"/>${parts.join('')}<rect width="100%" height="100%" fill="url(#watermark)"/></svg>`,
    };
  });
}

// painted turns the picture into a PNG.
function painted(picture) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.addEventListener('error', () => reject(new Error(text('picture.failed'))));
    image.addEventListener('load', () => {
      const canvas = document.createElement('canvas');
      canvas.width = picture.width * sharpness;
      canvas.height = picture.height * sharpness;
      canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(text('picture.failed')))), 'image/png');
    });
    image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(picture.svg);
  });
}

// hand gives a file to the reader.
function hand(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// takePicture has the taking recorded and only then makes the picture; form is the answered question for the reason.
export async function takePicture(card, form) {
  const fields = new URLSearchParams(new FormData(form));
  const title = spoken(card.querySelector('h2'));
  fields.set('format', form.dataset.format);
  fields.set('block', card.getAttribute('aria-labelledby').replace(/-title$/, ''));
  fields.set('title', title);
  fields.set('page', location.pathname + location.search);
  const language = new URLSearchParams(location.search).get('lang');
  const answer = await fetch('/picture' + (language ? '?lang=' + encodeURIComponent(language) : ''), { method: 'POST', body: fields });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error ? said.error.message : '');
  const picture = compose(card, said);
  const blob = form.dataset.format === 'png' ? await painted(picture) : new Blob([picture.svg], { type: 'image/svg+xml' });
  const head = document.querySelector('[data-file]');
  const name = (head ? head.dataset.file.replace('{table}', title) : title).replace(/[/\\:*?"<>|\x00-\x1f]/g, '_');
  hand(blob, `${name}.${form.dataset.format}`);
}
