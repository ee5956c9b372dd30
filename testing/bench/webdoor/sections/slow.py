"""A large result for readers who take their time: does the node's memory stay bounded?"""

import time

from comparison.ground.processes import LoadFailed
from comparison.measure.memory import memory, resident, socket_buffers
from comparison.plan import mode_name
from comparison.report.columns import Column
from shared.outcome import Verdict
from webdoor.readers.slow import ROW, Crowd, HttpReading, WebSocketReading
from webdoor.rows import Rounds

NAME = "slow"
TITLE = "A large result for slow readers: what the node holds"
COLUMNS = (
    Column("asked", "results together, MB"),
    Column("heap", "live heap more, MB", decimals=2),
    Column("rss", "RSS more at most, MB", decimals=1),
    Column("each", "RSS more for each reader, MB", decimals=2),
    Column("kernel", "socket buffers more, MB"),
    Column("held", "computes held back"),
)
WAYS = {"WebSocket": WebSocketReading, "HTTP": HttpReading}
_HEAP_MAX = 1.0  # MB for each reader
_RSS_MAX = 0.25  # of all results together
_MEGABYTE = 1_000_000
_LOOK = 0.1
_HELD = "select count(*) from pg_stat_activity where backend_type = 'client backend' and wait_event = 'ClientWrite'"


class _Way:
    def __init__(self, name, peer, reading):
        self.name = name
        self.peer = peer
        self._reading = reading

    def last_words(self):
        return self.peer.last_words()

    def begin(self, rows, tls):
        return lambda: self._reading(self.peer, rows, tls)


def measure(bench, plan):
    rounds, verdicts = Rounds(bench, NAME), []
    for tls in plan.modes:
        for name, reading in WAYS.items():
            way = _Way(name, bench.reveille, reading)
            try:
                way.peer.restart()
                _warm_up(way, tls, plan)
            except LoadFailed as failure:
                rounds.note(f"warm-up, {mode_name(tls)}, {name}: {failure}")
                bench.say(f"  warm-up, {mode_name(tls)}, {name}: FAILED: {failure}")
                continue
            for readers, rows in _crowds(plan):
                at = load(readers, rows, tls)
                rounds.attempt(at, way, 0, lambda: _held(bench, way, readers, rows, tls, plan))
                verdicts += _verdicts(rounds, at, way, readers, plan)
    table = rounds.table(COLUMNS)
    table.verdicts = verdicts
    return table


def load(readers, rows, tls):
    return f"{readers} reader{'s' if readers > 1 else ''} of {rows * ROW / _MEGABYTE:g} MB, {mode_name(tls)}"


def _crowds(plan):
    """How many readers, and how many rows for each."""
    return [*((readers, plan.slow_rows) for readers in plan.slow_readers), (1, plan.slow_large_rows)]


def _verdicts(rounds, at, way, readers, plan):
    """One reader says nothing about RSS, which has steps of its own."""
    heap, rss, asked = (rounds.median(at, way.name, metric) for metric in ("heap", "rss", "asked"))
    yield Verdict(
        f"live heap for each, {way.name}, {at}, MB", None if heap is None else heap / readers, _HEAP_MAX)
    if readers == max(plan.slow_readers):
        yield Verdict(f"RSS ÷ results together, {way.name}, {at}", None if rss is None else rss / asked, _RSS_MAX)


def _warm_up(way, tls, plan):
    """Some results at full speed, one after another: the heap has then been as large as an ordinary day makes it."""
    for _ in range(plan.slow_warm_up):
        reading = way.begin(plan.slow_rows, tls)()
        try:
            reading.rest()
        finally:
            reading.close()


def _held(bench, way, readers, rows, tls, plan):
    """Growth from before the readers came: the live heap at the end of the slow stretch, RSS at its highest."""
    pid = way.peer.pid
    before, buffers = memory(pid), socket_buffers()
    crowd = Crowd(way.begin(rows, tls), readers, plan.slow_rate)
    try:
        crowd.await_begun()
        until = time.monotonic() + plan.slow_seconds
        most = 0
        while time.monotonic() < until:
            most = max(most, resident(pid))
            time.sleep(_LOOK)
        held = int(bench.compute.administrate(_HELD))
        buffers = socket_buffers() - buffers
        after = memory(pid)
    finally:
        failures = crowd.hurry()
    if failures:
        raise LoadFailed(f"{len(failures)} of {readers} readers failed, the first: {failures[0]}")
    grown = (max(most, after.resident) - before.resident) / _MEGABYTE
    return {
        "asked": readers * rows * ROW / _MEGABYTE,
        "heap": (after.heap - before.heap) / _MEGABYTE, "rss": grown, "each": grown / readers,
        "kernel": buffers / _MEGABYTE, "held": held,
    }
