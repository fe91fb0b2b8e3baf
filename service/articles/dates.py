"""Dates as newspapers and machines write them."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

TIME_ZONE = ZoneInfo("Europe/Berlin")
"""Where a date without a zone is understood to be."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januar", "jänner", "jan"),
            ("februar", "feber", "feb"),
            ("märz", "mär", "mrz"),
            ("april", "apr"),
            ("mai",),
            ("juni", "jun"),
            ("juli", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("oktober", "okt"),
            ("november", "nov"),
            ("dezember", "dez"),
        ),
        start=1,
    )
    for name in names
}
_GERMAN = re.compile(
    r"""(?:[a-zä]+\.?,\s*)?                                # Montag,
        (?P<day>[0-9]{1,2})\.\s*
        (?:(?P<month>[0-9]{1,2})\.|(?P<name>[a-zä]+)\.?)\s*
        (?P<year>[0-9]{4})
        (?:(?:,\s*|\s+)(?:um\s+)?(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?:[:.](?P<second>[0-9]{2}))?(?:\s*uhr)?)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
_MINUTE = timedelta(minutes=1)
_ISO_BEGINS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_date(text: str) -> datetime:
    """An aware datetime from ISO 8601 (`2026-11-23T14:30+01:00`) or German (`23.11.2026, 14:30 Uhr`, `3. Mai 2024`).

    Without a time it is midnight, without a zone Europe/Berlin.

    Raises:
        ValueError: the text is neither, or names a day or hour that does not exist.
    """
    text = text.strip()
    moment = datetime.fromisoformat(text) if _ISO_BEGINS.match(text) else _german(text)
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=TIME_ZONE)
    try:
        aware.astimezone(UTC)
        aware.astimezone(TIME_ZONE)  # where its year is counted
    except OverflowError as error:
        raise ValueError(f"{text!r} lies outside the calendar") from error
    return aware


def first_moment(day: date) -> datetime:
    """Midnight at which a day begins in Europe/Berlin."""
    return datetime.combine(day, time.min, TIME_ZONE)


def last_moment(day: date) -> datetime:
    """The last microsecond of a day in Europe/Berlin."""
    return datetime.combine(day, time.max, TIME_ZONE)


def berlin_day(moment: datetime) -> date:
    """The day of a moment in Europe/Berlin; where that is beyond the calendar, the day that is written."""
    try:
        return moment.astimezone(TIME_ZONE).date()
    except OverflowError:
        return moment.date()


def rfc3339(moment: datetime | None) -> str | None:
    """The moment as RFC 3339 writes it.

    Its offsets have no seconds, as Berlin's had before April 1893 (+00:53:28): those are rounded up.
    """
    if moment is None:
        return None
    offset = moment.utcoffset() or timedelta()
    if offset.seconds % 60:
        rounded = -(-offset // _MINUTE) * _MINUTE
        # astimezone would go through UTC, which the first hour of the year 1 does not have.
        moment = (moment.replace(tzinfo=None) + (rounded - offset)).replace(tzinfo=timezone(rounded))
    return moment.isoformat()


def _german(text: str) -> datetime:
    found = _GERMAN.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a date")
    name = found["name"]
    month = int(found["month"]) if name is None else _MONTHS.get(name.lower(), 0)
    return datetime(
        int(found["year"]),
        month,
        int(found["day"]),
        int(found["hour"] or 0),
        int(found["minute"] or 0),
        int(found["second"] or 0),
        tzinfo=TIME_ZONE,
    )
