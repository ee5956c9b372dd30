"""Everybody of one run, started once and shared by the sections."""

import sys
import time

from comparison.ground.processes import LoadFailed
from comparison.measure.samples import Samples
from comparison.peers.haproxy import HAProxy
from comparison.peers.pgbouncer import PgBouncer
from comparison.peers.postgres import FakeComputePeer, Postgres
from comparison.peers.reveille import Pooler, Reveille
from comparison.plan import mode_name

PEERS = ("direct", "pgbouncer", "haproxy", "reveille", "reveille-pooler")


class House:
    """PostgreSQL, the fake compute, and the peers that were asked for."""

    def __init__(self, site, plan, names):
        self.site = site
        self.samples = Samples()
        self._began = time.monotonic()
        self.compute = Postgres(site, plan.scale)
        self.fake = FakeComputePeer(site, self.compute.verifier)
        self._names = names
        self.peers = []

    def open(self, sections):
        """Starts everybody, unless nothing but `wake` is asked for, which brings its own node."""
        if set(sections) <= {"wake"}:
            return
        self.say("starting PostgreSQL and the fake compute")
        self.compute.start()
        self.fake.start()
        made = {
            "direct": lambda: self.compute,
            "pgbouncer": lambda: PgBouncer(self.site, self.compute, self.fake),
            "haproxy": lambda: HAProxy(self.site, self.compute, self.fake),
            "reveille": lambda: Reveille(self.site, self.compute, self.fake),
        }
        self.peers = [made[name]() for name in PEERS if name in self._names and name in made]
        for peer in self.proxies():
            self.say(f"starting {peer.name}")
            if isinstance(peer, Reveille):
                peer.prepare()
            peer.start()

    def runs(self, name):
        return name in self._names

    def proxies(self):
        return [peer for peer in self.peers if peer.is_proxy]

    def peers_for(self, tls, round_number=0):
        """Those that can do this mode, another one first in each round."""
        able = [peer for peer in self.peers if peer.speaks_tls or not tls]
        first = round_number % len(able) if able else 0
        return able[first:] + able[:first]

    def login_peers_for(self, tls, round_number=0):
        """The same, and each node by its pooler's name besides: what that is good for is seen in logins alone."""
        return [way for peer in self.peers_for(tls, round_number) for way in self._ways_to(peer, round_number)]

    def _ways_to(self, peer, round_number):
        if not (isinstance(peer, Reveille) and self.runs(Pooler.name)):
            return (peer,)
        ways = (peer, Pooler(peer))  # The same process: each goes first now and then.
        return ways[::-1] if round_number % 2 else ways

    def attempt(self, section, load, peer, round_number, work):
        """Keeps the figures that `work()` returns; its failure becomes a note."""
        try:
            told = work()
        except LoadFailed as failure:
            self.samples.note(section, f"{load}, {peer.name}, round {round_number + 1}: {failure}")
            self.say(f"  {load} {peer.name}: FAILED: {failure}")
            self.say(f"  {peer.name}'s own last lines: {peer.last_words()}")
            return
        self.samples.add(section, load, peer.name, round_number, **told)
        self.say(f"  round {round_number + 1} {load} {peer.name}: " + ", ".join(
            f"{metric} {value:,.1f}" for metric, value in told.items() if value is not None))

    def warm_up(self, section, plan, load, peers_for=None):
        """Lets `load(peer, tls)` run on every peer in every mode and keeps nothing of it but a failure."""
        if plan.warm_up == 0:
            return
        for tls in plan.modes:
            for peer in (peers_for or self.peers_for)(tls):
                try:
                    load(peer, tls)
                    self.say(f"  warmed up {mode_name(tls)} {peer.name}")
                except LoadFailed as failure:
                    self.samples.note(section, f"warm-up, {mode_name(tls)}, {peer.name}: {failure}")

    def say(self, text):
        """Progress goes to the error stream; the table alone goes to the output."""
        print(f"[{time.monotonic() - self._began:6.1f} s] {text}", file=sys.stderr, flush=True)
