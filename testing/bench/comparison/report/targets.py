"""The figures that Reveille promises, and whether this run kept them."""

from dataclasses import dataclass
from typing import Optional

from comparison.plan import mode_name
from comparison.sections import copying, idle, logins, start, tps, wake


@dataclass(frozen=True)
class Target:
    """A figure, the peer it is divided by (none: it counts as it is), and the bound on the median."""

    what: str
    section: str
    load: str
    metric: str
    bound: float
    at_least: bool
    beside: Optional[str] = None
    of: str = "reveille"

    def verdict(self, samples):
        if self.beside:
            seen = samples.ratio(self.section, self.load, self.of, self.metric, self.beside)
        else:
            seen = samples.summary(self.section, self.load, self.of, self.metric)
        if seen is None:
            return Verdict(self, None, False)
        # "Always" figures, such as one start for each crowd, must hold in their worst round.
        figure = seen.median if self.beside or self.metric not in ("starts", "served") else (
            seen.least if self.at_least else seen.most)
        return Verdict(self, figure, figure >= self.bound if self.at_least else figure <= self.bound)


@dataclass(frozen=True)
class Verdict:
    target: Target
    figure: Optional[float]
    met: bool

    @property
    def word(self):
        return "not measured" if self.figure is None else "met" if self.met else "missed"

    def line(self):
        sign = "≥" if self.target.at_least else "≤"
        figure = "–" if self.figure is None else _number(self.figure)
        return f"figure {self.target.what}: {figure}, target {sign} {_number(self.target.bound)}: {self.word}"


def targets(plan, sections):
    """The promises that belong to these sections, at the loads of this plan."""
    made = []
    for tls in plan.modes:
        mode = mode_name(tls)
        for clients in plan.clients:
            made += [
                Target(f"tps {mode}, {clients} clients ÷ PgBouncer", tps.NAME, tps.warm(clients, tls), "rate",
                       0.9 if tls else 0.95, True, "pgbouncer"),
                Target(f"CPU per transaction {mode}, {clients} clients ÷ PgBouncer", tps.NAME, tps.warm(clients, tls),
                       "cpu", 1.3, False, "pgbouncer"),
            ]
        at = logins.warm(plan.login_clients, tls)
        for way, of in (("", "reveille"), (" by the pooler's name", "reveille-pooler")):
            made += [
                Target(f"logins/s {mode}{way} ÷ direct", logins.NAME, at, "rate", 0.95, True, "direct", of),
                Target(f"CPU per login {mode}{way} ÷ PgBouncer", logins.NAME, at, "cpu", 0.2, False, "pgbouncer", of),
            ]
        made += [
            Target(f"live heap for an idle session {mode}, bytes", idle.NAME, idle.load(plan.idle_sessions, tls),
                   "heap", 12_000 if tls else 7_000, False),
        ]
        if tls:
            made.append(Target("RSS for an idle session TLS, bytes", idle.NAME, idle.load(plan.idle_sessions, tls),
                               "rss", 25_000, False))
        for direction in ("out", "in"):
            made.append(Target(f"COPY {direction} {mode} ÷ PgBouncer", copying.NAME, copying.load(direction, tls),
                               "rate", 0.9, True, "pgbouncer"))
    together = wake.crowd(plan.wake_clients)
    made += [
        Target(f"server starts for {together}", wake.NAME, together, "starts", 1, False),
        Target(f"served of {together}", wake.NAME, together, "served", plan.wake_clients, True),
        Target("time added to a bare server start, ms", wake.NAME, wake.ONE, "added", 50, False),
        Target("start of serve until ready, s", start.NAME, start.LOAD, "seconds", 1.5, False),
    ]
    return [target for target in made if target.section in sections]


def _number(value):
    return f"{value:,.2f}" if value < 100 and value != int(value) else f"{value:,.0f}"
