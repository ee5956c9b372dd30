"""What a developer would write by hand: Node.js' own HTTP server in front of node-postgres' pool, in one process."""

from webdoor.clients import CLIENTS
from webdoor.doors.door import Door
from comparison.ground.site import program
from comparison.peers.peer import BENCH


class NodeDoor(Door):
    name = "Node.js by hand"

    def __init__(self, bench):
        super().__init__(bench.site)
        self._compute = bench.compute

    def _launch(self):
        return self.site.processes.start(
            "node", [program("node"), CLIENTS / "server.mjs"], cwd=CLIENTS, env={
                **self._compute.environment(BENCH, False), "BENCH_PORT": str(self.port),
                "BENCH_TLS_PORT": str(self.tls_port), "BENCH_CERTIFICATES": str(self.site.certificates)})
