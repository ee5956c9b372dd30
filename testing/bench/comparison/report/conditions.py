"""Where and with what a run was made: without this a figure means nothing."""

import os
import platform
import re
import subprocess
import sys
from pathlib import Path

from comparison.ground.site import postgres_program, program
from comparison.peers.reveille import launcher


def conditions(plan):
    """Name and value of everything a reader needs to judge or repeat the run. No host names, no paths."""
    return {
        "processor": f"{os.cpu_count()} × {_processor()}",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "kernel": platform.release(),
        "load average at the start": f"{os.getloadavg()[0]:.2f}",
        "Reveille": _commit(),
        "Reveille's extra JVM options": os.environ.get("REVEILLE_JAVA_OPTS", "") or "none",
        "PostgreSQL": _first_line([postgres_program("postgres"), "--version"]),
        "PgBouncer": _first_line([program("pgbouncer"), "--version"]),
        "HAProxy": _first_line([program("haproxy"), "-v"]),
        "OpenSSL": _first_line([program("openssl"), "version"]),
        "Python": sys.version.split()[0],
        "plan": ", ".join(f"{name} {value}" for name, value in vars(plan).items()),
    }


def _processor():
    names = re.findall(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return names[0] if names else platform.machine()


def _commit():
    where = ["git", "-C", str(launcher().parent)]
    commit = _first_line([*where, "rev-parse", "--short", "HEAD"])
    changed = _first_line([*where, "status", "--porcelain", "--untracked-files=no"])
    return commit + (" with local changes" if commit and changed else "")


def _first_line(argv):
    if argv[0] is None:
        return "missing"
    try:
        told = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.SubprocessError):
        return ""
    return (told.stdout.splitlines() or [""])[0].strip()
