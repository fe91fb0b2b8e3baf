"""The dates of a request: `2026-11-23T14:30`, whole days, months and years, and such as are relative to now."""

import calendar
import re
from datetime import date, datetime, timedelta

from service.articles.dates import TIME_ZONE, first_moment, last_moment
from service.search.request import Bound

_BARE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2}))?(?:-(?P<day>[0-9]{2}))?")
_RELATIVE = re.compile(r"now(?:-(?P<number>[0-9]{1,4})(?P<unit>[hdwmy]))?")
_PLUS_READ_AS_SPACE = re.compile(r" (?=[0-9]{2}:[0-9]{2}$)")
_MONTHS = {"m": 1, "y": 12}
_LAST_MONTH = 12


def read_bound(text: str, *, is_end: bool) -> Bound:
    """The moment that a text stands for, in Europe/Berlin where it names no zone.

    A bare day, month or year is whole: it begins with its first moment and ends with its last. What is relative to now
    is the whole day too (`now-7d`, weeks `w`, months `m`, years `y`), or the whole hour (`now-12h`).

    Raises:
        ValueError: there is no such day, or it lies outside the calendar.
    """
    relative = _RELATIVE.fullmatch(text)
    if relative is not None:
        return Bound(_before_now(relative, is_end=is_end), text)
    bare = _BARE.fullmatch(text)
    if bare is not None:
        return Bound(_whole(bare, is_end=is_end))
    # A plus that was not percent-encoded arrives as a space.
    moment = datetime.fromisoformat(_PLUS_READ_AS_SPACE.sub("+", text))
    return Bound(moment if moment.tzinfo is not None else moment.replace(tzinfo=TIME_ZONE))


def _whole(found: re.Match[str], *, is_end: bool) -> datetime:
    year = int(found["year"])
    month = int(found["month"] or (_LAST_MONTH if is_end else 1))
    day = int(found["day"] or (_last_day(year, month) if is_end else 1))
    return (last_moment if is_end else first_moment)(date(year, month, day))


def _before_now(found: re.Match[str], *, is_end: bool) -> datetime:
    now = datetime.now(TIME_ZONE)
    number, unit = int(found["number"] or 0), found["unit"] or "d"
    try:
        if unit == "h":
            hour = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=number)
            return hour + timedelta(hours=1, microseconds=-1) if is_end else hour
        day = now.date()
        if unit in _MONTHS:
            months = day.year * 12 + day.month - 1 - number * _MONTHS[unit]
            year, month = months // 12, months % 12 + 1
            day = date(year, month, min(day.day, _last_day(year, month)))
        else:
            day -= timedelta(days=number) if unit == "d" else timedelta(weeks=number)
    except OverflowError as error:
        raise ValueError(f"{found[0]!r} lies outside the calendar") from error
    return (last_moment if is_end else first_moment)(day)


def _last_day(year: int, month: int) -> int:
    if not 1 <= month <= _LAST_MONTH or year < 1:
        raise ValueError(f"there is no month {year}-{month}")
    return calendar.monthrange(year, month)[1]
