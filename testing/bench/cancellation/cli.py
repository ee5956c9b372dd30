"""The command line of `cancel`."""

from cancellation.plan import FULL, SMOKE
from cancellation.sections import ends, keys, queue
from comparison.ground.site import program
from shared.script import Script, usual_needs


def _needs(_):
    return {**usual_needs(), "mvn: Debian package maven": program("mvn")}


def _prepare(bench, _):
    bench.say("building the test programs, where they are out of date")
    bench.programs.build()


SCRIPT = Script(
    name="cancel", about="Measures Reveille's cancellation.", sections=(queue, ends, keys), full=FULL, smoke=SMOKE,
    needs=_needs, prepare=_prepare, left_out=("PgBouncer", "HAProxy", "OpenSSL"))


def main(arguments):
    return SCRIPT.main(arguments)
