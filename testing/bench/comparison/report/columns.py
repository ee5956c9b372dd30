"""How one metric is shown."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """A metric's key and title; with least and most beside the median (`spread`), with its ratio to PgBouncer (`ratio`)."""

    metric: str
    title: str
    decimals: int = 0
    spread: bool = True
    ratio: bool = False
