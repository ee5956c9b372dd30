"""COPY of many rows out of and into the compute, by psql."""

import subprocess
import time

from comparison.ground.site import postgres_program
from comparison.loads.pgbench import Throughput
from comparison.peers.peer import BENCH

_ROW = 200  # bytes in text form, the line's end included
_SLOWEST = 5.0  # MB/s; slower than this is a failure
_MEGABYTE = 1_000_000


def rows_file(site, megabytes):
    """A file of the rows that `copy_in` sends, made once."""
    path = site.directory / "rows.txt"
    with open(path, "wb") as file:
        block = (b"x" * (_ROW - 1) + b"\n") * (_MEGABYTE // _ROW)
        for _ in range(megabytes):
            file.write(block)
    return path


def copy_out(peer, megabytes, tls):
    rows = megabytes * _MEGABYTE // _ROW
    return _psql(
        peer, f"copy (select repeat('x', {_ROW - 1}) from generate_series(1, {rows})) to stdout",
        megabytes, tls, subprocess.DEVNULL)


def copy_in(peer, megabytes, tls, rows):
    """The compute reads every row and keeps none, so that its disk is no part of the figure."""
    with open(rows, "rb") as file:
        return _psql(peer, "copy sink from stdin where false", megabytes, tls, file)


def _psql(peer, sql, megabytes, tls, stdin):
    before, began = peer.cpu(), time.monotonic()
    peer.site.processes.run(
        [postgres_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql],
        30 + megabytes / _SLOWEST, env=peer.environment(BENCH, tls), stdin=stdin, stdout=subprocess.DEVNULL)
    after = peer.cpu()
    return Throughput(megabytes, time.monotonic() - began, None if after is None else after - before)
