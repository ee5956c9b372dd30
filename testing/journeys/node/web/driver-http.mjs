// The driver of today over HTTP.
import assert from 'node:assert/strict';
import { neon, neonConfig, NeonDbError } from '@neondatabase/serverless';
import { set } from './setting.mjs';
import { endpoint, eventually, failureOf, tell, url } from './teller.mjs';

const sql = neon(url());
const one = async (query, parameters) => Object.values((await sql.query(query, parameters))[0])[0];

/** Runs something and gives the headers that came with it. */
async function headersOf(run) {
  let headers;
  neonConfig.fetchFunction = async (...request) => {
    const response = await fetch(...request);
    ({ headers } = response);
    return response;
  };
  const answer = await run();
  neonConfig.fetchFunction = undefined;
  return { headers, answer };
}

await tell({
  async valuesComeBackAsTheirTypes() {
    assert.deepEqual(await sql`select 42 as answer`, [{ answer: 42 }]);
    assert.equal(await one('select $1 as answer', [42]), '42');
    assert.equal(await one('select $1 * 1', [42]), 42);
    assert.deepEqual(await one('select $1::int[]', [[1, 2, 3]]), [1, 2, 3]);
    assert.deepEqual(await one(`select $1::json->'a'`, [{ a: { b: 42 } }]), { b: 42 });
    assert.deepEqual(await one('select $1::jsonb[]', [[{}]]), [{}]);
    assert.deepEqual(await one('select $1::jsonb[]', [[{ foo: 1 }, { bar: 2 }]]), [{ foo: 1 }, { bar: 2 }]);
    assert.deepEqual(await one(`select '{}'::text[]`), []);
    assert.deepEqual(await one(`select '{NULL,"NULL"}'::text[]`), [null, 'NULL']);
    assert.deepEqual(await one('select $1::text[]', [['a\nb\t"\\', '']]), ['a\nb\t"\\', '']);
    assert.equal(await one('select 9007199254740993::int8'), '9007199254740993');
    assert.equal(await one('select $1::numeric', ['12345678901234567890123']), '12345678901234567890123');
    assert.equal(await one('select $1::text', ['żółć 🌅']), 'żółć 🌅');
    assert.ok(Number.isNaN(await one(`select 'NaN'::float4`)));
    assert.equal(await one('select null'), null);
    assert.deepEqual(await one(`select '\\x00ff'::bytea`), Buffer.from([0, 255]));
    assert.equal((await one(`select '2026-11-27T06:00:00Z'::timestamptz`)).getTime(), Date.UTC(2026, 10, 27, 6));
  },

  async commandsSayWhatTheyDid() {
    const full = { fullResults: true };
    const did = async (text) => {
      const { command, rowCount } = await sql.query(text, [], full);
      return [command, rowCount];
    };
    await sql`drop table if exists commands`;
    assert.deepEqual(await did('create table commands (id int)'), ['CREATE', null]);
    const inserted = await sql.query('insert into commands values (10), (20), (30) returning id', [], full);
    assert.deepEqual([inserted.command, inserted.rowCount], ['INSERT', 3]);
    assert.deepEqual(inserted.rows, [{ id: 10 }, { id: 20 }, { id: 30 }]);
    assert.deepEqual(await did('select * from commands'), ['SELECT', 3]);
    assert.deepEqual(await did('update commands set id = id + 1'), ['UPDATE', 3]);
    assert.deepEqual(await did('delete from commands where id > 100'), ['DELETE', 0]);
    assert.deepEqual(await did('drop table commands'), ['DROP', null]);
    assert.deepEqual(await did(''), ['', null]);
  },

  async rowsComeAsObjectsOrArrays() {
    const text = `select 1 as n, 'a' as s, '{1,2,3}'::int4[] as arr`;
    assert.deepEqual(await sql.query(text), [{ n: 1, s: 'a', arr: [1, 2, 3] }]);
    assert.deepEqual(await sql.query(text, [], { arrayMode: true }), [[1, 'a', [1, 2, 3]]]);
    const { fields, rowAsArray } = await sql.query(text, [], { arrayMode: true, fullResults: true });
    assert.equal(rowAsArray, true);
    assert.deepEqual(fields.map(({ name, dataTypeID }) => [name, dataTypeID]), [['n', 23], ['s', 25], ['arr', 1007]]);
  },

  async aTransactionIsIsolatedAsItAsks() {
    const { headers, answer } = await headersOf(() => sql.transaction(
      [sql`select 1 as x`, sql`select current_setting('transaction_isolation') as level, current_setting('transaction_read_only') as ro`],
      { isolationLevel: 'Serializable', readOnly: true, deferrable: true }));
    assert.deepEqual(answer, [[{ x: 1 }], [{ level: 'serializable', ro: 'on' }]]);
    assert.equal(headers.get('neon-batch-isolation-level'), 'Serializable');
    assert.equal(headers.get('neon-batch-read-only'), 'true');
    assert.equal(headers.get('neon-batch-deferrable'), 'true');
  },

  async whatATransactionDoesNotAskForIsNotEchoed() {
    const { headers } = await headersOf(() => sql.transaction(
      [sql`select 1`], { isolationLevel: 'RepeatableRead', readOnly: false, deferrable: false }));
    assert.equal(headers.get('neon-batch-isolation-level'), 'RepeatableRead');
    assert.equal(headers.get('neon-batch-read-only'), null);
    assert.equal(headers.get('neon-batch-deferrable'), null);
  },

  async anEmptyTransactionIsNothing() {
    assert.deepEqual(await sql.transaction([]), []);
  },

  async aFailureUndoesAllOfATransaction() {
    await sql`create table if not exists undone (id int primary key)`;
    const failure = await failureOf(sql.transaction([
      sql`insert into undone values (1)`, sql`insert into undone values (1)`]));
    assert.ok(failure instanceof NeonDbError);
    assert.equal(failure.code, '23505');
    assert.match(failure.message, /duplicate key value violates unique constraint/);
    assert.deepEqual(await sql`select count(*)::int as n from undone`, [{ n: 0 }]);
  },

  async readOnlyMeansIt() {
    await sql`create table if not exists untouched (id int)`;
    const failure = await failureOf(sql.transaction([sql`insert into untouched values (1)`], { readOnly: true }));
    assert.equal(failure.code, '25006');
  },

  async aDeferredConstraintFailsAtTheCommit() {
    await sql`drop table if exists child, parent`;
    await sql`create table parent (id int primary key)`;
    await sql`create table child (parent int references parent deferrable initially deferred)`;
    const failure = await failureOf(sql.transaction([sql`insert into child values (7)`, sql`select 1`]));
    assert.equal(failure.code, '23503');
    assert.deepEqual(await sql`select * from child`, []);
  },

  async parametersAreCounted() {
    const few = await failureOf(sql.query('select $1::int, $2::int', [1]));
    assert.match(few.message, /^bind message supplies 1 parameter/);
    assert.equal(few.code, '08P01');
    const many = await failureOf(sql.query('select $1::int', [1, 2]));
    assert.match(many.message, /^bind message supplies 2 parameters/);
    assert.deepEqual(await sql`select 1 as alive`, [{ alive: 1 }]);
  },

  async whoeverMayNotComeInIsToldSo() {
    for (const wrong of [{ by: 'not it' }, { as: 'nobody' }, { to: `${endpoint}-unknown`, by: 'not it' }]) {
      const failure = await failureOf(neon(url(wrong))`select 1`);
      assert.match(failure.message, /password authentication failed/, JSON.stringify(wrong));
      assert.equal(failure.code, '28P01');
    }
    assert.equal((await failureOf(neon(url({ at: 'nowhere' }))`select 1`)).code, '3D000');
  },

  async anErrorHasAllThatPostgresSaid() {
    const failure = await failureOf(sql`select nope from pg_class`);
    assert.ok(failure instanceof NeonDbError);
    assert.equal(failure.message, 'column "nope" does not exist');
    assert.deepEqual(
      [failure.severity, failure.code, failure.position, failure.file, typeof failure.line, failure.routine],
      ['ERROR', '42703', '8', 'parse_relation.c', 'string', 'errorMissingColumn']);
    for (const name of ['detail', 'hint', 'internalPosition', 'internalQuery', 'where', 'schema', 'table', 'column',
      'dataType', 'constraint']) {
      assert.ok(failure[name] === null || failure[name] === undefined, name);
    }
    await sql`create table if not exists checked (id int constraint positive check (id > 0))`;
    const refused = await failureOf(sql`insert into checked values (-1)`);
    assert.deepEqual(
      [refused.code, refused.schema, refused.table, refused.constraint, refused.detail],
      ['23514', 'public', 'checked', 'positive', 'Failing row contains (-1).']);
  },

  async anAbortedQueryEndsAtTheComputeToo() {
    const abort = new AbortController();
    const begun = Date.now();
    setTimeout(() => abort.abort(), 250);
    const failure = await failureOf(sql.query(
      'select pg_sleep(30) /* aborted */', [], { fetchOptions: { signal: abort.signal } }));
    assert.match(String(failure.sourceError ?? failure), /abort/i);
    assert.ok(Date.now() - begun < 10_000);
    await eventually('the statement is cancelled', async () => {
      const [{ n }] = await sql`select count(*)::int as n from pg_stat_activity
        where query like '%pg_sleep(30) /* aborted */%' and state = 'active' and pid <> pg_backend_pid()`;
      return n === 0;
    });
  },

  async aHundredAtOnceAllGetTheirOwnAnswer() {
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => sql`select ${n}::int as n`));
    assert.deepEqual(answers.map(([{ n }]) => n), Array.from({ length: 100 }, (_, n) => n));
  },

  async tenMegabytesComeWhole() {
    const rows = await sql`select n, repeat(chr(97 + n % 26), 1000) as text from generate_series(0, 9999) n`;
    assert.equal(rows.length, 10_000);
    assert.ok(rows.every(({ n, text }, at) => n === at && text === String.fromCharCode(97 + n % 26).repeat(1000)));
  },

  async nothingIsLeftOfWhatTheLastOneSet() {
    await sql`set intervalstyle = 'iso_8601'`;
    await sql`begin`;
    await sql`select pg_advisory_lock(5)`;
    assert.equal(await one(`select '0 seconds'::interval::text`), '00:00:00');
    assert.equal(await one(`select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()`), 0);
  },

  async anAwkwardNameIsPercentEncoded() {
    await sql`drop database if exists "db with spaces"`;
    await sql`create database "db with spaces"`;
    assert.deepEqual(
      await neon(url({ at: 'db with spaces' }))`select current_database() as name`, [{ name: 'db with spaces' }]);
  },
}, { before: () => set(neonConfig) });
