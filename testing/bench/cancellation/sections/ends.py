"""A query is cancelled: from the CancelRequest to the client's error, through every way there is."""

import itertools
import socket
import time
from concurrent.futures import ThreadPoolExecutor

from cancellation.cluster import Cluster
from cancellation.redis import Redis
from comparison.ground.processes import LoadFailed, wait_until
from comparison.ground.site import HOST, ROLE
from comparison.peers.peer import BENCH
from comparison.peers.postgres import FakeComputePeer, Postgres
from comparison.wire.client import VERSION_3_0, VERSION_3_2, Session, cancel_request
from shared.outcome import Table, Verdict, quantile

NAME = "ends"
TITLE = "A query is cancelled: from the CancelRequest to the client's error, ms"
_MEDIAN_MAX, _P99_MAX = 3.0, 10.0
_PATIENCE = 10.0
_AT_A_TIME = 8  # in the warm-up
_CANCELED = "57014"
_SEALED_MIN = 9  # bytes of a key that is no old one

DIRECT, HOME, AWAY, SEALED = (
    "PostgreSQL itself", "the session's node, 8 bytes", "another node, 8 bytes", "another node, sealed key")


def measure(bench, plan):
    site = bench.site
    compute = Postgres(site, 1)
    compute.start()
    fake = FakeComputePeer(site, compute.verifier)
    redis = Redis(site, bench.programs)
    redis.start()
    cluster = Cluster(site, compute, fake, redis)
    cluster.start(bench.say)
    bench.say(f"three nodes are one cluster; warming up, then {plan.cancels} of each kind")
    time.sleep(plan.settle)
    _warm_up(lambda: _Trial(site, compute, cluster.nodes), plan.cancel_warm_up)
    seen = _Trial(site, compute, cluster.nodes).rounds(plan.cancels)
    table = Table(["way", "cancels", "median", "p99", "worst", "median with connecting", "lost"])
    for way, (sent, connected, lost) in seen.items():
        if lost:
            table.failed = True
        if not sent:
            table.rows.append([way, "0", "–", "–", "–", "–", str(lost)])
            continue
        median, p99 = quantile(sent, 0.5), quantile(sent, 0.99)
        table.rows.append([
            way, str(len(sent)), f"{median:.2f}", f"{p99:.2f}", f"{max(sent):.2f}", f"{quantile(connected, 0.5):.2f}",
            str(lost)])
        if way in (AWAY, SEALED):
            table.verdicts += [Verdict(f"cancel through {way}, median, ms", median, _MEDIAN_MAX),
                               Verdict(f"cancel through {way}, p99, ms", p99, _P99_MAX)]
        table.figures[way] = {"sent": sent, "connected": connected, "lost": lost}
    return table


def _warm_up(trial, count):
    """Some at a time, to be done sooner; a failure here is one of the run."""
    with ThreadPoolExecutor(_AT_A_TIME) as few:
        for _ in few.map(lambda _: trial().rounds(max(1, count // _AT_A_TIME)), range(_AT_A_TIME)):
            pass


class _Trial:
    def __init__(self, site, compute, nodes):
        self._site = site
        self._compute = compute
        self._pairs = itertools.cycle(
            (here, there) for here in nodes for there in nodes if here is not there)
        self._watcher = Session.open((HOST, compute.port), ROLE, site.password, BENCH)

    def rounds(self, count):
        """Figures after, and with, connecting.

        Way by way in turn, so that a slow moment of the machine weighs on all; and each begins as often as the others,
        since whoever comes second to a pair of nodes finds them awake.
        """
        seen = {way: ([], [], 0) for way in (DIRECT, HOME, AWAY, SEALED)}
        for number in range(count):
            here, there = next(self._pairs)
            ways = ((DIRECT, self._compute, self._compute, VERSION_3_0), (HOME, here, here, VERSION_3_0),
                    (AWAY, here, there, VERSION_3_0), (SEALED, here, there, VERSION_3_2))
            first = number % len(ways)
            for way, peer, through, version in ways[first:] + ways[:first]:
                sent, connected, lost = seen[way]
                try:
                    figures = self._cancel(peer, through, version, way is SEALED)
                    sent.append(figures[0])
                    connected.append(figures[1])
                except TimeoutError:
                    seen[way] = (sent, connected, lost + 1)
        return seen

    def _cancel(self, peer, through, version, sealed):
        session = Session.open(
            (HOST, peer.port), ROLE, self._site.password, BENCH, peer.options(BENCH), patience=_PATIENCE,
            version=version)
        try:
            if sealed != (len(session.key) >= _SEALED_MIN):
                raise LoadFailed(f"a key of {len(session.key)} bytes was given")
            backend = session.query("select pg_backend_pid()")[0]
            session.begin("select pg_sleep(60)")
            wait_until(lambda: self._sleeps(backend), _PATIENCE, "the query runs", pause=0.002)
            came = time.perf_counter()
            with socket.create_connection((HOST, through.port), timeout=_PATIENCE) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sent = time.perf_counter()
                connection.sendall(cancel_request(session.key))
                state = session.sqlstate()
                now = time.perf_counter()
                if state != _CANCELED:
                    raise LoadFailed(f"the query failed otherwise: {state}")
                if connection.recv(1):
                    raise LoadFailed("a cancel request was answered")
            return (now - sent) * 1000, (now - came) * 1000
        finally:
            session.close()

    def _sleeps(self, backend):
        return self._watcher.query(
            f"select 1 from pg_stat_activity where pid = {backend} and wait_event = 'PgSleep'") == ["1"]
