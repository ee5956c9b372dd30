"""A compute with nothing behind it: it logs thousands of sessions in, answers `select 1`, and costs no backend.

PostgreSQL cannot hold 5,000 backends on a small machine, and the idle section measures proxies, not backends.
Run as a program: `fake_compute.py PORT VERIFIER_FILE`; it prints `ready` and serves until SIGTERM.
"""

import asyncio
import os
import signal
import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from comparison.wire import scram  # noqa: E402

_SSL_REQUEST, _GSSENC_REQUEST, _CANCEL_REQUEST = 80877103, 80877104, 80877102
_PACKET_MAX = 1 << 16
_BACKLOG = 4096

# What PostgreSQL 15 reports after login, so that a proxy has as much to pass on or to remember.
_PARAMETERS = {
    "application_name": "", "client_encoding": "UTF8", "DateStyle": "ISO, MDY",
    "default_transaction_read_only": "off", "in_hot_standby": "off", "integer_datetimes": "on",
    "IntervalStyle": "postgres", "is_superuser": "off", "server_encoding": "UTF8", "server_version": "15.0",
    "session_authorization": "bench", "standard_conforming_strings": "on", "TimeZone": "Etc/UTC",
}


def _message(kind, body=b""):
    return kind + struct.pack("!I", len(body) + 4) + body


_READY = _message(b"Z", b"I")
_GREETING = _message(b"R", struct.pack("!I", 0)) + b"".join(
    _message(b"S", f"{name}\0{value}\0".encode()) for name, value in _PARAMETERS.items())
_ONE = (
    _message(b"T", struct.pack("!H", 1) + b"?column?\0" + struct.pack("!IHIhih", 0, 0, 23, 4, -1, 0))
    + _message(b"D", struct.pack("!HI", 1, 1) + b"1")
    + _message(b"C", b"SELECT 1\0") + _READY)
_DONE = _message(b"C", b"SET\0") + _READY
_SYNTAX = _message(b"E", b"SERROR\0C0A000\0MThis compute answers simple queries only.\0\0") + _READY


class FakeCompute:
    def __init__(self, verifier):
        self._verifier = verifier

    async def serve(self, reader, writer):
        try:
            if await self._startup(reader, writer):
                await self._authenticate(reader, writer)
                writer.write(_GREETING + _message(b"K", os.urandom(8)) + _READY)
                await self._answer(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            pass  # The peer went away, or said what no proxy should say: this session ends.
        finally:
            writer.close()

    async def _startup(self, reader, writer):
        while True:
            length, code = struct.unpack("!II", await reader.readexactly(8))
            if not 8 <= length <= _PACKET_MAX:
                raise ValueError("start-up packet")
            await reader.readexactly(length - 8)
            if code not in (_SSL_REQUEST, _GSSENC_REQUEST):
                return code != _CANCEL_REQUEST
            writer.write(b"N")

    async def _authenticate(self, reader, writer):
        server = scram.Server(self._verifier)
        writer.write(_message(b"R", struct.pack("!I", 10) + b"SCRAM-SHA-256\0\0"))
        initial = (await self._next(reader))[1]
        client_first = initial[initial.index(b"\0") + 5:].decode()
        writer.write(_message(b"R", struct.pack("!I", 11) + server.first(client_first).encode()))
        client_final = (await self._next(reader))[1].decode()
        writer.write(_message(b"R", struct.pack("!I", 12) + server.final(client_final).encode()))

    async def _answer(self, reader, writer):
        while True:
            kind, body = await self._next(reader)
            if kind == b"X":
                return
            if kind == b"Q":
                writer.write(_ONE if body[:6].lower() == b"select" else _DONE)
            elif kind == b"S":
                writer.write(_SYNTAX)
            await writer.drain()

    @staticmethod
    async def _next(reader):
        kind, length = struct.unpack("!cI", await reader.readexactly(5))
        if not 4 <= length <= _PACKET_MAX:
            raise ValueError("message length")
        return kind, await reader.readexactly(length - 4)


async def _main(port, verifier):
    leave = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, leave.set)
    await asyncio.start_server(FakeCompute(verifier).serve, "127.0.0.1", port, backlog=_BACKLOG, limit=4096)
    print("ready", flush=True)
    await leave.wait()
    os._exit(0)  # Thousands of open sessions need no farewell.


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), Path(sys.argv[2]).read_text().strip()))
