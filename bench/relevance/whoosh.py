"""Stock Whoosh with Snowball's stems: BM25F over title and text as one field, any word may match."""

from collections.abc import Sequence
from pathlib import Path

from whoosh import fields, index, query

from bench.analysis import Analysis
from bench.engines.whoosh_queries import StemAnalyzer
from bench.relevance.metrics import DEPTH
from bench.relevance.sets import JudgedSet, Query, digest

_FIELD = "text"
_BUFFER_MB = 1024


class Whoosh:
    """The index of one set."""

    def __init__(self, judged: JudgedSet, place: Path) -> None:
        schema = fields.Schema(id=fields.STORED, text=fields.TEXT(analyzer=StemAnalyzer()))
        place.mkdir(parents=True)
        self._index = index.create_in(str(place), schema)
        self._analysis = Analysis()
        writer = self._index.writer(limitmb=_BUFFER_MB)
        for passage in judged.passages:
            writer.add_document(id=passage.id, text=f"{passage.title}\n{passage.text}")
        writer.commit()

    def rank(self, queries: Sequence[Query]) -> dict[str, list[str]]:
        """The run of these queries."""
        with self._index.searcher() as searcher:
            return {
                asked.id: [hit["id"] for hit in searcher.search(self._tree(asked), limit=DEPTH)] for asked in queries
            }

    def _tree(self, asked: Query) -> query.Query:
        return query.Or([query.Term(_FIELD, stem) for stem in self._analysis.stems(asked.text)])


def sample(queries: Sequence[Query], most: int) -> tuple[Query, ...]:
    """A fixed sample: stock Whoosh steps through posting lists in Python and would take hours for thousands."""
    chosen = sorted(queries, key=lambda asked: digest(f"sample {asked.id}"))[:most]
    return tuple(sorted(chosen, key=queries.index))
