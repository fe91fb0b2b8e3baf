"""Nodes that Whoosh does not have. They are evaluated on arrays only: there is no matcher for them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from whoosh import query

from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.matches import Matches, Sparse, nothing
from service.index.arrays.nodes import bound, evaluate


class Outnumber(query.Query):
    """The documents in which the terms `more` together stand more often than the terms `fewer`; each scores 1.

    Where every occurrence of a narrower term is one of a wider term too, those are the documents with an occurrence of
    the wider term that is none of the narrower.
    """

    def __init__(self, more: Sequence[query.Term], fewer: Sequence[query.Term]) -> None:
        self.more = tuple(more)
        self.fewer = tuple(fewer)

    def __eq__(self, other: object) -> bool:
        """Whether it names the same terms."""
        return isinstance(other, Outnumber) and (self.more, self.fewer) == (other.more, other.fewer)

    def __hash__(self) -> int:
        """As `__eq__` compares."""
        return hash((self.more, self.fewer))


@evaluate.register
def _(node: Outnumber, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    docs = np.flatnonzero(_frequencies(node.more, leaf) > _frequencies(node.fewer, leaf)).astype(np.uint32)
    return Sparse(docs, np.ones(len(docs), np.float32) if scored else None)


def _frequencies(terms: Sequence[Any], leaf: Leaf) -> Array:
    """How often the terms stand in each document, together."""
    found = np.zeros(leaf.documents, np.int64)
    for term in terms:
        known = leaf.find(term.fieldname, term.text)
        if known is not None:
            data = leaf.segment.data.fields[known.field]
            number = known.numbers[leaf.index]
            found[data.docs_of(number)] += data.frequencies_of(number)
    return found


class IfRare(query.Query):
    """What another node matches, where that can be no more than one of `share` documents; else nothing.

    For what is worth finding only where it says something, and would take long where it does not.
    """

    def __init__(self, child: query.Query, share: int) -> None:
        self.child = child
        self.share = share

    def __eq__(self, other: object) -> bool:
        """Whether it is the same node with the same limit."""
        return isinstance(other, IfRare) and (self.child, self.share) == (other.child, other.share)

    def __hash__(self) -> int:
        """As `__eq__` compares."""
        return hash((self.child, self.share))


@evaluate.register
def _(node: IfRare, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    if bound(node, leaf) == 0:
        return nothing(scored=scored)
    return evaluate(node.child, leaf, budget, scored=scored)


@bound.register
def _(node: IfRare, leaf: Leaf) -> int:
    most = bound(node.child, leaf)
    return most if most * node.share <= leaf.documents else 0
