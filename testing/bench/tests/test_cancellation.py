"""Stories about the benchmarks of cancellation. Run with: python3 -m unittest discover -s testing/bench/tests"""

import sys
import unittest
from pathlib import Path
from types import SimpleNamespace

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from cancellation.plan import Plan  # noqa: E402
from cancellation.sections import queue  # noqa: E402
from comparison.ground.site import HOST, ROLE, Site  # noqa: E402
from comparison.peers.postgres import FakeComputePeer  # noqa: E402
from comparison.wire import scram  # noqa: E402
from comparison.wire.client import Session, cancel_request  # noqa: E402
from shared.outcome import Verdict, quantile  # noqa: E402


class FigureStories(unittest.TestCase):
    def test_of_two_hundred_values_the_last_but_two_is_the_99th_percentile(self):
        self.assertEqual(quantile(range(200, 0, -1), 0.99), 198)

    def test_of_three_values_the_middle_one_is_the_median(self):
        self.assertEqual(quantile([9, 1, 5], 0.5), 5)

    def test_a_target_is_met_at_its_bound_and_missed_beyond_it(self):
        told = [Verdict("x", figure, 3.0).word for figure in (3.0, 3.1, None)]
        self.assertEqual(told, ["met", "missed", "not measured"])


class QueueStories(unittest.TestCase):
    def test_a_ratio_is_the_median_of_the_rounds_own_ratios(self):
        lines = [["queue", shape, "5", str(number), str(rate), str(rate), "8.0", "0"]
                 for number, (theirs, ours) in enumerate([(10, 300), (100, 1000), (10, 250)])
                 for shape, rate in (("reference", theirs), ("shard", ours), ("node", ours))]
        self.assertEqual([verdict.figure for verdict in self._table(lines).verdicts], [25.0, 25.0])

    def test_a_command_that_failed_fails_the_run(self):
        lines = [["queue", shape, "5", "0", "1", "1", "8.0", "3"] for shape in ("reference", "shard", "node")]
        self.assertTrue(self._table(lines).failed)

    @staticmethod
    def _table(lines):
        programs = SimpleNamespace(run=lambda name, arguments, seconds: lines)
        return queue.measure(SimpleNamespace(programs=programs), Plan())


class KeyStories(unittest.TestCase):
    def test_a_session_keeps_the_key_that_it_was_given(self):
        site = Site()
        self.addCleanup(site.close)
        compute = FakeComputePeer(site, scram.verifier(site.password))
        compute.start()
        session = Session.open((HOST, compute.port), ROLE, site.password, "idle")
        self.addCleanup(session.close)
        self.assertEqual(len(session.key), 8)

    def test_a_cancel_request_is_as_long_as_it_says(self):
        self.assertEqual(cancel_request(b"12345678"), bytes.fromhex("0000001004d2162e") + b"12345678")


if __name__ == "__main__":
    unittest.main()
