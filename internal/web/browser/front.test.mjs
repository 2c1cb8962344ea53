// What all pages share, in a real browser: pictures, choices by typing, short keys, tables, waiting, paper.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

describe('what pages share', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
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

  const picture = async (page, block, format) => {
    await page.click(`[aria-labelledby="${block}-title"] [data-picture]`);
    await page.fill('#reason-text', '向上级汇报 <b>&"');
    const [download] = await Promise.all([page.waitForEvent('download'), page.click(`#reason [data-format="${format}"]`)]);
    return { name: download.suggestedFilename(), contents: readFileSync(await download.path()) };
  };

  test('a picture says which figures it shows, and whoever takes it says why', async () => {
    await using('/?region=320500&theme=dark', { account: 'leader', acceptDownloads: true }, async ({ page, context }) => {
      const sent = [];
      page.on('request', (request) => { if (request.method() === 'POST') sent.push(request.postData() || ''); });
      const { name, contents } = await picture(page, 'regions', 'svg');
      const svg = contents.toString('utf8');
      assert.match(name, /^江苏省-苏州市_分地区_\d{6}-\d{6}_第\d+批\.svg$/);
      const blank = await context.newPage();
      const read = await blank.evaluate((text) => {
        const parsed = new DOMParser().parseFromString(text, 'image/svg+xml');
        return { wrong: parsed.querySelector('parsererror') !== null, words: parsed.documentElement.textContent, scripts: parsed.querySelectorAll('script, foreignObject, a, b').length };
      }, svg);
      assert.equal(read.wrong, false, 'the picture is well formed');
      assert.equal(read.scripts, 0, 'nothing in it but drawing');
      for (const words of ['分地区', '苏州市', '对比口径', '数据截至', '测算批次', '政策包', '内部资料', '林岚 leader', '向上级汇报 <b>&"']) {
        assert.ok(read.words.includes(words), `the picture says ${words}`);
      }
      const pack = await page.locator('.stamp div', { hasText: '政策包' }).locator('dd').textContent();
      assert.ok(pack.length > 5 && read.words.includes(pack), 'the pack is the page\'s');
      assert.ok(!svg.includes('fill="#151f29"'), 'it is light, whatever the theme');
      assert.equal(sent.length, 1);
      assert.ok(sent[0].length < 1000 && !sent[0].includes('svg%20'), 'no picture is sent to the server');
    });
    await using('/', { account: 'leader', acceptDownloads: true }, async ({ page }) => {
      const { name, contents } = await picture(page, 'months', 'png');
      assert.match(name, /\.png$/);
      assert.equal(contents.subarray(1, 4).toString(), 'PNG');
      assert.ok(contents.length > 20000 && contents.readUInt32BE(16) > 1000, 'it is sharp enough to print');
    });
    await using('/admin/audit', { account: 'auditor' }, async ({ page }) => {
      const log = await page.locator('table.log').innerText();
      assert.match(log, /leader[\s\S]*months[\s\S]*png[\s\S]*向上级汇报/, 'the audit log has the picture');
    });
  });

  test('a region is found by the initials of its name, its code or a part of it, with the keyboard alone', async () => {
    await using('/', {}, async ({ page }) => {
      await page.locator('.more-filters summary').focus();
      await page.keyboard.press('Enter');
      const field = page.locator('#filter-region');
      for (const typed of ['szs', '3205', '苏州', 'suzhou'.slice(0, 2) === 'su' ? '苏' : '']) {
        await field.focus();
        await field.fill('');
        await page.keyboard.type(typed);
        assert.equal(await field.getAttribute('aria-expanded'), 'true');
        const active = await page.locator('.combo-item.active').textContent();
        assert.ok(active.startsWith('苏州市'), `${typed} finds ${active}`);
        assert.equal(await field.getAttribute('aria-activedescendant'), await page.locator('.combo-item.active').getAttribute('id'));
        await page.keyboard.press('Escape');
        assert.equal(await field.getAttribute('aria-expanded'), 'false');
      }
      await field.fill('szs');
      await page.keyboard.press('Enter');
      assert.equal(await field.inputValue(), '苏州市');
      assert.match(await page.locator('.apply-why').innerText(), /尚未应用/);
      await field.fill('zzzzz');
      assert.match(await page.locator('.combo-rest').innerText(), /没有相符/);
      await page.keyboard.press('Escape');
      await page.locator('button.apply').focus();
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.searchParams.get('region') === '320500');
    });
  });

  test('the button that does nothing says why', async () => {
    await using('/', {}, async ({ page }) => {
      const apply = page.locator('button.apply');
      assert.equal(await apply.getAttribute('aria-disabled'), 'true');
      assert.match(await page.locator('#apply-why').textContent(), /没有改动/);
      await apply.focus();
      await page.keyboard.press('Enter');
      assert.equal(new URL(page.url()).search, '', 'nothing was asked for');
      await page.selectOption('select[name="from"]', '2019-12');
      await page.selectOption('select[name="to"]', '2019-06');
      assert.equal(await apply.getAttribute('aria-disabled'), 'true');
      assert.match(await page.locator('#apply-why').innerText(), /起始月晚于截止月/);
      await page.selectOption('select[name="from"]', '2019-06');
      assert.equal(await apply.getAttribute('aria-disabled'), 'false');
    });
  });

  test('short keys work, and never while somebody types', async () => {
    await using('/?from=2019-06&to=2019-07', {}, async ({ page }) => {
      await page.keyboard.press('?');
      const help = page.locator('#keys');
      assert.ok(await help.isVisible());
      for (let i = 0; i < 3; i++) await page.keyboard.press('Tab');
      assert.ok(await page.evaluate(() => document.activeElement.closest('dialog') !== null), 'the focus stays inside');
      await page.keyboard.press('Escape');
      assert.equal(await help.isVisible(), false);
      await page.keyboard.press(']');
      await page.waitForURL((url) => url.searchParams.get('from') === '2019-08' && url.searchParams.get('to') === '2019-09');
      await page.waitForSelector('html[data-charts="drawn"]');
      await page.keyboard.press('[');
      await page.waitForURL((url) => url.searchParams.get('from') === '2019-06');
      await page.waitForSelector('html[data-charts="drawn"]');
      await page.keyboard.press('e');
      assert.ok(await page.evaluate(() => document.activeElement.matches('a[data-take]')), 'e leads to an export');
      await page.locator('.more-filters summary').click();
      await page.locator('#filter-region').focus();
      await page.keyboard.type('[e?');
      assert.equal(await page.locator('dialog[open]').count(), 0);
      assert.equal(new URL(page.url()).searchParams.get('from'), '2019-06');
      await page.keyboard.press('Escape');
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press('/');
      await page.waitForURL((url) => url.pathname === '/units');
      await page.waitForFunction(() => document.activeElement.type === 'search');
      await page.evaluate(() => document.activeElement.blur());
      await page.keyboard.press('g');
      await page.keyboard.press('m');
      await page.waitForURL((url) => url.pathname === '/' && url.hash === '#regions-title');
    });
  });

  test('a whole table is sorted by its exact figures and walked through with arrows', async () => {
    await using('/', {}, async ({ page }) => {
      await page.click('[aria-labelledby="regions-title"] summary');
      const table = page.locator('table[data-table="regions"]');
      const values = () => table.locator('tbody td[data-column="overcharged"] data').evaluateAll((all) => all.map((d) => Number(d.value)));
      const before = await values();
      const head = table.locator('thead th').nth(await table.locator('thead th').evaluateAll((all) => all.findIndex((th) => th.textContent === '多征')));
      await head.locator('button').click();
      assert.equal(await head.getAttribute('aria-sort'), 'descending');
      assert.deepEqual(await values(), before.slice().sort((a, b) => b - a));
      await head.locator('button').press('Enter');
      assert.equal(await head.getAttribute('aria-sort'), 'ascending');
      assert.deepEqual(await values(), before.slice().sort((a, b) => a - b));
      await head.locator('button').press('Enter');
      assert.equal(await head.getAttribute('aria-sort'), null);
      assert.deepEqual(await values(), before, 'the third click gives the order of the page back');
      assert.equal(await table.locator('tfoot tr').count(), 1, 'the total stays where it is');
      await table.locator('tbody tr').first().locator('th a').focus();
      await page.keyboard.press('ArrowDown');
      assert.ok(await table.locator('tbody tr').nth(1).locator('th a').evaluate((a) => a === document.activeElement));
      await page.keyboard.press('ArrowRight');
      assert.ok(await table.locator('tbody tr').nth(1).locator('td a').first().evaluate((a) => a === document.activeElement));
    });
  });

  test('a slow page says how long it takes and can be given up', async () => {
    await using('/', {}, async ({ page }) => {
      await page.evaluate(() => addEventListener('submit', (event) => event.preventDefault())); // the page never comes
      await page.check('input[name="payer"][value="both"]');
      await page.click('button.apply');
      await page.waitForSelector('.waiting-bar', { state: 'attached' });
      await page.waitForSelector('.waiting-words');
      assert.match(await page.locator('.waiting-words').innerText(), /已 \d+ 秒/);
      await page.click('.waiting-words button');
      assert.equal(await page.locator('.waiting').count(), 0);
      assert.equal(new URL(page.url()).search, '');
    });
  });

  test('paper has the page\'s figures, its numbers of pages and its stamp, whatever the theme', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'jianfu-paper-'));
    try {
      await using('/?theme=dark', { account: 'leader' }, async ({ page }) => {
        const file = join(dir, 'page.pdf');
        writeFileSync(file, await page.pdf({ preferCSSPageSize: true, printBackground: true }));
        const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' });
        const sheets = text.split('\f').slice(0, -1);
        assert.ok(sheets.length >= 2 && sheets.length <= 8, `${sheets.length} sheets`);
        for (const id of ['rate', 'due', 'real', 'overcharged', 'undercharged', 'units']) {
          const value = (await page.locator(`[data-kpi="${id}"] .kpi-value data`).innerText()).trim();
          assert.ok(text.includes(value), `paper has ${id}, ${value}`);
        }
        sheets.forEach((sheet, i) => {
          assert.match(sheet, new RegExp(`${i + 1} */ *${sheets.length}`), `sheet ${i + 1} has its number`);
          assert.match(sheet, /数据截至 2019年12月/, `sheet ${i + 1} says how old its figures are`);
          assert.ok(!/更多筛选|退出/.test(sheet), 'no menus');
        });
        assert.ok(execFileSync('pdfinfo', [file], { encoding: 'utf8' }).includes('841.92 x 594.96'), 'A4, landscape');
        const shot = join(dir, 'sheet');
        execFileSync('pdftoppm', ['-r', '20', '-f', '1', '-l', '1', '-gray', file, shot]);
        const names = execFileSync('ls', [dir], { encoding: 'utf8' }).split('\n').filter((name) => name.endsWith('.pgm'));
        const pixels = readFileSync(join(dir, names[0])).subarray(15);
        const light = pixels.reduce((sum, v) => sum + v, 0) / pixels.length;
        assert.ok(light > 128, `white paper, and not ${light} of 255`);
      });
      await using('/', { account: 'leader' }, async ({ page }) => {
        await page.evaluate(() => { window.print = () => { window.printed = true; }; });
        await page.click('[aria-labelledby="sizes-title"] [data-action="print-card"]');
        assert.equal(await page.evaluate(() => window.printed), true);
        await page.emulateMedia({ media: 'print' });
        assert.ok(await page.locator('table[data-table="sizes"]').isVisible(), 'the card brings its table');
        assert.equal(await page.locator('[aria-labelledby="months-title"]').isVisible(), false, 'the others stay away');
        await page.emulateMedia({ media: 'screen' });
        await page.evaluate(() => dispatchEvent(new Event('afterprint')));
        assert.ok(await page.locator('[aria-labelledby="months-title"]').isVisible());
      });
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test('all pages of the bar can be reached on a small screen, without scripts', async () => {
    for (const javaScriptEnabled of [true, false]) {
      const { page, context } = await open(browser, '/', { viewport: { width: 820, height: 700 }, javaScriptEnabled });
      const all = await page.locator('nav.pages > a').evaluateAll((links) => links.map((a) => a.getAttribute('href'))).catch(() => null);
      if (await page.locator('.more-pages').isVisible()) await page.click('.more-pages summary');
      const seen = [];
      for (const link of await page.locator('nav.pages a').all()) if (await link.isVisible()) seen.push(await link.getAttribute('href'));
      assert.deepEqual(seen.sort(), all.sort());
      await context.close();
    }
  });
});
