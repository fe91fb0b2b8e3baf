"""The posting lists of one field as arrays: built from runs of tokens, merged, and packed for the disk.

A term's postings are the slice `starts[t]:starts[t + 1]` of `docs` and of what stands beside it: a frequency, a weight
where a field has boosts, and the positions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.util.numeric import _length_byte_cache

Array = NDArray[Any]

BYTE_TO_LENGTH: Array = np.array(_length_byte_cache, np.int32)
"""What a length byte stands for, as in Whoosh's own codec."""


@dataclass(frozen=True)
class Postings:
    """Posting lists of one field. `terms` ascend; within a term `docs` ascend.

    `frequencies` holds the number of occurrences of each posting. `weights` is there only where a weight differs from
    its frequency. `positions` holds the positions of all postings one after another, or is None where a field has none.
    """

    terms: Sequence[bytes]
    starts: Array
    docs: Array
    frequencies: Array
    weights: Array | None = None
    positions: Array | None = None

    @property
    def position_starts(self) -> Array:
        """Where each posting's positions begin, and behind the last where they end."""
        return offsets(self.frequencies)

    @property
    def occurrences(self) -> Array:
        """How often each term occurs."""
        return np.diff(self.position_starts[self.starts])


def offsets(counts: Array) -> Array:
    """Running sums that begin with 0: one more than there are counts."""
    made = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=made[1:])
    return made


def run_starts(ordered: Array) -> Array:
    """For each element of an ordered array whether it is the first of its equals."""
    begins = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    return begins


def small(array: Array) -> Array:
    """The array in the smallest unsigned type of at least two bytes that holds it."""
    largest = int(array.max(initial=0))
    return array.astype(np.uint16 if largest < 1 << 16 else np.uint32 if largest < 1 << 32 else np.uint64)


def gather(starts: Array, counts: Array) -> Array:
    """The indexes of the slices `starts[i]:starts[i] + counts[i]`, one after another."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    indexes: Array = np.repeat(starts - (ends - counts), counts) + np.arange(total, dtype=np.int64)
    return indexes


def length_bytes(lengths: Array) -> Array:
    """The bytes that Whoosh rounds lengths to."""
    found: Array = np.searchsorted(BYTE_TO_LENGTH, np.minimum(lengths, BYTE_TO_LENGTH[-1])).astype(np.uint8)
    return found


def invert(terms: Sequence[bytes], tokens: Array, docs: Array, positions: Array | None) -> Postings:
    """Posting lists of tokens that stand in the order of their documents and positions.

    Args:
        terms: ascending; `tokens` index them.
        tokens: the term of each token.
        docs: the document of each token, ascending.
        positions: the position of each token, or None.
    """
    # One sort of whole numbers, the term above and the place below: numpy sorts them with vector instructions.
    keys = (tokens.astype(np.uint64) << np.uint64(32)) | np.arange(len(tokens), dtype=np.uint64)
    keys.sort()
    order = keys.astype(np.uint32)
    sorted_tokens, sorted_docs = (keys >> np.uint64(32)).astype(np.uint32), docs.take(order)
    del keys
    begins = np.ones(len(order), bool)
    begins[1:] = (sorted_tokens[1:] != sorted_tokens[:-1]) | (sorted_docs[1:] != sorted_docs[:-1])
    first = np.flatnonzero(begins)
    return Postings(
        terms,
        np.searchsorted(sorted_tokens[first], np.arange(len(terms) + 1)),
        sorted_docs[first],
        np.diff(np.append(first, len(order))).astype(np.uint32),
        positions=None if positions is None else positions.take(order),
    )


def merge(parts: Sequence[Postings], renumbering: Sequence[Array]) -> Postings:
    """One field's posting lists out of several.

    Args:
        parts: in the order of their documents.
        renumbering: for each part the new number of each of its documents, -1 for those that are gone. New numbers
            ascend within a part and from part to part.
    """
    kept = [_renumber(part, numbers) for part, numbers in zip(parts, renumbering, strict=True)]
    terms = sorted(set().union(*(part.terms for part in kept)))
    number_of = {term: number for number, term in enumerate(terms)}
    mappings = [np.fromiter((number_of[term] for term in part.terms), np.int64, len(part.terms)) for part in kept]
    counts = np.zeros(len(terms), np.int64)
    for part, mapping in zip(kept, mappings, strict=True):
        counts[mapping] += np.diff(part.starts)
    starts = offsets(counts)
    total = int(starts[-1])
    docs = np.empty(total, np.uint32)
    frequencies = np.empty(total, np.uint32)
    weighted = any(part.weights is not None for part in kept)
    weights = np.empty(total, np.float32) if weighted else None
    filled = starts[:-1].copy()
    targets = []
    for part, mapping in zip(kept, mappings, strict=True):
        sizes = np.diff(part.starts)
        target = gather(filled[mapping], sizes)
        filled[mapping] += sizes
        docs[target] = part.docs
        frequencies[target] = part.frequencies
        if weights is not None:
            weights[target] = part.frequencies if part.weights is None else part.weights
        targets.append(target)
    positions = _merge_positions(kept, targets, frequencies)
    return Postings(terms, starts, docs, frequencies, weights, positions)


def _merge_positions(parts: Sequence[Postings], targets: Sequence[Array], frequencies: Array) -> Array | None:
    if any(part.positions is None for part in parts):
        return None
    starts = offsets(frequencies)
    merged = np.empty(int(starts[-1]), np.uint32)
    for part, target in zip(parts, targets, strict=True):
        if part.positions is not None:
            merged[gather(starts[target], part.frequencies.astype(np.int64))] = part.positions
    return merged


def _renumber(part: Postings, numbers: Array) -> Postings:
    """The part with new document numbers, without documents that are gone and terms that only they had."""
    docs = numbers[part.docs]
    kept = docs >= 0
    if kept.all():
        return Postings(part.terms, part.starts, docs, part.frequencies, part.weights, part.positions)
    left = np.diff(offsets(kept)[part.starts])
    stays = np.flatnonzero(left)
    return Postings(
        [part.terms[number] for number in stays.tolist()],
        offsets(left[stays]),
        docs[kept],
        part.frequencies[kept],
        None if part.weights is None else part.weights[kept],
        None if part.positions is None else part.positions[np.repeat(kept, part.frequencies)],
    )
