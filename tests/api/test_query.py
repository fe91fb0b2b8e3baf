"""The same search by GET, by QUERY (RFC 10008) and by POST."""

import re
from typing import Any

import pytest
import structlog
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as configured
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from service.api.app import create_app
from service.api.body import MOST_BYTES
from service.api.formats import LIST_FORMATS
from service.api.negotiate import Format
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.search.request import Match, Sort, TextField, UseDate
from service.search.tier import EXPANSIONS

SEARCH = "/v1/search"
BODIES = ("QUERY", "POST")
WORDS = st.sampled_from(["deich", "haus", "Sturmflut", '"der Rat"', "NOT", "(", "title:deich", "*", "über", "\x00"])
SLUGS = st.lists(st.sampled_from(["energie", "Bahn", "Küstenschutz", "_none", "a,b", " ", "x&y=z"]), max_size=3)
DATES = st.sampled_from(["2026", "2026-11", "2024-02-30", "now-7d", "2026-11-23T14:30+01:00", "gestern"])


def _values(kind: Any) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from([str(value) for value in kind]), max_size=3)


REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "q": st.lists(WORDS, max_size=4).map(" ".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        "match": st.sampled_from([*map(str, Match), "some"]),
        "expand": _values(EXPANSIONS),
        "search_in": _values(TextField),
        "explain": st.just(["terms"]),
        "tag": SLUGS,
        "tag_all": SLUGS,
        "author": SLUGS,
        "language": st.lists(st.sampled_from(["de", "en-GB"]), max_size=2),
        "from": DATES,
        "to": DATES,
        "use_date": st.sampled_from([*map(str, UseDate), "x"]),
        "min_words": st.integers(-1, 500),
        "max_words": st.integers(100, 10**12),
        "page": st.integers(-1, 5) | st.just(2_000),
        "page_size": st.integers(0, 101),
        "sort": st.sampled_from([*map(str, Sort), "datum"]),
        "farbe": st.just("rot"),
    },
)
_COMMAS = {"expand", "search_in", "explain"}


def _in_address(members: dict[str, Any]) -> dict[str, Any]:
    return {name: ",".join(value) if name in _COMMAS else value for name, value in members.items()}


def _untimed(response: TestResponse) -> str:
    return re.sub(r'"took_ms":[0-9.]+', "", response.text)


@configured(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(REQUESTS)
def test_answers_to_get_query_and_post_are_equal(client: FlaskClient, members: dict[str, Any]) -> None:
    expected = client.get(SEARCH, query_string=_in_address(members))
    for method in BODIES:
        for body in (members, _in_address(members) if "expand" in members else members):
            response = client.open(SEARCH, method=method, json=body)
            assert (response.status_code, _untimed(response)) == (expected.status_code, _untimed(expected))
            assert response.headers.get("Link") == expected.headers.get("Link")
            if response.status_code == 200:
                assert _untimed(client.get(response.headers["Location"])) == _untimed(expected)


@pytest.mark.parametrize("method", BODIES)
@pytest.mark.parametrize("kind", LIST_FORMATS, ids=str)
def test_location_leads_to_the_same_answer_in_its_format(client: FlaskClient, method: str, kind: Format) -> None:
    body = {"q": "deich", "page_size": 3, "page": 2}
    named = client.open(SEARCH, method=method, json={**body, "format": kind.name})
    accepted = client.open(SEARCH, method=method, json=body, headers={"Accept": kind.media_type})
    for response in (named, accepted):
        found = client.get(response.headers["Location"])
        assert (found.status_code, found.mimetype) == (200, kind.media_type)
        assert _untimed(found) == _untimed(response)


@configured(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(REQUESTS)
def test_etag_of_get_is_that_of_query(client: FlaskClient, members: dict[str, Any]) -> None:
    expected = client.head(SEARCH, query_string=_in_address(members)).headers.get("ETag")
    response = client.open(SEARCH, method="QUERY", json=members)
    assert response.headers.get("ETag") == expected
    if expected is not None:
        again = client.open(SEARCH, method="QUERY", json=members, headers={"If-None-Match": expected})
        assert (again.status_code, again.data) == (304, b"")


def test_answer_to_query_may_be_stored_and_that_to_post_not(client: FlaskClient) -> None:
    query, post = (client.open(SEARCH, method=method, json={"q": "deich"}) for method in BODIES)
    assert query.headers["Cache-Control"] == client.get(SEARCH).headers["Cache-Control"]
    assert post.headers["Cache-Control"] == "no-store"
    assert "ETag" not in post.headers
    assert client.post(SEARCH, json={"q": "deich"}, headers={"If-None-Match": "*"}).status_code == 200


@pytest.mark.parametrize("method", BODIES)
@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("page", "2", "must be a whole number, such as 2."),
        ("page", True, "must be a whole number, such as 2."),
        ("page", 1.5, "must be a whole number, such as 2."),
        ("page", None, "is null; leave it out."),
        ("fields", None, "is null; leave it out."),
        ("page", -1, "must be at least 1."),
        ("snippets", 10**12, "must be between 0 and 5."),
        ("facet", "tag", 'must be an array of strings, such as ["tag:5"].'),
        ("page", [1], "must be a whole number, such as 2."),
        ("page", {"a": 1}, "must be a whole number, such as 2."),
        ("page", 1e300, "is out of range; whole numbers go from 0 to 999999999 here."),
        ("page", 0, "must be at least 1."),
        ("q", 7, "must be a string."),
        ("q", None, "is null; leave it out."),
        ("q", ["deich"], "must be a string."),
        ("tag", "energie", 'must be an array of strings, such as ["energie"].'),
        ("tag", [["energie"]], 'must be an array of strings, such as ["energie"].'),
        ("tag", [1], 'must be an array of strings, such as ["energie"].'),
        ("tag", None, "is null; leave it out."),
        ("search_in", 1, "must be a string, or an array of strings."),
        ("search_in", [None], "must be a string, or an array of strings."),
        ("sort", False, "must be a string."),
    ],
)
def test_member_of_a_wrong_type_is_refused(
    client: FlaskClient, method: str, member: str, value: Any, message: str
) -> None:
    response = client.open(SEARCH, method=method, json={member: value})
    assert response.status_code == 422
    problem = response.get_json()
    assert problem["code"] == "invalid_parameter"
    assert problem["errors"] == [{"parameter": member, "message": message}]


def test_fields_are_an_array_or_one_text(client: FlaskClient) -> None:
    for value in (["id", "tags.name"], "id,tags.name"):
        results = client.post(SEARCH, json={"q": "deich", "fields": value}).get_json()["results"]
        assert [list(result) for result in results] == [["id", "tags"]] * len(results) != []
    (error,) = client.post(SEARCH, json={"fields": ["id,tags"]}).get_json()["errors"]
    assert (error["parameter"], error["message"][:13]) == ("fields", "has no 'id,ta")


@pytest.mark.parametrize("value", [["title,lead"], ["titel"], [""]])
def test_array_of_a_closed_vocabulary_has_only_its_values(client: FlaskClient, value: list[str]) -> None:
    problem = client.post(SEARCH, json={"search_in": value})
    assert problem.status_code == 422
    assert problem.get_json()["errors"][0]["message"].startswith(f"has no {value[0]!r}; name some of title, lead,")


def test_null_is_what_is_not_given(client: FlaskClient) -> None:
    nothing = dict.fromkeys(["from", "to", "min_words", "max_words"])
    response = client.open(SEARCH, method="QUERY", json={"q": "deich", "page": 1.0, **nothing})
    assert response.headers["ETag"] == client.get(f"{SEARCH}?q=deich").headers["ETag"]


def test_every_wrong_member_is_named_at_once(client: FlaskClient) -> None:
    problem = client.post(SEARCH, json={"page": "x", "sort": "y", "farbe": 1, "min_words": -1}).get_json()
    assert problem["code"] == "unknown_parameter"
    assert {error["parameter"] for error in problem["errors"]} == {"page", "sort", "farbe", "min_words"}


@pytest.mark.parametrize("method", BODIES)
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_parameter"),
        (b"{", 400, "invalid_parameter"),
        (b'{"q": NaN}', 400, "invalid_parameter"),
        (b'{"q": "\\ud800"}', 400, "invalid_parameter"),
        (b'{"q": "\xff"}', 400, "invalid_parameter"),
        (b"[" * 100_0 + b"]" * 100_0, 400, "invalid_parameter"),
        (b'{"q": ' + b"[" * 990 + b"]" * 990 + b"}", 422, "invalid_parameter"),
        (b'["q"]', 400, "invalid_parameter"),
        (b"null", 400, "invalid_parameter"),
        (b'{"q": "a", "page": 1, "q": "b"}', 422, "repeated_parameter"),
        (b'{"q": "%s"}' % (b"a" * MOST_BYTES), 413, "invalid_parameter"),
    ],
)
def test_body_that_cannot_be_read_is_refused(
    client: FlaskClient, method: str, body: bytes, status: int, code: str
) -> None:
    response = client.open(SEARCH, method=method, data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert response.content_type == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "missing"),
    [
        ({}, "Accept"),
        ({"Content-Type": "text/plain"}, "Accept"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "Accept"),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, "Accept-Encoding"),
    ],
)
@pytest.mark.parametrize("method", BODIES)
def test_body_of_another_type_is_refused(
    client: FlaskClient, method: str, headers: dict[str, str], missing: str
) -> None:
    response = client.open(SEARCH, method=method, data=b'{"q": "deich"}', headers=headers)
    assert (response.status_code, response.get_json()["code"]) == (415, "unsupported_media_type")
    assert response.headers[missing] in {"application/json", "identity"}


def test_charset_beside_the_type_makes_no_difference(client: FlaskClient) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert client.open(SEARCH, method="QUERY", data=b'{"q": "deich"}', headers=headers).status_code == 200


@pytest.mark.parametrize("method", BODIES)
def test_parameters_in_the_address_beside_a_body_are_refused(client: FlaskClient, method: str) -> None:
    response = client.open(f"{SEARCH}?q=haus&page=2", method=method, json={"q": "deich"})
    assert response.status_code == 422
    assert [error["parameter"] for error in response.get_json()["errors"]] == ["q", "page"]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "QUERY", "POST", "PUT"])
def test_search_says_what_it_takes_by_query(client: FlaskClient, method: str) -> None:
    assert client.open(SEARCH, method=method).headers["Accept-Query"] == "application/json"
    assert "Accept-Query" not in client.open("/v1/tags", method=method).headers


def test_search_that_no_address_can_hold_is_answered(client: FlaskClient) -> None:
    many = [f"thema-{number}" for number in range(1_000)]
    response = client.open(SEARCH, method="QUERY", json={"tag_not": many, "page_size": 1})
    page = response.get_json()
    assert len(page["query"]["tag_not"]) == 1_000
    assert not {"Location", "Link"} & set(response.headers.keys())
    assert page["next"] is None


def test_log_says_what_a_body_asked_for_when_it_is_told_to(examples_engine: WhooshEngine) -> None:
    client = create_app(examples_engine, Settings(log_queries=True)).test_client()
    with structlog.testing.capture_logs() as lines:
        client.post(SEARCH, json={"q": "haus"})
        client.post(SEARCH, json={})
    assert [line.get("q") for line in lines] == ["haus", None]


def test_search_that_is_too_long_for_an_address_has_no_links_and_says_how_to_go_on(client: FlaskClient) -> None:
    asked: dict[str, Any] = {"tag": [f"{number}{'z' * 90}" for number in range(100)], "page_size": 1}
    asked["tag"][0] = "energie"
    page = client.post(SEARCH, json=asked).get_json()
    assert (page["total"]["value"] > 1, page["next"], page["previous"]) == (True, None, None)
    assert page["query"]["notes"][-1].endswith("ask for other pages in the body.")
    assert client.post(SEARCH, json={**asked, "page": 2}).get_json()["results"]


@pytest.mark.parametrize("address", [f"{SEARCH}?q=L%F6we", f"{SEARCH}?tag=%FF", "/v1/tags?na%FCme=a"])
def test_parameters_that_are_no_utf8_are_refused(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.get_json()["detail"][:29]) == (400, "The parameters must be UTF-8,")
