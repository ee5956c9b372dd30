"""Many sessions of our own client at once: opened a few at a time and kept, or all in the same moment."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from comparison.ground.processes import LoadFailed
from comparison.ground.site import HOST, ROLE
from comparison.wire.client import Session

_AT_A_TIME = 16
_BURST_PATIENCE = 60.0


class IdleSessions:
    """`count` sessions that logged in, asked once (so that a session pooler gave them a server) and now wait.

    `arrive()` opens one of them; `over_tcp` makes such a function.
    """

    def __init__(self, arrive, count, seconds):
        self._sessions = []
        self._deadline = time.monotonic() + seconds

        def one(_):
            if time.monotonic() > self._deadline:
                raise LoadFailed(f"fewer than {count} sessions after {seconds:.0f} s")
            session = arrive()
            self._sessions.append(session)
            session.query("select 1")

        self._each(one, range(count))

    def close(self):
        self._each(Session.close, self._sessions)
        self._sessions = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def _each(self, work, items):
        few = ThreadPoolExecutor(_AT_A_TIME)
        try:
            for _ in few.map(work, items):
                pass
        except BaseException:
            few.shutdown(cancel_futures=True)
            for session in self._sessions:
                session.close()
            raise
        few.shutdown()


def over_tcp(peer, database, tls):
    """How a session arrives at a peer's PostgreSQL door."""
    address = (HOST, peer.port_of(database))
    return lambda: Session.open(address, ROLE, peer.site.password, database, peer.options(database), tls)


@dataclass(frozen=True)
class Burst:
    """What became of clients that came all at once: how long each took, what each saw, what went wrong."""

    seconds: list
    answers: list
    failures: list


def burst(count, visit):
    """Lets `count` threads do `visit()` at the same moment. Each visit returns an answer or raises LoadFailed."""
    together = threading.Barrier(count)
    seconds, answers, failures = [], [], []

    def one():
        try:
            together.wait(_BURST_PATIENCE)
            began = time.monotonic()
            answer = visit()
            seconds.append(time.monotonic() - began)
            answers.append(answer)
        except (LoadFailed, threading.BrokenBarrierError) as failure:
            failures.append(str(failure))

    threads = [threading.Thread(target=one, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 2 * _BURST_PATIENCE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    failures.extend("still waiting" for thread in threads if thread.is_alive())
    return Burst(seconds, answers, failures)
