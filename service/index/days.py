"""The days on which documents are dated, so that documents can be counted over time without a loop over them."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from service.articles.dates import first_moment
from service.index.arrays.flatfile import Array
from service.index.documents import to_moment
from service.index.schema import NO_MOMENT

_EPOCH = date(1970, 1, 1)
_FIRST, _LAST = (day.toordinal() - _EPOCH.toordinal() for day in (date.min, date.max))
_DAY = 86_400_000_000
_MOST_AHEAD = 3 * 3_600_000_000
"""Microseconds that Berlin was ahead of UTC in the summers of 1945 and 1947; it never was more, and never behind."""


@dataclass(frozen=True)
class Days:
    """The days of all documents by one of their dates.

    `days` are days since 1970, ascending; `places` has for each document that of its day, behind them if undated, and
    `words` its number of words. Sums by day are int64 and have those of the undated documents behind them.
    """

    days: Array
    places: Array
    words: Array

    @classmethod
    def of(cls, moments: Array, words: Array) -> "Days":
        """The days in Europe/Berlin of a column of moments: microseconds since 1970, UTC, or NO_MOMENT."""
        dated = moments != NO_MOMENT
        days, places = np.unique(berlin_days(moments[dated]), return_inverse=True)
        of_all = np.full(len(moments), len(days), np.int32)
        of_all[dated] = places
        return cls(days, of_all, words)

    def count(self, numbers: Array) -> Array:
        """How many of some documents are of each day."""
        return np.bincount(self.places[numbers], minlength=len(self.days) + 1)

    def count_words(self, numbers: Array) -> Array:
        """How many words those of some documents have that are of each day."""
        sums = np.bincount(self.places[numbers], self.words[numbers], minlength=len(self.days) + 1)
        return sums.astype(np.int64)

    @cached_property
    def totals(self) -> tuple[Array, Array]:
        """How many documents are of each day, and how many words they have."""
        numbers = np.arange(len(self.places))
        return self.count(numbers), self.count_words(numbers)


def berlin_days(moments: Array) -> Array:
    """The days since 1970 that moments are of in Europe/Berlin; what lies outside the calendar is of its ends."""
    latest = np.clip((moments + _MOST_AHEAD) // _DAY, _FIRST, _LAST)
    days, places = np.unique(latest, return_inverse=True)
    midnights = np.array([to_moment(first_moment(_EPOCH + timedelta(day))) for day in days.tolist()], np.int64)
    found: Array = np.maximum(latest - (moments < midnights[places]), _FIRST)
    return found
