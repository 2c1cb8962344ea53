// Files that are brought by way of pages, in a real browser. Run by `make browser`; skips when JIANFU_URL names no server. The load that
// goes through is package cmd/jianfu's matter: here nothing changes for the other tests.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { base, launch, open, shown } from './session.mjs';

// records are lines of the sample under other keys: the same payments once more, which a load stops at.
function records() {
  const lines = readFileSync(join(dirname(process.env.JIANFU_POLICY), 'contributions-2019-12.csv'), 'utf8').split('\n');
  return [lines[0], ...lines.slice(1, 41).map((line) => 'AGAIN' + line), 'AGAIN-WRONG,x'].join('\n') + '\n';
}

describe('uploads', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  test('a file is brought over a broken connection, previewed, refused for a doubt, and deleted', async () => {
    const { page, context, problems } = await open(browser, '/loads', { account: 'data' });
    await page.click('.loads .head a[href^="/loads/new"]');
    await shown(page, '.bring-form');
    let broken = 0;
    await page.route(/\/loads\/files\/[0-9a-f]+/, (route) => {
      if (route.request().method() === 'POST' && broken === 0) {
        broken += 1;
        return route.abort('connectionreset');
      }
      return route.continue();
    });
    await page.setInputFiles('#files', { name: '../补缴 2019-12.csv', mimeType: 'text/csv', buffer: Buffer.from(records()) });
    const brought = '.upload-list [data-name="补缴 2019-12.csv"]';
    await shown(page, brought + '[data-whole]');
    assert.equal(broken, 1, 'the connection broke once');
    await page.click(brought + ' .upload-name a');
    await shown(page, 'table[data-table="months"]');
    assert.match(await page.textContent('.sum-card'), /读取 41 行，可以接收 40 行，会拒绝 1 行/);
    assert.equal(await page.textContent('h1'), '补缴 2019-12.csv');
    await page.uncheck('input[name="recompute"]');
    await page.click('.load-form button[type=submit]');
    await shown(page, '.jobs [data-step="failed"]');
    const job = page.locator('.jobs li').first();
    assert.match(await job.textContent(), /没有导入/);
    await job.locator('a').click();
    await shown(page, '.doubts input[name="allow"]');
    await page.check('.doubts input[name="allow"]');
    await page.click('.load-form button[type=submit]');
    assert.match(await page.textContent('main .said.problem'), /事由/);
    await page.click('.discard-form button');
    await shown(page, 'main .said.done');
    assert.equal(await page.locator(brought).count(), 0);
    assert.deepEqual(problems.filter((p) => !/422|ERR_CONNECTION_RESET|connectionreset/i.test(p) && !p.startsWith('failed: ')), []);
    await context.close();
  });

  test('who may not load finds nothing to bring files with', async () => {
    const { page, context } = await open(browser, '/loads', { account: 'inspector' });
    assert.equal(await page.locator('a[href^="/loads/new"]').count(), 0);
    const answer = await page.goto(base + '/loads/new');
    assert.equal(answer.status(), 403);
    await context.close();
  });
});
