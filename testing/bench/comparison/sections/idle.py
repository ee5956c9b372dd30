"""Thousands of sessions that logged in and wait: what each of them keeps in memory."""

from comparison.loads.sessions import IdleSessions, over_tcp
from comparison.measure.memory import memory
from comparison.peers.peer import IDLE
from comparison.plan import mode_name
from comparison.report.columns import Column

NAME = "idle"
TITLE = "Idle sessions after login: memory for each"
METRICS = (
    Column("heap", "live heap, bytes"),
    Column("rss", "RSS, bytes", ratio=True),
    Column("resident", "process with all, MB", spread=False),
)
_MEGABYTE = 1_000_000


def measure(house, plan):
    """One round: memory is steady, and a process that has given pages back and forth tells less, so each starts fresh."""
    for tls in plan.modes:
        for peer in house.peers_for(tls):
            if peer.is_proxy:
                house.attempt(NAME, load(plan.idle_sessions, tls), peer, 0, lambda: _grown(peer, plan, tls))


def _grown(peer, plan, tls):
    peer.restart()
    return grown(peer, over_tcp(peer, IDLE, tls), plan)


def grown(peer, arrive, plan):
    """What sessions that arrive this way add to a process that has just been started."""
    with IdleSessions(arrive, plan.idle_warm_up, plan.idle_patience):
        pass
    before = memory(peer.pid)
    with IdleSessions(arrive, plan.idle_sessions, plan.idle_patience):
        after = memory(peer.pid)
    return {
        "heap": None if after.heap is None else (after.heap - before.heap) / plan.idle_sessions,
        "rss": (after.resident - before.resident) / plan.idle_sessions,
        "resident": after.resident / _MEGABYTE,
    }


def load(count, tls):
    return f"{count} {mode_name(tls)}"
