// The policy page and what-ifs in a real browser: the timeline is drawn and says its documents, a what-if is asked in the
// form and answered in figures that agree with its JSON and its tables, kept under a name, opened and deleted, and the
// official overview is what it was. Run by `make browser`; skips when JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { axeSource, base, launch, open } from './session.mjs';

describe('the policy pages', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  const using = async (path, options, body) => {
    const opened = await open(browser, path, options);
    try {
      await body(opened);
      assert.deepEqual(opened.problems, [], 'nothing goes wrong in the page');
      assert.deepEqual(await opened.page.evaluate(() => window.violations), [], 'the security policy is kept');
    } finally {
      await opened.context.close();
    }
  };
  const json = (page, address) => page.evaluate((a) => fetch(a).then((r) => r.json()), address);
  const point = '?target=rate&way=points&value=-1&insurance=pension';

  // computed is the address of a what-if, computed by sending the form that a link to it fills in.
  const computed = async () => {
    let address = '';
    await using('/policy/what-if' + point, {}, async ({ page }) => {
      await Promise.all([page.waitForURL(/scenario=/, { timeout: 60000 }), page.click('.what-if-form button[type=submit]')]);
      address = new URL(page.url()).pathname + new URL(page.url()).search;
    });
    return address;
  };

  test('draws rates and limits over time, each with its document', async () => {
    for (const path of ['/policy', '/policy?lang=en&theme=dark']) {
      await using(path, {}, async ({ page }) => {
        assert.equal(await page.getAttribute('html', 'data-charts'), 'drawn');
        for (const id of ['rates', 'limits']) {
          assert.ok(await page.locator(`[data-chart="${id}"] svg path`).count() > 3, `${path} ${id} is drawn`);
          assert.ok((await page.getAttribute(`[data-chart="${id}"]`, 'aria-label')).length > 10);
        }
        const box = page.locator('[data-chart="rates"]');
        await box.scrollIntoViewIfNeeded();
        const area = await box.boundingBox();
        await page.mouse.move(area.x + area.width * 0.6, area.y + 30);
        const tip = box.locator('.tip');
        await tip.waitFor({ state: 'visible', timeout: 5000 });
        assert.match(await tip.innerText(), /〔20\d\d〕/, 'the tip names a document');
      });
    }
  });

  test('says what applies, as its JSON does', async () => {
    await using('/policy', {}, async ({ page }) => {
      await page.selectOption('#policy-insurance', 'work_injury');
      await page.selectOption('#policy-risk', '4');
      await page.fill('#policy-float', '1.2');
      await Promise.all([page.waitForURL(/risk_class=4/), page.click('.policy-form button[type=submit]')]);
      const said = await json(page, '/api/v1/policy' + new URL(page.url()).search);
      const rates = await page.locator('table[data-table=applies] td[data-column=rate] data').allInnerTexts();
      const expected = said.applies.map((row) => row.rate).filter((rate) => rate !== null).map((rate) => Number((Number(rate) * 100).toFixed(4)) + '%');
      assert.ok(rates.length > 0);
      assert.deepEqual(rates, expected);
    });
  });

  test('computes a what-if, keeps it, opens it and deletes it, and leaves the official figures alone', async () => {
    await using('/policy', {}, async ({ page }) => {
      const official = await json(page, '/api/v1/overview?payer=both');
      await page.click('a[href^="/policy/what-if"]');
      await page.waitForSelector('form.what-if-form');
      await page.check('input[name=target][value=cap]', { force: true });
      assert.equal(await page.locator('#what-if-way option[value=points]').evaluate((o) => o.disabled), true, 'a limit has no percentage points');
      await page.check('input[name=target][value=rate]', { force: true });
      assert.equal(await page.inputValue('#what-if-way'), 'set', 'a value is set unless another way is chosen');
      await page.selectOption('#what-if-way', 'points');
      await page.selectOption('#what-if-insurance', 'pension');
      await page.fill('#what-if-value', '-1');
      await Promise.all([page.waitForURL(/scenario=/, { timeout: 60000 }), page.click('.what-if-form button[type=submit]')]);
      assert.match(await page.innerText('.not-official'), /不计入正式口径/);
      const { result } = await json(page, '/api/v1/policy/what-if' + new URL(page.url()).search);
      assert.equal(await page.getAttribute('[data-kpi=change] data', 'value'), Number(result.total.change).toLocaleString('en-US', { minimumFractionDigits: 2 }).replace('-', '−'));
      assert.ok(Number(result.total.change) < 0 && result.total.more === 0, 'a lower rate costs nobody more');
      for (const table of ['regions', 'industries', 'sizes']) {
        const cells = await page.locator(`table[data-table=${table}] tbody td[data-column=change] data`).evaluateAll((all) => all.map((d) => Math.round(Number(d.value) * 100)));
        assert.ok(cells.length > 0 && cells.reduce((a, b) => a + b, 0) === Math.round(Number(result.total.change) * 100), `${table} add up`);
      }
      await page.fill('#keep-name', '浏览器测试');
      await Promise.all([page.waitForURL(/done=scenario_saved/), page.click('.keep button[type=submit]')]);
      await page.goto(base + '/policy/what-if');
      await Promise.all([page.waitForURL(/scenario=/), page.click('table[data-list=scenarios] >> text=浏览器测试')]);
      assert.equal(await page.getAttribute('[data-kpi=change] data', 'value'), Number(result.total.change).toLocaleString('en-US', { minimumFractionDigits: 2 }).replace('-', '−'));
      await Promise.all([page.waitForURL(/done=scenario_deleted/), page.click('table[data-list=scenarios] tr:has-text("浏览器测试") button')]);
      assert.equal(await page.locator('table[data-list=scenarios] >> text=浏览器测试').count(), 0);
      assert.deepEqual(await json(page, '/api/v1/overview?payer=both'), official, 'the overview is what it was');
    });
  });

  test('a link fills in the form and computes nothing', async () => {
    await using('/policy/what-if' + point.replace('-1', '-0.37'), {}, async ({ page }) => {
      assert.equal(await page.locator('.what-if-result').count(), 0);
      assert.equal(await page.inputValue('#what-if-value'), '-0.37');
      await page.selectOption('#what-if-insurance', 'unemployment'); // what is in force is looked up without the proof of the form
      const [asked] = await Promise.all([page.waitForRequest(/look=1/), page.selectOption('#what-if-insurance', 'pension')]);
      assert.ok(!asked.url().includes('csrf_token'), asked.url());
    });
  });

  test('leads from a region of a what-if down and back', async () => {
    await using(await computed(), {}, async ({ page }) => {
      await page.locator('details.data').first().evaluate((d) => { d.open = true; });
      const link = page.locator('table[data-table=regions] tbody th a').first();
      const name = await link.innerText();
      await Promise.all([page.waitForURL(/region=/), link.click()]);
      assert.match(await page.innerText('.crumbs'), new RegExp(name));
      await page.goBack();
      await page.waitForURL((url) => !url.search.includes('region='));
    });
  });

  test('has no serious accessibility problem, fits every width and prints', async () => {
    const axe = axeSource();
    const whatIf = await computed();
    for (const path of ['/policy?', '/policy?lang=en&theme=dark&', whatIf + '&', whatIf + '&lang=en&theme=dark&']) {
      await using(path, { bypassCSP: true }, async ({ page }) => {
        await page.locator('details.data').evaluateAll((all) => all.forEach((d) => { d.open = true; }));
        await page.evaluate(axe);
        const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
        const serious = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
        assert.deepEqual(serious.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`), [], path);
      });
    }
    for (const width of [390, 1366, 1920]) {
      for (const path of ['/policy', whatIf]) {
        await using(path, { viewport: { width, height: 900 } }, async ({ page }) => {
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(wide <= 0, `${path} at ${width} is ${wide} pixels too wide`);
        });
      }
    }
    await using(whatIf, {}, async ({ page }) => {
      assert.ok((await page.pdf({ preferCSSPageSize: true, printBackground: true })).length > 20000);
    });
  });
});
