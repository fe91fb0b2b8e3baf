"""The answers of one generation."""

from collections.abc import Collection, Sequence

from whoosh.query import And

from service.articles.slug import slug
from service.engines.whoosh.compile import compile_filters, compile_query
from service.errors import ArticleNotFoundError, TagNotFoundError
from service.index.documents import from_moment, title_key
from service.index.reader import OpenGeneration, View
from service.search.grammar import parse
from service.search.highlight import Highlighter
from service.search.page import Batch, Hit, SearchPage, Tag, TagCount, TagDetail, TagPage
from service.search.query import Field, Node, Phrase
from service.search.request import Filters, SearchRequest, Sort, TagSort, TagsRequest

RELATED_TAGS = 10


class WhooshSnapshot:
    """See `service.search.port.Snapshot`."""

    def __init__(self, generation: OpenGeneration, view: View) -> None:
        self._generation = generation
        self._view = view

    @property
    def generation(self) -> str:
        """The name of the generation."""
        return self._generation.generation

    def search(self, request: SearchRequest) -> SearchPage:
        """One page of the articles that match."""
        parsed = parse(request.q, request.match)
        notes = parsed.notes
        if request.filters.is_empty_range:
            notes = (*notes, "from lies after to; no article can be between them.")
        sort = Sort.NEWEST if parsed.node is None and request.sort is Sort.RELEVANCE else request.sort
        ordered = self._ordered(parsed.node, request.filters, sort)
        highlighter = Highlighter(parsed.node, self._generation.chain)
        hits = []
        for number, score in ordered[request.window.start : request.window.stop]:
            article = self._view.article(number)
            hits.append(Hit(article, self._tags(article.tags), score, highlighter.highlights(article)))
        return SearchPage(len(ordered), tuple(hits), sort, notes)

    def article(self, article_id: str) -> Hit:
        """One article."""
        number = self._view.number_of(article_id)
        if number is None:
            raise ArticleNotFoundError(f"There is no article {article_id!r}.")
        article = self._view.article(number)
        return Hit(article, self._tags(article.tags))

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
        tags = [tag for tag in self._tag_counts(self._allowed(request.filters)) if beginning in f"-{tag.id}"]
        if request.sort is TagSort.NAME:
            tags.sort(key=lambda tag: (title_key(tag.name), tag.id))
        return TagPage(len(tags), tuple(tags[request.window.start : request.window.stop]))

    def tag(self, tag_id: str, filters: Filters) -> TagDetail:
        """One tag, counted under the filters."""
        key = slug(tag_id)
        name = self._generation.names["tag"].get(key)
        if name is None:
            raise TagNotFoundError(f"There is no tag {tag_id!r}.")
        carrying = self._matching(Phrase(name, Field.TAG), filters)
        dates = self._view.date_range(carrying)
        beside = [tag for tag in self._tag_counts(set(carrying)) if tag.id != key]
        return TagDetail(
            TagCount(key, name, len(carrying)),
            first=None if dates is None else from_moment(dates[0]),
            last=None if dates is None else from_moment(dates[1]),
            related=tuple(beside[:RELATED_TAGS]),
        )

    def _ordered(self, node: Node | None, filters: Filters, sort: Sort) -> Sequence[tuple[int, float | None]]:
        """All matches in the order that was asked for; scores where the order is theirs."""
        if sort is Sort.RELEVANCE:
            return self._view.ranked(compile_query(node, self._generation.chain), compile_filters(filters))
        order = {
            Sort.NEWEST: self._view.newest_first,
            Sort.OLDEST: self._view.oldest_first,
            Sort.TITLE: self._view.by_title,
        }[sort]
        return [(number, None) for number in order(self._matching(node, filters))]

    def _matching(self, node: Node | None, filters: Filters) -> list[int]:
        wanted = compile_query(node, self._generation.chain)
        return self._view.matching(And([wanted, compile_filters(filters)]))

    def _allowed(self, filters: Filters) -> Collection[int] | None:
        """The documents that pass the filters; None where there are none to pass."""
        return None if filters == Filters() else set(self._matching(None, filters))

    def _tag_counts(self, numbers: Collection[int] | None) -> list[TagCount]:
        """Tags of the documents, the most frequent first."""
        names = self._generation.names["tag"]
        counts = self._view.keyword_counts("tag", numbers)
        tags = [TagCount(key, names[key], count) for key, count in counts.items()]
        return sorted(tags, key=lambda tag: (-tag.count, title_key(tag.name), tag.id))

    def _tags(self, spellings: Sequence[str]) -> tuple[Tag, ...]:
        names = self._generation.names["tag"]
        return tuple(Tag(key, names[key]) for key in dict.fromkeys(slug(spelling) for spelling in spellings))
