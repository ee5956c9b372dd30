"""Reveille: `serve` with the fixed control plane, and `dev` with sleeping endpoints."""

import os
import re
import urllib.parse
from pathlib import Path

from comparison.ground.processes import LoadFailed, wait_until
from comparison.ground.site import HOST, ROLE, free_port
from comparison.measure.cpu import descendants
from comparison.measure.memory import is_jvm
from comparison.peers.peer import BENCH, IDLE, START_PATIENCE, Peer, http_status

_BUILD_PATIENCE = 1200.0  # the launcher may have to build first
_READY_PAUSE = 0.002

_CONFIG = """
reveille {{
  listen {{ postgres = "{host}:{port}", web = "{host}:{web}", admin = "{host}:{admin}" }}
  tls {{ directory = "{certificates}", required = false }}
  control-plane {{
    kind = fixed
    endpoints.{bench} {{ address = "{host}:{compute}", tls = disable, allowed-addresses = ["127.0.0.0/8"]
                        roles.{role} = "{verifier}" }}
    endpoints.{idle} {{ address = "{host}:{fake}", tls = disable, allowed-addresses = ["127.0.0.0/8"]
                       roles.{role} = "{verifier}" }}
  }}
  drain = 1s
}}
{more}
"""


def launcher():
    """`./reveille` of this checkout, or another build's: BENCH_REVEILLE names its launcher."""
    own = Path(__file__).resolve().parents[4] / "reveille"
    return Path(os.environ.get("BENCH_REVEILLE", own)).resolve()


class Reveille(Peer):
    def __init__(self, site, compute, fake, name="reveille", more=""):
        """`more` is further configuration, for the sections of this node alone."""
        super().__init__(site)
        self.name = name
        self.admin = free_port()
        self.web = free_port()
        self._worker = None
        self._config = site.write(f"{name}.conf", _CONFIG.format(
            host=HOST, role=ROLE, bench=BENCH, idle=IDLE, port=self.port, web=self.web, admin=self.admin,
            certificates=site.certificates, compute=compute.port, fake=fake.port, verifier=compute.verifier, more=more))

    @property
    def pid(self):
        """The JVM, whether or not the launcher has become it."""
        if self._worker is None:
            self._worker = worker(self.started.pid)
        return self._worker

    def options(self, database):
        return f"endpoint={database}"

    def last_words(self):
        """With its warnings: a refusal of its own is one, and other clients' lines come behind it."""
        return "" if self.started is None else f"{self.started.complaints()} … {super().last_words()}"

    def prepare(self):
        """One start that nobody times: the launcher builds and trains here if it has to."""
        self.started = self._launch()
        wait_until(self.ready, _BUILD_PATIENCE, "Reveille's first start, build included", self.started)
        self.end()

    def ready(self):
        return http_status(self.admin, "/ready") == 200

    def _launch(self):
        self._worker = None
        return self.site.processes.start(self.name, [launcher(), "serve", "--config", self._config])

    def _wait_until_ready(self):
        wait_until(self.ready, START_PATIENCE, f"{self.name} is ready", self.started, _READY_PAUSE)


class Pooler(Peer):
    """The same node by the endpoint's other name, which asks for connections that outlive their sessions."""

    name = "reveille-pooler"

    def __init__(self, node):
        super().__init__(node.site)
        self._node = node

    @property
    def pid(self):
        return self._node.pid

    def port_of(self, database):
        return self._node.port

    def options(self, database):
        return f"endpoint={database}-pooler"

    def restart(self):
        self._node.restart()

    def last_words(self):
        return self._node.last_words()


class Development:
    """`reveille dev`: a node that starts and stops real servers under its own data directory."""

    role = database = "app"

    def __init__(self, site, idle_seconds):
        self._site = site
        self.data = site.room("dev")
        self.port = free_port()
        self._admin = free_port()
        self._idle_seconds = idle_seconds
        self._started = None
        self.password = ""

    def start(self):
        self._started = self._site.processes.start("reveille-dev", [
            launcher(), "dev", "--data", self.data, "--postgres", f"{HOST}:{self.port}",
            "--web", f"{HOST}:{free_port()}", "--admin", f"{HOST}:{self._admin}", "--idle", self._idle_seconds])
        wait_until(
            lambda: http_status(self._admin, "/ready") == 200, _BUILD_PATIENCE, "`reveille dev` is ready", self._started)
        wait_until(self._printed_password, START_PATIENCE, "`reveille dev` prints its line", self._started)

    def end(self):
        if self._started is not None:
            self._started.end()

    def _printed_password(self):
        printed = re.search(r"postgresql://app:([^@\s]+)@", self._started.log.read_text(errors="replace"))
        if printed:
            self.password = urllib.parse.unquote(printed.group(1))
        return bool(printed)


def worker(pid):
    """The first JVM at or below this process; the process itself where there is none."""
    try:
        return next((one for one in [pid, *descendants(pid)] if is_jvm(one)), pid)
    except OSError as failure:
        raise LoadFailed(f"process {pid} is gone") from failure
