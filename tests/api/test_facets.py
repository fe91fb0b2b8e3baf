"""Facets, counted again by hand over the articles."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from support import EXAMPLES, MakeClient, get

from service.articles.corpus import Corpus, Fingerprint
from service.articles.dates import TIME_ZONE
from service.articles.model import Article
from service.articles.slug import slug
from service.search.facet import FacetField

SEARCH = "/v1/search"
_ARTICLES = [item for item in Corpus(EXAMPLES).read(Fingerprint()) if isinstance(item, Article)]
_VALUES: dict[str, Callable[[Article], Iterable[str]]] = {
    "tag": lambda article: {slug(tag) for tag in article.tags},
    "source": lambda article: [slug(article.source)] if article.source else [],
    "section": lambda article: [slug(article.section)] if article.section else [],
    "author": lambda article: {slug(author) for author in article.authors},
    # Those of the examples that do not name their language are German.
    "language": lambda article: [article.language or "de"],
    "year": lambda article: [str(article.published.astimezone(TIME_ZONE).year)] if article.published else [],
}
_KNOWN = {name: sorted({one for article in _ARTICLES for one in of(article)}) for name, of in _VALUES.items()}


def counted(facet: dict[str, Any]) -> dict[str, int]:
    return {value["id"]: value["count"] for value in facet["values"]}


def by_hand(name: str, filters: dict[str, list[str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for article in _ARTICLES:
        if all(set(_VALUES[field](article)) & set(wanted) for field, wanted in filters.items() if wanted):
            counts.update(_VALUES[name](article))
    return counts


@given(st.data(), st.sampled_from(["others", "all"]))
def test_facets_are_what_a_count_over_the_articles_finds(
    shared_client: FlaskClient, data: st.DataObject, scope: str
) -> None:
    filters = {
        name: data.draw(st.lists(st.sampled_from(_KNOWN[name]), max_size=2))
        for name in ("tag", "source", "section", "author", "language")
    }
    facets = get(shared_client, SEARCH, facet=[f"{it}:200" for it in FacetField], facet_scope=scope, **filters)[
        "facets"
    ]
    assert list(facets) == list(FacetField)
    for name, facet in facets.items():
        kept = {field: wanted for field, wanted in filters.items() if scope == "all" or field != name}
        assert counted(facet) == by_hand(name, kept)
        assert facet["distinct"] == len(facet["values"])


def test_values_stand_with_the_most_frequent_first_and_years_with_the_newest(client: FlaskClient) -> None:
    facets = get(client, SEARCH, facet=["tag:5", "year:2"])["facets"]
    counts = [value["count"] for value in facets["tag"]["values"]]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 5
    assert [value["id"] for value in facets["year"]["values"]] == sorted(_KNOWN["year"], reverse=True)[:2]
    assert facets["tag"]["distinct"] == len(_KNOWN["tag"])


@settings(max_examples=30)
@given(st.data(), st.sampled_from(["others", "all"]), st.sampled_from(["", "deich"]))
def test_link_of_a_value_leads_to_as_many_articles_as_it_counts(
    shared_client: FlaskClient, data: st.DataObject, scope: str, q: str
) -> None:
    names = ("tag", "tag_all", "source", "section", "author", "language")
    asked: dict[str, Any] = {
        name: data.draw(st.lists(st.sampled_from(_KNOWN[name.partition("_")[0]]), max_size=2)) for name in names
    }
    asked |= {name: data.draw(st.sampled_from(["", "2025", "2025-06", "2026-03-02"])) for name in ("from", "to")}
    asked["use_date"] = data.draw(st.sampled_from(["published", "modified"]))
    asked = {name: value for name, value in asked.items() if value}
    facets = get(shared_client, SEARCH, q=q, facet=list(FacetField), facet_scope=scope, page_size=0, **asked)["facets"]
    for field, facet in facets.items():
        for value in facet["values"]:
            link = value["links"]["self"]
            if link is None:
                is_dated = asked["use_date"] == "modified" and ("from" in asked or "to" in asked)
                assert (field == "year" and is_dated) or (field == "author" and value["id"] not in asked["author"])
            else:
                assert get(shared_client, link)["total"]["value"] == value["count"], value


def test_facet_q_keeps_values_with_a_word_that_begins_so(client: FlaskClient) -> None:
    expected = {tag for tag in _KNOWN["tag"] if "-s" in f"-{tag}"}
    facets = get(client, SEARCH, facet_q="tag:S", facet="tag:100")["facets"]
    assert set(counted(facets["tag"])) == expected
    few = get(client, SEARCH, facet_q="tag:S", facet="tag:1")["facets"]["tag"]
    assert len(few["values"]) == 1
    assert facets["tag"]["distinct"] == few["distinct"] == len(expected) > 1


def test_facets_hold_whatever_page_is_shown(client: FlaskClient) -> None:
    first, none = (get(client, SEARCH, q="deich", facet="tag", page_size=size) for size in (5, 0))
    assert first["facets"] == none["facets"]
    assert get(client, first["next"])["facets"] == first["facets"]


@pytest.mark.parametrize("parameters", ["facet=farbe", "facet=tag:0", "facet=tag:201", "facet=tag:", "facet=tag:1:2"])
def test_wrong_facet_is_refused(client: FlaskClient, parameters: str) -> None:
    (error,) = get(client, f"{SEARCH}?{parameters}", 422)["errors"]
    assert error["parameter"] == "facet"


@pytest.mark.parametrize("parameters", ["facet=tag&facet=tag:5", "facet_q=tag:a&facet_q=tag:b", "facet_q=tag"])
def test_facet_that_is_named_twice_or_says_nothing_is_refused(client: FlaskClient, parameters: str) -> None:
    assert get(client, f"{SEARCH}?{parameters}", 422)["code"] == "invalid_parameter"


def test_year_of_an_article_is_that_of_berlin(make_client: MakeClient) -> None:
    client = make_client({"a": "Datum: 2025-12-31T23:30:00+00:00\nTitel\nText.\n"})
    assert counted(get(client, SEARCH, facet="year")["facets"]["year"]) == {"2026": 1}
