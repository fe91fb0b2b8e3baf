from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from service.index.days import Days, berlin_days
from service.index.documents import from_moment, to_moment
from service.index.schema import NO_MOMENT

_BERLIN = ZoneInfo("Europe/Berlin")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC).toordinal()
_MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 20), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.lists(_MOMENTS | _MOMENTS.filter(lambda it: 1890 < it.year < 1950)))
@example([datetime(1893, 3, 31, 23, 6, it, tzinfo=UTC) for it in (31, 32)])  # from local mean time to that of the zone
@example([datetime(1916, 4, 30, 21, 59, 59, tzinfo=UTC), datetime(1916, 4, 30, 22, tzinfo=UTC)])  # no last hour
@example([datetime(1945, 6, 1, 20, 59, 59, tzinfo=UTC), datetime(1945, 6, 1, 21, tzinfo=UTC)])  # double summer time
def test_days_are_those_of_the_zone(moments: list[datetime]) -> None:
    found = berlin_days(np.array([to_moment(it) for it in moments], np.int64))
    assert found.tolist() == [it.astimezone(_BERLIN).toordinal() - _EPOCH for it in moments]


@given(st.lists(st.tuples(st.none() | _MOMENTS, st.integers(0, 1000), st.booleans())))
def test_sums_by_day_agree_with_adding_up(documents: list[tuple[datetime | None, int, bool]]) -> None:
    moments = np.array([NO_MOMENT if it is None else to_moment(it) for it, _, _ in documents], np.int64)
    days = Days.of(moments, np.array([words for _, words, _ in documents], np.int64))
    chosen = np.flatnonzero(np.array([is_chosen for *_, is_chosen in documents], np.bool_))
    for counts, words, kept in (
        (days.count(chosen), days.count_words(chosen), [it for it in documents if it[2]]),
        (*days.totals, documents),
    ):
        for place, day in enumerate([*days.days.tolist(), None]):
            of_day = [
                number
                for moment, number, _ in kept
                if (None if moment is None else moment.astimezone(_BERLIN).toordinal() - _EPOCH) == day
            ]
            assert (counts[place], words[place]) == (len(of_day), sum(of_day))


def test_moments_outside_the_calendar_are_of_its_ends() -> None:
    last = datetime(9999, 12, 31, 23, 30, tzinfo=UTC)
    moments = [to_moment(last), to_moment(datetime(1, 1, 1, tzinfo=UTC)) - 10**12]
    assert berlin_days(np.array(moments)).tolist() == [last.toordinal() - _EPOCH, 1 - _EPOCH]
    assert from_moment(to_moment(last)) == last
    assert from_moment(to_moment(last - timedelta(hours=1))).utcoffset() == timedelta(hours=1)
