// What a reader sees without looking for it, and what comes out of the printer: the answer on the first screen of 1366 × 768, map and ranking on the second, and sheets of paper that are counted and
// none of which is blank. Sheets are looked at with pdftoppm, where there is one.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addressOf, base, launch, open, pages } from './session.mjs';

// ink is what part of a sheet's picture is not white, its outermost twelfth, where the footer is, left out.
function ink(picture) {
  const bytes = readFileSync(picture);
  const [, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 40)).map(Number);
  const start = bytes.length - width * height;
  let dark = 0;
  for (let y = Math.floor(height / 12); y < height * 11 / 12; y++) {
    for (let x = 0; x < width; x++) if (bytes[start + y * width + x] < 200) dark++;
  }
  return dark / (width * height);
}

// filled is how far down a sheet its last ink reaches, above the footer.
function filled(picture) {
  const bytes = readFileSync(picture);
  const [, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 40)).map(Number);
  const start = bytes.length - width * height;
  for (let y = Math.floor(height * 0.94); y > 0; y--) {
    let dark = 0;
    for (let x = 0; x < width; x++) if (bytes[start + y * width + x] < 160) dark++;
    if (dark > 3) return y / height;
  }
  return 0;
}

describe('layout', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
  let browser;
  before(async () => { browser = await launch(); });
  after(async () => { await browser.close(); });

  const using = async (address, options, body) => {
    const opened = await open(browser, address, options);
    try { await body(opened.page); } finally { await opened.context.close(); }
  };

  // sheetsOf prints a page and hands over its sheets as pictures.
  const sheetsOf = async (address, options, body) => {
    await using(address, options, async (page) => {
      const dir = mkdtempSync(join(tmpdir(), 'jianfu-paper-'));
      try {
        writeFileSync(join(dir, 'paper.pdf'), await page.pdf({ preferCSSPageSize: true, printBackground: true }));
        execFileSync('pdftoppm', ['-r', '40', '-gray', join(dir, 'paper.pdf'), join(dir, 'sheet')]);
        await body(readdirSync(dir).filter((name) => name.endsWith('.pgm')).sort().map((name) => join(dir, name)), page);
      } finally { rmSync(dir, { recursive: true }); }
    });
  };
  let painted = true;
  try { execFileSync('pdftoppm', ['-v'], { stdio: 'ignore' }); } catch { painted = false; }
  const paper = { skip: !painted && !process.env.CI && 'no pdftoppm' };

  test('the answer is on the first screen, map and ranking on the second', async () => {
    for (const account of ['leader', 'inspector', 'suzhou']) {
      await using('/', { account }, async (page) => {
        for (const part of ['h1', '.headline', '[data-kpi="rate"]', '[data-kpi="real"]', '[data-kpi="overcharged"]', '[data-kpi="undercharged"]', '.finding.good >> nth=0', '.finding.risk >> nth=0', '.finding.risk >> nth=-1']) {
          if (await page.locator(part).count() === 0) continue;
          const box = await page.locator(part).first().boundingBox();
          assert.ok(box && box.y + box.height <= 768, `${account}: ${part} ends at ${box && box.y + box.height}`);
        }
        assert.ok(await page.locator('.finding').count() > 0, `${account}: there are findings`);
        const regions = await page.locator('[data-chart="regions"]').boundingBox();
        assert.ok(regions.y + 300 < 2 * 768, `${account}: the ranking begins at ${regions.y}`);
        assert.ok((await page.locator('.stamp-fold summary').boundingBox()).height < 30, `${account}: run, pack and check are one line`);
      });
    }
  });

  test('a unit that is come to from a case shows its name and code', async () => {
    await using('/cases', {}, async (page) => {
      await page.locator('table[data-table="cases"] tbody th a').first().click();
      await page.waitForURL(/\/units\//);
      for (const part of ['h1', '.unit-code']) {
        const box = await page.locator(part).boundingBox();
        assert.ok(box.y >= 56 && box.y + box.height < 768, `${part} is at ${box.y}`);
      }
    });
  });

  test('records of a month have one choice of months, which agrees with the heading', async () => {
    const unit = await addressOf(browser, pages.find((one) => one.path === '/units/:id'));
    await using(new URL(unit, base).pathname + '/records?month=2019-06', {}, async (page) => {
      assert.equal(await page.locator('select[name="month"]').count(), 0);
      assert.equal(await page.locator('select[name="from"]').inputValue(), '2019-06');
      assert.equal(await page.locator('select[name="to"]').inputValue(), '2019-06');
      assert.match(await page.locator('.h1-window').innerText(), /2019年6月/);
    });
  });

  test('the overview is on three sheets without holes', paper, async () => {
    for (const account of ['leader', 'inspector']) {
      await sheetsOf('/', { account }, (sheets) => {
        assert.equal(sheets.length, 3, `${account}: sheets`);
        for (const sheet of sheets) {
          assert.ok(ink(sheet) > 0.01, `${account}: ${sheet} is blank`);
          assert.ok(filled(sheet) > 0.7, `${account}: ${sheet} ends at ${filled(sheet)}`);
        }
      });
    }
  });

  test('pages of parts are on few sheets, and none but the last is half empty', paper, async () => {
    for (const address of ['/regions', '/regions/320500', '/industries', '/sizes']) {
      await sheetsOf(address, {}, async (sheets) => {
        assert.ok(sheets.length <= 6, `${address} has ${sheets.length} sheets`);
        for (const sheet of sheets.slice(0, -1)) assert.ok(filled(sheet) > 0.5, `${address}: sheet ${sheets.indexOf(sheet) + 1} is filled to ${filled(sheet).toFixed(2)}`);
      });
    }
  });

  test('on paper the names of a chart do not lie on each other', async () => {
    for (const account of ['leader', 'inspector']) {
      await using('/', { account }, async (page) => {
        await page.emulateMedia({ media: 'print' });
        const over = await page.evaluate(() => {
          dispatchEvent(new Event('beforeprint'));
          const found = [];
          for (const box of document.querySelectorAll('[data-chart]:not([data-chart="map"], [data-chart="months"])')) {
            const texts = [...box.querySelectorAll('svg text')].map((text) => [text.textContent, text.getBoundingClientRect()]).filter(([, at]) => at.width > 0);
            texts.forEach(([one, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
              const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
              if (high > 0.35 * Math.min(a.height, b.height) && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2) found.push(`${box.dataset.chart}: ${one} and ${other}`);
            }));
          }
          dispatchEvent(new Event('afterprint'));
          return found;
        });
        assert.deepEqual(over, [], account);
      });
    }
  });

  test('the choices of a page are one line at 1366', async () => {
    const unit = await addressOf(browser, pages.find((one) => one.path === '/units/:id'));
    for (const address of ['/', '/regions', '/industries/C', unit]) {
      await using(address, {}, async (page) => {
        const height = await page.locator('form.filters').evaluate((form) => Math.max(...[...form.querySelectorAll('.field, .more-filters, .button')].filter((part) => !part.closest('.more-fields')).map((part) => part.getBoundingClientRect().bottom)) - form.getBoundingClientRect().top);
        assert.ok(height < 70, `${address}: the choices take ${height} pixels`);
      });
    }
  });

  test('the letter is one sheet, and nobody\'s name lies across it', paper, async () => {
    const unit = await addressOf(browser, pages.find((one) => one.path === '/units/:id/answer'));
    await sheetsOf(unit, {}, async (sheets, page) => {
      assert.equal(sheets.length, 1);
      assert.equal(await page.locator('.watermark').count(), 0);
      assert.doesNotMatch(await page.locator('.answer-sheet').innerText(), /陈明|inspector/);
    });
  });

  test('a list of several pages is printed whole', async () => {
    await using('/units', {}, async (page) => {
      const whole = await page.locator('[data-print-whole]').getAttribute('href');
      assert.match(whole, /per_page=500.*#print$/);
      const all = Number((await page.locator('.range').innerText()).match(/共 ([\d,]+)/)[1].replace(',', ''));
      await using(whole.replace('#print', ''), {}, async (list) => {
        assert.equal(await list.locator('table[data-table="units"] tbody tr').count(), Math.min(500, all));
      });
    });
  });
});
