// Driver 0.9.5, which frozen packages such as @vercel/postgres bring along.
import assert from 'node:assert/strict';
import { neon, neonConfig, NeonDbError, Pool } from 'neon-serverless-0.9';
import { set } from './setting.mjs';
import { failureOf, tell, url } from './teller.mjs';

await tell({
  async theOldDriverQueriesOverHttp() {
    const sql = neon(url());
    assert.deepEqual(await sql`select ${1}::int as n, ${'hi'} as s, array[]::text[] as e`, [{ n: 1, s: 'hi', e: [] }]);
    assert.deepEqual(await sql('select $1::int[] as a', [[1, 2]]), [{ a: [1, 2] }]);
    const failure = await failureOf(sql`select * from no_such_table`);
    assert.ok(failure instanceof NeonDbError);
    assert.equal(failure.code, '42P01');
  },

  async theOldDriverBatchesATransaction() {
    const sql = neon(url());
    const [a, b] = await sql.transaction(
      [sql`select 1 as x`, sql`select current_setting('transaction_isolation') as iso`],
      { isolationLevel: 'RepeatableRead', readOnly: true });
    assert.deepEqual([a, b], [[{ x: 1 }], [{ iso: 'repeatable read' }]]);
    assert.deepEqual(await sql.transaction([]), []);
  },

  async theOldDriverPools() {
    const pool = new Pool({ connectionString: url() });
    const client = await pool.connect();
    await client.query('begin');
    assert.deepEqual((await client.query('select $1::int as n', [42])).rows, [{ n: 42 }]);
    await client.query('commit');
    client.release();
    await pool.end();
  },

  async theOldDriverIsToldOfAWrongPassword() {
    const pool = new Pool({ connectionString: url({ by: 'not it' }) });
    pool.on('error', () => {});
    assert.equal((await failureOf(pool.query('select 1'))).code, '28P01');
    assert.equal((await failureOf(neon(url({ by: 'not it' }))`select 1`)).code, '28P01');
  },
}, { before: () => set(neonConfig) });
