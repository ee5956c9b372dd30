// A select loop in one process: each client asks by primary key, one query after another, and notes how long each takes.
// The load is JSON in BENCH_LOAD. The words "begin" and "end" on the error stream frame what counts; the figures are one
// line of JSON on the output: queries, seconds, and the median and p99 in microseconds.
import { Client as WebSocketClient, neonConfig } from '@neondatabase/serverless';
import pg from 'pg';
import ws from 'ws';

// The driver's own errors of a WebSocket are events.
process.on('uncaughtException', (failure) => {
  console.error(failure?.message || failure?.error?.message || String(failure));
  process.exit(1);
});

const load = JSON.parse(process.env.BENCH_LOAD);
const login = {
  host: load.host,
  port: load.port,
  user: load.user,
  password: load.password,
  database: load.database,
  options: load.options || undefined,
};

function client() {
  if (load.way !== 'tcp') {
    return new WebSocketClient(login);
  }
  return new pg.Client({ ...login, ssl: load.tls ? { rejectUnauthorized: false } : false });
}

if (load.way !== 'tcp') {
  // By default the driver holds each write back for a timer's least time, 1 ms, to send what follows with it.
  neonConfig.coalesceWrites = load.way !== 'websocket-at-once';
  neonConfig.webSocketConstructor = ws;
  neonConfig.useSecureWebSocket = load.tls;
  neonConfig.wsProxy = (host, port) => `${host}:${port}/v2`;
}

const clients = await Promise.all(
  Array.from({ length: load.clients }, async () => {
    const one = client();
    await one.connect();
    return one;
  }),
);

async function ask(one) {
  const aid = 1 + Math.floor(Math.random() * load.accounts);
  const { rows } = await one.query({
    name: 'balance',
    text: 'select abalance from pgbench_accounts where aid = $1',
    values: [aid],
  });
  if (rows.length !== 1) {
    throw new Error(`${rows.length} rows for account ${aid}`);
  }
}

async function during(seconds) {
  const until = performance.now() + seconds * 1000;
  const times = await Promise.all(
    clients.map(async (one) => {
      const own = [];
      for (let at = performance.now(); at < until; ) {
        await ask(one);
        const now = performance.now();
        own.push(now - at);
        at = now;
      }
      return own;
    }),
  );
  return times.flat();
}

await during(load.warmUp);
process.stderr.write('begin\n');
const began = performance.now();
const times = await during(load.seconds);
const seconds = (performance.now() - began) / 1000;
process.stderr.write('end\n');

times.sort((one, other) => one - other);
const at = (part) => Math.round(times[Math.max(0, Math.ceil(times.length * part) - 1)] * 1000);
console.log(JSON.stringify({ queries: times.length, seconds, median: at(0.5), p99: at(0.99) }));
await Promise.all(clients.map((one) => one.end()));
