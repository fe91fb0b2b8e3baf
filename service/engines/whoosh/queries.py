"""Queries made ready once: read, compiled, and with the highlighter of their words."""

from dataclasses import dataclass
from functools import lru_cache

from whoosh.query import Query

from service.engines.whoosh.compile import compile_query
from service.german.tokens import Chain
from service.search.grammar import parse
from service.search.highlight import Highlighter
from service.search.request import Match

_KEPT = 2_000
_LONGEST_KEPT = 100
"""Code points of a query that is kept: longer ones hardly come twice, and would make the bound on their number moot."""


@dataclass(frozen=True)
class Prepared:
    """A query that is ready to run; `is_empty` if it has no word. Threads share it."""

    wanted: Query
    highlighter: Highlighter
    notes: tuple[str, ...]
    is_empty: bool


class Queries:
    """Makes queries ready and keeps those that were asked last. Threads may share it."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self._kept = lru_cache(maxsize=_KEPT)(self._make)

    def prepare(self, q: str, match: Match) -> Prepared:
        """The query ready to run."""
        return self._kept(q, match) if len(q) <= _LONGEST_KEPT else self._make(q, match)

    def _make(self, q: str, match: Match) -> Prepared:
        parsed = parse(q, match)
        return Prepared(
            compile_query(parsed.node, self._chain),
            Highlighter(parsed.node, self._chain),
            parsed.notes,
            parsed.node is None,
        )
