"""COPY in both directions: how fast a full pipe is."""

from comparison.loads.copying import copy_in, copy_out, rows_file
from comparison.plan import mode_name
from comparison.report.columns import Column

NAME = "copy"
TITLE = "COPY by psql, rows of 200 bytes"
METRICS = (
    Column("rate", "MB/s", ratio=True),
    Column("cpu", "CPU µs/MB", ratio=True),
    Column("user", "user", spread=False),
    Column("system", "system", spread=False),
)


def measure(house, plan):
    rows = rows_file(house.site, plan.copy_megabytes)
    house.warm_up(NAME, plan, lambda peer, tls: (
        copy_out(peer, plan.copy_megabytes, tls), copy_in(peer, plan.copy_megabytes, tls, rows)))
    for number in range(plan.rounds):
        for tls in plan.modes:
            for peer in house.peers_for(tls, number):
                house.attempt(NAME, load("out", tls), peer, number, lambda: copy_out(
                    peer, plan.copy_megabytes, tls).metrics())
                house.attempt(NAME, load("in", tls), peer, number, lambda: copy_in(
                    peer, plan.copy_megabytes, tls, rows).metrics())
    rows.unlink()


def load(direction, tls):
    return f"{direction} {mode_name(tls)}"
