"""Parts of lists: cursors, fields, snippets, explanations of scores, recency."""

import base64
import json
from itertools import permutations
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from support import SEED_ID, MakeClient, cursor_texts, get, ids

from service.api.responses import ResultSchema

SEARCH = "/v1/search"


def cursor_of(page: dict[str, Any]) -> str:
    (cursor,) = parse_qs(urlsplit(str(page["next"])).query)["cursor"]
    return cursor


def walked(client: FlaskClient, **parameters: Any) -> list[str]:
    page = get(client, SEARCH, cursor="*", **parameters)
    found = ids(page)
    while page["next"] is not None:
        page = get(client, page["next"])
        assert page["previous"] is None
        found += ids(page)
    return found


@pytest.mark.parametrize("size", [1, 3, 7, 100])
@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest", "title"])
def test_cursor_leads_through_every_result_once_in_the_order_of_pages(
    client: FlaskClient, sort: str, size: int
) -> None:
    for q in ("", "deich hafen"):
        whole = ids(get(client, SEARCH, q=q, match="any", sort=sort, page_size=100))
        assert walked(client, q=q, match="any", sort=sort, page_size=size) == whole


def test_cursor_leads_through_equal_scores_and_dates(make_client: MakeClient) -> None:
    client = make_client({f"{number:02}": "Datum: 2026-01-01\nTitel\nDeich.\n" for number in range(10)})
    for sort in ("relevance", "newest", "oldest", "title"):
        assert walked(client, q="deich", sort=sort, page_size=3) == [f"{number:02}" for number in range(10)]


def test_cursor_ends_where_a_full_part_is_the_last(client: FlaskClient) -> None:
    total = get(client, SEARCH, q="deich", page_size=0)["total"]["value"]
    assert get(client, SEARCH, q="deich", cursor="*", page_size=total)["next"] is None
    assert get(client, SEARCH, q="deich", cursor="*", page_size=0)["next"] is None


@pytest.mark.parametrize("sort", ["newest", "oldest", "title"])
def test_cursor_stays_right_when_the_archive_changes(make_client: MakeClient, sort: str) -> None:
    old = {f"b{day}": f"Datum: 2026-01-0{day}\nTitel {day}\nText.\n" for day in range(1, 7)}
    first = get(make_client(old), SEARCH, sort=sort, cursor="*", page_size=3)
    # What is new stands before or behind everything; the article of the cursor is gone.
    new = {"a": "Datum: 2020-01-01\nTitel 0\nText.\n", "z": "Datum: 2027-01-01\nTitel 7\nText.\n"}
    kept = {name: text for name, text in old.items() if name != ids(first)[-1]}
    rest = get(make_client(kept | new), f"{first['next']}&fields=id")
    expected = [name for name in old if name not in ids(first)]
    assert [name for name in ids(rest) if name in old] == (expected[::-1] if sort == "newest" else expected)
    assert rest["query"]["notes"] == []


def test_cursor_of_relevance_says_when_the_archive_has_changed(make_client: MakeClient) -> None:
    archive = {name: f"Titel\nDeich {name}.\n" for name in "abc"}
    first = get(make_client(archive), SEARCH, q="deich", cursor="*", page_size=1)
    assert get(make_client(archive), first["next"])["query"]["notes"] == []
    (note,) = get(make_client(archive | {"d": "Titel\nText.\n"}), first["next"])["query"]["notes"]
    assert "archive has changed" in note


@given(cursor_texts())
def test_made_up_cursor_is_refused(shared_client: FlaskClient, text: str) -> None:
    (error,) = get(shared_client, SEARCH, 422, cursor=text)["errors"]
    assert error["parameter"] == "cursor"


@pytest.mark.parametrize(
    "values",
    [
        ["newest", "1", 0, "id", "generation", [], ""],
        ["title", 1, 0, "id", "generation", [], ""],
        ["newest", 1, 0.5, "id", "generation", [], ""],
        ["newest", 1, 0, 7, "generation", [], ""],
        ["newest", 1, 0, "", "generation", [], ""],
        ["newest", 1, 0, "id", "generation", [7], ""],
        ["newest", 1, 0, "id", "generation", 7, ""],
        ["newest", 1, 0, "id"],
        ["nearest", 1, 0, "id", "generation", [], ""],
    ],
)
def test_cursor_with_other_values_is_refused(client: FlaskClient, values: list[object]) -> None:
    text = base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")
    (error,) = get(client, SEARCH, 422, cursor=text)["errors"]
    assert error["parameter"] == "cursor"


def test_cursor_of_relevance_goes_on_where_its_article_stands_now(make_client: MakeClient) -> None:
    archive = {f"{number:02}": f"Titel\nText{' Deich' * number} {'Wort ' * number}.\n" for number in range(1, 31)}
    page = get(make_client(archive), SEARCH, q="deich", cursor="*", page_size=10)
    old = ids(get(make_client(archive), SEARCH, q="deich", page_size=100))
    assert ids(page) == old[:10]
    # Many of those without the word are gone, so all scores are others.
    changed = make_client(archive | {f"x{number}": "Titel\nText.\n" for number in range(60)})
    rest = ids(get(changed, f"{page['next']}&page_size=100"))
    assert set(old[12:]) <= set(rest)  # but for neighbours, whose order may be another now
    assert set(rest).isdisjoint(old[:8])


_SORTS = ("relevance", "newest", "oldest", "title")


@pytest.mark.parametrize("path", [SEARCH, "/v1/export"])
@pytest.mark.parametrize(("made", "used"), list(permutations(_SORTS, 2)))
def test_cursor_of_another_order_is_refused(client: FlaskClient, path: str, made: str, used: str) -> None:
    cursor = cursor_of(get(client, SEARCH, q="deich", sort=made, cursor="*", page_size=2))
    (error,) = get(client, path, 422, q="deich", sort=used, cursor=cursor)["errors"]
    assert error["parameter"] == "cursor"
    assert made in error["message"]


@pytest.mark.parametrize("other", [{"q": "hafen"}, {"match": "any"}, {"recency": "30d"}, {"search_in": "title"}, {}])
def test_cursor_of_other_scores_is_refused(client: FlaskClient, other: dict[str, str]) -> None:
    asked = {"q": "deich", "recency": "10d"} if other else {"q": ""}
    cursor = cursor_of(get(client, SEARCH, **asked, cursor="*", page_size=2))
    changed = {**asked, **other} if other else {"q": "deich"}
    (error,) = get(client, SEARCH, 422, **changed, cursor=cursor)["errors"]
    assert error["parameter"] == "cursor"
    narrower = {**asked, "to": "2026", "tag_not": "sport"}  # filters change no score
    assert get(client, SEARCH, **narrower, cursor=cursor)["results"]


@pytest.mark.parametrize("path", ["/v1/articles", SEARCH])
@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("gone", [1, 2, 3, 4, 5])
def test_cursor_whose_articles_are_gone_repeats_and_loses_nothing(
    make_client: MakeClient, path: str, size: int, gone: int
) -> None:
    archive = {f"{number:02}": f"Titel {number}\nText.\n" for number in range(12)}  # undated: all are equal
    old = make_client(archive)
    shown: list[str] = []
    following = f"{path}?cursor=*&page_size={size}"
    while len(shown) < 5:
        page = get(old, following)
        shown += ids(page)
        following = page["next"]
    left = make_client({name: text for name, text in archive.items() if name not in shown[-gone:]})
    page = get(left, following.replace(f"page_size={size}", "page_size=100"))
    assert bool(page["query"]["notes"]) is (gone > 3)
    if gone > 3:  # more than a cursor remembers: nothing is lost, and that some may come twice is said
        assert set(ids(page)) >= set(archive) - set(shown)
    else:
        assert ids(page) == [name for name in archive if name not in shown]


def test_cursor_goes_with_no_page(client: FlaskClient) -> None:
    (error,) = get(client, SEARCH, 422, cursor="*", page=2)["errors"]
    assert error["parameter"] == "page"


def test_cursor_goes_deeper_than_pages(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.api.selection.MAX_DEPTH", 4)
    client = make_client({str(number): "Titel\nText.\n" for number in range(9)})
    assert get(client, SEARCH, 422, page=3, page_size=2)["code"] == "page_too_deep"
    assert len(walked(client, page_size=2)) == 9


def test_without_fields_a_result_has_everything(client: FlaskClient) -> None:
    names = [field.data_key or name for name, field in ResultSchema().dump_fields.items()]
    for result in get(client, SEARCH, q="deich")["results"]:
        assert list(result) == names
        assert all(list(tag) == ["id", "name"] for tag in result["tags"])


@given(st.lists(st.sampled_from([*ResultSchema().dump_fields, "tags.name", "links.self", "highlights.body"])))
def test_fields_are_all_that_a_result_has_beside_its_id(shared_client: FlaskClient, names: list[str]) -> None:
    fields = {"fields": ",".join(names)} if names else {}
    sparse = get(shared_client, SEARCH, q="deich hafen", match="any", **fields)["results"]
    whole = get(shared_client, SEARCH, q="deich hafen", match="any")["results"]
    tops = {"id", *(name.partition(".")[0] for name in names)}
    for some, everything in zip(sparse, whole, strict=True):
        assert list(some) == [name for name in everything if not names or name in tops]
        for name in some:
            inner = [path.partition(".")[2] for path in names if path.startswith(f"{name}.")]
            if not inner or name in names:
                assert some[name] == everything[name]
            elif isinstance(some[name], list):
                assert some[name] == [{key: one[key] for key in inner} for one in everything[name]]
            else:
                assert some[name] == {key: everything[name][key] for key in dict.fromkeys(inner)}


def test_unknown_field_is_named(client: FlaskClient) -> None:
    (error,) = get(client, SEARCH, 422, fields="id,titel")["errors"]
    assert "'titel'" in error["message"]
    assert "title" in error["message"]


def test_next_keeps_fields_and_snippets(client: FlaskClient) -> None:
    page = get(client, SEARCH, q="deich", page_size=1, fields="id", snippets=1, snippet_length=99, highlight="off")
    for part in ("fields=id", "snippets=1", "snippet_length=99", "highlight=off"):
        assert part in page["next"]


@pytest.mark.parametrize("number", [0, 1, 2, 5])
def test_no_more_snippets_than_asked_for_and_none_longer(client: FlaskClient, number: int) -> None:
    results = get(client, SEARCH, q="der deich", match="any", snippets=number, snippet_length=60, page_size=50)[
        "results"
    ]
    passages = [result["highlights"]["body"] for result in results]
    assert max(map(len, passages)) == number
    texts = [one["text"] for found in passages for one in found]
    assert all(len(text) <= 60 for text in texts)


def test_highlight_off_leaves_out_marks_and_keeps_the_tier(client: FlaskClient) -> None:
    with_marks, without = (get(client, SEARCH, q="deiche", highlight=it)["results"] for it in ("on", "off"))
    assert [one["tier"] for one in without] == [one["tier"] for one in with_marks]
    assert all(one["highlights"] == {"title": [], "body": []} for one in without)


@pytest.mark.parametrize("match", ["all", "any"])
@pytest.mark.parametrize(
    "q",
    [
        *("deich", "Deiche hafen", '"am Morgen"', "stadt*", "Küstenschutzplan", "deich -hafen", "title:deich OR Löwe"),
        *("tag:energie deich", "Wie hoch ist der Deich am Hafen?", "=haus", "NOT deich"),
    ],
)
def test_explanation_adds_up_to_the_score(client: FlaskClient, q: str, match: str) -> None:
    for recency in ({}, {"recency": "50d"}):
        results = get(client, SEARCH, q=q, match=match, explain="score", page_size=20, **recency)["results"]
        for result in results:
            parts = [part["score"] for part in result["explanation"]]
            assert sum(parts) == pytest.approx(result["score"], rel=1e-4, abs=1e-4)
            assert parts == sorted(parts, reverse=True)


def test_explanation_names_field_tier_and_term(make_client: MakeClient) -> None:
    client = make_client({"a": "Die Deiche\nVorspann.\nDer Deich.\n", "b": "Titel\nText.\n"})
    (result,) = get(client, SEARCH, q="deiche", explain="score")["results"]
    found = {(part["field"], part["tier"]) for part in result["explanation"]}
    assert {("title", "inflection"), (None, "exact"), (None, "variant"), (None, "compound")} <= found
    assert get(client, SEARCH, q="deiche")["results"][0]["explanation"] is None
    assert get(client, SEARCH, explain="score")["results"][0]["explanation"] is None


def test_recency_lets_the_newest_count_twice_and_halves_what_is_more(make_client: MakeClient) -> None:
    client = make_client(
        {
            name: f"Datum: {day}\nTitel\nDeich.\n"
            for name, day in (("new", "2026-03-01"), ("half", "2026-01-30"), ("old", "1990-01-01"))
        }
        | {"undated": "Titel\nDeich.\n"}
    )
    plain = {it["id"]: it["score"] for it in get(client, SEARCH, q="deich")["results"]}
    page = get(client, SEARCH, q="deich", recency="30d")
    found = {it["id"]: it["score"] / plain[it["id"]] for it in page["results"]}
    assert found == pytest.approx({"new": 2.0, "half": 1.5, "old": 1.0, "undated": 1.0}, rel=1e-3)
    assert page["query"]["recency"] == "30d"
    assert get(client, SEARCH, recency="30d")["query"]["notes"] == [
        "recency has no effect: the order is not that of relevance."
    ]


def test_date_in_the_future_leaves_recency_to_the_others(make_client: MakeClient) -> None:
    dates = {"wrong": "9999-12-31", "new": "2025-03-01", "half": "2025-01-30", "old": "1990-01-01"}
    client = make_client({name: f"Datum: {day}\nTitel\nDeich.\n" for name, day in dates.items()})
    plain = {it["id"]: it["score"] for it in get(client, SEARCH, q="deich")["results"]}
    results = get(client, SEARCH, q="deich", recency="30d", explain="score")["results"]
    found = {it["id"]: it["score"] / plain[it["id"]] for it in results}
    assert found == pytest.approx({"wrong": 2.0, "new": 2.0, "half": 1.5, "old": 1.0}, rel=1e-3)


@pytest.mark.parametrize("recency", ["0d", "30", "d", "-1d", "1.5d", "123456d"])
def test_wrong_recency_is_refused(client: FlaskClient, recency: str) -> None:
    (error,) = get(client, SEARCH, 422, recency=recency)["errors"]
    assert error["parameter"] == "recency"


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/v1/articles", ["id", "title"]),
        ("/v1/tags", ["id", "count"]),
        ("/v1/authors", ["id", "name"]),
        (f"/v1/articles/{SEED_ID}/similar", ["id", "shared"]),
        (f"/v1/articles/{SEED_ID}/versions", ["id", "similarity"]),
        ("/v1/concordance?q=deich", ["left", "match", "right"]),
        ("/v1/suggest?q=klim", ["text", "count"]),
        (f"/v1/articles/{SEED_ID}/tag-suggestions", ["id", "score"]),
        (f"/v1/articles?id={SEED_ID}", ["id", "text"]),
    ],
)
def test_lists_know_fields_too(client: FlaskClient, address: str, fields: list[str]) -> None:
    results = get(client, f"{address}{'&' if '?' in address else '?'}fields={','.join(fields)}")["results"]
    assert [list(result) for result in results] == [fields] * len(results) != []


def test_timeline_and_name_know_fields_too(client: FlaskClient) -> None:
    answer = get(client, "/v1/timeline?q=deich&interval=year&fields=q,points.start,points.count")
    (whole,) = get(client, "/v1/timeline?q=deich&interval=year")["series"]
    points = [{"start": it["start"], "count": it["count"]} for it in whole["points"]]
    assert answer["series"] == [{"q": "deich", "points": points}]
    assert answer["intervals"]
    for path in ("/v1/tags/energie", "/v1/sources/kuestendienst"):
        name = get(client, path)
        sparkline = [{"count": it["count"]} for it in name["sparkline"]]
        found = get(client, f"{path}?fields=name,sparkline.count")
        assert found == {"id": name["id"], "name": name["name"], "sparkline": sparkline}


@pytest.mark.parametrize(
    ("address", "field"),
    [("/v1/articles", "text"), (f"/v1/articles?id={SEED_ID}", "highlights"), ("/v1/timeline", "id")],
)
def test_field_of_another_answer_is_refused(client: FlaskClient, address: str, field: str) -> None:
    (error,) = get(client, f"{address}{'&' if '?' in address else '?'}fields={field}", 422)["errors"]
    assert (error["parameter"], error["message"].split(";")[0]) == ("fields", f"has no {field!r}")


def test_article_has_the_fields_that_are_asked_for(client: FlaskClient) -> None:
    whole = get(client, f"/v1/articles/{SEED_ID}")
    assert get(client, f"/v1/articles/{SEED_ID}", fields="text,tags.name") == {
        "id": whole["id"],
        "tags": [{"name": "Energie"}],
        "text": whole["text"],
    }
