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
  ['api.png', '/api#overview', { width: 1366, height: 768 }],
  ['policy.png', '/policy', { width: 1366, height: 768 }],
  ['what-if.png', '/policy/what-if?target=rate&way=points&value=-1&insurance=pension', { width: 1600, height: 1000 }, 'leader'],
  ['sign-in.png', '/login', { width: 1366, height: 768 }, ''],
  ['users.png', '/admin/users', { width: 1366, height: 768 }, 'sysadmin'],
  ['audit.png', '/admin/audit?check=yes', { width: 1600, height: 1000 }, 'auditor'],
];

const dir = process.argv[2] || 'docs/screens';
mkdirSync(dir, { recursive: true });
const browser = await launch();
for (const [name, path, viewport, account] of pictures) {
  const { page, context, problems } = await open(browser, path, { viewport, account });
  await page.waitForTimeout(800); // the charts have grown
  await page.screenshot({ path: join(dir, name) });
  await context.close();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  console.log(join(dir, name));
}
await browser.close();
