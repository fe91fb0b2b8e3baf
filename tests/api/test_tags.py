from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from support import MakeClient, get, write_archive

from service.api.app import create_app
from service.articles.slug import slug
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store

TAGS = "/v1/tags"
_NAMES = ["Energie", "Bahn", "Künstliche Intelligenz", "C++", "Ärzte", "Über uns"]
_DAY = date(2024, 1, 1)
_PLAN = [(number, [name for bit, name in enumerate(_NAMES) if (number * 7) >> bit & 1]) for number in range(60)]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Sixty articles, one a day, with tags that follow a plan."""
    place: Path = tmp_path_factory.mktemp("tags")
    archive = {
        f"{number:02}": f"Datum: {_DAY + timedelta(number)}\nTitel\n- Themen:\n"
        + "".join(f"- #{name}\n" for name in names)
        for number, names in _PLAN
    }
    store = Store(place / "index")
    build(write_archive(place / "articles", archive), store)
    engine = WhooshEngine(store)
    yield create_app(engine, Settings()).test_client()
    engine.close()


@given(
    any_of=st.lists(st.sampled_from(_NAMES), max_size=2),
    all_of=st.lists(st.sampled_from(_NAMES), max_size=2),
    none_of=st.lists(st.sampled_from(_NAMES), max_size=2),
    start=st.integers(0, 59),
    days=st.integers(0, 59),
)
@settings(max_examples=50)
def test_counts_agree_with_counting_the_articles_by_hand(
    planned: FlaskClient, any_of: list[str], all_of: list[str], none_of: list[str], start: int, days: int
) -> None:
    first, last = _DAY + timedelta(start), _DAY + timedelta(start + days)
    carried = [
        (number, names)
        for number, names in _PLAN
        if first <= _DAY + timedelta(number) <= last
        and (not any_of or set(any_of) & set(names))
        and set(all_of) <= set(names)
        and not set(none_of) & set(names)
    ]
    filters = {"tag": any_of, "tag_all": all_of, "tag_not": none_of, "from": str(first), "to": str(last)}
    counts = Counter(name for _, names in carried for name in names)
    page = get(planned, TAGS, **filters)
    assert {tag["name"]: tag["count"] for tag in page["results"]} == counts
    assert page["total"]["value"] == len(counts)
    assert get(planned, "/v1/search", page_size=0, **filters)["total"]["value"] == len(carried)
    for name in _NAMES:
        detail = get(planned, f"{TAGS}/{slug(name)}", **filters)
        with_it = [(number, names) for number, names in carried if name in names]
        beside = Counter(other for _, names in with_it for other in names if other != name)
        assert detail["count"] == len(with_it)
        assert {tag["name"]: tag["count"] for tag in detail["related"]}.items() <= beside.items()
        dates = [str(_DAY + timedelta(number)) for number, _ in with_it]
        assert (detail["first"] or "")[:10] == min(dates, default="")
        assert (detail["last"] or "")[:10] == max(dates, default="")
        assert get(planned, detail["links"]["articles"])["total"]["value"] == len(with_it)


def test_tags_stand_by_count_and_then_by_name(client: FlaskClient) -> None:
    tags = get(client, TAGS, page_size=100)["results"]
    assert len(tags) >= 25
    counts = [tag["count"] for tag in tags]
    assert counts == sorted(counts, reverse=True)
    assert tags[0]["count"] > 1


def test_tags_by_name_stand_as_in_a_dictionary(planned: FlaskClient) -> None:
    names = [tag["name"] for tag in get(planned, TAGS, sort="name")["results"]]
    assert names == ["Ärzte", "Bahn", "C++", "Energie", "Künstliche Intelligenz", "Über uns"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("künst", ["Künstliche Intelligenz"]),
        ("KUENST", ["Künstliche Intelligenz"]),
        ("intell", ["Künstliche Intelligenz"]),
        ("elligenz", []),
        ("c++", ["C++"]),
        (" bahn ", ["Bahn"]),
        ("inteligens", ["Künstliche Intelligenz"]),
        ("Enregi", ["Energie"]),
        ("bahm", ["Bahn"]),
        ("bxhm", []),
        ("bam", []),
        ("!", []),
    ],
)
def test_name_keeps_tags_with_a_word_that_begins_so(planned: FlaskClient, name: str, found: list[str]) -> None:
    page = get(planned, TAGS, name=name)
    assert [tag["name"] for tag in page["results"]] == found
    assert page["query"]["name"] == name.strip()


def test_tags_are_paged_like_everything_else(planned: FlaskClient) -> None:
    first = get(planned, TAGS, page_size=4, sort="name")
    second = get(planned, first["next"])
    assert [len(first["results"]), len(second["results"]), second["next"]] == [4, 2, None]
    assert get(planned, second["previous"])["results"] == first["results"]


def test_tag_is_found_by_slug_and_by_name_and_says_its_slug(planned: FlaskClient) -> None:
    for spelling in ("kuenstliche-intelligenz", "Künstliche Intelligenz", "KÜNSTLICHE INTELLIGENZ"):
        detail = get(planned, f"{TAGS}/{spelling}")
        assert (detail["id"], detail["name"]) == ("kuenstliche-intelligenz", "Künstliche Intelligenz")
        assert detail["links"]["self"] == f"{TAGS}/kuenstliche-intelligenz"


def test_tag_without_articles_under_the_filters_counts_zero(planned: FlaskClient) -> None:
    detail = get(planned, f"{TAGS}/energie", **{"from": "2030-01-01"})
    assert (detail["count"], detail["first"], detail["last"], detail["related"]) == (0, None, None, [])


def test_unknown_tag_is_not_found_and_named(planned: FlaskClient) -> None:
    problem = get(planned, f"{TAGS}/gibt-es-nicht", 404)
    assert problem["code"] == "tag_not_found"
    assert "gibt-es-nicht" in problem["detail"]


def test_tag_without_letters_can_be_reached(make_client: MakeClient) -> None:
    client = make_client({"a": "Titel\n- Themen:\n- #🌊\n"})
    (tag,) = get(client, TAGS)["results"]
    assert tag["name"] == "🌊"
    assert get(client, tag["links"]["self"])["count"] == 1


def test_tag_that_is_listed_twice_counts_once(make_client: MakeClient) -> None:
    client = make_client({"a": "Titel\n- Themen:\n- #Öl\n- #öl\n"})
    (tag,) = get(client, TAGS)["results"]
    assert tag["count"] == 1
    (result,) = get(client, "/v1/articles")["results"]
    assert len(result["tags"]) == 1


def test_dates_the_wrong_way_round_are_noted(planned: FlaskClient) -> None:
    for address in (TAGS, f"{TAGS}/energie"):
        answer = get(planned, address, 200, **{"from": "2026-01-01", "to": "2025-01-01"})
        assert answer["query"]["notes"] == ["from lies after to; no article can be between them."]
        assert get(planned, address)["query"]["notes"] == []
