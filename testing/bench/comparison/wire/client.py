"""One blocking session: connect, log in by SCRAM or in clear text, ask simple queries, stay idle. For many at once, use threads."""

import socket
import ssl
import struct

from comparison.ground.processes import LoadFailed
from comparison.wire import scram

_SSL_REQUEST = struct.pack("!II", 8, 80877103)
_CANCEL_REQUEST = 80877102
VERSION_3_0, VERSION_3_2 = 3 << 16, 3 << 16 | 2

ANYBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # the run's own certificate is not asked who it is
ANYBODY.check_hostname = False
ANYBODY.verify_mode = ssl.CERT_NONE


class Session:
    """A session after login. Every wait on the socket is bounded by `patience` seconds."""

    def __init__(self, connection):
        self._socket = connection
        self._rest = bytearray()
        self.key = b""  # the body of BackendKeyData: process id, then secret

    @staticmethod
    def open(address, user, password, database, options="", tls=False, patience=30.0, version=VERSION_3_0):
        """Logs in, or raises LoadFailed with the server's words."""
        try:
            connection = socket.create_connection(address, timeout=patience)
        except OSError as failure:
            raise LoadFailed(f"no connection to {address[0]}:{address[1]}: {failure}") from failure
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                connection = _with_tls(connection)
        except (OSError, LoadFailed) as failure:
            connection.close()
            raise failure if isinstance(failure, LoadFailed) else LoadFailed(f"no TLS: {failure}") from failure
        return Session.over(connection, user, password, database, options, version)

    @staticmethod
    def over(connection, user, password, database, options="", version=VERSION_3_0):
        """Logs in on a connection that is there, a socket or something like it; it is closed where that fails."""
        try:
            session = Session(connection)
            session._log_in(user, password, database, options, version)
            return session
        except (OSError, ValueError, LoadFailed) as failure:
            connection.close()
            raise failure if isinstance(failure, LoadFailed) else LoadFailed(f"login failed: {failure}") from failure

    def query(self, sql):
        """The first column of every row, as text."""
        self._send(b"Q", sql.encode() + b"\0")
        rows = []
        for kind, body in self._until_ready():
            if kind == b"D":
                (length,) = struct.unpack_from("!i", body, 2)
                rows.append(body[6:6 + length].decode() if length >= 0 else "")
        return rows

    def begin(self, sql):
        """Sends a query and waits for nothing."""
        self._send(b"Q", sql.encode() + b"\0")

    def sqlstate(self):
        """Waits for the query that was begun to fail, and tells how."""
        while True:
            kind, body = self._next()
            if kind == b"E":
                return _fields(body).get(b"C", "?????")
            if kind == b"Z":
                raise LoadFailed("the query ended and did not fail")

    def bite(self, count):
        """Reads up to `count` bytes of an answer and keeps them for later; tells how many came."""
        more = self._socket.recv(count)
        self._rest += more
        return len(more)

    def rows(self):
        """Reads the answer to the query that was begun to its end; tells how many rows it had."""
        return sum(kind == b"D" for kind, _ in self._until_ready())

    def close(self):
        try:
            self._send(b"X", b"")
        except OSError:
            pass  # It is going away either way.
        self._socket.close()

    def _log_in(self, user, password, database, options, version):
        parameters = {"user": user, "database": database, "application_name": "reveille-bench"}
        if options:
            parameters["options"] = options
        words = b"".join(f"{name}\0{value}\0".encode() for name, value in parameters.items()) + b"\0"
        self._socket.sendall(struct.pack("!II", len(words) + 8, version) + words)
        client = scram.Client(password)
        for kind, body in self._until_ready():
            if kind == b"K":
                self.key = body
            if kind != b"R":
                continue
            (code,) = struct.unpack_from("!I", body)
            if code == 3:  # clear text, which is for WebSockets
                self._send(b"p", password.encode() + b"\0")
            elif code == 10:
                first = client.first().encode()
                self._send(b"p", b"SCRAM-SHA-256\0" + struct.pack("!I", len(first)) + first)
            elif code == 11:
                self._send(b"p", client.final(body[4:].decode()).encode())
            elif code == 12:
                client.accept(body[4:].decode())
            elif code != 0:
                raise LoadFailed(f"authentication method {code} is not for this client")

    def _until_ready(self):
        while True:
            kind, body = self._next()
            if kind == b"E":
                raise LoadFailed(_told(body))
            yield kind, body
            if kind == b"Z":
                return

    def _next(self):
        head = self._exactly(5)
        return head[:1], self._exactly(struct.unpack("!I", head[1:])[0] - 4)

    def _exactly(self, count):
        while len(self._rest) < count:
            more = self._socket.recv(8192)
            if not more:
                raise LoadFailed("the server closed the connection")
            self._rest += more
        taken = bytes(self._rest[:count])
        del self._rest[:count]
        return taken

    def _send(self, kind, body):
        self._socket.sendall(kind + struct.pack("!I", len(body) + 4) + body)


def _with_tls(connection):
    connection.sendall(_SSL_REQUEST)
    if connection.recv(1) != b"S":
        raise LoadFailed("the server does not speak TLS")
    return ANYBODY.wrap_socket(connection)


def cancel_request(key):
    """The bytes to send on a connection of their own to interrupt the session that was given `key`."""
    return struct.pack("!II", len(key) + 8, _CANCEL_REQUEST) + key


def _fields(body):
    return {part[:1]: part[1:].decode(errors="replace") for part in body.split(b"\0") if part}


def _told(body):
    """An ErrorResponse in one line: SQLSTATE and message."""
    fields = _fields(body)
    return f"{fields.get(b'C', '?????')}: {fields.get(b'M', 'no message')}"
