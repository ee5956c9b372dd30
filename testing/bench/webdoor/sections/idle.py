"""Thousands of WebSockets that logged in and wait, beside as many TCP sessions: what each of them keeps in memory."""

from comparison.loads.sessions import over_tcp
from comparison.peers.peer import IDLE
from comparison.plan import mode_name
from comparison.report.columns import Column
from comparison.sections.idle import grown
from webdoor.readers.websocket import over_websocket
from webdoor.rows import Rounds

NAME = "idle"
TITLE = "Idle sessions after login and one query: memory for each"
COLUMNS = (
    Column("heap", "live heap, bytes"),
    Column("rss", "RSS, bytes"),
    Column("resident", "process with all, MB"),
)
TCP, WEBSOCKET = "TCP", "WebSocket"


class _Way:
    def __init__(self, name, peer, arrivals):
        self.name = name
        self.peer = peer
        self._arrivals = arrivals

    def last_words(self):
        return self.peer.last_words()

    def grown(self, tls, plan):
        """A process that has given pages back and forth tells less, so each starts fresh."""
        self.peer.restart()
        return grown(self.peer, self._arrivals(self.peer, IDLE, tls), plan)


def measure(bench, plan):
    rounds = Rounds(bench, NAME)
    bench.start_fake()
    for tls in plan.modes:
        for way in (_Way(TCP, bench.reveille, over_tcp), _Way(WEBSOCKET, bench.reveille, over_websocket)):
            rounds.attempt(f"{plan.idle_sessions} {mode_name(tls)}", way, 0, lambda: way.grown(tls, plan))
    return rounds.table(COLUMNS)
