"""Memory of one process: what the kernel holds for it and, for a JVM, what lives in its heap."""

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from comparison.ground.processes import LoadFailed

_JCMD_PATIENCE = 60
_TOTAL = re.compile(r"^Total\s+\d+\s+(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Memory:
    """Bytes: resident, and live on the heap after a full collection (None where there is no such heap)."""

    resident: int
    heap: Optional[int]


def memory(pid):
    """Reads the heap first: the class histogram collects fully, so resident is read without garbage on both sides."""
    heap = _live_heap(pid) if is_jvm(pid) else None
    return Memory(resident(pid), heap)


def resident(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise LoadFailed(f"no resident memory is told for process {pid}")


def socket_buffers():
    """Bytes that the kernel holds in the buffers of all TCP sockets of this machine (proc(5): /proc/net/sockstat)."""
    told = re.search(r"^TCP: .*\bmem (\d+)", Path("/proc/net/sockstat").read_text(), re.MULTILINE)
    if told is None:
        raise LoadFailed("the kernel does not tell what its sockets hold")
    return int(told.group(1)) * os.sysconf("SC_PAGE_SIZE")


def is_jvm(pid):
    return Path(f"/proc/{pid}/comm").read_text().strip() == "java"


def _live_heap(pid):
    """`jcmd PID GC.class_histogram`, by the jcmd of the very JDK that the process runs on."""
    jcmd = Path(f"/proc/{pid}/exe").resolve().parent / "jcmd"
    try:
        told = subprocess.run(
            [str(jcmd), str(pid), "GC.class_histogram"],
            capture_output=True, text=True, timeout=_JCMD_PATIENCE, check=True).stdout
    except (OSError, subprocess.SubprocessError) as failure:
        raise LoadFailed(f"jcmd tells no class histogram: {failure}") from failure
    total = _TOTAL.search(told)
    if total is None:
        raise LoadFailed("the class histogram has no line of totals")
    return int(total.group(1))
