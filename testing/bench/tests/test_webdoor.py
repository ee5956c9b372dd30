"""Stories about the benchmarks of the web door. Run with: python3 -m unittest discover -s testing/bench/tests"""

import base64
import hashlib
import json
import shutil
import socket
import struct
import sys
import threading
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from comparison.ground.processes import LoadFailed, Processes  # noqa: E402
from comparison.ground.site import HOST  # noqa: E402
from comparison.measure.cpu import CpuTime  # noqa: E402
from comparison.wire.client import Session  # noqa: E402
from webdoor import wrk  # noqa: E402
from webdoor.doors.door import connection_string  # noqa: E402
from webdoor.plan import Plan  # noqa: E402
from webdoor.readers.slow import Crowd  # noqa: E402
from webdoor.readers.websocket import WebSocket, over_websocket  # noqa: E402
from webdoor.rows import Rounds  # noqa: E402
from webdoor.sections import http, slow  # noqa: E402

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PATIENCE = 10.0


class StandIn:
    """A door that upgrades one connection and then does what `play(door)` says."""

    def __init__(self, play):
        self._listener = socket.create_server((HOST, 0))
        self.web_address = self._listener.getsockname()
        self.heard = b""
        self._thread = threading.Thread(target=self._serve, args=(play,), daemon=True)
        self._thread.start()

    def close(self):
        self._listener.close()
        self._thread.join(_PATIENCE)

    def frame(self, kind, payload, fin=True):
        length = len(payload)
        size = struct.pack("!B", length) if length < 126 else struct.pack("!BH", 126, length)
        self._connection.sendall(bytes([(0x80 if fin else 0) | kind]) + size + payload)

    def read(self):
        """One masked frame: its kind and payload."""
        first, second = self._exactly(2)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack("!H", self._exactly(2))
        mask = self._exactly(4)
        return first & 0x0F, bytes(one ^ mask[at % 4] for at, one in enumerate(self._exactly(length)))

    def _serve(self, play):
        self._connection, _ = self._listener.accept()
        self._connection.settimeout(_PATIENCE)
        with self._connection:
            while not self.heard.endswith(b"\r\n\r\n"):
                self.heard += self._exactly(1)
            (key,) = [line.split(b": ")[1] for line in self.heard.split(b"\r\n") if line.startswith(b"Sec-WebSocket-Key")]
            accept = base64.b64encode(hashlib.sha1(key + _GUID).digest())
            self._connection.sendall(
                b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
                b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n")
            play(self)

    def _exactly(self, count):
        told = b""
        while len(told) < count:
            more = self._connection.recv(count - len(told))
            if not more:
                raise ConnectionError("closed")
            told += more
        return told


def _message(kind, body=b""):
    return kind + struct.pack("!I", len(body) + 4) + body


class WebSocketStories(unittest.TestCase):
    def _connected(self, play):
        door = StandIn(play)
        self.addCleanup(door.close)
        client = WebSocket.open(door.web_address, False, _PATIENCE)
        self.addCleanup(client.close)
        return client

    def test_what_is_sent_arrives_unmasked_as_it_was(self):
        heard = []
        client = self._connected(lambda door: (heard.append(door.read()), door.frame(2, b"got it")))
        sent = bytes(range(256)) * 3
        client.sendall(sent)
        self.assertEqual(client.recv(100), b"got it")
        self.assertEqual(heard, [(2, sent)])

    def test_fragments_and_a_ping_between_them_read_as_one_stream_and_the_ping_is_answered(self):
        heard = []

        def play(door):
            door.frame(2, b"one ", fin=False)
            door.frame(9, b"there?")
            heard.append(door.read())
            door.frame(0, b"stream")

        client = self._connected(play)
        told = b""
        while len(told) < 10:
            told += client.recv(100)
        self.assertEqual(told, b"one stream")
        self.assertEqual(heard, [(10, b"there?")])

    def test_a_close_frame_is_the_end_and_a_broken_connection_is_a_failure(self):
        self.assertEqual(self._connected(lambda door: door.frame(8, struct.pack("!H", 1000))).recv(100), b"")
        self.assertRaises(LoadFailed, self._connected(lambda door: None).recv, 100)

    def test_a_session_logs_in_with_its_password_in_clear_text(self):
        heard = []

        def play(door):
            heard.append(door.read()[1])
            door.frame(2, _message(b"R", struct.pack("!I", 3)))
            heard.append(door.read()[1])
            door.frame(2, _message(b"R", struct.pack("!I", 0)) + _message(b"K", b"12345678") + _message(b"Z", b"I"))
            heard.append(door.read()[1])
            door.frame(2, _message(b"T") + _message(b"D", struct.pack("!HI", 1, 2) + b"42"))
            door.frame(2, _message(b"C", b"SELECT 1\0") + _message(b"Z", b"I"))

        door = StandIn(play)
        self.addCleanup(door.close)
        peer = SimpleNamespace(
            web_address=door.web_address, site=SimpleNamespace(password="open sesame"),
            options=lambda name: f"endpoint={name}")
        session = over_websocket(peer, "idle", False)()
        self.addCleanup(session.close)
        self.assertEqual(session.query("select 42"), ["42"])
        self.assertIn(b"options\0endpoint=idle\0", heard[0])
        self.assertEqual(heard[1:], [_message(b"p", b"open sesame\0"), _message(b"Q", b"select 42\0")])


class SlowReaderStories(unittest.TestCase):
    class Reading:
        """Has as many bites as it is told, then the rest."""

        def __init__(self, bites, missing=False):
            self._bites = bites
            self._missing = missing
            self.read = 0

        def bite(self):
            self._bites -= 1
            self.read += 1
            return 8192 if self._bites >= 0 else 0

        def rest(self):
            if self._missing:
                raise LoadFailed("9 of 10 rows came")

        def close(self):
            self.closed = True

    def test_readers_keep_to_their_rate_until_they_are_told_to_hurry(self):
        reading = self.Reading(1000)
        crowd = Crowd(lambda: reading, 1, 8192)  # one bite for each second
        crowd.await_begun()
        self.assertEqual(crowd.hurry(), [])
        self.assertEqual((reading.read, reading.closed), (1, True))

    def test_a_reader_that_misses_a_row_fails(self):
        crowd = Crowd(lambda: self.Reading(1000, missing=True), 2, 8192)
        crowd.await_begun()
        self.assertEqual(crowd.hurry(), ["9 of 10 rows came"] * 2)

    def test_a_result_that_ends_during_the_slow_stretch_shows_nothing_and_fails(self):
        crowd = Crowd(lambda: self.Reading(2), 1, 80_000_000)
        crowd.await_begun()
        crowd._threads[0].join(_PATIENCE)
        self.assertEqual(crowd.hurry(), ["a slow reader was served to the end too soon"])


class LoadStories(unittest.TestCase):
    def test_figures_of_wrk_are_told_for_each_second_and_each_request(self):
        told = self._requests("Running 2s test\nfigures 4000 2000000 0 0 0 0 0 210 950\n")
        self.assertEqual((told["rate"], told["median"], told["p99"]), (2000.0, 210, 950))
        self.assertAlmostEqual(told["cpu"], 100.0)  # 0.4 s for 4,000

    def test_one_request_that_was_refused_spoils_the_stretch(self):
        self.assertRaises(LoadFailed, self._requests, "figures 4000 2000000 0 0 0 1 0 210 950\n")

    @unittest.skipUnless(shutil.which("wrk"), "wrk is not installed")
    def test_the_request_that_wrk_sends_is_the_one_that_was_asked_for(self):
        heard = []
        listener = socket.create_server((HOST, 0))
        self.addCleanup(listener.close)

        def serve():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection):
            with connection:
                while True:
                    asked = connection.recv(8192)
                    if not asked:
                        return
                    heard.append(asked)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

        threading.Thread(target=serve, daemon=True).start()
        processes = Processes("/nowhere")
        self.addCleanup(processes.close)
        door = SimpleNamespace(
            site=SimpleNamespace(processes=processes), cpu=lambda: CpuTime(0, 0),
            url=lambda tls: "http://%s:%d/sql" % listener.getsockname(),
            headers=lambda: {"Neon-Connection-String": connection_string(SimpleNamespace(password="a:b/c@d"), "bench")})
        self.assertGreater(wrk.requests(door, 1, 1, False)["rate"], 0)
        head, _, body = heard[-1].partition(b"\r\n\r\n")
        self.assertTrue(head.startswith(b"POST /sql HTTP/1.1\r\n"))
        self.assertIn(b"\r\nNeon-Connection-String: postgresql://bench:a%3Ab%2Fc%40d@bench/bench", head)
        self.assertEqual(json.loads(body), {"query": "select 1 as n", "params": []})

    @staticmethod
    def _requests(told):
        readings = iter([CpuTime(1.0, 1.0), CpuTime(1.3, 1.1)])
        door = SimpleNamespace(
            site=SimpleNamespace(processes=SimpleNamespace(run=lambda argv, seconds, env: told)),
            cpu=lambda: next(readings), url=lambda tls: "", headers=dict)
        return wrk.requests(door, 8, 2, False)


class FigureStories(unittest.TestCase):
    def setUp(self):
        self.rounds = Rounds(SimpleNamespace(say=lambda text: None), http.NAME)

    def _keep(self, load, who, number, **figures):
        self.rounds.attempt(load, SimpleNamespace(name=who), number, lambda: figures)

    def test_the_usual_binding_is_the_yardstick_of_the_same_handler_round_by_round(self):
        at = http.load(1, True)
        for number, (usual, ours) in enumerate([(100, 300), (1000, 1100), (10, 20)]):
            self._keep(at, http.REVEILLE, number, rate=ours)
            self._keep(at, http.OURS_SQL, number, rate=ours + usual)
            self._keep(at, http.USUAL_SQL, number, rate=usual)
            self._keep(at, http.USUAL_BARE, number, rate=1)
        node, binding, *_ = http._verdicts(self.rounds, 1, True)
        self.assertEqual((node.figure, binding.figure), (2.0, 3.0))

    def test_a_binding_that_is_fast_enough_does_not_speak_for_a_node_that_is_not(self):
        at = http.load(32, True)
        for who, rate in ((http.USUAL_SQL, 10), (http.REVEILLE, 14), (http.OURS_SQL, 16)):
            self._keep(at, who, 0, rate=rate)
        node, binding, *_ = http._verdicts(self.rounds, 32, True)
        self.assertEqual((node.word, binding.word), ("missed", "met"))

    def test_what_one_connection_adds_is_told_beside_the_direct_query_over_plain_tcp(self):
        self._keep(http.load(1, False), http.DIRECT, 0, median=80)
        self._keep(http.load(1, True), http.REVEILLE, 0, median=240)
        added = list(http._verdicts(self.rounds, 1, True))[-1]
        self.assertEqual((added.figure, added.word), (160, "missed"))

    def test_what_was_not_measured_is_said_to_be_so(self):
        self.assertEqual({one.word for one in http._verdicts(self.rounds, 1, True)}, {"not measured"})

    def test_a_stretch_that_failed_is_a_note_and_no_figure(self):
        def refused():
            raise LoadFailed("refused")

        self.rounds.attempt("load", SimpleNamespace(name="who", last_words=lambda: "my last words"), 0, refused)
        table = self.rounds.table(http.COLUMNS)
        self.assertEqual((table.rows, table.notes), ([], ["load, who, round 1: refused"]))

    def test_memory_of_slow_readers_is_told_for_each_and_beside_what_they_asked_for(self):
        at = slow.load(64, 9500, True)
        self._keep(at, "HTTP", 0, asked=608, heap=96, rss=304)
        told = list(slow._verdicts(self.rounds, at, SimpleNamespace(name="HTTP"), 64, Plan()))
        self.assertEqual([(one.figure, one.word) for one in told], [(1.5, "missed"), (0.5, "missed")])
        self.assertIn("0.50, target ≤ 0.25", told[1].line())

    def test_what_slow_readers_ask_for_stays_below_what_one_answer_may_be(self):
        self.assertLess(Plan().slow_large_rows * 1005 + 1000, 64 << 20)


if __name__ == "__main__":
    unittest.main()
