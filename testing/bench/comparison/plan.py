"""How much of everything a run does. `Plan()` is the full run; `SMOKE` proves in under a minute that all of it works."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """Times in seconds. Everything here is told in the report."""

    rounds: int = 3
    seconds: int = 5  # each measured stretch of queries or logins
    warm_up: int = 15  # each peer and mode, before a section's first round; 0: none
    cold: int = 10  # "the first ten seconds after start"
    clients: tuple = (1, 16, 64)
    login_clients: int = 4
    first_logins: int = 100
    modes: tuple = (False, True)  # without and with TLS
    scale: int = 10  # pgbench's: 100,000 rows each
    idle_sessions: int = 5000
    idle_warm_up: int = 300  # sessions opened and closed before memory is read
    idle_patience: int = 300
    copy_megabytes: int = 1000
    wake_clients: int = 200
    wake_rounds: int = 7
    burst_rounds: int = 3
    start_rounds: int = 5


FULL = Plan()

SMOKE = Plan(
    rounds=1, seconds=1, warm_up=0, cold=1, clients=(16,), scale=1, idle_sessions=50, idle_warm_up=20,
    idle_patience=30, copy_megabytes=20, wake_clients=20, wake_rounds=1, burst_rounds=1, start_rounds=1)


def mode_name(tls):
    return "TLS" if tls else "plain"
