// The bell, one's own notices and the calendar of working days, in a real browser. Run by `make browser`; skips when JIANFU_URL
// names no server. Axe and screens of both pages are pages.test.mjs's matter.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('notices and working days', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  test('the bell leads to one\'s notices, and mail is where its reader wants it', async () => {
    const { page, context, problems } = await open(browser, '/');
    await page.click('.bell');
    await page.waitForURL((url) => url.pathname === '/notices');
    assert.equal(await page.getAttribute('.bell', 'aria-current'), 'page');
    await page.fill('#mail', 'nobody');
    await page.click('.notice-side button[type=submit]');
    assert.match(await page.textContent('main .said.problem'), /不是邮件地址/);
    assert.equal(await page.inputValue('#mail'), 'nobody', 'what was typed stays');
    await page.fill('#mail', 'chen.ming@tax.example');
    await page.uncheck('input[name=kind][value=due_today]');
    await page.click('.notice-side button[type=submit]');
    await page.waitForSelector('main .said.done');
    assert.equal(await page.inputValue('#mail'), 'chen.ming@tax.example');
    assert.equal(await page.isChecked('input[name=kind][value=due_today]'), false);
    assert.equal(await page.isChecked('input[name=kind][value=overdue]'), true);
    await page.fill('#mail', '');
    await page.click('.notice-side button[type=submit]');
    await page.waitForSelector('main .said.done');
    assert.deepEqual(problems.filter((p) => !p.includes('422')), []);
    await context.close();
  });

  test('who has no issues has no bell', async () => {
    const { page, context } = await open(browser, '/loads', { account: 'data' });
    assert.equal(await page.locator('.bell').count(), 0);
    await context.close();
  });

  test('the calendar goes from year to year and marks what the notices moved', async () => {
    const { page, context, problems } = await open(browser, '/admin/calendar?year=2018');
    await page.click('.years a:has-text("2019")');
    await page.waitForURL((url) => url.searchParams.get('year') === '2019');
    const may = page.locator('.month').nth(4);
    assert.deepEqual(await may.locator('.day.off').evaluateAll((days) => days.map((d) => d.firstChild.textContent)), ['1', '2', '3', '4']);
    assert.equal(await may.locator('.day.work').getAttribute('title'), '劳动节：周末上班（调休）');
    assert.deepEqual(problems, []);
    await context.close();
  });
});
