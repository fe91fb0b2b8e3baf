"""Nodes that Whoosh does not have. They are evaluated on arrays only: there is no matcher for them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from whoosh import query

from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.matches import Dense, Matches, Sparse, nothing, to_dense
from service.index.arrays.nodes import Probed, bound, evaluate, probe


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


@probe.register
def _(node: IfRare, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    if bound(node, leaf) == 0:
        return nothing(scored=scored).at(docs)
    return probe(node.child, leaf, budget, docs, scored=scored)


@bound.register
def _(node: IfRare, leaf: Leaf) -> int:
    most = bound(node.child, leaf)
    return most if most * node.share <= leaf.documents else 0


class Capped(query.Query):
    """What another node matches, with `boost` times its score there, of which no more than `most` counts."""

    def __init__(self, child: query.Query, most: float, boost: float = 1.0) -> None:
        self.child = child
        self.most = most
        self.boost = boost

    def __eq__(self, other: object) -> bool:
        """Whether it is the same node with the same limit."""
        return isinstance(other, Capped) and (self.child, self.most, self.boost) == (
            other.child,
            other.most,
            other.boost,
        )

    def __hash__(self) -> int:
        """As `__eq__` compares."""
        return hash((self.child, self.most, self.boost))

    def capped(self, scores: Array) -> Array:
        """The scores that count; a new array, as those of the child may be kept for others."""
        made: Array = np.minimum(scores, np.float32(self.most))
        made *= np.float32(self.boost)
        return made


@evaluate.register
def _(node: Capped, leaf: Leaf, budget: Budget, *, scored: bool) -> Matches:
    found = evaluate(node.child, leaf, budget, scored=scored)
    if isinstance(found, Sparse):
        return found if found.scores is None else Sparse(found.docs, node.capped(found.scores))
    return found if found.row is None else Dense(found.mask, node.capped(found.row))


@probe.register
def _(node: Capped, leaf: Leaf, budget: Budget, docs: Array, *, scored: bool) -> Probed:
    has, scores = probe(node.child, leaf, budget, docs, scored=scored)
    return has, None if scores is None else node.capped(scores)


@bound.register
def _(node: Capped, leaf: Leaf) -> int:
    return bound(node.child, leaf)


class Closeness(query.Query):
    """All documents, scored by how close their value in a column of numbers is to another value.

    The score is `boost` at the value itself, half of it `half` away, a quarter twice as far, and 0 where a document has
    none, for which `missing` stands in the column.
    """

    def __init__(self, column: str, value: int, half: int, missing: int, boost: float = 1.0) -> None:
        self.column = column
        self.value = value
        self.half = half
        self.missing = missing
        self.boost = boost

    def __eq__(self, other: object) -> bool:
        """Whether it scores alike."""
        return isinstance(other, Closeness) and vars(self) == vars(other)

    def __hash__(self) -> int:
        """As `__eq__` compares."""
        return hash((self.column, self.value, self.half, self.missing, self.boost))

    def close(self, values: Array) -> Array:
        """The scores of some values."""
        distances = np.abs(values - self.value) / self.half
        scores: Array = np.where(values == self.missing, 0.0, np.exp2(-distances) * self.boost).astype(np.float32)
        return scores


@evaluate.register
def _(node: Closeness, leaf: Leaf, _budget: Budget, *, scored: bool) -> Matches:
    everything = to_dense(leaf.everything, leaf.documents)
    return Dense(everything.mask, node.close(leaf.numbers(node.column)) if scored else None)


@probe.register
def _(node: Closeness, leaf: Leaf, _budget: Budget, docs: Array, *, scored: bool) -> Probed:
    return np.ones(len(docs), bool), node.close(leaf.numbers(node.column).take(docs)) if scored else None
