// Views that a reader keeps of pages: saved, opened, changed and deleted with the mouse, by keyboard alone, without scripts, and
// on a telephone.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('saved views', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  const using = async (address, options, body) => {
    const opened = await open(browser, address, { account: 'suzhou', ...options });
    try {
      await body(opened.page);
      assert.deepEqual(opened.problems.filter((p) => !/status of 422/.test(p)), [], `${address}: nothing goes wrong`);
      if (options.javaScriptEnabled !== false) assert.deepEqual(await opened.page.evaluate(() => window.violations), [], `${address}: the security policy is kept`);
    } finally {
      await opened.context.close();
    }
  };
  const menu = '.views-menu > summary';
  const names = (page) => page.locator('.views-list a').allTextContents();

  test('a view of cases is saved, opened, replaced, renamed and deleted', async () => {
    await using('/cases', {}, async (page) => {
      await page.selectOption('#filter-state', 'partial');
      await page.click('.filters .apply');
      await page.waitForURL('**state=partial**');
      await page.click(menu);
      await page.fill('#view-name', '部分下降的');
      await page.press('#view-name', 'Enter');
      await page.waitForSelector('.view-done');
      assert.match(await page.innerText(menu), /部分下降的/);

      await page.goto(base + '/cases');
      await page.click(menu);
      await page.click('.views-list a');
      await page.waitForURL('**state=partial**');
      const states = await page.$$eval('td[data-column=state]', (cells) => [...new Set(cells.map((c) => c.textContent.trim()))]);
      assert.deepEqual(states, ['部分下降']);

      await page.goto(base + '/cases?state=increased');
      await page.click(menu);
      await page.fill('#view-name', '部分下降的');
      await page.click('.view-save button');
      await page.waitForSelector('.message');
      assert.match(await page.innerText('main'), /已有名为“部分下降的”的视图/);

      await page.goto(base + '/cases?state=increased');
      await page.click(menu);
      await page.click('.view-change summary');
      await page.click('.view-change button[formaction*=replace]');
      await page.waitForSelector('.view-done');
      await page.click(menu);
      await page.click('.view-change summary');
      await page.fill('.view-change input[name=new_name]', '上升的');
      await page.press('.view-change input[name=new_name]', 'Enter');
      await page.waitForSelector('.view-done');
      await page.click(menu);
      assert.deepEqual(await names(page), ['上升的']);
      assert.match(await page.locator('.views-list a').getAttribute('href'), /state=increased/);
      await page.click('.view-change summary');
      await page.click('.view-change button[formaction*=drop]');
      await page.waitForSelector('.view-done');
      assert.deepEqual(await names(page), []);
    });
  });

  test('a view of a region is saved and opened by keyboard alone', async () => {
    await using('/regions/320505?payer=both', {}, async (page) => {
      await page.focus(menu);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'view-name');
      await page.keyboard.type('虎丘合计');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.view-done');

      await page.goto(base + '/regions');
      await page.focus(menu);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      assert.equal(await page.locator('.views-menu').evaluate((m) => m.open), false, 'Escape closes it');
      assert.ok(await page.locator(menu).evaluate((s) => s === document.activeElement), 'and the focus is on it');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/regions/320505?payer=both');
      await page.click(menu);
      await page.click('.view-change summary');
      await page.click('.view-change button[formaction*=drop]');
      await page.waitForSelector('.view-done');
    });
  });

  test('they work without scripts, and another account has its own', async () => {
    await using('/issues?status=open', { javaScriptEnabled: false }, async (page) => {
      await page.click(menu);
      await page.fill('#view-name', '未办结');
      await page.click('.view-save button');
      await page.waitForSelector('.view-done');
      await using('/issues', { account: 'inspector' }, async (other) => { assert.deepEqual(await names(other), []); });
      await page.goto(base + '/issues');
      await page.click(menu);
      assert.deepEqual(await names(page), ['未办结']);
      await page.click('.view-change summary');
      await page.click('.view-change button[formaction*=drop]');
      await page.waitForSelector('.view-done');
    });
  });

  test('the box is within the window of a telephone', async () => {
    for (const address of ['/cases', '/', '/units', '/issues', '/loads']) {
      await using(address, { account: address === '/loads' ? 'data' : 'suzhou', viewport: { width: 390, height: 800 } }, async (page) => {
        await page.click(menu);
        const box = await page.locator('.views-box').boundingBox();
        assert.ok(box.x >= 0 && box.x + box.width <= 390, `${address}: from ${box.x}, ${box.width} wide`);
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), `${address}: no wider than the window`);
      });
    }
  });
});
