"""An open generation, and the questions that the engine asks of it. Threads share it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import query

from service.errors import IndexDamagedError
from service.german.tokens import Chain
from service.index.analysis import FORM
from service.index.arrays.evaluator import Evaluator, Found
from service.index.arrays.flatfile import Array
from service.index.arrays.index import ArrayIndex
from service.index.arrays.leaf import Order
from service.index.arrays.statistics import robertson_idf
from service.index.completions import Completions
from service.index.documents import Stored, from_stored
from service.index.generations import FORMAT, read_manifest
from service.index.schema import NAMED, NO_MOMENT, length_weights, whoosh_schema
from service.index.suggestions import SUGGESTIONS_FILE

NAMES_FILE = "names.json"
LANGUAGES_FILE = "languages.json"
NEWEST = Order("published", descending=True, last=NO_MOMENT)
OLDEST = Order("published", last=NO_MOMENT)
BY_TITLE = Order("title_key")


class OpenGeneration:
    """A finished generation.

    Raises:
        IndexDamagedError: the folder does not hold a generation of this format.
    """

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        if manifest.format != FORMAT:
            raise IndexDamagedError(f"{folder} has format {manifest.format}, not {FORMAT}: index again.")
        self.generation = manifest.generation
        self.chain = Chain()
        self.names: Mapping[str, Mapping[str, str]] = _read_names(folder / NAMES_FILE)
        self.languages: Sequence[str] = _read_json(folder / LANGUAGES_FILE)
        self.completions = Completions(folder / SUGGESTIONS_FILE)
        self._index = ArrayIndex.open(folder, whoosh_schema(self.chain))
        self._evaluator = Evaluator(self._index, length_weights(), robertson_idf)

    def verify(self) -> None:
        """Compare all files with their checksums.

        Raises:
            IndexDamagedError: one differs.
        """
        self._index.verify()
        self.completions.verify()

    def ranked(self, wanted: query.Query, allowed: query.Query | None, limit: int) -> Found:
        """The best documents that match both queries, or the one. Only `wanted` scores; of equals the newest first."""
        return self._evaluator.search(wanted, limit, allowed, tie=NEWEST)

    def ordered(self, wanted: query.Query, allowed: query.Query | None, order: Order, limit: int) -> Found:
        """The first documents that match both queries, or the one, in an order."""
        return self._evaluator.ordered(wanted, order, limit, allowed)

    def matching(self, wanted: query.Query) -> Array:
        """Numbers of all documents that match, ascending."""
        return self._evaluator.matching(wanted)

    def date_range(self, numbers: Array) -> tuple[int, int] | None:
        """The first and the last moment among the dated documents."""
        moments = self._evaluator.column("published", numbers)
        moments = moments[moments != NO_MOMENT]
        return (int(moments.min()), int(moments.max())) if len(moments) else None

    def number_of(self, article_id: str) -> int | None:
        """The document with this id."""
        found = self.matching(query.Term("id", article_id))
        return int(found[0]) if len(found) else None

    def stored(self, number: int) -> Stored:
        """What is stored of the article of a document."""
        return from_stored(self._evaluator.stored(number, ("article",))["article"])

    def document_frequency(self, name: str, term: str) -> int:
        """How many articles have a term in a field."""
        return self._evaluator.document_frequency(name, term)

    @property
    def documents(self) -> int:
        """How many articles there are."""
        return self._evaluator.documents

    def idf(self, name: str, term: str) -> float:
        """What a term of a field weighs by the articles that have it; 0 where none does."""
        return self._evaluator.idf(name, term)

    def scores(self, wanted: Sequence[query.Query], number: int) -> list[float]:
        """What each query scores in one document, 0 where it does not match."""
        return self._evaluator.scores(wanted, number)

    def column(self, name: str, number: int) -> int:
        """The value of a document in a column of numbers."""
        return int(self._evaluator.column(name, np.array([number]))[0])

    def forms(self) -> tuple[list[str], list[int]]:
        """All forms of the archive, ascending, and how many articles have each."""
        terms, counts = self._evaluator.terms("words", FORM)
        return [term.decode()[len(FORM) :] for term in terms], counts

    def keyword_counts(self, field: str, wanted: query.Query) -> dict[str, int]:
        """How many of the matches have each keyword; keywords without any are left out."""
        return {term.decode(): count for term, count in self._evaluator.facets(wanted, field).all().items()}


def _read_names(path: Path) -> Mapping[str, Mapping[str, str]]:
    names: Mapping[str, Mapping[str, str]] = _read_json(path)
    if set(names) != set(NAMED):
        raise IndexDamagedError(f"{path} does not hold the names of {', '.join(NAMED)}: index again.")
    return names


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexDamagedError(f"{path} cannot be read: index again.") from error
