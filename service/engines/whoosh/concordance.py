"""The occurrences in the articles of a selection, gathered and ordered."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from service.engines.whoosh.compile import compile_filters
from service.engines.whoosh.cursors import cursor_behind, first
from service.engines.whoosh.queries import Prepared, Queries
from service.index.arrays.evaluator import Found
from service.index.documents import title_key
from service.index.reader import OpenGeneration
from service.search.concordance import (
    MOST_ARTICLES,
    MOST_OCCURRENCES,
    ArticleConcordance,
    ConcordanceCursor,
    ConcordanceLine,
    ConcordancePage,
    ConcordanceRequest,
    ConcordanceSort,
    Occurrence,
    words_of,
)
from service.search.query import positive_leaves
from service.search.request import Cursor, Sort

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
        """A part of the occurrences of a query."""
        asked = self._queries.prepare(request)
        notes = [*asked.notes, *request.filters.notes]
        if not any(positive_leaves(asked.node)):
            notes.append("q has no word to look for, so nothing is an occurrence; give it one.")
            return ConcordancePage(0, (), tuple(notes))
        behind = None if request.cursor is None else request.cursor.behind
        articles = self._articles(request, asked, behind)
        if articles.limited:
            notes.append("The search took too long and was cut short; there may be more. Make it narrower.")
        part = self._walked if request.cursor is not None and request.window.size else self._gathered
        made = part(request, asked, articles)
        return replace(
            made,
            notes=(*notes, *made.notes),
            is_exact=made.is_exact and not articles.limited,
            is_complete=not articles.limited,
            corrected=asked.corrected,
        )

    def _articles(self, request: ConcordanceRequest, asked: Prepared, behind: Cursor | None) -> Found:
        """The newest articles, or those behind a cursor: one more than are looked through, if there are so many."""
        allowed = compile_filters(request.filters)
        return first(self._generation, asked.wanted, allowed, Sort.NEWEST, MOST_ARTICLES + 1, behind)

    def _gathered(self, request: ConcordanceRequest, asked: Prepared, articles: Found) -> ConcordancePage:
        """A page of as many occurrences as are gathered, sorted."""
        numbers = articles.numbers.tolist()
        found = list(islice(self._gather(numbers[:MOST_ARTICLES], asked, request.sort), MOST_OCCURRENCES + 1))
        is_cut = len(found) > MOST_OCCURRENCES or len(numbers) > MOST_ARTICLES
        found = found[:MOST_OCCURRENCES]
        note = (
            f"Only {len(found)} occurrences, in the newest articles, were gathered, and are what is sorted; there may "
            "be more. Make the search narrower, or read all with cursor=*."
        )
        if request.sort is not ConcordanceSort.PLACE:
            found.sort(key=lambda it: it.key)
        lines = self._lines(found[request.window.start : request.window.stop], request.context)
        return ConcordancePage(len(found), tuple(lines), (note,) if is_cut else (), is_exact=not is_cut)

    def _walked(self, request: ConcordanceRequest, asked: Prepared, articles: Found) -> ConcordancePage:
        """What stands behind a cursor: as many occurrences as a page has, or those in as many articles as are read."""
        assert request.cursor is not None  # noqa: S101 - the caller has looked
        begin, behind, lines = request.cursor, request.cursor.behind, list[ConcordanceLine]()
        numbers = articles.numbers.tolist()
        for index, number in enumerate(numbers[:MOST_ARTICLES]):
            article = self._article(number)
            occurrences = article.occurrences(asked.highlighter)
            passed = begin.passed if article.id == begin.article_id else 0
            stop = passed + request.window.size - len(lines)
            lines.extend(article.line(occurrence, request.context) for occurrence in occurrences[passed:stop])
            if stop < len(occurrences):
                end = ConcordanceCursor(behind, article.id, stop, begin.seen + len(lines))
                return ConcordancePage(end.seen, tuple(lines), is_exact=False, cursor=end)
            behind = cursor_behind(self._generation, Sort.NEWEST, articles, index, article.id, behind)
        seen = begin.seen + len(lines)
        is_more = len(numbers) > MOST_ARTICLES
        end = ConcordanceCursor(behind, seen=seen)
        return ConcordancePage(seen, tuple(lines), is_exact=not is_more, cursor=end if is_more else None)

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
