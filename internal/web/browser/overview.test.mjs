// The overview in a real browser: charts, tables and JSON agree, nothing breaks the security policy, and it can be
// used with a keyboard and a screen reader. Run by `make browser`; skips when JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

const charts = ['months', 'states', 'measures', 'reasons', 'regions', 'map', 'industries', 'treemap', 'sizes', 'insurances', 'economic_types', 'unit_kinds'];

describe('the overview', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
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

  test('draws every chart, in both languages, without an error', async () => {
    for (const path of ['/', '/?lang=en']) {
      await using(path, {}, async ({ page }) => {
        assert.equal(await page.getAttribute('html', 'data-charts'), 'drawn');
        for (const id of charts) {
          const marks = await page.locator(`[data-chart="${id}"] svg path`).count();
          assert.ok(marks > 3, `${path} ${id} has ${marks} marks`);
          assert.ok((await page.getAttribute(`[data-chart="${id}"]`, 'aria-label')).length > 10, `${id} has a text alternative`);
        }
      });
    }
  });

  test('shows exact amounts when a mark is pointed at', async () => {
    await using('/', {}, async ({ page }) => {
      for (const id of ['months', 'regions', 'measures', 'states', 'reasons']) {
        const box = page.locator(`[data-chart="${id}"]`);
        await box.scrollIntoViewIfNeeded();
        const area = await box.boundingBox();
        await page.mouse.move(area.x + area.width * 0.55, area.y + area.height * 0.45);
        const tip = box.locator('.tip');
        await tip.waitFor({ state: 'visible', timeout: 5000 });
        assert.match(await tip.innerText(), id === 'states' ? /%/ : /\d\.\d\d/, `${id} shows figures`);
        await page.mouse.move(2, 2);
      }
      const map = page.locator('[data-chart="map"]');
      await map.scrollIntoViewIfNeeded();
      const area = await map.boundingBox();
      await page.mouse.move(area.x + area.width * 0.5, area.y + area.height * 0.5);
      await map.locator('.tip').waitFor({ state: 'visible', timeout: 5000 });
    });
  });

  test('says in tables what the JSON says, to the fen', async () => {
    await using('/?payer=both', {}, async ({ page }) => {
      const figures = await page.evaluate(() => fetch('/api/v1/overview?payer=both').then((r) => r.json()));
      const column = (table, part, name) => page.locator(`table[data-table="${table}"] ${part} td[data-column="${name}"] data`).evaluateAll((all) => all.map((d) => d.value));
      for (const [table, rows] of [['regions', figures.by_region], ['industries', figures.by_industry], ['sizes', figures.by_size], ['insurances', figures.by_insurance]]) {
        for (const name of ['old', 'new', 'charged', 'due', 'real', 'overcharged', 'undercharged', 'shortfall']) {
          const shown = (await column(table, 'tbody', name)).sort();
          assert.deepEqual(shown, rows.map((r) => r[name]).sort(), `${table} ${name}`);
          assert.deepEqual(await column(table, 'tfoot', name), [figures.total[name]], `${table} total of ${name}`);
        }
      }
      const fen = (text) => BigInt(text.replace('.', ''));
      for (const name of ['due', 'real', 'shortfall']) {
        const sum = (await column('regions', 'tbody', name)).reduce((all, one) => all + fen(one), 0n);
        assert.equal(sum, fen(figures.total[name]), `regions add up to the total of ${name}`);
      }
      assert.equal(await page.locator('.sums.wrong').count(), 0);
    });
  });

  test('stands beside another window that its reader chooses, and keeps it on the way down', async () => {
    await using('/?from=2019-09&to=2019-12', {}, async ({ page }) => {
      const months = page.locator('.versus-months');
      assert.equal(await months.isVisible(), false, 'months are asked for only where one chooses them');
      await page.selectOption('#filter-versus', 'before');
      await page.click('button.apply');
      await page.waitForURL((url) => url.searchParams.get('versus') === 'before' && !url.searchParams.has('versus_from'));
      assert.match(await page.locator('[data-versus]').innerText(), /2019年9月—12月（4 个月）与上期 2019年5月—8月（4 个月）比较/);
      const [own, then] = await page.evaluate(() => Promise.all(['from=2019-09&to=2019-12', 'from=2019-05&to=2019-08'].map((w) => fetch('/api/v1/overview?' + w).then((r) => r.json()))));
      const fen = (text) => BigInt(text.replace('.', ''));
      for (const name of ['due', 'real', 'overcharged', 'undercharged']) {
        const shown = await page.locator(`table[data-table="regions"] tfoot td[data-column="moved_${name}"] data`).getAttribute('value');
        assert.equal(fen(shown), fen(own.total[name]) - fen(then.total[name]), name);
        const digits = BigInt(shown.replace(/[-.]/g, ''));
        assert.match(await page.locator(`[data-kpi="${name}"] [data-against]`).innerText(), digits === 0n ? /持平/ : fen(shown) > 0n ? /↑/ : /↓/, name);
      }
      await page.selectOption('#filter-versus', 'free');
      await months.waitFor({ state: 'visible' });
      await page.selectOption('select[name="versus_from"]', '2019-08');
      await page.selectOption('select[name="versus_to"]', '2019-05');
      assert.equal(await page.getAttribute('button.apply', 'aria-disabled'), 'true', 'the months are the wrong way round');
      await page.selectOption('select[name="versus_from"]', '2019-05');
      await page.selectOption('select[name="versus_to"]', '2019-05');
      await page.focus('button.apply');
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.searchParams.get('versus') === 'free');
      assert.match(await page.locator('[data-versus]').innerText(), /自选时段 2019年5月（1 个月）.*金额按每月平均比较/);
      assert.match(await page.locator('[data-kpi="overcharged"] [data-against]').innerText(), /月数不同/);
      await page.locator('section:has(table[data-table="regions"]) summary').first().click();
      await page.locator('table[data-table="regions"] tbody th a').first().click();
      await page.waitForURL((url) => url.pathname.startsWith('/regions/') && url.searchParams.get('versus') === '2019-05');
      assert.match(await page.locator('[data-versus]').innerText(), /自选时段 2019年5月/);
      await page.click('.chip.changed:has-text("比较期") a');
      await page.waitForURL((url) => !url.searchParams.has('versus'));
      assert.equal(await page.locator('[data-versus]').count(), 0);
    });
  });

  test('compares with no months that there are no data of', async () => {
    await using('/?versus=year', {}, async ({ page }) => {
      assert.match(await page.locator('[data-versus]').innerText(), /没有数据|缺少/);
      for (const text of await page.locator('[data-against]').allInnerTexts()) assert.match(text, /—\s*上年同期(没有数据|数据不全)/);
      assert.equal(await page.locator('[data-column^="moved_"]').count(), 0);
    });
  });

  test('leads with findings, each to its cells, and says what the JSON says', async () => {
    await using('/', {}, async ({ page }) => {
      const figures = await page.evaluate(() => fetch('/api/v1/overview').then((r) => r.json()));
      const said = (await page.locator('.finding').allInnerTexts()).map((text) => text.trim());
      assert.deepEqual(said, [...figures.findings.good, ...figures.findings.risks].map((f) => f.text));
      assert.ok(figures.findings.good.length > 0 && said.length <= 6);
      for (const link of await page.locator('.finding a').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
        if (link.startsWith('#')) assert.equal(await page.locator(link).count(), 1, link);
        else assert.equal(await page.evaluate((to) => fetch(to).then((r) => r.status), link), 200, link);
      }
      assert.equal(await page.locator('[data-spotlight]').count(), 2);
      const against = await page.locator('[data-kpi="due"] [data-against]').innerText();
      assert.match(against, /2019年12月较11月/);
    });
  });

  test('counts units by band, and each band leads to exactly its units', async () => {
    await using('/', {}, async ({ page }) => {
      const figures = await page.evaluate(() => fetch('/api/v1/overview').then((r) => r.json()));
      const all = figures.by_band.filter((r) => r.size === '');
      assert.equal(all.reduce((sum, r) => sum + r.units, 0), figures.total.units);
      assert.equal(all.filter((r) => r.band.startsWith('rose')).reduce((sum, r) => sum + r.units, 0), figures.total.states.increased);
      const least = all.reduce((a, b) => (a.units < b.units ? a : b));
      await page.click(`table[data-bands] tr.band-${least.band} td:nth-child(2) a`);
      await page.waitForURL(/\/units\?.*band=/);
      assert.ok(await page.locator('.sums.ok[data-tick]').isVisible(), 'the list agrees with its figure');
      await page.goBack();
      await page.waitForSelector('html[data-charts="drawn"]');
    });
  });

  test('draws the policy dates and lists them', async () => {
    await using('/', {}, async ({ page }) => {
      assert.ok(await page.locator('.events li').count() > 0);
      const number = await page.locator('.event-number').first().innerText();
      assert.ok((await page.locator('[data-chart="months"] svg text').allTextContents()).includes(number), 'the line bears the number');
      assert.match(await page.getAttribute('[data-chart="months"]', 'aria-label'), /政策日期/);
    });
  });

  test('shows regions as tiles and as a ranking, by the address', async () => {
    await using('/', {}, async ({ page }) => {
      assert.equal(await page.locator('[data-chart="map"]').count(), 1);
      await page.click('.views [data-view="tiles"]');
      await page.waitForSelector('.tiles');
      assert.equal(new URL(page.url()).searchParams.get('view'), 'tiles');
      assert.equal(await page.locator('.tile').count(), await page.locator('table[data-table="regions"] tbody tr').count());
      await page.click('.views [data-view="bars"]');
      await page.waitForSelector('.regions-alone');
      assert.equal(await page.locator('.tiles, [data-chart="map"]').count(), 0);
      await page.waitForSelector('html[data-charts="drawn"]');
    });
  });

  test('switches language and keeps the rest of the address', async () => {
    await using('/?payer=both&theme=dark', {}, async ({ page }) => {
      await page.click('.switch a[lang="en"]');
      assert.equal(new URL(page.url()).search, '?payer=both&lang=en&theme=dark');
      assert.equal(await page.getAttribute('html', 'lang'), 'en');
      await page.goBack();
      assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
      await page.waitForSelector('html[data-charts="drawn"]');
    });
  });

  test('filters by form, shows the condition as a chip, and takes it back', async () => {
    await using('/', {}, async ({ page }) => {
      await page.check('input[name="payer"][value="employee"]');
      await page.click('button.apply');
      assert.equal(new URL(page.url()).searchParams.get('payer'), 'employee');
      assert.equal(await page.locator('.chip.changed').count(), 1);
      await page.click('.chip.changed a');
      assert.equal(new URL(page.url()).search, '');
      await page.waitForSelector('html[data-charts="drawn"]');
    });
  });

  test('can be used with the keyboard', async () => {
    await using('/', {}, async ({ page }) => {
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement.className), 'skip');
      await page.keyboard.press('Enter');
      assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
      const summary = page.locator('section[aria-labelledby="regions-title"] summary');
      await summary.focus();
      await page.keyboard.press('Enter');
      assert.ok(await page.locator('table[data-table="regions"]').isVisible(), 'Enter opens the data table');
    });
  });

  test('fits narrow screens and paper', async () => {
    for (const width of [390, 768, 1366, 1920, 3840]) {
      await using('/', { viewport: { width, height: 900 } }, async ({ page }) => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `at ${width} the page is ${wide} pixels too wide`);
      });
    }
    await using('/?theme=dark', {}, async ({ page }) => {
      const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      assert.ok(paper.length > 20000);
      assert.equal(await page.getAttribute('html', 'data-paper'), null, 'the screen is itself again after printing');
    });
  });

  test('says what is wrong with an address, without breaking the policy', async () => {
    const { page, context, response } = await open(browser, '/?from=2019-13');
    try {
      assert.equal(response.status(), 400);
      assert.match(await page.locator('.message').innerText(), /2019-13/);
      assert.deepEqual(await page.evaluate(() => window.violations), []);
    } finally {
      await context.close();
    }
  });

  test('works without scripts', async () => {
    const { page, context } = await open(browser, '/', { javaScriptEnabled: false });
    await page.click('section[aria-labelledby="regions-title"] summary');
    assert.ok(await page.locator('table[data-table="regions"]').isVisible());
    await context.close();
  });
});
