import json
from typing import Any

import marshmallow as ma
import pytest
from flask.testing import FlaskClient
from support import SEED_ID, MakeClient, get, ids

from service.api.similar import SimilarArticlesSchema, TagSuggestionsSchema

_SIMILAR = f"/v1/articles/{SEED_ID}/similar"
_TAGS = f"/v1/articles/{SEED_ID}/tag-suggestions"
_ARCHIVE = {
    "ordner/a": "Datum: 2026-01-01\nDer Deich & der Hafen\nEr wird erhöht.\n- Themen:\n- #Küste\n",
    "ordner/b": "Datum: 2026-01-02\nQuelle: Bote\nDie Deiche am Hafen\nSie werden erhöht.\n"
    "- Themen:\n- #Küste\n- #Geld\n",
    "c": "Anderes\nDas Geld ist knapp.\n",
    "d": "Der die das\n",
}


@pytest.fixture
def archive(make_client: MakeClient) -> FlaskClient:
    return make_client(_ARCHIVE)


def _as_described(schema: type[ma.Schema], answer: Any) -> str:
    made = schema(unknown=ma.RAISE)
    return json.dumps(made.dump(made.load(answer)), ensure_ascii=False, separators=(",", ":")) + "\n"


@pytest.mark.parametrize("article_id", ["ordner:a", "ordner:b", "c", "d"])
def test_answers_are_what_their_schemas_describe_to_the_byte(archive: FlaskClient, article_id: str) -> None:
    for path, schema in (("similar", SimilarArticlesSchema), ("tag-suggestions", TagSuggestionsSchema)):
        response = archive.get(f"/v1/articles/{article_id}/{path}")
        assert response.text == _as_described(schema, response.get_json())


def test_similar_article_says_what_it_shares(archive: FlaskClient) -> None:
    answer = get(archive, "/v1/articles/ordner:a/similar", source="bote", page_size="3")
    assert answer["query"]["id"] == "ordner:a"
    assert answer["query"]["source"] == ["bote"]
    assert set(answer["query"]["terms"]) == {"Deich", "Hafen", "erhöht"}
    (found,) = answer["results"]
    assert found["id"] == "ordner:b"
    assert 0.5 < found["score"] < 1
    assert set(found["shared"]["terms"]) == {"Deich", "Hafen", "erhöht"}
    assert found["shared"]["tags"] == [{"id": "kueste", "name": "Küste"}]
    assert get(archive, found["links"]["self"])["title"] == "Die Deiche am Hafen"


def test_suggested_tag_says_why(archive: FlaskClient) -> None:
    found = get(archive, "/v1/articles/c/tag-suggestions")["results"][0]
    assert found["name"] == "Geld"
    assert found["because"]["in_text"] is True
    (found,) = get(archive, "/v1/articles/ordner:a/tag-suggestions")["results"]
    assert found["because"] == {"similar": ["ordner:b"], "in_text": False}
    assert get(archive, found["links"]["self"])["count"] == 1


def test_page_size_and_limit_are_kept(client: FlaskClient) -> None:
    assert len(get(client, _SIMILAR)["results"]) == 10
    assert len(ids(get(client, _SIMILAR, page_size="2"))) == 2
    assert len(get(client, _TAGS, limit="1")["results"]) == 1


@pytest.mark.parametrize(
    ("address", "code", "parameter"),
    [
        (f"{_SIMILAR}?page_size=0", "invalid_parameter", "page_size"),
        (f"{_SIMILAR}?page_size=101", "invalid_parameter", "page_size"),
        (f"{_SIMILAR}?q=deich", "unknown_parameter", "q"),
        (f"{_SIMILAR}?from=gestern", "invalid_parameter", "from"),
        (f"{_TAGS}?limit=0", "invalid_parameter", "limit"),
        (f"{_TAGS}?limit=51", "invalid_parameter", "limit"),
        (f"{_TAGS}?tag=sport", "unknown_parameter", "tag"),
        (f"{_TAGS}?limit=1&limit=2", "repeated_parameter", "limit"),
    ],
)
def test_wrong_parameter_is_named(client: FlaskClient, address: str, code: str, parameter: str) -> None:
    problem = get(client, address, 422)
    assert (problem["code"], problem["errors"][0]["parameter"]) == (code, parameter)


@pytest.mark.parametrize("path", ["similar", "tag-suggestions"])
def test_unknown_article_is_not_found(client: FlaskClient, path: str) -> None:
    assert get(client, f"/v1/articles/gibt-es-nicht/{path}", 404)["code"] == "article_not_found"


@pytest.mark.parametrize("address", [_SIMILAR, _TAGS])
def test_copy_that_is_still_right_is_not_sent_again(client: FlaskClient, address: str) -> None:
    known = {"If-None-Match": client.get(address).headers["ETag"]}
    assert client.get(address, headers=known).status_code == 304
    other = "page_size=3" if address == _SIMILAR else "limit=3"
    assert client.get(f"{address}?{other}", headers=known).status_code == 200
    assert client.get(address.replace(SEED_ID, "sturmflut-nordersiel-nacht"), headers=known).status_code == 200
