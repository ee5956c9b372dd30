"""Readers of one large result who take their time, over a WebSocket and over HTTP."""

import json
import socket
import threading
import time
from http.client import HTTPConnection, HTTPException

from comparison.ground.processes import LoadFailed
from comparison.peers.peer import BENCH
from comparison.wire.client import ANYBODY
from webdoor.readers.websocket import over_websocket

_RECEIVE_BUFFER = 1 << 16  # SO_RCVBUF: what a reader does not take should stay with the other side
_BITE = 8192
ROW = 1000  # bytes of text
_PATIENCE = 120.0
_FIRST_PATIENCE = 60.0


def statement(rows):
    return f"select repeat('x', {ROW}) as line from generate_series(1, {rows})"


class WebSocketReading:
    """One result of `rows` rows over a session of its own."""

    def __init__(self, peer, rows, tls):
        self._session = over_websocket(peer, BENCH, tls, _PATIENCE, _RECEIVE_BUFFER)()
        self._rows = rows
        self._session.begin(statement(rows))

    def bite(self):
        """Reads a little; tells how much that was."""
        return self._session.bite(_BITE)

    def rest(self):
        """Reads the rest at full speed, and makes sure that nothing is missing."""
        _complete(self._session.rows(), self._rows)

    def close(self):
        self._session.close()


class HttpReading:
    """The same as the answer to one `POST /sql`, on a connection of its own."""

    def __init__(self, peer, rows, tls):
        self._rows = rows
        self._body = bytearray()
        self._connection = HTTPConnection(*peer.web_address, timeout=_PATIENCE)
        try:
            self._answer = self._ask(peer, rows, tls)
        except (OSError, HTTPException) as failure:
            self.close()
            raise LoadFailed(f"no answer: {failure}") from failure

    def bite(self):
        piece = self._answer.read(_BITE)
        self._body += piece
        return len(piece)

    def rest(self):
        try:
            self._body += self._answer.read()
            told = len(json.loads(self._body)["rows"])
        except (OSError, HTTPException, ValueError) as failure:
            raise LoadFailed(f"the answer broke off: {failure}") from failure
        _complete(told, self._rows)

    def close(self):
        self._connection.close()

    def _ask(self, peer, rows, tls):
        self._connection.sock = _connected(peer.web_address, tls)
        self._connection.request("POST", "/sql", json.dumps({"query": statement(rows), "params": []}), {
            "Content-Type": "application/json", "Neon-Connection-String": peer.connection_string(BENCH),
            "Neon-Raw-Text-Output": "true", "Neon-Array-Mode": "true"})
        answer = self._connection.getresponse()
        if answer.status != 200:
            raise LoadFailed(f"status {answer.status}: {answer.read(300).decode(errors='replace')}")
        return answer


class Crowd:
    """`count` readers at once. Each reads slowly from when it has its answer until `hurry`, then the rest in one go."""

    def __init__(self, begin, count, bytes_per_second):
        self._pause = _BITE / bytes_per_second
        self._hurry = threading.Event()
        self._begun = threading.Semaphore(0)
        self._count = count
        self.failures = []
        self._threads = [threading.Thread(target=self._read, args=(begin,), daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def await_begun(self):
        """Until every reader has had its first bytes, or failed."""
        deadline = time.monotonic() + _FIRST_PATIENCE
        for _ in range(self._count):
            if not self._begun.acquire(timeout=max(0.0, deadline - time.monotonic())):
                self.failures.append(f"not all readers have begun after {_FIRST_PATIENCE:.0f} s")
                return

    def hurry(self):
        """Lets all read to the end; tells what failed."""
        self._hurry.set()
        deadline = time.monotonic() + _PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        self.failures += ["still reading" for thread in self._threads if thread.is_alive()]
        return self.failures

    def _read(self, begin):
        begun = False
        try:
            reading = begin()
            try:
                while not self._hurry.is_set():
                    if reading.bite() == 0:
                        raise LoadFailed("a slow reader was served to the end too soon")
                    if not begun:
                        begun = True
                        self._begun.release()
                    self._hurry.wait(self._pause)
                reading.rest()
            finally:
                reading.close()
        except (LoadFailed, OSError, HTTPException) as failure:
            self.failures.append(str(failure) or type(failure).__name__)
        finally:
            if not begun:
                self._begun.release()


def _connected(address, tls):
    """A socket that holds little back."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
    connection.settimeout(_PATIENCE)
    connection.connect(address)
    return ANYBODY.wrap_socket(connection) if tls else connection


def _complete(told, rows):
    if told != rows:
        raise LoadFailed(f"{told} of {rows} rows came")
