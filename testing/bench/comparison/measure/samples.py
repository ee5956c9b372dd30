"""What was measured, and what it comes to: medians, spreads, and ratios round by round."""

import statistics
from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    median: float
    least: float
    most: float
    count: int


class Samples:
    """Figures by section, load, peer and metric; one for each round."""

    def __init__(self):
        self._figures = defaultdict(dict)
        self.notes = []

    def add(self, section, load, peer, round_number, **metrics):
        for metric, value in metrics.items():
            if value is not None:
                self._figures[section, load, peer, metric][round_number] = float(value)

    def note(self, section, text):
        """A failure or a circumstance that the reader of the table must know."""
        self.notes.append((section, text))

    def summary(self, section, load, peer, metric):
        """Median, least and most over the rounds; None where nothing was measured."""
        return _summary(self._figures.get((section, load, peer, metric), {}).values())

    def ratio(self, section, load, peer, metric, to_peer):
        """The median of the ratios within each round, so that a slow minute of the machine weighs on both sides."""
        ours = self._figures.get((section, load, peer, metric), {})
        theirs = self._figures.get((section, load, to_peer, metric), {})
        return _summary([ours[one] / theirs[one] for one in ours if theirs.get(one)])

    def loads(self, section):
        return list(dict.fromkeys(load for at, load, _, _ in self._figures if at == section))

    def peers(self, section, load):
        return list(dict.fromkeys(peer for at, on, peer, _ in self._figures if (at, on) == (section, load)))

    def all(self):
        """Every figure, for JSON."""
        return [
            {"section": section, "load": load, "peer": peer, "metric": metric,
             "rounds": {str(number): value for number, value in rounds.items()}}
            for (section, load, peer, metric), rounds in self._figures.items()
        ]


def _summary(values):
    values = list(values)
    if not values:
        return None
    return Summary(statistics.median(values), min(values), max(values), len(values))
