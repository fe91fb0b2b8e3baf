"""Facets: how many of the articles found have each value of a field."""

from dataclasses import dataclass
from enum import StrEnum

DEFAULT_VALUES, MAX_VALUES = 10, 200
"""How many values of a facet are given, unless a number is asked for, and at most."""


class FacetField(StrEnum):
    """What can be counted by."""

    TAG = "tag"
    SOURCE = "source"
    SECTION = "section"
    AUTHOR = "author"
    LANGUAGE = "language"
    YEAR = "year"


class FacetScope(StrEnum):
    """Under which filters values are counted."""

    OTHERS = "others"
    """All but the facet's own, so that a client can offer values beside those that are chosen."""
    ALL = "all"


@dataclass(frozen=True)
class FacetRequest:
    """The `size` most frequent values of a field. `name` keeps those with a word that begins so."""

    field: FacetField
    size: int = DEFAULT_VALUES
    name: str = ""


@dataclass(frozen=True)
class FacetValue:
    """A value: its slug, what it is called, and the number of articles."""

    id: str
    name: str
    count: int


@dataclass(frozen=True)
class Facet:
    """The most frequent values of a field, years the newest first; `distinct` counts all that were asked for."""

    field: FacetField
    distinct: int
    values: tuple[FacetValue, ...]
