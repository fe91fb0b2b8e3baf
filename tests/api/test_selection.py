"""Which articles are meant: fields to search in, either date, dates relative to now, lengths, missing values."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from support import EXAMPLES, MakeClient, get, ids, write_archive

from service.api.app import create_app
from service.articles.corpus import Corpus, Fingerprint
from service.articles.dates import TIME_ZONE
from service.articles.model import Article
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store

SEARCH = "/v1/search"
_ARTICLES = [item for item in Corpus(EXAMPLES).read(Fingerprint()) if isinstance(item, Article)]
_FIELDS = ("title", "lead", "headings", "body", "tags", "authors")
_EVERYWHERE = {
    "title": "Deich\nVorspann.\nText.\n",
    "lead": "Titel\nDer Deich.\nText.\n",
    "body": "Titel\nVorspann.\nDer Deich.\n",
    "headings": "Titel\nVorspann.\n\nDeich\n\nText.\n\nNoch ein Satz.\n",
    "tags": "Titel\nVorspann.\nText.\n- Themen:\n- #Deich\n",
    "authors": "Autor: Anna Deich\nTitel\nVorspann.\nText.\n",
}


@pytest.fixture(scope="module")
def everywhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    place = tmp_path_factory.mktemp("everywhere")
    store = Store(place / "index")
    (place / "articles").mkdir()
    build(write_archive(place / "articles", _EVERYWHERE), store)
    engine = WhooshEngine(store)
    yield create_app(engine, Settings()).test_client()
    engine.close()


@given(st.sets(st.sampled_from(_FIELDS), min_size=1), st.sampled_from(["Deich", "deiche", '"deich"', "dei*", "=Deich"]))
def test_search_in_finds_words_in_these_fields_alone(everywhere: FlaskClient, fields: set[str], q: str) -> None:
    page = get(everywhere, SEARCH, q=q, search_in=",".join(fields))
    assert set(ids(page)) == fields
    assert page["query"]["search_in"] == [field for field in _FIELDS if field in fields]
    for result in page["results"]:
        marked = [one for place in result["highlights"].values() for one in place]
        assert bool(marked) == (result["id"] not in {"tags", "authors"})
        assert result["tier"] is not None


def test_words_may_stand_in_different_fields_of_those_searched_in(everywhere: FlaskClient) -> None:
    assert ids(get(everywhere, SEARCH, q="deich text", search_in="title,body")) == ["title"]
    assert ids(get(everywhere, SEARCH, q="deich text", search_in="title")) == []


def test_field_in_the_query_comes_before_search_in(everywhere: FlaskClient) -> None:
    assert ids(get(everywhere, SEARCH, q="lead:deich", search_in="title")) == ["lead"]


def test_search_without_hits_offers_all_fields(everywhere: FlaskClient) -> None:
    found = get(everywhere, SEARCH, q="deich vorspann", search_in="authors")["relaxations"]
    change = next(one for one in found if one["change"] == "all_fields")
    assert change["detail"] == "search_in"
    assert get(everywhere, change["links"]["self"])["total"]["value"] == change["total"] > 0


@pytest.mark.parametrize("field", ["tag", "source", "section", "author"])
def test_none_finds_articles_without_a_value(client: FlaskClient, field: str) -> None:
    name = {"tag": "tags", "author": "authors"}.get(field, field)
    without = {article.id for article in _ARTICLES if not getattr(article, name)}
    assert set(ids(get(client, SEARCH, page_size=100, **{field: "_none"}))) == without
    with_any = get(client, SEARCH, page_size=100, tag_not="_none")
    assert all(result["tags"] for result in with_any["results"])


def test_none_is_an_alternative_like_others(client: FlaskClient) -> None:
    wanted = {article.id for article in _ARTICLES if not article.tags or "Energie" in article.tags}
    assert set(ids(get(client, SEARCH, page_size=100, tag=["_none", "energie"]))) == wanted


@given(st.none() | st.integers(0, 900), st.none() | st.integers(0, 900))
def test_lengths_are_inclusive(shared_client: FlaskClient, least: int | None, most: int | None) -> None:
    limits = {name: limit for name, limit in (("min_words", least), ("max_words", most)) if limit is not None}
    page = get(shared_client, SEARCH, page_size=100, **limits)
    assert set(ids(page)) == {
        article.id
        for article in _ARTICLES
        if (least is None or article.word_count >= least) and (most is None or article.word_count <= most)
    }
    assert len(page["query"]["notes"]) == (least is not None and most is not None and least > most)


def test_use_date_says_which_date_is_meant(make_client: MakeClient) -> None:
    client = make_client(
        {
            "old": "Datum: 2020-01-01\nAktualisiert: 2026-01-01\nTitel\nText.\n",
            "new": "Datum: 2026-01-01\nTitel\nText.\n",
        }
    )
    assert ids(get(client, f"{SEARCH}?from=2026&to=2026")) == ["new"]
    page = get(client, f"{SEARCH}?from=2026&to=2026&use_date=modified&page_size=1")
    assert ids(page) == ["old"]
    assert page["query"]["use_date"] == "modified"


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2024", "2024-01-01T00:00:00+01:00", "2024-12-31T23:59:59.999999+01:00"),
        ("2024-02", "2024-02-01T00:00:00+01:00", "2024-02-29T23:59:59.999999+01:00"),
        ("2024-07-31", "2024-07-31T00:00:00+02:00", "2024-07-31T23:59:59.999999+02:00"),
    ],
)
def test_bare_date_is_whole_at_both_ends(client: FlaskClient, written: str, first: str, last: str) -> None:
    query = get(client, f"{SEARCH}?from={written}&to={written}")["query"]
    assert (query["from"], query["to"]) == (first, last)


@pytest.mark.parametrize(("written", "days"), [("now", 0), ("now-7d", 7), ("now-2w", 14)])
def test_relative_date_is_the_whole_day_so_long_ago(client: FlaskClient, written: str, days: int) -> None:
    before = datetime.now(TIME_ZONE).date()
    query = get(client, f"{SEARCH}?from={written}&to={written}")["query"]
    after = datetime.now(TIME_ZONE).date()
    wanted = {(day - timedelta(days=days)).isoformat() for day in (before, after)}
    assert {query["from"][:10], query["to"][:10]} <= wanted
    assert query["from"][11:19] == "00:00:00"
    assert query["to"][11:19] == "23:59:59"


@pytest.mark.parametrize(("written", "months"), [("now-1m", 1), ("now-13m", 13), ("now-2y", 24)])
def test_relative_date_in_months_is_the_same_day_or_the_last_of_the_month(
    client: FlaskClient, written: str, months: int
) -> None:
    now = datetime.now(TIME_ZONE)
    found = datetime.fromisoformat(get(client, f"{SEARCH}?from={written}")["query"]["from"])
    assert (now.year * 12 + now.month) - (found.year * 12 + found.month) == months
    assert found.day == now.day or (found + timedelta(days=1)).month != found.month


def test_relative_hours_are_counted_from_the_full_hour(client: FlaskClient) -> None:
    found = datetime.fromisoformat(get(client, f"{SEARCH}?from=now-12h")["query"]["from"])
    ago = datetime.now(TIME_ZONE) - found
    assert timedelta(hours=12) <= ago < timedelta(hours=13, minutes=1)
    assert (found.minute, found.second) == (0, 0)
    end = datetime.fromisoformat(get(client, f"{SEARCH}?to=now-12h")["query"]["to"])
    assert (end.minute, end.second, end.microsecond) == (59, 59, 999_999)


def test_relative_date_stays_relative_in_links(client: FlaskClient) -> None:
    page = get(client, f"{SEARCH}?to=now-1d&page_size=1")
    assert "to=now-1d" in page["next"]
    assert ids(get(client, page["next"])) != ids(page)


@pytest.mark.parametrize(
    "written", ["now-", "now-7", "now+1d", "now-7D", "2024-13", "2024-00", "2023-02-29", "0000", "20240", "now-9999y"]
)
def test_wrong_date_is_refused_with_examples(client: FlaskClient, written: str) -> None:
    (error,) = get(client, f"{SEARCH}?from={written}", 422)["errors"]
    assert error["parameter"] == "from"
    assert "now-7d" in error["message"]


def test_language_is_that_which_was_found_where_none_is_named(make_client: MakeClient) -> None:
    german = "Der Rat hat beschlossen, neue Häuser am Hafen zu bauen, weil viele Familien sie brauchen."
    english = "The council has decided to build new houses near the harbour because many families need them."
    client = make_client(
        {
            "german": f"Titel\n{german}\n",
            "english": f"Title\n{english}\n",
            "named": f"Sprache: tlh\nTitel\n{german}\n",
            "short": "Titel\nNichts.\n",
        }
    )
    languages = {"german": "de", "english": "en", "named": "tlh", "short": None}
    for article_id, language in languages.items():
        assert get(client, f"/v1/articles/{article_id}")["language"] == language
        assert ids(get(client, SEARCH, language=language or "_none")) == [article_id]
        assert language is None or ids(get(client, SEARCH, q=f"language:{language}")) == [article_id]
    values = get(client, SEARCH, facet="language")["facets"]["language"]["values"]
    assert {one["id"]: one["count"] for one in values} == {"de": 1, "en": 1, "tlh": 1}
