"""The articles that are versions of one text."""

from dataclasses import dataclass

from service.search.page import Hit


@dataclass(frozen=True)
class Version:
    """An article, and how alike its text is to that of the named one: 1 if equal, 0 if nothing is shared."""

    hit: Hit
    similarity: float


@dataclass(frozen=True)
class VersionPage:
    """One page of the versions of an article, itself among them, newest first; `total` counts all of them."""

    total: int
    versions: tuple[Version, ...]
