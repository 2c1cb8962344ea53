// The wall in a real browser: it fills screens of any shape, takes turns, stops, goes on without the server and renews itself.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('the wall', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  test('fills screens of every shape, and shows all panels where there is room', async () => {
    for (const [width, height, panels] of [[1366, 768, 2], [1920, 1080, 2], [1280, 1024, 2], [3840, 2160, 2], [5760, 1080, 4]]) {
      const { page, context, problems } = await open(browser, '/screen', { account: 'leader', viewport: { width, height } });
      const seen = await page.evaluate(() => {
        const stage = document.querySelector('.stage').getBoundingClientRect();
        const cut = Array.from(document.querySelectorAll('.stage .card, .stage .findings')).filter((card) => card.scrollHeight > card.clientHeight + 1 || card.scrollWidth > card.clientWidth + 1);
        return { right: Math.round(stage.right), bottom: Math.round(stage.bottom), panels: Array.from(document.querySelectorAll('.panel')).filter((p) => getComputedStyle(p).visibility === 'visible').length, cut: cut.map((card) => card.textContent.trim().slice(0, 20)) };
      });
      assert.deepEqual(seen, { right: width, bottom: height, panels, cut: [] }, `${width} × ${height}`);
      assert.deepEqual(problems, []);
      assert.deepEqual(await page.evaluate(() => window.violations), []);
      await context.close();
    }
  });

  test('takes turns with a countdown, which a button, a key and a finger stop', async () => {
    const { page, context } = await open(browser, '/screen', { account: 'leader', viewport: { width: 1920, height: 1080 }, hasTouch: true });
    const first = () => page.locator('.panel.group-0.side-0').evaluate((p) => !p.classList.contains('off'));
    assert.match(await page.locator('.turn').innerText(), /\d+ 秒后切换/);
    assert.equal(await first(), true);
    await page.waitForFunction(() => document.querySelector('.panel.group-0').classList.contains('off'), null, { timeout: 30000 });
    await page.keyboard.press('ArrowLeft');
    assert.equal(await first(), true);
    await page.click('[data-action="pause"]');
    assert.match(await page.locator('.turn').innerText(), /已暂停/);
    await page.click('[data-action="pause"]');
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press(' ');
    assert.match(await page.locator('.turn').innerText(), /已暂停/);
    await page.keyboard.press(' ');
    await page.touchscreen.tap(300, 190);
    assert.match(await page.locator('.turn').innerText(), /已暂停/);
    await context.close();
  });

  test('stays where somebody has gone down, and leads up again', async () => {
    const { page, context } = await open(browser, '/screen?region=320500', { account: 'inspector', viewport: { width: 1920, height: 1080 } });
    assert.equal(await page.locator('[data-action="pause"]').isVisible(), false);
    assert.match(await page.locator('.wall-turn').innerText(), /暂不轮换/);
    assert.equal(await page.evaluate(() => document.body.innerHTML.includes('/units')), false, 'nothing leads to units');
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.pathname === '/screen' && url.search === '');
    await context.close();
  });

  test('goes on without the server, says how old it is, and renews itself when a new run is there', async () => {
    const { page, context } = await open(browser, '/screen', { account: 'leader', viewport: { width: 1920, height: 1080 } });
    let answer = (route) => route.abort();
    await page.route('**/api/v1/current', (route) => answer(route));
    await page.waitForSelector('.wall-offline:not([hidden])', { timeout: 25000 });
    assert.match(await page.locator('.wall-offline').innerText(), /无法连接服务器，显示的是刚刚的数据/);
    assert.ok(await page.locator('.kpi-value').first().isVisible(), 'the figures stay');
    await page.evaluate(() => { document.querySelector('.stage').dataset.mark = 'old'; });
    answer = (route) => route.fulfill({ json: { run: 999999 } });
    await page.waitForFunction(() => document.querySelector('.stage').dataset.mark === undefined, null, { timeout: 40000 });
    await page.waitForFunction(() => document.querySelectorAll('.stage [data-chart][data-drawn]').length >= 5, null, { timeout: 20000 });
    await page.waitForFunction(() => document.querySelector('.wall-offline').hidden, null, { timeout: 20000 });
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    await context.close();
  });
});
