"""The ground of one run: a temporary directory, free ports, one certificate, one role with its secret."""

import os
import random
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from comparison.ground.processes import LoadFailed, Processes

HOST = "127.0.0.1"
ROLE = "bench"
_NOBODY = 65534
_PORT_MIN, _OUTGOING_USUALLY = 10_000, 32_768
_PORT_ATTEMPTS = 200
_given = set()
_DEBIAN = Path("/usr/lib/postgresql")


class Site:
    """Everything that a run leaves behind lives here, and `close` takes it away."""

    def __init__(self, keep=False):
        self.directory = Path(tempfile.mkdtemp(prefix="reveille-bench-"))
        self.directory.chmod(0o755)
        self.keep = keep
        self.as_user = _as_ordinary_user()
        self.password = secrets.token_urlsafe(18)
        self.processes = Processes(self.room("logs"))
        self.certificates = self._certificate()

    def room(self, name):
        """A sub-directory that the programs started through `as_user` can write."""
        room = self.directory / name
        room.mkdir(parents=True, exist_ok=True)
        self.give(room)
        return room

    def give(self, path):
        """Hands a file over to the user that the programs run as, where that is another one."""
        if self.as_user[:1] == ["setpriv"]:
            os.chown(path, _NOBODY, _NOBODY)

    def write(self, name, text, mode=0o600):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        self.give(path)
        return path

    def close(self):
        self.processes.close()
        if self.keep:
            print(f"kept: {self.directory}")
        else:
            shutil.rmtree(self.directory, ignore_errors=True)

    def _certificate(self):
        """One self-signed ECDSA P-256 certificate for everybody who speaks TLS in this run."""
        room = self.room("certificates")
        key, certificate = room / "default.key", room / "default.crt"
        try:
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                 "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
                 "-days", "2", "-keyout", str(key), "-out", str(certificate)],
                check=True, capture_output=True, timeout=30)
        except (OSError, subprocess.SubprocessError) as failure:
            raise LoadFailed(f"openssl made no certificate: {failure}") from failure
        key.chmod(0o600)
        self.give(key)
        self.give(certificate)
        return room

    @property
    def key_file(self):
        return self.certificates / "default.key"

    @property
    def certificate_file(self):
        return self.certificates / "default.crt"


def free_port():
    """A loopback port that nobody listens on now.

    Below the range that the kernel takes for outgoing connections: a peer that is started again must find its port,
    with thousands of connections around it.
    """
    for _ in range(_PORT_ATTEMPTS):
        port = random.randint(_PORT_MIN, _first_outgoing_port() - 1)
        if port not in _given and _binds(port):
            _given.add(port)
            return port
    raise LoadFailed("no free loopback port")


def _binds(port):
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
            return True
        except OSError:
            return False


def _first_outgoing_port():
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except OSError:
        first = _OUTGOING_USUALLY
    return first if first > 2 * _PORT_MIN else _OUTGOING_USUALLY


def postgres_program(name):
    """PostgreSQL's own programs: those beside `postgres` on the PATH, else Debian's newest; None where missing."""
    on_path = shutil.which("postgres")
    if on_path and (Path(on_path).parent / name).exists():
        return str(Path(on_path).parent / name)
    versions = sorted(
        (found for found in _DEBIAN.glob("*/bin") if found.parent.name.isdigit() and (found / name).exists()),
        key=lambda found: int(found.parent.name))
    return str(versions[-1] / name) if versions else shutil.which(name)


def program(name):
    """A program on the PATH or in the directories of system programs; None where missing."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin:/usr/local/sbin")


def _as_ordinary_user():
    """What to put before a command that refuses root: PostgreSQL and PgBouncer do."""
    if os.geteuid() != 0:
        return []
    for prefix in (["unshare", "-U"], ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]):
        if shutil.which(prefix[0]) and subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
            return prefix
    raise LoadFailed("running as root, and neither unshare nor setpriv can give up root for PostgreSQL: use another user")
