// Runs, the difference of two of them down to one unit and back, and loads with their rejected lines, in a real browser. The store
// has two runs: the second knows September's late records, December, and a file of which every line was rejected. Run by
// `make browser`; skips when JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

const number = (text) => Number(text.replace(/[^\d.−-]/g, '').replace('−', '-'));
const exact = async (cell) => Number(await cell.locator('data').getAttribute('value'));

// take downloads what a link gives, with a reason.
async function take(page, link) {
  await link.click();
  await page.fill('#reason-text', '核对两次测算的差异');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#reason button[data-format="csv"]')]);
  return readFileSync(await download.path(), 'utf8');
}

describe('runs and loads', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  test('from the list of runs down to why one unit moved, and back, the numbers agree', async () => {
    const { page, context } = await open(browser, '/runs');
    await page.click('table[data-table="runs"] tbody tr:first-child td[data-column="difference"] a');
    await page.waitForURL('**/runs/2/difference?against=1');
    const difference = page.url();
    const total = async (table) => exact(page.locator(`table[data-table="${table}"] tfoot td[data-column="moved_real"]`));
    const moved = await total('causes');
    for (const table of ['moved_months', 'moved_regions', 'moved_industries', 'moved_sizes']) {
      assert.equal(await total(table), moved, table);
    }
    assert.equal(await page.locator('.sums.wrong').count(), 0);
    assert.match(await page.locator('.sentences').innerText(), /新增月份/);

    // The units of one cause are as many as the cause says.
    const cause = page.locator('table[data-table="causes"] tbody tr', { hasText: '明细补报' });
    const units = number(await cause.locator('td[data-column="units"]').innerText());
    const csv = await take(page, page.locator('#units .download'));
    await cause.locator('th a').click();
    await page.waitForURL(/why=records/);
    const some = await take(page, page.locator('#units .download'));
    const rows = (text) => text.split('\r\n').filter((line) => /(^|,)"?[0-9A-Z]{18}"?,/.test(line)).length;
    assert.equal(rows(some), units);
    assert.ok(rows(csv) > units);

    // One of them: its parts add up to its movement.
    const first = page.locator('table[data-table="units"] tbody tr').first();
    const real = await exact(first.locator('td[data-column="moved_real"]'));
    await first.locator('th a').click();
    await page.waitForURL(/\/difference\/units\//);
    assert.equal(await exact(page.locator('table[data-table="unit_months"] tfoot td[data-column="moved_real"]')), real);
    assert.equal(await page.locator('.sums.wrong').count(), 0);
    assert.ok(await page.locator('table[data-table="unit_records"] tbody tr').count() > 0);
    await page.goBack();
    await page.waitForURL(/why=records/);
    await page.click('.crumbs a:nth-child(1)');
    await page.goto(difference);
    const json = await page.evaluate(() => fetch('/api/v1/runs/2/difference?against=1').then((r) => r.json()));
    assert.equal(Number(json.total.moved.real), moved);
    await context.close();
  });

  test('a leader sees no unit, and less than three persons nowhere', async () => {
    const { page, context } = await open(browser, '/runs/2/difference', { account: 'leader' });
    assert.equal(await page.locator('#units').count(), 0);
    assert.equal(await page.locator('a[href*="/units/"]').count(), 0);
    await context.close();
  });

  test('files and figures are reconciled, and rejected lines can be taken, corrected and understood', async () => {
    const { page, context } = await open(browser, '/loads', { account: 'data' });
    assert.match(await page.locator('.verdict').innerText(), /逐分一致/);
    assert.equal(await page.locator('.reconciliation.bad').count(), 0);
    await page.click('table[data-table="loads"] tbody tr:first-child th a');
    await page.waitForURL('**/loads/15');
    assert.match(await page.locator('.equation').innerText(), /读取 44 行 = 接收 0 \+ 被拒 44 \+ 未变 0/);
    const reason = page.locator('table[data-table="reasons"] tbody tr').first();
    const lines = number(await reason.locator('td[data-column="lines"]').innerText());
    await reason.locator('a').click();
    await page.waitForURL(/reject=/);
    assert.equal(await page.locator('table[data-table="rejects"] tbody tr').count(), lines);
    await page.goBack();
    await page.click('text=下载可改正文件');
    await page.fill('textarea[name="reason"]', '退回单位改正后重新导入');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('main form button[type="submit"]')]);
    const file = readFileSync(await download.path(), 'utf8').replace('\ufeff', '').trimEnd().split('\r\n');
    assert.match(file[0], /^record_id,unit_id,period,/);
    assert.equal(file.length, 45);
    await context.close();
  });

  test('who keeps a city sees its lines and no whole file', async () => {
    const { page, context } = await open(browser, '/loads', { account: 'sudata' });
    assert.equal(await page.locator('.reconciliation').count(), 0);
    assert.match(await page.locator('.concealed').innerText(), /辖区/);
    const answer = await page.evaluate(() => fetch('/api/v1/loads').then((r) => r.json()));
    assert.equal(answer.whole, false);
    assert.ok(answer.list.length > 0 && answer.list.every((l) => !('read' in l) && !('hash' in l)));
    await context.close();
  });
});
