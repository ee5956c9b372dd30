// The console, as people use it.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { browse, closeBrowser, host } from './browser.mjs';
import { database, endpoint, password, pictures, role, tell, tls } from './teller.mjs';

const address = `${tls ? 'https' : 'http'}://${host}/`;

class Desk {
  constructor(page) {
    this.page = page;
  }

  static async at(page, { by = 'ws', to = endpoint, secret = password } = {}) {
    const answer = await page.goto(address);
    assert.equal(answer.status(), 200);
    await page.getByLabel('Endpoint').fill(to);
    await page.getByLabel('Role').fill(role);
    await page.getByLabel('Password').fill(secret);
    await page.getByLabel('Database').fill(database);
    await page.locator(`input[value=${by}]`).check({ force: true });
    return new Desk(page);
  }

  async begin(sql) {
    await this.page.getByLabel('SQL', { exact: true }).fill(sql);
    await this.page.keyboard.press('Control+Enter');
    await this.page.locator('#cancel:enabled').or(this.page.locator('#outcome > .timing, #outcome > .error')).first().waitFor();
  }

  async ended() {
    await this.page.locator('#run:enabled').waitFor();
    return this.status();
  }

  async run(sql) {
    await this.begin(sql);
    return this.ended();
  }

  status() {
    return this.page.locator('#status').textContent();
  }

  /** The cells of the result's table, row by row, without the numbers of the rows. */
  rows(result = 0) {
    return this.page.locator('.result').nth(result).locator('tbody tr').evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent)));
  }

  async steps() {
    const pairs = await this.page.locator('.steps > div').evaluateAll((steps) =>
      steps.map((step) => [step.querySelector('dt').textContent, step.querySelector('dd').textContent]));
    return Object.fromEntries(pairs.map(([name, words]) =>
      [name, words.endsWith(' ms') ? parseFloat(words) : parseFloat(words) * 1000]));
  }

  async picture(name) {
    mkdirSync(pictures, { recursive: true });
    await this.page.screenshot({ path: `${pictures}/${name}.png` });
  }
}

const SHOWN = `select n as id, 'blue-sky-' || n as name, case when n % 3 = 0 then null else n * 1.5 end as price,
       n % 2 = 0 as even, jsonb_build_object('n', n, 'words', repeat('wide ', n * 6)) as data
from generate_series(1, 8) as n -- eight of them`;

const aTable = async (desk) => {
  assert.equal(await desk.run(`select 1 as one, null as nothing, '' as empty, 'żółć 🌅' as text`), '1 row');
  assert.deepEqual(await desk.rows(), [['1', 'NULL', '', 'żółć 🌅']]);
  assert.deepEqual(await desk.page.locator('thead .name').allTextContents(), ['one', 'nothing', 'empty', 'text']);
  assert.equal(await desk.page.locator('.result h3').textContent(), 'SELECT 1');
  assert.ok(await desk.page.locator('td.null').evaluate((cell) => getComputedStyle(cell).fontStyle === 'italic'));
};

const aCancelledSleep = async (desk, expected) => {
  assert.equal(await desk.run('select 1'), '1 row');
  await desk.begin('select pg_sleep(60)');
  await desk.page.waitForTimeout(1_000);
  assert.equal(await desk.status(), 'Running…');
  await desk.page.keyboard.press('Escape');
  const begun = Date.now();
  assert.match(await desk.ended(), expected);
  assert.ok(Date.now() - begun < 15_000);
  assert.equal(await desk.run('select 1'), '1 row');
};

await tell({
  async aQueryByWebSocketFillsATable() {
    await browse(async (page) => {
      const desk = await Desk.at(page);
      await aTable(desk);
      assert.deepEqual(Object.keys(await desk.steps()), ['connect', 'wake', 'query', 'total']);
      assert.match(await page.locator('#session').textContent(), /^connected, PostgreSQL \d/);
      await desk.run('begin');
      assert.match(await page.locator('#session').textContent(), /^in a transaction/);
      assert.deepEqual(Object.keys(await desk.steps()), ['query', 'total'], 'the session is kept');
    });
  },

  async aQueryByHttpFillsATable() {
    await browse(async (page) => {
      const desk = await Desk.at(page, { by: 'http' });
      await aTable(desk);
      const steps = Object.keys(await desk.steps());
      assert.ok(['auth', 'query', 'network', 'total'].every((name) => steps.includes(name)), steps.join());
    });
  },

  async everyStatementHasItsResult() {
    await browse(async (page) => {
      const desk = await Desk.at(page);
      assert.equal(await desk.run(`create temp table t (a int);
        insert into t values (1), (2); select * from t; do $$ begin raise notice 'good morning'; end $$; select 'last'`),
      '5 results, 3 rows');
      assert.deepEqual(await page.locator('.result h3').allTextContents(),
        ['CREATE TABLE', 'INSERT 0 2', 'SELECT 2', 'DO', 'SELECT 1']);
      assert.deepEqual(await desk.rows(2), [['1'], ['2']]);
      assert.match(await page.getByLabel('Notices').textContent(), /NOTICE\s*good morning/);
    });
  },

  async anErrorIsMarkedWhereItIs() {
    await browse(async (page) => {
      const desk = await Desk.at(page);
      for (const by of ['ws', 'http']) {
        await page.locator(`input[value=${by}]`).check({ force: true });
        assert.equal(await desk.run(`select '🌅' as a,\n  nowhere\nfrom pg_class`), 'Failed with 42703: column "nowhere" does not exist');
        const error = page.locator('.error');
        assert.equal(await error.locator('.sqlstate').textContent(), '42703');
        assert.equal(await error.locator('mark').textContent(), 'nowhere');
        assert.equal(await page.locator('#backdrop mark').textContent(), 'nowhere');
        await error.getByRole('button', { name: 'Go to line 2, column 3' }).click();
        const chosen = await page.locator('#sql').evaluate(
          ({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd));
        assert.equal(chosen, 'nowhere');
        await page.keyboard.press('End');
        await page.keyboard.type(' ');
        assert.equal(await page.locator('#backdrop mark').count(), 0, 'the mark goes with the next change');
      }
      await desk.run('select * from pg_clas');
      await desk.run(`do $$ begin raise 'no' using detail = 'the detail', hint = 'the hint', errcode = 'ZZ001'; end $$`);
      assert.match(await page.locator('.error dl').textContent(), /detailthe detailhintthe hint/);
    });
  },

  async escapeCancelsByWebSocket() {
    await browse(async (page) => aCancelledSleep(await Desk.at(page), /^Failed with 57014: canceling statement/));
  },

  async escapeCancelsByHttp() {
    await browse(async (page) => aCancelledSleep(await Desk.at(page, { by: 'http' }), /given up/));
  },

  async theWakeOfASleepingEndpointIsShown() {
    await browse(async (page) => {
      for (const by of ['ws', 'http']) {
        const desk = await Desk.at(page, { by, to: `${endpoint}-asleep-${by}` });
        assert.equal(await desk.run('select 1'), '1 row');
        const { wake, query } = await desk.steps();
        assert.ok(wake > query, `by ${by} a start took ${wake} ms, and a query of an awake compute ${query} ms`);
      }
    });
  },

  async aWrongPasswordIsSaid() {
    await browse(async (page) => {
      for (const by of ['ws', 'http']) {
        const desk = await Desk.at(page, { by, secret: 'not it' });
        assert.match(await desk.run('select 1'), /^Failed with 28P01: password authentication failed/);
        await page.locator('.error').waitFor();
      }
    });
  },

  async whatDataSaysIsNeverMarkup() {
    await browse(async (page) => {
      const desk = await Desk.at(page);
      const evil = '<img src=x onerror="fallen=1"><script>fallen=2</script>';
      await desk.run(`do $$ begin raise notice '${evil}'; end $$; select '${evil}' as "<b>bold</b>"`);
      assert.deepEqual(await desk.rows(1), [[evil]]);
      await desk.run(`select '${evil}${'x'.repeat(200)}'`);
      await page.locator('.whole').click();
      assert.ok((await page.locator('#whole pre').textContent()).startsWith(evil));
      await page.keyboard.press('Escape');
      await desk.run(`do $$ begin raise '${evil}' using hint = '${evil}'; end $$`);
      await page.locator('.error').getByText(evil).first().waitFor();
      assert.equal(await page.locator('#outcome img, #outcome script, #history img, #whole img').count(), 0);
      assert.equal(await page.evaluate(() => globalThis.fallen), undefined);
    });
  },

  async nothingGoesElsewhereAndNoPasswordIsKept() {
    await browse(async (page, went) => {
      const desk = await Desk.at(page);
      await desk.run('select 1');
      await page.locator('input[value=http]').check({ force: true });
      await desk.run('select 2');
      await page.getByRole('button', { name: /^Colours/ }).click();
      assert.ok(went.length >= 3);
      for (const visited of went) {
        assert.equal(new URL(visited).host, host, visited);
      }
      const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]));
      assert.equal(kept, '[{"theme":"light"},{},""]');
      assert.ok(!page.url().includes(password) && page.url().includes(`endpoint=${endpoint}`));
      assert.ok(went.every((visited) => !visited.includes(password)));
      await page.reload();
      assert.equal(await page.getByLabel('Endpoint').inputValue(), endpoint);
      assert.equal(await page.getByLabel('Password').inputValue(), '');
    });
  },

  async handsNeedNotLeaveTheKeyboard() {
    await browse(async (page) => {
      await page.goto(address);
      assert.equal(await page.evaluate(() => document.activeElement.id), 'endpoint');
      for (const typed of [endpoint, role, password, database]) {
        await page.keyboard.type(typed);
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Tab');
      await page.keyboard.type('select 41 + 1 as answer');
      await page.keyboard.press('Control+Enter');
      await page.locator('.result').waitFor();
      const desk = new Desk(page);
      assert.deepEqual(await desk.rows(), [['42']]);
      await page.keyboard.press('Control+A');
      await page.keyboard.type('select 2');
      await page.keyboard.press('Control+Enter');
      await page.getByRole('status').getByText('1 row').waitFor();
      await page.keyboard.press('Control+ArrowUp');
      await page.keyboard.press('Control+ArrowUp');
      assert.equal(await page.locator('#sql').inputValue(), 'select 41 + 1 as answer');
      const nameless = await page.locator('button, input, textarea').evaluateAll((controls) =>
        controls.filter((control) => !(control.textContent || control.ariaLabel || control.labels?.length)).length);
      assert.equal(nameless, 0, 'every control has a name');
    });
  },

  async whatIsSelectedRunsAlone() {
    await browse(async (page) => {
      const desk = await Desk.at(page);
      await page.locator('#sql').fill('select 1;\nselect nope;');
      await page.locator('#sql').evaluate((sql) => sql.setSelectionRange(10, 22));
      await page.locator('#sql').press('Control+Enter');
      assert.match(await desk.ended(), /42703/);
      assert.equal(await page.locator('#backdrop mark').textContent(), 'nope');
      await page.getByRole('button', { name: /Go to/ }).click();
      assert.equal(await page.locator('#sql').evaluate((sql) => sql.selectionStart), 17);
    });
  },

  async muchIsShownBitByBit() {
    await browse(async (page) => {
      const desk = await Desk.at(page);
      assert.equal(await desk.run('select n, repeat($$x$$, 100) from generate_series(1, 60000) n'), '60,000 rows');
      assert.equal((await desk.rows()).length, 500);
      assert.equal(await page.locator('.count').textContent(), '60,000 rows, of which the first 50,000 are here');
      await page.getByRole('button', { name: /^Show more/ }).click();
      assert.equal((await desk.rows()).length, 1_000);
      await desk.run(`do $$ begin for n in 1..2000 loop raise notice '%', n; end loop; end $$`);
      assert.equal(await page.getByLabel('Notices').locator('li').count(), 500);
      await page.getByText('1,500 more notices are not shown.').waitFor();
    });
  },

  async resultsCanBeTakenHome() {
    await browse(async (page) => {
      const desk = await Desk.at(page);
      await desk.run(`select 1 as n, null as nothing, 'a "b", c' as text, '' as empty, true as yes, '{"a": 1}'::jsonb as j`);
      const saved = async (name) => {
        const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name, exact: true }).click()]);
        return readFileSync(await download.path(), 'utf8');
      };
      assert.equal(await saved('CSV'), 'n,nothing,text,empty,yes,j\r\n1,,"a ""b"", c","",t,"{""a"": 1}"\r\n');
      assert.deepEqual(JSON.parse(await saved('JSON')),
        [{ n: 1, nothing: null, text: 'a "b", c', empty: '', yes: true, j: { a: 1 } }]);
    });
  },

  async aNarrowScreenIsEnough() {
    await browse(async (page) => {
      const desk = await Desk.at(page);
      await desk.run(SHOWN);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      assert.ok(overflow <= 0, `${overflow} pixels too wide`);
      await desk.picture('console-narrow');
    }, { viewport: { width: 360, height: 740 } });
  },

  async itHasItsPictureTakenInTheLightAndInTheDark() {
    await browse(async (page) => {
      const desk = await Desk.at(page, { to: 'blue-sky-42' });
      await desk.picture('console-empty');
      assert.equal(await desk.run(SHOWN), '8 rows');
      await desk.picture('console-light');
      const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const light = await paper();
      await page.emulateMedia({ colorScheme: 'dark' });
      const dark = await paper();
      assert.notEqual(light, dark);
      await desk.picture('console-dark');
      await page.getByRole('button', { name: /^Colours/ }).click();
      assert.equal(await paper(), light, 'the switch overrules the system');
      await desk.run('select nowhere\nfrom pg_class');
      await desk.picture('console-error');
    });
  },
}, { end: closeBrowser });
