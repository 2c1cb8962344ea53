// Units in a real browser: from the list to a unit, to its records and to the explanation of one, and back; search, the
// choice of columns, pages, downloads and the answer on paper. Run by `make browser`; skips when JIANFU_URL names no
// server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('units', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
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
  const names = (page) => page.$$eval('table[data-table=units] tbody th', (cells) => cells.map((c) => c.textContent));
  const yuan = (text) => text.replace(/[,\s元]/g, '').replace('−', '-');

  test('leads from the list down to a record and back, figures agreeing on the way', async () => {
    await using('/units', {}, async ({ page }) => {
      assert.ok(await page.locator('[data-tick].ok').isVisible(), 'the list agrees with the figures above it');
      const list = await json(page, '/units');
      assert.equal(list.units.length, 50);
      assert.deepEqual(await names(page), list.units.map((u) => u.name));
      const first = list.units[0];
      await page.click('table[data-table=units] tbody th a');
      await page.waitForURL('**/units/' + first.unit_id);
      const unit = await json(page, '/units/' + first.unit_id);
      assert.equal(unit.total.shortfall, first.shortfall, 'the unit has the shortfall of the list');
      assert.equal(await page.getAttribute('[data-kpi=shortfall] data', 'value').then(yuan), first.shortfall);
      for (const table of ['months', 'measures', 'insurances', 'growth']) {
        assert.equal(await page.locator(`table[data-table=${table}]`).count(), 1, table);
      }
      assert.equal(await page.locator('.sums.wrong').count(), 0, 'every table adds up');
      await page.click('text=查看缴费明细');
      await page.waitForURL('**/records');
      assert.ok(await page.locator('[data-tick].ok').isVisible(), 'the records come to the unit');
      const records = await json(page, `/units/${first.unit_id}/records`);
      assert.equal(records.agrees, true);
      assert.equal(await page.locator('table[data-table=records] tbody tr').count(), records.records.length);
      const record = records.records[0];
      await page.click('table[data-table=records] tbody th a');
      await page.waitForURL(`**/records/${record.load}/${record.line}`);
      assert.equal(await page.getAttribute('[data-tick]', 'data-tick'), 'equal', 'the rule comes to what the run stored');
      assert.ok((await page.locator('.scenario').count()) >= 2);
      assert.match(await page.locator('.source').first().innerText(), /\.csv/);
      await page.click('.crumbs li:nth-last-child(3) a');
      await page.waitForURL('**/units/' + first.unit_id);
      await page.goBack();
      await page.goBack();
      await page.waitForURL('**/records');
      await page.goBack();
      await page.goBack();
      await page.waitForURL('**/units');
    });
  });

  test('finds by name, initials, code and the beginning of one, and says what is wrong with a code', async () => {
    await using('/units', {}, async ({ page }) => {
      const [unit] = (await json(page, '/units?sort=name')).units;
      for (const typed of [unit.name.slice(2, 6), unit.unit_id, unit.unit_id.toLowerCase(), unit.unit_id.slice(0, 12)]) {
        await page.fill('#unit-search', typed);
        await page.press('#unit-search', 'Enter');
        await page.waitForURL('**/units?q=**');
        assert.ok((await names(page)).includes(unit.name), `${typed} finds ${unit.name}`);
      }
      await page.fill('#unit-search', 'yxgs');
      await page.press('#unit-search', 'Enter');
      await page.waitForURL('**q=yxgs');
      assert.ok((await names(page)).every((n) => n.includes('有限公司')));
      const wrong = unit.unit_id.slice(0, 17) + (unit.unit_id[17] === '0' ? '1' : '0');
      await page.fill('#unit-search', wrong);
      await page.press('#unit-search', 'Enter');
      await page.waitForURL('**' + wrong);
      assert.match(await page.locator('.unit-search + .said.problem').innerText(), new RegExp(`“${unit.unit_id[17]}”`), 'the right check character is named');
    });
  });

  test('keeps its whole state in the address: state, order, columns and page', async () => {
    await using('/units', {}, async ({ page }) => {
      await page.click('.tabs a:has(.state-full)');
      await page.waitForURL('**state=full');
      await page.click('thead a:text("实际负担")');
      await page.waitForURL('**sort=-charged**');
      await page.click('.pages-of a[rel=next]');
      await page.waitForURL('**page=2**');
      assert.match(await page.locator('.range').innerText(), /第 51—100 户/);
      await page.click('.choose summary');
      await page.check('.choose input[value=per_person]');
      await page.uncheck('.choose input[value=industry]');
      await page.click('.choose button');
      await page.waitForLoadState();
      const heads = await page.$$eval('table[data-table=units] thead th', (cells) => cells.map((c) => c.textContent.trim()));
      assert.ok(heads.includes('每人每月实际负担') && !heads.includes('行业'), heads.join(' '));
      assert.match(page.url(), /state=full/);
      const before = await names(page);
      await page.reload();
      assert.deepEqual(await names(page), before);
    });
  });

  test('says what to let go of where nothing is found', async () => {
    await using('/units?state=increased&size=large&q=%E5%86%9C%E4%B8%9A', {}, async ({ page }) => {
      assert.equal(await page.locator('table[data-table=units]').count(), 0);
      await page.click('.relax a >> nth=0');
      await page.waitForLoadState();
      assert.ok((await names(page)).length > 0, 'letting go of one condition finds units');
    });
  });

  test('prints the answer on one page of A4', async () => {
    await using('/units', {}, async ({ page }) => {
      for (const unit of (await json(page, '/units')).units.slice(0, 3)) {
        await page.goto(`${base}/units/${unit.unit_id}/answer`);
        const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
        const pages = pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g).length;
        assert.equal(pages, 1, unit.name);
        const paper = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' });
        for (const value of await page.locator('.answer-figures dd').allInnerTexts()) {
          assert.ok(paper.includes(value.trim()), `${unit.name}: paper has ${value}`);
        }
        assert.match(paper, /盖章/);
        const screen = await page.locator('.answer-sheet').boundingBox();
        const end = await page.locator('.answer-sheet footer').boundingBox();
        assert.ok(end.y + end.height <= screen.y + screen.height && screen.width > 800, 'the screen shows a sheet that holds it all');
      }
    });
  });

  test('hands out everything that was found, with its conditions, for a reason', async () => {
    await using('/units?state=partial', {}, async ({ page }) => {
      const total = (await json(page, '/units?state=partial')).total;
      const text = await page.evaluate(async () => (await fetch('/download/units/units.csv?state=partial', { method: 'POST', body: new URLSearchParams({
        csrf_token: document.querySelector('input[name=csrf_token]').value, reason: '浏览器测试' }) })).text());
      const lines = text.trim().split('\r\n');
      assert.equal(lines.filter((l) => /^[^,]+,"?[0-9A-Z]{18}/.test(l)).length, total, 'as many lines as units');
      assert.ok(text.includes('部分下降') && text.includes('与上级数字一致'), 'conditions and check stand above the lines');
    });
  });

  test('is not for leaders, nor for inspectors of elsewhere', async () => {
    let unit;
    await using('/units', {}, async ({ page }) => { unit = (await json(page, '/units?region=320100')).units[0].unit_id; });
    for (const [account, status] of [['leader', 403], ['suzhou', 404]]) {
      const { response, context } = await open(browser, '/units/' + unit, { account });
      assert.equal(response.status(), status, account);
      await context.close();
    }
  });
});
