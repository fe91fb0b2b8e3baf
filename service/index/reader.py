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
from service.index.arrays.decay import Decay
from service.index.arrays.evaluator import Evaluator, Found
from service.index.arrays.flatfile import Array
from service.index.arrays.index import ArrayIndex
from service.index.arrays.leaf import Order, Place
from service.index.arrays.statistics import robertson_idf
from service.index.completions import Completions
from service.index.days import Days
from service.index.documents import Stored, from_stored
from service.index.generations import FORMAT, read_manifest
from service.index.names import NameList
from service.index.schema import NAMED, NO_MOMENT, length_weights, whoosh_schema
from service.index.stories import STORIES_FILE, Stories
from service.index.suggestions import SUGGESTIONS_FILE

NAMES_FILE = "names.json"
LANGUAGES_FILE = "languages.json"
NEWEST = Order("published", descending=True, last=NO_MOMENT)
OLDEST = Order("published", last=NO_MOMENT)
BY_TITLE = Order("title_key")
_DAY = 24 * 60 * 60 * 1_000_000
"""In the unit of moments."""


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
        self.newest = manifest.newest
        self.chain = Chain()
        self.names: Mapping[str, Mapping[str, str]] = _read_names(folder / NAMES_FILE)
        self.languages: Sequence[str] = _read_json(folder / LANGUAGES_FILE)
        self.completions = Completions(folder / SUGGESTIONS_FILE)
        self.stories = Stories(folder / STORIES_FILE)
        self._index = ArrayIndex.open(folder, whoosh_schema(self.chain))
        self._evaluator = Evaluator(self._index, length_weights(), robertson_idf)
        self._days: dict[str, Days] = {}
        self._name_lists: dict[str, NameList] = {}

    @property
    def documents(self) -> int:
        """How many articles there are."""
        return self._evaluator.documents

    def verify(self) -> None:
        """Compare all files with their checksums.

        Raises:
            IndexDamagedError: one differs.
        """
        self._index.verify()
        self.completions.verify()
        self.stories.verify()

    def ranked(  # noqa: PLR0913, PLR0917 - a list has so many sides
        self,
        wanted: query.Query,
        allowed: query.Query | None,
        limit: int,
        after: Place | None = None,
        decay: Decay | None = None,
        groups: Array | None = None,
    ) -> Found:
        """The best documents that match both queries, or the one. Only `wanted` scores; of equals the newest first.

        With `groups`, one number a document, only the best of each group but 0.
        """
        return self._evaluator.search(wanted, limit, allowed, tie=NEWEST, after=after, decay=decay, groups=groups)

    def ordered(  # noqa: PLR0913, PLR0917 - a list has so many sides
        self,
        wanted: query.Query,
        allowed: query.Query | None,
        order: Order,
        limit: int,
        after: Place | None = None,
        groups: Array | None = None,
    ) -> Found:
        """The first documents that match both queries, or the one, in an order; with `groups` as in `ranked`."""
        return self._evaluator.ordered(wanted, order, limit, allowed, after, groups)

    def place(self, number: int, order: Order | None, score: float | None) -> Place:
        """Where a document stands in an order, or, without one, among scores."""
        return self._evaluator.place(number, order or NEWEST, score)

    def recency(self, days: int) -> Decay | None:
        """By how much scores fall with the age of articles; None where none has a date that counts.

        Age counts from the newest article that was not in the future when it was indexed.
        """
        if self.newest is None:
            return None
        return Decay("published", self.newest, days * _DAY)

    def contributions(self, wanted: query.Query, numbers: Array) -> list[list[tuple[query.Query, float]]]:
        """For each of some documents what the nodes of a query without children add to its score."""
        return self._evaluator.contributions(wanted, numbers)

    def decay_of(self, decay: Decay, numbers: Array) -> list[float]:
        """What the score of each of some documents is multiplied by."""
        ascending, at = np.unique(numbers, return_inverse=True)
        factors: list[float] = decay.factors(self._evaluator.column(decay.column, ascending))[at].tolist()
        return factors

    def matching(self, wanted: query.Query) -> Array:
        """Numbers of all documents that match, ascending."""
        return self._evaluator.matching(wanted)

    def newest_first(self, numbers: Array) -> Array:
        """Ascending documents in the order NEWEST."""
        moments = self.moments("published", numbers)
        return numbers[np.argsort(-moments, kind="stable")]  # NO_MOMENT is less than all others

    def all_matches(self, wanted: query.Query, allowed: query.Query | None, facets: Sequence[str] = ()) -> Found:
        """All documents that match both queries, or the one, ascending, and counts of keywords over them."""
        return self._evaluator.all_matches(wanted, allowed, facets)

    def days(self, date_field: str) -> Days:
        """The days of all documents by one of their dates; made when it is first asked for."""
        if date_field not in self._days:
            self._days[date_field] = Days.of(self._evaluator.column(date_field), self._evaluator.column("word_count"))
        return self._days[date_field]

    def name_list(self, field: str) -> NameList:
        """The names of a keyword field in the order of its facet counts; made when it is first asked for."""
        if field not in self._name_lists:
            ids = [term.decode() for term in self._evaluator.keywords(field).terms]
            self._name_lists[field] = NameList(ids, self.names[field])
        return self._name_lists[field]

    def date_range(self, numbers: Array, date_field: str) -> tuple[int, int] | None:
        """The first and the last moment among the dated documents, by one of their dates."""
        moments = self.moments(date_field, numbers)
        moments = moments[moments != NO_MOMENT]
        return (int(moments.min()), int(moments.max())) if len(moments) else None

    def moments(self, name: str, numbers: Array) -> Array:
        """The dates of some documents, ascending, as `to_moment` writes them; NO_MOMENT where there is none."""
        return self._evaluator.column(name, numbers)

    def ids(self, numbers: Array) -> list[str]:
        """The ids of some documents, ascending."""
        return [term.decode() for term in self._evaluator.only_terms("id", numbers)]

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
