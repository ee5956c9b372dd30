"""The command line: what to measure, with whom, how much, and where the report goes."""

import argparse
import dataclasses
import json
import os
import signal
import sys
from pathlib import Path

from comparison.ground.processes import LoadFailed, allows_open_files
from comparison.ground.site import Site, postgres_program, program
from comparison.house import PEERS, House
from comparison.peers.reveille import launcher
from comparison.plan import FULL, SMOKE
from comparison.report.conditions import conditions
from comparison.report.tables import as_markdown, as_text, table
from comparison.report.targets import targets
from comparison.sections import copying, idle, logins, start, tps, wake
from shared.arguments import among

SECTIONS = {section.NAME: section for section in (tps, logins, idle, copying, wake, start)}
_FILES_FOR_EACH_SESSION = 2
_FILES_SPARE = 500
_SMOKE_PEERS = "pgbouncer,reveille,reveille-pooler"


def main(arguments):
    asked = _parse(arguments)
    missing = _missing(asked)
    if missing:
        print("compare: cannot run, this is missing:\n  " + "\n  ".join(missing), file=sys.stderr)
        return 2
    # SIGTERM takes the way of Ctrl-C: everything that was started ends first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    site = Site(asked.keep)
    try:
        return _run(asked, site)
    except LoadFailed as failure:
        print(f"compare: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("compare: interrupted; ending what was started", file=sys.stderr)
        return 130
    finally:
        for told in (signal.SIGINT, signal.SIGTERM):
            signal.signal(told, signal.SIG_IGN)
        site.close()


def _run(asked, site):
    where = conditions(asked.plan)
    house = House(site, asked.plan, asked.peers)
    house.open(asked.only)
    for name in asked.only:
        house.say(f"section {name}: {SECTIONS[name].TITLE}")
        try:
            SECTIONS[name].measure(house, asked.plan)
        except LoadFailed as failure:
            house.samples.note(name, str(failure))
            house.say(f"  FAILED: {failure}")
    verdicts = [target.verdict(house.samples) for target in targets(asked.plan, asked.only)]
    _print(asked, where, house.samples, verdicts)
    if asked.json:
        _write_json(asked.json, where, house.samples, verdicts)
    failed = bool(house.samples.notes) or (asked.strict and any(not verdict.met for verdict in verdicts))
    return 1 if failed else 0


def _print(asked, where, samples, verdicts):
    heading, layout, item = ("## ", as_markdown, "* ") if asked.markdown else ("", as_text, "  ")
    print(f"{heading}Conditions\n")
    print("\n".join(f"{item}{name}: {value}" for name, value in where.items()))
    for name in asked.only:
        header, rows = table(SECTIONS[name], samples)
        print(f"\n{heading}{SECTIONS[name].TITLE}\n")
        print(layout(header, rows) if rows else "nothing was measured")
    if verdicts and "reveille" in asked.peers:
        print(f"\n{heading}Figures and targets\n")
        print("\n".join(item + verdict.line() for verdict in verdicts))
    if samples.notes:
        print(f"\n{heading}What went wrong\n")
        print("\n".join(f"{item}{section}: {text}" for section, text in samples.notes))


def _write_json(path, where, samples, verdicts):
    path.write_text(json.dumps({
        "conditions": where,
        "samples": samples.all(),
        "verdicts": [
            {"what": one.target.what, "figure": one.figure, "bound": one.target.bound,
             "at_least": one.target.at_least, "verdict": one.word} for one in verdicts],
        "notes": [{"section": section, "text": text} for section, text in samples.notes],
    }, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _parse(arguments):
    parser = argparse.ArgumentParser(
        prog="compare", description="Measures Reveille beside PgBouncer, HAProxy and no proxy, in one run.",
        epilog="BENCH_ONLY is the default of --peers. BENCH_REVEILLE names another launcher than ./reveille.")
    parser.add_argument("--only", type=among(SECTIONS), default=list(SECTIONS), metavar="SECTIONS",
                        help="of " + ",".join(SECTIONS) + "; default all")
    parser.add_argument("--peers", type=among(PEERS), metavar="PEERS",
                        help="of " + ",".join(PEERS) + f"; default all, with --smoke {_SMOKE_PEERS}")
    parser.add_argument("--smoke", action="store_true", help="everything once and tiny: does it work at all?")
    parser.add_argument("--strict", action="store_true", help="status 1 when a target is missed")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every sample to this file")
    parser.add_argument("--keep", action="store_true", help="keep the temporary directory: logs, configurations")
    numbers = ("rounds", "seconds", "warm_up", "cold", "scale", "idle_sessions", "copy_megabytes", "wake_clients",
               "wake_rounds", "burst_rounds", "start_rounds", "login_clients")
    for name in numbers:
        parser.add_argument(f"--{name.replace('_', '-')}", type=_positive, metavar="N",
                            help=f"default {getattr(FULL, name)}")
    parser.add_argument("--clients", type=lambda text: tuple(_positive(one) for one in text.split(",")), metavar="N,N…",
                        help="clients of tps; default " + ",".join(str(one) for one in FULL.clients))
    asked = parser.parse_args(arguments)
    if asked.peers is None:
        try:
            usual = _SMOKE_PEERS if asked.smoke else ",".join(PEERS)
            asked.peers = among(PEERS)(os.environ.get("BENCH_ONLY") or usual)
        except argparse.ArgumentTypeError as mistake:
            parser.error(f"BENCH_ONLY: {mistake}")
    if "reveille-pooler" in asked.peers and "reveille" not in asked.peers:
        parser.error("reveille-pooler is a way to the node of reveille: ask for both")
    given = {name: getattr(asked, name) for name in (*numbers, "clients") if getattr(asked, name) is not None}
    asked.plan = dataclasses.replace(SMOKE if asked.smoke else FULL, **given)
    return asked


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _missing(asked):
    """What a person would have to install or allow first, in words."""
    needs = {f"{name}: Debian package postgresql": postgres_program(name)
             for name in ("postgres", "initdb", "pgbench", "psql", "pg_isready")}
    needs["openssl: Debian package openssl"] = program("openssl")
    for name in ("pgbouncer", "haproxy"):
        if name in asked.peers:
            needs[f"{name}: Debian package {name}"] = program(name)
    if "reveille" in asked.peers:
        needs["the launcher ./reveille of this checkout (or BENCH_REVEILLE)"] = launcher().exists()
    missing = [what for what, found in needs.items() if not found]
    files = _FILES_FOR_EACH_SESSION * asked.plan.idle_sessions + _FILES_SPARE
    if "idle" in asked.only and not allows_open_files(files):
        missing.append(f"{files} open files for each process: ulimit -n, or fewer --idle-sessions")
    return missing
