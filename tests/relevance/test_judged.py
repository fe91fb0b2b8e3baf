"""What each of the judged queries finds on the examples: every relevant article near the top, none of the unwanted.

A line of `judged.jsonl` is a query: `q`, and `match` where any of its words may match; the `relevant` articles with
their gain (3 is what was asked for, 1 is related), those that must `not` be found, the one that must stand `first`,
and `why`. The judgements come from reading the articles, not from what the engine finds.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from support import EXAMPLES

from service.articles.corpus import Corpus, Fingerprint
from service.articles.model import Article
from service.engines.whoosh.engine import WhooshEngine
from service.search.request import Match, SearchRequest, Window

TOP = 10
PAGE = Window(size=100)
LINES = (Path(__file__).parent / "judged.jsonl").read_text(encoding="utf-8").splitlines()
JUDGED: list[dict[str, Any]] = [json.loads(line) for line in LINES]


@pytest.mark.parametrize("judged", JUDGED, ids=[judged["id"] for judged in JUDGED])
def test_judged_query_finds_what_it_should(examples_engine: WhooshEngine, judged: dict[str, Any]) -> None:
    match = Match(judged.get("match", "all"))
    with examples_engine.snapshot() as snapshot:
        page = snapshot.search(SearchRequest(judged["q"], match, window=PAGE))
    found = [hit.article.id for hit in page.hits]
    top = found[: max(TOP, len(judged["relevant"]))]
    assert set(judged["relevant"]) <= set(top), judged["why"]
    assert not set(judged.get("not", ())) & set(found), judged["why"]
    if "first" in judged:
        assert found[0] == judged["first"], judged["why"]


def test_judgements_are_well_formed() -> None:
    known = {item.id for item in Corpus(EXAMPLES).read(Fingerprint()) if isinstance(item, Article)}
    assert len({judged["id"] for judged in JUDGED}) == len(JUDGED) >= 80
    for judged in JUDGED:
        unwanted = judged.get("not", [])
        assert set(judged) <= {"id", "group", "q", "match", "relevant", "not", "first", "why"}, judged["id"]
        assert judged["relevant"] or unwanted, judged["id"]
        assert judged["relevant"].keys() | set(unwanted) <= known, judged["id"]
        assert not judged["relevant"].keys() & set(unwanted), judged["id"]
        assert set(judged["relevant"].values()) <= {1, 2, 3}, judged["id"]
        assert judged.get("first") in {None, *judged["relevant"]}, judged["id"]
