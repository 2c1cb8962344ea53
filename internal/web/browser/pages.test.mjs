// Every page, for who may see it, in both languages and themes and at three widths: no script error, nothing that the security
// policy forbids, no serious accessibility problem, nothing that moves after it is loaded and next to nothing before, nothing that
// is too wide, and no list in a box of its own that hides rows or columns. pages.json lists the pages: the path as the server has
// it; the address to open where the path alone is none, or the page of this list and the link on it that lead there; and the
// account, an inspector unless it says otherwise. A test in Go holds the list against the routes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { addressOf, axeSource, base, launch, open, pages } from './session.mjs';

const axe = axeSource();

// The looks in which a page is opened: both languages in both themes, and a narrow screen.
const looks = [['zh', 'light', 1366], ['en', 'dark', 1366], ['zh', 'dark', 1366], ['en', 'light', 1920], ['zh', 'light', 390]];

// spotless are pages without any accessibility problem, however small.
const spotless = /^\/(cases|findings)\?/;

// hiding are the boxes of a page that hide part of what they hold, and tables that are wider than their card.
const hiding = (page) => page.evaluate(() => {
  const found = [];
  for (const box of document.querySelectorAll('main *')) {
    if (box.clientHeight < 30 || box.clientWidth < 30 || box.closest('.chart, svg, .sr, pre, .api-list, .docs-list, .multiples')) continue; // examples of code, and lists of contents beside them
    const style = getComputedStyle(box);
    if (/auto|scroll|hidden/.test(style.overflowY) && box.scrollHeight > box.clientHeight + 2) found.push(`${box.tagName}.${box.className} is ${box.scrollHeight} high in ${box.clientHeight}`);
    if (/auto|scroll|hidden/.test(style.overflowX) && box.scrollWidth > box.clientWidth + 2) found.push(`${box.tagName}.${box.className} is ${box.scrollWidth} wide in ${box.clientWidth}`);
  }
  for (const table of document.querySelectorAll('main table')) {
    const card = table.closest('.card') || table.parentElement;
    const over = table.getBoundingClientRect().right - card.getBoundingClientRect().right;
    if (over > 0) found.push(`${table.dataset.table} reaches ${Math.round(over)} beyond its card`);
  }
  return found;
});

describe('every page', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  const saying = (address, lang, theme) => {
    const url = new URL(address, base);
    url.searchParams.set('lang', lang);
    url.searchParams.set('theme', theme);
    return url.pathname + url.search;
  };

  // looked opens a page and holds it against all that pages keep.
  const looked = async (address, account, lang, theme, width) => {
    const { page, context, problems, response } = await open(browser, address, { account, viewport: { width, height: width > 1366 ? 1080 : 768 } });
    try {
      const where = `${address} at ${width}`;
      assert.ok(response.status() < 400, `${where}: status ${response.status()}`);
      await page.waitForTimeout(250);
      assert.deepEqual(await page.evaluate(() => window.moved), [], `${where}: nothing moves after it is there`);
      const arriving = await page.evaluate(() => window.arriving);
      assert.ok(arriving < 0.05, `${where}: ${arriving} moves while it arrives`);
      for (const box of ['html', '.bar-in']) {
        const wide = await page.evaluate((b) => { const e = document.querySelector(b); return e ? e.scrollWidth - e.clientWidth : 0; }, box);
        assert.ok(wide <= 0, `${where}: ${box} is ${wide} pixels too wide`);
      }
      await page.locator('details:not(.menu)').evaluateAll((all) => all.forEach((d) => { d.open = true; }));
      if (width === 1366 && lang === 'zh' && !address.startsWith('/screen')) assert.deepEqual(await hiding(page), [], where);
      await page.evaluate(axe);
      const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
      const grave = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical' || width >= 1366 && spotless.test(address));
      assert.deepEqual(grave.map((v) => `${v.id}: ${v.nodes.slice(0, 4).map((n) => n.target.join(' ')).join(', ')}`), [], where);
      assert.deepEqual(await page.evaluate(() => window.violations), [], `${where}: the security policy is kept`);
      assert.deepEqual(problems, [], `${where}: nothing goes wrong`);
    } finally {
      await context.close();
    }
  };

  for (const entry of pages) {
    test([entry.path, entry.account].filter(Boolean).join(' of '), async () => {
      const address = await addressOf(browser, entry);
      for (const [lang, theme, width] of looks) await looked(saying(address, lang, theme), entry.account, lang, theme, width);
    });
  }
});
