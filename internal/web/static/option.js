// Makes of a chart the option that ECharts draws: functions by name ("fn:money"), colours by token ("var(--c-real)"), and what
// all charts share. What depends on where it is drawn comes as a look, so that pages and the program's own pictures
// (internal/chart), which have no document, draw the same chart:
//   token  gives the value of a token       font   what letters are drawn in      still   nothing moves
//   tip    gives what pointing at it shows  paper  a sheet, not a picture of one  screen  the wall

// write puts an amount of fen into the chart's unit with as few decimals as the axis step needs.
function write(fen, unit) {
  const value = fen / unit.divisor;
  const text = Math.abs(value) >= 1000 ? value.toFixed(0) : String(Math.round(value * 1000) / 1000);
  const [whole, fraction] = text.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction ? '.' + fraction : '');
  return value < 0 ? '−' + grouped : grouped;
}

const functions = {
  money: (chart) => (value) => write(value, chart.unit),
  percent: () => (value) => value / 10 + '%',
  name: (chart) => (value) => {
    const key = typeof value === 'object' ? value.name : value;
    return chart.names[key] === undefined ? key : chart.names[key];
  },
  tip: (chart, look) => (given) => {
    const params = Array.isArray(given) ? given[0] : given;
    return look.tip(chart, params.axisValue === undefined ? params.name : params.axisValue);
  },
};

// resolve copies an option with its colours and functions put in.
function resolve(chart, value, key, look) {
  if (Array.isArray(value)) return value.map((v) => resolve(chart, v, key, look));
  if (value && typeof value === 'object') {
    const copy = {};
    for (const k of Object.keys(value)) copy[k] = resolve(chart, value[k], k, look);
    return copy;
  }
  if (typeof value !== 'string') return value;
  if (/color$/i.test(key)) return look.token(value);
  if (key === 'formatter' && value.startsWith('fn:')) return functions[value.slice(3)](chart, look);
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
function dress(option, narrow, height, look) {
  const { font, paper, token } = look;
  option.textStyle = { fontFamily: font, color: token('var(--ink)') };
  option.animationDuration = 400;
  option.animationDurationUpdate = 0;
  if (look.still) option.animation = false;
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
  const size = paper ? 11 : look.screen ? 16 : 13;
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
  if (look.screen) toWall(option, height);
  return option;
}

// option is what a chart of that size is drawn from.
export function option(chart, width, height, look) {
  const made = dress(resolve(chart, chart.option, '', look), width < 480 && !look.screen, height, look);
  if (chart.aspect) made.series[0].aspectScale = chart.aspect;
  return made;
}
