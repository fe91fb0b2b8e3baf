"""Tiers, corrections, explanations and relaxations over HTTP."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from support import MakeClient, get, ids

SEARCH = "/v1/search"
ARCHIVE = {
    "haus": "Datum: 2026-01-01\nQuelle: Bote\nTitel\nVorspann.\nDas Haus steht am Deich.\n- Themen:\n- #Bauen\n",
    "häuser": "Datum: 2025-01-01\nTitel\nVorspann.\nDie Häuser stehen am Hafen.\n",
    "meister": "Titel\nVorspann.\nDer Hausmeister grüßt.\n",
    "schutz": "Titel\nVorspann.\nDer Schutz gegen Hitze ist ganz allgemein im Sommer so gut wie die Wärme.\n",
}


@pytest.fixture
def small(make_client: MakeClient) -> FlaskClient:
    return make_client(ARCHIVE)


def test_result_has_its_best_tier_and_each_range_its_own(small: FlaskClient) -> None:
    page = get(small, SEARCH, q="Haus")
    assert [(it["id"], it["tier"]) for it in page["results"]] == [
        ("haus", "exact"),
        ("häuser", "inflection"),
        ("meister", "compound"),
    ]
    for result in page["results"]:
        (passage,) = result["highlights"]["body"]
        assert [mark["tier"] for mark in passage["ranges"]] == [result["tier"]]
    assert "<mark>Haus</mark>meister" in page["results"][2]["highlights"]["body"][0]["html"]


def test_listed_article_has_no_tier(small: FlaskClient) -> None:
    assert {result["tier"] for result in get(small, SEARCH)["results"]} == {None}


@pytest.mark.parametrize(
    ("expand", "found"),
    [
        ("", ["haus"]),
        ("variant", ["haus"]),
        ("variant,inflection", ["haus", "häuser"]),
        ("variant,inflection,compound,typo", ["haus", "häuser", "meister"]),
    ],
)
def test_expand_switches_tiers_on(small: FlaskClient, expand: str, found: list[str]) -> None:
    page = get(small, f"{SEARCH}?q=Haus&expand={expand}")
    assert ids(page) == found
    assert page["query"]["expand"] == [tier for tier in expand.split(",") if tier]


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ("expand=exact", "expand"),
        ("expand=variant,stem", "expand"),
        ("expand=Variant", "expand"),
        ("expand=variant&expand=typo", "expand"),
        ("expand=variant,,typo", "expand"),
        ("explain=scores", "explain"),
        ("explain=terms&explain=terms", "explain"),
    ],
)
def test_unknown_or_repeated_name_is_refused(small: FlaskClient, parameters: str, named: str) -> None:
    problem = get(small, f"{SEARCH}?q=haus&{parameters}", 422)
    assert [error["parameter"] for error in problem["errors"]] == [named]


def test_order_of_tiers_makes_no_difference(small: FlaskClient) -> None:
    one, other, default = (
        small.get(f"{SEARCH}?q=Haus&page_size=1{expand}")
        for expand in (
            "&expand=typo,compound,inflection,variant",
            "&expand=variant,inflection,compound,typo",
            "",
        )
    )
    assert one.headers["ETag"] == other.headers["ETag"] == default.headers["ETag"]
    assert one.get_json()["next"] == default.get_json()["next"] == f"{SEARCH}?q=Haus&page=2&page_size=1"


def test_next_keeps_tiers_and_explanation(small: FlaskClient) -> None:
    page = get(small, f"{SEARCH}?q=Haus&expand=inflection,variant&explain=terms&page_size=1")
    asked = parse_qs(urlsplit(page["next"]).query)
    assert asked["expand"] == ["variant,inflection"]
    assert asked["explain"] == ["terms"]
    following = get(small, page["next"])
    assert following["query"] == page["query"]
    assert following["terms"] == page["terms"]


def test_corrected_says_what_was_searched_instead(small: FlaskClient) -> None:
    page = get(small, SEARCH, q="Hausmeisster")
    assert page["corrected"] == [{"word": "hausmeisster", "searched": "hausmeister"}]
    assert [(it["id"], it["tier"]) for it in page["results"]] == [("meister", "typo")]
    assert get(small, SEARCH, q="Hausmeister")["corrected"] == []
    assert get(small, f"{SEARCH}?q=Hausmeisster&expand=variant")["corrected"] == []


def test_explanation_has_counts_for_every_word(small: FlaskClient) -> None:
    haus, meister = get(small, SEARCH, q="Haus -Hausmeister", explain="terms")["terms"]
    assert haus["form"] == {"term": "haus", "count": 1}
    assert haus["variants"] == [{"term": "haus", "count": 1}]
    assert haus["stems"][0] == {"term": "haus", "count": 2}
    assert haus["compounds"][0] == {"term": "haus", "count": 3}
    assert (haus["word"], haus["searched"], haus["parts"]) == ("haus", "haus", [])
    assert [part["term"] for part in meister["parts"]] == ["haus", "meister"]


def test_explanation_has_the_corrections_of_an_unknown_word(small: FlaskClient) -> None:
    (explained,) = get(small, SEARCH, q="Hausmeisster", explain="terms")["terms"]
    assert (explained["word"], explained["searched"]) == ("hausmeisster", "hausmeister")
    assert {"term": "hausmeister", "count": 1} in explained["corrections"]


def test_without_being_asked_nothing_is_explained(small: FlaskClient) -> None:
    assert get(small, SEARCH, q="Haus")["terms"] is None
    assert get(small, SEARCH, explain="terms")["terms"] == []


def relaxed(client: FlaskClient, address: str) -> dict[tuple[str, str], dict[str, Any]]:
    """The relaxations of a search without hits, each of whose links finds what it promises."""
    page = get(client, address)
    assert page["total"]["value"] == 0
    for change in page["relaxations"]:
        found = get(client, change["links"]["self"])
        assert found["total"]["value"] == change["total"] > 0
    return {(change["change"], change["detail"]): change for change in page["relaxations"]}


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("q=Haus+Sonne", {("drop_word", "Sonne"): 3, ("any_word", "match"): 3}),
        ("q=Haus+Deich+-Titel", {("drop_word", "-Titel"): 1}),
        ("q=Haus&from=2027-01-01", {("widen_dates", "from, to"): 3}),
        ("q=Haus&tag=bauen&source=anders", {("drop_filter", "source"): 1}),
        ("q=title:Haus", {("all_fields", "q"): 3}),
        ("q=Hausmeister&source=bote", {("drop_filter", "source"): 1, ("split_compound", "haus meister"): 0}),
        ("q=H%C3%A4usern&expand=", {("all_forms", "expand"): 3}),
        ("q=W%C3%A4rmeschutz", {("split_compound", "wärme schutz"): 1}),
        ("q=Xqzwv", {}),
        ("tag=nie", {("drop_filter", "tag"): 4}),
    ],
)
def test_search_without_hits_says_which_change_would_find_how_many(
    small: FlaskClient, parameters: str, expected: dict[tuple[str, str], int]
) -> None:
    found = relaxed(small, f"{SEARCH}?{parameters}")
    assert {name: change["total"] for name, change in found.items()} == {
        name: total for name, total in expected.items() if total
    }


def test_relaxed_search_keeps_what_else_was_asked(small: FlaskClient) -> None:
    found = relaxed(small, f"{SEARCH}?q=Haus+Sonne&page_size=2&page=3&sort=newest&expand=inflection,variant")
    asked = parse_qs(urlsplit(found["drop_word", "Sonne"]["links"]["self"]).query)
    assert asked == {"q": ["Haus"], "sort": ["newest"], "expand": ["variant,inflection"]}


def test_search_with_hits_offers_no_changes(small: FlaskClient) -> None:
    assert get(small, SEARCH, q="Haus", page=9)["relaxations"] == []


@pytest.mark.parametrize(
    "q", ["*", "()", "=", '=""', "Bürger*", "a*b", "-" * 9, "ſ", "\u0301", "\u00ad", "İ", "ß" * 99]
)
def test_any_text_is_answered_and_explained(small: FlaskClient, q: str) -> None:
    once = get(small, SEARCH, q=q, explain="terms")
    assert {**once, "took_ms": 0} == {**get(small, SEARCH, q=q, explain="terms"), "took_ms": 0}
