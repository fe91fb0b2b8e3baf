"""Tags, sources, authors and sections in any search."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from support import MakeClient, get, write_archive

from service.api.app import create_app
from service.articles.dates import TIME_ZONE
from service.articles.slug import slug
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.engines.whoosh.names import npmi
from service.index.build import build
from service.index.generations import Store
from service.search.names import NameKind

_PATHS = {kind: f"/v1/{kind}s" for kind in map(str, NameKind)}
_TAGS = ("Energie", "Künstliche Intelligenz", "C++", "Ärzte", "Öl")
_AUTHORS = ("Anna Öztürk", "Jörg Weiß", "Eva Groß")
_SOURCES = ("Bote", "Küstendienst")
_SECTIONS = ("Kultur", "Wirtschaft & Geld")
_WORDS = ("deich", "hafen", "sturm")
_DAY = date(2015, 1, 1)


@dataclass(frozen=True)
class _Planned:
    day: date | None
    words: tuple[str, ...]
    names: dict[str, tuple[str, ...]]

    @property
    def text(self) -> str:
        it = self.names
        head = {
            "Datum": "" if self.day is None else str(self.day),
            "Autor": ", ".join(it["author"]),
            "Quelle": "".join(it["source"]),
            "Ressort": "".join(it["section"]),
        }
        tags = "".join(f"- #{name}\n" for name in it["tag"])
        lines = "".join(f"{name}: {value}\n" for name, value in head.items() if value)
        return f"{lines}Titel\n{' '.join(self.words)} Ende.\n- Themen:\n{tags}"


def _some(names: Sequence[str], bits: int) -> tuple[str, ...]:
    return tuple(name for bit, name in enumerate(names) if bits >> bit & 1)


_PLAN = [
    _Planned(
        None if number % 9 == 0 else _DAY + timedelta(number * 67),
        _some(_WORDS, number * 5),
        {
            "tag": _some(_TAGS, number * 7 ^ number // 3),
            "author": _some(_AUTHORS, number * 3),
            "source": _some(_SOURCES, 1 << number % 3),
            "section": _some(_SECTIONS, 1 << number % 4),
        },
    )
    for number in range(90)
]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    place: Path = tmp_path_factory.mktemp("names")
    store = Store(place / "index")
    build(write_archive(place / "articles", {f"{it:02}": article.text for it, article in enumerate(_PLAN)}), store)
    engine = WhooshEngine(store)
    yield create_app(engine, Settings()).test_client()
    engine.close()


def _months(days: Sequence[date]) -> list[dict[str, object]]:
    counts = Counter(str(day)[:7] for day in days)
    spanned = (min(days) + timedelta(it) for it in range((max(days) - min(days)).days + 1)) if days else ()
    months = [{"month": month, "count": counts[month]} for month in sorted({str(day)[:7] for day in spanned})]
    newest = max(str(it.day)[:7] for it in _PLAN if it.day is not None and it.day <= datetime.now(TIME_ZONE).date())
    if len(months) > 120:  # then what is in the future goes first
        months = [it for it in months if str(it["month"]) <= max(newest, str(months[0]["month"]))]
        while not months[-1]["count"]:
            months.pop()
    return months[-120:]


def _npmi(together: int, first: int, second: int, total: int) -> float:
    if together == total:
        return 1.0
    chance = together / total
    return math.log(chance / (first / total * second / total)) / -math.log(chance)


def _related(within: Sequence[_Planned], carrying: Sequence[_Planned], itself: str | None) -> list[tuple[str, float]]:
    alone = Counter(tag for it in within for tag in it.names["tag"])
    together = Counter(tag for it in carrying for tag in it.names["tag"] if tag != itself)
    scores = {
        tag: _npmi(count, len(carrying), alone[tag], len(within))
        for tag, count in together.items()
        if count >= 2 and count * 50 >= len(carrying)
    }
    return sorted((tag, score) for tag, score in scores.items() if round(score, 4) > 0)


@given(
    kind=st.sampled_from(list(_PATHS)),
    q=st.sampled_from(["", *_WORDS, "deich hafen", "sturm -hafen", "gibtesnicht"]),
    filters=st.fixed_dictionaries(
        {},
        optional={
            "tag": st.lists(st.sampled_from(_TAGS), max_size=2),
            "tag_not": st.lists(st.sampled_from(_TAGS), max_size=1),
            "author": st.lists(st.sampled_from(_AUTHORS), max_size=2),
            "source": st.lists(st.sampled_from(_SOURCES), max_size=2),
        },
    ),
    first=st.none() | st.dates(_DAY, date(2031, 1, 1)),
    min_count=st.integers(1, 12),
)
@settings(max_examples=60)
def test_names_agree_with_counting_the_articles_by_hand(
    planned: FlaskClient, kind: str, q: str, filters: dict[str, list[str]], first: date | None, min_count: int
) -> None:
    words = q.split()
    found = [
        it
        for it in _PLAN
        if {word for word in words if word[0] != "-"} <= set(it.words)
        and not {word[1:] for word in words if word[0] == "-"} & set(it.words)
        and (first is None or (it.day is not None and it.day >= first))
        and all(
            not filters.get(name) or set(filters[name]) & set(it.names[name]) for name in ("tag", "author", "source")
        )
        and not set(filters.get("tag_not", ())) & set(it.names["tag"])
    ]
    asked = {**filters, "q": q, **({"from": str(first)} if first else {})}
    counts = Counter(name for it in found for name in it.names[kind])
    page = get(planned, _PATHS[kind], **asked, min_count=min_count)
    assert {it["name"]: it["count"] for it in page["results"]} == {
        name: count for name, count in counts.items() if count >= min_count
    }
    assert page["total"] == {"value": len(page["results"]), "relation": "eq"}
    for result in page["results"]:
        link = result["links"]["articles"]
        assert (link is None) == (kind == "author" and not set(filters.get("author", [])) <= {result["name"]})
        assert link is None or get(planned, link)["total"]["value"] == result["count"]
    for name in {name for it in _PLAN for name in it.names[kind]}:
        carrying = [it for it in found if name in it.names[kind]]
        detail = get(planned, f"{_PATHS[kind]}/{slug(name)}", **asked)
        days = sorted(it.day for it in carrying if it.day is not None)
        assert (detail["name"], detail["count"]) == (name, len(carrying))
        link = detail["links"]["articles"]
        assert link is None or get(planned, link)["total"]["value"] == len(carrying)
        assert detail["sparkline"] == _months(days)
        assert [(detail[it] or "")[:10] for it in ("first", "last")] == [str(it) for it in (days[:1] + days[-1:])] or (
            not days and detail["first"] is detail["last"] is None
        )
        related = [(it["name"], it["npmi"]) for it in detail["related"]]
        assert related == sorted(related, key=lambda it: -it[1])
        expected = _related(found, carrying, name if kind == "tag" else None)
        assert sorted(related) == [(tag, pytest.approx(score, abs=1e-4)) for tag, score in expected]


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), min_size=1))
def test_npmi_is_that_of_its_formula(pairs: list[tuple[int, int, int, int]]) -> None:
    for together, more, less, neither in pairs:
        first, second, total = together + more, together + less, together + more + less + neither
        (found,) = npmi(np.array([together]), first, np.array([second]), total)
        assert found == pytest.approx(_npmi(together, first, second, total))
        assert -1 <= found <= 1 + 1e-12


@pytest.mark.parametrize(
    ("counts", "score"),
    [((5, 5, 5, 100), 1.0), ((100, 100, 100, 100), 1.0), ((25, 50, 50, 100), 0.0), ((1, 50, 50, 100), -0.699)],
)
def test_npmi_is_one_only_together_and_zero_by_chance(counts: tuple[int, int, int, int], score: float) -> None:
    together, first, second, total = counts
    (found,) = npmi(np.array([together]), first, np.array([second]), total)
    assert found == pytest.approx(score, abs=1e-3)


def test_rare_tag_does_not_win_beside_a_frequent_one(make_client: MakeClient) -> None:
    tags = [["Klima", "Wetter"] if number < 90 else ["Klima"] for number in range(110)]
    tags += [["Sport"]] * 200
    for number in range(2):
        tags[number] = [*tags[number], "Einhorn"]
    client = make_client(
        {str(number): "Titel\n- Themen:\n" + "".join(f"- #{tag}\n" for tag in it) for number, it in enumerate(tags)}
    )
    assert [it["name"] for it in get(client, "/v1/tags/klima")["related"]] == ["Wetter"]
    assert "Klima" in [it["name"] for it in get(client, "/v1/tags/einhorn")["related"]]


def test_sparkline_has_the_last_ten_years(make_client: MakeClient) -> None:
    dates = ["1999-01-01", "2014-12-31", "2015-01-01", "2024-12-31T23:30", "2024-12-31T23:30:00Z"]
    client = make_client({str(at): f"Datum: {it}\nTitel\n- Themen:\n- #Öl\n" for at, it in enumerate(dates)})
    detail = get(client, "/v1/tags/oel")
    assert len(detail["sparkline"]) == 120
    assert detail["sparkline"][0] == {"month": "2015-02", "count": 0}
    assert detail["sparkline"][-2:] == [{"month": "2024-12", "count": 1}, {"month": "2025-01", "count": 1}]
    assert (detail["count"], detail["first"][:4]) == (5, "1999")


def test_dates_of_a_name_are_those_of_use_date(make_client: MakeClient) -> None:
    client = make_client({"a": "Datum: 2020-01-01\nAktualisiert: 2024-05-01\nQuelle: Bote\nTitel\n"})
    for use_date, month in (("published", "2020-01"), ("modified", "2024-05")):
        detail = get(client, "/v1/sources/bote", use_date=use_date)
        assert detail["sparkline"] == [{"month": month, "count": 1}]
        assert detail["first"] == detail["last"]
        assert detail["first"].startswith(month)


@pytest.mark.parametrize("kind", [kind for kind in _PATHS if kind != "tag"])
def test_unknown_name_is_not_found_and_named(planned: FlaskClient, kind: str) -> None:
    problem = get(planned, f"{_PATHS[kind]}/gibt-es-nicht", 404)
    assert (problem["code"], problem["detail"]) == ("not_found", f"There is no {kind} 'gibt-es-nicht'.")


@pytest.mark.parametrize("kind", list(_PATHS))
def test_name_is_found_by_slug_and_by_name_and_links_to_itself(planned: FlaskClient, kind: str) -> None:
    for listed in get(planned, _PATHS[kind])["results"]:
        for spelling in (listed["id"], listed["name"]):
            detail = get(planned, f"{_PATHS[kind]}/{spelling}".replace("+", "%2B"))
            assert (detail["id"], detail["count"]) == (listed["id"], listed["count"])
            assert detail["links"] == listed["links"]
        assert get(planned, listed["links"]["self"])["id"] == listed["id"]


def test_misspelled_name_is_looked_for_only_where_none_begins_so_and_is_noted(planned: FlaskClient) -> None:
    page = get(planned, "/v1/authors", name="Ötzürk")
    assert [it["name"] for it in page["results"]] == ["Anna Öztürk"]
    assert page["query"]["notes"] == [
        "No author has a word that begins with 'Ötzürk'; shown are those that are written almost so."
    ]
    assert get(planned, "/v1/authors", name="özt")["query"]["notes"] == []
    unmatched = get(planned, "/v1/authors", name="özt", q="gibtesnicht")
    assert (unmatched["results"], unmatched["query"]["notes"]) == ([], [])


def test_search_of_a_list_is_read_as_any_other_and_kept_in_its_links(make_client: MakeClient) -> None:
    tagged = "Die {} hier.\nZwei.\n- Themen:\n" + "".join(f"- #T{number}\n" for number in range(12))
    client = make_client({"a": tagged.format("Deiche"), "b": tagged.format("Klimaschutz")})
    asked = {"q": "klimaschtz deich", "match": "any", "search_in": "title", "min_count": 2, "page_size": 5}
    page = get(client, "/v1/tags", **asked)
    assert page["corrected"] == [{"word": "klimaschtz", "searched": "klimaschutz"}]
    assert [it["count"] for it in page["results"]] == [2] * 5
    second = get(client, page["next"])
    assert second["query"] == page["query"]
    assert {it["id"] for it in second["results"]}.isdisjoint(it["id"] for it in page["results"])
    assert get(client, "/v1/tags", **{**asked, "expand": ""})["total"]["value"] == 0
    detail = get(client, "/v1/tags/t0", q="klimaschtz")
    assert (detail["count"], detail["corrected"]) == (1, [{"word": "klimaschtz", "searched": "klimaschutz"}])


@pytest.mark.parametrize("wrong", ["0", "-1", "x"])
def test_min_count_is_a_number_from_one(planned: FlaskClient, wrong: str) -> None:
    problem = get(planned, "/v1/tags", 422, min_count=wrong)
    assert [error["parameter"] for error in problem["errors"]] == ["min_count"]


def test_same_page_is_not_sent_twice(planned: FlaskClient) -> None:
    for address in ("/v1/sections?q=deich", "/v1/sections/kultur?q=deich"):
        tag = planned.get(address).headers["ETag"]
        assert planned.get(address, headers={"If-None-Match": tag}).status_code == 304
        assert planned.get(address.replace("deich", "hafen")).headers["ETag"] != tag


def walked(client: FlaskClient, following: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while following is not None:
        page = get(client, following)
        assert page["previous"] is None
        found += page["results"]
        following = page["next"]
    return found


@pytest.mark.parametrize("size", [1, 7, 100])
@pytest.mark.parametrize("asked", ["", "&sort=name", "&q=deich&min_count=2", "&name=k"])
@pytest.mark.parametrize("path", ["/v1/tags", "/v1/authors"])
def test_cursor_leads_through_all_names_in_the_order_of_pages(
    client: FlaskClient, path: str, asked: str, size: int
) -> None:
    whole = get(client, f"{path}?page_size=100{asked}")
    assert walked(client, f"{path}?cursor=*&page_size={size}{asked}") == whole["results"]
    assert get(client, f"{path}?cursor=*&page_size={size}{asked}")["total"] == whole["total"]


def test_cursor_leads_to_names_beyond_the_depth_of_pages(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.api.selection.MAX_DEPTH", 4)
    client = make_client({"a": "Autor: " + ", ".join(f"Anna {letter}" for letter in "ABCDEFGHI") + "\nTitel\nText.\n"})
    assert get(client, "/v1/authors?page=3&page_size=2", 422)["code"] == "page_too_deep"
    assert [it["name"][-1] for it in walked(client, "/v1/authors?cursor=*&page_size=2")] == list("ABCDEFGHI")


@pytest.mark.parametrize("sort", ["count", "name"])
def test_cursor_of_names_stays_right_when_the_archive_changes(make_client: MakeClient, sort: str) -> None:
    def tagged(tags: str) -> str:
        return "Titel\nText.\n- Themen:\n" + "".join(f"- #{tag}\n" for tag in tags)

    page = get(make_client({"a": tagged("ABCDEF")}), f"/v1/tags?sort={sort}&cursor=*&page_size=3")
    assert [it["name"] for it in page["results"]] == list("ABC")
    changed = make_client({"a": tagged("ABDEFGÄ")})  # the name of the cursor is gone; one is new before it, one behind
    assert [it["name"] for it in walked(changed, page["next"])] == list("DEFG")


def test_cursor_of_another_list_of_names_is_refused(client: FlaskClient) -> None:
    following = get(client, "/v1/tags?sort=name&cursor=*&page_size=3")["next"]
    for address in (following.replace("sort=name", "sort=count"), following.replace("/v1/tags", "/v1/search")):
        assert "cursor" in {error["parameter"] for error in get(client, address, 422)["errors"]}
    assert get(client, "/v1/tags?cursor=*&page=2", 422)["errors"][0]["parameter"] == "page"
