"""The occurrences in the articles of a selection, gathered and ordered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from service.engines.whoosh.compile import compile_filters
from service.engines.whoosh.queries import Prepared, Queries
from service.index.documents import title_key
from service.index.reader import NEWEST, OpenGeneration
from service.search.concordance import (
    MOST_ARTICLES,
    MOST_OCCURRENCES,
    ArticleConcordance,
    ConcordanceLine,
    ConcordancePage,
    ConcordanceRequest,
    ConcordanceSort,
    Occurrence,
    words_of,
)
from service.search.query import positive_leaves

_KEY_WORDS = 5
"""So many words beside a match decide on its place, whatever context is shown."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    """An occurrence in an article, and what it is sorted by."""

    number: int
    occurrence: Occurrence
    key: tuple[str, ...] = ()


class Concordance:
    """Makes the concordances of one generation. Threads may share it."""

    def __init__(self, generation: OpenGeneration, queries: Queries) -> None:
        self._generation = generation
        self._queries = queries

    def page(self, request: ConcordanceRequest) -> ConcordancePage:
        """One page of the occurrences of a query."""
        asked = self._queries.prepare(request)
        notes = [*asked.notes, *request.filters.notes]
        if not any(positive_leaves(asked.node)):
            notes.append("q has no word to look for, so nothing is an occurrence; give it one.")
            return ConcordancePage(0, (), tuple(notes))
        articles = self._generation.ordered(asked.wanted, compile_filters(request.filters), NEWEST, MOST_ARTICLES)
        if articles.limited:
            notes.append("The search took too long and was cut short; there may be more. Make it narrower.")
        gathered = list(islice(self._gather(articles.numbers.tolist(), asked, request.sort), MOST_OCCURRENCES + 1))
        is_cut = len(gathered) > MOST_OCCURRENCES or articles.total > MOST_ARTICLES
        if is_cut:
            notes.append(
                f"Only {min(len(gathered), MOST_OCCURRENCES)} occurrences, in the newest articles, were gathered, "
                "and are what is sorted; there may be more. Make the search narrower."
            )
        gathered = gathered[:MOST_OCCURRENCES]
        total = len(gathered)
        if request.sort is not ConcordanceSort.PLACE:
            gathered.sort(key=lambda it: it.key)
        return ConcordancePage(
            total,
            tuple(self._lines(gathered[request.window.start : request.window.stop], request.context)),
            tuple(notes),
            is_complete=not is_cut and not articles.limited,
            corrected=asked.corrected,
        )

    def _gather(self, numbers: Sequence[int], asked: Prepared, sort: ConcordanceSort) -> Iterator[_Gathered]:
        """The occurrences in some articles, in their order."""
        for number in numbers:
            article = self._article(number)
            for occurrence in article.occurrences(asked.highlighter):
                if sort is ConcordanceSort.PLACE:
                    yield _Gathered(number, occurrence)
                else:
                    yield _Gathered(number, occurrence, _key(article.line(occurrence, _KEY_WORDS), sort))

    def _lines(self, gathered: Sequence[_Gathered], context: int) -> Iterator[ConcordanceLine]:
        articles: dict[int, ArticleConcordance] = {}
        for one in gathered:
            if one.number not in articles:
                articles[one.number] = self._article(one.number)
            yield articles[one.number].line(one.occurrence, context)

    def _article(self, number: int) -> ArticleConcordance:
        stored = self._generation.stored(number)
        return ArticleConcordance(stored.article, stored.outline, self._generation.chain)


def _key(line: ConcordanceLine, sort: ConcordanceSort) -> tuple[str, ...]:
    """The words beside a match, the nearest first, as German dictionaries sort them."""
    if sort is ConcordanceSort.LEFT:
        return tuple(map(title_key, reversed(list(words_of(line.left)))))
    return tuple(map(title_key, words_of(line.right)))
