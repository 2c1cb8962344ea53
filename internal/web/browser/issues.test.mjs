// The issue ledger in a real browser: the worst unit of a county, an issue in two clicks, accepted, given to somebody, handled
// and answered with an attachment; the correction is loaded and recomputed by the command line while the server runs; the
// data verify it, and another account closes it; the counters move. Then what each role sees, a conflict, and the looks of
// every page. JIANFU_BIN and JIANFU_STORE name the program and the store under the server, JIANFU_POLICY the pack of its runs.
// It changes the store, so `make browser` runs it after all others; skips when JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { base, launch, open, shown } from './session.mjs';

const { JIANFU_BIN: program, JIANFU_STORE: store, JIANFU_POLICY: policy } = process.env;

// command runs the program on the server's store; exit code 2 is done, with something to look at.
function command(...args) {
  try {
    return execFileSync(program, ['--data', store, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (e) {
    if (e.status !== 2) throw new Error(`${args.join(' ')}: ${e.stdout}${e.stderr}`);
    return e.stdout;
  }
}

const pdf = { name: '退费凭证.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n') };
const state = (page) => page.locator('.badge[data-state]').first().getAttribute('data-state');
const money = async (page, part) => Number(await page.locator(`[data-money="${part}"]`).getAttribute('value'));

// act fills in the form of an action and sends it.
async function act(page, action, fill = async () => {}) {
  const form = page.locator(`form[action*="/${action}"]`);
  await page.evaluate((a) => { const d = document.querySelector(`details[data-action="${a}"]`); if (d) d.open = true; }, action);
  await fill(form);
  await Promise.all([page.waitForURL(/done=issue_/), form.locator('button[type="submit"]').click()]);
}

// counters are the figures above the list of a county's issues.
async function counters(page, region) {
  await page.goto(`${base}/issues?region=${region}`);
  const of = async (id) => Number((await page.locator(`[data-kpi="${id}"] data`).getAttribute('value')).replace(/,/g, ''));
  return { all: await of('all'), open: await of('open'), found: await of('found'), corrected: await of('corrected'), outstanding: await of('outstanding') };
}

describe('the issue ledger', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  test('from the worst unit of a county to a closed issue that the data verified', { skip: !program && 'JIANFU_BIN names no program' }, async () => {
    const { page, context, problems } = await open(browser, '/cases?region=320500&sort=-shortfall&issue=none', { account: 'suzhou' });
    const unit = (await page.locator("table[data-table='cases'] tbody a[href*='/units/']").first().getAttribute('href')).match(/units\/(\w+)/)[1];
    const county = (await page.evaluate((id) => fetch(`/api/v1/units?q=${id}`).then((r) => r.json()), unit)).units[0].region;
    const first = await counters(page, county);

    // The case, the button, and what is asked before anything is registered.
    await page.goto(`${base}/cases?region=${county}&sort=-shortfall&issue=none`);
    await page.locator(`table[data-table='cases'] tbody a[href*='/units/${unit}']`).first().click();
    await page.waitForURL(/\/units\//);
    await Promise.all([shown(page, 'table[data-table="drafts"]'), page.locator('form[action*="/cases/issues"] button').first().click()]);
    assert.match(await page.locator('table[data-table="drafts"] tfoot').innerText(), /\d/);
    await Promise.all([page.waitForURL(/issues\/\d/), page.locator('form[action*="/cases/issues"] button').first().click()]);
    const number = page.url().match(/issues\/(\d{6}-\d{4}-\d{6})/)[1];
    const found = await money(page, 'found');
    assert.ok(found > 0);
    assert.equal(await money(page, 'outstanding'), found);
    assert.equal(await page.locator('.money .sums.ok').count(), 1);
    const opened = await counters(page, county);
    assert.deepEqual([opened.all, opened.open], [first.all + 1, first.open + 1]);
    assert.ok(Math.abs(opened.found - first.found - found) < 0.005);

    await page.goto(`${base}/issues/new?unit=${unit}`); // a second one about the same is refused, and names the first
    assert.match(await page.locator('.known-issues').innerText(), new RegExp(number));
    await page.click('[data-from-case]');
    assert.match(await page.locator('main').innerText(), new RegExp(number));

    await page.goto(`${base}/issues/${number}`);
    await act(page, 'accept');
    await act(page, 'assign', (form) => form.locator('select[name="handler"]').selectOption('inspector'));
    assert.equal(await state(page), 'assigned');
    const handler = await open(browser, '/issues/mine', { account: 'inspector' });
    await handler.page.locator(`[data-mine="own"] tr[data-issue="${number}"] a`).click();
    await act(handler.page, 'handle');
    await act(handler.page, 'reply', async (form) => {
      await form.locator('textarea').fill('系统费率表已更正，多征部分已办理退费。');
      await form.locator('input[type="file"]').setInputFiles(pdf);
    });
    assert.equal(await state(handler.page), 'replied');
    assert.equal(await handler.page.locator('.attachments li').count(), 2); // the evidence as it was found, and the reply's
    assert.equal(await page.locator('form[action$="/verify"]').count(), 0);

    // Nobody's word verifies it; the data do.
    await page.goto(`${base}/issues/${number}`);
    assert.equal(await page.locator('form[action*="/verify"]').count(), 0);
    const folder = mkdtempSync(join(tmpdir(), 'jianfu-'));
    const file = join(folder, '退费.csv');
    // What was charged too much, by month and insurance; a refund that names nobody is for whoever was.
    const reasons = join(folder, '原因.csv');
    command('export', 'reasons', '--format', 'csv', '--out', reasons);
    const owed = new Map();
    for (const line of readFileSync(reasons, 'utf8').split('\n').slice(1)) {
      const [id, period, insurance, payer, , amount] = line.trim().split(',');
      if (id === unit && payer === 'employer' && Number(amount) > 0) owed.set(`${period},${insurance}`, (owed.get(`${period},${insurance}`) || 0) + Number(amount));
    }
    const refund = (name, part) => {
      writeFileSync(file, 'record_id,unit_id,period,insurance,entry_type,headcount,wage,base,employer_rate,employer_amount,employee_rate,employee_amount,received_on,received_amount\n'
        + Array.from(owed, ([key, amount], n) => `${name}-${n},${unit},${key},refund,1,0,0,0.16,${part(amount).toFixed(2)},0.08,0,2020-01-10,\n`).join(''));
      command('load', file);
      command('--policy', policy, 'recompute');
    };
    const half = (amount) => Math.floor(amount * 50) / 100;
    refund('RF-1', half);
    await page.goto(`${base}/issues/${number}`);
    const rest = await money(page, 'outstanding');
    assert.ok(rest > 0 && rest < found, `${rest} of ${found} is outstanding`);
    refund('RF-2', (amount) => amount - half(amount));
    rmSync(folder, { recursive: true });
    await page.goto(`${base}/issues/${number}`);
    assert.equal(await money(page, 'outstanding'), 0);
    assert.equal(await money(page, 'corrected'), found);
    if (await state(page) === 'replied') await act(page, 'verify'); // by somebody else than who replied
    assert.ok(['proven', 'verified'].includes(await state(page)));
    assert.ok(await page.locator('.history > li.system').count() > 0);
    await act(page, 'close');
    assert.equal(await state(page), 'closed');
    const last = await counters(page, county);
    assert.deepEqual([last.all, last.open], [first.all + 1, first.open]);
    assert.ok(Math.abs(last.corrected - first.corrected - found) < 0.005 && Math.abs(last.outstanding - first.outstanding) < 0.005);
    assert.deepEqual(problems.filter((p) => !/422/.test(p)), []);

    // What the ledger says, its file says.
    await page.goto(`${base}/issues?q=${number}`);
    await page.locator('a[data-take][data-format="csv"]').click();
    await page.fill('#reason-text', '核对问题台账');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#reason button[data-format="csv"]')]);
    const csv = readFileSync(await download.path(), 'utf8');
    assert.match(csv, new RegExp(`${number}.*已销号`));
    await handler.context.close();
    await context.close();
  });

  test('of two who have one issue open the second is told and loses nothing', async () => {
    const one = await open(browser, '/issues/new', { account: 'inspector' });
    const set = (name, value) => one.page.check(`input[name="${name}"][value="${value}"]`, { force: true });
    await set('source', 'hotline_12366');
    await set('nature', 'consult');
    await set('category', 'policy');
    await one.page.fill('#title', '咨询降费后缴费基数怎样确定');
    await one.page.fill('#search', '苏州');
    await one.page.click('button[name="find"]');
    await one.page.locator('.found-units button').first().click();
    assert.equal(await one.page.inputValue('#title'), '咨询降费后缴费基数怎样确定');
    await Promise.all([one.page.waitForURL(/done=issue_register/), one.page.click('button[name="open"]')]);
    const path = new URL(one.page.url()).pathname;
    const other = await open(browser, path, { account: 'suzhou' });
    await one.page.goto(base + path);
    await other.page.fill('#words-comment', '我来答复。@inspector 请放心');
    await Promise.all([other.page.waitForURL(/done=/), other.page.click('form[data-action="comment"] button[type="submit"]')]);
    await one.page.evaluate(() => { document.querySelector('details[data-action="return"]').open = true; });
    await one.page.fill('#words-return', '请补充联系人');
    await one.page.click('form[action*="/return"] button[type="submit"]');
    await one.page.waitForSelector('.news');
    assert.match(await one.page.locator('.news').innerText(), /我来答复/);
    assert.equal(await one.page.inputValue('#words-return'), '请补充联系人');
    assert.equal(await state(one.page), 'registered');
    await one.page.goto(base + '/issues/mine');
    assert.equal(await one.page.locator('[data-mine="mentions"] tbody tr').count(), 1);
    await one.context.close();
    await other.context.close();
  });

  test('every mark of the statistics leads to as many issues as it says', async () => {
    const { page, context } = await open(browser, '/issues/statistics');
    for (const table of await page.locator('table[data-table^="issues_"]').all()) {
      assert.equal(await table.locator('..').locator('..').locator('.sums.wrong').count(), 0);
      const link = table.locator('tbody th a').first();
      if (!await link.count()) continue;
      const says = Number(await table.locator('tbody tr').first().locator('td[data-column="issues"] data').getAttribute('value'));
      const there = await context.newPage();
      await there.goto(base + await link.getAttribute('href'));
      assert.equal(Number(await there.locator('[data-kpi="all"] data').getAttribute('value')), says, await link.getAttribute('href'));
      await there.close();
    }
    await context.close();
  });

  test('who only reads sees no form, and who approves those of approval', async () => {
    const { page, context } = await open(browser, '/issues', { account: 'leader' });
    assert.equal(await page.locator('input[name="issue"]').count(), 0);
    assert.equal(await page.locator('a[href*="/issues/new"]').count(), 0);
    await page.locator('table[data-table="issues"] tbody td[data-column="number"] a').first().click();
    await page.waitForURL(/issues\/\d/);
    assert.equal(await page.locator('form[data-action="comment"]').count(), 0);
    assert.equal((await page.goto(base + '/issues/new')).status(), 403);
    await context.close();
  });
});
