"""Small queries over standing sessions: throughput, and what each costs the proxy."""

from comparison.loads import pgbench
from comparison.plan import mode_name
from comparison.report.columns import Column

NAME = "tps"
TITLE = "Queries: pgbench -S -M prepared"
METRICS = (
    Column("rate", "tps", ratio=True),
    Column("cpu", "CPU µs/tx", decimals=1, ratio=True),
    Column("user", "user", decimals=1, spread=False),
    Column("system", "system", decimals=1, spread=False),
)
_WARM_UP_CLIENTS = 16


def measure(house, plan):
    _first_seconds(house, plan)
    house.warm_up(NAME, plan, lambda peer, tls: pgbench.queries(peer, _WARM_UP_CLIENTS, plan.warm_up, tls))
    for number in range(plan.rounds):
        for tls in plan.modes:
            for clients in plan.clients:
                for peer in house.peers_for(tls, number):
                    house.attempt(NAME, warm(clients, tls), peer, number, lambda: pgbench.queries(
                        peer, clients, plan.seconds, tls).metrics())


def _first_seconds(house, plan):
    """Before the warm-up, and each time with a process that has just become ready."""
    for number in range(plan.rounds):
        for tls in plan.modes:
            for peer in house.peers_for(tls, number):
                if peer.is_proxy:
                    house.attempt(NAME, cold(plan.cold, tls), peer, number, lambda: _fresh(peer, plan.cold, tls))


def _fresh(peer, seconds, tls):
    peer.restart()
    return pgbench.first_queries(peer, _WARM_UP_CLIENTS, seconds, tls).metrics()


def warm(clients, tls):
    return f"c={clients} {mode_name(tls)}"


def cold(seconds, tls):
    return f"first {seconds} s, c={_WARM_UP_CLIENTS} {mode_name(tls)}"
