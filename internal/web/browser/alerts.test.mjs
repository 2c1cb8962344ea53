// One's own alerts, in a real browser. Run by `make browser`; skips when JIANFU_URL names no server. Axe and screens of the page are
// pages.test.mjs's matter.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('alerts', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  test('an alert is set, paused, resumed and deleted', async () => {
    const { page, context, problems } = await open(browser, '/notices');
    await page.click('.notice-side a[href^="/alerts"]');
    await page.waitForURL((url) => url.pathname === '/alerts');
    await page.fill('#number', 'many');
    await page.click('form[action^="/alerts/create"] button[type=submit]');
    assert.match(await page.textContent('main .said.problem'), /至多两位小数/);
    assert.equal(await page.inputValue('#number'), 'many', 'what was typed stays');
    await page.selectOption('#figure', 'overcharged');
    await page.selectOption('#level', 'county');
    await page.selectOption('#compare', 'above');
    await page.fill('#number', '1,000');
    await page.click('form[action^="/alerts/create"] button[type=submit]');
    await page.waitForSelector('main .said.done');
    const row = page.locator('.alert-list li').first();
    assert.match(await row.textContent(), /任一区县的多征高于 1,000 元/);
    await row.locator('button[value=paused]').click();
    await page.waitForSelector('.alert-list li.off');
    await row.locator('button[value=active]').click();
    await page.waitForSelector('main .said.done');
    assert.equal(await page.locator('.alert-list li.off').count(), 0);
    await row.locator('button[value=dropped]').click();
    await page.waitForSelector('main .said.done');
    assert.equal(await page.locator('.alert-list li').count(), 0);
    assert.deepEqual(problems.filter((p) => !p.includes('422')), []);
    await context.close();
  });
});
