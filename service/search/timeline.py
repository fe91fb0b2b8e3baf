"""Counting articles over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

import numpy as np

from service.search.request import Selection

MOST_QUERIES = 5
"""Searches that are counted at once."""
MOST_INTERVALS = 5_000
_DIGITS = 6
"""Digits behind the point of a relative frequency."""


class Interval(StrEnum):
    """The pieces that time is cut into, in Europe/Berlin; weeks begin on Monday, as those of ISO 8601."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True)
class TimelineRequest:
    """Counts of the articles of several searches, each of which is `within` with another `q`.

    The intervals are of the date that `within.filters.use_date` names.
    """

    queries: tuple[str, ...] = ("",)
    within: Selection = field(default_factory=Selection)
    interval: Interval = Interval.MONTH

    @property
    def selections(self) -> tuple[Selection, ...]:
        """The searches."""
        return tuple(replace(self.within, q=q) for q in self.queries)


@dataclass(frozen=True)
class Series:
    """The articles of one search in each interval.

    `total` counts those in all intervals and the `undated` ones; it is exact but where the search was cut short, as
    `is_complete` says: then it and the counts are at least so many. `notes` and `corrected` are as in `SearchPage`.
    """

    selection: Selection
    counts: Sequence[int]
    total: int
    undated: int
    notes: tuple[str, ...] = ()
    corrected: Mapping[str, str] = field(default_factory=dict)
    is_complete: bool = True


@dataclass(frozen=True)
class Timeline:
    """Intervals without a gap, by their first days, and the counts in each.

    `articles` and `words` count all articles that pass the filters, whatever is searched for; `undated` those of them
    that are in no interval. `notes` say where not all intervals are there. Relative frequencies stand over them, so
    that the curves of two searches compare.
    """

    starts: Sequence[date]
    articles: Sequence[int]
    words: Sequence[int]
    undated: int
    notes: tuple[str, ...]
    series: tuple[Series, ...]

    def per_thousand(self, series: Series) -> list[float | None]:
        """Articles of a search per thousand articles of an interval; None where it has none."""
        return _relative(series.counts, self.articles, 1_000)

    def per_million_words(self, series: Series) -> list[float | None]:
        """Articles of a search per million words of all articles of an interval; None where it has no words."""
        return _relative(series.counts, self.words, 1_000_000)


def _relative(counts: Sequence[int], totals: Sequence[int], per: int) -> list[float | None]:
    below = np.array(totals, np.float64)
    above = np.array(counts, np.float64) * per
    found = np.divide(above, below, out=np.full(len(below), np.nan), where=below > 0).round(_DIGITS).tolist()
    return [value if total else None for value, total in zip(found, totals, strict=True)]
