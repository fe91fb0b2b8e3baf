"""The occurrences in the articles of a selection, gathered and ordered."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from time import monotonic

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
from service.search.page import CUT_SHORT
from service.search.query import Field, Phrase, Word, positive_leaves
from service.search.request import Cursor, Sort

TIME_LIMIT = 1.0
"""Seconds after which no more articles are looked through for one answer."""
_TEXTS = dict.fromkeys((Field.TITLE, Field.LEAD, Field.HEADINGS, Field.BODY)).keys()
_KEY_WORDS = 5
"""So many words beside a match decide on its place, whatever context is shown."""


@dataclass(frozen=True, slots=True)
class _Gathered:
    """An occurrence in an article, and what it is sorted by."""

    number: int
    occurrence: Occurrence
    key: tuple[str, ...] = ()


@dataclass(slots=True)
class _Deadline:
    """When to stop looking through articles, by `monotonic`, and whether that was before the last of them."""

    end: float
    is_over: bool = False

    def in_time(self, numbers: Sequence[int]) -> Iterator[int]:
        """Those of some articles that are begun in time, the first in any case."""
        for index, number in enumerate(numbers):
            if index and monotonic() > self.end:
                self.is_over = True
                return
            yield number


class Concordance:
    """Makes the concordances of one generation. Threads may share it."""

    def __init__(self, generation: OpenGeneration, queries: Queries) -> None:
        self._generation = generation
        self._queries = queries

    def page(self, request: ConcordanceRequest) -> ConcordancePage:
        """A part of the occurrences of a query."""
        asked = self._queries.prepare(request)
        notes = [*asked.notes, *request.filters.notes]
        reason = _no_occurrences(list(positive_leaves(asked.node)), request.search_in)
        if reason:
            return ConcordancePage(0, (), (*notes, reason))
        behind = None if request.cursor is None else request.cursor.behind
        articles, deadline = self._articles(request, asked, behind), _Deadline(monotonic() + TIME_LIMIT)
        part = self._walked if request.cursor is not None and request.window.size else self._gathered
        made = part(request, asked, articles, deadline)
        is_complete = not articles.limited and not deadline.is_over
        return replace(
            made,
            notes=(*notes, *made.notes, *(() if is_complete else (CUT_SHORT,))),
            is_exact=made.is_exact and is_complete,
            is_complete=is_complete,
            corrected=asked.corrected,
        )

    def _articles(self, request: ConcordanceRequest, asked: Prepared, behind: Cursor | None) -> Found:
        """The newest articles, or those behind a cursor: one more than are looked through, if there are so many."""
        allowed = compile_filters(request.filters)
        return first(self._generation, asked.wanted, allowed, Sort.NEWEST, MOST_ARTICLES + 1, behind)

    def _gathered(
        self, request: ConcordanceRequest, asked: Prepared, articles: Found, deadline: _Deadline
    ) -> ConcordancePage:
        """A page of as many occurrences as are gathered, sorted."""
        numbers = articles.numbers.tolist()
        looked_through = deadline.in_time(numbers[:MOST_ARTICLES])
        found = list(islice(self._gather(looked_through, asked, request.sort), MOST_OCCURRENCES + 1))
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

    def _walked(
        self, request: ConcordanceRequest, asked: Prepared, articles: Found, deadline: _Deadline
    ) -> ConcordancePage:
        """What stands behind a cursor: as many occurrences as a page has, or those in as many articles as are read."""
        assert request.cursor is not None  # noqa: S101 - the caller has looked
        begin, behind, lines = request.cursor, request.cursor.behind, list[ConcordanceLine]()
        numbers = articles.numbers.tolist()
        for index, number in enumerate(deadline.in_time(numbers[:MOST_ARTICLES])):
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
        is_more = len(numbers) > MOST_ARTICLES or deadline.is_over
        end = ConcordanceCursor(behind, seen=seen)
        return ConcordancePage(seen, tuple(lines), is_exact=not is_more, cursor=end if is_more else None)

    def _gather(self, numbers: Iterable[int], asked: Prepared, sort: ConcordanceSort) -> Iterator[_Gathered]:
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


def _no_occurrences(leaves: Sequence[Word | Phrase], search_in: Collection[str]) -> str | None:
    """Why nothing can be an occurrence, and what to do about it; None where something can."""
    if not leaves:
        return "q has no word to look for, so nothing is an occurrence; give it one."
    is_in_text = not search_in or not _TEXTS.isdisjoint(search_in)
    if any(leaf.field in _TEXTS or (leaf.field is None and is_in_text) for leaf in leaves):
        return None
    return f"Tags and names have no words around them, so nothing is an occurrence; search {', '.join(_TEXTS)}."


def _key(line: ConcordanceLine, sort: ConcordanceSort) -> tuple[str, ...]:
    """The words beside a match, the nearest first, as German dictionaries sort them."""
    if sort is ConcordanceSort.LEFT:
        return tuple(map(title_key, reversed(list(words_of(line.left)))))
    return tuple(map(title_key, words_of(line.right)))
