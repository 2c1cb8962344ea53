// Cases in a real browser: from the list to a unit and to an issue in two clicks, several at once,
// samples that are drawn again, systemic findings, evidence packs, the keyboard and paper. Run by `make browser`; skips when
// JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('cases', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
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
  const json = (page, address) => page.evaluate(async (at) => (await fetch('/api/v1' + at)).json(), address);
  const names = (page) => page.$$eval('table[data-table=cases] tbody th', (cells) => cells.map((c) => c.textContent.trim()));

  test('the worst case of a county becomes an issue in two clicks, with its evidence', async () => {
    await using('/cases', {}, async ({ page }) => {
      const list = await json(page, '/cases?issue=none&state=increased');
      assert.ok(list.total > 0);
      const worst = list.cases[0];
      const county = `/cases?region=${worst.region_code}&issue=none`;
      await page.goto(base + county);
      assert.deepEqual(await names(page), (await json(page, county)).cases.map((c) => c.name), 'the page has the cases of the interface');
      await page.click('table[data-table=cases] tbody th a');
      await page.waitForURL(`**/units/${worst.unit_id}`);
      assert.ok(await page.locator('#case .sums.ok').isVisible(), 'the reasons add up to the shortfall');
      assert.equal(await page.locator('#case .case-issues').count(), 0);
      await page.click('#case .case-do form button');
      await page.waitForSelector('form.back button[type=submit]'); // what will be registered is shown first
      await Promise.all([page.waitForURL(/issues\/\d/), page.click('form.back button[type=submit]')]);
      const number = page.url().split('/').pop();
      assert.match(await page.innerText('main'), new RegExp(worst.name));
      assert.match(await page.innerText('main'), /取证包/);
      const issue = await json(page, '/issues/' + number);
      const fen = (amount) => BigInt(amount.replace('.', ''));
      assert.ok(fen(issue.found ?? issue.issue.found) >= fen(worst.shortfall), 'the issue has what was charged too much, which is no less than the net');
      await page.goto(base + `/units/${worst.unit_id}`);
      assert.match(await page.innerText('#case .case-issues'), new RegExp(number));
      await page.goto(base + county);
      assert.ok(!(await names(page)).includes(worst.name), 'it is no longer among those without an issue');
    });
  });

  test('issues are opened for several cases at once', async () => {
    await using('/cases?issue=none', { account: 'suzhou' }, async ({ page }) => {
      const chosen = (await names(page)).slice(0, 2);
      const boxes = page.locator('input[name=unit]');
      await boxes.nth(0).check();
      await boxes.nth(1).check();
      assert.match(await page.innerText('[data-chosen]'), /2/);
      assert.equal(await page.locator('input[data-all]').evaluate((b) => b.indeterminate), true);
      await page.click('.bulk .button:not([name])');
      await page.waitForSelector('form.back button[type=submit]');
      await page.click('form.back button[type=submit]');
      await page.waitForSelector('.page-opened');
      const told = await page.innerText('main');
      for (const name of chosen) assert.ok(told.includes(name), name);
    });
  });

  test('a sample names its seed and is drawn again', async () => {
    await using('/cases', {}, async ({ page }) => {
      await page.click('.sample summary');
      await page.selectOption('#sample-way', 'level');
      await page.fill('#sample-count', '7');
      await page.click('.sample button');
      await page.waitForURL('**seed=**');
      const drawn = (await names(page)).sort();
      assert.equal(drawn.length, 7);
      assert.match(await page.innerText('.sample-words'), new RegExp(new URL(page.url()).searchParams.get('seed')));
      await page.goto(page.url() + '&sort=unit_id');
      assert.deepEqual((await names(page)).sort(), drawn);
    });
  });

  test('a systemic finding leads to its units and cases', async () => {
    await using('/findings', {}, async ({ page }) => {
      const { findings } = await json(page, '/findings');
      assert.ok(findings.length > 0);
      assert.equal(await page.locator('table[data-table=findings] tbody tr').count(), findings.length);
      await page.click('table[data-table=findings] tbody th a');
      await page.waitForURL(`**/findings/${findings[0].id}`);
      const units = await names(page);
      assert.equal(units.length, Math.min(findings[0].units, 50));
      await page.click('text=在案件清单中查看');
      await page.waitForURL(`**/cases?every=yes&finding=${findings[0].id}`);
      assert.deepEqual(new Set(await names(page)), new Set(units));
    });
  });

  test('the evidence pack asks why, and is a ZIP', async () => {
    await using('/cases', {}, async ({ page, problems }) => {
      await page.click('table[data-table=cases] tbody th a');
      await page.click('a.download-evidence');
      await page.waitForSelector('#reason-page-text');
      problems.splice(0); // the page that asks says 400, for programs
      await page.fill('#reason-page-text', '核对取证材料');
      const [download] = await Promise.all([page.waitForEvent('download'), page.click('form button[type=submit]:has-text("下载文件")')]);
      assert.match(download.suggestedFilename(), /^取证包-.*\.zip$/);
      assert.equal(readFileSync(await download.path()).subarray(0, 4).toString('latin1'), 'PK\u0003\u0004');
    });
  });

  test('the overview leads to cases and issues, and leaders see issues alone', async () => {
    await using('/', {}, async ({ page }) => {
      const list = await json(page, '/cases');
      assert.match(await page.innerText('[data-strip=cases]'), new RegExp(String(list.total)));
      await page.click('[data-strip=none]');
      await page.waitForURL('**/cases?issue=none');
    });
    await using('/', { account: 'leader' }, async ({ page }) => {
      assert.equal(await page.locator('[data-strip=cases]').count(), 0);
      assert.equal(await page.locator('[data-strip=issues]').count(), 1);
    });
  });
});
