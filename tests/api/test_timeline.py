import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from support import MakeClient, get, write_archive

from service.api.app import create_app
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.arrays import evaluator, proximity
from service.index.build import build
from service.index.generations import Store
from service.search.timeline import Interval

TIMELINE = "/v1/timeline"
_BERLIN = ZoneInfo("Europe/Berlin")
_MOMENTS = [
    datetime(2023, 12, 31, 22, 59, 59, tzinfo=UTC),  # the last second of the year in Berlin
    datetime(2023, 12, 31, 23, 0, tzinfo=UTC),  # the first of the next
    datetime(2024, 3, 31, 0, 59, tzinfo=UTC),  # before and behind the hour that summer time leaves out
    datetime(2024, 3, 31, 1, 0, tzinfo=UTC),
    datetime(2024, 6, 30, 21, 59, tzinfo=UTC),  # midnight is two hours before that of UTC
    datetime(2024, 6, 30, 22, 0, tzinfo=UTC),
    datetime(2024, 10, 27, 0, 30, tzinfo=UTC),  # the hour that comes twice
    datetime(2024, 10, 27, 1, 30, tzinfo=UTC),
    datetime(2024, 12, 29, 23, 0, tzinfo=UTC),  # Monday, the first day of week 1 of 2025
    datetime(2024, 12, 29, 22, 59, tzinfo=UTC),
    datetime(2025, 12, 31, 12, 0, tzinfo=UTC),
    datetime(2026, 1, 4, 22, 59, tzinfo=UTC),  # Sunday of week 1 of 2026
    datetime(2026, 1, 4, 23, 0, tzinfo=UTC),
    None,
]
_WORDS = ("deich", "hafen", "sturm")
_SECTIONS = ("kultur", "sport")


@dataclass(frozen=True)
class _Planned:
    published: datetime | None
    modified: datetime | None
    words: tuple[str, ...]
    section: str
    filling: int

    @property
    def text(self) -> str:
        dates = [("Datum", self.published), ("Aktualisiert", self.modified)]
        head = "".join(f"{name}: {moment.isoformat()}\n" for name, moment in dates if moment is not None)
        return f"{head}Ressort: {self.section}\nTitel\n{' '.join((*self.words, *(['und'] * self.filling)))} Ende.\n"

    @property
    def word_count(self) -> int:
        return 1 + len(self.words) + self.filling + 1

    def day(self, use_date: str) -> date | None:
        moment = self.published if use_date == "published" else self.modified
        return None if moment is None else moment.astimezone(_BERLIN).date()


_PLAN = [
    _Planned(
        published,
        modified,
        tuple(word for bit, word in enumerate(_WORDS) if number * 5 >> bit & 1),
        _SECTIONS[number % 3 == 0],
        number % 7,
    )
    for number, (published, modified) in enumerate(
        zip(islice(cycle(_MOMENTS), 60), islice(cycle([*_MOMENTS[::-1], None]), 60), strict=True)
    )
]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    place: Path = tmp_path_factory.mktemp("timeline")
    store = Store(place / "index")
    build(write_archive(place / "articles", {f"{it:02}": article.text for it, article in enumerate(_PLAN)}), store)
    engine = WhooshEngine(store)
    yield create_app(engine, Settings()).test_client()
    engine.close()


def _start(day: date, interval: str) -> date:
    match interval:
        case "week":
            return date.fromisocalendar(*day.isocalendar()[:2], 1)
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


def _all_starts(first: date, last: date, interval: str) -> list[str]:
    days = (first + timedelta(it) for it in range((last - first).days + 1))
    return sorted({str(_start(day, interval)) for day in days})


def _between(article: _Planned, bounds: tuple[date | None, date | None], use_date: str) -> bool:
    first, last = bounds
    day = article.day(use_date)
    if first is None and last is None:
        return True
    return day is not None and (first is None or day >= first) and (last is None or day <= last)


_DAYS = st.none() | st.dates(date(2023, 11, 1), date(2026, 3, 1))


@given(
    queries=st.lists(st.sampled_from(["", *_WORDS, "deich hafen", "gibtesnicht"]), min_size=1, max_size=5, unique=True),
    interval=st.sampled_from([str(it) for it in Interval]),
    bounds=st.tuples(_DAYS, _DAYS),
    section=st.sampled_from([None, *_SECTIONS]),
    use_date=st.sampled_from(["published", "modified"]),
)
@settings(max_examples=50)
def test_timeline_agrees_with_counting_the_articles_by_hand(
    planned: FlaskClient,
    queries: list[str],
    interval: str,
    bounds: tuple[date | None, date | None],
    section: str | None,
    use_date: str,
) -> None:
    given = {"from": bounds[0], "to": bounds[1], "section": section}
    filters = {name: str(value) for name, value in given.items() if value is not None}
    answer = get(planned, TIMELINE, q=queries, interval=interval, use_date=use_date, expand="", **filters)
    passing = [it for it in _PLAN if _between(it, bounds, use_date) and section in {None, it.section}]
    found = {q: [it for it in passing if set(q.split()) <= set(it.words)] for q in queries}
    days = [day for articles in found.values() for it in articles if (day := it.day(use_date)) is not None]
    first, last = bounds[0] or min(days, default=None), bounds[1] or max(days, default=None)
    starts = [] if first is None or last is None else _all_starts(first, last, interval)

    def by_start(articles: list[_Planned], *, weigh: bool = False) -> list[int]:
        counts: Counter[str] = Counter()
        for article in articles:
            day = article.day(use_date)
            if day is not None:
                counts[str(_start(day, interval))] += article.word_count if weigh else 1
        return [counts[start] for start in starts]

    articles, words = by_start(passing), by_start(passing, weigh=True)
    assert answer["intervals"] == [
        {"start": start, "articles": count, "words": total}
        for start, count, total in zip(starts, articles, words, strict=True)
    ]
    assert answer["undated"] == sum(it.day(use_date) is None for it in passing)
    assert [series["q"] for series in answer["series"]] == queries
    for series in answer["series"]:
        matching = found[series["q"]]
        assert [point["start"] for point in series["points"]] == starts
        assert [point["count"] for point in series["points"]] == by_start(matching)
        assert series["undated"] == sum(it.day(use_date) is None for it in matching)
        assert series["total"] == {"value": len(matching), "relation": "eq"}
        assert get(planned, series["links"]["search"], 200)["total"]["value"] == len(matching)
        for point, count, total in zip(series["points"], articles, words, strict=True):
            expected = {"per_thousand": (count, 1e3), "per_million_words": (total, 1e6)}
            for name, (whole, per) in expected.items():
                assert point[name] == (pytest.approx(point["count"] / whole * per, abs=1e-6) if whole else None)


def _archive(*dates: str) -> dict[str, str]:
    return {str(number): f"Datum: {date}\nDeich\n" for number, date in enumerate(dates)}


@pytest.mark.parametrize(
    ("interval", "dates", "starts"),
    [
        ("week", ["2024-12-30", "2025-01-05T23:59:59"], ["2024-12-30"]),
        ("week", ["2024-12-29", "2024-12-30"], ["2024-12-23", "2024-12-30"]),
        ("week", ["2020-12-31", "2021-01-03", "2021-01-04"], ["2020-12-28", "2021-01-04"]),
        ("day", ["2024-03-31T01:59:59", "2024-03-31T23:59:59"], ["2024-03-31"]),
        ("day", ["2024-10-27T00:00", "2024-10-28T00:00"], ["2024-10-27", "2024-10-28"]),
        ("month", ["2024-11-30T23:59:59", "2025-02-01"], ["2024-11-01", "2024-12-01", "2025-01-01", "2025-02-01"]),
        ("quarter", ["1969-12-31", "1970-01-01"], ["1969-10-01", "1970-01-01"]),
        ("year", ["2024-12-31T23:00:00Z"], ["2025-01-01"]),
        ("year", ["0001-01-01T12:00"], ["0001-01-01"]),
        ("week", ["0001-01-01T12:00"], ["0001-01-01"]),
        ("day", ["9999-12-31T22:30:00Z"], ["9999-12-31"]),
    ],
)
def test_intervals_are_those_of_berlin(
    make_client: MakeClient, interval: str, dates: list[str], starts: list[str]
) -> None:
    answer = get(make_client(_archive(*dates)), TIMELINE, interval=interval)
    assert [it["start"] for it in answer["intervals"]] == starts
    assert sum(it["articles"] for it in answer["intervals"]) == len(dates)


def test_series_without_articles_has_the_intervals_of_the_others(planned: FlaskClient) -> None:
    answer = get(planned, TIMELINE, q=["gibtesnicht", "deich"], interval="year")
    nothing, something = answer["series"]
    assert [it["start"] for it in nothing["points"]] == [it["start"] for it in something["points"]] != []
    assert sum(it["count"] for it in nothing["points"]) == 0
    assert get(planned, TIMELINE, q="gibtesnicht")["intervals"] == []


def test_equal_bounds_give_equal_intervals_whatever_is_found(planned: FlaskClient) -> None:
    bounds = {"from": "2020", "to": "2027-06"}
    answers = [get(planned, TIMELINE, q=q, interval="quarter", **bounds) for q in ("deich", "gibtesnicht")]
    starts = [[it["start"] for it in answer["intervals"]] for answer in answers]
    assert starts[0] == starts[1]
    assert (starts[0][0], starts[0][-1]) == ("2020-01-01", "2027-04-01")


@pytest.mark.parametrize(
    ("interval", "start", "mend"),
    [
        ("day", "2000", "day gives 9862 intervals, and 5000 is the most; use week, or narrow from and to."),
        ("day", "1900", "day gives 46386 intervals, and 5000 is the most; use month, or narrow from and to."),
    ],
)
def test_too_many_intervals_are_refused_with_a_coarser_one(
    planned: FlaskClient, interval: str, start: str, mend: str
) -> None:
    problem = get(planned, TIMELINE, 422, interval=interval, **{"from": start, "to": "2026"})
    assert problem["errors"] == [{"parameter": "interval", "message": mend}]
    assert problem["code"] == "invalid_parameter"
    coarser = mend.partition("use ")[2].partition(",")[0]
    assert get(planned, TIMELINE, 200, interval=coarser, **{"from": start, "to": "2026"})["intervals"]


@pytest.mark.parametrize("wrong", ["0024-05-01", "9024-05-01"])
@pytest.mark.parametrize("interval", ["day", "month", "year"])
def test_article_of_a_wrong_date_spoils_no_timeline(make_client: MakeClient, wrong: str, interval: str) -> None:
    texts = {"a": f"Datum: {wrong}\nTitel\nText.\n", "b": "Datum: 2024-05-01\nTitel\nText.\n"}
    client = make_client(texts)
    answer = get(client, TIMELINE, interval=interval)
    (series,) = answer["series"]
    shown = {point["start"]: point["count"] for point in series["points"] if point["count"]}
    if answer["query"]["notes"]:
        first, last = sorted([wrong, "2024-05-01"])
        assert answer["query"]["notes"][0].startswith(f"The articles are dated {first} to {last}; intervals from ")
        assert len(shown) == 1
        assert next(iter(shown)).startswith("2024-")
    else:
        assert (interval, len(shown)) == ("year", 2)
    assert series["total"]["value"] == 2
    (error,) = get(client, TIMELINE, 422, interval="day", **{"from": "0001"})["errors"]
    assert error["message"].endswith(f"(the articles are dated {' to '.join(sorted([wrong, '2024-05-01']))}).")


def test_article_of_a_wrong_date_spoils_no_sparkline(make_client: MakeClient) -> None:
    texts = {
        f"{n}": f"Datum: {day}\nQuelle: Bote\nTitel\nText.\n" for n, day in enumerate(["2024-05-01", "9024-01-01"])
    }
    assert get(make_client(texts), "/v1/sources/bote")["sparkline"] == [{"month": "2024-05", "count": 1}]


def test_years_that_are_too_many_are_narrowed(planned: FlaskClient) -> None:
    problem = get(planned, TIMELINE, 422, interval="year", **{"from": "0001", "to": "9999"})
    assert problem["errors"][0]["message"].endswith("; narrow from and to.")


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"q": list("abcdef")}, "q"),
        ({"q": "x" * 1001}, "q"),
        ({"interval": "decade"}, "interval"),
        ({"format": "xml"}, "format"),
        ({"sort": "newest"}, "sort"),
    ],
)
def test_wrong_parameters_are_named(planned: FlaskClient, asked: dict[str, Any], parameter: str) -> None:
    assert [error["parameter"] for error in get(planned, TIMELINE, 422, **asked)["errors"]] == [parameter]


@pytest.mark.parametrize(
    ("address", "headers"),
    [("&format=csv", {}), ("", {"Accept": "text/csv"}), ("&format=csv", {"Accept": "application/json"})],
)
def test_csv_has_the_points_as_rows(planned: FlaskClient, address: str, headers: dict[str, str]) -> None:
    asked = f"{TIMELINE}?q=deich&q=%22hafen%20sturm%22,%20deich&interval=year&from=2022&to=2026{address}"
    response = planned.get(asked, headers=headers)
    assert response.content_type.startswith("text/csv")
    assert response.text.count("\r\n") == response.text.count("\n") == 11
    rows = list(csv.DictReader(io.StringIO(response.text)))
    answer = get(planned, asked.replace("&format=csv", ""))
    wholes = {it["start"]: it for it in answer["intervals"]}
    expected = [
        {
            "q": series["q"],
            **{name: "" if value is None else str(value) for name, value in point.items()},
            "articles": str(wholes[point["start"]]["articles"]),
            "words": str(wholes[point["start"]]["words"]),
        }
        for series in answer["series"]
        for point in series["points"]
    ]
    assert rows == expected
    assert rows[0]["per_thousand"] == ""


def test_formats_have_etags_of_their_own_and_other_media_types_are_refused(planned: FlaskClient) -> None:
    as_json, as_csv = (planned.get(f"{TIMELINE}?format={name}") for name in ("json", "csv"))
    assert as_json.headers["ETag"] != as_csv.headers["ETag"]
    again = planned.get(f"{TIMELINE}?format=csv", headers={"If-None-Match": as_csv.headers["ETag"]})
    assert (again.status_code, again.text) == (304, "")
    assert planned.get(TIMELINE, headers={"Accept": "image/png"}).get_json()["code"] == "not_acceptable"


def test_queries_are_read_as_in_a_search_and_say_so(make_client: MakeClient) -> None:
    client = make_client({"a": "Datum: 2024-05-01\nKlimaschutz\n", "b": "Datum: 2024-07-01\nDie Deiche\n"})
    answer = get(client, TIMELINE, q=["klimaschtz", "(deich", "deich", "deich"], match="any")
    corrected, broken, deich = answer["series"]
    assert corrected["corrected"] == [{"word": "klimaschtz", "searched": "klimaschutz"}]
    assert broken["notes"]
    assert [it["count"] for it in deich["points"]] == [0, 0, 1]
    assert answer["query"]["q"] == ["klimaschtz", "(deich", "deich"]
    assert get(client, TIMELINE, q="deich", expand="")["series"][0]["total"]["value"] == 0
    turned = get(client, TIMELINE, **{"from": "2026", "to": "2025"})
    assert turned["query"]["notes"] == ["from lies after to; no article can be between them."]
    assert turned["intervals"] == []


def test_search_that_was_cut_short_says_so(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proximity, "_STRETCH", 1)
    # Three authors stand so far apart that the field keeps plain positions, through which phrases are looked for.
    header = "Datum: 2024-05-01\nRessort: Kultur\nAutor: Anna Öztürk, Jörg Weiß, Maren Kai\n"
    client = make_client({name: f"{header}Titel {name}\nLead.\n- Themen:\n- #Öl\n" for name in map(str, range(40))})
    asked = {"q": 'author:"Anna Öztürk"'}
    limit = evaluator.TIME_LIMIT
    monkeypatch.setattr(evaluator, "TIME_LIMIT", -1.0)
    note = "The search took too long and was cut short; there may be more. Make it narrower."
    (series,) = get(client, TIMELINE, **asked)["series"]
    assert (series["total"], series["notes"]) == ({"value": 1, "relation": "gte"}, [note])
    page = get(client, "/v1/sections", **asked)
    assert (page["total"]["relation"], page["query"]["notes"]) == ("gte", [note])
    assert get(client, "/v1/sections/kultur", **asked)["query"]["notes"] == [note]
    monkeypatch.setattr(evaluator, "TIME_LIMIT", limit)
    assert get(client, TIMELINE, **asked)["series"][0]["total"] == {"value": 40, "relation": "eq"}


def test_from_after_to_in_one_week_has_no_intervals(planned: FlaskClient) -> None:
    answer = get(planned, TIMELINE, interval="week", **{"from": "2023-11-02", "to": "2023-11-01"})
    assert answer["intervals"] == []
    assert answer["query"]["notes"] == ["from lies after to; no article can be between them."]
