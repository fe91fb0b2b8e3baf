"""An open generation: searchers for several threads, and the questions that the engine asks the index."""

import json
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from whoosh import index, query
from whoosh.scoring import BM25F
from whoosh.searching import Searcher

from service.articles.model import Article
from service.errors import IndexDamagedError
from service.german.tokens import Chain
from service.index.documents import from_stored
from service.index.generations import FORMAT, read_manifest
from service.index.schema import NO_MOMENT, whoosh_schema

NAMES_FILE = "names.json"


class OpenGeneration:
    """A finished generation. Threads share it; each borrows a searcher of its own, as those are not shared.

    Raises:
        IndexDamagedError: the folder does not hold a generation of this format.
    """

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        if manifest.format != FORMAT:
            raise IndexDamagedError(f"{folder} has format {manifest.format}, not {FORMAT}: index again.")
        self.generation = manifest.generation
        self.chain = Chain()
        self._idle: list[Searcher] = []
        self._lock = threading.Lock()
        try:
            self.names: dict[str, dict[str, str]] = json.loads((folder / NAMES_FILE).read_text(encoding="utf-8"))
            self._index = index.open_dir(str(folder), schema=whoosh_schema(self.chain))
            self._idle.append(self._new_searcher())
        except Exception as error:  # Whoosh raises whatever its file formats run into
            raise IndexDamagedError(f"{folder} is damaged: index again.") from error

    @contextmanager
    def view(self) -> Iterator["View"]:
        """The index for one thread."""
        with self._lock:
            searcher = self._idle.pop() if self._idle else None
        if searcher is None:
            searcher = self._new_searcher()
        try:
            yield View(searcher)
        finally:
            with self._lock:
                self._idle.append(searcher)

    def close(self) -> None:
        """Close all files. No view may be open."""
        while self._idle:
            self._idle.pop().close()
        self._index.close()

    def _new_searcher(self) -> Searcher:
        return self._index.searcher(weighting=BM25F())


class View:
    """What one thread sees of a generation. Document numbers are Whoosh's."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._reader = searcher.reader()

    def ranked(self, wanted: query.Query, allowed: query.Query) -> list[tuple[int, float]]:
        """Numbers and scores of all documents that match both queries, best first; only `wanted` scores.

        All are scored, as Whoosh's short cut for the first ten can be wrong; of equal scores the newest is first.
        """
        scores = dict(self._searcher.search(wanted, limit=None, filter=allowed).items())
        moments = self._moments(scores)
        ordered = sorted(scores.items(), key=lambda item: (-(item[1] or 0.0), -moments[item[0]]))
        return [(number, score or 0.0) for number, score in ordered]

    def matching(self, wanted: query.Query) -> list[int]:
        """Numbers of all documents that match, ascending."""
        return sorted(self._searcher.docs_for_query(wanted))

    def newest_first(self, numbers: Sequence[int]) -> list[int]:
        """The documents by date, undated ones last."""
        moments = self._moments(numbers)
        return sorted(numbers, key=lambda number: -moments[number])

    def oldest_first(self, numbers: Sequence[int]) -> list[int]:
        """The documents by date, undated ones last."""
        moments = self._moments(numbers)
        return sorted(numbers, key=lambda number: (moments[number] == NO_MOMENT, moments[number]))

    def by_title(self, numbers: Sequence[int]) -> list[int]:
        """The documents in alphabetical order of their titles."""
        column = self._reader.column_reader("title_key")
        return sorted(numbers, key=lambda number: str(column[number]))

    def date_range(self, numbers: Collection[int]) -> tuple[int, int] | None:
        """The first and the last moment among the dated documents."""
        moments = [moment for moment in self._moments(numbers).values() if moment != NO_MOMENT]
        return (min(moments), max(moments)) if moments else None

    def number_of(self, article_id: str) -> int | None:
        """The document with this id."""
        return next(iter(self.matching(query.Term("id", article_id))), None)

    def article(self, number: int) -> Article:
        """The article stored in a document."""
        return from_stored(self._reader.stored_fields(number)["article"])

    def keyword_counts(self, field: str, numbers: Collection[int] | None) -> dict[str, int]:
        """How many of the documents (None: all) have each keyword; keywords without any are left out."""
        counts: dict[str, int] = {}
        for term in self._reader.lexicon(field):
            if numbers is None:
                count = self._reader.doc_frequency(field, term)
            else:
                count = sum(number in numbers for number in self._searcher.postings(field, term).all_ids())
            if count:
                counts[term.decode()] = count
        return counts

    def _moments(self, numbers: Collection[int]) -> dict[int, int]:
        column = self._reader.column_reader("published")
        return {number: int(column[number]) for number in numbers}
