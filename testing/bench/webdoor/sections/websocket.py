"""A select loop through the stock driver over WebSockets, beside node-postgres over TCP, through Reveille and without it."""

from comparison.plan import mode_name
from comparison.report.columns import Column
from comparison.peers.peer import BENCH
from webdoor.clients import selects
from webdoor.rows import Rounds

NAME = "websocket"
TITLE = "WebSocket: `select abalance …` by primary key, prepared, from Node.js"
COLUMNS = (
    Column("rate", "queries/s"),
    Column("median", "median, µs"),
    Column("p99", "p99, µs"),
    Column("cpu", "CPU µs/query", decimals=1),
)
DIRECT, TCP, WEBSOCKET = "TCP, directly", "TCP through Reveille", "WebSocket"
AT_ONCE = "WebSocket, coalesceWrites off"
_YARDSTICK = TCP


class _Way:
    """One way to the rows, as `Rounds` names it."""

    def __init__(self, name, peer, driver, port, options):
        self.name = name
        self.peer = peer
        self._driver, self._port, self._options = driver, port, options

    def last_words(self):
        return self.peer.last_words()

    def run(self, clients, tls, plan):
        return selects(self.peer, self._driver, self._port, self._options, clients, tls, plan)


def measure(bench, plan):
    rounds = Rounds(bench, NAME)
    through, compute = bench.reveille, bench.compute
    options = through.options(BENCH)
    ways = (
        _Way(DIRECT, compute, "tcp", compute.port, ""),
        _Way(TCP, through, "tcp", through.port, options),
        _Way(WEBSOCKET, through, "websocket", through.web, options),
        _Way(AT_ONCE, through, "websocket-at-once", through.web, options))
    for number in range(plan.websocket_rounds):
        for tls in plan.modes:
            for clients in plan.websocket_clients:
                first = number % len(ways)
                for way in ways[first:] + ways[:first]:
                    rounds.attempt(
                        load(clients, tls), way, number, lambda: way.run(clients, tls, plan))
    return rounds.table(COLUMNS, (("median ÷ TCP through Reveille", lambda at, who: _beside(rounds, at, who)),))


def load(clients, tls):
    return f"{clients} client{'s' if clients > 1 else ''}, {mode_name(tls)}"


def _beside(rounds, at, who):
    ratio = None if who == _YARDSTICK else rounds.ratio(at, who, "median", _YARDSTICK)
    return "–" if ratio is None else f"{ratio:.2f}"
