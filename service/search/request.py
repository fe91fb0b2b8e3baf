"""What a client may ask."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

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


class TagSort(StrEnum):
    """The order of a list of tags."""

    COUNT = "count"
    NAME = "name"


NONE = "_none"
"""In place of a slug: articles without any. No slug begins with an underscore."""


@dataclass(frozen=True)
class Bound:
    """One end of a span of time, aware and inclusive.

    `written` is how it was asked for, if that was relative to the day (`now-7d`): links must go on meaning that.
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
class SearchRequest(Selection):
    """A page of articles."""

    sort: Sort = Sort.RELEVANCE
    window: Window = field(default_factory=Window)
    explain: frozenset[Explain] = frozenset()
    collapse: Collapse | None = None


@dataclass(frozen=True)
class TagsRequest:
    """A list of the tags of the articles that pass the filters. `name` keeps tags with a word that begins so."""

    name: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: TagSort = TagSort.COUNT
    window: Window = field(default_factory=Window)
