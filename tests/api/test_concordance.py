import csv
import io
import json
from itertools import chain
from typing import Any
from urllib.parse import parse_qs

import marshmallow as ma
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from support import MakeClient, cursor_texts, get

from service.api.concordance import ConcordancePageSchema
from service.index.arrays import evaluator, proximity

_ADDRESS = "/v1/concordance"
_ARCHIVE = {
    "ordner/a": 'Datum: 2026-01-02\nQuelle: Bote\nDer Deich, "alt"\nEr sagt: „Der Deich, der Deich!“ Ja.\n',
    "b": "Titel\n=Deich und Hafen\nWerte\nZuletzt hielt der Seedeich.\n",
}
_COLUMNS = ["id", "title", "published", "source", "field", "tier", "left", "match", "right"]


@pytest.fixture
def archive(make_client: MakeClient) -> FlaskClient:
    return make_client(_ARCHIVE)


@pytest.mark.parametrize(
    "query", ["q=deich", "q=deich&page_size=1&page=2&sort=left", "q=Seedeihc", "", "q=nirgends&from=2026"]
)
def test_answer_is_what_its_schema_describes_to_the_byte(archive: FlaskClient, query: str) -> None:
    response = archive.get(f"{_ADDRESS}?{query}")
    made = ConcordancePageSchema(unknown=ma.RAISE)
    written = made.dump(made.load(response.get_json()))
    assert response.text == json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n"


def test_line_says_where_it_stands_and_how_it_matches(archive: FlaskClient) -> None:
    answer = get(archive, _ADDRESS, q="deich", context="2")
    assert answer["total"] == {"value": 5, "relation": "eq"}
    assert [(it["left"], it["match"], it["right"], it["tier"], it["field"]) for it in answer["results"]] == [
        ("Der ", "Deich", ', "alt"', "exact", "title"),
        ("sagt: „Der ", "Deich", ", der Deich!“", "exact", "lead"),
        ("Deich, der ", "Deich", "!“", "exact", "lead"),
        ("=", "Deich", " und Hafen", "exact", "lead"),
        ("hielt der ", "Seedeich", ".", "compound", "body"),
    ]
    assert answer["results"][0]["article"] == {
        "id": "ordner:a",
        "title": 'Der Deich, "alt"',
        "published": "2026-01-02T00:00:00+01:00",
        "source": "Bote",
        "links": {"self": "/v1/articles/ordner:a"},
    }


def test_query_is_answered_as_it_was_understood(archive: FlaskClient) -> None:
    query = get(archive, _ADDRESS, q="deich", context="0", sort="right", source="Bote")["query"]
    assert (query["q"], query["context"], query["sort"], query["source"]) == ("deich", 0, "right", ["bote"])
    assert "give it one" in get(archive, _ADDRESS)["query"]["notes"][0]


@pytest.mark.parametrize(
    ("query", "accept"), [("&format=csv", None), ("", "text/csv"), ("&format=csv", "application/json")]
)
def test_csv_has_the_lines_of_the_json(archive: FlaskClient, query: str, accept: str | None) -> None:
    headers = {"Accept": accept} if accept else {}
    response = archive.get(f"{_ADDRESS}?q=deich{query}", headers=headers)
    assert response.content_type == "text/csv; charset=utf-8; header=present"
    assert ("Accept" in response.vary) == (not query)
    assert response.text.count("\r\n") == response.text.count("\n") == 6
    rows = list(csv.DictReader(io.StringIO(response.text, newline=""), strict=True))
    results = get(archive, _ADDRESS, q="deich")["results"]
    assert rows[0].keys() == dict.fromkeys(_COLUMNS).keys()
    assert [[row[name] for name in _COLUMNS] for row in rows] == [
        [
            *((it["article"][name] or "") for name in ("id", "title", "published", "source")),
            *(it[name] for name in ("field", "tier")),
            *(f"'{it[name]}" if it[name][:1] == "=" else it[name] for name in ("left", "match", "right")),
        ]
        for it in results
    ]


def test_pages_are_linked_and_keep_their_format(archive: FlaskClient) -> None:
    answer = get(archive, _ADDRESS, q="deich", page_size="2", page="2", sort="left", context="3")
    assert answer["next"] == "/v1/concordance?q=deich&context=3&sort=left&page=3&page_size=2"
    assert answer["previous"] == "/v1/concordance?q=deich&context=3&sort=left&page_size=2"
    response = archive.get(f"{_ADDRESS}?q=deich&page_size=2&format=csv")
    assert response.headers["Link"] == '</v1/concordance?q=deich&format=csv&page=2&page_size=2>; rel="next"'
    assert get(archive, _ADDRESS, q="deich", page_size="0")["results"] == []


@pytest.mark.parametrize(
    ("query", "code", "parameter"),
    [
        ("q=a&context=41", "invalid_parameter", "context"),
        ("q=a&context=-1", "invalid_parameter", "context"),
        ("q=a&sort=relevance", "invalid_parameter", "sort"),
        ("q=a&format=xml", "invalid_parameter", "format"),
        ("q=a&page_size=1001", "invalid_parameter", "page_size"),
        ("q=a&page=11&page_size=1000", "page_too_deep", "page"),
        ("q=a&cursor=*&page=2", "invalid_parameter", "page"),
        ("q=a&cursor=*&sort=left", "invalid_parameter", "sort"),
        ("q=a&snippets=2", "unknown_parameter", "snippets"),
        ("q=a&q=b", "repeated_parameter", "q"),
    ],
)
def test_wrong_parameter_is_named(archive: FlaskClient, query: str, code: str, parameter: str) -> None:
    problem = get(archive, f"{_ADDRESS}?{query}", 422)
    assert (problem["code"], problem["errors"][0]["parameter"]) == (code, parameter)


def test_format_that_there_is_not_is_refused(archive: FlaskClient) -> None:
    response = archive.get(f"{_ADDRESS}?q=deich", headers={"Accept": "image/png"})
    assert (response.status_code, response.get_json()["code"]) == (406, "not_acceptable")


def test_copy_that_is_still_right_is_not_sent_again(archive: FlaskClient) -> None:
    known = {"If-None-Match": archive.get(f"{_ADDRESS}?q=deich").headers["ETag"]}
    for same in ("q=deich", "sort=place&context=8&q=deich&page_size=10"):
        response = archive.get(f"{_ADDRESS}?{same}", headers=known)
        assert (response.status_code, "Accept" in response.vary) == (304, True)
    for other in ("q=deich&context=7", "q=deich&sort=left", "q=deich&page=2", "q=hafen", "q=deich&format=csv"):
        assert archive.get(f"{_ADDRESS}?{other}", headers=known).status_code == 200
    assert archive.get(f"{_ADDRESS}?q=deich", headers={**known, "Accept": "text/csv"}).status_code == 200


def walked(client: FlaskClient, start: dict[str, Any]) -> list[tuple[str, str, str]]:
    pages = [start]
    while pages[-1]["next"] is not None:
        pages.append(get(client, pages[-1]["next"]))
    return [(it["article"]["id"], it["left"], it["right"]) for it in chain(*(page["results"] for page in pages))]


def test_cursor_leads_to_the_last_occurrence_and_counts_them(archive: FlaskClient) -> None:
    start = get(archive, _ADDRESS, q="deich", cursor="*", page_size="2")
    assert start["total"] == {"value": 2, "relation": "gte"}
    second = get(archive, start["next"])
    assert (second["total"], second["previous"]) == ({"value": 4, "relation": "gte"}, None)
    last = get(archive, second["next"])
    assert (last["total"], last["next"]) == ({"value": 5, "relation": "eq"}, None)
    assert walked(archive, start) == walked(archive, get(archive, _ADDRESS, q="deich"))
    response = archive.get(f"{_ADDRESS}?q=deich&cursor=*&page_size=2&format=csv")
    assert response.headers["Link"] == f'<{start["next"].replace("&page", "&format=csv&page")}>; rel="next"'
    total = get(archive, _ADDRESS, q="deich", cursor="*", page_size="0")
    assert (total["total"], total["next"]) == ({"value": 5, "relation": "eq"}, None)


@pytest.mark.parametrize("gone", [None, "b2", "b4"])
def test_cursor_stays_right_when_the_archive_changes(make_client: MakeClient, gone: str | None) -> None:
    old = {f"b{day}": f"Datum: 2026-01-0{day}\nTitel\nEin Deich, kein Deich.\n" for day in range(1, 6)}
    first = get(make_client(old), _ADDRESS, q="deich", cursor="*", page_size=3)  # both of b5, and one of b4
    new = {"z": "Datum: 2027-01-01\nTitel\nDeich.\n"}
    changed = make_client({name: text for name, text in old.items() if name != gone} | new)
    names = [name for name, *_ in walked(changed, get(changed, first["next"]))]
    expected = {"b4": 1, "b3": 2, "b2": 2, "b1": 2}
    assert names == [name for name, count in expected.items() for _ in range(count) if name != gone]


@given(cursor_texts())
def test_made_up_cursor_is_refused(shared_client: FlaskClient, text: str) -> None:
    (error,) = get(shared_client, _ADDRESS, 422, q="deich", cursor=text)["errors"]
    assert error["parameter"] == "cursor"


def test_cursor_of_a_search_is_refused(client: FlaskClient) -> None:
    start = parse_qs(get(client, "/v1/search", q="deich", cursor="*", page_size=1)["next"])
    (error,) = get(client, _ADDRESS, 422, q="deich", cursor=start["cursor"][0])["errors"]
    assert error["parameter"] == "cursor"


def test_concordance_that_was_cut_short_is_not_kept(make_client: MakeClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proximity, "_STRETCH", 1)
    header = "Autor: Anna Öztürk, Jörg Weiß, Maren Kai\n"
    client = make_client({name: f"{header}Titel {name}\nLead.\n" for name in map(str, range(40))})
    asked = {"q": 'titel author:"Anna Öztürk"'}
    with monkeypatch.context() as patched:
        patched.setattr(evaluator, "TIME_LIMIT", -1.0)
        response = client.get(_ADDRESS, query_string=asked)
    assert response.headers["Cache-Control"] == "no-store"
    assert response.get_json()["total"]["relation"] == "gte"
    assert get(client, _ADDRESS, **asked)["total"] == {"value": 40, "relation": "eq"}


def test_directory_leads_to_a_concordance(client: FlaskClient) -> None:
    assert get(client, get(client, "/")["links"]["concordance"])["results"]
