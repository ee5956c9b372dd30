"""New sessions: a login for each query, SCRAM on both sides of the proxy."""

from comparison.loads import pgbench
from comparison.plan import mode_name
from comparison.report.columns import Column

NAME = "logins"
TITLE = "New sessions: pgbench -C -S, SCRAM"
METRICS = (
    Column("rate", "logins/s", ratio=True),
    Column("cpu", "CPU µs/login", ratio=True),
    Column("user", "user", spread=False),
    Column("system", "system", spread=False),
)


def measure(house, plan):
    for number in range(plan.rounds):
        for tls in plan.modes:
            for peer in house.login_peers_for(tls, number):
                house.attempt(NAME, first(plan.first_logins, tls), peer, number, lambda: _first(peer, plan, tls))
    house.warm_up(NAME, plan, lambda peer, tls: pgbench.logins(peer, plan.login_clients, plan.warm_up, tls),
                  house.login_peers_for)
    for number in range(plan.rounds):
        for tls in plan.modes:
            for peer in house.login_peers_for(tls, number):
                house.attempt(NAME, warm(plan.login_clients, tls), peer, number, lambda: pgbench.logins(
                    peer, plan.login_clients, plan.seconds, tls).metrics())


def _first(peer, plan, tls):
    """The first sessions of a proxy that has just become ready; of PostgreSQL itself any will do."""
    if peer.is_proxy:
        peer.restart()
    return pgbench.first_logins(peer, plan.first_logins, plan.login_clients, tls).metrics()


def warm(clients, tls):
    return f"c={clients} {mode_name(tls)}"


def first(count, tls):
    return f"first {count} {mode_name(tls)}"
