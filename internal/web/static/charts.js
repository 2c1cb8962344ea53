// Draws the charts of a page. Each chart is an element with data-chart and a JSON script beside it: an ECharts option
// in which functions are named ("fn:money") and colours are tokens of the style sheet ("var(--c-real)"), the words of
// its axes, and what hovering shows. Everything that comes from data is set as text, never as markup.

import { leaving } from './navigation.js';

const root = document.documentElement;
export const drawn = []; // the charts of the page: box, chart, instance

const token = (value) => value.replace(/var\((--[\w-]+)\)/g, (_, name) => getComputedStyle(root).getPropertyValue(name).trim());

// write puts an amount of fen into the chart's unit with as few decimals as the axis step needs.
function write(fen, unit) {
  const value = fen / unit.divisor;
  const text = Math.abs(value) >= 1000 ? value.toFixed(0) : String(Math.round(value * 1000) / 1000);
  const [whole, fraction] = text.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? '.' + fraction : '');
  return value < 0 ? '−' + grouped : grouped;
}

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

const functions = {
  money: (chart) => (value) => write(value, chart.unit),
  percent: () => (value) => value / 10 + '%',
  name: (chart) => (value) => {
    const key = typeof value === 'object' ? value.name : value;
    return chart.names[key] === undefined ? key : chart.names[key];
  },
  tip: (chart) => (given) => {
    const params = Array.isArray(given) ? given[0] : given;
    return tip(chart, params.axisValue === undefined ? params.name : params.axisValue);
  },
};

// resolve copies an option with its colours and functions put in.
function resolve(chart, value, key) {
  if (Array.isArray(value)) return value.map((v) => resolve(chart, v, key));
  if (value && typeof value === 'object') {
    const copy = {};
    for (const k of Object.keys(value)) copy[k] = resolve(chart, value[k], k);
    return copy;
  }
  if (typeof value !== 'string') return value;
  if (/color$/i.test(key)) return token(value);
  if (key === 'formatter' && value.startsWith('fn:')) return functions[value.slice(3)](chart);
  return value;
}

// toWall is for the wall, which is read from afar: larger letters, fewer lines, and room for both.
function toWall(option, height) {
  const grids = [].concat(option.grid || []);
  for (const grid of grids) grid.right = Number(grid.right) + 30;
  if (grids.length === 2) {
    Object.assign(grids[0], { top: 60, height: '34%' });
    Object.assign(grids[1], { top: '73%', height: '16%' });
  }
  if (option.legend) option.legend.textStyle = Object.assign({}, option.legend.textStyle, { fontSize: 15 });
  for (const axis of [].concat(option.xAxis || [], option.yAxis || [])) {
    if (axis.type === 'value') axis.splitNumber = axis.gridIndex ? 1 : grids.length === 2 ? 2 : 3;
    if (axis.type === 'category' && axis.inverse && axis.axisLabel) {
      const rows = Math.max(...option.series.map((series) => (series.data || []).length));
      const size = Math.max(12, Math.min(17, Math.floor((height - 70) / rows) - 3));
      Object.assign(axis.axisLabel, { fontSize: size, width: Math.min(axis.axisLabel.width || 170, 170), overflow: 'truncate' });
      for (const series of option.series) {
        if (series.label) series.label.fontSize = size;
        for (const item of series.data || []) if (item && item.label) item.label.fontSize = size;
      }
    }
  }
}

// dress adds what all charts share and what the option's types cannot say.
function dress(option, narrow, height) {
  const font = getComputedStyle(document.body).fontFamily.replace(/"/g, "'"); // the library writes it into an attribute as it is
  const paper = root.dataset.paper === ''; // a sheet, not a picture
  option.textStyle = { fontFamily: font, color: token('var(--ink)') };
  option.animationDuration = 400;
  option.animationDurationUpdate = 0;
  if (root.dataset.paper !== undefined || matchMedia('(prefers-reduced-motion: reduce)').matches) option.animation = false;
  Object.assign(option.tooltip, {
    confine: true,
    backgroundColor: token('var(--card)'),
    borderColor: token('var(--line-2)'),
    borderWidth: 1,
    padding: [10, 14],
    transitionDuration: 0,
    extraCssText: 'box-shadow:0 6px 24px rgba(10,24,36,.18);border-radius:8px;',
  });
  Object.assign(option.legend, { itemWidth: 16, itemHeight: 10, itemGap: 16, pageIconSize: 11, pageIconColor: token('var(--good)'), pageIconInactiveColor: token('var(--line-2)'), pageTextStyle: { color: token('var(--ink-3)') } });
  const size = paper ? 11 : root.dataset.screen !== undefined ? 16 : 13;
  if (paper && option.grid && option.grid.length === 2) Object.assign(option.grid[1], { top: '75%', height: '14%' });
  for (const axis of [].concat(option.xAxis || [], option.yAxis || [])) {
    if (axis.axisLabel) axis.axisLabel.fontSize = size;
    if (axis.nameTextStyle === undefined) axis.nameTextStyle = { color: token('var(--ink-2)'), align: 'left', padding: [0, 0, 0, -56] };
    if (axis.type === 'category' && !axis.axisTick) axis.axisTick = { show: false };
    if (axis.axisLabel && axis.axisLabel.lineHeight) axis.axisLabel.lineHeight = Number(axis.axisLabel.lineHeight);
    if (axis.axisLabel && axis.axisLabel.interval === '0') axis.axisLabel.interval = 0; // the library writes text
    if (narrow && axis.axisLabel && axis.axisLabel.width) {
      axis.axisLabel.width = Math.min(axis.axisLabel.width, 96);
      axis.axisLabel.overflow = 'break';
      axis.axisLabel.lineHeight = 15;
      axis.axisLabel.fontSize = 12;
    }
    if (narrow && axis.type === 'value') axis.splitNumber = 2;
  }
  for (const series of option.series) {
    if (series.id === 'overcharged' || series.id === 'state_none') {
      series.itemStyle.decal = { symbol: 'rect', symbolSize: 1, dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4, color: 'rgba(255,255,255,.45)' };
    }
    if (series.id === 'hidden') {
      series.silent = true;
      series.tooltip = { show: false };
    }
    if (series.label || series.type === 'bar') series.label = Object.assign({ fontSize: size }, series.label);
    if (series.type === 'bar') series.emphasis = { focus: 'none', itemStyle: { opacity: 0.85 } };
    if (series.type === 'line') series.emphasis = { disabled: true };
    if (series.type === 'treemap') {
      Object.assign(series, { left: 0, right: 0, top: 4, bottom: 4, roam: false, nodeClick: false, breadcrumb: { show: false } });
      series.label = { position: 'insideTopLeft', fontSize: size, lineHeight: size + 5, padding: [4, 6], overflow: 'break', ellipsis: '' };
      series.itemStyle = { borderColor: token('var(--card)'), borderWidth: 0, gapWidth: 2 };
      for (const item of series.data || []) item.emphasis = { label: item.label, itemStyle: { color: item.itemStyle.color, borderColor: token('var(--ink)'), borderWidth: 2 } };
    }
    if (series.type === 'bar') series.barMaxWidth = 44; // one bar alone is no wall
    if (series.markLine) {
      Object.assign(series.markLine.label, { fontSize: size, distance: 3 });
      series.markLine.emphasis = { disabled: true };
      if (series.id === 'ranking') { // the line of the whole passes behind the labels of the bars
        series.markLine.z = 1;
        for (const item of series.data) if (item.label) Object.assign(item.label, { backgroundColor: token('var(--card)'), padding: [1, 2] });
      }
    }
    if (series.type === 'map') {
      series.selectedMode = false;
      Object.assign(series, { left: 8, right: 8, top: 8, bottom: 8, preserveAspect: true, showLegendSymbol: false });
      series.labelLayout = { hideOverlap: true };
      for (const item of series.data || []) {
        item.emphasis = { label: item.label, itemStyle: { areaColor: item.itemStyle.areaColor, borderColor: token('var(--ink)'), borderWidth: 2 } };
      }
      series.emphasis = { label: { show: false }, itemStyle: { areaColor: token('var(--c-map-0)') } };
    }
  }
  if (root.dataset.screen !== undefined) toWall(option, height);
  return option;
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

// option is what a chart of that size is drawn from.
export function option(chart, width, height) {
  const made = dress(resolve(chart, chart.option, ''), width < 480 && root.dataset.screen === undefined, height);
  if (chart.aspect) made.series[0].aspectScale = chart.aspect;
  return made;
}

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
  const made = option(one.chart, width || one.box.clientWidth, one.box.clientHeight);
  one.instance.setOption(one.small ? small(made) : made, true);
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
