"""The figures of a run, as the worker writes them and the report reads them."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class BuildFigures:
    """What indexing cost. Memory is in bytes, None where the system does not tell; so are the bytes of each field."""

    texts: int
    raw_bytes: int
    seconds: float
    index_bytes: int
    peak_bytes: int | None
    fields: dict[str, int]


@dataclass(frozen=True)
class QueryFigures:
    """One query: its first time, its median after that, and its total."""

    number: int
    kind: str
    first: float
    median: float
    total: int


@dataclass(frozen=True)
class SearchFigures:
    """What opening and searching cost. Private memory is what no other process can share."""

    open_seconds: float
    open_bytes: int | None
    open_private_bytes: int | None
    end_bytes: int | None
    end_private_bytes: int | None
    rounds: int
    queries: tuple[QueryFigures, ...]


@dataclass(frozen=True)
class EngineFigures:
    """One engine in one run; `missing` says why there is nothing else."""

    name: str
    versions: dict[str, str]
    note: str = ""
    missing: str = ""
    build: BuildFigures | None = None
    search: SearchFigures | None = None


@dataclass(frozen=True)
class SizeFigures:
    """All engines on one number of texts."""

    texts: int
    raw_bytes: int
    engines: tuple[EngineFigures, ...]


def build_figures(row: dict[str, Any]) -> BuildFigures:
    """The figures of a build from their JSON form."""
    return BuildFigures(**row)


def search_figures(row: dict[str, Any]) -> SearchFigures:
    """The figures of a search from their JSON form."""
    queries = tuple(QueryFigures(**query) for query in row.pop("queries"))
    return SearchFigures(**row, queries=queries)
