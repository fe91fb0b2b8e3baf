"""Lists of names: the tags, sources, authors and sections of the articles of a search."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from service.search.page import Tag
from service.search.request import Selection, Window

MOST_MONTHS = 120
"""Months of a sparkline: ten years."""


class NameKind(StrEnum):
    """What articles carry names of; the filter of the same name takes them."""

    TAG = "tag"
    SOURCE = "source"
    AUTHOR = "author"
    SECTION = "section"


class NameSort(StrEnum):
    """The order of a list of names."""

    COUNT = "count"
    NAME = "name"


@dataclass(frozen=True)
class NameCursor:
    """A place in a list of names, behind one of them: keyset paging. Without an id, the beginning.

    `count` is the number of articles that it had.
    """

    sort: NameSort = NameSort.COUNT
    count: int = 0
    name: str = ""
    id: str = ""


@dataclass(frozen=True)
class NamesRequest(Selection):
    """A list of the names that the articles of a search carry, at least `min_count` (1 or more) of them each.

    `name` keeps names with a word that begins so; where the archive has none, those that are written like it. The part
    that is wanted is a page, or what stands behind a cursor. `fields` are the parts of a name that are wanted, or
    empty.
    """

    name: str = ""
    min_count: int = 1
    sort: NameSort = NameSort.COUNT
    window: Window = field(default_factory=Window)
    cursor: NameCursor | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class NameCount:
    """A name: its slug, its most frequent spelling in the archive, and the number of articles that carry it."""

    id: str
    name: str
    count: int


@dataclass(frozen=True)
class RelatedTag(Tag):
    """A tag that stands beside a name in `count` articles, and how much more often than by chance.

    `npmi` is the normalised pointwise mutual information of the two (Bouma 2009): 0 by chance, 1 only together.
    """

    count: int
    npmi: float


@dataclass(frozen=True)
class MonthCount:
    """Articles of a month in Europe/Berlin; `start` is its first day."""

    start: date
    count: int


@dataclass(frozen=True)
class NamePage:
    """One page of a list of names; `total` counts the names, `notes` and `corrected` are as in `SearchPage`.

    Where the search was cut short, as `is_complete` says, there may be more names and more articles of each. `cursor`
    leads on where there was one and there are more.
    """

    total: int
    names: tuple[NameCount, ...]
    notes: tuple[str, ...] = ()
    corrected: Mapping[str, str] = field(default_factory=dict)
    is_complete: bool = True
    cursor: NameCursor | None = None


@dataclass(frozen=True)
class NameDetail:
    """A name in the articles of a search.

    `first` and `last` are the dates of its oldest and newest dated article, and `sparkline` has the months from one to
    the other, the last `MOST_MONTHS` of them; all are of the date that the filters' `use_date` names.
    """

    name: NameCount
    first: datetime | None
    last: datetime | None
    sparkline: tuple[MonthCount, ...]
    related: tuple[RelatedTag, ...]
    notes: tuple[str, ...] = ()
    corrected: Mapping[str, str] = field(default_factory=dict)
    is_complete: bool = True
