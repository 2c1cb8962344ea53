// Pages that somebody subscribes to, in a real browser. Run by `make browser`; skips when JIANFU_URL names no server. Axe and screens of
// the other pages are pages.test.mjs's matter; that mails come is that of the Go tests.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { accessible, base, launch, open } from './session.mjs';

describe('subscriptions', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  test('a page is subscribed to, sent, changed, paused, resumed and deleted', async () => {
    const { page, context, problems } = await open(browser, '/sizes?payer=both');
    await page.click('.subscribe-here button');
    await page.waitForSelector('.subscribe form');
    assert.equal(await page.isVisible('#weekday'), false, 'on working days no day of the week is asked for');
    await page.selectOption('#every', 'weekly');
    assert.equal(await page.isVisible('#weekday'), true);
    await page.fill('#name', '每周规模');
    await page.uncheck('input[name=mail]');
    assert.equal(await page.isVisible('#files'), false, 'without mail nothing goes with it');
    await page.click('.subscribe form button[type=submit]');
    await page.waitForSelector('main .said.done');
    const row = page.locator('.subscription-list li').first();
    assert.match(await row.textContent(), /每周规模[^]*每周一 8:00 · 系统内提醒[^]*下一次/);
    await row.locator('form[action^="/subscriptions/send"] button').click();
    await page.waitForSelector('main .said.done');
    let told = '';
    for (let i = 0; i < 50 && !told.includes('每周规模'); i++) {
      await page.goto(base + '/notices');
      told = await page.textContent('main');
      if (!told.includes('每周规模')) await page.waitForTimeout(200);
    }
    await page.click('.notice-list button:has-text("每周规模")');
    await page.waitForURL((url) => url.pathname === '/sizes' && url.searchParams.get('payer') === 'both');
    await page.goto(base + '/subscriptions');
    assert.match(await row.textContent(), /已在系统内提醒/);
    await row.locator('form[action^="/subscriptions/change"] button').click();
    await page.waitForSelector('.subscribe form');
    await accessible(page);
    await page.selectOption('#every', 'run');
    await page.click('.subscribe form button[type=submit]');
    await page.waitForSelector('main .said.done');
    assert.match(await row.textContent(), /每次发布新批次后/);
    for (const [state, off] of [['paused', 1], ['active', 0]]) {
      await row.locator(`button[value=${state}]`).click();
      await page.waitForSelector('main .said.done');
      assert.equal(await page.locator('.subscription-list li.off').count(), off);
    }
    await row.locator('button[value=dropped]').click();
    await page.waitForSelector('.empty-rows');
    assert.deepEqual(problems, []);
    await context.close();
  });
});
