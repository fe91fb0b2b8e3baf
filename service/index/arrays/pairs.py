"""Pairs of frequent terms side by side, and the documents that have them.

Looking beside each occurrence of a term is slow only where even the rarest term of a phrase stands almost everywhere.
So for each two terms that have rows the documents are kept in which one stands just before the other.
"""

import numpy as np

from service.index.arrays.flatfile import Array, FlatFile
from service.index.arrays.postings import offsets, run_starts
from service.index.arrays.slots import Slots

_KEY_BITS = np.uint64(32)


def pack_pairs(name: str, slots: Slots, row_terms: Array) -> dict[str, Array]:
    """The arrays of the pairs of terms that have rows."""
    row_of_code = np.zeros(1 << 16, np.uint16)
    own = slots.code_of[row_terms] != slots.tail
    row_of_code[slots.code_of[row_terms][own]] = np.flatnonzero(own) + 1
    rows = row_of_code[slots.codes]
    places = np.flatnonzero((rows[:-1] > 0) & (rows[1:] > 0))
    docs = slots.bases.searchsorted(places.astype(np.uint32), side="right") - 1
    keys = _key(rows[places] - 1, rows[places + 1] - 1)
    postings = (keys << _KEY_BITS) | docs.astype(np.uint64)
    postings.sort()
    postings = postings[run_starts(postings)]
    distinct, counts = np.unique(postings >> _KEY_BITS, return_counts=True)
    return {
        f"{name}/pairs": distinct.astype(np.uint32),
        f"{name}/pair_starts": offsets(counts).astype(np.uint32),
        f"{name}/pair_docs": (postings & np.uint64(0xFFFF_FFFF)).astype(np.uint32),
    }


def _key(first: Array, second: Array) -> Array:
    return (first.astype(np.uint64) << np.uint64(16)) | second.astype(np.uint64)


class PairData:
    """The pairs of an open field."""

    def __init__(self, name: str, file: FlatFile) -> None:
        self._pairs = file[f"{name}/pairs"]
        self._starts = file[f"{name}/pair_starts"]
        self._docs = file[f"{name}/pair_docs"]

    def docs_of(self, first: int, second: int) -> Array:
        """The documents in which a term stands just before another, ascending; both are given by their rows."""
        key = np.uint32((first << 16) | second)
        at = int(self._pairs.searchsorted(key))
        if at == len(self._pairs) or self._pairs[at] != key:
            return self._docs[:0]
        return self._docs[int(self._starts[at]) : int(self._starts[at + 1])]
