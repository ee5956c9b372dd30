// @neondatabase/serverless against Reveille, over HTTP and over WebSocket.
//
//   npm install @neondatabase/serverless ws
//   DATABASE_URL='postgresql://app:PASSWORD@demo.localhost/app?options=endpoint%3Ddemo' node driver.mjs
//
// GATEWAY is the host and port of the web door. With GATEWAY_TLS=1 the way there is encrypted; let Node.js trust the
// certificate of `./reveille dev` by NODE_EXTRA_CA_CERTS=.reveille/tls/localhost.crt, and say localhost, not 127.0.0.1.
import assert from 'node:assert/strict';
import { neon, neonConfig, NeonDbError, Pool } from '@neondatabase/serverless';
import ws from 'ws';

const gateway = process.env.GATEWAY ?? '127.0.0.1:4433';
const encrypted = process.env.GATEWAY_TLS === '1';
const url = process.env.DATABASE_URL;

neonConfig.fetchEndpoint = () => `${encrypted ? 'https' : 'http'}://${gateway}/sql`;
neonConfig.wsProxy = () => `${gateway}/v2`; // without a scheme
neonConfig.useSecureWebSocket = encrypted;
neonConfig.webSocketConstructor = ws; // Node.js 22 and browsers bring their own

// Over HTTP: one request for each query. The endpoint is the first label of the host in DATABASE_URL.
const sql = neon(url);
const [row] = await sql`select ${1}::int as n, ${'hi'} as s, array[]::text[] as e`;
assert.deepEqual(row, { n: 1, s: 'hi', e: [] });

// One request for several statements, all of them or none.
const [one, level] = await sql.transaction(
  [sql`select 1 as x`, sql`select current_setting('transaction_isolation') as level`],
  { isolationLevel: 'RepeatableRead', readOnly: true },
);
assert.deepEqual([one, level], [[{ x: 1 }], [{ level: 'repeatable read' }]]);

// Errors have what PostgreSQL said of them.
const failure = await sql`select * from no_such_table`.catch((error) => error);
assert.ok(failure instanceof NeonDbError);
assert.equal(failure.code, '42P01');

// Over WebSocket: a session of your own. The endpoint is what `options` says in DATABASE_URL.
const pool = new Pool({ connectionString: url });
pool.on('error', (error) => console.error(`an idle session ended: ${error.message}`)); // or the process would end
const client = await pool.connect();
try {
  await client.query('begin');
  const { rows } = await client.query('select $1::int as n', [42]);
  assert.deepEqual(rows, [{ n: 42 }]);
  await client.query('commit');
} finally {
  client.release();
}
await pool.end();

console.log('ok');
