// Draws the charts of a page. Each chart is an element with data-chart and a JSON script beside it: an ECharts option, which
// option.js completes, the words of its axes, and what hovering shows. Everything that comes from data is set as text, never
// as markup.

import { leaving } from './navigation.js';
import { option as made } from './option.js';

const root = document.documentElement;
export const drawn = []; // the charts of the page: box, chart, instance

const token = (value) => value.replace(/var\((--[\w-]+)\)/g, (_, name) => getComputedStyle(root).getPropertyValue(name).trim());

function element(name, className, text) {
  const e = document.createElement(name);
  e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

// tip is what pointing at a mark shows.
function tip(chart, key) {
  const data = chart.tips[key];
  if (!data) return '';
  const box = element('div', 'tip');
  box.append(element('div', 'tip-title', data.title));
  for (const row of data.rows) {
    const line = element('div', 'tip-row');
    const name = element('span', 'tip-name');
    if (row.mark) {
      const mark = element('span', 'tip-mark');
      mark.style.background = row.mark;
      name.append(mark);
    }
    name.append(row.name);
    line.append(name, element('span', 'tip-value', row.value));
    box.append(line);
  }
  if (data.unit) box.append(element('div', 'tip-unit', data.unit));
  return box;
}

// register fetches boundaries once and names each area by its region code, which is what figures are joined by.
const registered = {};
function register(code, address) {
  registered[code] = registered[code] || fetch(address).then((answer) => {
    if (!answer.ok) throw new Error('boundaries ' + code + ': ' + answer.status);
    return answer.json();
  }).then((map) => {
    let south = 90;
    let north = -90;
    for (const feature of map.features) {
      const properties = feature.properties;
      feature.properties.name = String(properties.adcode || properties.code || feature.id || '');
      if (properties.centroid) {
        south = Math.min(south, properties.centroid[1]);
        north = Math.max(north, properties.centroid[1]);
      }
    }
    window.echarts.registerMap(code, map);
    return south <= north ? Math.cos(((south + north) / 2) * Math.PI / 180) : 0.82;
  });
  return registered[code];
}

// look is how the page draws now.
function look() {
  return {
    token,
    tip,
    font: getComputedStyle(document.body).fontFamily.replace(/"/g, "'"), // the library writes it into an attribute as it is
    still: root.dataset.paper !== undefined || matchMedia('(prefers-reduced-motion: reduce)').matches,
    paper: root.dataset.paper === '',
    screen: root.dataset.screen !== undefined,
  };
}

// option is what a chart of that size is drawn from.
export const option = (chart, width, height) => made(chart, width, height, look());

async function draw(box) {
  const chart = JSON.parse(document.getElementById('chart-' + box.dataset.chart).textContent);
  if (chart.map) chart.aspect = await register(chart.map, box.dataset.boundaries);
  const instance = window.echarts.init(box, null, { renderer: 'svg' });
  const one = { box, chart, instance };
  instance.setOption(option(chart, box.clientWidth, box.clientHeight));
  if (chart.links) drill(one);
  drawn.push(one);
  box.dataset.drawn = '';
  return one;
}

// drill makes marks lead one step down: a click follows the link that the table has too, so nothing is lost without a
// pointer. With Ctrl or the middle button it opens beside the page.
function drill(one) {
  const address = (mark) => {
    const links = one.chart.links;
    return links[mark.name + '|' + mark.seriesId] || links[mark.name];
  };
  one.instance.on('click', (mark) => {
    const to = address(mark);
    if (!to) return;
    const event = mark.event && mark.event.event;
    if (event && (event.ctrlKey || event.metaKey)) window.open(to, '_blank', 'noopener');
    else {
      leaving();
      location.assign(to);
    }
  });
  one.instance.on('mouseover', (mark) => { one.box.classList.toggle('leads', Boolean(address(mark))); });
  one.instance.on('mouseout', () => { one.box.classList.remove('leads'); });
}

// redraw is for a changed theme or width; colours and widths are read anew.
export function redraw(one, width) {
  one.instance.resize(width ? { width, height: one.box.clientHeight } : undefined);
  const drawing = option(one.chart, width || one.box.clientWidth, one.box.clientHeight);
  one.instance.setOption(one.small ? small(drawing) : drawing, true);
}

// small leaves a chart on paper the room of its legend, and writes the names in one line.
function small(made) {
  made.legend.show = false;
  made.grid[0].top = 4;
  for (const axis of [...made.xAxis, ...made.yAxis]) Object.assign(axis.axisLabel, { fontSize: 10, lineHeight: 11, overflow: 'none' });
  for (const bar of made.series.flatMap((series) => series.data || [])) if (bar.label) bar.label.fontSize = 10;
  return made;
}

// watch keeps charts as wide as their cards.
let observer = null;
function watch() {
  if (!window.ResizeObserver) return;
  if (observer) observer.disconnect();
  let timer = 0;
  observer = new ResizeObserver(() => {
    if (root.dataset.paper !== undefined) return;
    clearTimeout(timer);
    timer = setTimeout(() => drawn.forEach((one) => {
      if (one.box.clientWidth && (one.instance.getWidth() !== one.box.clientWidth || one.instance.getHeight() !== one.box.clientHeight)) redraw(one);
    }), 80);
  });
  drawn.forEach((one) => observer.observe(one.box));
}

// drawAll draws the charts that the page holds now, and forgets those of before.
export async function drawAll() {
  if (!window.echarts) {
    root.dataset.charts = 'none';
    return;
  }
  drawn.splice(0).forEach((one) => one.instance.dispose());
  const boxes = Array.from(document.querySelectorAll('[data-chart]'));
  const failed = (await Promise.allSettled(boxes.map(draw))).filter((result) => result.status === 'rejected');
  watch();
  root.dataset.charts = failed.length === 0 ? 'drawn' : 'failed';
  for (const result of failed) console.error(result.reason);
}

const dark = matchMedia('(prefers-color-scheme: dark)');
if (dark.addEventListener) dark.addEventListener('change', () => drawn.forEach((one) => redraw(one)));
drawAll();
