"""The command line: what to measure, how much, and where the report goes."""

import argparse
import dataclasses
import json
import signal
import sys
import time
from pathlib import Path

from cancellation.plan import FULL, SMOKE
from cancellation.programs import TestPrograms
from cancellation.sections import ends, keys, queue
from comparison.ground.processes import LoadFailed
from comparison.ground.site import Site, postgres_program, program
from comparison.peers.reveille import launcher
from comparison.report.conditions import conditions
from comparison.report.tables import as_markdown, as_text

SECTIONS = {section.NAME: section for section in (queue, ends, keys)}
_HOME = Path(__file__).resolve().parents[3]
_NOT_HERE = ("PgBouncer", "HAProxy", "OpenSSL")


class Bench:
    """What the sections share."""

    def __init__(self, site):
        self.site = site
        self.programs = TestPrograms(site, _HOME)
        self._began = time.monotonic()

    def say(self, text):
        """Progress goes to the error stream; the tables alone go to the output."""
        print(f"[{time.monotonic() - self._began:6.1f} s] {text}", file=sys.stderr, flush=True)


def main(arguments):
    asked = _parse(arguments)
    missing = [what for what, found in _needs().items() if not found]
    if missing:
        print("cancel: cannot run, this is missing:\n  " + "\n  ".join(missing), file=sys.stderr)
        return 2
    # SIGTERM takes the way of Ctrl-C: everything that was started ends first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    site = Site(asked.keep)
    try:
        return _run(asked, Bench(site))
    except LoadFailed as failure:
        print(f"cancel: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("cancel: interrupted; ending what was started", file=sys.stderr)
        return 130
    finally:
        for told in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told, signal.SIG_IGN)
        site.close()


def _run(asked, bench):
    where = {name: value for name, value in conditions(asked.plan).items() if name not in _NOT_HERE}
    bench.say("building the test programs, where they are out of date")
    bench.programs.build()
    tables, failures = {}, []
    for name in asked.only:
        bench.say(f"section {name}: {SECTIONS[name].TITLE}")
        try:
            tables[name] = SECTIONS[name].measure(bench, asked.plan)
            failures += [f"{name}: {note}" for note in tables[name].notes]
        except LoadFailed as failure:
            failures.append(f"{name}: {failure}")
            bench.say(f"  FAILED: {failure}")
    verdicts = [verdict for table in tables.values() for verdict in table.verdicts]
    _print(asked, where, tables, verdicts, failures)
    if asked.json:
        asked.json.write_text(json.dumps({
            "conditions": where, "figures": {name: table.figures for name, table in tables.items()},
            "verdicts": [verdict.line() for verdict in verdicts], "failures": failures,
        }, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    failed = bool(failures) or any(table.failed for table in tables.values())
    return 1 if failed or asked.strict and any(verdict.word != "met" for verdict in verdicts) else 0


def _print(asked, where, tables, verdicts, failures):
    heading, layout, item = ("### ", as_markdown, "* ") if asked.markdown else ("", as_text, "  ")
    print(f"{heading}Conditions\n")
    print("\n".join(f"{item}{name}: {value}" for name, value in where.items()))
    for name, table in tables.items():
        print(f"\n{heading}{SECTIONS[name].TITLE}\n")
        print(layout(table.header, table.rows))
    if verdicts:
        print(f"\n{heading}Figures and targets\n")
        print("\n".join(item + verdict.line() for verdict in verdicts))
    if failures:
        print(f"\n{heading}What went wrong\n")
        print("\n".join(item + failure for failure in failures))


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="cancel", description="Measures Reveille's cancellation.",
        epilog="BENCH_REVEILLE names another launcher than ./reveille.")
    parser.add_argument("--only", type=_sections, default=list(SECTIONS), metavar="SECTIONS",
                        help="of " + ",".join(SECTIONS) + "; default all")
    parser.add_argument("--smoke", action="store_true", help="everything once and tiny: does it work at all?")
    parser.add_argument("--strict", action="store_true", help="status 1 when a target is missed")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every sample to this file")
    parser.add_argument("--keep", action="store_true", help="keep the temporary directory: logs, configurations")
    numbers = [one.name for one in dataclasses.fields(FULL) if one.type is int]
    for name in numbers:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N", help=f"default {getattr(FULL, name)}")
    asked = parser.parse_args(arguments)
    given = {name: getattr(asked, name) for name in numbers if getattr(asked, name) is not None}
    asked.plan = dataclasses.replace(SMOKE if asked.smoke else FULL, **given)
    return asked


def _sections(text):
    names = [name.strip() for name in text.split(",") if name.strip()]
    strangers = [name for name in names if name not in SECTIONS]
    if strangers or not names:
        raise argparse.ArgumentTypeError(f"{', '.join(strangers) or 'nothing'} is not among {', '.join(SECTIONS)}")
    return [name for name in SECTIONS if name in names]


def _needs():
    """What a person would have to install or allow first, in words."""
    needs = {f"{name}: Debian package postgresql": postgres_program(name)
             for name in ("postgres", "initdb", "pgbench", "psql", "pg_isready")}
    needs["openssl: Debian package openssl"] = program("openssl")
    needs["mvn: Debian package maven"] = program("mvn")
    needs["the launcher ./reveille of this checkout (or BENCH_REVEILLE)"] = launcher().exists()
    return needs
