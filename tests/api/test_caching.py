"""The answers that a worker keeps, and those that a client has already."""

import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import structlog
from flask import Response
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from support import SEED_ID, Archive, MakeClient, get, write_archive

from service.api import moments
from service.api.app import create_app
from service.api.caching import Kept, Results, cut
from service.api.formats import LIST_FORMATS
from service.api.negotiate import Format
from service.api.search_formats import NAME_FORMATS, SEARCH_FORMATS
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.arrays import evaluator, proximity
from service.index.build import build
from service.index.generations import Store

ADDRESSES = [
    "/v1/search?q=deich&page_size=2&page=2",
    "/v1/search?q=gibtesnicht",
    "/v1/articles?page_size=1",
    f"/v1/articles?id={SEED_ID}",
    f"/v1/articles/{SEED_ID}",
    "/v1/tags?page_size=2",
    "/v1/tags/energie?from=2020",
    "/v1/suggest?q=klim",
]
HEADERS = ("Content-Type", "Content-Length", "ETag", "Link", "Cache-Control", "Vary")


def _logged(client: FlaskClient, address: str) -> tuple[Any, dict[str, Any]]:
    with structlog.testing.capture_logs() as lines:
        response = client.get(address)
    (line,) = lines
    return response, dict(line)


def _untimed(body: bytes) -> bytes:
    return re.sub(rb'"took_ms":[0-9.]+', b"", body)


@pytest.mark.parametrize("address", ADDRESSES)
def test_answer_from_the_cache_is_the_answer(client: FlaskClient, examples_engine: WhooshEngine, address: str) -> None:
    first, made = _logged(client, address)
    again, kept = _logged(client, address)
    assert ("cached" in made, kept["cached"]) == (False, True)
    assert {name: made.get(name) for name in ("status", "total", "zero_hits")} == {
        name: kept.get(name) for name in ("status", "total", "zero_hits")
    }
    assert _untimed(first.data) == _untimed(again.data)
    assert {name: first.headers.get(name) for name in HEADERS if name != "Content-Length"} == {
        name: again.headers.get(name) for name in HEADERS if name != "Content-Length"
    }
    assert int(again.headers["Content-Length"]) == len(again.data)
    uncached = create_app(examples_engine, Settings(result_cache_mb=0)).test_client()
    assert _untimed(uncached.get(address).data) == _untimed(again.data)


def test_took_ms_of_a_kept_answer_is_that_of_its_own_request(client: FlaskClient) -> None:
    address = "/v1/search?q=deich"
    client.get(address)
    for _ in range(5):
        response, line = _logged(client, address)
        assert 0 <= response.get_json()["took_ms"] <= line["took_ms"]


def test_request_in_other_words_takes_the_kept_answer(client: FlaskClient) -> None:
    client.get("/v1/search?q=deich&tag=energie&tag=bahn")
    _, line = _logged(client, "/v1/search?tag=bahn&page=1&tag=Energie&q=deich")
    assert line["cached"] is True


def test_head_and_get_share_an_answer(client: FlaskClient) -> None:
    client.head("/v1/tags")
    response, line = _logged(client, "/v1/tags")
    assert line["cached"] is True
    assert response.get_json()["total"]["value"] > 0


@pytest.mark.parametrize("address", ["/v1/search?page=0", "/v1/articles/gibt-es-nicht", "/v1/tags/gibt-es-nicht"])
def test_problem_is_not_kept(client: FlaskClient, address: str) -> None:
    client.get(address)
    assert "cached" not in _logged(client, address)[1]


_HARD = """author:"Anna Öztürk\""""


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/v1/search", SEARCH_FORMATS),
        ("/v1/tags", LIST_FORMATS),
        ("/v1/authors", LIST_FORMATS),
        ("/v1/tags/oel", NAME_FORMATS),
        ("/v1/sections/kultur", NAME_FORMATS),
        ("/v1/timeline", LIST_FORMATS),
        ("/v1/concordance", LIST_FORMATS),
    ],
)
def test_answer_that_was_cut_short_is_not_kept_in_any_format(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, path: str, kinds: tuple[Format, ...]
) -> None:
    monkeypatch.setattr(proximity, "_STRETCH", 1)
    header = "Datum: 2024-05-01\nRessort: Kultur\nAutor: Anna Öztürk, Jörg Weiß, Maren Kai\n"
    client = make_client({name: f"{header}Titel {name}\nLead.\n- Themen:\n- #Öl\n" for name in map(str, range(40))})
    for kind in kinds:
        asked = {"q": f"titel {_HARD}", "format": kind.name}
        with monkeypatch.context() as patched:
            patched.setattr(evaluator, "TIME_LIMIT", -1.0)
            hurried = client.get(path, query_string=asked)
        assert (hurried.status_code, hurried.headers["Cache-Control"]) == (200, "no-store")
        assert "ETag" not in hurried.headers
        with structlog.testing.capture_logs() as lines:
            whole = client.get(path, query_string=asked)
        assert "cached" not in lines[0]
        assert whole.headers["Cache-Control"].startswith("public")
        assert _untimed(whole.data) != _untimed(hurried.data)


def test_without_memory_nothing_is_kept(examples_engine: WhooshEngine) -> None:
    client = create_app(examples_engine, Settings(result_cache_mb=0)).test_client()
    client.get("/v1/tags")
    assert "cached" not in _logged(client, "/v1/tags")[1]


def test_answer_may_not_come_from_another_generation(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "articles", {"a": "Titel\nHaus.\n"})
    store = Store(tmp_path / "index")
    build(folder, store)
    engine = WhooshEngine(store)
    client = create_app(engine, Settings()).test_client()
    assert [get(client, "/v1/search")["total"]["value"] for _ in range(2)] == [1, 1]
    write_archive(folder, {"b": "Titel\nHof.\n"})
    build(folder, store)
    assert [get(client, "/v1/search")["total"]["value"] for _ in range(2)] == [2, 2]
    engine.close()


@pytest.mark.parametrize("bound", ["from=now-7d", "from=%6Eow-7d", "%66rom=%6e%6F%77-7d"])
def test_dates_before_now_are_asked_again_on_another_day(
    make_engine: Callable[[Archive], WhooshEngine], monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    client = create_app(make_engine({"a": "Datum: 2026-03-10\nTitel\nHaus.\n"}), Settings()).test_client()

    def at(moment: str) -> Any:
        class Clock(moments.datetime):  # type: ignore[name-defined,misc]
            @classmethod
            def now(cls, tz: Any = None) -> Any:
                return cls.fromisoformat(moment).replace(tzinfo=tz)

        monkeypatch.setattr("service.api.moments.datetime", Clock)
        monkeypatch.setattr("service.api.app.datetime", Clock)
        return client.get(f"/v1/search?{bound}")

    day, evening, later = at("2026-03-15T10:00"), at("2026-03-15T22:00"), at("2026-03-18T10:00")
    assert [answer.get_json()["total"]["value"] for answer in (day, evening, later)] == [1, 1, 0]
    assert day.headers["ETag"] == evening.headers["ETag"] != later.headers["ETag"]


def test_kept_answers_of_another_host_are_not_shown(client: FlaskClient) -> None:
    client.get("/v1/tags", base_url="http://one.example")
    with structlog.testing.capture_logs() as lines:
        client.get("/v1/tags", base_url="http://two.example")
        client.get("/v1/tags", base_url="http://one.example")
    assert [line.get("cached") for line in lines] == [None, True]


@pytest.mark.parametrize("address", ["/", "/openapi.json", "/openapi.yaml", "/v1/suggest"])
def test_everything_that_may_be_stored_can_be_asked_again(client: FlaskClient, address: str) -> None:
    first = client.get(address)
    assert first.headers["Cache-Control"].startswith("public, max-age=60")
    for held in (first.headers["ETag"], "*"):
        again = client.get(address, headers={"If-None-Match": held})
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


@pytest.mark.parametrize("address", ["/livez", "/readyz"])
def test_state_of_the_service_is_never_stored(client: FlaskClient, address: str) -> None:
    response = client.get(address)
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


_TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.just('"took_ms":1.5') | st.just('\\"took_ms":2')
_JSON = st.recursive(
    _TEXTS | st.integers() | st.booleans() | st.none(),
    lambda inner: st.lists(inner) | st.dictionaries(_TEXTS.filter(lambda name: name != "took_ms"), inner),
    max_leaves=10,
)


@given(st.dictionaries(_TEXTS.filter(lambda name: name != "took_ms"), _JSON), st.floats(0, 1e5), st.floats(0, 1e5))
def test_only_the_milliseconds_of_an_answer_are_replaced(rest: dict[str, Any], first: float, own: float) -> None:
    first, own = round(first, 1), round(own, 1)
    body = json.dumps({**rest, "took_ms": first, "rest": rest}, ensure_ascii=False, separators=(",", ":"))
    kept = cut(Response(body, mimetype="application/json"), None)
    assert json.loads(kept.response(own).data) == {**rest, "took_ms": own, "rest": rest}


def test_other_formats_are_kept_as_they_are() -> None:
    body = 'Er schrieb "took_ms":1.5 an die Tafel.'
    kept = cut(Response(body, mimetype="text/plain"), None)
    assert kept.response(9.9).get_data(as_text=True) == body


_KEYS = st.text("abcdef", min_size=1, max_size=2)


@given(st.lists(st.tuples(st.booleans(), _KEYS, st.integers(0, 3_000)), max_size=60))
def test_least_recently_used_go_first_and_the_bound_holds(steps: list[tuple[bool, str, int]]) -> None:
    results = Results(20_000)
    model: dict[str, Kept] = {}
    for is_read, key, length in steps:
        if is_read:
            assert results.get(key) == model.get(key)
            if key in model:
                model[key] = model.pop(key)
        else:
            answer = Kept(b"x" * length, None, (), None)
            results.keep(key, answer)
            if answer.size <= 20_000 // 8:
                model.pop(key, None)
                model[key] = answer
                while sum(kept.size for kept in model.values()) > 20_000:
                    model.pop(next(iter(model)))
    assert {key: results.get(key) for key in model} == model


_HEADERS = tuple((f"X-{number}", "x" * 100) for number in range(10))


@pytest.mark.parametrize("headers", [(), _HEADERS])
@pytest.mark.parametrize("length", [0, 10_000])
def test_memory_of_kept_answers_is_bounded_with_keys_and_headers(
    headers: tuple[tuple[str, str], ...], length: int
) -> None:
    bound = 1_000_000
    results = Results(bound)
    tracemalloc.start()
    try:
        for number in range(2_000):
            own = tuple((f"{name}-{number}", f"{value}{number}") for name, value in headers)
            results.keep(f"{number}{'x' * 31_000}", Kept(b"%d" % number + b"x" * length, None, own, None))
        assert tracemalloc.get_traced_memory()[0] < bound
    finally:
        tracemalloc.stop()


def test_answer_to_post_is_not_kept_and_that_to_get_is_taken_for_it(client: FlaskClient) -> None:
    body = {"q": "deich", "page_size": 3}
    with structlog.testing.capture_logs() as lines:
        for _ in range(2):
            client.post("/v1/search", json=body)
        client.get("/v1/search", query_string=body)
        client.post("/v1/search", json=body)
    assert [line.get("cached") for line in lines] == [None, None, None, True]


def test_threads_share_kept_answers() -> None:
    results = Results(100_000)
    answers = {str(number): Kept(b"%d" % number, None, (), None) for number in range(200)}
    wrong: list[str] = []

    def work() -> None:
        for _ in range(20):
            for key, answer in answers.items():
                results.keep(key, answer)
                found = results.get(key)
                if found is not None and found != answer:
                    wrong.append(key)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_answers_are_kept_while_others_are_of_no_generation_or_an_older_one(client: FlaskClient) -> None:
    with structlog.testing.capture_logs() as lines:
        for path in ("/v1/search?q=deich", "/robots.txt", "/llms.txt", "/opensearch.xml", "/v1/search?q=deich"):
            client.get(path)
    assert lines[-1]["cached"] is True
