"""A node that Whoosh does not have: where some terms stand more often than others."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from whoosh import query

from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.matches import Matches, Sparse
from service.index.arrays.nodes import evaluate


class Outnumber(query.Query):
    """The documents in which the terms `more` together stand more often than the terms `fewer`; each scores 1.

    Where every occurrence of a narrower term is one of a wider term too, those are the documents with an occurrence of
    the wider term that is none of the narrower. It is evaluated on arrays only: Whoosh has no matcher for it.
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
