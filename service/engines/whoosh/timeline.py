"""Counts over time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from whoosh import query

from service.engines.whoosh.compile import compile_filters
from service.engines.whoosh.queries import Queries
from service.errors import TooManyIntervalsError
from service.index.arrays.flatfile import Array
from service.index.days import Days, berlin_days
from service.index.documents import to_moment
from service.index.reader import OpenGeneration
from service.search.page import CUT_SHORT
from service.search.request import Bound, Filters
from service.search.timeline import MOST_INTERVALS, Interval, Series, Timeline, TimelineRequest

_UNITS = {Interval.DAY: ("D", 1), Interval.MONTH: ("M", 1), Interval.QUARTER: ("M", 3), Interval.YEAR: ("Y", 1)}
"""numpy's unit, and how many of them an interval has."""
_WEEK, _FIRST_MONDAY = 7, -3
"""Days of a week; 1970 began on a Thursday."""


@dataclass(frozen=True)
class _Span:
    """Intervals from one number to another, both inclusive, and the number of that of each day."""

    first: int
    last: int
    numbers: Array

    def __len__(self) -> int:
        return max(0, self.last - self.first + 1)

    def fold(self, by_day: Array) -> list[int]:
        """Sums by interval, of sums by day with those without a day behind them."""
        if not len(self):
            return []
        inside = (self.numbers >= self.first) & (self.numbers <= self.last)
        sums = np.bincount(self.numbers[inside] - self.first, by_day[:-1][inside], minlength=len(self))
        found: list[int] = sums.astype(np.int64).tolist()
        return found


def timeline(generation: OpenGeneration, queries: Queries, request: TimelineRequest) -> Timeline:
    """How many articles of each search are of each interval.

    The intervals go from the first in which any of the searches has an article to the last, or from and to the bounds
    of the filters where these are given. Where that is too much, as one wrong date makes it, they end with the newest
    article that was not dated in the future, or begin so many intervals before the end, and a note says so.

    Raises:
        TooManyIntervalsError: there are more than `MOST_INTERVALS`.
    """
    filters = request.within.filters
    allowed = compile_filters(filters)
    days = generation.days(filters.use_date)
    asked = [queries.prepare(selection) for selection in request.selections]
    found = [generation.all_matches(it.wanted, allowed) for it in asked]
    by_day = [days.count(it.numbers) for it in found]
    span, notes = _span(generation, days, by_day, filters, request.interval)
    articles, words = days.totals
    if allowed is not None:
        passing = generation.all_matches(query.Every(), allowed).numbers
        articles, words = days.count(passing), days.count_words(passing)
    return Timeline(
        starts(np.arange(span.first, span.last + 1), request.interval),
        span.fold(articles),
        span.fold(words),
        int(articles[-1]),
        notes,
        tuple(
            Series(
                selection,
                span.fold(counts),
                it.total,
                int(counts[-1]),
                (*prepared.notes, *((CUT_SHORT,) if it.limited else ())),
                prepared.corrected,
                is_complete=not it.limited,
            )
            for selection, prepared, it, counts in zip(request.selections, asked, found, by_day, strict=True)
        ),
    )


def interval_numbers(days: Array, interval: Interval) -> Array:
    """The numbers of the intervals that days since 1970 are in; that of 1970-01-01 is 0."""
    if interval is Interval.WEEK:
        return (days - _FIRST_MONDAY) // _WEEK
    unit, size = _UNITS[interval]
    return days.astype("M8[D]").astype(f"M8[{unit}]").astype(np.int64) // size


def interval_of(moment: int, interval: Interval) -> int:
    """The number of the interval that a moment is in, which is as `to_moment` writes it."""
    return int(interval_numbers(berlin_days(np.array([moment])), interval)[0])


def starts(numbers: Array, interval: Interval) -> list[date]:
    """The first days of intervals by their numbers."""
    if interval is Interval.WEEK:
        days = (numbers * _WEEK + _FIRST_MONDAY).astype("M8[D]")
    else:
        unit, size = _UNITS[interval]
        days = (numbers * size).astype(f"M8[{unit}]").astype("M8[D]")
    found: list[date] = days.tolist()
    return found


def _span(
    generation: OpenGeneration, days: Days, by_day: Sequence[Array], filters: Filters, interval: Interval
) -> tuple[_Span, tuple[str, ...]]:
    """The intervals, and a note where they are not all."""
    first, last = _ends(days, by_day, filters, interval)
    notes: tuple[str, ...] = ()
    if last - first >= MOST_INTERVALS:
        if filters.date_to is None and generation.newest is not None:
            last = max(first, min(last, interval_of(generation.newest, interval)))
        if filters.date_from is None:
            first = max(first, last - MOST_INTERVALS + 1)
        if last - first >= MOST_INTERVALS:
            raise TooManyIntervalsError(_too_many(days, by_day, filters, interval))
        filled = _filled(days, by_day).astype("M8[D]").tolist()
        begin, end = starts(np.array([first, last]), interval)
        note = (
            f"The articles are dated {filled[0]} to {filled[-1]}; intervals from {begin} to {end} are shown. Ask for "
            "others with from and to."
        )
        notes = (note,)
    return _Span(first, last, interval_numbers(days.days, interval)), notes


def _filled(days: Days, by_day: Sequence[Array]) -> Array:
    """The days on which any of the searches has an article."""
    return np.asarray(days.days[np.logical_or.reduce(by_day)[:-1]])


def _ends(days: Days, by_day: Sequence[Array], filters: Filters, interval: Interval) -> tuple[int, int]:
    """The numbers of the first and the last interval; where there are none, the last is before the first."""
    filled = _filled(days, by_day)
    first = _bound(filters.date_from, filled[:1])
    last = _bound(filters.date_to, filled[-1:])
    if not len(first) or not len(last) or first[0] > last[0]:
        return 0, -1
    return int(interval_numbers(first, interval)[0]), int(interval_numbers(last, interval)[0])


def _bound(bound: Bound | None, otherwise: Array) -> Array:
    return otherwise if bound is None else berlin_days(np.array([to_moment(bound.moment)]))


def _too_many(days: Days, by_day: Sequence[Array], filters: Filters, interval: Interval) -> str:
    """What to do about it: a coarser interval, if one is coarse enough."""
    coarser = list(Interval)[list(Interval).index(interval) + 1 :]
    lengths = {
        it: 1 - first + last for it in (interval, *coarser) for first, last in [_ends(days, by_day, filters, it)]
    }
    better = next((it for it in coarser if lengths[it] <= MOST_INTERVALS), None)
    mend = "narrow from and to" if better is None else f"use {better}, or narrow from and to"
    filled = _filled(days, by_day).astype("M8[D]").tolist()
    is_by_articles = filled and not (filters.date_from and filters.date_to)
    dated = f" (the articles are dated {filled[0]} to {filled[-1]})" if is_by_articles else ""
    return f"{interval} gives {lengths[interval]} intervals, and {MOST_INTERVALS} is the most; {mend}{dated}."
