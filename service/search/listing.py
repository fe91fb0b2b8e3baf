"""All articles by their ids and dates alone."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Listed:
    """An article by its id and dates, which are in UTC; None where it has none."""

    id: str
    published: datetime | None
    modified: datetime | None


@dataclass(frozen=True)
class Listing:
    """A slice of all articles; `total` counts them all."""

    total: int
    articles: tuple[Listed, ...]
