// POST /sql as a developer would write it by hand: Node.js' own HTTP server, node-postgres' pool, one process. It knows one
// login, takes no password from its callers, and answers rows as arrays of text, as the drivers ask of Reveille.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import pg from 'pg';

const { BENCH_PORT, BENCH_TLS_PORT, BENCH_CERTIFICATES } = process.env;
const BODY_MAX = 1 << 20;
const asText = { getTypeParser: () => (value) => value };
const pool = new pg.Pool({ max: 32 }); // the login comes from libpq's variables

async function bodyOf(request) {
  const pieces = [];
  let length = 0;
  for await (const piece of request) {
    length += piece.length;
    if (length > BODY_MAX) {
      throw new Error('the body is too large');
    }
    pieces.push(piece);
  }
  return JSON.parse(Buffer.concat(pieces));
}

function answer(response, status, value) {
  const text = JSON.stringify(value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

async function serve(request, response) {
  if (request.method !== 'POST' || request.url !== '/sql') {
    answer(response, 404, { message: 'not found' });
    return;
  }
  try {
    const { query, params } = await bodyOf(request);
    // A name makes it a prepared statement: the cheapest way to ask again.
    const result = await pool.query({ name: query, text: query, values: params, rowMode: 'array', types: asText });
    answer(response, 200, {
      fields: result.fields,
      rows: result.rows,
      command: result.command,
      rowCount: result.rowCount,
      rowAsArray: true,
    });
  } catch (failure) {
    answer(response, 400, { message: failure.message, code: failure.code });
  }
}

const tls = {
  key: readFileSync(`${BENCH_CERTIFICATES}/default.key`),
  cert: readFileSync(`${BENCH_CERTIFICATES}/default.crt`),
};
createTlsServer(tls, serve).listen(Number(BENCH_TLS_PORT), '127.0.0.1');
createServer(serve).listen(Number(BENCH_PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
