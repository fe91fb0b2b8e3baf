"""What each part of a query adds to the score of one document."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from whoosh import query

from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.nodes import boost_of, probe
from service.index.arrays.own_nodes import IfRare


def contributions(node: Any, leaf: Leaf, budget: Budget, doc: int, weight: float = 1.0) -> Iterator[tuple[Any, float]]:
    """The nodes without children that match a document of a segment, each with what it adds to the score."""
    match node:
        case query.Or() | query.And():
            for child in node.subqueries:
                yield from contributions(child, leaf, budget, doc, weight * boost_of(node))
        case query.Require():
            yield from contributions(node.a, leaf, budget, doc, weight)
        case IfRare():
            yield from contributions(node.child, leaf, budget, doc, weight)
        case _:
            has, scores = probe(node, leaf, budget, np.array([doc]), scored=True)
            if has[0] and scores is not None and scores[0]:
                yield node, float(scores[0]) * weight
