"""The command line of a script: what to measure, how much, and where the report goes."""

import argparse
import dataclasses
import json
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from comparison.ground.processes import LoadFailed
from comparison.ground.site import Site, postgres_program, program
from comparison.peers.reveille import launcher
from comparison.report.conditions import conditions
from comparison.report.tables import as_markdown, as_text
from shared.arguments import among
from shared.programs import TestPrograms


class Bench:
    """What the sections share."""

    def __init__(self, site, plan):
        self.site = site
        self.plan = plan
        self.programs = TestPrograms(site)
        self._began = time.monotonic()

    def say(self, text):
        """Progress goes to the error stream; the tables alone go to the output."""
        print(f"[{time.monotonic() - self._began:6.1f} s] {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Script:
    """One of the programs of this directory.

    `needs(asked)` tells what a person would have to install or allow first: words, and whether it is there.
    `prepare(bench, names)` builds or starts what those sections need. `left_out` are conditions that mean nothing here,
    `also()` further ones.
    """

    name: str
    about: str
    sections: tuple
    full: object
    smoke: object
    needs: Callable
    prepare: Callable
    bench: Callable = Bench
    left_out: tuple = ()
    also: Callable = dict

    def main(self, arguments):
        asked = self._parse(arguments)
        missing = [what for what, found in self.needs(asked).items() if not found]
        if missing:
            print(f"{self.name}: cannot run, this is missing:\n  " + "\n  ".join(missing), file=sys.stderr)
            return 2
        # SIGTERM takes the way of Ctrl-C: everything that was started ends first.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        site = Site(asked.keep)
        try:
            return self._run(asked, self.bench(site, asked.plan))
        except LoadFailed as failure:
            print(f"{self.name}: {failure}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            print(f"{self.name}: interrupted; ending what was started", file=sys.stderr)
            return 130
        finally:
            for told in (signal.SIGINT, signal.SIGTERM):
                signal.signal(told, signal.SIG_IGN)
            site.close()

    def _run(self, asked, bench):
        where = {name: value for name, value in {**conditions(asked.plan), **self.also()}.items()
                 if name not in self.left_out}
        self.prepare(bench, asked.only)
        tables, failures = {}, []
        for section in self.sections:
            if section.NAME not in asked.only:
                continue
            bench.say(f"section {section.NAME}: {section.TITLE}")
            try:
                tables[section] = section.measure(bench, asked.plan)
                failures += [f"{section.NAME}: {note}" for note in tables[section].notes]
            except LoadFailed as failure:
                failures.append(f"{section.NAME}: {failure}")
                bench.say(f"  FAILED: {failure}")
        verdicts = [verdict for table in tables.values() for verdict in table.verdicts]
        _print(asked, where, tables, verdicts, failures)
        if asked.json:
            asked.json.write_text(json.dumps({
                "conditions": where,
                "figures": {section.NAME: table.figures for section, table in tables.items()},
                "verdicts": [verdict.line() for verdict in verdicts], "failures": failures,
            }, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        failed = bool(failures) or any(table.failed for table in tables.values())
        return 1 if failed or asked.strict and any(verdict.word != "met" for verdict in verdicts) else 0

    def _parse(self, arguments):
        parser = argparse.ArgumentParser(
            prog=self.name, description=self.about, epilog="BENCH_REVEILLE names another launcher than ./reveille.")
        names = [section.NAME for section in self.sections]
        parser.add_argument("--only", type=among(names), default=names, metavar="SECTIONS",
                            help="of " + ",".join(names) + "; default all")
        parser.add_argument("--smoke", action="store_true", help="everything once and tiny: does it work at all?")
        parser.add_argument("--strict", action="store_true", help="status 1 when a target is missed")
        parser.add_argument("--markdown", action="store_true", help="print Markdown")
        parser.add_argument("--json", type=Path, metavar="FILE", help="also write every sample to this file")
        parser.add_argument("--keep", action="store_true", help="keep the temporary directory: logs, configurations")
        numbers = [one.name for one in dataclasses.fields(self.full) if one.type is int]
        for name in numbers:
            parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N",
                                help=f"default {getattr(self.full, name)}")
        asked = parser.parse_args(arguments)
        given = {name: getattr(asked, name) for name in numbers if getattr(asked, name) is not None}
        asked.plan = dataclasses.replace(self.smoke if asked.smoke else self.full, **given)
        return asked


def usual_needs():
    """What every script needs."""
    needs = {f"{name}: Debian package postgresql": postgres_program(name)
             for name in ("postgres", "initdb", "pgbench", "psql", "pg_isready")}
    needs["openssl: Debian package openssl"] = program("openssl")
    needs["the launcher ./reveille of this checkout (or BENCH_REVEILLE)"] = launcher().exists()
    return needs


def _print(asked, where, tables, verdicts, failures):
    heading, layout, item = ("### ", as_markdown, "* ") if asked.markdown else ("", as_text, "  ")
    print(f"{heading}Conditions\n")
    print("\n".join(f"{item}{name}: {value}" for name, value in where.items()))
    for section, table in tables.items():
        print(f"\n{heading}{section.TITLE}\n")
        print(layout(table.header, table.rows))
    if verdicts:
        print(f"\n{heading}Figures and targets\n")
        print("\n".join(item + verdict.line() for verdict in verdicts))
    if failures:
        print(f"\n{heading}What went wrong\n")
        print("\n".join(item + failure for failure in failures))
