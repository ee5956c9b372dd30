"""Programs that a run needs besides Reveille itself: those of the test class path, and a Redis."""

import os
import shutil
import signal
import socket
import stat
import zipfile
from pathlib import Path

from comparison.ground.processes import wait_until
from comparison.ground.site import HOST, free_port
from comparison.peers.peer import START_PATIENCE
from comparison.peers.reveille import launcher

_MODULE = "modules/gateway"
_CLASS_PATH = "target/bench-class-path"
_BUILD_PATIENCE = 1200.0
_PROGRAMS = "dev.reveille.gateway.bench"
# As `./reveille` starts the JVM.
_FLAGS = ["-Xms64m", "-XX:MaxNewSize=48m", "-XX:+UseCompactObjectHeaders", "--sun-misc-unsafe-memory-access=allow",
          "--enable-native-access=ALL-UNNAMED"]


class TestPrograms:
    """The programs in the test classes of `modules/gateway`, built by Maven where they are missing or out of date."""

    def __init__(self, site, home):
        self._site = site
        self._home = home
        self._module = home / _MODULE
        self._java = None

    def build(self):
        self._java = self._site.processes.run([launcher(), "java-home"], 30).strip() + "/bin/java"
        if self._out_of_date():
            began = self._module / "target" / "bench-began"
            began.parent.mkdir(exist_ok=True)
            began.touch()
            os.chdir(self._home)
            self._site.processes.run(
                ["mvn", "-q", "-pl", _MODULE, "-am", "-DskipTests", "test-compile", "dependency:build-classpath",
                 f"-Dmdep.outputFile={_CLASS_PATH}"], _BUILD_PATIENCE)
            # What changed while the build ran counts as newer.
            at = began.stat().st_mtime
            os.utime(self._module / _CLASS_PATH, (at, at))

    def run(self, name, arguments, seconds):
        """Lines that the program printed with its own first word, each a list of fields."""
        told = self._site.processes.run(
            [self._java, *_FLAGS, "-cp", ":".join(self.class_path()), f"{_PROGRAMS}.{name}", *arguments], seconds)
        return [line.split("\t") for line in told.splitlines() if "\t" in line]

    def class_path(self):
        return [str(self._module / "target" / "test-classes"), str(self._module / "target" / "classes"),
                *(self._module / _CLASS_PATH).read_text().strip().split(":")]

    def _out_of_date(self):
        made = self._module / _CLASS_PATH
        if not made.exists():
            return True
        # What a POM says comes late in a build; sources are what changes.
        sources = (path for root in ("modules/protocol", "modules/cancellation", "modules/session", _MODULE,
                                     "testing/kit")
                   for path in (self._home / root / "src").rglob("*.*"))
        return any(path.stat().st_mtime > made.stat().st_mtime for path in sources)


class Redis:
    """A Redis that keeps nothing on disk: the one on the PATH, or the one that the tests unpack from a jar."""

    def __init__(self, site, programs):
        self._site = site
        self._programs = programs
        self._started = None
        self.port = free_port()

    def start(self):
        self._started = self._site.processes.start(
            "redis", [self._binary(), "--port", self.port, "--bind", HOST, "--save", "", "--dir",
                      self._site.room("redis")], signal.SIGTERM)
        wait_until(lambda: self.ask("PING") == "+PONG", START_PATIENCE, "Redis answers", self._started)

    def ask(self, command):
        """The first line of the answer to one inline command; empty where nobody answers."""
        try:
            with socket.create_connection((HOST, self.port), timeout=5) as connection:
                connection.sendall(f"{command}\r\n".encode())
                return connection.makefile().readline().strip()
        except OSError:
            return ""

    def _binary(self):
        on_path = shutil.which("redis-server")
        if on_path:
            return on_path
        jar = next(entry for entry in self._programs.class_path() if "/embedded-redis/" in entry)
        machine = "arm64" if os.uname().machine == "aarch64" else "amd64"
        with zipfile.ZipFile(jar) as packed:
            name = next(one for one in packed.namelist()
                        if one.startswith("redis-server-") and one.endswith(f"linux-{machine}"))
            unpacked = Path(packed.extract(name, self._site.directory))
        unpacked.chmod(unpacked.stat().st_mode | stat.S_IXUSR)
        return unpacked
