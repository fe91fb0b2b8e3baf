"""Queries made ready once: read, compiled, and with the highlighter of their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from whoosh.query import Query

from service.engines.whoosh.compile import KEYWORD_FIELDS, Compiler, searched_fields
from service.engines.whoosh.lexis import Lexis
from service.index.reader import OpenGeneration
from service.search.explanation import TermExplanation
from service.search.grammar import parse
from service.search.highlight import Highlighter
from service.search.query import Node, Phrase, Word
from service.search.request import Match, Selection, TextField
from service.search.tier import Tier
from service.search.wanted import WantedLeaf, Wanting

_KEPT = 2_000
_LONGEST_KEPT = 100
"""Code points of a query that is kept: longer ones hardly come twice, and would make the bound on their number moot."""


@dataclass(frozen=True)
class Prepared:
    """A query that is ready to run; `node` is None if it has no word. Threads share it."""

    node: Node | None
    leaves: Mapping[Word | Phrase, WantedLeaf]
    wanted: Query
    highlighter: Highlighter
    notes: tuple[str, ...]

    @property
    def corrected(self) -> Mapping[str, str]:
        """For each word that was searched for as another: that other."""
        words = [word for leaf in self.leaves.values() for word in leaf.words]
        return {word.corrected: word.form for word in words if word.corrected is not None}


class Queries:
    """Makes queries ready and keeps those that were asked last. Threads may share it."""

    def __init__(self, generation: OpenGeneration) -> None:
        self._chain = generation.chain
        self._lexis = Lexis(generation)
        self._wanting = Wanting(generation.chain, generation.languages, self._lexis)
        self._kept = lru_cache(maxsize=_KEPT)(self._make)

    def prepare(self, asked: Selection) -> Prepared:
        """The query ready to run, without its filters."""
        make = self._kept if len(asked.q) <= _LONGEST_KEPT else self._make
        return make(asked.q, asked.match, asked.expand, asked.search_in)

    def explain(self, prepared: Prepared, search_in: frozenset[TextField]) -> tuple[TermExplanation, ...]:
        """What the words of a query are looked for as in text; those of keyword fields are looked up as they are."""
        leaves = [leaf for leaf in prepared.leaves.values() if leaf.field not in KEYWORD_FIELDS]
        return tuple(
            found for leaf in leaves for found in self._lexis.explain(leaf, searched_fields(leaf.field, search_in))
        )

    def _make(self, q: str, match: Match, expand: frozenset[Tier], search_in: frozenset[TextField]) -> Prepared:
        parsed = parse(q, match)
        leaves = self._wanting.leaves(parsed.node, expand)
        return Prepared(
            parsed.node,
            leaves,
            Compiler(leaves, match, search_in).compiled(parsed.node),
            Highlighter(parsed.node, leaves, self._chain, match, search_in),
            parsed.notes,
        )
