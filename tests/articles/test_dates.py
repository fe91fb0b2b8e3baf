from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.articles.dates import first_moment, last_moment, parse_date

BERLIN = ZoneInfo("Europe/Berlin")
_MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)
_SECONDS = st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30)).map(lambda moment: moment.replace(microsecond=0))  # noqa: DTZ001 - the zone is what is tested


@given(_SECONDS)
def test_date_written_in_any_german_way_is_the_same_moment(moment: datetime) -> None:
    day, month, year = moment.day, moment.month, f"{moment.year:04}"
    days = (
        f"{day}.{month}.{year}",
        f"{day:02}.{month:02}.{year}",
        f"{day}. {month}. {year}",
        f"{day}. {_MONTHS[month - 1]} {year}",
        f"{day:02}. {_MONTHS[month - 1].upper()} {year}",
        f"{day}.{_MONTHS[month - 1][:3]}. {year}",
        f"Montag, {day}. {_MONTHS[month - 1]} {year}",
        f"mo., {day}.{month}.{year}",
    )
    times = (
        f"{moment:%H:%M:%S}",
        f"{moment:%H.%M.%S} Uhr",
        f"um {moment:%H:%M:%S} Uhr",
        f"{moment.hour}:{moment:%M:%S}Uhr",
    )
    expected = moment.replace(tzinfo=BERLIN)
    midnight = datetime.combine(expected.date(), time(), BERLIN)
    for written in days:
        assert parse_date(written) == midnight
        assert parse_date(f"  {written} {moment.hour} Uhr\t") == expected.replace(minute=0, second=0)
        assert parse_date(f"{written}, {moment:%H:%M} Uhr") == expected.replace(second=0)
        for clock in times:
            assert parse_date(f"{written}, {clock}") == parse_date(f"{written} {clock}") == expected


@given(_SECONDS, st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))))
def test_date_written_in_iso_is_the_same_moment(moment: datetime, zone: timezone) -> None:
    assert parse_date(moment.isoformat()) == moment.replace(tzinfo=BERLIN)
    assert parse_date(moment.isoformat(" ", "minutes")) == moment.replace(second=0, tzinfo=BERLIN)
    assert parse_date(moment.date().isoformat()) == datetime.combine(moment.date(), time(), BERLIN)
    aware = moment.replace(tzinfo=zone)
    assert parse_date(aware.isoformat()) == aware
    assert parse_date(aware.isoformat()).utcoffset() == aware.utcoffset()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("23.11.2026, 14:30 Uhr", "2026-11-23T13:30:00+00:00"),
        ("23.07.2026, 14:30 Uhr", "2026-07-23T12:30:00+00:00"),
        ("3. Mai 2024", "2024-05-02T22:00:00+00:00"),
        ("1. Jänner 2025", "2024-12-31T23:00:00+00:00"),
        ("1. Feber 2025", "2025-01-31T23:00:00+00:00"),
        ("5. mrz 2026, 6 Uhr", "2026-03-05T05:00:00+00:00"),
        ("5. Sept. 2026 um 6.15 Uhr", "2026-09-05T04:15:00+00:00"),
        ("29.2.2024", "2024-02-28T23:00:00+00:00"),
        ("2026-11-23", "2026-11-22T23:00:00+00:00"),
        ("2026-11-23T14:30Z", "2026-11-23T14:30:00+00:00"),
        ("2026-11-23T14:30:00.250+02:00", "2026-11-23T12:30:00.250000+00:00"),
    ],
)
def test_date_without_a_zone_is_in_berlin(written: str, expected: str) -> None:
    assert parse_date(written).astimezone(UTC).isoformat() == expected


@pytest.mark.parametrize(
    "written",
    [
        "",
        "gestern",
        "2026",
        "November 2026",
        "30.2.2026",
        "29.2.2025",
        "0.1.2026",
        "1.13.2026",
        "1. Brachet 2026",
        "23.11.26",
        "23.11.20261",
        "23.11.202614:30",
        "23.11.2026, 24:30 Uhr",
        "23.11.2026, 14:60 Uhr",
        "23.11.2026 – aktualisiert",
        "am 23.11.2026",
        "2026-13-01",
        "2026-02-30",
        "2026-11-23T25:00",
        "2026-11-23, 14:30 Uhr",
        "23.11.0000",
        "1.1.0001",
        "0001-01-01",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:30:00Z",
        "١.١.٢٠٢٦",
    ],
)
def test_date_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever sentence, it becomes a notice
        parse_date(written)


@given(st.text(max_size=20) | st.text(st.sampled_from("0123456789.-:,T+Z uhrmai"), max_size=25))
def test_date_is_read_or_refused_whatever_is_written(written: str) -> None:
    try:
        moment = parse_date(written)
    except ValueError:
        return
    assert moment.astimezone(UTC) == moment


@given(st.dates(date(2, 1, 1), date(9998, 12, 31)))
def test_day_holds_its_moments_and_no_others(day: date) -> None:
    begin, end = first_moment(day), last_moment(day)
    assert begin.date() == end.date() == day
    # Real time, not wall-clock time: a day on which the clocks change has 23 or 25 hours.
    assert end.astimezone(UTC) + timedelta(microseconds=1) == first_moment(day + timedelta(days=1)).astimezone(UTC)


def test_day_on_which_the_clocks_change_is_whole() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)):
        length = last_moment(day).astimezone(UTC) - first_moment(day).astimezone(UTC)
        assert length + timedelta(microseconds=1) == timedelta(hours=hours)
