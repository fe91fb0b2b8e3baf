"""The highlights of an index against the straightforward way to find them in the article."""

import pytest
from highlight_oracle import OracleHighlighter

from service.engines.whoosh.engine import WhooshEngine
from service.engines.whoosh.queries import Queries
from service.german.languages import analysed_as
from service.german.tokens import Chain
from service.index.generations import Store
from service.index.reader import OpenGeneration
from service.search.request import Match, SearchRequest, Selection, Window
from service.search.tier import EXPANSIONS, Tier


@pytest.fixture(scope="module")
def queries(examples_store: Store) -> Queries:
    folder = examples_store.current()
    assert folder is not None
    return Queries(OpenGeneration(folder))


@pytest.mark.parametrize("match", Match)
@pytest.mark.parametrize("expand", [EXPANSIONS, frozenset({Tier.VARIANT}), frozenset[Tier]()])
@pytest.mark.parametrize(
    "q",
    [
        *("die", "deich", "haus hafen", "Bürger*innen", '"Ein- und Ausfuhr"', "stadt*", "title:deich body:wasser"),
        *("headings:bahn", 'lead:"am Morgen" die', "sturmflut -hafen", "tag:energie", "Hochwasser-Schutz", "schutz"),
        *("Küstenschutzplan", "Deichh", "=haus OR Bürgern"),
    ],
)
def test_highlights_of_hits_are_those_of_the_straightforward_way(
    examples_engine: WhooshEngine, queries: Queries, q: str, match: Match, expand: frozenset[Tier]
) -> None:
    with examples_engine.snapshot() as snapshot:
        page = snapshot.search(SearchRequest(q, match, expand, window=Window(size=100)))
    asked = queries.prepare(Selection(q, match, expand))
    oracle = OracleHighlighter(asked.node, asked.leaves, Chain(), match)
    for hit in page.hits:
        assert hit.highlights == oracle.highlights(hit.article, analysed_as(hit.article.language))


def test_prepared_query_is_kept_for_its_text_match_and_tiers_alone(queries: Queries) -> None:
    kept = queries.prepare(Selection("deich hafen"))
    assert queries.prepare(Selection("deich hafen")) is kept
    assert queries.prepare(Selection("deich hafen", Match.ANY)).wanted != kept.wanted
    assert queries.prepare(Selection("deich hafen", expand=frozenset())).wanted != kept.wanted
    assert queries.prepare(Selection("Deich hafen")) is not kept


def test_long_query_is_prepared_but_not_kept(queries: Queries) -> None:
    long = "deich " * 100
    first, second = (queries.prepare(Selection(long)) for _ in range(2))
    assert first is not second
    assert first.wanted == second.wanted
