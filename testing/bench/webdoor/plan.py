"""How much of everything a run does. `Plan()` is the full run; `SMOKE` proves in about a minute that all of it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Times in seconds. Everything here is told in the report."""

    rounds: int = 3
    seconds: int = 5  # each measured stretch of requests
    warm_up: int = 10  # each door and mode, before the first round; and pgjdbc in each of its runs
    connections: tuple = (1, 8, 32)
    scale: int = 1  # pgbench's: 100,000 rows each
    websocket_rounds: int = 3
    websocket_seconds: int = 5
    websocket_warm_up: int = 5  # in each run, since each is a process of its own; thrown away
    websocket_clients: tuple = (1, 16)
    idle_sessions: int = 2000
    idle_warm_up: int = 300  # sessions opened and closed before memory is read
    idle_patience: int = 300
    slow_rows: int = 9500  # of 1,000 bytes
    slow_large_rows: int = 60_000  # for one reader: more than all sockets on the way hold, less than an answer may be
    slow_rate: int = 64_000  # bytes for each second that a reader takes
    slow_seconds: int = 10  # how long they all read slowly
    slow_readers: tuple = (1, 64)
    slow_warm_up: int = 8  # results read at full speed before memory is read
    modes: tuple = (False, True)  # without and with TLS


FULL = Plan()

SMOKE = Plan(
    rounds=1, seconds=1, warm_up=1, connections=(8,), websocket_rounds=1, websocket_seconds=1, websocket_warm_up=0,
    websocket_clients=(2,), idle_sessions=40, idle_warm_up=10, idle_patience=30, slow_rows=4000, slow_large_rows=20_000,
    slow_seconds=1, slow_readers=(4,), slow_warm_up=1)
