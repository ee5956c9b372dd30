"""The programs in the test classes of `modules/gateway`, built by Maven where they are missing or out of date."""

import os
from pathlib import Path

_HOME = Path(__file__).resolve().parents[3]
_MODULE = "modules/gateway"
_CLASS_PATH = "target/bench-class-path"
_BUILD_PATIENCE = 1200.0
_PROGRAMS = "dev.reveille.gateway.bench"
_QUIET = "-Dlogback.configurationFile=logback-bench.xml"  # that of the tests makes every event down to DEBUG
_LAUNCHER = _HOME / "reveille"  # the programs are of this build, whatever launcher is measured


class TestPrograms:
    """How they are built, run to their end, or started as servers."""

    def __init__(self, site):
        self._site = site
        self._module = _HOME / _MODULE
        self._java = []

    def build(self):
        home = self._site.processes.run([_LAUNCHER, "java-home"], 30).strip()
        # A door that is measured beside the node must not have a JVM that is set up otherwise.
        flags = self._site.processes.run([_LAUNCHER, "java-flags"], 30).split()
        self._java = [home + "/bin/java", *flags]
        if self._out_of_date():
            began = self._module / "target" / "bench-began"
            began.parent.mkdir(exist_ok=True)
            began.touch()
            os.chdir(_HOME)
            self._site.processes.run(
                ["mvn", "-q", "-pl", _MODULE, "-am", "-DskipTests", "test-compile", "dependency:build-classpath",
                 f"-Dmdep.outputFile={_CLASS_PATH}"], _BUILD_PATIENCE)
            # What changed while the build ran counts as newer.
            at = began.stat().st_mtime
            os.utime(self._module / _CLASS_PATH, (at, at))

    def run(self, name, arguments, seconds, env=None):
        """Lines that the program printed with its own first word, each a list of fields."""
        told = self._site.processes.run(self._command(name, arguments), seconds, env=env)
        return [line.split("\t") for line in told.splitlines() if "\t" in line]

    def start(self, name, arguments, title, env=None):
        """A program that serves until SIGTERM, with the JVM's options of Reveille."""
        more = os.environ.get("REVEILLE_JAVA_OPTS", "").split()
        return self._site.processes.start(title, self._command(name, arguments, more), env=env)

    def class_path(self):
        return [str(self._module / "target" / "test-classes"), str(self._module / "target" / "classes"),
                *(self._module / _CLASS_PATH).read_text().strip().split(":")]

    def _command(self, name, arguments, more=()):
        return [*self._java, _QUIET, *more, "-cp", ":".join(self.class_path()), f"{_PROGRAMS}.{name}", *arguments]

    def _out_of_date(self):
        made = self._module / _CLASS_PATH
        if not made.exists():
            return True
        # What a POM says comes late in a build; sources are what changes.
        sources = (path for root in ("modules/protocol", "modules/cancellation", "modules/session", _MODULE,
                                     "testing/kit")
                   for path in (_HOME / root / "src").rglob("*.*"))
        return any(path.stat().st_mtime > made.stat().st_mtime for path in sources)
