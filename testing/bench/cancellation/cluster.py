"""Three real nodes of one cluster, a Redis for them, and PostgreSQL behind them."""

import base64
import json
import secrets
import urllib.error
import urllib.request

from comparison.ground.processes import wait_until
from comparison.ground.site import HOST, free_port
from comparison.peers.reveille import Reveille

_JOIN_PATIENCE = 60.0
_STATUS_PATIENCE = 2.0

_CLUSTER = """
reveille {{
  cluster {{ bind = "{host}:{own}", seeds = [{seeds}] }}
  cancellation {{ store = redis, redis.uri = "redis://{host}:{redis}", keys = ["1:{key}"] }}
}}
"""
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Cluster:
    def __init__(self, site, compute, fake, redis, count=3):
        ports = [free_port() for _ in range(count)]
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        seeds = ", ".join(f'"{HOST}:{port}"' for port in ports)
        self.nodes = [
            Reveille(site, compute, fake, f"node-{number}",
                     _CLUSTER.format(host=HOST, own=port, seeds=seeds, redis=redis.port, key=key))
            for number, port in enumerate(ports)]

    def start(self, say):
        """One after another: the first may have to be built."""
        say("starting the first node")
        self.nodes[0].prepare()
        for node in self.nodes:
            node.start()
        for node in self.nodes:
            wait_until(lambda: self._is_whole(node), _JOIN_PATIENCE, f"{node.name} sees all others", node.started, 0.1)

    def _is_whole(self, node):
        members = _status(node).get("cluster", {}).get("members", [])
        up = [one for one in members if one["state"] == "up" and one["reachable"]]
        return len(up) == len(self.nodes)


def _status(node):
    try:
        with _direct.open(f"http://{HOST}:{node.admin}/v1/status", timeout=_STATUS_PATIENCE) as answer:
            return json.load(answer)
    except (OSError, urllib.error.URLError, ValueError):
        return {}
