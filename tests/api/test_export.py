"""Exports: every hit of a search, in four formats, from any place on."""

import csv
import io
import json
from typing import Any

import pytest
import rispy
from bibtexparser.entrypoint import parse_string
from flask.testing import FlaskClient
from support import MakeClient, get, ids

from service.api.responses import WholeArticleSchema
from service.engines.whoosh.engine import WhooshEngine

EXPORT = "/v1/export"


def lines(client: FlaskClient, **parameters: Any) -> list[dict[str, Any]]:
    response = client.get(EXPORT, query_string={**parameters, "format": "ndjson"})
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/x-ndjson"
    return [json.loads(line) for line in response.text.splitlines()]


@pytest.mark.parametrize("sort", ["newest", "oldest", "title", "relevance"])
def test_export_has_every_article_of_the_search_in_its_order(client: FlaskClient, sort: str) -> None:
    for q in ("", "deich hafen"):
        listed = ids(get(client, "/v1/search", q=q, match="any", sort=sort, page_size=100))
        if q or sort != "relevance":
            assert [line["id"] for line in lines(client, q=q, match="any", sort=sort)] == listed


def test_line_is_the_whole_article_and_a_cursor(client: FlaskClient) -> None:
    names = [field.data_key or name for name, field in WholeArticleSchema().dump_fields.items()]
    for line in lines(client, q="deich"):
        assert list(line) == [*names, "cursor"]
        del line["cursor"]
        assert line == get(client, f"/v1/articles/{line['id']}")


@pytest.mark.parametrize("sort", ["newest", "oldest", "title", "relevance"])
def test_export_goes_on_behind_any_cursor(client: FlaskClient, sort: str) -> None:
    whole = lines(client, q="deich", sort=sort, fields="id")
    for number in (0, 5, len(whole) - 1):
        rest = lines(client, q="deich", sort=sort, fields="id", cursor=whole[number]["cursor"])
        assert [line["id"] for line in rest] == [line["id"] for line in whole[number + 1 :]]
    assert lines(client, q="deich", sort=sort, fields="id", cursor="*") == whole


@pytest.mark.parametrize(("name", "mark"), [("bibtex", "@"), ("ris", "TY  - ")])
def test_cursor_goes_on_in_formats_that_have_no_place_for_it(client: FlaskClient, name: str, mark: str) -> None:
    whole = lines(client, q="deich", fields="id")
    rest = client.get(EXPORT, query_string={"q": "deich", "format": name, "cursor": whole[4]["cursor"]}).text
    assert rest.count(f"\n{mark}") + rest.startswith(mark) == len(whole) - 5


def test_cursor_of_an_export_goes_on_in_a_list_and_back(client: FlaskClient) -> None:
    whole = lines(client, q="deich", sort="newest", fields="id")
    page = get(client, "/v1/search", q="deich", sort="newest", cursor=whole[3]["cursor"], page_size=100)
    assert ids(page) == [line["id"] for line in whole[4:]]


def test_cursor_of_relevance_from_before_a_change_is_refused(make_client: MakeClient) -> None:
    archive = {name: f"Titel\nDeich {name}.\n" for name in "abc"}
    asked = {"q": "deich", "cursor": lines(make_client(archive), q="deich", sort="relevance")[0]["cursor"]}
    assert len(lines(make_client(archive), **asked, sort="relevance")) == 2
    changed = make_client(archive | {"d": "Titel\nText.\n"})
    (error,) = get(changed, EXPORT, 422, **asked, sort="relevance")["errors"]
    assert (error["parameter"], "begin again" in error["message"]) == ("cursor", True)


def test_csv_has_the_same_articles(client: FlaskClient) -> None:
    response = client.get(f"{EXPORT}?q=deich&format=csv")
    rows = list(csv.DictReader(io.StringIO(response.text, newline=""), strict=True))
    whole = lines(client, q="deich")
    assert [row["id"] for row in rows] == [line["id"] for line in whole]
    assert [row["cursor"] for row in rows] == [line["cursor"] for line in whole]
    assert [row["text"].split() for row in rows] == [line["text"].split() for line in whole]


def test_reference_managers_read_every_article(client: FlaskClient) -> None:
    total = get(client, "/v1/search", q="deich", page_size=0)["total"]["value"]
    bibtex = client.get(f"{EXPORT}?q=deich&format=bibtex")
    assert len(_entries(bibtex.text)) == total
    assert len(rispy.loads(client.get(f"{EXPORT}?q=deich&format=ris").text)) == total


def _entries(text: str) -> list[Any]:
    library = parse_string(text)
    assert not library.failed_blocks
    return list(library.entries)


def test_export_is_streamed_and_lets_go_of_the_generation(examples_engine: WhooshEngine, client: FlaskClient) -> None:
    response = client.get(f"{EXPORT}?format=ndjson", buffered=False)
    assert response.is_streamed
    next(response.iter_encoded())
    held = examples_engine._held  # noqa: SLF001 - who still reads it is nowhere to be seen
    assert held is not None
    assert held.users == 1
    response.close()
    assert held.users == 0


def test_nothing_to_export_is_an_empty_answer(client: FlaskClient) -> None:
    assert lines(client, q="gibtesnichtwort") == []
    assert client.get(f"{EXPORT}?q=gibtesnichtwort&format=csv").text.count("\r\n") == 1


def test_export_that_is_still_right_is_not_sent_again(client: FlaskClient) -> None:
    etag = client.get(f"{EXPORT}?q=deich").headers["ETag"]
    again = client.get(f"{EXPORT}?q=deich", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"{EXPORT}?q=hafen", headers={"If-None-Match": etag}).status_code == 200


def test_articles_with_line_ends_and_quotes_are_one_row_each(make_client: MakeClient) -> None:
    client = make_client({"a": 'Titel "eins"\nVorspann, mit Komma.\n\nAbsatz\n\nNoch; einer.\n', "b": "=1+1\nText.\n"})
    assert len(lines(client)) == 2
    rows = list(csv.DictReader(io.StringIO(client.get(f"{EXPORT}?format=csv").text, newline=""), strict=True))
    assert {row["title"] for row in rows} == {'Titel "eins"', "'=1+1"}


@pytest.mark.parametrize("parameters", ["format=xml", "cursor=abc", "page=2", "fields=farbe"])
def test_wrong_parameter_is_refused(client: FlaskClient, parameters: str) -> None:
    (error,) = get(client, f"{EXPORT}?{parameters}", 422)["errors"]
    assert error["parameter"] == parameters.partition("=")[0]
