"""Tables of medians over rounds: a row for each load and who took it."""

from comparison.ground.processes import LoadFailed
from comparison.measure.samples import Samples
from comparison.report.tables import cell
from shared.outcome import Table


class Rounds:
    """The samples of one section, and what failed on the way."""

    def __init__(self, bench, section):
        self._bench = bench
        self._section = section
        self.samples = Samples()

    def attempt(self, load, peer, round_number, work):
        """Keeps the figures that `work()` returns; its failure becomes a note, and the section goes on."""
        try:
            told = work()
        except LoadFailed as failure:
            self.samples.note(self._section, f"{load}, {peer.name}, round {round_number + 1}: {failure}")
            self._bench.say(f"  {load} {peer.name}: FAILED: {failure}")
            self._bench.say(f"  {peer.name}'s own last lines: {peer.last_words()}")
            return
        self.samples.add(self._section, load, peer.name, round_number, **told)
        self._bench.say(f"  round {round_number + 1} {load} {peer.name}: " + ", ".join(
            f"{metric} {value:,.1f}" for metric, value in told.items() if value is not None))

    def note(self, text):
        self.samples.note(self._section, text)

    def median(self, load, peer, metric):
        """None where nothing was measured."""
        summary = self.samples.summary(self._section, load, peer, metric)
        return None if summary is None else summary.median

    def ratio(self, load, peer, metric, to_peer):
        summary = self.samples.ratio(self._section, load, peer, metric, to_peer)
        return None if summary is None else summary.median

    def table(self, columns, more=()):
        """`columns` are comparison's; `more` are pairs of a title and `cell(load, peer)`."""
        table = Table(["load", "way", *(column.title for column in columns), *(title for title, _ in more)])
        for load in self.samples.loads(self._section):
            for peer in self.samples.peers(self._section, load):
                table.rows.append([
                    load, peer,
                    *(cell(self.samples.summary(self._section, load, peer, column.metric), column) for column in columns),
                    *(made(load, peer) for _, made in more)])
        table.notes = [text for _, text in self.samples.notes]
        table.figures = {"samples": self.samples.all()}
        return table
