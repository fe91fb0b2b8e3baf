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


class TagSort(StrEnum):
    """The order of a list of tags."""

    COUNT = "count"
    NAME = "name"


@dataclass(frozen=True)
class Filters:
    """Which articles are looked at. Values of one field are alternatives, fields narrow each other.

    All names are slugs. `published_from` and `published_to` are aware and both inclusive; where either is given,
    articles without a date are left out.
    """

    tag: tuple[str, ...] = ()
    tag_all: tuple[str, ...] = ()
    tag_not: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    section: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    published_from: datetime | None = None
    published_to: datetime | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What a client should know of them, for the answer."""
        if self.published_from is None or self.published_to is None or self.published_from <= self.published_to:
            return ()
        return ("from lies after to; no article can be between them.",)


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


class Explain(StrEnum):
    """What an answer explains."""

    TERMS = "terms"


@dataclass(frozen=True)
class SearchRequest:
    """A search for articles. Without words in `q` it lists everything that passes the filters.

    Words match in the tiers of `expand`, and always exactly.
    """

    q: str = ""
    match: Match = Match.ALL
    expand: frozenset[Tier] = EXPANSIONS
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    window: Window = field(default_factory=Window)
    explain: frozenset[Explain] = frozenset()


@dataclass(frozen=True)
class TagsRequest:
    """A list of the tags of the articles that pass the filters. `name` keeps tags with a word that begins so."""

    name: str = ""
    filters: Filters = field(default_factory=Filters)
    sort: TagSort = TagSort.COUNT
    window: Window = field(default_factory=Window)
