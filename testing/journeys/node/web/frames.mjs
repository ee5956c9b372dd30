// Frames by hand: PostgreSQL's protocol in WebSocket frames of every shape, with ws and with a bare socket.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import tls from 'node:tls';
import WebSocket from 'ws';
import { certificate, database, endpoint, eventually, password, role, tell, tls as secured, web, ws as door } from './teller.mjs';

const int = (value) => {
  const four = Buffer.alloc(4);
  four.writeInt32BE(value);
  return four;
};
const text = (...parts) => Buffer.from(parts.map((part) => part + '\0').join(''));
const untyped = (...parts) => {
  const body = Buffer.concat(parts);
  return Buffer.concat([int(body.length + 4), body]);
};
const message = (type, ...parts) => Buffer.concat([Buffer.from(type), untyped(...parts)]);

const startup = (to = endpoint) => untyped(
  int(196608), text('user', role, 'database', database, 'options', `endpoint=${to}`), Buffer.of(0));
const passwordMessage = (secret = password) => message('p', text(secret));
const query = (sql) => message('Q', text(sql));
const terminate = message('X');
const sslRequest = untyped(int(80877103));

/** One WebSocket: what came, as frames and as bytes; how it ended. */
class Line {
  constructor(path = '/v2') {
    this.frames = [];
    this.pongs = [];
    this.socket = new WebSocket(door + path, { autoPong: true });
    this.socket.on('message', (data, binary) => this.frames.push(binary ? data : assert.fail('a text frame came')));
    this.socket.on('pong', (data) => this.pongs.push(data.toString()));
    this.closed = once(this.socket, 'close').then(([code]) => code);
    this.opened = once(this.socket, 'open');
  }

  get types() {
    const bytes = Buffer.concat(this.frames);
    let types = '';
    for (let at = 0; at + 5 <= bytes.length; at += 1 + bytes.readInt32BE(at + 1)) {
      types += String.fromCharCode(bytes[at]);
    }
    return types;
  }

  get bytes() {
    return Buffer.concat(this.frames);
  }

  async send(...frames) {
    await this.opened;
    frames.forEach((frame) => this.socket.send(frame));
    return this;
  }

  /** Waits for as many ReadyForQuery. */
  async ready(times = 1) {
    await eventually(`${times} x ready, had ${this.types}`, async () => this.types.split('Z').length > times);
    return this;
  }

  async end() {
    await this.send(terminate);
    assert.equal(await this.closed, 1000);
  }

  /** What the last ErrorResponse says, by field letter. */
  error() {
    const at = this.bytes.lastIndexOf('SFATAL') < 0 ? this.bytes.lastIndexOf('SERROR') : this.bytes.lastIndexOf('SFATAL');
    return Object.fromEntries(this.bytes.subarray(at).toString().split('\0').filter(Boolean).map((field) =>
      [field[0], field.slice(1)]));
  }
}

const inside = async (to = endpoint) => (await new Line().send(startup(to), passwordMessage())).ready();

/** A WebSocket by hand, for what no library sends. Resolves to the close code that the door sends. */
async function closeCodeAfter(frame) {
  const [host, port] = [web.slice(0, web.lastIndexOf(':')), Number(web.slice(web.lastIndexOf(':') + 1))];
  const socket = secured
    ? tls.connect({ host, port, servername: 'localhost', ca: readFileSync(certificate) })
    : net.connect(port, host);
  socket.write(`GET /v2 HTTP/1.1\r\nHost: ${web}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
    + 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n');
  let had = Buffer.alloc(0);
  socket.on('data', (piece) => {
    had = Buffer.concat([had, piece]);
  });
  socket.on('error', () => {});
  const head = () => had.indexOf('\r\n\r\n') + 4;
  await eventually('it is upgraded', async () => head() > 3);
  assert.match(had.toString('latin1'), /^HTTP\/1\.1 101 [^]*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
  socket.write(frame);
  let code;
  await eventually('the door closes', async () => {
    let at = head();
    while (at + 4 <= had.length && had[at] !== 0x88) {
      at += had[at + 1] < 126 ? 2 + had[at + 1] : 4 + had.readUInt16BE(at + 2);
    }
    code = at + 4 <= had.length ? had.readUInt16BE(at + 2) : undefined;
    return code !== undefined;
  });
  socket.destroy();
  return code;
}

const masked = (first, payload) =>
  Buffer.concat([Buffer.of(first, 0x80 | payload.length, 0, 0, 0, 0), payload]);

await tell({
  async everythingInOneFrameIsAnsweredInOrder() {
    const line = await new Line().send(Buffer.concat([startup(), passwordMessage(), query('select 1')]));
    await line.ready(2);
    assert.match(line.types, /^RRS+KZTDCZ$/);
    assert.equal(line.frames[0].toString('latin1'), 'R\0\0\0\x08\0\0\0\x03', 'the password is asked for in a frame of its own');
    await line.end();
  },

  async messagesMayComeInPieces() {
    const line = new Line('/sql');
    await line.opened;
    const pieces = (bytes, ...ends) => ends.forEach((end, n) =>
      line.socket.send(bytes.subarray(n === 0 ? 0 : ends[n - 1], end), { fin: n === ends.length - 1 }));
    const first = startup();
    pieces(first, 4, first.length);
    const second = passwordMessage();
    pieces(second, 1, 5, second.length);
    await line.ready();
    await line.send(query('select 1'));
    await line.ready(2);
    await line.end();
  },

  async bytesMayComeOneByOne() {
    const line = await new Line('/v1').send(
      ...[...Buffer.concat([startup(), passwordMessage(), query('select 42')])].map((byte) => Buffer.of(byte)));
    await line.ready(2);
    assert.ok(line.bytes.includes('42'));
    await line.end();
  },

  async aMessageMayBeLargerThanAnyBuffer() {
    const line = await inside();
    await line.send(query(`select length('${'x'.repeat(3_000_000)}')`));
    await line.ready(2);
    assert.ok(line.bytes.includes('3000000'));
    await line.end();
  },

  async aMebibyteToCopyMayComeInOneFrame() {
    const line = await inside();
    await line.send(query('create temp table copied (line text)'));
    await line.ready(2);
    await line.send(query('copy copied from stdin'));
    await eventually('it may be sent', async () => line.types.endsWith('G'));
    await line.send(message('d', Buffer.from(`${'y'.repeat(1_023)}\n`.repeat(1_024))));
    await line.send(message('c'), query(`select count(*) || ' lines of ' || max(length(line)) from copied`));
    await line.ready(4);
    assert.ok(line.bytes.includes('COPY 1024'));
    assert.ok(line.bytes.includes('1024 lines of 1023'));
    await line.end();
  },

  async aPingIsAnsweredWhileAQueryRuns() {
    const line = await inside();
    await line.send(query('select pg_sleep(3)'));
    line.socket.ping('are you there');
    await eventually('the pong comes', async () => line.pongs.length === 1, 2_500);
    assert.deepEqual(line.pongs, ['are you there']);
    assert.equal(line.types.split('Z').length, 2, 'the query still runs');
    await line.ready(2);
    await line.end();
  },

  async aPingMayComeBetweenFragments() {
    const line = await inside();
    const asked = query('select 7 as seven');
    line.socket.send(asked.subarray(0, 3), { fin: false });
    line.socket.ping('between');
    line.socket.send(asked.subarray(3), { fin: true });
    await line.ready(2);
    assert.deepEqual(line.pongs, ['between']);
    await line.end();
  },

  async textIsRefusedBeforeTheLogin() {
    const line = await new Line().send('select 1');
    assert.equal(await line.closed, 1003);
    assert.equal(line.types, 'E');
  },

  async textIsRefusedAfterTheLogin() {
    const line = await inside();
    await line.send(query(`set application_name = 'texting'`));
    await line.ready(2);
    await line.send('select 1');
    assert.equal(await line.closed, 1003);
    const other = await inside();
    await eventually('its backend is gone', async () => {
      other.frames.length = 0;
      await other.send(query(`select 'alive: ' || count(*) from pg_stat_activity where application_name = 'texting'`));
      await other.ready(1);
      return other.bytes.includes('alive: 0');
    });
    await other.end();
  },

  async anUnmaskedFrameIsRefused() {
    assert.equal(await closeCodeAfter(Buffer.of(0x82, 1, 0)), 1002);
  },

  async aReservedBitIsRefused() {
    assert.equal(await closeCodeAfter(masked(0xc2, Buffer.of(0))), 1002);
  },

  async anUnknownFrameIsRefused() {
    assert.equal(await closeCodeAfter(masked(0x83, Buffer.of(0))), 1002);
  },

  async aContinuationOfNothingIsRefused() {
    assert.equal(await closeCodeAfter(masked(0x80, Buffer.of(0))), 1002);
  },

  async aPingOfTooManyBytesIsRefused() {
    assert.equal(await closeCodeAfter(Buffer.concat([Buffer.of(0x89, 0xfe, 0, 126, 0, 0, 0, 0), Buffer.alloc(126)])), 1002);
  },

  async terminateClosesAtOnce() {
    const line = await inside();
    const begun = Date.now();
    await line.end();
    assert.ok(Date.now() - begun < 3_000);
  },

  async aCloseIsAnsweredWithAClose() {
    const line = await inside();
    line.socket.close(1000);
    assert.equal(await line.closed, 1000);
  },

  async aWrongPasswordIsToldBeforeTheClose() {
    const line = await new Line().send(Buffer.concat([startup(), passwordMessage('not it'), query(`select '${'x'.repeat(100_000)}'`)]));
    assert.equal(await line.closed, 1000);
    assert.equal(line.types, 'RE');
    assert.equal(line.error().C, '28P01');
  },

  async aCancelRequestComesByAnotherSocket() {
    const line = await inside();
    const at = line.bytes.indexOf(Buffer.from('K\0\0\0', 'latin1'));
    const key = line.bytes.subarray(at + 5, at + 1 + line.bytes.readInt32BE(at + 1));
    await line.send(query('select pg_sleep(30)'));
    const other = await new Line().send(untyped(int(80877102), key));
    await other.closed;
    assert.equal(other.bytes.length, 0, 'a cancel request has no answer');
    await line.ready(2);
    assert.equal(line.error().C, '57014');
    await line.end();
  },

  async encryptionInsideIsDeclinedOnce() {
    const line = await new Line().send(sslRequest);
    await eventually('it is declined', async () => line.bytes.toString() === 'N');
    line.frames.length = 0;
    await line.send(startup(), passwordMessage());
    await line.ready();
    await line.end();
    const again = await new Line().send(sslRequest, sslRequest);
    await again.closed;
    assert.match(again.bytes.toString(), /^N/);
  },

  async aLongPasswordIsRead() {
    const line = await new Line().send(startup(), passwordMessage('x'.repeat(4_096)));
    assert.equal(await line.closed, 1000);
    assert.equal(line.error().C, '28P01');
  },
});
