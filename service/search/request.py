"""What a client may ask."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from service.search.facet import FacetRequest, FacetScope
from service.search.tier import EXPANSIONS, Tier

MAX_DEPTH = 10_000
"""`page * page_size` may not go beyond this many results."""
MAX_QUERY_LENGTH = 1_000
"""Code points of `q`."""


class Match(StrEnum):
    """How many of the words of `q` an article must have."""

    ALL = "all"
    ANY = "any"


class Sort(StrEnum):
    """The order of the results; articles without a date come last in both date orders."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


class TextField(StrEnum):
    """Where words may be looked for."""

    TITLE = "title"
    LEAD = "lead"
    HEADINGS = "headings"
    BODY = "body"
    TAGS = "tags"
    AUTHORS = "authors"


class UseDate(StrEnum):
    """Which date of an article `from` and `to` are about."""

    PUBLISHED = "published"
    MODIFIED = "modified"


NONE = "_none"
"""In place of a slug: articles without any. No slug begins with an underscore."""


@dataclass(frozen=True)
class Bound:
    """One end of a span of time, aware and inclusive.

    `written` is how links go on asking for it, if not as that moment: `now-7d` means another tomorrow.
    """

    moment: datetime
    written: str | None = None


@dataclass(frozen=True)
class Filters:
    """Which articles are looked at. Values of one field are alternatives, fields narrow each other.

    All names are slugs, or NONE. Where a bound is given, articles without that date are left out. `min_words` and
    `max_words` are inclusive.
    """

    tag: tuple[str, ...] = ()
    tag_all: tuple[str, ...] = ()
    tag_not: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    date_from: Bound | None = None
    date_to: Bound | None = None
    use_date: UseDate = UseDate.PUBLISHED
    min_words: int | None = None
    max_words: int | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a client should know of them, for the answer."""
        notes = []
        if self.date_from and self.date_to and self.date_from.moment > self.date_to.moment:
            notes.append("from lies after to; no article can be between them.")
        if self.min_words is not None and self.max_words is not None and self.min_words > self.max_words:
            notes.append("min_words is more than max_words; no article can be between them.")
        return tuple(notes)


@dataclass(frozen=True)
class Window:
    """Which part of an ordered list is wanted: pages count from 1, a size of 0 asks for the total alone."""

    page: int = 1
    size: int = 10

    @property
    def start(self) -> int:
        """Index of the first item."""
        return (self.page - 1) * self.size

    @property
    def stop(self) -> int:
        """Index behind the last item."""
        return self.page * self.size


class Collapse(StrEnum):
    """What is shown once, as the first of it in the order asked for."""

    STORY = "story"
    """Articles that are versions of one text."""


class Explain(StrEnum):
    """What an answer explains."""

    TERMS = "terms"
    SCORE = "score"


@dataclass(frozen=True)
class Selection:
    """Which articles an endpoint is asked about: the one search grammar.

    Without words in `q` they are all that pass the filters. Words match in the tiers of `expand`, and always exactly.
    Those that name no field are looked for in the fields of `search_in`, or, if it is empty, in all but the authors.
    """

    q: str = ""
    match: Match = Match.ALL
    expand: frozenset[Tier] = EXPANSIONS
    filters: Filters = field(default_factory=Filters)
    search_in: frozenset[TextField] = frozenset()


@dataclass(frozen=True)
class Cursor:
    """A place in an ordered list, behind an article: keyset paging. Without an id, the beginning.

    `value` is what the list is ordered by there, `tie` what equal ones are. Both stay right when the archive changes,
    but for relevance, whose scores belong to a `generation` and to what was `asked`, of which this is a digest.
    `before` are the ids of the articles before it that are equal in both, the nearest first: should it be gone, one of
    them says where it was.
    """

    sort: Sort = Sort.RELEVANCE
    value: float | int | str = 0
    tie: int = 0
    id: str = ""
    generation: str = ""
    before: tuple[str, ...] = ()
    asked: str = ""


@dataclass(frozen=True)
class Snippets:
    """How many passages of an article are shown at most, and of how many code points.

    Without `are_marked` none are, and no title with its marks.
    """

    number: int = 3
    length: int = 240
    are_marked: bool = True


@dataclass(frozen=True)
class SearchRequest(Selection):
    """A part of the list of articles: a page of it, or what stands behind a cursor.

    With `recency`, days, the score of an article is multiplied by a number between 1 and 2 that falls by half every so
    many days before the newest article of the archive that was not in the future when it was indexed. `fields` are the
    parts of a result that are wanted, or empty.
    """

    sort: Sort = Sort.RELEVANCE
    window: Window = field(default_factory=Window)
    explain: frozenset[Explain] = frozenset()
    cursor: Cursor | None = None
    facets: tuple[FacetRequest, ...] = ()
    facet_scope: FacetScope = FacetScope.OTHERS
    recency: int | None = None
    snippets: Snippets = field(default_factory=Snippets)
    fields: tuple[str, ...] = ()
    collapse: Collapse | None = None

    def wants(self, field: str) -> bool:
        """Whether a part of a result, or something inside of it, is wanted."""
        return not self.fields or any(path.partition(".")[0] == field for path in self.fields)


@dataclass(frozen=True)
class ExportRequest(Selection):
    """All articles, in an order, behind a cursor if there is one; `fields` as in SearchRequest."""

    sort: Sort = Sort.NEWEST
    cursor: Cursor | None = None
    fields: tuple[str, ...] = ()
