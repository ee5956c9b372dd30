// The driver of today over WebSocket: node-postgres' Client and Pool.
import assert from 'node:assert/strict';
import { Client, neon, neonConfig, Pool } from '@neondatabase/serverless';
import { set } from './setting.mjs';
import { endpoint, eventually, failureOf, tell, url } from './teller.mjs';

/** With a pool that must be able to end. */
async function pooled(story, more = {}) {
  const pool = new Pool({ connectionString: url(), ...more });
  pool.on('error', () => {});
  await story(pool);
  const begun = Date.now();
  await pool.end();
  assert.ok(Date.now() - begun < 5_000, 'pool.end() is quick');
}

/**
 * How one login fails. The driver sends the first query along, so that is what fails; it says the same once more as an
 * event, which must not end this process.
 */
async function refused(more, query = 'select 1') {
  const client = new Client({ connectionString: url(more) });
  client.on('error', () => {});
  return failureOf(client.connect().then(() => client.query(query)));
}

await tell({
  async aQueryGoesWithTheLogin() {
    await pooled(async (pool) => {
      const { rows } = await pool.query('select $1::int as n, current_setting($2) as encoding', [42, 'client_encoding']);
      assert.deepEqual(rows, [{ n: 42, encoding: 'UTF8' }]);
    });
  },

  async aQueryWaitsForTheLoginWithoutPipelining() {
    neonConfig.pipelineConnect = false;
    await pooled(async (pool) => {
      assert.deepEqual((await pool.query('select 1 as n')).rows, [{ n: 1 }]);
    });
  },

  async aTransactionHoldsItsSession() {
    await pooled(async (pool) => {
      await pool.query('create table if not exists held (id int primary key)');
      const client = await pool.connect();
      await client.query('begin');
      await client.query('insert into held values (1)');
      assert.equal((await failureOf(client.query('insert into held values (1)'))).code, '23505');
      assert.equal((await failureOf(client.query('select 1'))).code, '25P02');
      await client.query('rollback');
      assert.deepEqual((await client.query('select count(*)::int as n from held')).rows, [{ n: 0 }]);
      client.release();
    });
  },

  async statementsHaveNames() {
    await pooled(async (pool) => {
      const client = await pool.connect();
      for (let n = 0; n < 20; n++) {
        const { rows } = await client.query({ name: 'twice', text: 'select $1::int * 2 as doubled', values: [n] });
        assert.equal(rows[0].doubled, n * 2);
      }
      client.release();
    });
  },

  async notificationsAndNoticesArrive() {
    const client = new Client({ connectionString: url() });
    await client.connect();
    const heard = [];
    client.on('notification', ({ payload }) => heard.push(payload));
    client.on('notice', ({ message }) => heard.push(message));
    await client.query('listen corner');
    await client.query(`do $$ begin raise notice 'good morning'; end $$`);
    await client.query(`notify corner, 'psst'`);
    await eventually('both are heard', async () => heard.length === 2);
    assert.deepEqual(heard, ['good morning', 'psst']);
    await client.end();
  },

  async parametersAreCounted() {
    await pooled(async (pool) => {
      assert.match((await failureOf(pool.query('select $1::int, $2::int', [1]))).message, /^bind message supplies 1 parameter/);
      assert.match((await failureOf(pool.query('select $1::int', [1, 2]))).message, /^bind message supplies 2 parameters/);
      assert.deepEqual((await pool.query('select 1 as alive')).rows, [{ alive: 1 }]);
    });
  },

  async whoeverMayNotComeInIsToldSo() {
    for (const wrong of [{ by: 'not it' }, { as: 'nobody' }, { to: `${endpoint}-unknown`, by: 'not it' }]) {
      const failure = await refused(wrong);
      assert.match(failure.message, /password authentication failed/, JSON.stringify(wrong));
      assert.deepEqual([failure.code, failure.severity], ['28P01', 'FATAL']);
    }
    assert.equal((await refused({ at: 'nowhere' })).code, '3D000');
  },

  /** An ErrorResponse must not be lost in a reset when the driver has already sent much more. */
  async aRefusalIsReadHoweverMuchWasSentAlready() {
    for (let attempt = 0; attempt < 20; attempt++) {
      assert.equal((await refused({ by: 'not it' }, `select '${'x'.repeat(100_000)}'`)).code, '28P01');
    }
  },

  async bothWaysGiveTheSame() {
    const sql = neon(url(), { fullResults: true });
    await pooled(async (pool) => {
      const query = `select 1 as n, 'x' as s, array[1.5, null] as a, '{"b": [1]}'::jsonb as j, null as nothing,
        '2026-11-27'::date as d, '\\x01'::bytea as b, 2::int8 as big, 'infinity'::float8 as f`;
      const [byHttp, byWebSocket] = [await sql.query(query), await pool.query(query)];
      assert.deepEqual(byHttp.rows, byWebSocket.rows);
      assert.equal(byHttp.command, byWebSocket.command);
      assert.equal(byHttp.rowCount, byWebSocket.rowCount);
      const seven = ({ name, tableID, columnID, dataTypeID, dataTypeSize, dataTypeModifier, format }) =>
        ({ name, tableID, columnID, dataTypeID, dataTypeSize, dataTypeModifier, format });
      assert.deepEqual(byHttp.fields.map(seven), byWebSocket.fields.map(seven));
      const wrong = 'select nope from pg_class';
      const [one, other] = [await failureOf(sql.query(wrong)), await failureOf(pool.query(wrong))];
      for (const name of ['message', 'severity', 'code', 'detail', 'hint', 'position', 'internalPosition', 'internalQuery',
        'where', 'schema', 'table', 'column', 'dataType', 'constraint', 'file', 'line', 'routine']) {
        assert.equal(one[name] ?? null, other[name] ?? null, name);
      }
    });
  },

  async tenMegabytesComeWhole() {
    await pooled(async (pool) => {
      const { rows } = await pool.query('select n, repeat(chr(97 + n % 26), 1000) as text from generate_series(0, 9999) n');
      assert.equal(rows.length, 10_000);
      assert.ok(rows.every(({ n, text }, at) => n === at && text === String.fromCharCode(97 + n % 26).repeat(1000)));
    });
  },

  async aPoolOfTenServesTwoHundred() {
    await pooled(async (pool) => {
      const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => pool.query('select $1::int as n', [n])));
      assert.ok(answers.every(({ rows }, n) => rows[0].n === n));
      assert.ok(pool.totalCount <= 10);
    }, { max: 10 });
  },

  async startupParametersAreForwarded() {
    const client = new Client({ connectionString: url(), statement_timeout: 100, application_name: 'morning' });
    await client.connect();
    const { rows } = await client.query(`select current_setting('application_name') as name`);
    assert.deepEqual(rows, [{ name: 'morning' }]);
    assert.equal((await failureOf(client.query('select pg_sleep(20)'))).code, '57014');
    await client.end();
  },

  async aClientThatVanishesLeavesNothingRunning() {
    await pooled(async (pool) => {
      const gone = new Client({ connectionString: url() });
      gone.on('error', () => {});
      await gone.connect();
      gone.query('select pg_sleep(30) /* vanished */').catch(() => {});
      const running = async () => (await pool.query(`select count(*)::int as n from pg_stat_activity
        where query like '%pg_sleep(30) /* vanished */%' and state = 'active' and pid <> pg_backend_pid()`)).rows[0].n;
      await eventually('it runs', async () => await running() === 1);
      gone.connection.stream.ws.terminate();
      await eventually('it is cancelled', async () => await running() === 0);
    });
  },

  async poolQueriesGoOverHttpWhereAsked() {
    neonConfig.poolQueryViaFetch = true;
    await pooled(async (pool) => {
      assert.deepEqual((await pool.query('select 1 as n')).rows, [{ n: 1 }]);
      assert.equal(pool.totalCount, 0);
    });
  },
}, { before: () => set(neonConfig) });
