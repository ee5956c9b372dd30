"""A WebSocket (RFC 6455) that looks like a socket: bytes go in and come out, and frames do not show."""

import base64
import hashlib
import os
import socket
import struct

from comparison.ground.processes import LoadFailed
from comparison.ground.site import ROLE
from comparison.wire.client import ANYBODY, Session

_PATH = "/v2"
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_HEAD_MAX = 8192
_CHUNK = 1 << 16
_CONTINUATION, _BINARY, _CLOSE, _PING, _PONG = 0x0, 0x2, 0x8, 0x9, 0xA


class WebSocket:
    """Every wait on the socket is bounded by `patience` seconds."""

    def __init__(self, connection, rest=b""):
        self._socket = connection
        self._rest = bytearray(rest)
        self._left = 0  # of the payload of the frame that is being read
        self._ended = False

    @staticmethod
    def open(address, tls, patience=30.0, receive_buffer=None):
        """`receive_buffer` is SO_RCVBUF, for a reader that shall hold little back."""
        connection = socket.socket()
        try:
            if receive_buffer is not None:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            connection.settimeout(patience)
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                connection = ANYBODY.wrap_socket(connection)
            return WebSocket(connection, _upgrade(connection, address))
        except (OSError, LoadFailed) as failure:
            connection.close()
            raise failure if isinstance(failure, LoadFailed) else LoadFailed(f"no WebSocket: {failure}") from failure

    def sendall(self, data):
        self._frame(_BINARY, data)

    def recv(self, count):
        """Up to `count` bytes of payload; none when the other side has closed."""
        while self._left == 0 and not self._ended:
            self._next_frame()
        if self._ended:
            return b""
        if not self._rest:
            self._more(min(count, _CHUNK))
        taken = bytes(self._rest[:min(count, self._left)])
        del self._rest[:len(taken)]
        self._left -= len(taken)
        return taken

    def close(self):
        self._socket.close()

    def _next_frame(self):
        first, second = self._exactly(2)
        kind, length = first & 0x0F, second & 0x7F
        if second & 0x80:
            raise LoadFailed("a server must not mask")
        if length == 126:
            (length,) = struct.unpack("!H", self._exactly(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._exactly(8))
        if kind in (_BINARY, _CONTINUATION):
            self._left = length
            return
        payload = self._exactly(length)
        if kind == _PING:
            self._frame(_PONG, payload)
        elif kind == _CLOSE:
            self._ended = True
        elif kind != _PONG:
            raise LoadFailed(f"a frame of kind {kind} is not for this client")

    def _frame(self, kind, data):
        length = len(data)
        if length < 126:
            head = struct.pack("!BB", 0x80 | kind, 0x80 | length)
        elif length < 1 << 16:
            head = struct.pack("!BBH", 0x80 | kind, 0x80 | 126, length)
        else:
            head = struct.pack("!BBQ", 0x80 | kind, 0x80 | 127, length)
        mask = os.urandom(4)
        pad = (mask * (length // 4 + 1))[:length]
        masked = (int.from_bytes(data, "big") ^ int.from_bytes(pad, "big")).to_bytes(length, "big")
        self._socket.sendall(head + mask + masked)

    def _exactly(self, count):
        while len(self._rest) < count:
            self._more(_CHUNK)
        taken = bytes(self._rest[:count])
        del self._rest[:count]
        return taken

    def _more(self, count):
        """Reads no more than is wanted, so that a slow reader leaves the rest where it is."""
        more = self._socket.recv(count)
        if not more:
            raise LoadFailed("the server closed the connection without a close frame")
        self._rest += more


def over_websocket(peer, database, tls, patience=30.0, receive_buffer=None):
    """How a session arrives at the web door of Reveille."""
    def arrive():
        connection = WebSocket.open(peer.web_address, tls, patience, receive_buffer)
        return Session.over(connection, ROLE, peer.site.password, database, peer.options(database))
    return arrive


def _upgrade(connection, address):
    """Asks for the upgrade; returns what came behind the answer."""
    key = base64.b64encode(os.urandom(16))
    connection.sendall(
        f"GET {_PATH} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key.decode()}\r\n\r\n".encode())
    told = b""
    while b"\r\n\r\n" not in told and len(told) < _HEAD_MAX:
        more = connection.recv(_HEAD_MAX)
        if not more:
            break
        told += more
    head, _, rest = told.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    if not lines[0].startswith(b"HTTP/1.1 101 "):
        raise LoadFailed(f"no upgrade: {lines[0].decode(errors='replace')}")
    accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())
    if not any(line.lower().startswith(b"sec-websocket-accept:") and line.split(b":", 1)[1].strip() == accept
               for line in lines):
        raise LoadFailed("the upgrade was accepted with another key")
    return rest
