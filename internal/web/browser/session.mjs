// What the browser tests and the pictures share: a Chromium that touches nothing but the server under test, and pages
// that remember what went wrong in them. JIANFU_URL names the server, JIANFU_PASSWORD is the password of its accounts, CHROMIUM
// names the browser.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const base = (process.env.JIANFU_URL || '').replace(/\/$/, '');

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});

export const axeSource = () => readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// signIn signs an account in through the form, once for all tests, and returns what the browser keeps of it.
const kept = {};
async function signIn(browser, account) {
  kept[account] = kept[account] || (async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(base + '/login');
    await page.fill('#username', account);
    await page.fill('#password', process.env.JIANFU_PASSWORD);
    await page.press('#password', 'Enter');
    await page.waitForURL((url) => url.pathname !== '/login');
    const state = await context.storageState();
    await context.close();
    return state;
  })();
  return kept[account];
}

// open shows an address to an account, the inspector unless options name another or '', and waits until its charts are
// drawn. problems collects console errors, script errors, requests that failed and requests to anywhere else.
export async function open(browser, path, { account = 'inspector', ...options } = {}) {
  const storageState = account === '' ? undefined : await signIn(browser, account);
  const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, storageState, ...options });
  const page = await context.newPage();
  const problems = [];
  page.on('console', (m) => { if (m.type() === 'error' || m.type() === 'warning') problems.push(`console: ${m.text()}`); });
  page.on('pageerror', (e) => problems.push(`script: ${e.message}`));
  page.on('requestfailed', (r) => { if (r.failure().errorText !== 'net::ERR_ABORTED') problems.push(`failed: ${r.url()}`); }); // aborted: the page was left
  page.on('request', (r) => { if (!r.url().startsWith(base) && !r.url().startsWith('data:')) problems.push(`elsewhere: ${r.url()}`); });
  await page.addInitScript(() => {
    window.violations = [];
    window.moved = []; // what has moved by itself after the page was loaded
    window.arriving = 0; // how much moved while its text was still arriving
    new PerformanceObserver((list) => {
      const loaded = performance.getEntriesByType('navigation')[0].loadEventStart;
      for (const entry of list.getEntries().filter((e) => !e.hadRecentInput && e.value >= 0.001)) {
        if (!loaded || entry.startTime < loaded) {
          window.arriving += entry.value;
          continue;
        }
        window.moved.push(`${entry.value.toFixed(4)}: ${entry.sources.map((s) => (s.node && s.node.className !== undefined ? `${s.node.nodeName}.${s.node.className}` : 'text')).join(' ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    addEventListener('securitypolicyviolation', (e) => window.violations.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
  });
  const response = await page.goto(base + path);
  await page.waitForSelector('html[data-charts]', { timeout: 20000 }).catch(() => {});
  return { page, context, problems, response };
}

// accessible fails on what axe finds on a page, and on whatever lies outside of its width.
export async function accessible(page) {
  await page.evaluate(axeSource());
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  assert.deepEqual(found.violations.map((v) => `${v.id}: ${v.nodes[0].html}`), [], page.url());
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${page.url()} is wider than the window`);
}

// shown waits until a page shows something, and says what it shows instead.
export async function shown(page, selector) {
  await page.waitForSelector(selector).catch(async (e) => {
    throw new Error(`${page.url()} does not show ${selector}, but: ${(await page.locator('main').innerText()).slice(0, 2000)}`, { cause: e });
  });
}

// pages are all pages, as pages.json lists them.
export const pages = JSON.parse(readFileSync(new URL('./pages.json', import.meta.url), 'utf8'));

// addressOf is where a page of the list is; what is found by a link is the first that another page has.
export async function addressOf(browser, { path, address = path, from, link, account }) {
  if (!from) return address;
  const { page, context } = await open(browser, await addressOf(browser, pages.find((one) => one.path === from)), { account });
  const found = await page.locator(link).first().getAttribute('href');
  await context.close();
  return found;
}
