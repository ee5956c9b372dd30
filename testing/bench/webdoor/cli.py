"""The command line of `web`."""

import subprocess

from comparison.ground.processes import allows_open_files
from comparison.ground.site import program
from comparison.peers.postgres import FakeComputePeer, Postgres
from comparison.peers.reveille import launcher
from shared.script import Bench, Script, usual_needs
from webdoor import clients
from webdoor.doors.reveille import ReveilleWeb
from webdoor.plan import FULL, SMOKE
from webdoor.sections import http, idle, slow, websocket

_BUILD_PATIENCE = 1200.0
_FILES_FOR_EACH_SESSION = 2
_FILES_SPARE = 500


class WebBench(Bench):
    """What the sections share: PostgreSQL, and one node in front of it and of the fake compute."""

    def __init__(self, site, plan):
        super().__init__(site, plan)
        self.compute = Postgres(site, plan.scale)
        self._fake = FakeComputePeer(site, self.compute.verifier)
        self.reveille = ReveilleWeb(site, self.compute, self._fake, http.REVEILLE)

    def start_fake(self):
        if self._fake.started is None:
            self._fake.start()


def _needs(asked):
    needs = usual_needs()
    if "http" in asked.only:
        needs["wrk: Debian package wrk"] = program("wrk")
        needs["mvn: Debian package maven"] = program("mvn")
    if {"http", "websocket"} & set(asked.only):
        needs["node: Debian package nodejs"] = program("node")
        needs["npm: Debian package npm"] = program("npm")
    files = _FILES_FOR_EACH_SESSION * asked.plan.idle_sessions + _FILES_SPARE
    needs[f"{files} open files for each process: ulimit -n, or fewer --idle-sessions"] = (
        "idle" not in asked.only or allows_open_files(files))
    return needs


def _prepare(bench, names):
    if {"http", "websocket"} & set(names):
        bench.say("installing the programs for Node.js, where that was not done")
        clients.install(bench.site)
    if "http" in names:
        bench.say("building the test programs, where they are out of date")
        bench.programs.build()
    bench.say("building Reveille, where it is out of date")
    bench.site.processes.run([launcher(), "build"], _BUILD_PATIENCE)
    bench.say("starting PostgreSQL and Reveille")
    bench.compute.start()
    bench.reveille.start()


def _versions():
    return {"wrk": _version("wrk", "-v"), "Node.js": _version("node", "--version")}


def _version(name, option):
    """wrk tells its version and fails."""
    if program(name) is None:
        return "missing"
    told = subprocess.run([program(name), option], capture_output=True, text=True, timeout=30)
    return ((told.stdout + told.stderr).splitlines() or [""])[0].split(" [")[0].split(" Copyright")[0]


SCRIPT = Script(
    name="web", about="Measures Reveille's web door: SQL over HTTP and WebSockets.",
    sections=(http, websocket, idle, slow), full=FULL, smoke=SMOKE, needs=_needs, prepare=_prepare, bench=WebBench,
    left_out=("PgBouncer", "HAProxy"), also=_versions)


def main(arguments):
    return SCRIPT.main(arguments)
