"""The programs for Node.js in testing/bench/web-clients, and what npm installs for them."""

import json
from pathlib import Path

from comparison.ground.processes import LoadFailed
from comparison.ground.site import HOST, ROLE, program
from comparison.loads.pgbench import Throughput
from comparison.peers.peer import BENCH

CLIENTS = Path(__file__).resolve().parents[1] / "web-clients"
_ACCOUNTS = 100_000  # pgbench's, for each unit of scale
_INSTALL_PATIENCE = 300.0
_SPARE = 30.0


def install(site):
    """As the lock says, where that was not done since the lock changed."""
    done = CLIENTS / "node_modules" / ".package-lock.json"
    lock = CLIENTS / "package-lock.json"
    if not done.exists() or done.stat().st_mtime < lock.stat().st_mtime:
        site.processes.run(
            [program("npm"), "--prefix", CLIENTS, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], _INSTALL_PATIENCE)


def selects(peer, way, port, options, clients, tls, plan):
    """Queries by primary key through one of the drivers: figures of the client, and the peer's processor time."""
    readings = []

    def on_line(line):
        if line.strip() in ("begin", "end"):
            readings.append(peer.cpu())

    load = {
        "way": way, "host": HOST, "port": port, "user": ROLE, "password": peer.site.password, "database": BENCH,
        "options": options, "tls": tls, "clients": clients, "accounts": plan.scale * _ACCOUNTS,
        "warmUp": plan.websocket_warm_up, "seconds": plan.websocket_seconds}
    told = peer.site.processes.run(
        [program("node"), CLIENTS / "select.mjs"], plan.websocket_warm_up + plan.websocket_seconds + _SPARE,
        env={"BENCH_LOAD": json.dumps(load), "NODE_EXTRA_CA_CERTS": str(peer.site.certificate_file)}, on_line=on_line)
    try:
        figures = json.loads(told)
    except ValueError as failure:
        raise LoadFailed(f"the load told no figures: {told[:200]}") from failure
    cpu = None if len(readings) != 2 or None in readings else readings[1] - readings[0]
    return {**Throughput(figures["queries"], figures["seconds"], cpu).metrics(),
            "median": figures["median"], "p99": figures["p99"]}
