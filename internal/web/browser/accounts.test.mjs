// Signing in, accounts, audit and downloads in a real browser: with the keyboard, in both languages and themes, within
// the security policy. Run by `make browser`; skips when JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('accounts', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  test('one signs in and out with the keyboard', async () => {
    const { page, context } = await open(browser, '/?payer=both', { account: '' });
    assert.equal(new URL(page.url()).pathname, '/login');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'username');
    await page.keyboard.type('suzhou');
    await page.keyboard.press('Tab');
    await page.keyboard.type(process.env.JIANFU_PASSWORD);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/');
    assert.equal(new URL(page.url()).search, '?payer=both');
    assert.match(await page.locator('h1').innerText(), /苏州市/);
    await page.locator('.me button').focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/login');
    await page.goto(base + '/');
    assert.equal(new URL(page.url()).pathname, '/login');
    await context.close();
  });

  test('a download asks for the reason and is marked', async () => {
    const { page, context } = await open(browser, '/', { account: 'leader', acceptDownloads: true });
    await page.click('[aria-labelledby="regions-title"] .download');
    await page.fill('#reason-text', '核对各市数字');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#reason [data-format="csv"]')]);
    assert.equal(download.suggestedFilename().endsWith('.csv'), true);
    const text = readFileSync(await download.path(), 'utf8');
    assert.match(text, /内部资料/);
    assert.match(text, /核对各市数字/);
    assert.match(text, /leader/);
    await context.close();
  });

  test('an administrator looks through another\'s eyes and stops', async () => {
    const { page, context } = await open(browser, '/admin/users/edit?account=suzhou', { account: 'sysadmin' });
    await page.fill('#view-as-reason', '核对反映的问题');
    await page.click('form[action="/view-as"] button');
    await page.waitForURL((url) => url.pathname === '/');
    assert.match(await page.locator('.view-as').innerText(), /suzhou/);
    await page.goto(base + '/nothing');
    assert.match(await page.locator('.view-as').innerText(), /suzhou/, 'error pages say so too');
    await page.click('.view-as button');
    await page.waitForURL((url) => url.pathname === '/admin/users');
    assert.equal(await page.locator('.view-as').count(), 0);
    await context.close();
  });

  test('paper bears who printed it', async () => {
    const { page, context } = await open(browser, '/', { account: 'leader' });
    assert.equal(await page.locator('.watermark').isVisible(), false);
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('.watermark').isVisible(), true);
    assert.match(await page.locator('.watermark text').first().textContent(), /林岚 leader/);
    await context.close();
  });
});
