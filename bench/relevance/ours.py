"""This project, asked through its port: as a whole, and with one tier switched off."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from unittest.mock import patch

from bench.relevance.metrics import DEPTH
from bench.relevance.sets import JudgedSet, Passage, Query
from service.engines.whoosh.engine import WhooshEngine
from service.index.build import build
from service.index.generations import Store
from service.index.reader import OpenGeneration
from service.search.highlight import Highlighter
from service.search.page import Highlights
from service.search.port import Snapshot
from service.search.request import Match, SearchRequest, Window
from service.search.tier import EXPANSIONS, Tier

OURS = "ours"
WHOLE = {OURS: EXPANSIONS}
TIERS = {f"{OURS} without {tier}": EXPANSIONS - {tier} for tier in Tier if tier in EXPANSIONS}
_WINDOW = Window(1, DEPTH)
_KEPT = 30_000


class Ours:
    """The index of one set, which all kinds of expansion are asked of."""

    def __init__(self, judged: JudgedSet, place: Path, say: Callable[[str], None]) -> None:
        self._ids: Mapping[str, str] | None = None
        self._say = say
        articles = judged.articles
        if articles is None:
            articles = place / "articles"
            self._ids = _write(judged.passages, articles)
        self._store = Store(place / "index")
        report = build(articles, self._store)
        for notice in report.notices[:10]:
            say(str(notice))
        say(f"ours: {report.articles:,} of {len(judged.passages):,} passages indexed")

    def rank(self, queries: Sequence[Query], expand: frozenset[Tier]) -> dict[str, list[str]]:
        """The run of these queries."""
        cut_short = 0
        run = {}
        with self._snapshot() as snapshot:
            for query in queries:
                match = Match.ALL if query.every else Match.ANY
                page = snapshot.search(SearchRequest(query.text, match, expand, window=_WINDOW))
                cut_short += not page.is_complete
                found = [hit.article.id for hit in page.hits]
                run[query.id] = found if self._ids is None else [self._ids[number] for number in found]
        if cut_short:
            self._say(f"ours: {cut_short} searches took too long and were cut short, so other runs may differ")
        return run

    @contextmanager
    def _snapshot(self) -> Iterator[Snapshot]:
        """A snapshot that makes no highlights and reads an article once: of a hundred hits only the ids are wanted."""
        engine = WhooshEngine(self._store)
        stored = lru_cache(_KEPT)(OpenGeneration.stored)
        try:
            with (
                patch.object(Highlighter, "highlights", _no_highlights),
                patch.object(OpenGeneration, "stored", stored),
                engine.snapshot() as snapshot,
            ):
                yield snapshot
        finally:
            engine.close()


def _no_highlights(*_: object) -> Highlights:
    return Highlights()


def _write(passages: Sequence[Passage], folder: Path) -> dict[str, str]:
    """The passages as files in the house format, each under its number, as not every id can be the name of a file.

    Files take the same way into the index as an archive does; it is the reader that says what lead and headings are.
    """
    folder.mkdir(parents=True)
    ids = {}
    for number, passage in enumerate(passages):
        name = f"{number:09d}"
        ids[name] = passage.id
        text = f"{' '.join(passage.title.split())}\n{passage.text}\n"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
    return ids
