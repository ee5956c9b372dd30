"""A Redis that keeps nothing on disk."""

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


class Redis:
    """The one on the PATH, or the one that the tests unpack from a jar."""

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
