"""Fixtures: archives written to disk, indexed and served for real."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.app import create_app
from service.config import Settings
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
SEED_ID = "000_692ed9f868c8dedc"

Archive = Mapping[str, str]
MakeClient = Callable[[Archive], FlaskClient]


def write_archive(folder: Path, articles: Archive) -> Path:
    """A folder with one file for each article: the name without ending, and the text."""
    for name, text in articles.items():
        file = folder / f"{name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


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


def get(client: FlaskClient, address: str, status: int = 200, /, **parameters: Any) -> dict[str, Any]:
    """The JSON of an answer, whose status is checked."""
    response = client.get(address, query_string=parameters or None)
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.get_json()
    return body


def ids(page: Mapping[str, Any]) -> list[str]:
    """The ids of a page's results."""
    return [result["id"] for result in page["results"]]
