"""Ask for the examples of the OpenAPI document: `make openapi`. Asked twice, the service writes the same bytes."""

import base64
import logging
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import orjson
import structlog
from werkzeug.test import TestResponse

from service.api import sitemaps
from service.api.app import create_app
from service.api.openapi.examples import FILE, SHARED, Exchange
from service.articles.dates import TIME_ZONE
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store
from service.search.port import Engine

ARTICLES = Path(__file__).parent.parent / "examples"
BASE = "https://archiv.example"
"""The address under which the service is reached in the examples."""
_ARTICLE = "/v1/articles/sturmflut-nordersiel-warnung"
_VERSION = "/v1/articles/fortuna-nordersiel-baerenhuette-3-1"
_ADDRESSES = {
    "search": "/v1/search?q=hitze&facet=tag:2&page_size=1",
    "listArticles": "/v1/articles?source=kuestendienst&page_size=1",
    "getArticle": _ARTICLE,
    "listSimilarArticles": f"{_VERSION}/similar?page_size=1",
    "suggestTags": f"{_ARTICLE}/tag-suggestions?limit=2",
    "listVersions": f"{_VERSION}/versions?page_size=1",
    "listOccurrences": "/v1/concordance?q=hafen&context=5&page_size=2",
    "exportArticles": "/v1/export?q=springtide",
    "listTags": "/v1/tags?page_size=2",
    "getTag": "/v1/tags/wetter?to=2024",
    "listSources": "/v1/sources?page_size=2",
    "getSource": "/v1/sources/kuestendienst?to=2024-03",
    "listAuthors": "/v1/authors?page_size=2",
    "getAuthor": "/v1/authors/anna-oeztuerk?to=2024",
    "listSections": "/v1/sections?page_size=2",
    "getSection": "/v1/sections/wirtschaft?to=2024-06",
    "getTimeline": "/v1/timeline?q=deich&interval=year",
    "suggest": "/v1/suggest?q=klim&limit=2",
    "getSitemap": "/sitemap-1.xml",
}
"""Of the operations that have no address of one kind."""
_FEEDS = {
    "search": "/v1/search?q=hitze&page_size=1",
    "getTag": "/v1/tags/wetter?q=hitze",
    "getSource": "/v1/sources/kuestendienst?q=hitze",
    "getAuthor": "/v1/authors/anna-oeztuerk?q=hitze",
    "getSection": "/v1/sections/wirtschaft?q=sturmflut",
}
"""What feeds are shown of, where it is not what JSON is shown of."""
_BATCH = "/v1/articles?id=hitze-juni-2026-rekord&id=gibt-es-nicht"
_BODY: dict[str, Any] = {"q": "hitze", "facet": ["tag:2"], "page_size": 1}
_JSON, _ONLY = "json", "example"
"""Names of examples: that of the format, or the only one."""
_WRONG = {"page": "0", "limit": "0", "page_size": "0", "interval": "decade", "format": "pdf", "match": "some"}
"""A wrong value of the first of these parameters that an operation has."""
_TWICE = {**dict.fromkeys(("page", "limit", "page_size"), "23"), "interval": ("day", "year"), "match": ("all", "any")}
"""Two values of each of them; of formats those that there are."""
_NEWS_DAY = datetime(2026, 11, 17, 23, 59, tzinfo=TIME_ZONE)
"""The sitemap of news is shown as it is on this day; on most others it is empty."""
_LONGEST = 1_000
"""Bytes of a body that is shown."""
_NOT_DESCRIBED = frozenset({"Content-Type", "Content-Length", "Date"})
"""Headers of the protocol, and below those of CORS, of which an OpenAPI document need not speak."""
_GENERATION = "66e860a67a1a6129"
_TOOK = re.compile(r'"took_ms":[0-9.]+')
_ID = re.compile(r"{(\w+)}")
_CURSOR = re.compile(r"WyJ[\w-]{40,}")


class Asker:
    """Asks one service for examples, as its document says what there is to ask."""

    def __init__(self, engine: Engine) -> None:
        app = create_app(engine, Settings(public_url=BASE))
        self._client = app.test_client()
        self._not_ready = create_app(WhooshEngine(Store(ARTICLES / "no-index")), Settings()).test_client()
        self._engine = engine
        self._document = self._client.get("/openapi.json").get_json()
        self._generation = self._client.get("/readyz").get_json()["generation"]

    def ask(self) -> Mapping[str, list[Exchange]]:
        """The exchanges of each operation, by its id."""
        found = {SHARED: list(self._shared())}
        for path, operations in self._document["paths"].items():
            for method, operation in operations.items():
                asking = self._by_body() if method == "post" else self._of(path, operation)
                found[operation["operationId"]] = list(asking)
        return found

    def _of(self, path: str, operation: Mapping[str, Any]) -> Iterator[Exchange]:
        """The answers to GET: in each format, and each problem."""
        address = _ADDRESSES.get(operation["operationId"], path)
        asked = {it["name"]: it for it in operation.get("parameters", ()) if it.get("in") == "query"}
        for name in asked["format"]["schema"]["enum"] if "format" in asked else [_ONLY]:
            yield self._in_format(operation["operationId"], address, name)
        if operation["operationId"] == "listArticles":
            yield self._get("batch", _BATCH)
        if "404" in operation["responses"]:
            missing = path.format_map({**dict.fromkeys(_ID.findall(path), "gibt-es-nicht"), "number": 99})
            yield self._get("", missing)
        if "406" in operation["responses"]:
            yield self._get("", address, Accept="image/png")
        if "422" in operation["responses"]:
            yield from (self._get("", refused) for refused in _refused(address, asked))

    def _in_format(self, operation: str, address: str, name: str) -> Exchange:
        if name in {"atom", "jsonfeed"}:
            address = _FEEDS[operation]
        found = self._get(name, address if name in (_JSON, _ONLY) else _with(address, "format", name))
        if operation != "getNewsSitemap":
            return found
        with self._engine.snapshot() as snapshot:
            hits = snapshot.search(sitemaps.news_request(_NEWS_DAY)).hits
        return replace(found, value=sitemaps.write_news(BASE, [hit.article for hit in hits]).decode())

    def _by_body(self) -> Iterator[Exchange]:
        """The answers to a search that is asked in JSON."""
        yield self._post(_JSON, orjson.dumps(_BODY))
        yield self._post("csv", orjson.dumps(_BODY | {"format": "csv"}))
        yield self._post("", b'{"q": ')
        yield self._post("", orjson.dumps(_BODY), Accept="image/png")
        yield self._post("", orjson.dumps({"q": "x" * 40_000}))
        yield self._post("", orjson.dumps(_BODY), content_type="text/plain")
        yield self._post("compressed", orjson.dumps(_BODY), Content_Encoding="gzip")
        for body in ({"page": "2"}, {"colour": "red"}, {"page": 20_000}):
            yield self._post("", orjson.dumps({"q": "hitze", **body}))
        yield self._post("", '{"q": "hitze", "q": "dürre"}'.encode())

    def _shared(self) -> Iterator[Exchange]:
        """Answers that do not depend on the operation."""
        yield self._exchange("", "PUT /v1/tags", self._client.put("/v1/tags"))
        yield self._exchange("", "GET /v1/tags", self._not_ready.get("/v1/tags"))

    def _get(self, name: str, address: str, **headers: str) -> Exchange:
        answer = self._client.get(address, headers=headers)
        return self._exchange(name, _said(f"GET {address}", headers), answer)

    def _post(self, name: str, body: bytes, content_type: str = "application/json", **more: str) -> Exchange:
        headers = {header.replace("_", "-"): value for header, value in more.items()}
        answer = self._client.post("/v1/search", data=body, content_type=content_type, headers=headers)
        said = headers if content_type == "application/json" else {**headers, "Content-Type": content_type}
        sent = orjson.loads(body) if answer.status_code == HTTPStatus.OK else None
        shown = body.decode() if len(body) < _LONGEST else f"{len(body):,} bytes"
        return replace(self._exchange(name, f"{_said('POST /v1/search', said)} {shown}", answer), sent=sent)

    def _exchange(self, name: str, request: str, answer: TestResponse) -> Exchange:
        """What was answered, without what differs from time to time. Problems go by their code."""
        text = answer.text.replace(self._generation, _GENERATION)
        text = _CURSOR.sub(self._unstamped, _TOOK.sub('"took_ms":1.8', text))
        media_type = answer.mimetype or ""
        value = orjson.loads(text) if media_type.endswith(("/json", "+json")) else text
        name = name or orjson.loads(text)["code"]
        headers = sorted(
            header for header in {*answer.headers.keys()} - _NOT_DESCRIBED if not header.startswith("Access-Control-")
        )
        return Exchange(name, request, answer.status_code, media_type, headers, value)

    def _unstamped(self, found: re.Match[str]) -> str:
        """A cursor of no generation of its own."""
        values = base64.urlsafe_b64decode(found[0] + "=" * (-len(found[0]) % 4)).decode()
        changed = values.replace(self._generation, _GENERATION)
        return base64.urlsafe_b64encode(changed.encode()).decode().rstrip("=")


def _with(address: str, name: str, value: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{name}={value}"


def _said(request: str, headers: Mapping[str, str]) -> str:
    return ", ".join([request, *(f"{name}: {value}" for name, value in headers.items())])


def _refused(address: str, asked: Mapping[str, Any]) -> Iterator[str]:
    """Addresses that are answered with a 422: one for each code."""
    wrong = next(name for name in _WRONG if name in asked)
    bare = address.partition("?")[0]
    yield _with(bare, wrong, _WRONG[wrong])
    yield _with(bare, "colour", "red")
    one, other, *_ = _TWICE.get(wrong) or asked[wrong]["schema"]["enum"]
    yield _with(_with(bare, wrong, one), wrong, other)
    if "page" in asked:
        yield _with(bare, "page", "20000")


def main() -> None:
    """Write what is asked for into the file of examples."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))  # problems are wanted
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        build(ARTICLES, store)
        with closing(WhooshEngine(store)) as engine:
            FILE.write_bytes(to_json(Asker(engine).ask()))


def to_json(found: Mapping[str, list[Exchange]]) -> bytes:
    """The exchanges as the file has them."""
    rows = {
        operation: [{name: value for name, value in vars(each).items() if value is not None} for each in exchanges]
        for operation, exchanges in found.items()
    }
    return orjson.dumps(rows, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


if __name__ == "__main__":
    main()
