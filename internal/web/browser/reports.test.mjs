// The life of a report in a real browser: a reporting officer has it prepared on the page, another one checks it, a leader signs it,
// it is sent; a file corrects the figures under it, and the revision says what changed, cell by cell, and adds up. JIANFU_BIN and
// JIANFU_STORE name the program and the store under the server, JIANFU_POLICY the pack of its runs. It changes the store, so
// `make browser` runs it after the others; skips when JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { accessible, base, launch, open, shown } from './session.mjs';

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

// prepared waits until a preparation has ended and opens the report that it became.
async function prepared(page) {
  await page.waitForURL('**/reports/preparations/*');
  await accessible(page);
  await page.waitForSelector('.report-state:is([data-state="done"], [data-state="failed"], [data-state="refused"], [data-state="interrupted"])', { timeout: 40000 });
  await shown(page, 'a[data-report]');
  await accessible(page);
  await page.click('a[data-report]');
  await shown(page, '.report-life');
  return new URL(page.url()).pathname;
}

// take takes a step with a report as somebody who may.
async function take(browser, account, address, act, state) {
  const { page, context, problems } = await open(browser, address, { account });
  await page.click(`form[data-act="${act}"] summary`);
  await page.click(`form[data-act="${act}"] button[type="submit"]`);
  await shown(page, `.report-state[data-state="${state}"]`);
  assert.deepEqual(problems, []);
  await context.close();
}

// exact is a figure of the difference table in millionths; a sign that stands for none is nought.
function exact(text) {
  const [whole, fraction = ''] = text.replace(/[,\s+]/g, '').replace('−', '-').split('.');
  if (!/^-?\d+$/.test(whole)) return 0n;
  const sign = whole.startsWith('-') ? -1n : 1n;
  return sign * (BigInt(whole.replace('-', '')) * 1000000n + BigInt(fraction.padEnd(6, '0').slice(0, 6)));
}

describe('reports', { skip: (base === '' || !program) && 'JIANFU_URL and JIANFU_BIN name no server' }, () => {
  let browser;
  const folder = mkdtempSync(join(tmpdir(), 'reports-'));
  before(async () => { browser = await launch(); });
  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  test('prepared, checked by another, signed, sent, and revised after a correction', async () => {
    const { page, context, problems } = await open(browser, '/reports', { account: 'reporter' });
    await accessible(page);
    await page.selectOption('#from_month', '2019-10');
    await page.selectOption('#to_month', '2019-10');
    await page.click('#prepare button[type="submit"]');
    const address = await prepared(page);
    assert.equal(await page.locator('form[data-act="check"]').count(), 0); // not one's own

    await take(browser, 'reporter2', address, 'check', 'checked');
    await take(browser, 'leader', address, 'sign', 'signed');
    await take(browser, 'reporter', address, 'send', 'sent');

    // A file that corrects October: some units were charged 100 yuan more for their pensions.
    const lines = readFileSync(join(policy, '..', 'contributions-2019-10.csv'), 'utf8').trimEnd().split('\n');
    const amount = lines[0].trim().split(',').indexOf('employer_amount');
    const pensions = lines.slice(1).filter((line) => line.includes(',pension,normal,')).filter((_, i) => i % 40 === 0);
    const corrected = pensions.map((line) => line.split(',').map((value, i) => (i === amount ? (Number(value) + 100).toFixed(2) : value)).join(','));
    writeFileSync(join(folder, 'correction.csv'), [lines[0], ...corrected].join('\n') + '\n');
    command('load', join(folder, 'correction.csv'));
    command('--policy', policy, 'recompute', '--publish');

    await page.goto(base + address);
    await page.click('form[data-act="revise"] summary');
    await page.click('form[data-act="revise"] button[type="submit"]');
    const revision = await prepared(page);
    assert.notEqual(revision, address);
    await shown(page, '#changes table');
    await accessible(page);
    const heads = await page.locator('#changes thead th').allInnerTexts();
    const rows = await page.locator('#changes tbody tr').evaluateAll((all) => all.map((row) => Array.from(row.children, (cell) => cell.innerText)));
    assert.ok(rows.length > 5, `${rows.length} cells changed`);
    const causes = heads.length - 8;
    assert.ok(causes >= 1, heads.join(' '));
    for (const row of rows) {
      const [before, now, difference] = row.slice(5, 8).map(exact);
      assert.equal(now - before, difference, row.join(' | '));
      assert.equal(row.slice(8).map(exact).reduce((sum, part) => sum + part, 0n), difference, row.join(' | '));
    }
    assert.deepEqual(problems, []);
    await context.close();
  });

  test('a month without figures is said to have none, and nothing is kept', async () => {
    const { page, context } = await open(browser, '/reports', { account: 'reporter' });
    await page.evaluate(() => {
      for (const id of ['from_month', 'to_month']) document.getElementById(id).add(new Option('2021-01', '2021-01', true, true));
    });
    await page.click('#prepare button[type="submit"]');
    await page.waitForURL('**/reports/preparations/*');
    await shown(page, '.report-state[data-state="failed"]');
    assert.match(await page.locator('p.job-why').innerText(), /2021-01/);
    await accessible(page);
    await context.close();
  });

  test('a schedule says when its next report is due', async () => {
    const { page, context } = await open(browser, '/reports', { account: 'reporter' });
    await page.fill('#day', '28');
    await page.selectOption('#which_months', 'latest');
    await page.click('#schedules .form button[type="submit"]');
    await shown(page, '[data-schedule]');
    assert.match(await page.locator('[data-schedule]').innerText(), /每月 28 日.*下次：\d{4}-\d\d-28 08:00/s);
    await accessible(page);
    await page.click('[data-schedule] button');
    await shown(page, '.said.done');
    assert.equal(await page.locator('[data-schedule]').count(), 0);
    await context.close();
  });
});
