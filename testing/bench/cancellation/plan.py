"""How much of everything a run does. `Plan()` is the full run; `SMOKE` proves in under a minute that all of it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Times in seconds. Everything here is told in the report."""

    queue_rounds: int = 3
    queue_warm_up: int = 2  # each round and shape
    queue_seconds: int = 3
    queue_delays: tuple = (0, 1, 5)  # ms, added to each round trip
    cancels: int = 200  # of each kind
    cancel_warm_up: int = 3000  # of each kind, eight at a time, thrown away
    settle: int = 12  # after the last node has joined: a shard that has just started does not trust itself for 10 s
    keys: int = 20_000
    keys_faster: int = 20  # how many times faster than usual the keys' lives pass


FULL = Plan()

SMOKE = Plan(
    queue_rounds=1, queue_warm_up=0, queue_seconds=1, queue_delays=(5,), cancels=5, cancel_warm_up=8, settle=0, keys=500, keys_faster=100)
