"""The answers of one generation."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from whoosh import query

from service.engines.whoosh.compile import compile_filters
from service.engines.whoosh.concordance import Concordance
from service.engines.whoosh.cursors import check, cursor_behind, digest, end_of_page, first, is_lost, is_of_other_scores
from service.engines.whoosh.explain import contributions
from service.engines.whoosh.facets import facets
from service.engines.whoosh.listing import listing
from service.engines.whoosh.names import name, names
from service.engines.whoosh.queries import Prepared, Queries
from service.engines.whoosh.similar import Similarity
from service.engines.whoosh.tag_suggestions import TagSuggester
from service.engines.whoosh.timeline import timeline
from service.engines.whoosh.versions import versions
from service.errors import ArticleNotFoundError, CursorError
from service.index.arrays.decay import Decay
from service.index.arrays.evaluator import Found
from service.index.documents import Stored
from service.index.reader import OpenGeneration
from service.search.concordance import ConcordancePage, ConcordanceRequest
from service.search.explanation import Contribution
from service.search.listing import Listing
from service.search.names import NameDetail, NameKind, NamePage, NamesRequest
from service.search.page import CUT_SHORT, Batch, Export, Hit, SearchPage, Tag
from service.search.relax import Relaxation, relaxations
from service.search.request import Cursor, Explain, ExportRequest, SearchRequest, Selection, Sort, Window
from service.search.similar import SimilarArticles, SimilarRequest, TagSuggestion, TagSuggestionsRequest
from service.search.suggestion import Suggestion, SuggestionKind, SuggestRequest
from service.search.timeline import Timeline, TimelineRequest
from service.search.versions import VersionPage


class WhooshSnapshot:
    """See `service.search.port.Snapshot`."""

    def __init__(self, generation: OpenGeneration, queries: Queries, tag_suggester: TagSuggester) -> None:
        self._generation = generation
        self._queries = queries
        self._tag_suggester = tag_suggester

    @property
    def generation(self) -> str:
        """The name of the generation."""
        return self._generation.generation

    def search(self, request: SearchRequest) -> SearchPage:
        """One page of the articles that match."""
        asked = self._queries.prepare(request)
        sort = _order(asked, request.sort)
        of = "" if request.cursor is None else digest(request, request.recency)  # only cursors have it
        check(request.cursor, sort, of)
        decay = None
        if sort is Sort.RELEVANCE and request.recency is not None:
            decay = self._generation.recency(request.recency)
        found, is_more = self._list(asked.wanted, request, sort, decay)
        hits = self._hits(found, request, asked, decay)
        counted, is_counted = facets(self._generation, asked.wanted, request)
        return SearchPage(
            found.total,
            hits,
            sort,
            (*asked.notes, *request.filters.notes, *self._notes(request, sort, found, is_counted=is_counted)),
            is_complete=is_counted and not found.limited,
            corrected=asked.corrected,
            relaxations=() if found.total or found.limited else tuple(self._relaxations(request, asked)),
            terms=self._queries.explain(asked, request.search_in) if Explain.TERMS in request.explain else None,
            facets=counted,
            cursor=end_of_page(self._generation, sort, found, request.cursor, of) if is_more else None,
        )

    def _list(self, wanted: query.Query, request: SearchRequest, sort: Sort, decay: Decay | None) -> tuple[Found, bool]:
        """The part of the list that is asked for, and whether a cursor leads on from it."""
        allowed, window = compile_filters(request.filters), request.window
        if request.cursor is None:
            found = first(self._generation, wanted, allowed, sort, window.stop, None, decay, request.collapse)
            return found.part(window.start, window.stop), False
        found = first(self._generation, wanted, allowed, sort, window.size + 1, request.cursor, decay, request.collapse)
        return found.part(0, window.size), len(found.numbers) > window.size > 0

    def _notes(self, request: SearchRequest, sort: Sort, found: Found, *, is_counted: bool) -> Iterator[str]:
        """What a client should know of how the list was made."""
        if found.limited or not is_counted:
            yield CUT_SHORT
        if request.recency is not None and sort is not Sort.RELEVANCE:
            yield "recency has no effect: the order is not that of relevance."
        cursor = request.cursor
        if is_of_other_scores(self._generation, cursor):
            yield "The archive has changed since the cursor was made; articles may be missed or come twice."
        elif is_lost(self._generation, cursor):
            yield "The archive has changed since the cursor was made; articles may come twice."

    def _relaxations(self, request: SearchRequest, asked: Prepared) -> Iterator[Relaxation]:
        """The single changes to a search that let it find something."""
        for change, detail, changed in relaxations(request, asked.node, asked.leaves):
            wanted = self._queries.prepare(changed).wanted
            numbers = self._generation.matching(_both(wanted, compile_filters(changed.filters)))
            total = len(numbers) if changed.collapse is None else self._generation.stories.count(numbers)
            if total:
                yield Relaxation(change, detail, changed, total)

    def _hits(self, found: Found, request: SearchRequest, asked: Prepared, decay: Decay | None) -> tuple[Hit, ...]:
        """The hits of a page, with their highlights and explanations where they are asked for."""
        numbers = found.numbers.tolist()
        scores: Sequence[float | None] = [None] * len(numbers) if found.scores is None else found.scores.tolist()
        parts: Sequence[tuple[Contribution, ...] | None] = [None] * len(numbers)
        if found.scores is not None and Explain.SCORE in request.explain and request.wants("explanation"):
            parts = contributions(self._generation, asked.wanted, found.numbers, decay)
        is_marked = request.wants("highlights") or request.wants("tier")
        hits = []
        for number, score, its_parts in zip(numbers, scores, parts, strict=True):
            stored = self._generation.stored(number)
            hit = replace(self._hit(number, stored), score=score, contributions=its_parts)
            if is_marked:
                highlights = asked.highlighter.highlights(stored.article, stored.outline, request.snippets)
                hit = replace(hit, highlights=highlights)
            hits.append(hit)
        return tuple(hits)

    def export(self, request: ExportRequest) -> Export:
        """All articles that match."""
        asked, allowed = self._queries.prepare(request), compile_filters(request.filters)
        sort, of = _order(asked, request.sort), digest(request)
        check(request.cursor, sort, of)
        if is_of_other_scores(self._generation, request.cursor):
            raise CursorError("is older than the archive, and scores have changed; begin again, or use sort=newest.")
        found = first(self._generation, asked.wanted, allowed, sort, None, request.cursor)
        return Export(found.total, self._exported(found, sort, request.cursor, of), is_complete=not found.limited)

    def _exported(self, found: Found, sort: Sort, cursor: Cursor | None, of: str) -> Iterator[tuple[Hit, Cursor]]:
        for index, number in enumerate(found.numbers.tolist()):
            hit = self._hit(number, self._generation.stored(number))
            cursor = cursor_behind(self._generation, sort, found, index, hit.article.id, cursor, of)
            yield hit, cursor

    def article(self, article_id: str) -> Hit:
        """One article."""
        number = self._number_of(article_id)
        return self._hit(number, self._generation.stored(number))

    def articles(self, article_ids: Sequence[str]) -> Batch:
        """Several articles in the order of their ids."""
        hits: list[Hit] = []
        missing: list[str] = []
        for article_id in article_ids:
            try:
                hits.append(self.article(article_id))
            except ArticleNotFoundError:
                missing.append(article_id)
        return Batch(tuple(hits), tuple(missing))

    def versions(self, article_id: str, window: Window) -> VersionPage:
        """One page of the articles that are versions of this one."""
        return versions(self._generation, self._number_of(article_id), window, self._hit)

    def names(self, kind: NameKind, request: NamesRequest) -> NamePage:
        """One page of the names that the articles of a search carry."""
        return names(self._generation, self._queries, kind, request)

    def name(self, kind: NameKind, name_id: str, asked: Selection) -> NameDetail:
        """One name in the articles of a search."""
        return name(self._generation, self._queries, kind, name_id, asked)

    def timeline(self, request: TimelineRequest) -> Timeline:
        """How many articles of each search are of each interval."""
        return timeline(self._generation, self._queries, request)

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        """Completions of what has been typed, the best first."""
        return tuple(
            Suggestion(it.text, SuggestionKind(it.kind), it.count, it.target)
            for it in self._generation.completions.complete(request.q, request.limit)
        )

    def listing(self, start: int, stop: int) -> Listing:
        """A slice of all articles, new ones last."""
        return listing(self._generation, start, stop)

    def similar(self, request: SimilarRequest) -> SimilarArticles:
        """Articles like one."""
        return Similarity(self._generation).similar(self._number_of(request.article_id), request)

    def tag_suggestions(self, request: TagSuggestionsRequest) -> tuple[TagSuggestion, ...]:
        """Tags that an article could carry too, the best first."""
        return self._tag_suggester.suggest(self._number_of(request.article_id), request)

    def concordance(self, request: ConcordanceRequest) -> ConcordancePage:
        """One page of the occurrences of the words of a query."""
        return Concordance(self._generation, self._queries).page(request)

    def _number_of(self, article_id: str) -> int:
        number = self._generation.number_of(unicodedata.normalize("NFC", article_id))
        if number is None:
            raise ArticleNotFoundError(f"There is no article {article_id!r}.")
        return number

    def _hit(self, number: int, stored: Stored) -> Hit:
        return Hit(stored.article, self._tags(stored), versions=len(self._generation.stories.versions(number)))

    def _tags(self, stored: Stored) -> tuple[Tag, ...]:
        names = self._generation.names["tag"]
        return tuple(Tag(key, names[key]) for key in stored.tag_ids)


def _order(asked: Prepared, sort: Sort) -> Sort:
    """The order that is used: without words nothing is more relevant than something else."""
    return Sort.NEWEST if asked.node is None and sort is Sort.RELEVANCE else sort


def _both(wanted: query.Query, allowed: query.Query | None) -> query.Query:
    return wanted if allowed is None else query.And([wanted, allowed])
