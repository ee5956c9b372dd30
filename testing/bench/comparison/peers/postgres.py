"""PostgreSQL with a data directory of its own, tuned for a benchmark: nothing is kept, nothing runs beside the load."""

import signal
import subprocess
import sys

from comparison.ground.processes import wait_until
from comparison.ground.site import HOST, ROLE, postgres_program
from comparison.peers.peer import BENCH, START_PATIENCE, Peer
from comparison.wire import fake_compute, scram

_SETTINGS = """
listen_addresses = '{host}'
port = {port}
unix_socket_directories = '{sockets}'
password_encryption = 'scram-sha-256'
ssl = on
ssl_cert_file = '{certificate}'
ssl_key_file = '{key}'
max_connections = 400
shared_buffers = 256MB
huge_pages = off
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 1h
autovacuum = off
jit = off
log_checkpoints = off
"""


class Postgres(Peer):
    """The compute behind every proxy and, under the name `direct`, the peer that has no proxy."""

    name = "direct"
    is_proxy = False

    def __init__(self, site, scale):
        super().__init__(site)
        self._scale = scale
        self.verifier = scram.verifier(site.password)

    def cpu(self):
        return None  # There is no proxy whose time could be told.

    def _launch(self):
        data = self.site.directory / "postgres"
        if not data.exists():
            self._create(self.site.room("postgres"))
        return self.site.processes.start(
            "postgres", [*self.site.as_user, postgres_program("postgres"), "-D", data], signal.SIGINT)

    def _wait_until_ready(self):
        probe = [postgres_program("pg_isready"), "-q", "-h", HOST, "-p", self.port]
        wait_until(lambda: self._succeeds(probe), START_PATIENCE, "PostgreSQL accepts connections", self.started, 0.1)
        if not self._exists():
            self._fill()

    def _create(self, data):
        sockets = self.site.room("sockets")
        # Local (socket) access is for the owner of this run's directory only; all measured sessions use SCRAM.
        sockets.chmod(0o700)
        self.site.processes.run(
            [*self.site.as_user, postgres_program("initdb"), "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C",
             "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync"], START_PATIENCE)
        with open(data / "postgresql.conf", "a", encoding="utf-8") as file:
            file.write(_SETTINGS.format(
                host=HOST, port=self.port, sockets=sockets,
                certificate=self.site.certificate_file, key=self.site.key_file))

    def administrate(self, sql, database="postgres", seconds=START_PATIENCE):
        """Asks as the superuser, through the socket."""
        return self.site.processes.run(
            [postgres_program("psql"), "-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-c", sql], seconds,
            env={**self._owner(), "PGDATABASE": database}).strip()

    def _owner(self):
        return {"PGHOST": str(self.site.directory / "sockets"), "PGPORT": str(self.port), "PGUSER": "postgres"}

    def _exists(self):
        return self.administrate(f"select 1 from pg_database where datname = '{BENCH}'") == "1"

    def _fill(self):
        self.administrate(f"create role {ROLE} login password '{self.verifier}'")
        self.administrate(f"create database {BENCH} owner {ROLE}")
        self.site.processes.run(
            [postgres_program("pgbench"), "-i", "-q", "-s", self._scale], 300, env=self.environment(BENCH, tls=False))
        self.administrate("create unlogged table sink (line text)", BENCH)
        self.administrate(f"grant all on sink to {ROLE}", BENCH)
        self.administrate("vacuum analyze", BENCH, 300)
        self.administrate("checkpoint")

    @staticmethod
    def _succeeds(argv):
        return subprocess.run([str(word) for word in argv], capture_output=True, timeout=10).returncode == 0


class FakeComputePeer(Peer):
    """The far end of idle sessions; see wire/fake_compute.py."""

    name = "fake compute"
    is_proxy = False

    def __init__(self, site, verifier):
        super().__init__(site)
        self._verifier = verifier

    def _launch(self):
        held = self.site.write("fake-compute.verifier", self._verifier)
        return self.site.processes.start("fake-compute", [sys.executable, fake_compute.__file__, self.port, held])
