import json
import re
from pathlib import Path

import pytest
import structlog
from flask.testing import FlaskClient
from support import SEED_ID, get, write_archive

import service
from service.api.app import create_app
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store

CACHED = [
    "/v1/search?q=haus",
    "/v1/articles",
    f"/v1/articles?id={SEED_ID}",
    f"/v1/articles/{SEED_ID}",
    "/v1/tags",
    "/v1/tags/energie",
    "/v1/search?q=haus&format=atom",
    "/v1/tags/energie?format=jsonfeed",
    "/v1/suggest?q=klim&format=opensearch",
    "/opensearch.xml",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/sitemap-news.xml",
    "/robots.txt",
    "/llms.txt",
]


@pytest.mark.parametrize("address", CACHED)
def test_unchanged_answer_is_304_for_who_has_it(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    etag = first.headers["ETag"]
    assert re.fullmatch(r'W/"[0-9a-f]{24}"', etag)
    assert first.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    for held in (etag, etag.removeprefix("W/"), f'"x", {etag}', "*"):
        again = client.get(address, headers={"If-None-Match": held})
        assert (again.status_code, again.get_data()) == (304, b"")
        assert again.headers["ETag"] == etag
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert client.get(address, headers={"If-None-Match": '"another"'}).status_code == 200


def test_etag_is_the_same_for_the_same_request_in_other_words(client: FlaskClient) -> None:
    same = [
        "tag=energie&tag=bahn&q=haus",
        "q=haus&tag=Bahn&tag=ENERGIE&tag=bahn",
        "q=haus&tag=bahn&tag=energie&page=1&page_size=10&sort=relevance&match=all",
    ]
    assert len({client.get(f"/v1/search?{query}").headers["ETag"] for query in same}) == 1


@pytest.mark.parametrize(
    "other",
    ["q=haus&page=2", "q=Haus", "q=haus&tag=bahn", "q=haus&tag_all=bahn", "q=haus&sort=newest", "q=haus&match=any"],
)
def test_etag_differs_for_another_request(client: FlaskClient, other: str) -> None:
    assert client.get(f"/v1/search?{other}").headers["ETag"] != client.get("/v1/search?q=haus").headers["ETag"]


def test_etag_differs_when_the_archive_has_changed(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "articles", {"a": "Titel\nHaus.\n"})
    store = Store(tmp_path / "index")
    build(folder, store)
    engine = WhooshEngine(store)
    client = create_app(engine, Settings()).test_client()
    etag = client.get("/v1/search").headers["ETag"]
    write_archive(folder, {"b": "Titel\nHof.\n"})
    build(folder, store)
    changed = client.get("/v1/search", headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.get_json()["total"]["value"] == 2
    engine.close()


def test_nothing_is_not_modified_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/v1/articles/gibt-es-nicht", headers={"If-None-Match": "*"}).status_code == 404


@pytest.mark.parametrize("address", [*CACHED, "/", "/livez", "/readyz", "/openapi.json", "/openapi.yaml"])
def test_head_is_get_without_the_body(client: FlaskClient, address: str) -> None:
    head, full = client.head(address), client.get(address)
    assert (head.status_code, head.get_data()) == (200, b"")
    for name in ("Content-Type", "ETag", "Link", "Cache-Control"):
        assert head.headers.get(name) == full.headers.get(name)


@pytest.mark.parametrize("address", [*CACHED, "/"])
def test_options_lists_the_methods(client: FlaskClient, address: str) -> None:
    response = client.options(address)
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"} | (
        {"QUERY", "POST"} if address.startswith("/v1/search") else set()
    )


def test_directory_leads_to_everything(client: FlaskClient) -> None:
    directory = get(client, "/")
    assert directory["version"] == service.__version__
    for address in directory["links"].values():
        assert client.get(address).status_code == 200


def test_ready_service_says_its_generation(client: FlaskClient) -> None:
    assert get(client, "/readyz") == {"status": "ok", "generation": get(client, "/v1/search")["generation"]}


@pytest.mark.parametrize("given", ["abc-123", "A.b_c" * 12])
def test_request_id_of_the_client_is_kept(client: FlaskClient, given: str) -> None:
    assert client.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, 'a"b', "a b"])
def test_request_id_that_could_harm_a_log_is_replaced(client: FlaskClient, given: str) -> None:
    assert re.fullmatch("[0-9a-f]{32}", client.get("/livez", headers={"X-Request-ID": given}).headers["X-Request-ID"])


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/v1/search?q=haus", {"path": "/v1/search", "status": 200, "zero_hits": False}),
        ("/v1/search?q=gibtesnicht", {"status": 200, "total": 0, "zero_hits": True}),
        ("/v1/search?page=0", {"status": 422}),
        ("/nope", {"path": "/nope", "status": 404}),
        ("/v1/tags", {"status": 200, "zero_hits": False}),
    ],
)
def test_request_is_one_log_line_without_what_was_searched(
    client: FlaskClient, address: str, expected: dict[str, object]
) -> None:
    with structlog.testing.capture_logs() as lines:
        client.get(address)
    (line,) = lines
    assert expected.items() <= line.items()
    assert {"method", "path", "status", "took_ms"} <= set(line)
    assert "haus" not in json.dumps(line)


def test_log_says_what_was_searched_when_it_is_told_to(examples_engine: WhooshEngine) -> None:
    client = create_app(examples_engine, Settings(log_queries=True)).test_client()
    with structlog.testing.capture_logs() as lines:
        client.get("/v1/search?q=haus")
        client.get("/v1/tags")
    assert [line.get("q") for line in lines] == ["haus", None]


def test_cache_lifetime_is_a_setting(examples_engine: WhooshEngine) -> None:
    client = create_app(examples_engine, Settings(cache_seconds=0)).test_client()
    assert client.get("/v1/tags").headers["Cache-Control"] == "public, max-age=0"
