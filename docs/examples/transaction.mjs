// A transaction over several HTTP requests, with nothing but fetch.
//
//   DATABASE_URL='postgresql://app:PASSWORD@demo.localhost/app' node transaction.mjs
import assert from 'node:assert/strict';

const door = process.env.GATEWAY_URL ?? 'http://127.0.0.1:4433';

async function post(path, body = {}, headers = {}) {
  const response = await fetch(door + path, {
    method: 'POST',
    headers: { 'Neon-Connection-String': process.env.DATABASE_URL, ...headers },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw Object.assign(new Error(answer.message), answer);
  }
  return answer;
}

await post('/sql', { query: 'create table if not exists visits (id int primary key, n int not null)' });
await post('/sql', { query: 'insert into visits values (1, 0) on conflict (id) do update set n = 0' });

// Begin, look, decide, write, commit: the token in the header says which transaction a request belongs to.
const { transaction } = await post('/sql/begin');
const inside = { 'Reveille-Transaction': transaction };
const { rows: [{ n }] } = await post('/sql', { query: 'select n from visits where id = 1 for update' }, inside);
await post('/sql', { query: 'update visits set n = $1 where id = 1', params: [n + 1] }, inside);
await post('/sql/commit', {}, inside);

const { rows } = await post('/sql', { query: 'select n from visits where id = 1' });
assert.deepEqual(rows, [{ n: 1 }]);
console.log('ok');
