"""Processor time of one process, all its threads, from /proc/PID/stat (proc(5): utime and stime, in ticks)."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICK = 1.0 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class CpuTime:
    """Seconds spent in user space and in the kernel."""

    user: float
    system: float

    def __sub__(self, earlier):
        return CpuTime(self.user - earlier.user, self.system - earlier.system)

    @property
    def total(self):
        return self.user + self.system


def cpu_time(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return CpuTime(int(fields[11]) * _TICK, int(fields[12]) * _TICK)


def descendants(pid):
    """The process ids below `pid`, parents before children."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError):
                continue  # It ended while we looked.
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found[1:]
