"""From exec to the first answer of a proxy: for Reveille the first 200 of /ready, for others the open port."""

import time

from comparison.report.columns import Column

NAME = "start"
TITLE = "Start until ready"
METRICS = (Column("seconds", "seconds", decimals=3, ratio=True),)
LOAD = "start"


def measure(house, plan):
    for number in range(plan.start_rounds):
        for peer in house.peers_for(False, number):
            if peer.is_proxy:
                house.attempt(NAME, LOAD, peer, number, lambda: {"seconds": _start_time(peer)})


def _start_time(peer):
    peer.end()
    began = time.monotonic()
    peer.start()
    return time.monotonic() - began
