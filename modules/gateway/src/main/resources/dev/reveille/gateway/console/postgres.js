// The PostgreSQL protocol, version 3.0, through a WebSocket: a clear-text password, simple queries, cancel requests.

const utf8 = new TextEncoder();
const text = new TextDecoder();

const PROTOCOL_3_0 = 196608;
const CANCEL_REQUEST = 80877102;
const HEADER = 5; // A message's type and length.
const PATIENCE = 120_000; // Milliseconds for all of a login, a compute that has to be woken included.

/** What the letters of ErrorResponse and NoticeResponse stand for; the names are those of SQL over HTTP. */
const FIELD_NAMES = {
  V: 'severity', C: 'code', M: 'message', D: 'detail', H: 'hint', P: 'position', q: 'internalQuery', W: 'where',
  s: 'schema', t: 'table', c: 'column', d: 'dataType', n: 'constraint',
};

/** Something that PostgreSQL, the gateway or this page says went wrong; `fields` are as over HTTP. */
class PostgresError extends Error {
  constructor(fields) {
    super(fields.message);
    this.fields = fields;
  }
}

/** Joins numbers (four bytes each), bytes, and texts, each of which ends with a NUL. */
function joined(...parts) {
  const pieces = parts.map((part) => {
    if (typeof part === 'number') {
      const four = new Uint8Array(4);
      new DataView(four.buffer).setInt32(0, part);
      return four;
    }
    if (typeof part === 'string') {
      if (part.includes('\0')) {
        throw new PostgresError({ message: 'a NUL character cannot be sent' });
      }
      return utf8.encode(part + '\0');
    }
    return part;
  });
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** A message that begins with its length: start-up and cancel request. */
function untyped(...parts) {
  const body = joined(...parts);
  return joined(body.length + 4, body);
}

function message(type, ...parts) {
  return joined(utf8.encode(type), untyped(...parts));
}

/** Reads the body of one message from its start to its end. */
class Body {
  constructor(bytes) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = 0;
  }

  int16() {
    this.at += 2;
    return this.view.getInt16(this.at - 2);
  }

  int32() {
    this.at += 4;
    return this.view.getInt32(this.at - 4);
  }

  take(length) {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  string() {
    const end = this.bytes.indexOf(0, this.at);
    const value = text.decode(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return value;
  }

  fields() {
    const fields = {};
    for (let letter = this.take(1)[0]; letter !== 0; letter = this.take(1)[0]) {
      const name = FIELD_NAMES[String.fromCharCode(letter)];
      const value = this.string();
      if (name) {
        fields[name] = value;
      }
    }
    return fields;
  }

  columns() {
    return Array.from({ length: this.int16() }, () => {
      const name = this.string();
      this.take(6);
      const dataTypeID = this.int32();
      this.take(8);
      return { name, dataTypeID };
    });
  }

  values() {
    return Array.from({ length: this.int16() }, () => {
      const length = this.int32();
      return length < 0 ? null : text.decode(this.take(length));
    });
  }
}

/**
 * One session. `open` resolves when it is ready for a query. A query's listener is told of `columns`, `row`, `complete`,
 * `notice` and `error`; it says by `wantsRows` whether rows are still worth reading.
 */
class PostgresSession {
  static open(url, settings, listener) {
    const session = new PostgresSession(url, settings, listener);
    return session.whenReady.then(() => session);
  }

  constructor(url, { endpoint, role, password, database }, listener) {
    this.url = url;
    this.password = password;
    this.listener = listener;
    this.status = 'I';
    this.parameters = {};
    this.key = null;
    this.pieces = [];
    this.had = 0;
    this.needed = HEADER;
    this.lastError = null;
    this.whenReady = this.answered();
    const tooLong = setTimeout(() => this.fail({ message: 'no answer for two minutes' }), PATIENCE);
    this.whenReady.catch(() => {}).then(() => clearTimeout(tooLong));
    this.whenClosed = new Promise((resolve) => {
      this.closed = resolve;
    });

    this.socket = new WebSocket(url);
    this.socket.binaryType = 'arraybuffer';
    this.socket.onopen = () => this.send(() => untyped(
        PROTOCOL_3_0, 'user', role, 'database', database, 'client_encoding', 'UTF8',
        'application_name', 'reveille console', 'options', `endpoint=${endpoint}`, Uint8Array.of(0)));
    this.socket.onmessage = ({ data }) => this.receive(new Uint8Array(data));
    this.socket.onclose = () => this.gone();
  }

  /** A promise of the next ReadyForQuery, which an error before it breaks. */
  answered() {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
  }

  /** Runs any number of statements; resolves when all is said, whether they failed or not. */
  query(sql, listener) {
    this.listener = listener;
    this.lastError = null;
    const answer = this.answered();
    this.send(() => message('Q', sql));
    return answer;
  }

  /** Asks for the end of what runs, through another WebSocket. Resolves when the gateway has taken the request. */
  cancel() {
    return new Promise((resolve) => {
      const second = new WebSocket(this.url);
      second.onopen = () => second.send(untyped(CANCEL_REQUEST, this.key));
      second.onclose = resolve;
    });
  }

  end() {
    if (this.socket.readyState === WebSocket.OPEN && this.key) {
      this.send(() => message('X'));
    } else {
      this.socket.close();
    }
  }

  get isOpen() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(bytes) {
    try {
      this.socket.send(bytes());
    } catch (failure) {
      this.fail(failure instanceof PostgresError ? failure.fields : { message: failure.message });
    }
  }

  /** Ends a login that takes too long for somebody. */
  giveUp() {
    this.fail({ severity: 'CANCELLED', message: 'The login was given up.' });
  }

  fail(fields) {
    this.waiting.reject(new PostgresError(fields));
    this.socket.close();
  }

  gone() {
    this.password = '';
    this.waiting.reject(new PostgresError(this.lastError ?? {
      message: this.key ? 'the connection was lost' : `no WebSocket to ${new URL(this.url).host}`,
      hint: this.key ? undefined : 'Does a node listen there, and does nothing in between forbid WebSockets?',
    }));
    this.closed(this.lastError);
  }

  /** Bytes come in pieces of any size; messages are cut out of them here, once enough has come for the next one. */
  receive(piece) {
    this.pieces.push(piece);
    this.had += piece.length;
    if (this.had < this.needed) {
      return;
    }
    const bytes = this.pieces.length === 1 ? piece : joined(...this.pieces);
    let at = 0;
    this.needed = HEADER;
    while (bytes.length - at >= this.needed) {
      const length = new DataView(bytes.buffer, bytes.byteOffset + at + 1, 4).getInt32(0) + 1;
      if (bytes.length - at < length) {
        this.needed = length;
        break;
      }
      this.take(String.fromCharCode(bytes[at]), new Body(bytes.subarray(at + HEADER, at + length)));
      at += length;
    }
    this.pieces = [bytes.slice(at)];
    this.had = bytes.length - at;
  }

  take(type, body) {
    switch (type) {
      case 'R': return this.authenticate(body.int32());
      case 'S': this.parameters[body.string()] = body.string(); return undefined;
      case 'K': this.key = body.bytes.slice(); return undefined;
      case 'Z': this.status = String.fromCharCode(body.bytes[0]); return this.waiting.resolve();
      case 'T': return this.listener.columns(body.columns());
      case 'D': return this.listener.row(this.listener.wantsRows() ? body.values() : null);
      case 'C': return this.listener.complete(body.string());
      case 'I': return this.listener.complete('');
      case 'E':
        this.lastError = body.fields();
        return this.key ? this.listener.error(this.lastError) : this.fail(this.lastError);
      case 'N': return this.listener.notice(body.fields());
      case 'A': {
        const pid = body.int32();
        return this.listener.notice({ severity: 'NOTIFY', message: `${body.string()}: ${body.string()} (process ${pid})` });
      }
      case 'G': return this.send(() => message('f', 'the console has no data to copy'));
      case 'H': return this.listener.columns([{ name: 'copied lines', dataTypeID: 25 }]);
      case 'd': {
        const line = this.listener.wantsRows() ? [text.decode(body.bytes).replace(/\n$/, '')] : null;
        return this.listener.row(line);
      }
      default: return undefined; // NegotiateProtocolVersion, CopyDone, and whatever is invented yet.
    }
  }

  authenticate(request) {
    switch (request) {
      case 0: return undefined;
      case 3: {
        this.listener.asked();
        this.send(() => message('p', this.password));
        this.password = '';
        return undefined;
      }
      default: return this.fail({ message: `the gateway asks for a password in way ${request}, which this page does not know` });
    }
  }
}
