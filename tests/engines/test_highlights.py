"""The highlights of an index against the straightforward way to find them in the article."""

import pytest
from highlight_oracle import OracleHighlighter

from service.engines.whoosh.engine import WhooshEngine
from service.engines.whoosh.queries import Queries
from service.german.tokens import Chain
from service.search.grammar import parse
from service.search.request import Match, SearchRequest, Window


@pytest.mark.parametrize("match", Match)
@pytest.mark.parametrize(
    "q",
    [
        *("die", "deich", "haus hafen", "Bürger*innen", '"Ein- und Ausfuhr"', "stadt*", "title:deich body:wasser"),
        *("headings:bahn", 'lead:"am Morgen" die', "sturmflut -hafen", "tag:energie"),
    ],
)
def test_highlights_of_hits_are_those_of_the_straightforward_way(
    examples_engine: WhooshEngine, q: str, match: Match
) -> None:
    with examples_engine.snapshot() as snapshot:
        page = snapshot.search(SearchRequest(q, match, window=Window(size=100)))
    oracle = OracleHighlighter(parse(q, match).node, Chain())
    assert [hit.highlights for hit in page.hits] == [oracle.highlights(hit.article) for hit in page.hits]


def test_prepared_query_is_kept_for_its_text_and_match_alone() -> None:
    queries = Queries(Chain())
    kept = queries.prepare("deich hafen", Match.ALL)
    assert queries.prepare("deich hafen", Match.ALL) is kept
    assert queries.prepare("deich hafen", Match.ANY).wanted != kept.wanted
    assert queries.prepare("Deich hafen", Match.ALL) is not kept


def test_long_query_is_prepared_but_not_kept() -> None:
    queries = Queries(Chain())
    long = "deich " * 100
    assert queries.prepare(long, Match.ALL) is not queries.prepare(long, Match.ALL)
    assert queries.prepare(long, Match.ALL).wanted == queries.prepare(long, Match.ALL).wanted
