"""Fixtures: archives written to disk, indexed and served for real."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import settings
from playwright.sync_api import Page, sync_playwright
from support import EXAMPLES, Archive, MakeClient, Server, serving, write_archive

from service.api.app import create_app
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.arrays import evaluator
from service.index.build import build
from service.index.generations import Store

_CHROMIUM = shutil.which("chromium")

settings.register_profile("gate", deadline=None)  # how long an example takes says nothing about it
settings.register_profile("full", deadline=None, max_examples=10_000)
settings.load_profile("gate")


@pytest.fixture(autouse=True, scope="session")
def _without_haste() -> Iterator[None]:
    """What a search finds must not depend on what else the machine is doing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluator, "TIME_LIMIT", 600.0)
        yield


@pytest.fixture(scope="session")
def examples_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The indexed examples."""
    store = Store(tmp_path_factory.mktemp("examples-index"))
    build(EXAMPLES, store)
    return store


@pytest.fixture(scope="session")
def examples_engine(examples_store: Store) -> Iterator[WhooshEngine]:
    """The engine over the examples."""
    engine = WhooshEngine(examples_store)
    yield engine
    engine.close()


@pytest.fixture
def client(examples_engine: WhooshEngine) -> FlaskClient:
    """A client of the service over the examples."""
    return create_app(examples_engine, Settings()).test_client()


@pytest.fixture(scope="session")
def shared_client(examples_engine: WhooshEngine) -> FlaskClient:
    """The same for tests with many examples, between which answers are kept."""
    return create_app(examples_engine, Settings()).test_client()


@pytest.fixture
def make_engine(tmp_path: Path) -> Iterator[Callable[[Archive], WhooshEngine]]:
    """Index an archive of the test's own."""
    engines: list[WhooshEngine] = []

    def make(articles: Archive) -> WhooshEngine:
        place = tmp_path / str(len(engines))
        place.mkdir()
        (place / "articles").mkdir()
        store = Store(place / "index")
        build(write_archive(place / "articles", articles), store)
        engines.append(WhooshEngine(store))
        return engines[-1]

    yield make
    for engine in engines:
        engine.close()


@pytest.fixture
def make_client(make_engine: Callable[[Archive], WhooshEngine]) -> MakeClient:
    """A client of the service over an archive of the test's own."""
    return lambda articles: create_app(make_engine(articles), Settings()).test_client()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The examples under gunicorn."""
    with serving(EXAMPLES, tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of a browser."""
    if _CHROMIUM is None and "CI" not in os.environ:
        pytest.skip("chromium is not on PATH (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(60_000)
        yield page
        browser.close()
