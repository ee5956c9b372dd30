"""What a section came to: a table, and whether the promised figures were kept."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Verdict:
    """A figure beside its target; the figure is None where it was not measured."""

    what: str
    figure: object
    bound: float
    at_least: bool = False

    @property
    def word(self):
        if self.figure is None:
            return "not measured"
        return "met" if (self.figure >= self.bound if self.at_least else self.figure <= self.bound) else "missed"

    def line(self):
        decimals = 1 if self.bound >= 1 else 2
        figure = "–" if self.figure is None else f"{self.figure:,.{decimals}f}"
        return f"{self.what}: {figure}, target {'≥' if self.at_least else '≤'} {self.bound:g}: {self.word}"


@dataclass
class Table:
    header: list
    rows: list = field(default_factory=list)
    verdicts: list = field(default_factory=list)
    notes: list = field(default_factory=list)  # what a reader must know to believe the table
    figures: dict = field(default_factory=dict)  # every sample, for JSON
    failed: bool = False


def quantile(values, part):
    """The nearest rank: of 200 values, 0.99 is the 198th."""
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * int(part * 1000) // 1000))
    return ordered[rank - 1]
