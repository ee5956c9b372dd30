"""A large result for readers who take their time: does the node's memory stay bounded?"""

import time

from comparison.ground.processes import LoadFailed
from comparison.measure.memory import memory, resident
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
    Column("held", "computes held back"),
)
WAYS = {"WebSocket": WebSocketReading, "HTTP": HttpReading}
_HEAP_MAX, _RSS_MAX = 1.0, 1.0  # MB for each reader
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

    def begin(self, tls, plan):
        return lambda: self._reading(self.peer, plan.slow_rows, tls)


def measure(bench, plan):
    rounds = Rounds(bench, NAME)
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
            for readers in plan.slow_readers:
                rounds.attempt(load(readers, tls), way, 0, lambda: _held(bench, way, readers, tls, plan))
    table = rounds.table(COLUMNS)
    for tls in plan.modes:
        for name in WAYS:
            for readers in plan.slow_readers:
                at = f"{name}, {load(readers, tls)}"
                heap = rounds.median(load(readers, tls), name, "heap")
                table.verdicts.append(Verdict(
                    f"live heap for each slow reader, {at}, MB", None if heap is None else heap / readers, _HEAP_MAX))
            table.verdicts.append(Verdict(
                f"RSS for each slow reader, {at}, MB", rounds.median(load(readers, tls), name, "each"), _RSS_MAX))
    return table


def load(readers, tls):
    return f"{readers} reader{'s' if readers > 1 else ''}, {mode_name(tls)}"


def _warm_up(way, tls, plan):
    """Some results at full speed, one after another: the heap has then been as large as an ordinary day makes it."""
    for _ in range(plan.slow_warm_up):
        reading = way.begin(tls, plan)()
        try:
            reading.rest()
        finally:
            reading.close()


def _held(bench, way, readers, tls, plan):
    """Growth from before the readers came: the live heap at the end of the slow stretch, RSS at its highest."""
    pid = way.peer.pid
    before = memory(pid)
    crowd = Crowd(way.begin(tls, plan), readers, plan.slow_rate)
    try:
        crowd.await_begun()
        until = time.monotonic() + plan.slow_seconds
        most = 0
        while time.monotonic() < until:
            most = max(most, resident(pid))
            time.sleep(_LOOK)
        held = int(bench.compute.administrate(_HELD))
        after = memory(pid)
    finally:
        failures = crowd.hurry()
    if failures:
        raise LoadFailed(f"{len(failures)} of {readers} readers failed, the first: {failures[0]}")
    grown = (max(most, after.resident) - before.resident) / _MEGABYTE
    return {
        "asked": readers * plan.slow_rows * ROW / _MEGABYTE,
        "heap": (after.heap - before.heap) / _MEGABYTE, "rss": grown, "each": grown / readers, "held": held,
    }
