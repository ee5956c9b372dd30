"""Doors that are programs among the test classes: bindings of Pekko HTTP, with the handler of `/sql` or with a constant."""

from comparison.peers.peer import BENCH
from webdoor.doors.door import Door

LOOPS, USUAL = "loops", "usual"
SQL, CONSTANT = "sql", "constant"


class JavaDoor(Door):
    """`binding` is LOOPS (Reveille's) or USUAL (`Http().newServerAt(…).bind`), `handler` SQL or CONSTANT."""

    def __init__(self, bench, binding, handler):
        super().__init__(bench.site)
        self.name = f"{binding}, {handler}"
        self._programs = bench.programs
        self._binding, self._handler = binding, handler
        self._compute = bench.compute
        if binding == LOOPS:
            self.tls_port = self.port  # the first byte tells

    def _launch(self):
        return self._programs.start(
            "DoorBench",
            [self._binding, self._handler, self.port, self.tls_port, self.site.certificates, self._compute.port, BENCH],
            f"door-{self._binding}-{self._handler}", env={"BENCH_VERIFIER": self._compute.verifier})
