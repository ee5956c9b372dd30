// Tells one story with node-postgres and prints what came of it as JSON. Called with the story's name and, on standard
// input, how to connect.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import pg from 'pg';

const { port, user, password, database, endpoint, ca } = JSON.parse(readFileSync(0, 'utf8'));
const trusted = readFileSync(ca, 'utf8');

function client(more = {}) {
  return new pg.Client({
    host: '127.0.0.1',
    port,
    user,
    password,
    database,
    options: `endpoint=${endpoint}`,
    connectionTimeoutMillis: 60_000,
    ...more,
  });
}

async function connected(more) {
  const it = client(more);
  await it.connect();
  return it;
}

// The chain is verified; the name cannot be, because Node.js takes no wildcard directly below a top-level domain.
const overTls = {
  ssl: { ca: trusted, servername: `${endpoint}.localhost`, checkServerIdentity: () => undefined },
  options: undefined,
};

const stories = {
  async byOption() {
    const it = await connected();
    const { rows } = await it.query("select current_setting('cluster_name') as name");
    await it.end();
    return rows[0].name;
  },

  async byServerName() {
    const it = await connected(overTls);
    const { rows } = await it.query("select current_setting('cluster_name') as name");
    await it.end();
    return rows[0].name;
  },

  async boundToTheChannel() {
    const it = await connected({ ...overTls, enableChannelBinding: true });
    const { rows } = await it.query("select current_setting('cluster_name') as name");
    await it.end();
    return rows[0].name;
  },

  async queued() {
    const it = await connected();
    const asked = Array.from({ length: 1000 }, (_, n) => it.query('select $1::int as n', [n]));
    const answers = await Promise.all(asked);
    await it.end();
    return answers.every(({ rows }, n) => rows[0].n === n) ? answers.length : 'out of order';
  },

  async preparedByName() {
    const it = await connected();
    const sums = [];
    for (let n = 0; n < 20; n++) {
      const { rows } = await it.query({ name: 'twice', text: 'select $1::int * 2 as doubled', values: [n] });
      sums.push(rows[0].doubled);
    }
    await it.end();
    return sums.reduce((a, b) => a + b);
  },

  async manyStatementsAtOnce() {
    const it = await connected();
    const results = await it.query("select 1 as one; select 'two' as two");
    await it.end();
    return results.map(({ rows }) => Object.values(rows[0])[0]);
  },

  async errorInside() {
    const it = await connected();
    const error = await it.query('select nowhere').catch((failure) => failure);
    const { rows } = await it.query("select 'alive' as state");
    await it.end();
    return [error.code, error.position, rows[0].state];
  },

  async notified() {
    const it = await connected();
    const notice = once(it, 'notification');
    await it.query('listen corner');
    await it.query("notify corner, 'psst'");
    const [{ payload }] = await notice;
    await it.end();
    return payload;
  },

  async wrongPassword() {
    const error = await connected({ password: 'not it' }).catch((failure) => failure);
    return [error.code, error.severity];
  },

  async pooled() {
    const pool = new pg.Pool({ host: '127.0.0.1', port, user, password, database, options: `endpoint=${endpoint}`, max: 10 });
    const answers = await Promise.all(Array.from({ length: 200 }, (_, n) => pool.query('select $1::int as n', [n])));
    await pool.end();
    return answers.every(({ rows }, n) => rows[0].n === n) ? answers.length : 'mixed up';
  },
};

console.log(JSON.stringify(await stories[process.argv[2]]()));
