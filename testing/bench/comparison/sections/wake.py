"""Sleeping endpoints: what waking one through Reveille adds to the server's own start, and a crowd that meets one."""

import os
import signal
import time

from comparison.ground.processes import LoadFailed, wait_until
from comparison.ground.site import HOST
from comparison.loads.sessions import burst
from comparison.peers.reveille import Development
from comparison.report.columns import Column
from comparison.wire.client import Session

NAME = "wake"
TITLE = "Wake of a sleeping endpoint (reveille dev)"
METRICS = (
    Column("bare", "bare start and login, ms"),
    Column("woken", "through Reveille, ms"),
    Column("added", "added, ms"),
    Column("starts", "server starts", spread=False),
    Column("served", "clients served", spread=False),
    Column("slowest", "slowest client, ms"),
)
ONE = "one client"
_ENDPOINT = "wake"
_IDLE_SECONDS = 1
_PATIENCE = 60.0
_NOTICED = 0.3  # for the node to notice that its server has gone
_READY_LINE = b"database system is ready to accept connections"
_STARTED_AT = "select pg_postmaster_start_time()"


def measure(house, plan):
    if not house.runs("reveille"):
        return
    node = Development(house.site, _IDLE_SECONDS)
    house.say("starting reveille dev")
    try:
        node.start()
        sleeper = _Sleeper(house.site, node)
        sleeper.create()
        house.say("the endpoint's data directory is made; waiting for it to sleep")
    except LoadFailed as failure:
        house.samples.note(NAME, str(failure))
        house.say(f"  FAILED: {failure}")
        node.end()
        return
    for number in range(plan.wake_rounds):
        house.attempt(NAME, ONE, _Named, number, lambda: sleeper.compare(bare_first=number % 2 == 0))
    for number in range(plan.burst_rounds):
        house.attempt(NAME, crowd(plan.wake_clients), _Named, number, lambda: sleeper.crowd(plan.wake_clients, house))
    node.end()


def crowd(clients):
    return f"{clients} clients at once"


class _Named:
    name = "reveille"


class _Sleeper:
    """One endpoint of a `dev` node, and its server seen from outside: its postmaster.pid, its log."""

    def __init__(self, site, node):
        self._site = site
        self._node = node
        self._room = node.data / "endpoints" / _ENDPOINT
        self._data = None
        self._server = []  # how Reveille starts the server, word by word

    def create(self):
        """The first login makes the data directory; while it is awake we learn how its server was started."""
        session = self._log_in()
        self._data = _data_directory(self._room)
        self._server = _command_line(_postmaster(self._pid_file()))
        session.close()

    def compare(self, bare_first):
        """A bare start of this very data directory and a wake through Reveille; both up to the end of a login."""
        if bare_first:
            bare, woken = self._bare_start(), self._wake()
        else:
            woken, bare = self._wake(), self._bare_start()
        return {"bare": bare * 1000, "woken": woken * 1000, "added": (woken - bare) * 1000}

    def _wake(self):
        self._wait_asleep()
        began = time.monotonic()
        session = self._log_in()
        taken = time.monotonic() - began
        session.close()
        return taken

    def crowd(self, clients, house):
        self._wait_asleep()
        before = self._ready_lines()

        def visit():
            session = self._log_in()
            self._held.append(session)
            return session.query(_STARTED_AT)[0]

        self._held = []
        seen = burst(clients, visit)
        logged = self._ready_lines() - before
        for session in self._held:
            session.close()
        if seen.failures:
            house.samples.note(NAME, f"{len(seen.failures)} clients failed; the first: {seen.failures[0]}")
        return {
            # Two witnesses: what the servers themselves say of their start, and the log where it was not begun anew.
            "starts": max(len(set(seen.answers)), logged),
            "served": len(seen.answers),
            "slowest": max(seen.seconds) * 1000 if seen.seconds else None,
        }

    def _bare_start(self):
        self._wait_asleep()
        began = time.monotonic()
        server = self._site.processes.start("bare", [*self._as_owner(), *self._server], signal.SIGINT)
        wait_until(self._told_ready, _PATIENCE, "the bare server is ready", server, pause=0.001)
        port = int(self._pid_file().read_text().split("\n")[3])
        session = self._log_in((HOST, port), options="")
        taken = time.monotonic() - began
        session.close()
        server.end()
        return taken

    def _log_in(self, address=None, options=f"endpoint={_ENDPOINT}"):
        return Session.open(
            address or (HOST, self._node.port), Development.role, self._node.password, Development.database,
            options, patience=_PATIENCE)

    def _told_ready(self):
        """The eighth line of postmaster.pid, as pg_ctl reads it."""
        lines = _lines(self._pid_file())
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _wait_asleep(self):
        wait_until(lambda: not self._pid_file().exists(), _PATIENCE, "the endpoint falls asleep", pause=0.05)
        time.sleep(_NOTICED)

    def _pid_file(self):
        return self._data / "postmaster.pid"

    def _ready_lines(self):
        logs = [path for path in self._room.glob("*log*") if path.is_file()]
        return sum(path.read_bytes().count(_READY_LINE) for path in logs)

    def _as_owner(self):
        """The server refuses root; under `unshare -U` the files may still be root's."""
        owner = self._data.stat()
        if os.geteuid() != 0:
            return []
        if owner.st_uid == 0:
            return self._site.as_user
        return ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]


def _data_directory(room):
    """Where under the endpoint's directory its PostgreSQL lives; the databases inside have a PG_VERSION too."""
    found = [path.parent for path in room.rglob("PG_VERSION") if (path.parent / "global").is_dir()]
    if not found:
        raise LoadFailed(f"no data directory of endpoint {_ENDPOINT}")
    return found[0]


def _postmaster(pid_file):
    lines = _lines(pid_file)
    if not lines:
        raise LoadFailed("the endpoint answers, but its server left no postmaster.pid")
    return int(lines[0])


def _lines(path):
    try:
        return path.read_text().split("\n")
    except OSError:
        return []


def _command_line(pid):
    """The program and its arguments; a server started without any supervisor's help must be the same server."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().decode().rstrip("\0").split("\0")
        return [os.readlink(f"/proc/{pid}/exe"), *words[1:]]
    except OSError as failure:
        raise LoadFailed(f"the endpoint's server {pid} cannot be looked at: {failure}") from failure
