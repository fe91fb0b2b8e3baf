import json
from typing import Any

import marshmallow as ma
import pytest
from flask.testing import FlaskClient
from support import MakeClient, get

from service.api.suggest import SuggestionsSchema

SUGGEST = "/v1/suggest"
_LEAD = "Es geht um den Süderlügum-Hafen der Europäische Union in Küstenstadt."
_ARCHIVE = {
    f"ordner/{name}": f"Datum: 2026-01-0{number}\nAutor: Anna Öztürk\nQuelle: Küsten & Bote\nRessort: Kultur\n"
    f"Eine Frage & Antwort\n{_LEAD}\n- Themen:\n- #Künstliche Intelligenz\n"
    for number, name in enumerate("ab", start=1)
}


@pytest.fixture
def archive(make_client: MakeClient) -> FlaskClient:
    return make_client(_ARCHIVE)


def _texts(answer: dict[str, Any]) -> list[str]:
    return [result["text"] for result in answer["results"]]


@pytest.mark.parametrize(
    ("q", "text", "kind", "search", "article"),
    [
        ("küns", "Künstliche Intelligenz", "tag", "/v1/search?tag=kuenstliche-intelligenz", None),
        ("özt", "Anna Öztürk", "author", "/v1/search?author=anna-oeztuerk", None),
        ("bote", "Küsten & Bote", "source", "/v1/search?source=kuesten-bote", None),
        ("kult", "Kultur", "section", "/v1/search?section=kultur", None),
        ("küstens", "Küstenstadt", "phrase", "/v1/search?q=K%C3%BCstenstadt", None),
        ("europ", "Europäische Union", "phrase", "/v1/search?q=%22Europ%C3%A4ische%20Union%22", None),
        ("süder", "Süderlügum-Hafen", "phrase", "/v1/search?q=%22S%C3%BCderl%C3%BCgum-Hafen%22", None),
        ("eine", "Eine Frage & Antwort", "title", None, "/v1/articles/ordner:b"),
    ],
)
def test_suggestion_leads_to_what_it_stands_for(
    archive: FlaskClient, q: str, text: str, kind: str, search: str | None, article: str | None
) -> None:
    found = get(archive, SUGGEST, q=q)["results"][0]
    links = {"search": search, "article": article}
    assert found == {"text": text, "kind": kind, "count": 2, "links": links}
    if search is not None:
        assert get(archive, search)["total"]["value"] == 2
    else:
        assert get(archive, links["article"] or "")["title"] == text


def test_suggestions_of_the_examples_find_as_many_articles_as_they_say(client: FlaskClient) -> None:
    for q in ("", *"abdefgiklmnprstuvwz"):
        for found in get(client, SUGGEST, q=q, limit=20)["results"]:
            if found["kind"] == "title":
                assert get(client, found["links"]["article"])["title"] == found["text"]
            else:
                total = get(client, f"{found['links']['search']}&page_size=0")["total"]["value"]
                assert total >= found["count"] if found["kind"] == "phrase" else total == found["count"], found


def test_answer_is_what_its_schema_describes_to_the_byte(archive: FlaskClient) -> None:
    for address in (SUGGEST, f"{SUGGEST}?q=k&limit=20", f"{SUGGEST}?q=gibtesnicht"):
        response = archive.get(address)
        made = SuggestionsSchema(unknown=ma.RAISE)
        written = made.dump(made.load(response.get_json()))
        assert response.text == json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n"


def test_query_is_answered_as_it_was_understood(archive: FlaskClient) -> None:
    assert get(archive, SUGGEST)["query"] == {"q": "", "limit": 8}
    assert get(archive, SUGGEST, q="  Küns ", limit="3")["query"] == {"q": "Küns", "limit": 3}


def test_limit_is_kept(client: FlaskClient) -> None:
    assert len(get(client, SUGGEST)["results"]) == 8
    for limit in (1, 20):
        assert len(get(client, SUGGEST, q="s", limit=limit)["results"]) == limit


@pytest.mark.parametrize("q", ["künst", "KÜNST", "kuenst", " künst", "„künst", '"künst', "künst*", "künstliche  int"])
def test_spellings_of_what_is_typed_suggest_the_same(archive: FlaskClient, q: str) -> None:
    assert _texts(get(archive, SUGGEST, q=q, limit=1)) == ["Künstliche Intelligenz"]


@pytest.mark.parametrize(
    ("query", "code", "parameter", "message"),
    [
        ("q=a&limit=0", "invalid_parameter", "limit", "must be between 1 and 20."),
        ("q=a&limit=21", "invalid_parameter", "limit", "must be between 1 and 20."),
        ("q=a&limit=1_0", "invalid_parameter", "limit", "must be a whole number, such as 2."),
        ("q=a&limit=", "invalid_parameter", "limit", "must be a whole number, such as 2."),
        (f"q={'a' * 101}", "invalid_parameter", "q", "has more than 100 characters; shorten it."),
        ("q=a&tag=b", "unknown_parameter", "tag", "is not known here; known are fields, format, limit, q."),
        ("q=a&q=b", "repeated_parameter", "q", "takes one value; write it once."),
    ],
)
def test_wrong_parameter_is_named(archive: FlaskClient, query: str, code: str, parameter: str, message: str) -> None:
    problem = get(archive, f"{SUGGEST}?{query}", 422)
    assert problem["code"] == code
    assert problem["errors"] == [{"parameter": parameter, "message": message}]


def test_longest_query_is_answered(archive: FlaskClient) -> None:
    for q in ("a" * 100, "a " * 50, "ß" * 100, "🌊" * 100):
        get(archive, SUGGEST, q=q)


def test_copy_that_is_still_right_is_not_sent_again(archive: FlaskClient) -> None:
    first = archive.get(f"{SUGGEST}?q=k")
    assert first.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    known = {"If-None-Match": first.headers["ETag"]}
    for same in (f"{SUGGEST}?q=k", f"{SUGGEST}?limit=8&q=k%20"):
        assert archive.get(same, headers=known).status_code == 304
    for other in (f"{SUGGEST}?q=k&limit=7", f"{SUGGEST}?q=l", SUGGEST):
        assert archive.get(other, headers=known).status_code == 200


def test_directory_leads_to_suggestions(client: FlaskClient) -> None:
    assert get(client, get(client, "/")["links"]["suggest"])["results"]
