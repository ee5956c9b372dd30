"""SQL over HTTP on standing connections: requests for each second, latency, and what each costs the door."""

from comparison.ground.processes import LoadFailed
from comparison.ground.site import HOST
from comparison.peers.peer import BENCH
from comparison.plan import mode_name
from comparison.report.columns import Column
from shared.outcome import Verdict
from webdoor.doors.java import CONSTANT, LOOPS, SQL, USUAL, JavaDoor
from webdoor.doors.node import NodeDoor
from webdoor.rows import Rounds
from webdoor.wrk import requests

NAME = "http"
TITLE = "SQL over HTTP: `select 1 as n` on standing connections"
COLUMNS = (
    Column("rate", "requests/s"),
    Column("median", "median, µs"),
    Column("p99", "p99, µs", spread=False),
    Column("cpu", "CPU µs/request", decimals=1),
    Column("user", "user", decimals=1, spread=False),
    Column("system", "system", decimals=1, spread=False),
)
REVEILLE, DIRECT = "Reveille", "pgjdbc directly"
OURS_SQL, USUAL_SQL = "Reveille's binding", "usual binding"
OURS_BARE, USUAL_BARE = f"{OURS_SQL}, constant", f"{USUAL_SQL}, constant"
_PROGRAMS = ((OURS_SQL, LOOPS, SQL), (USUAL_SQL, USUAL, SQL), (OURS_BARE, LOOPS, CONSTANT), (USUAL_BARE, USUAL, CONSTANT))
# A whole node is judged as its users have it, with a line in the access log for each request. The binding alone is judged
# beside it, because only there do both sides differ in nothing else.
YARDSTICKS = {REVEILLE: USUAL_SQL, OURS_SQL: USUAL_SQL, OURS_BARE: USUAL_BARE}
_FASTER_MIN, _ADDED_MAX, _CPU_MAX = 1.5, 150.0, 100.0
_WARM_UP_CONNECTIONS = 32
_SPARE = 30.0


def measure(bench, plan):
    rounds = Rounds(bench, NAME)
    doors = _open(bench, rounds)
    _warm_up(bench, plan, rounds, doors)
    for number in range(plan.rounds):
        for tls in plan.modes:
            for count in plan.connections:
                at = load(count, tls)
                for door in _turned(doors, number):
                    rounds.attempt(at, door, number, lambda: requests(door, count, plan.seconds, tls))
                if not tls:
                    rounds.attempt(at, _Direct(bench), number, lambda: _directly(bench, count, plan))
    for door in doors:
        if door is not bench.reveille:
            door.end()
    table = rounds.table(COLUMNS, (("÷ usual binding", lambda at, who: _beside(rounds, at, who)),))
    table.verdicts = [verdict for tls in plan.modes for count in plan.connections
                      for verdict in _verdicts(rounds, count, tls)]
    return table


def load(count, tls):
    return f"{count} connection{'s' if count > 1 else ''}, {mode_name(tls)}"


def _open(bench, rounds):
    """All doors that can be had, each with an answer that is right; who has none takes no part, and that is told."""
    made = [bench.reveille]
    for name, binding, handler in _PROGRAMS:
        door = JavaDoor(bench, binding, handler)
        door.name = name
        made.append(door)
    made.append(NodeDoor(bench))
    opened = []
    for door in made:
        try:
            if door is not bench.reveille:
                door.start()
            for tls in bench.plan.modes:
                door.check(tls)
            opened.append(door)
        except LoadFailed as failure:
            rounds.note(f"{door.name} takes no part: {failure}")
            bench.say(f"  {door.name} takes no part: {failure}")
            bench.say(f"  its own last lines: {door.last_words()}")
    return opened


def _warm_up(bench, plan, rounds, doors):
    for tls in plan.modes:
        for door in doors:
            try:
                requests(door, _WARM_UP_CONNECTIONS, plan.warm_up, tls)
                bench.say(f"  warmed up {mode_name(tls)} {door.name}")
            except LoadFailed as failure:
                rounds.note(f"warm-up, {mode_name(tls)}, {door.name}: {failure}")


def _turned(doors, number):
    """Another one first in each round."""
    first = number % len(doors) if doors else 0
    return doors[first:] + doors[:first]


class _Direct:
    """Who asks PostgreSQL without anybody between."""

    name = DIRECT

    def __init__(self, bench):
        self._compute = bench.compute

    def last_words(self):
        return self._compute.last_words()


def _directly(bench, threads, plan):
    """pgjdbc, prepared on the server, one connection for each thread; a JVM for each run, so each warms up by itself."""
    told = bench.programs.run(
        "JdbcBench", [f"jdbc:postgresql://{HOST}:{bench.compute.port}/{BENCH}?sslmode=disable", threads, plan.warm_up,
                      plan.seconds],
        plan.warm_up + plan.seconds + _SPARE, env=bench.compute.environment(BENCH, False))
    (fields,) = [fields for fields in told if fields[0] == "jdbc"]
    queries, seconds, median, p99 = map(float, fields[1:])
    return {"rate": queries / seconds, "median": median, "p99": p99}


def _beside(rounds, at, who):
    ratio = rounds.ratio(at, who, "rate", YARDSTICKS[who]) if who in YARDSTICKS else None
    return "–" if ratio is None else f"{ratio:.2f}"


def _verdicts(rounds, count, tls):
    at = load(count, tls)
    for who in (REVEILLE, OURS_SQL):
        ratio = rounds.ratio(at, who, "rate", USUAL_SQL)
        yield Verdict(f"requests/s, {at}, {who} ÷ usual binding", ratio, _FASTER_MIN, True)
    if tls:
        yield Verdict(f"CPU per request, {at}, µs", rounds.median(at, REVEILLE, "cpu"), _CPU_MAX)
    if count == 1:
        ours, theirs = (rounds.median(one, who, "median")
                        for one, who in ((at, REVEILLE), (load(count, False), DIRECT)))
        added = None if ours is None or theirs is None else ours - theirs
        yield Verdict(f"median added to a direct prepared query, {at}, µs", added, _ADDED_MAX)
