// SQL over HTTP with nothing but fetch: what hand-written clients and browsers send.
import assert from 'node:assert/strict';
import { http, tell, url } from './teller.mjs';

async function post(body, headers = {}, { path = '/sql', method = 'POST' } = {}) {
  const response = await fetch(http + path, {
    method,
    headers: { 'Content-Type': 'application/json', 'Neon-Connection-String': url(), ...headers },
    body: method === 'GET' || method === 'OPTIONS' ? undefined : typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
}

const rows = async (query, params = [], headers = {}) => (await post({ query, params }, headers)).body.rows;
const value = async (query, params) => Object.values((await rows(query, params))[0])[0];

await tell({
  async valuesAreConverted() {
    assert.deepEqual(await rows('select 42 as answer'), [{ answer: 42 }]);
    assert.equal(await value('select $1 as answer', [42]), '42');
    assert.equal(await value('select $1 * 1', [42]), 42);
    assert.deepEqual(await value('select $1::int[]', [[1, 2, 3]]), [1, 2, 3]);
    assert.deepEqual(await value(`select $1::json->'a'`, [{ a: { b: 42 } }]), { b: 42 });
    assert.deepEqual(await value('select $1::jsonb[]', [[{ foo: 1 }, { bar: 2 }]]), [{ foo: 1 }, { bar: 2 }]);
    assert.deepEqual(await value(`select '{}'::text[]`), []);
    assert.deepEqual(await value(`select '[0:1]={1,2}'::int[]`), [1, 2]);
    assert.deepEqual(await value(`select '{NULL,"NULL"}'::text[]`), [null, 'NULL']);
    assert.equal(await value('select 9007199254740993::int8'), '9007199254740993');
    assert.equal(await value(`select 'NaN'::float4`), 'NaN');
    assert.equal(await value(`select '1 2 3'::int2vector`), '1 2 3');
    assert.equal(await value(`select 'null'::jsonb`), null);
    assert.deepEqual(await value('select $1::text[]', [['a\nb\t"\\']]), ['a\nb\t"\\']);
  },

  async typesThatSomebodyMadeAreConverted() {
    await post({ query: 'drop type if exists mood, pair cascade' });
    await post({ query: 'drop domain if exists small cascade' });
    await post({ query: `create type mood as enum ('foo', 'bar')` });
    await post({ query: 'create type pair as (a int, b text)' });
    await post({ query: 'create domain small as int check (value < 100)' });
    assert.deepEqual(await value(`select array['foo'::mood, 'bar'::mood]`), ['foo', 'bar']);
    assert.equal(await value(`select 'bar'::mood`), 'bar');
    assert.deepEqual(await value(`select '{7,NULL}'::small[]`), ['7', null]);
    assert.equal(await value('select 7::small'), 7);
    assert.deepEqual(await value(`select array[box '((1,2),(3,4))', box '((0,0),(1,1))']`), ['(3,4),(1,2)', '(1,1),(0,0)']);
    assert.deepEqual(await value(`select array[row(1, 'a,b')::pair]`), ['(1,"a,b")']);
  },

  async numbersAndObjectsKeepTheirText() {
    const digits = '12345678901234567890123';
    const number = await post(`{"query": "select $1::numeric + 0 as n", "params": [${digits}]}`);
    assert.equal(number.body.rows[0].n, digits);
    const object = await post('{"query": "select $1::json::text as o", "params": [{"b":1.50,"a":2,"b":3}]}');
    assert.equal(object.body.rows[0].o, '{"b":1.50,"a":2,"b":3}');
  },

  async aDatabaseInAnotherEncodingIsReadAsUtf8() {
    await post({ query: 'drop database if exists latin' });
    await post({ query: `create database latin template template0 encoding 'LATIN1' locale 'C'` });
    const there = { 'Neon-Connection-String': url({ at: 'latin' }) };
    const query = `select $1::text as s, octet_length(convert_to($1, 'LATIN1')) as n, current_setting('server_encoding') as e`;
    assert.deepEqual(await rows(query, ['café'], there), [{ s: 'café', n: 4, e: 'LATIN1' }]);
    assert.deepEqual(await rows(query, ['café'], { ...there, 'Neon-Raw-Text-Output': 'true' }), [{ s: 'café', n: '4', e: 'LATIN1' }]);
  },

  async everythingAboveIsAnsweredInOneBatchToo() {
    const { status, headers, body } = await post({ queries: [
      { query: 'select 42 as answer' }, { query: 'select $1 as answer', params: [42] }, { query: 'select $1 * 1 as answer', params: [42] },
      { query: 'select $1::int[] as answer', params: [[1, 2, 3]] }, { query: `select $1::json->'a' as answer`, params: [{ a: { b: 42 } }] },
      { query: 'create temp table batched (id int)' }, { query: 'insert into batched values (10), (20), (30) returning id' },
      { query: 'select * from batched' }, { query: 'drop table batched' }, { query: '' },
    ] }, { 'Neon-Batch-Isolation-Level': 'Serializable', 'Neon-Batch-Read-Only': 'false', 'Neon-Batch-Deferrable': 'false' });
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.results.slice(0, 5).map(({ rows: [{ answer }] }) => answer), [42, '42', 42, [1, 2, 3], { b: 42 }]);
    assert.deepEqual(body.results.slice(5).map(({ command, rowCount }) => [command, rowCount]),
      [['CREATE', null], ['INSERT', 3], ['SELECT', 3], ['DROP', null], ['', null]]);
    assert.equal(headers.get('neon-batch-isolation-level'), 'Serializable');
    assert.deepEqual([headers.get('neon-batch-read-only'), headers.get('neon-batch-deferrable')], [null, null]);
  },

  async rowsHaveFourShapes() {
    const query = `select 1 as n, 'a' as s, '{1,2,3}'::int4[] as arr`;
    const [raw, array] = [{ 'Neon-Raw-Text-Output': 'true' }, { 'Neon-Array-Mode': 'true' }];
    assert.deepEqual(await rows(query), [{ n: 1, s: 'a', arr: [1, 2, 3] }]);
    assert.deepEqual(await rows(query, [], array), [[1, 'a', [1, 2, 3]]]);
    assert.deepEqual(await rows(query, [], raw), [{ n: '1', s: 'a', arr: '{1,2,3}' }]);
    assert.deepEqual(await rows(query, [], { ...raw, ...array }), [['1', 'a', '{1,2,3}']]);
  },

  async statementsOfABatchChooseTheirShape() {
    const { body } = await post({ queries: [
      { query: 'select 1 as n', arrayMode: true }, { query: 'select 2 as n', arrayMode: false }, { query: 'select 3 as n' }] });
    assert.deepEqual(body.results.map(({ rowAsArray, rows: [row] }) => [rowAsArray, row]),
      [[true, [1]], [false, { n: 2 }], [false, { n: 3 }]]);
  },

  async aBatchCannotBeCommittedFromWithin() {
    const { status, body } = await post({ queries: [{ query: 'select 1' }, { query: 'commit' }, { query: 'select 2' }] });
    assert.deepEqual([status, body.code], [400, '25P01']);
  },

  async badRequestsHaveTheirErrors() {
    const refused = async (code, ...request) => {
      const { status, body, headers } = await post(...request);
      assert.equal(status, 400, JSON.stringify(body));
      assert.equal(typeof body.severity, 'string');
      assert.equal(body.code, code, body.message);
      assert.equal(headers.get('access-control-allow-origin'), '*');
      assert.ok(headers.get('neon-request-id'));
    };
    await refused('22P02', '{"query": ');
    await refused('22P02', { nothing: true });
    await refused('22P02', { query: 42 });
    await refused('22P02', { query: 'select 1', params: null });
    await refused('22P02', { queries: [{ query: 'select 1' }, { params: [] }] });
    await refused('22P02', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]));
    await refused('22021', '{"query": "select $1::text", "params": ["a\\u0000b"]}');
    await refused('08001', { query: 'select 1' }, { 'Neon-Connection-String': url({ at: 'app\0options' }) });
    await refused('08001', { query: 'select 1' }, { 'Neon-Connection-String': url({ as: 'app\0options' }) });
    await refused('42601', { query: 'select 1; select 2' });
    await refused('0A000', { query: 'copy (select 1) to stdout' });
    await refused('22023', { query: 'select 1' }, { 'Neon-Batch-Isolation-Level': 'serializable' });
    await refused('3D000', { query: 'select 1' }, { 'Neon-Connection-String': url({ at: 'nowhere' }) });
    assert.equal(await value('select 1'), 1);
  },

  async whatIsElsewhereIsNotThere() {
    for (const [path, method] of [['/sql/', 'POST'], ['/sql', 'GET'], ['/nowhere', 'POST']]) {
      const { status } = await post({ query: 'select 1' }, {}, { path, method });
      assert.ok(status >= 400 && status < 500, `${method} ${path}: ${status}`);
    }
  },

  async aPreflightAllowsWhateverDriversSend() {
    const wanted = ['authorization', 'content-type', 'neon-connection-string', 'neon-raw-text-output', 'neon-array-mode',
      'neon-pool-opt-in', 'neon-batch-read-only', 'neon-batch-isolation-level', 'neon-batch-deferrable'];
    const { status, headers } = await post(undefined, {
      Origin: 'https://elsewhere.example', 'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': wanted.join(','),
    }, { method: 'OPTIONS' });
    assert.equal(status, 200);
    assert.equal(headers.get('access-control-allow-origin'), '*');
    const allowed = headers.get('access-control-allow-headers').toLowerCase().split(/, */);
    assert.deepEqual(wanted.filter((name) => !allowed.includes(name)), []);
    assert.ok(Number(headers.get('access-control-max-age')) > 0);
  },

  async theTimeIsAccountedFor() {
    const { headers } = await post({ query: 'select pg_sleep(0.05)' });
    assert.match(headers.get('server-timing'), /^auth;dur=[\d.]+, connect;(desc="pooled"|desc="opened"|desc="woken"|dur=[\d.]+|;)+, query;dur=[\d.]+$/);
  },
});
