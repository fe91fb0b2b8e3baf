"""Compression, CORS and the ends of operations."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import brotli
import pytest
import zstandard
from flask import Flask, Response, request
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given
from hypothesis import settings as configured
from hypothesis import strategies as st
from openapi_spec_validator import validate
from support import SEED_ID, MakeClient, get
from werkzeug.test import TestResponse

from service.api import export, suggest
from service.api.app import create_app
from service.api.context import unchanged
from service.api.deprecation import Deprecated
from service.api.formats import ARTICLE_FORMATS
from service.api.negotiate import JSON, Format, negotiated
from service.api.search_formats import SEARCH_FORMATS
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine

SEARCH = "/v1/search?q=deich"
ORIGIN = "https://zeitung.example"
PREFLIGHT = {"Origin": ORIGIN, "Access-Control-Request-Headers": "content-type, if-none-match"}


def _plain(response: TestResponse) -> bytes:
    """The body as it was before it was compressed."""
    match response.headers.get("Content-Encoding"):
        case "zstd":
            return zstandard.ZstdDecompressor().decompressobj().decompress(response.data)
        case "br":
            return bytes(brotli.decompress(response.data))
        case "gzip":
            return gzip.decompress(response.data)
        case None:
            return bytes(response.data)
        case other:
            raise AssertionError(other)


def _untimed(body: bytes) -> bytes:
    return body.partition(b'"took_ms"')[0]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("gzip, deflate", "gzip"),
        ("deflate", None),
        ("gzip;q=1, zstd;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
        ("zstd;q=0", None),
        ("zstd;q=0.0, br;q=0.1, *;q=0", "br"),
        ("*", "zstd"),
        ("unheard-of", None),
    ],
)
def test_answer_is_compressed_as_the_client_likes(client: FlaskClient, accepted: str, expected: str | None) -> None:
    plain = client.get(SEARCH)
    response = client.get(SEARCH, headers={"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == expected
    assert _untimed(_plain(response)) == _untimed(plain.data)
    assert int(response.headers["Content-Length"]) == len(response.data)
    assert response.headers["ETag"] == plain.headers["ETag"]
    assert response.headers["Vary"] == plain.headers["Vary"] == "Accept, Accept-Encoding"


_LONG = "Titel\n" + "Der Deich wächst, weil das Meer steigt. " * 40 + "\n- Themen:\n- #Deich\n"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        *(("/v1/articles/a", kind) for kind in ARTICLE_FORMATS),
        *(("/v1/search", kind) for kind in SEARCH_FORMATS),
        *(("/v1/export", kind) for kind in export.FORMATS),
        *(("/v1/suggest?q=Wort&limit=20", kind) for kind in suggest.FORMATS),
    ],
    ids=str,
)
def test_answer_in_every_format_is_compressed(make_client: MakeClient, address: str, kind: Format) -> None:
    titles = {f"{letter}{letter}": f"Wortreich {letter} über Deiche und Häfen\nText.\n" for letter in "bcdefghijklmn"}
    client = make_client({"a": _LONG, **titles})
    response = client.get(address, headers={"Accept": kind.media_type, "Accept-Encoding": "gzip"})
    assert (response.mimetype, response.headers.get("Content-Encoding")) == (kind.media_type, "gzip")


@configured(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(["gzip", "br", "zstd", "deflate", "identity", "*", "x"]), st.integers(0, 10)))
)
def test_answer_can_be_read_whatever_the_client_accepts(client: FlaskClient, accepted: list[tuple[str, int]]) -> None:
    header = ", ".join(f"{name};q={quality / 10}" for name, quality in accepted)
    response = client.get("/openapi.yaml", headers={"Accept-Encoding": header})
    assert _plain(response) == client.get("/openapi.yaml").data
    encoding = response.headers.get("Content-Encoding")
    wanted = {name for name, quality in accepted if quality}
    assert encoding is None or encoding in wanted or "*" in wanted


@pytest.mark.parametrize("address", ["/livez", "/", "/v1/search?page=0", "/nope"])
def test_small_answers_and_problems_stay_as_they_are(client: FlaskClient, address: str) -> None:
    response = client.get(address, headers={"Accept-Encoding": "zstd"})
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"


def test_answer_that_the_client_has_is_304_whatever_its_encoding(client: FlaskClient) -> None:
    etag = client.get(SEARCH, headers={"Accept-Encoding": "br"}).headers["ETag"]
    again = client.get(SEARCH, headers={"Accept-Encoding": "zstd", "If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["Vary"]) == (304, b"", "Accept, Accept-Encoding")
    assert "Content-Encoding" not in again.headers


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip", "identity"])
def test_streamed_answer_is_compressed_as_it_comes(examples_engine: WhooshEngine, encoding: str) -> None:
    app = create_app(examples_engine, Settings())
    made = []

    def lines() -> Iterator[bytes]:
        chance = Random(1)  # noqa: S311 - bytes that do not vanish when compressed
        for number in range(100_000):
            made.append(number)
            yield b'{"number": %d, "noise": "%x"}\n' % (number, chance.getrandbits(64))

    app.add_url_rule("/stream", "stream", lambda: Response(lines(), mimetype="application/x-ndjson"))
    response = app.test_client().get("/stream", headers={"Accept-Encoding": encoding}, buffered=False)
    assert "Content-Length" not in response.headers
    assert len(made) < 100_000
    assert "ETag" not in response.headers
    assert _plain(response).count(b"\n") == 100_000


def test_negotiated_answer_varies_by_what_is_accepted(examples_engine: WhooshEngine) -> None:
    app = create_app(examples_engine, Settings())
    offered = [JSON, Format("text", "text/plain")]

    def view() -> Response:
        with examples_engine.snapshot() as snapshot:
            chosen = negotiated(request.args.get("format"), offered)
            known = unchanged(snapshot, "/either", (), chosen.name)
            return known or Response(chosen.name, mimetype=chosen.media_type)

    app.add_url_rule("/either", "either", view)
    client = app.test_client()
    for _ in range(2):
        for accepted, name in (("text/plain", "text"), ("application/json", "json"), ("*/*", "json")):
            response = client.get("/either", headers={"Accept": accepted})
            assert (response.text, set(response.headers["Vary"].split(", "))) == (name, {"Accept", "Accept-Encoding"})
            held = {"Accept": accepted, "If-None-Match": response.headers["ETag"]}
            assert "Accept," in client.get("/either", headers=held).headers["Vary"]
    assert client.get("/either?format=text").headers["Vary"] == "Accept-Encoding"
    refused = client.get("/either", headers={"Accept": "image/png"})
    assert (refused.status_code, refused.headers["Vary"]) == (406, "Accept, Accept-Encoding")


def _sharing(engine: WhooshEngine, *origins: str) -> FlaskClient:
    return create_app(engine, Settings(cors_origins=", ".join(origins))).test_client()


@pytest.mark.parametrize("address", [SEARCH, "/nope", "/v1/search?page=0", "/openapi.json"])
def test_pages_of_any_origin_may_read_answers(client: FlaskClient, address: str) -> None:
    for headers in ({}, {"Origin": ORIGIN}):
        response = client.get(address, headers=headers)
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        exposed = set(response.headers["Access-Control-Expose-Headers"].split(", "))
        assert {"Link", "ETag", "Retry-After", "X-Request-ID"} <= exposed
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert "Origin" not in response.headers["Vary"]


@pytest.mark.parametrize("method", ["GET", "POST", "QUERY"])
def test_browser_may_ask_by_every_method(client: FlaskClient, method: str) -> None:
    response = client.options("/v1/search", headers={**PREFLIGHT, "Access-Control-Request-Method": method})
    assert response.status_code == 200
    assert method in response.headers["Access-Control-Allow-Methods"].split(", ")
    assert response.headers["Access-Control-Allow-Headers"] == "content-type, if-none-match"
    assert response.headers["Access-Control-Max-Age"] == "86400"


def test_only_pages_of_named_origins_may_read_answers(examples_engine: WhooshEngine) -> None:
    client = _sharing(examples_engine, ORIGIN, "https://bote.example")
    for origin, allowed in ((ORIGIN, ORIGIN), ("https://fremd.example", None), (f"{ORIGIN}.fremd", None), (None, None)):
        response = client.get(SEARCH, headers={"Origin": origin} if origin else {})
        assert response.headers.get("Access-Control-Allow-Origin") == allowed
        assert {"Origin", "Accept", "Accept-Encoding"} == set(response.headers["Vary"].split(", "))


def test_kept_answer_is_shared_with_who_asks(examples_engine: WhooshEngine) -> None:
    client = _sharing(examples_engine, ORIGIN, "https://bote.example")
    client.get(SEARCH, headers={"Origin": ORIGIN})
    for origin in ("https://bote.example", ORIGIN):
        assert client.get(SEARCH, headers={"Origin": origin}).headers["Access-Control-Allow-Origin"] == origin


def test_without_origins_no_page_may_read_answers(examples_engine: WhooshEngine) -> None:
    response = _sharing(examples_engine).get(SEARCH, headers={"Origin": ORIGIN})
    assert not [name for name, _ in response.headers if name.startswith("Access-Control")]


@pytest.fixture
def ending(examples_engine: WhooshEngine) -> Flask:
    since, sunset = datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 5, 1, 12, tzinfo=UTC)
    table = {
        "GET /v1/tags": Deprecated(since),
        "GET /v1/articles/{article_id}": Deprecated(since, sunset, "https://archiv.example/ende"),
        "GET /sitemap-{number}.xml": Deprecated(since, notice="https://archiv.example/karten"),
        "POST /v1/search": Deprecated(since),
    }
    return create_app(examples_engine, Settings(), table)


def test_operation_that_will_go_says_since_when_and_until_when(ending: Flask) -> None:
    client = ending.test_client()
    for response in (client.get(f"/v1/articles/{SEED_ID}"), client.head(f"/v1/articles/{SEED_ID}")):
        assert response.headers["Deprecation"] == "@1793491200"
        assert response.headers["Sunset"] == "Sat, 01 May 2027 12:00:00 GMT"
    assert client.get("/v1/articles/x").headers["Deprecation"] == "@1793491200"
    assert client.get("/v1/tags").headers["Deprecation"] == "@1793491200"
    assert "Sunset" not in client.get("/v1/tags").headers
    for method in ("POST", "QUERY"):
        answer = client.open("/v1/search", method=method, json={})
        assert answer.headers["Deprecation"] == "@1793491200"
    for other in ("/v1/articles", "/v1/search", "/v1/tags/energie", "/nope"):
        assert "Deprecation" not in client.get(other).headers


def test_operation_that_will_go_leads_to_what_there_is_to_know(ending: Flask) -> None:
    client = ending.test_client()
    for _ in range(2):
        assert client.get("/sitemap-1.xml").headers["Link"] == '<https://archiv.example/karten>; rel="deprecation"'
        links = client.get(f"/v1/articles/{SEED_ID}").headers.getlist("Link")
        assert links[-1] == '<https://archiv.example/ende>; rel="deprecation sunset"'
        assert len(links) == 2


def test_operation_that_will_go_is_marked_in_the_document(ending: Flask) -> None:
    document = get(ending.test_client(), "/openapi.json")
    validate(document)
    marked = {
        f"{method.upper()} {path}"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if operation.get("deprecated")
    }
    assert marked == {
        "GET /v1/tags",
        "GET /v1/articles/{article_id}",
        "GET /sitemap-{number}.xml",
        "POST /v1/search",
    }


def test_end_of_an_unknown_operation_is_a_mistake(examples_engine: WhooshEngine) -> None:
    with pytest.raises(KeyError):
        create_app(examples_engine, Settings(), {"GET /v1/nope": Deprecated(datetime(2026, 1, 1, tzinfo=UTC))})


def test_nothing_is_about_to_go(client: FlaskClient) -> None:
    for address in (SEARCH, "/v1/tags", "/openapi.json"):
        assert "Deprecation" not in client.get(address).headers
