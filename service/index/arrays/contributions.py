"""What each part of a query adds to the scores of documents."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from whoosh import query

from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.nodes import boost_of, bound, probe
from service.index.arrays.own_nodes import IfRare

Part = tuple[Any, Array]
"""A node without children, and what it adds to the score of each document."""


def contributions(
    node: Any, leaf: Leaf, budget: Budget, docs: Array, weight: float = 1.0
) -> tuple[Array, Sequence[Part]]:
    """Which of some ascending documents of a segment a node matches, and what its parts add there, as it scores.

    What stands below a node adds nothing to documents that the node itself does not match.
    """
    match node:
        case query.Or(subqueries=[_, *_], scale=None, minmatch=0):
            found = [contributions(child, leaf, budget, docs, weight * boost_of(node)) for child in node.subqueries]
            return reduce(np.logical_or, (has for has, _ in found)), [part for _, parts in found for part in parts]
        case query.And(subqueries=[_, *_]):
            found = [contributions(child, leaf, budget, docs, weight * boost_of(node)) for child in node.subqueries]
            has = reduce(np.logical_and, (has for has, _ in found))
            return has, _where(has, [part for _, parts in found for part in parts])
        case query.Require():
            has, parts = contributions(node.a, leaf, budget, docs, weight)
            has = has & probe(node.b, leaf, budget, docs, scored=False)[0]
            return has, _where(has, parts)
        case IfRare() if bound(node, leaf) == 0:
            return np.zeros(len(docs), bool), []
        case IfRare():
            return contributions(node.child, leaf, budget, docs, weight)
        case _:
            has, scores = probe(node, leaf, budget, docs, scored=True)
            return has, _where(has, [] if scores is None else [(node, scores * np.float32(weight))])


def _where(has: Array, parts: Sequence[Part]) -> Sequence[Part]:
    """The parts with what they add to the documents of a mask, and nothing elsewhere."""
    return [(node, scores * has) for node, scores in parts]
