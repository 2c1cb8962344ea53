// The page of the JSON interface: what can be asked there answers, the command it shows is the one that was asked, and
// nothing but the reader's own figures comes back. Run by `make browser`; skips when JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('the page of the JSON interface', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  // using lets the refusals pass that a test asks for: the browser itself logs them as errors.
  const using = async (path, options, body, refusals = 0) => {
    const opened = await open(browser, path, options);
    try {
      await body(opened);
      const expected = opened.problems.filter((p) => /status of 4\d\d/.test(p));
      assert.equal(expected.length, refusals);
      assert.deepEqual(opened.problems.filter((p) => !expected.includes(p)), [], 'nothing goes wrong in the page');
      assert.deepEqual(await opened.page.evaluate(() => window.violations), [], 'the security policy is kept');
    } finally {
      await opened.context.close();
    }
  };

  const ask = async (page, id, values = {}) => {
    const card = page.locator(`#${id}`);
    if (!await card.locator('form').isVisible()) await card.locator('summary').first().click();
    for (const [name, value] of Object.entries(values)) {
      const field = card.locator(`[name="${name}"]`);
      if (await field.evaluate((f) => f.tagName) === 'SELECT') await field.selectOption(value);
      else await field.fill(value);
    }
    await card.locator('button[type="submit"]').click();
    await card.locator('.api-status', { hasText: /^\d{3}/ }).waitFor();
    return { status: await card.locator('.api-status').innerText(), curl: await card.locator('.api-curl').innerText(), body: await card.locator('.api-body').innerText() };
  };

  test('answers with the figures of the page', async () => {
    await using('/api', {}, async ({ page }) => {
      const { status, curl, body } = await ask(page, 'overview', { payer: 'both', from: '2019-05' });
      assert.match(status, /^200 · /);
      assert.equal(curl, `curl -H "Authorization: Bearer $JIANFU_TOKEN" '${base}/api/v1/overview?from=2019-05&payer=both'`);
      const figures = JSON.parse(body);
      assert.equal(figures.view.payer, 'both');
      await page.goto(base + '/?from=2019-05&payer=both');
      await page.waitForSelector('html[data-charts="drawn"]');
      const shown = await page.locator('table[data-table="regions"] tfoot td[data-column="old"] data').getAttribute('value');
      assert.equal(shown, figures.total.old);
    });
  });

  test('says what was wrong with a question', async () => {
    await using('/api?lang=en', {}, async ({ page }) => {
      const { status, body } = await ask(page, 'overview', { from: '<img src=x onerror=alert(1)>', lang: 'en' });
      assert.match(status, /^400 · /);
      const problem = JSON.parse(body).error;
      assert.equal(problem.code, 'web_bad_month');
      assert.match(problem.message, /is not a month/);
      assert.ok(status.includes(problem.request));
    }, 1);
  });

  test('opens what its address points at', async () => {
    await using('/api#component-Stamp', {}, async ({ page }) => {
      assert.ok(await page.locator('#component-Stamp table').isVisible());
      await page.click('.api-list a[href="#overview"]');
      assert.ok(await page.locator('#overview form').isVisible());
    });
  });

  test('shows others what there is and lets them try what is theirs', async () => {
    await using('/api', { account: 'sysadmin' }, async ({ page }) => {
      assert.equal(await page.locator('#overview form button').count(), 0);
      const { status, body } = await ask(page, 'openapi_json');
      assert.match(status, /^200 · /);
      assert.ok(body.includes('"openapi": "3.1.0"'));
    });
  });

  test('has a document for each language, which nobody reads without signing in', async () => {
    await using('/api', {}, async ({ page }) => {
      const titles = await page.evaluate(() => Promise.all(['zh', 'en'].map((l) => fetch('/api/v1/openapi.json?lang=' + l).then((r) => r.json()).then((d) => d.info.title))));
      assert.equal(new Set(titles).size, 2);
    });
    assert.equal((await fetch(base + '/api/v1/openapi.json')).status, 401);
  });
});
