"""Stock Whoosh with its own codec."""

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from whoosh import index
from whoosh.searching import Searcher
from whoosh.sorting import Count, FieldFacet

from bench.analysis import Analysis
from bench.corpus import Text
from bench.engines.base import FACETS, HITS, Answer, InProcess
from bench.engines.whoosh_queries import Prepared, document, prepare, schema
from bench.queries import Query

_BUFFER_MB = 1024


class Adapter(InProcess):
    """One writer in one process, BM25F, `search(limit=10)` and the exact length of its results."""

    def __init__(self) -> None:
        self._analysis = Analysis()
        self._searcher: Searcher | None = None

    def versions(self) -> dict[str, str]:
        """The library."""
        return {"whoosh3": version("whoosh3")}

    def build(self, texts: Iterable[Text], folder: Path) -> None:
        """Adds the texts one by one."""
        writer = index.create_in(str(folder), schema()).writer(limitmb=_BUFFER_MB)
        for text in texts:
            writer.add_document(**document(text))
        writer.commit()

    def open(self, folder: Path) -> None:
        """Opens one searcher."""
        self._searcher = index.open_dir(str(folder)).searcher()

    def prepare(self, query: Query) -> Prepared:
        """The query tree."""
        return prepare(query, self._analysis)

    def search(self, prepared: Prepared) -> Answer:
        """The best ten, then the exact number of matches."""
        if self._searcher is None:
            raise RuntimeError("No index is open.")
        facet = FieldFacet("tags", allow_overlap=True, maptype=Count) if prepared.facet else None
        allowed = None if prepared.allowed is None else set(self._searcher.docs_for_query(prepared.allowed))
        if allowed is not None and not allowed:
            # Whoosh takes a filter that matches nothing for none at all.
            return Answer(0, [])
        results = self._searcher.search(prepared.tree, limit=HITS, filter=allowed, groupedby=facet)
        titles = [hit["title"] for hit in results]
        counts = results.groups() if prepared.facet else {}
        best = sorted(counts.items(), key=lambda item: -item[1])[:FACETS]
        return Answer(len(results), titles, dict(best))
