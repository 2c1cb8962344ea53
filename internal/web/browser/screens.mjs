// Takes the pictures of docs/screens: node internal/web/browser/screens.mjs DIR, with JIANFU_URL,
// JIANFU_PASSWORD and CHROMIUM.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf, launch, open, pages } from './session.mjs';

const pictures = [
  ['overview.png', '/', { width: 1600, height: 1000 }],
  ['overview-dark.png', '/?theme=dark', { width: 1600, height: 1000 }],
  ['overview-en.png', '/?lang=en', { width: 1600, height: 1000 }],
];

// Every page is taken at both sizes, for the first of who may see it; the names of the pictures are the pages' paths.
const sizes = [{ width: 1920, height: 1080 }, { width: 1366, height: 768 }];

const dir = process.argv[2] || 'docs/screens';
mkdirSync(dir, { recursive: true });
const browser = await launch();
async function picture(name, path, viewport, account) {
  const { page, context, problems } = await open(browser, path, { viewport, account });
  await page.waitForTimeout(800); // the charts have grown
  await page.screenshot(name.endsWith('.jpg') ? { path: join(dir, name), quality: 75 } : { path: join(dir, name) });
  await context.close();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  console.log(join(dir, name));
}
for (const one of pictures) await picture(...one);
for (const one of pages.filter((page, n) => pages.findIndex((first) => first.path === page.path) === n)) {
  const address = await addressOf(browser, one);
  const name = one.path === '/' ? 'overview' : one.path.slice(1).replace(/[/:]+/g, '-');
  for (const size of sizes) {
    mkdirSync(join(dir, String(size.width)), { recursive: true });
    await picture(join(String(size.width), `${name}.jpg`), address, size, one.account);
  }
}
await browser.close();
