"""HAProxy as a TCP proxy with two threads. It knows nothing of PostgreSQL: no login work, no SSLRequest, so no TLS here."""

from comparison.ground.site import HOST, free_port, program
from comparison.peers.peer import BENCH, IDLE, Peer

_CONFIG = """
global
  nbthread 2
  maxconn 9000
defaults
  mode tcp
  timeout connect 10s
  timeout client 1h
  timeout server 1h
listen bench
  bind {host}:{port}
  server compute {host}:{compute}
listen idle
  bind {host}:{idle_port}
  maxconn 9000
  server fake {host}:{fake}
"""


class HAProxy(Peer):
    """A second door leads to the fake compute, because bytes without meaning cannot name a database."""

    name = "haproxy"
    speaks_tls = False

    def __init__(self, site, compute, fake):
        super().__init__(site)
        self._idle_port = free_port()
        self._config = site.write("haproxy.cfg", _CONFIG.format(
            host=HOST, port=self.port, compute=compute.port, idle_port=self._idle_port, fake=fake.port))

    def port_of(self, database):
        return {BENCH: self.port, IDLE: self._idle_port}[database]

    def _launch(self):
        return self.site.processes.start("haproxy", [program("haproxy"), "-db", "-f", self._config])
