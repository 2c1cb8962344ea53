// Regions, industries and sizes in a real browser: from the province down to an industry of a county and back, with the
// same numbers on the way; choices, the heat map by keyboard, paper, both languages and themes. Run by `make browser`;
// skips when JIANFU_URL names no server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { base, launch, open } from './session.mjs';

const kpi = (page, id) => page.getAttribute(`[data-kpi="${id}"] data`, 'value');
const drawn = (page) => page.waitForSelector('html[data-charts="drawn"]');

describe('pages of members', { skip: base === '' && 'JIANFU_URL names no server' }, () => {
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

  // down follows the first row of a table and checks that the page below shows what the row showed.
  async function down(page, table, row) {
    const line = page.locator(`table[data-table="${table}"] tbody tr`).nth(row);
    const figures = {};
    for (const id of ['due', 'real', 'overcharged', 'undercharged', 'shortfall']) figures[id] = await line.locator(`[data-column="${id}"] data`).getAttribute('value');
    const address = await line.locator('th a').getAttribute('href');
    await page.locator(`section:has(table[data-table="${table}"]) summary`).first().click();
    await line.locator('th a').click();
    await page.waitForURL((url) => url.pathname + url.search === address);
    await drawn(page);
    const all = await page.locator('table[data-table="months"] tfoot data').evaluateAll((cells) => cells.map((d) => d.value));
    for (const id of ['due', 'real', 'overcharged', 'undercharged', 'shortfall']) assert.ok(all.includes(figures[id]), `${address}: ${id} is ${figures[id]} one level up; the page says ${all}`);
    assert.equal(await page.locator('.sums.wrong').count(), 0, address);
    return address;
  }

  test('numbers agree from the province to an industry of a county, and the way back', async () => {
    await using('/', {}, async ({ page }) => {
      const heads = [await page.locator('h1').innerText()];
      const ways = ['/'];
      for (const [table, row] of [['regions', 0], ['regions', 1], ['industries', 0]]) {
        ways.push(await down(page, table, row));
        heads.push(await page.locator('h1').innerText());
      }
      assert.equal(new Set(heads).size, 4, `each page has its own title: ${heads}`);
      assert.match(ways[3], /^\/industries\/[A-T-]\?region=\d{6}$/);
      for (let i = 2; i >= 0; i--) { // by the browser's Back
        await page.goBack();
        await drawn(page);
        assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, ways[i]);
        assert.equal(await page.locator('h1').innerText(), heads[i]);
      }
      await page.goto(base + ways[3]);
      const crumbs = page.locator('.head ~ .crumbs a, .crumbs a');
      const texts = await crumbs.allInnerTexts();
      assert.ok(texts.length >= 3, `breadcrumb ${texts}`);
      await crumbs.nth(texts.length - 1).click(); // the county
      await page.waitForURL((url) => url.pathname === ways[2]);
      await page.locator('.crumbs a').last().click(); // its city
      await page.waitForURL((url) => url.pathname === ways[1]);
      assert.equal(await page.locator('h1').innerText(), heads[1]);
    });
  });

  test('a cell of the heat map leads to the page of the crossing, which says the same', async () => {
    await using('/regions?cell=due', {}, async ({ page }) => {
      const link = page.locator('table.heat tbody td:not(.sum) a').first();
      const due = await link.locator('data').getAttribute('value');
      const address = await link.getAttribute('href');
      await link.focus();
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.pathname + url.search === address);
      const said = await page.locator('table[data-table="months"] tfoot [data-column="due"] data').getAttribute('value');
      assert.equal(said, due);
    });
  });

  test('choices are in the address and survive language, theme and filter', async () => {
    await using('/sizes/small', {}, async ({ page }) => {
      await page.click('#ranking .choices a:nth-of-type(2)');
      await page.waitForURL((url) => url.searchParams.get('rank') === 'real');
      await page.click('#cross .choices-row .choices:last-of-type a:nth-of-type(3)');
      await page.waitForURL((url) => url.searchParams.get('cell') === 'overcharged');
      await page.click('.switch a[lang="en"]');
      await page.waitForURL((url) => url.searchParams.get('lang') === 'en');
      let at = new URL(page.url()).searchParams;
      assert.equal(at.get('rank') + at.get('cell'), 'realovercharged');
      await drawn(page);
      await page.check('input[name="payer"][value="both"]', { force: true });
      await page.click('button.apply');
      await page.waitForURL((url) => url.searchParams.get('payer') === 'both');
      at = new URL(page.url()).searchParams;
      assert.equal(at.get('rank') + at.get('cell'), 'realovercharged');
      await drawn(page);
    });
  });

  test('what a page shows its JSON says', async () => {
    await using('/industries/C?payer=both', {}, async ({ page }) => {
      const figures = await page.evaluate(() => fetch('/api/v1/industries/C?payer=both').then((r) => r.json()));
      const places = await page.locator('table[data-table="ranking"] tbody [data-column="place"] data').evaluateAll((all) => all.map((d) => Number(d.value)));
      const ascending = (numbers) => [...numbers].sort((a, b) => a - b);
      assert.deepEqual(ascending(places), ascending(figures.siblings.map((s) => s.place).filter(Boolean)));
      assert.equal(places[0], Math.max(...places), 'the worst stands first');
      assert.equal(await page.locator('table.heat tbody td:not(.sum) data').count(), figures.cross.cells.filter((c) => Number(c.due) > 0).length);
      const fen = (text) => BigInt(text.replace('.', ''));
      const sum = figures.cross.cells.reduce((all, c) => all + fen(c.charged), 0n);
      assert.equal(sum, fen(figures.total.charged), 'the cells add up to the total');
      assert.equal(await kpi(page, 'due'), Number(figures.total.due).toLocaleString('en-US', { minimumFractionDigits: 2 }));
      assert.equal(await page.locator('#cross .sums.ok').count(), 1);
    });
  });

  test('prints', async () => {
    await using('/regions/320500?theme=dark', {}, async ({ page }) => {
      const paper = await page.pdf({ preferCSSPageSize: true, printBackground: true });
      assert.ok(paper.length > 20000);
    });
  });

  test('says in words what is not there', async () => {
    for (const [path, status, words] of [['/regions/329999', 404, /329999/], ['/industries/Z1', 404, /Z1/], ['/sizes/huge', 404, /huge/]]) {
      const { page, context, response } = await open(browser, path);
      assert.equal(response.status(), status);
      assert.match(await page.locator('.message').innerText(), words);
      await context.close();
    }
    const { page, context, response } = await open(browser, '/regions/320100', { account: 'suzhou' });
    assert.equal(response.status(), 403);
    await context.close();
  });
});
