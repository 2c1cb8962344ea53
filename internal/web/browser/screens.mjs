// Takes the pictures of docs/screens: node internal/web/browser/screens.mjs DIR, with JIANFU_URL,
// JIANFU_PASSWORD and CHROMIUM.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, open } from './session.mjs';

const pictures = [
  ['overview.png', '/', { width: 1600, height: 1000 }],
  ['overview-dark.png', '/?theme=dark', { width: 1600, height: 1000 }],
  ['overview-en.png', '/?lang=en', { width: 1600, height: 1000 }],
  ['region.png', '/regions/320100', { width: 1600, height: 1000 }],
  ['industry-cross.png', '/industries/C#cross', { width: 1600, height: 1000 }],
  ['sizes-dark-en.png', '/sizes?lang=en&theme=dark', { width: 1600, height: 1000 }],
  ['units.png', '/units', { width: 1600, height: 1000 }],
  ['api.png', '/api#overview', { width: 1366, height: 768 }],
  ['policy.png', '/policy', { width: 1366, height: 768 }],
  ['what-if.png', '/policy/what-if?target=rate&way=points&value=-1&insurance=pension', { width: 1600, height: 1000 }, 'leader'],
  ['screen.png', '/screen', { width: 1920, height: 1080 }, 'leader'],
  ['screen-wide-en.png', '/screen?lang=en', { width: 5760, height: 1080 }, 'leader'],
  ['runs.png', '/runs', { width: 1366, height: 768 }],
  ['difference.png', '/runs/2/difference', { width: 1600, height: 1000 }],
  ['loads.png', '/loads', { width: 1366, height: 768 }, 'data'],
  ['load.png', '/loads/15', { width: 1366, height: 768 }, 'data'],
  ['sign-in.png', '/login', { width: 1366, height: 768 }, ''],
  ['users.png', '/admin/users', { width: 1366, height: 768 }, 'sysadmin'],
  ['audit.png', '/admin/audit?check=yes', { width: 1600, height: 1000 }, 'auditor'],
];

// below are pictures of what a list's first row leads to.
const below = [
  ['unit.png', (unit) => `/units/${unit}`, { width: 1600, height: 1000 }],
  ['unit-1366.png', (unit) => `/units/${unit}`, { width: 1366, height: 768 }],
  ['unit-dark-en.png', (unit) => `/units/${unit}?lang=en&theme=dark`, { width: 1366, height: 768 }],
  ['records.png', (unit) => `/units/${unit}/records`, { width: 1600, height: 1000 }],
  ['record.png', (unit, record) => `/units/${unit}/records/${record.load}/${record.line}`, { width: 1600, height: 1000 }],
  ['answer.png', (unit) => `/units/${unit}/answer`, { width: 1000, height: 1250 }],
];

const dir = process.argv[2] || 'docs/screens';
mkdirSync(dir, { recursive: true });
const browser = await launch();
async function picture(name, path, viewport, account) {
  const { page, context, problems } = await open(browser, path, { viewport, account });
  await page.waitForTimeout(800); // the charts have grown
  await page.screenshot({ path: join(dir, name) });
  await context.close();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  console.log(join(dir, name));
}
for (const one of pictures) await picture(...one);
const start = await open(browser, '/units');
const ask = (address) => start.page.evaluate(async (at) => (await fetch(at)).json(), '/api/v1' + address);
const unit = (await ask('/units')).units[0].unit_id;
const record = (await ask(`/units/${unit}/records`)).records[0];
await start.context.close();
for (const [name, path, viewport] of below) await picture(name, path(unit, record), viewport);
await browser.close();
