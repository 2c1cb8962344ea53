// Every page, for who may see it, in both languages and themes: no script error, nothing that the security policy forbids,
// no serious accessibility problem, nothing that moves after it is loaded and next to nothing before, nothing that is too wide. pages.json lists the
// pages: the path as the server has it; the address to open where the path alone is none, or the page of this list and
// the link on it that lead there; and the account, an inspector unless it says otherwise. A test in Go holds the list against the routes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addressOf, axeSource, base, launch, open, pages } from './session.mjs';

const axe = axeSource();

describe('every page', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  const using = async (address, options, body) => {
    const opened = await open(browser, address, options);
    try {
      assert.ok(opened.response.status() < 400, `${address}: status ${opened.response.status()}`);
      await body(opened.page);
      assert.deepEqual(opened.problems, [], `${address}: nothing goes wrong`);
    } finally {
      await opened.context.close();
    }
  };

  const saying = (address, lang, theme) => {
    const url = new URL(address, base);
    url.searchParams.set('lang', lang);
    url.searchParams.set('theme', theme);
    return url.pathname + url.search;
  };

  for (const entry of pages) {
    test(entry.path, async () => {
      const { account } = entry;
      const address = await addressOf(browser, entry);
      for (const lang of ['zh', 'en']) {
        for (const theme of ['light', 'dark']) {
          const where = saying(address, lang, theme);
          await using(where, { account, bypassCSP: true }, async (page) => {
            await page.waitForTimeout(250);
            assert.deepEqual(await page.evaluate(() => window.moved), [], `${where}: nothing moves after it is there`);
            const arriving = await page.evaluate(() => window.arriving);
            assert.ok(arriving < 0.05, `${where}: ${arriving} moves while it arrives`);
            await page.locator('details:not(.menu)').evaluateAll((all) => all.forEach((d) => { d.open = true; }));
            await page.evaluate(axe);
            const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
            const serious = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
            assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.slice(0, 4).map((n) => n.target.join(' ')).join(', ')}`), [], where);
          });
        }
      }
      for (const width of [390, 1366]) {
        await using(address, { account, viewport: { width, height: 800 } }, async (page) => {
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(wide <= 0, `${address}: at ${width} the page is ${wide} pixels too wide`);
          assert.deepEqual(await page.evaluate(() => window.moved), [], `${address}: at ${width} nothing moves after it is there`);
          assert.deepEqual(await page.evaluate(() => window.violations), [], `${address}: the security policy is kept`);
        });
      }
    });
  }
});
