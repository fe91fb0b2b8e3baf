"""What tools answer: models for programs, and the same as a few lines of text.

Clients show a language model the one or the other, so neither leaves out what one needs to go on.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

from pydantic import BaseModel, Field

from service.articles.dates import berlin_day, rfc3339
from service.mcp.article import Part
from service.search.names import NamePage, NamesRequest
from service.search.page import Hit, SearchPage
from service.search.relax import Relaxation
from service.search.request import MAX_DEPTH, SearchRequest, Window
from service.search.timeline import Interval, Timeline, TimelineRequest

_SNIPPET = 240
"""Code points of what is shown of an article in which there is nothing to highlight."""
_SHOWN_OF_DATE = {Interval.YEAR: 4, Interval.QUARTER: 7, Interval.MONTH: 7}


class Answer(BaseModel):
    """The answer of a tool."""

    def text(self) -> str:
        """The same as text."""
        raise NotImplementedError


class Correction(BaseModel):
    """A word that the archive does not know, and what was searched for instead."""

    word: str
    searched: str


class Understood(Answer):
    """How a search was read."""

    notes: list[str] = Field(default=[], description="What to know of how the search was read or cut short.")
    corrected: list[Correction] = Field(default=[], description="Words that were searched for as others.")

    def remarks(self) -> Iterator[str]:
        """The same as lines."""
        yield from (f"Note: {note}" for note in self.notes)
        yield from (f"Note: searched for {it.searched!r} instead of {it.word!r}." for it in self.corrected)


class Result(BaseModel):
    """An article that was found. What stands below `snippets` is there with `detail` full alone."""

    id: str = Field(description="Its id; get_article gives the whole article.")
    title: str
    published: str | None = Field(default=None, description="When it was published, if that is known (RFC 3339).")
    source: str | None = None
    snippets: list[str] = Field(description="Passages that match, or else its beginning.")
    lead: str | None = None
    section: str | None = None
    authors: list[str] | None = None
    tags: list[str] | None = Field(default=None, description="Names of its tags.")
    word_count: int | None = None
    url: str | None = None
    tier: str | None = Field(default=None, description="How closely it matches: exact is best, typo is last.")

    def lines(self) -> Iterator[str]:
        """The same as lines."""
        yield f"{self.title} ({_joined([_day(self.published), self.source, self.section])}) id={self.id}"
        if self.lead:
            yield f"  Lead: {self.lead}"
        if self.authors or self.tags:
            yield f"  {_joined([*(self.authors or ()), *(f'#{tag}' for tag in self.tags or ())])}"
        if self.word_count is not None:
            yield f"  {_joined([f'{self.word_count} words', self.tier and f'match: {self.tier}', self.url])}"
        yield from (f"  … {snippet}" for snippet in self.snippets)


class Change(BaseModel):
    """A single change to a search that found nothing, and how many articles it would find."""

    change: str = Field(description="What is changed: drop_word, any_word, widen_dates, drop_filter ...")
    detail: str = Field(description="The word or the parameters that are changed.")
    q: str = Field(description="`q` after the change.")
    total: int


class SearchAnswer(Understood):
    """Articles that were found."""

    total: int = Field(description="How many articles match in all; at least so many if a note says so.")
    results: list[Result]
    next_page: int | None = Field(default=None, description="`page` that goes on; absent at the end.")
    changes: list[Change] = Field(default=[], description="Where nothing was found: what to change.")

    def text(self) -> str:
        """See `Answer`."""
        lines = [f"{self.total} articles match." if self.total else "No article matches.", *self.remarks()]
        lines += [line for result in self.results for line in result.lines()]
        lines += [f"{it.change} ({it.detail}) would find {it.total}: q={it.q!r}" for it in self.changes]
        return "\n".join([*lines, *_more(self.next_page)])


class ArticleAnswer(Answer):
    """An article, or a part of it."""

    id: str
    title: str
    published: str | None = Field(default=None, description="When it was published, if that is known (RFC 3339).")
    content: str = Field(description="The characters from `offset` on.")
    offset: int
    total_characters: int
    next_offset: int | None = Field(default=None, description="`offset` that goes on; absent at the end.")

    def text(self) -> str:
        """See `Answer`."""
        if not self.offset and self.next_offset is None:
            return self.content
        end = self.offset + len(self.content)
        rest = "that is the end" if self.next_offset is None else f"offset={self.next_offset} goes on"
        return f"{self.content}\n\n[Characters {self.offset} to {end} of {self.total_characters}; {rest}.]"


class TagCount(BaseModel):
    """A tag and the number of articles that carry it."""

    id: str = Field(description="What the filters tag, tag_all and tag_not take.")
    name: str
    count: int


class TagsAnswer(Understood):
    """Tags."""

    total: int = Field(description="How many tags there are in all.")
    tags: list[TagCount]
    next_page: int | None = Field(default=None, description="`page` that goes on; absent at the end.")

    def text(self) -> str:
        """See `Answer`."""
        lines = [f"{self.total} tags.", *self.remarks()]
        lines += [f"{tag.name}: {tag.count} articles (tag={tag.id})" for tag in self.tags]
        return "\n".join([*lines, *_more(self.next_page)])


class Series(Understood):
    """The articles of one search, in each of the intervals."""

    q: str
    total: int = Field(description="Articles in all intervals and without a date.")
    undated: int = Field(description="Those of them without a date.")
    counts: list[int]
    per_thousand: list[float | None] = Field(
        description="Per thousand articles of the interval, so that intervals compare; null where there are none."
    )


class TimelineAnswer(Answer):
    """Counts over time."""

    interval: str
    starts: list[str] = Field(description="The first days of the intervals, without a gap.")
    series: list[Series]

    def text(self) -> str:
        """See `Answer`: a table with a column for each search."""
        lines = []
        for one in self.series:
            lines.append(f"{_called(one.q)}: {one.total} articles, {one.undated} of them without a date.")
            lines += one.remarks()
        if self.starts:
            lines.append(" | ".join([self.interval, *(_called(one.q) for one in self.series)]))
        shown = _SHOWN_OF_DATE.get(Interval(self.interval))
        for row in zip(self.starts, *(one.counts for one in self.series), strict=True):
            lines.append(" | ".join([str(row[0])[:shown], *map(str, row[1:])]))
        return "\n".join(lines)


def search_answer(asked: SearchRequest, found: SearchPage, *, is_full: bool) -> SearchAnswer:
    """The answer of a search."""
    return SearchAnswer(
        total=found.total,
        results=[_result(hit, is_full=is_full) for hit in found.hits],
        next_page=_next_page(asked.window, found.total),
        notes=list(found.notes),
        corrected=_corrections(found.corrected),
        changes=[_change(it) for it in found.relaxations],
    )


def article_answer(hit: Hit, part: Part) -> ArticleAnswer:
    """The answer with a part of an article."""
    return ArticleAnswer(
        id=hit.article.id,
        title=hit.article.title,
        published=rfc3339(hit.article.published),
        content=part.content,
        offset=part.offset,
        total_characters=part.total,
        next_offset=part.next_offset,
    )


def tags_answer(asked: NamesRequest, found: NamePage) -> TagsAnswer:
    """The answer of a list of tags."""
    return TagsAnswer(
        total=found.total,
        tags=[TagCount(id=tag.id, name=tag.name, count=tag.count) for tag in found.names],
        next_page=_next_page(asked.window, found.total),
        notes=list(found.notes),
        corrected=_corrections(found.corrected),
    )


def timeline_answer(asked: TimelineRequest, found: Timeline) -> TimelineAnswer:
    """The answer of a timeline."""
    return TimelineAnswer(
        interval=asked.interval,
        starts=list(map(date.isoformat, found.starts)),
        series=[
            Series(
                q=one.selection.q,
                total=one.total,
                undated=one.undated,
                counts=list(one.counts),
                per_thousand=found.per_thousand(one),
                notes=[*asked.within.filters.notes, *one.notes],
                corrected=_corrections(one.corrected),
            )
            for one in found.series
        ],
    )


def _result(hit: Hit, *, is_full: bool) -> Result:
    article = hit.article
    snippets = [highlight.text for highlight in hit.highlights.body] or [_beginning(article.lead or article.text)]
    short = Result(
        id=article.id,
        title=article.title,
        published=rfc3339(article.published),
        source=article.source,
        snippets=[snippet for snippet in snippets if snippet],
    )
    if not is_full:
        return short
    return short.model_copy(
        update={
            "lead": article.lead or None,
            "section": article.section,
            "authors": list(article.authors),
            "tags": [tag.name for tag in hit.tags],
            "word_count": article.word_count,
            "url": article.url,
            "tier": hit.highlights.tier,
        }
    )


def _beginning(text: str) -> str:
    return text if len(text) <= _SNIPPET else f"{text[:_SNIPPET].rpartition(' ')[0] or text[:_SNIPPET]} …"


def _change(relaxation: Relaxation) -> Change:
    return Change(change=relaxation.change, detail=relaxation.detail, q=relaxation.request.q, total=relaxation.total)


def _corrections(corrected: Mapping[str, str]) -> list[Correction]:
    return [Correction(word=word, searched=searched) for word, searched in corrected.items()]


def _next_page(window: Window, total: int) -> int | None:
    is_more = 0 < window.stop < total and window.stop + window.size <= MAX_DEPTH
    return window.page + 1 if is_more else None


def _more(page: int | None) -> list[str]:
    return [] if page is None else [f"More: page={page}."]


def _day(moment: str | None) -> str:
    return "undated" if moment is None else berlin_day(datetime.fromisoformat(moment)).isoformat()


def _joined(parts: Iterable[str | None]) -> str:
    return ", ".join(part for part in parts if part)


def _called(q: str) -> str:
    return q or "all articles"
