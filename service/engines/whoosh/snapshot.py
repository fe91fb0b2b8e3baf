"""The answers of one generation."""

import unicodedata
from collections.abc import Iterator, Sequence

from whoosh import query

from service.articles.slug import slug
from service.engines.whoosh.compile import compile_filters
from service.engines.whoosh.concordance import Concordance
from service.engines.whoosh.queries import Prepared, Queries
from service.engines.whoosh.similar import Similarity
from service.engines.whoosh.tag_suggestions import TagSuggester
from service.errors import ArticleNotFoundError, TagNotFoundError
from service.index.arrays.evaluator import Found
from service.index.documents import Stored, from_moment, title_key
from service.index.reader import BY_TITLE, NEWEST, OLDEST, OpenGeneration
from service.search.concordance import ConcordancePage, ConcordanceRequest
from service.search.highlight import Highlighter
from service.search.page import Batch, Hit, SearchPage, Tag, TagCount, TagDetail, TagPage
from service.search.relax import Relaxation, relaxations
from service.search.request import Explain, Filters, SearchRequest, Sort, TagSort, TagsRequest
from service.search.similar import SimilarArticles, SimilarRequest, TagSuggestion, TagSuggestionsRequest
from service.search.suggestion import Suggestion, SuggestionKind, SuggestRequest

RELATED_TAGS = 10


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
        notes = (*asked.notes, *request.filters.notes)
        sort = Sort.NEWEST if asked.node is None and request.sort is Sort.RELEVANCE else request.sort
        found = self._first(asked.wanted, request.filters, sort, request.window.stop)
        if found.limited:
            notes = (*notes, "The search took too long and was cut short; there may be more. Make it narrower.")
        return SearchPage(
            found.total,
            self._hits(found, request.window.start, asked.highlighter),
            sort,
            notes,
            is_complete=not found.limited,
            corrected=asked.corrected,
            relaxations=() if found.total or found.limited else tuple(self._relaxations(request, asked)),
            terms=self._queries.explain(asked) if Explain.TERMS in request.explain else None,
        )

    def _relaxations(self, request: SearchRequest, asked: Prepared) -> Iterator[Relaxation]:
        """The single changes to a search that let it find something."""
        for change, detail, changed in relaxations(request, asked.node, asked.leaves):
            wanted = self._queries.prepare(changed).wanted
            total = len(self._generation.matching(_both(wanted, compile_filters(changed.filters))))
            if total:
                yield Relaxation(change, detail, changed, total)

    def _hits(self, found: Found, start: int, highlighter: Highlighter) -> tuple[Hit, ...]:
        """The hits of a page, with their highlights."""
        numbers = found.numbers[start:]
        scores: Sequence[float | None] = (
            [None] * len(numbers) if found.scores is None else found.scores[start:].tolist()
        )
        hits = []
        for number, score in zip(numbers.tolist(), scores, strict=True):
            stored = self._generation.stored(number)
            highlights = highlighter.highlights(stored.article, stored.outline)
            hits.append(Hit(stored.article, self._tags(stored), score, highlights))
        return tuple(hits)

    def article(self, article_id: str) -> Hit:
        """One article."""
        stored = self._generation.stored(self._number(article_id))
        return Hit(stored.article, self._tags(stored))

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

    def tags(self, request: TagsRequest) -> TagPage:
        """One page of the tags."""
        beginning = f"-{slug(request.name)}" if request.name.strip() else ""
        tags = [tag for tag in self._tag_counts(query.Every(), request.filters) if beginning in f"-{tag.id}"]
        if request.sort is TagSort.NAME:
            tags.sort(key=lambda tag: (title_key(tag.name), tag.id))
        return TagPage(len(tags), tuple(tags[request.window.start : request.window.stop]))

    def tag(self, tag_id: str, filters: Filters) -> TagDetail:
        """One tag, counted under the filters."""
        key = slug(tag_id)
        name = self._generation.names["tag"].get(key)
        if name is None:
            raise TagNotFoundError(f"There is no tag {tag_id!r}.")
        carried = query.Term("tag", key)
        carrying = self._generation.matching(_both(carried, compile_filters(filters)))
        dates = self._generation.date_range(carrying)
        beside = [tag for tag in self._tag_counts(carried, filters) if tag.id != key]
        return TagDetail(
            TagCount(key, name, len(carrying)),
            first=None if dates is None else from_moment(dates[0]),
            last=None if dates is None else from_moment(dates[1]),
            related=tuple(beside[:RELATED_TAGS]),
        )

    def suggest(self, request: SuggestRequest) -> tuple[Suggestion, ...]:
        """Completions of what has been typed, the best first."""
        return tuple(
            Suggestion(it.text, SuggestionKind(it.kind), it.count, it.target)
            for it in self._generation.completions.complete(request.q, request.limit)
        )

    def similar(self, request: SimilarRequest) -> SimilarArticles:
        """Articles like one."""
        return Similarity(self._generation).similar(self._number(request.article_id), request)

    def tag_suggestions(self, request: TagSuggestionsRequest) -> tuple[TagSuggestion, ...]:
        """Tags that an article could carry too, the best first."""
        return self._tag_suggester.suggest(self._number(request.article_id), request)

    def concordance(self, request: ConcordanceRequest) -> ConcordancePage:
        """One page of the occurrences of the words of a query."""
        return Concordance(self._generation, self._queries).page(request)

    def _number(self, article_id: str) -> int:
        """The document of an article.

        Raises:
            ArticleNotFoundError: no article has this id.
        """
        number = self._generation.number_of(unicodedata.normalize("NFC", article_id))
        if number is None:
            raise ArticleNotFoundError(f"There is no article {article_id!r}.")
        return number

    def _first(self, wanted: query.Query, filters: Filters, sort: Sort, limit: int) -> Found:
        """The first matches in the order that was asked for; scored where the order is that of their scores."""
        allowed = compile_filters(filters)
        if sort is Sort.RELEVANCE:
            return self._generation.ranked(wanted, allowed, limit)
        order = {Sort.NEWEST: NEWEST, Sort.OLDEST: OLDEST, Sort.TITLE: BY_TITLE}[sort]
        return self._generation.ordered(wanted, allowed, order, limit)

    def _tag_counts(self, wanted: query.Query, filters: Filters) -> list[TagCount]:
        """Tags of the articles that match and pass the filters, the most frequent first."""
        names = self._generation.names["tag"]
        counts = self._generation.keyword_counts("tag", _both(wanted, compile_filters(filters)))
        tags = [TagCount(key, names[key], count) for key, count in counts.items()]
        return sorted(tags, key=lambda tag: (-tag.count, title_key(tag.name), tag.id))

    def _tags(self, stored: Stored) -> tuple[Tag, ...]:
        names = self._generation.names["tag"]
        return tuple(Tag(key, names[key]) for key in stored.tag_ids)


def _both(wanted: query.Query, allowed: query.Query | None) -> query.Query:
    return wanted if allowed is None else query.And([wanted, allowed])
