"""What a search without hits could do without: single changes that may find something."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from service.search.query import And, Node, Not, Or, Phrase, Word, positive_leaves
from service.search.request import Match, SearchRequest
from service.search.tier import EXPANSIONS
from service.search.wanted import WantedLeaf
from service.search.written import written

_MOST_WORDS = 8
"""A query with more words is not tried without each of them."""


class Change(StrEnum):
    """What is changed."""

    DROP_WORD = "drop_word"
    SPLIT_COMPOUND = "split_compound"
    ALL_FIELDS = "all_fields"
    ALL_FORMS = "all_forms"
    ANY_WORD = "any_word"
    WIDEN_DATES = "widen_dates"
    DROP_FILTER = "drop_filter"


@dataclass(frozen=True)
class Relaxation:
    """A search with one change, what exactly was changed, and how many articles it finds."""

    change: Change
    detail: str
    request: SearchRequest
    total: int


def relaxations(
    request: SearchRequest, node: Node | None, leaves: Mapping[Word | Phrase, WantedLeaf]
) -> Iterator[tuple[Change, str, SearchRequest]]:
    """Each change that can be made to a search."""
    if node is not None:
        for change, detail, changed in _of_query(node, leaves):
            yield change, detail, replace(request, q=written(changed), match=Match.ALL)
        if request.expand != EXPANSIONS:
            yield Change.ALL_FORMS, "expand", replace(request, expand=EXPANSIONS)
        if request.match is Match.ALL and isinstance(node, And):
            yield Change.ANY_WORD, "match", replace(request, match=Match.ANY)
    filters = request.filters
    if request.search_in:
        yield Change.ALL_FIELDS, "search_in", replace(request, search_in=frozenset())
    if filters.date_from is not None or filters.date_to is not None:
        wide = replace(filters, date_from=None, date_to=None)
        yield Change.WIDEN_DATES, "from, to", replace(request, filters=wide)
    for name in ("tag", "tag_all", "tag_not", "source", "section", "author", "language"):
        if getattr(filters, name):
            without: dict[str, Any] = {name: ()}
            yield Change.DROP_FILTER, name, replace(request, filters=replace(filters, **without))
    if filters.min_words is not None or filters.max_words is not None:
        lengths = replace(filters, min_words=None, max_words=None)
        yield Change.DROP_FILTER, "min_words, max_words", replace(request, filters=lengths)


def _of_query(node: Node, leaves: Mapping[Word | Phrase, WantedLeaf]) -> Iterator[tuple[Change, str, Node]]:
    if isinstance(node, And) and len(node.children) <= _MOST_WORDS:
        for child in node.children:
            rest = tuple(other for other in node.children if other is not child)
            if not all(isinstance(other, Not) for other in rest):  # what is not there is no search
                yield Change.DROP_WORD, written(child), rest[0] if len(rest) == 1 else And(rest)
    positive = tuple(positive_leaves(node))
    for leaf in positive:
        parts = leaves[leaf].parts
        if isinstance(leaf, Word) and len(parts) > 1:
            split = And(tuple(Word(part, leaf.field) for part in parts))
            yield Change.SPLIT_COMPOUND, " ".join(parts), _replaced(node, {leaf: split})
    fielded = {leaf: replace(leaf, field=None) for leaf in positive if leaf.field is not None}
    if fielded:
        yield Change.ALL_FIELDS, "q", _replaced(node, fielded)


def _replaced(node: Node, others: Mapping[Word | Phrase, Node]) -> Node:
    """The tree with other nodes in place of some leaves."""
    match node:
        case And(children):
            return And(tuple(_replaced(child, others) for child in children))
        case Or(children):
            return Or(tuple(_replaced(child, others) for child in children))
        case Not(child):
            return Not(_replaced(child, others))
        case Word() | Phrase():
            return others.get(node, node)
