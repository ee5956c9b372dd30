"""pgbench's select-only load, with the proxy's processor time read at both ends of what counts."""

import re
import time
from dataclasses import dataclass
from typing import Optional

from comparison.ground.processes import LoadFailed
from comparison.ground.site import postgres_program
from comparison.measure.cpu import CpuTime
from comparison.peers.peer import BENCH

_PROGRESS = re.compile(r"^progress: ([0-9.]+) s, ([0-9.]+) tps")
_PROCESSED = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)
_FIRST_PATIENCE = 60
_SPARE = 30  # seconds beyond the intended time before pgbench is killed


@dataclass(frozen=True)
class Throughput:
    """Work done in a stretch of time, and the proxy's processor time for it (None without a proxy)."""

    done: float
    seconds: float
    cpu: Optional[CpuTime]

    def metrics(self):
        """Units of work for each second, and microseconds of processor time for each unit."""
        told = {"rate": self.done / self.seconds}
        # Nothing at all, in ticks of 10 ms, is a stretch too short to tell; it must not pass for a figure.
        if self.cpu is not None and self.cpu.total > 0:
            each = 1e6 / self.done
            told.update(cpu=self.cpu.total * each, user=self.cpu.user * each, system=self.cpu.system * each)
        return told


def queries(peer, clients, seconds, tls):
    """`pgbench -S -M prepared -n`: many small queries over few sessions. The first second, with its logins, is left out."""
    return _steady(peer, ["-M", "prepared"], clients, seconds, tls)


def logins(peer, clients, seconds, tls):
    """`pgbench -C -S -n`: a new session for each query. The first second is left out."""
    return _steady(peer, ["-C"], clients, seconds, tls)


def first_queries(peer, clients, seconds, tls):
    """The same as `queries` but nothing is left out: what a proxy costs that has just been started."""
    before = peer.cpu()
    done, _ = _pgbench(peer, ["-M", "prepared", "-T", seconds], clients, seconds, tls)
    return Throughput(done, seconds, _spent(peer.cpu(), before))


def first_logins(peer, count, clients, tls):
    """`count` logins, timed from outside."""
    before, began = peer.cpu(), time.monotonic()
    done, _ = _pgbench(peer, ["-C", "-t", max(1, count // clients)], clients, _FIRST_PATIENCE, tls)
    return Throughput(done, time.monotonic() - began, _spent(peer.cpu(), before))


@dataclass(frozen=True)
class _Tick:
    """The end of pgbench's first second."""

    at: float
    done: float
    cpu: Optional[CpuTime]


def _steady(peer, mode, clients, seconds, tls):
    whole = seconds + 1
    done, tick = _pgbench(peer, [*mode, "-T", whole, "-P", 1], clients, whole, tls)
    after = peer.cpu()
    if tick is None or tick.at >= whole or done <= tick.done:
        raise LoadFailed("pgbench did nothing beyond its first second")
    return Throughput(done - tick.done, whole - tick.at, _spent(after, tick.cpu))


def _pgbench(peer, arguments, clients, seconds, tls):
    """How many transactions were done, and the first progress report where there was one."""
    ticks = []

    def on_line(line):
        told = _PROGRESS.match(line)
        if told and not ticks:
            at, rate = float(told.group(1)), float(told.group(2))
            ticks.append(_Tick(at, rate * at, peer.cpu()))

    told = peer.site.processes.run(
        [postgres_program("pgbench"), "-S", "-n", "-c", clients, "-j", min(2, clients), *arguments],
        seconds + _SPARE, env=peer.environment(BENCH, tls), on_line=on_line)
    processed = _PROCESSED.search(told)
    if processed is None:
        raise LoadFailed("pgbench does not tell how much it did")
    return int(processed.group(1)), ticks[0] if ticks else None


def _spent(after, before):
    return None if after is None else after - before
