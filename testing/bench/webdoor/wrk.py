"""Many requests over standing connections, by wrk: the load of the `http` section."""

import re
from pathlib import Path

from comparison.ground.processes import LoadFailed
from comparison.ground.site import program
from comparison.loads.pgbench import Throughput
from webdoor.doors.door import BODY

_SCRIPT = Path(__file__).resolve().parent / "post.lua"
_FIGURES = re.compile(r"^figures" + r" (\d+)" * 9, re.MULTILINE)
_SPARE = 30.0


def requests(door, connections, seconds, tls):
    """Requests for each second, latency in microseconds, and the door's processor time for each request."""
    before = door.cpu()
    told = door.site.processes.run(
        [program("wrk"), "-t", min(2, connections), "-c", connections, "-d", f"{seconds}s", "--latency", "-s", _SCRIPT,
         door.url(tls)], seconds + _SPARE, env=_environment(door))
    spent = door.cpu() - before
    done, microseconds, median, p99 = _figures(told)
    return {**Throughput(done, microseconds / 1e6, spent).metrics(), "median": median, "p99": p99}


def _environment(door):
    """A header is a line `name: value`."""
    lines = "\n".join(f"{name}: {value}" for name, value in door.headers().items())
    return {"BENCH_HEADERS": lines, "BENCH_BODY": BODY}


def _figures(told):
    seen = _FIGURES.search(told)
    if seen is None:
        raise LoadFailed(f"wrk told no figures: {told[-200:]}")
    done, microseconds, connect, read, write, status, timeout, median, p99 = map(int, seen.groups())
    if done == 0 or connect or read or write or status or timeout:
        raise LoadFailed(
            f"of {done} requests {status} were refused, {timeout} had no answer in time, and connections failed: "
            f"{connect} connecting, {read} reading, {write} writing")
    return done, microseconds, median, p99
