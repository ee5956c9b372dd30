"""Stories about the comparison itself. Run with: python3 -m unittest discover -s testing/bench/tests"""

import base64
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from comparison.ground.processes import LoadFailed, Started  # noqa: E402
from comparison.ground.site import HOST, ROLE, Site  # noqa: E402
from comparison.loads import pgbench  # noqa: E402
from comparison.loads.sessions import burst  # noqa: E402
from comparison.measure.cpu import CpuTime  # noqa: E402
from comparison.measure.samples import Samples  # noqa: E402
from comparison.peers.postgres import FakeComputePeer  # noqa: E402
from comparison.report.columns import Column  # noqa: E402
from comparison.report.tables import as_markdown, table  # noqa: E402
from comparison.report.targets import Target  # noqa: E402
from comparison.wire import scram  # noqa: E402
from comparison.wire.client import Session  # noqa: E402


class ScramStories(unittest.TestCase):
    def test_the_example_of_rfc_7677_gives_its_proof_and_signature(self):
        with mock.patch("secrets.token_urlsafe", return_value="rOprNGfwEbeRWgbNEkqO"):
            client = scram.Client("pencil")
        client._first = "n=user,r=rOprNGfwEbeRWgbNEkqO"
        nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
        final = client.final(f"r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
        self.assertEqual(final, f"c=biws,r={nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
        client.accept("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")

    def test_a_server_with_the_verifier_refuses_another_password(self):
        server = scram.Server(scram.verifier("right"))
        client = scram.Client("wrong")
        final = client.final(server.first(client.first()))
        self.assertRaises(ValueError, server.final, final)

    def test_a_client_refuses_a_server_that_does_not_know_the_password(self):
        client = scram.Client("right")
        client.final(scram.Server(scram.verifier("right")).first(client.first()))
        self.assertRaises(ValueError, client.accept, "v=" + base64.b64encode(bytes(32)).decode())


class FakeComputeStories(unittest.TestCase):
    def setUp(self):
        self.site = Site()
        self.addCleanup(self.site.close)
        self.compute = FakeComputePeer(self.site, scram.verifier(self.site.password))
        self.compute.start()

    def test_a_session_logs_in_and_gets_an_answer(self):
        session = Session.open((HOST, self.compute.port), ROLE, self.site.password, "idle")
        self.addCleanup(session.close)
        self.assertEqual(session.query("select 1"), ["1"])

    def test_a_wrong_password_is_told_as_a_failed_load(self):
        with self.assertRaises(LoadFailed):
            Session.open((HOST, self.compute.port), ROLE, "wrong", "idle")

    def test_everything_started_ends_with_the_site_and_its_directory_is_gone(self):
        running = self.compute.started
        self.site.close()
        self.assertFalse(running.running())
        self.assertFalse(self.site.directory.exists())


class LastWordsStories(unittest.TestCase):
    def test_a_refusal_is_told_even_where_a_hundred_other_sessions_ended_behind_it(self):
        with tempfile.TemporaryDirectory() as directory:
            log = Path(directory) / "node.log"
            others = "2026-01-01T00:00:00.000Z INFO  Session session ended\n"
            log.write_text(others + "2026-01-01T00:00:00.000Z WARN  Session login refused reason=\"slow\"\n" + others * 100)
            told = Started("node", None, log, None).complaints()
        self.assertIn('login refused reason="slow"', told)
        self.assertEqual(1, told.count("session ended"))


class LoadStories(unittest.TestCase):
    def test_the_first_second_counts_neither_in_work_nor_in_time_nor_in_cpu(self):
        told = self._pgbench(
            ["progress: 1.0 s, 100.0 tps, lat 1.0 ms", "progress: 2.0 s, 900.0 tps, lat 1.0 ms"], processed=2000,
            cpu=[CpuTime(1.0, 2.0), CpuTime(1.5, 3.4)])
        self.assertAlmostEqual(told["rate"], 950.0)  # (2,000 - 100) in two seconds
        self.assertAlmostEqual(told["cpu"], 1000.0)  # 1.9 s for 1,900
        self.assertAlmostEqual(told["user"] + told["system"], told["cpu"])

    def test_no_progress_report_is_a_failure_and_not_a_figure(self):
        with self.assertRaises(LoadFailed):
            self._pgbench([], processed=2000, cpu=[CpuTime(0, 0), CpuTime(1, 1)])

    def test_a_burst_tells_who_was_served_and_who_was_not(self):
        outcomes = iter([None, LoadFailed("refused"), None])

        def visit():
            outcome = next(outcomes)
            if outcome:
                raise outcome
            return "started at noon"

        seen = burst(3, visit)
        self.assertEqual((seen.answers, seen.failures), (["started at noon"] * 2, ["refused"]))

    @staticmethod
    def _pgbench(lines, processed, cpu):
        readings = iter(cpu)

        def run(argv, seconds, env, on_line):
            for line in lines:
                on_line(line)
            return f"number of transactions actually processed: {processed}\n"

        peer = SimpleNamespace(
            site=SimpleNamespace(processes=SimpleNamespace(run=run)), cpu=lambda: next(readings),
            environment=lambda database, tls: {})
        return pgbench.queries(peer, 16, 2, False).metrics()


class ReportStories(unittest.TestCase):
    def setUp(self):
        self.samples = Samples()
        for number, (theirs, ours) in enumerate([(100, 90), (50, 50), (200, 190)]):
            self.samples.add("tps", "c=1", "pgbouncer", number, rate=theirs)
            self.samples.add("tps", "c=1", "reveille", number, rate=ours)

    def test_a_ratio_is_the_median_of_the_rounds_own_ratios(self):
        ratio = self.samples.ratio("tps", "c=1", "reveille", "rate", "pgbouncer")
        self.assertAlmostEqual(ratio.median, 0.95)

    def test_a_target_is_met_or_missed_or_not_measured(self):
        def verdict(load, bound):
            return Target("tps", "tps", load, "rate", bound, True, "pgbouncer").verdict(self.samples).word

        self.assertEqual(
            [verdict("c=1", 0.95), verdict("c=1", 0.96), verdict("c=9", 0.95)], ["met", "missed", "not measured"])

    def test_one_round_with_a_second_start_of_the_server_misses_the_target(self):
        for number, starts in enumerate([1, 1, 2]):
            self.samples.add("wake", "crowd", "reveille", number, starts=starts)
        self.assertEqual(Target("starts", "wake", "crowd", "starts", 1, False).verdict(self.samples).word, "missed")

    def test_a_table_shows_median_spread_and_ratio(self):
        section = SimpleNamespace(NAME="tps", METRICS=(Column("rate", "tps", ratio=True),))
        self.assertEqual(as_markdown(*table(section, self.samples)).splitlines(), [
            "| load | peer | tps | ÷ PgBouncer |",
            "|---|---|---:|---:|",
            "| c=1 | pgbouncer | 100 (50–200) | – |",
            "| c=1 | reveille | 90 (50–190) | 0.95 |",
        ])


if __name__ == "__main__":
    unittest.main()
