"""Starts programs and ends every one of them, by process id, whatever happens in between."""

import ctypes
import os
import resource
import re
import signal
import subprocess
import threading
import time
from pathlib import Path

END_PATIENCE = 20.0  # seconds between asking a program to end and killing it
_PR_SET_PDEATHSIG = 1
_COMPLAINT = re.compile(r"^\S+ (WARN|ERROR)\b")
_libc = ctypes.CDLL(None)


class LoadFailed(Exception):
    """A program or a session did not do what the measurement needs. The text says which and why."""


class Started:
    """One running program: its id, its log, and how to end it."""

    def __init__(self, name, process, log, end_signal):
        self.name = name
        self.process = process
        self.log = log
        self.end_signal = end_signal

    @property
    def pid(self):
        return self.process.pid

    def running(self):
        return self.process.poll() is None

    def last_words(self, lines=5):
        if self.log is None or not self.log.exists():
            return ""
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def complaints(self, lines=20):
        """What it warned of, however much it said afterwards, and the end of each warning's story: the line behind it."""
        if self.log is None or not self.log.exists():
            return ""
        said = self.log.read_text(errors="replace").splitlines()
        warned = [number for number, line in enumerate(said) if _COMPLAINT.search(line)]
        shown = sorted({number + behind for number in warned for behind in (0, 1) if number + behind < len(said)})
        return " | ".join(said[number] for number in shown[-lines:])

    def end(self, patience=END_PATIENCE):
        """Asks, waits, kills. Safe to call twice."""
        if not self.running():
            return
        self.process.send_signal(self.end_signal)
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(patience)


class Processes:
    """All programs of a run. `close` ends them, last started first."""

    def __init__(self, logs):
        self._logs = Path(logs)
        self._started = []

    def start(self, name, argv, end_signal=signal.SIGTERM, env=None, cwd=None):
        """Starts a program in a session of its own, so that Ctrl-C reaches only us and we end it in order."""
        log = self._logs / f"{name}.{len(self._started)}.log"
        with open(log, "wb") as out:
            process = subprocess.Popen(
                [str(word) for word in argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                start_new_session=True,
                preexec_fn=_end_with_parent(end_signal),
            )
        started = Started(name, process, log, end_signal)
        self._started.append(started)
        return started

    def run(self, argv, seconds, env=None, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, on_line=None):
        """Runs a program to its end within `seconds`; its error stream goes line by line to `on_line`.

        Returns what it printed; raises LoadFailed where it fails or takes too long.
        """
        process = subprocess.Popen(
            [str(word) for word in argv],
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(env or {})},
            start_new_session=True,
            preexec_fn=_end_with_parent(signal.SIGTERM),
        )
        self._started.append(Started(Path(argv[0]).name, process, None, signal.SIGTERM))
        late = threading.Event()
        alarm = threading.Timer(seconds, lambda: (late.set(), process.kill()))
        alarm.daemon = True
        alarm.start()
        heard, said = [], []
        reader = threading.Thread(target=lambda: said.append(process.stdout.read()), daemon=True)
        try:
            if process.stdout is not None:
                reader.start()
            for line in process.stderr:
                heard.append(line.rstrip())
                if on_line is not None:
                    on_line(line)
            process.wait()
            if process.stdout is not None:
                reader.join()
        finally:
            alarm.cancel()
            if process.poll() is None:
                process.kill()
                process.wait()
        if late.is_set():
            raise LoadFailed(f"{argv[0]} took longer than {seconds:.0f} s")
        if process.returncode != 0:
            raise LoadFailed(f"{argv[0]} failed ({process.returncode}): {' | '.join(heard[-3:])}")
        return "".join(said)

    def close(self):
        for started in reversed(self._started):
            started.end()


def wait_until(fact, seconds, what, alive=None, pause=0.01):
    """Waits for `fact()` to be true, no longer than `seconds` and no longer than the program `alive` lives."""
    deadline = time.monotonic() + seconds
    while not fact():
        if alive is not None and not alive.running():
            raise LoadFailed(f"{alive.name} ended before {what}: {alive.last_words()}")
        if time.monotonic() > deadline:
            raise LoadFailed(f"{what}: not within {seconds:.0f} s" + (f": {alive.last_words()}" if alive else ""))
        time.sleep(pause)


def allows_open_files(count):
    """Whether a process of ours may have so many files open; raises the soft limit where that is enough."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        return False
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard if hard != resource.RLIM_INFINITY else count, hard))
    return True


def _end_with_parent(end_signal):
    """Should this process be killed outright, the kernel asks its children to end."""

    def arrange():
        _libc.prctl(_PR_SET_PDEATHSIG, int(end_signal), 0, 0, 0)

    return arrange
