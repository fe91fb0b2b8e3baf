"""The table of the grammar against the embedded engine, on a real index."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from grammar_table import ARCHIVE, TABLE, Row
from support import write_archive

from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store
from service.search.request import Match, SearchRequest


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    place: Path = tmp_path_factory.mktemp("grammar")
    store = Store(place / "index")
    build(write_archive(place / "articles", ARCHIVE), store)
    engine = WhooshEngine(store)
    yield engine
    engine.close()


@pytest.mark.parametrize("match", Match)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.q or "nothing")
def test_query_of_the_table_finds_its_articles(engine: WhooshEngine, row: Row, match: Match) -> None:
    with engine.snapshot() as snapshot:
        page = snapshot.search(SearchRequest(row.q, match))
    expected = row.all if match is Match.ALL or row.any is None else row.any
    assert sorted(hit.article.id for hit in page.hits) == expected.split()
    assert page.total == len(expected.split())
    assert len(page.notes) == row.notes
