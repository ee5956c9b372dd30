"""What the loads know of a peer: an address, a process whose time and memory count, and how to name the database."""

import socket
import time

from comparison.ground.processes import wait_until
from comparison.ground.site import HOST, ROLE, free_port
from comparison.measure.cpu import cpu_time

START_PATIENCE = 60.0

BENCH, IDLE = "bench", "idle"  # the two databases: PostgreSQL's, and the fake compute's


class Peer:
    """One way to the database. `start` may be called again after `end`, on the same port."""

    name = ""
    speaks_tls = True
    is_proxy = True

    def __init__(self, site):
        self.site = site
        self.port = free_port()
        self.started = None

    @property
    def pid(self):
        return self.started.pid

    def cpu(self):
        return cpu_time(self.pid)

    def start(self):
        self.started = self._launch()
        self._wait_until_ready()

    def end(self):
        if self.started is not None:
            self.started.end()
            self.started = None

    def restart(self):
        self.end()
        self.start()

    def last_words(self):
        """What it said itself when something failed; a refusal of its own names the reason."""
        return "" if self.started is None else self.started.last_words(12)

    def port_of(self, database):
        """Where this database is reached; the same door for both, as a rule."""
        return self.port

    def options(self, database):
        """The start-up parameter `options` that leads to this database."""
        return ""

    def environment(self, database, tls):
        """How libpq's programs (pgbench, psql) get there."""
        environment = {
            "PGHOST": HOST, "PGPORT": str(self.port_of(database)), "PGUSER": ROLE, "PGDATABASE": database,
            "PGPASSWORD": self.site.password, "PGSSLMODE": "require" if tls else "disable",
            "PGGSSENCMODE": "disable", "PGCONNECT_TIMEOUT": "20",
        }
        options = self.options(database)
        return {**environment, "PGOPTIONS": options} if options else environment

    def _launch(self):
        raise NotImplementedError

    def _wait_until_ready(self):
        wait_until(lambda: listening(self.port), START_PATIENCE, f"{self.name} listens", self.started)


def listening(port):
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex((HOST, port)) == 0


def http_status(port, path, patience=1.0):
    """The status of one plain HTTP request; 0 where nobody answers."""
    try:
        with socket.create_connection((HOST, port), timeout=patience) as connection:
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
            head = b""
            deadline = time.monotonic() + patience
            while b"\r\n" not in head and time.monotonic() < deadline:
                more = connection.recv(512)
                if not more:
                    break
                head += more
        words = head.split(b" ", 2)
        return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0
    except OSError:
        return 0
