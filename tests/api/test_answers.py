"""Every kind of answer against the marshmallow schema that describes it."""

import json
from typing import Any

import marshmallow as ma
import pytest
from flask.testing import FlaskClient
from support import SEED_ID, MakeClient

from service.api.feeds.json_feed import JsonFeedSchema
from service.api.meta import DirectorySchema, LivenessSchema, ReadinessSchema
from service.api.name_responses import NameDetailSchema, NamePageSchema
from service.api.responses import BatchSchema, ProblemSchema, WholeArticleSchema
from service.api.search_responses import SearchPageSchema
from service.api.timeline import TimelineSchema
from service.api.versions import VersionPageSchema

_FULL = (
    "Datum: 1890-05-01\nAktualisiert: 2026-11-23T14:30:00.5+01:00\nAutor: Anna Öztürk, Jörg Weiß\nQuelle: Bote\n"
    "Ressort: Lokales\nURL: https://zeitung.example/1\nSprache: de\nDeich & <Hafen>\n"
    "Der Deich „wächst“ am Hafen.\nWer zahlt?\nDie Deiche zahlt das Land.\n- Themen:\n- #Küstenschutz\n- #Finanzen\n"
)
_ARCHIVE = {"voll": _FULL, "bloß": "Titel allein\n", "ohne": "Titel\nDie Deiche.\nText ohne Zwischentitel: Deich.\n"}
_ANSWERS: list[tuple[str, type[ma.Schema], int]] = [
    ("/v1/search?q=deich", SearchPageSchema, 200),
    ("/v1/search?q=deich%20hafen%20%22das%20Land%22%20wä*&match=any", SearchPageSchema, 200),
    ("/v1/search?q=(deich&tag=Finanzen&from=1880-01-01&to=2026-12-31&page=2&page_size=1", SearchPageSchema, 200),
    ("/v1/search?q=gibtesnicht", SearchPageSchema, 200),
    ("/v1/search?q=deich&facet=tag:1&facet=year&facet_q=source:b&recency=30d&explain=score", SearchPageSchema, 200),
    ("/v1/search?q=deich&cursor=*&page_size=1&highlight=off&use_date=modified&from=2026", SearchPageSchema, 200),
    ("/v1/search?page_size=0", SearchPageSchema, 200),
    ("/v1/articles", SearchPageSchema, 200),
    (
        "/v1/articles?sort=title&page_size=1&page=2&tag_not=sport&author=x&source=y&section=z&language=de",
        SearchPageSchema,
        200,
    ),
    ("/v1/articles?id=voll&id=nie&id=ohne", BatchSchema, 200),
    ("/v1/articles?id=nie", BatchSchema, 200),
    ("/v1/articles/voll", WholeArticleSchema, 200),
    ("/v1/articles/bloß", WholeArticleSchema, 200),
    ("/v1/tags", NamePageSchema, 200),
    ("/v1/tags?name=k%C3%BC&page_size=1&sort=name&tag_all=finanzen", NamePageSchema, 200),
    ("/v1/tags?q=deichh&match=any&expand=inflection,typo&search_in=title&min_count=1", NamePageSchema, 200),
    ("/v1/sources", NamePageSchema, 200),
    ("/v1/authors?name=weis", NamePageSchema, 200),
    ("/v1/sections?q=nichts", NamePageSchema, 200),
    ("/v1/tags/finanzen", NameDetailSchema, 200),
    ("/v1/tags/finanzen?from=2000-01-01&author=niemand", NameDetailSchema, 200),
    ("/v1/sources/bote?q=deichh", NameDetailSchema, 200),
    ("/v1/authors/anna-oeztuerk", NameDetailSchema, 200),
    ("/v1/sections/lokales?use_date=modified", NameDetailSchema, 200),
    ("/v1/timeline?q=deich", TimelineSchema, 200),
    ("/v1/timeline?q=deich&q=(deichh&interval=year&use_date=modified", TimelineSchema, 200),
    ("/v1/timeline?q=deich&interval=year&from=1880&to=1891&section=lokales", TimelineSchema, 200),
    ("/v1/timeline?q=nichts", TimelineSchema, 200),
    ("/v1/timeline?interval=day&from=1000", ProblemSchema, 422),
    ("/v1/search?q=deich&format=jsonfeed&page_size=1", JsonFeedSchema, 200),
    ("/v1/tags/finanzen?format=jsonfeed", JsonFeedSchema, 200),
    ("/v1/search?q=deich&collapse=story", SearchPageSchema, 200),
    ("/v1/articles/voll/versions", VersionPageSchema, 200),
    ("/v1/articles/voll/versions?page=2&page_size=3", VersionPageSchema, 200),
    ("/", DirectorySchema, 200),
    ("/livez", LivenessSchema, 200),
    ("/readyz", ReadinessSchema, 200),
    ("/v1/search?page=0&farbe=rot", ProblemSchema, 422),
    ("/v1/articles/nie", ProblemSchema, 404),
    ("/v1/tags/nie", ProblemSchema, 404),
    ("/v1/sources/nie", ProblemSchema, 404),
    ("/nirgends", ProblemSchema, 404),
]


def _as_described(schema: type[ma.Schema], answer: Any) -> str:
    """The answer as its schema reads and writes it: nothing more, nothing less, in this order and of these types."""
    made = schema(unknown=ma.RAISE)
    written = made.dump(made.load(answer))
    return json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n"


@pytest.mark.parametrize(("address", "schema", "status"), _ANSWERS, ids=[address for address, _, _ in _ANSWERS])
def test_answer_is_what_its_schema_describes_to_the_byte(
    make_client: MakeClient, address: str, schema: type[ma.Schema], status: int
) -> None:
    response = make_client(_ARCHIVE).get(address)
    assert response.status_code == status
    assert response.text == _as_described(schema, response.get_json())


@pytest.mark.parametrize("address", ["/v1/search?q=haus%20deich&match=any&page_size=100", "/v1/articles?page_size=100"])
def test_page_of_examples_is_what_its_schema_describes(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.text == _as_described(SearchPageSchema, response.get_json())


def test_answers_with_a_field_too_many_or_too_few_are_not_as_described(client: FlaskClient) -> None:
    whole = client.get(f"/v1/articles/{SEED_ID}").get_json()
    for wrong in ({**whole, "farbe": "rot"}, {name: whole[name] for name in whole if name != "url"}):
        with pytest.raises(ma.ValidationError):
            _as_described(WholeArticleSchema, wrong)
