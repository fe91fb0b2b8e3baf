"""A field's posting lists as they stand on disk.

    <field>/term_starts, term_bytes   the terms one after another, ascending
    <field>/starts, docs              the documents of each term; none of a term that has a row
    <field>/counts                    scored fields: the frequency beside each document, in one byte
    <field>/row_terms, rows           scored fields: the most frequent terms have a row each, the frequency in every
                                      document in one byte, which is smaller for them and added up without a gather
    <field>/over_*                    frequencies that do not fit into a byte, by term and document
    <field>/lengths, length_bytes     scored fields: exact lengths, and the bytes that Whoosh rounds them to
    <field>/weights, frequencies      fields with boosts, and fields that are not scored, where they differ from 1
    <field>/slots, positions, ...     see `slots`
    <field>/pairs, pair_*             see `pairs`

BM25F depends on nothing of a posting but its frequency and its document's length byte, so a table of 65,536 scores a
field, made when a generation is opened, turns postings into scores by one gather.
"""

import numpy as np

from service.index.arrays.flatfile import Array
from service.index.arrays.pairs import pack_pairs
from service.index.arrays.postings import Postings, gather, length_bytes, offsets, small
from service.index.arrays.slots import make_slots, pack_positions

FULL_BYTE = 255
"""Frequencies from here on stand in the `over_*` arrays."""
ROW_SHARE = 5
"""A term in more than one of this many documents has a row."""
MOST_ROWS = 4096
"""In a few long documents nearly every term is in more than one of five."""


def pack(name: str, postings: Postings, documents: int, lengths: Array | None) -> dict[str, Array]:
    """The arrays of a field, in the smallest types that hold them. `lengths` of a field that is scored."""
    arrays: dict[str, Array] = {
        f"{name}/term_starts": small(offsets(np.fromiter(map(len, postings.terms), np.int64, len(postings.terms)))),
        f"{name}/term_bytes": np.frombuffer(b"".join(postings.terms), np.uint8),
    }
    if lengths is not None:
        arrays[f"{name}/lengths"] = small(lengths)
        arrays[f"{name}/length_bytes"] = length_bytes(lengths)
    if lengths is not None and postings.weights is None:
        arrays |= _counted(name, postings, documents)
    else:
        arrays |= {f"{name}/starts": small(postings.starts), f"{name}/docs": postings.docs.astype(np.uint32)}
        if postings.weights is not None:
            arrays[f"{name}/weights"] = postings.weights
        if (postings.frequencies != 1).any():
            arrays[f"{name}/frequencies"] = small(postings.frequencies)
    slots = make_slots(postings, documents)
    if slots is not None and f"{name}/row_terms" in arrays:
        arrays |= pack_pairs(name, slots, arrays[f"{name}/row_terms"])
    return arrays | pack_positions(name, postings, slots)


def _counted(name: str, postings: Postings, documents: int) -> dict[str, Array]:
    sizes = np.diff(postings.starts)
    row_terms = np.flatnonzero(sizes * ROW_SHARE > documents)
    if len(row_terms) > MOST_ROWS:
        row_terms = np.sort(row_terms[np.argsort(-sizes[row_terms], kind="stable")[:MOST_ROWS]])
    counts = np.minimum(postings.frequencies, FULL_BYTE).astype(np.uint8)
    rows = np.zeros((len(row_terms), documents), np.uint8)
    for row, number in zip(rows, row_terms.tolist(), strict=True):
        part = slice(int(postings.starts[number]), int(postings.starts[number + 1]))
        row[postings.docs[part]] = counts[part]
    over = np.flatnonzero(postings.frequencies >= FULL_BYTE)
    left = sizes.copy()
    left[row_terms] = 0
    kept = gather(postings.starts[:-1], left)
    return {
        f"{name}/starts": small(offsets(left)),
        f"{name}/docs": postings.docs[kept].astype(np.uint32),
        f"{name}/counts": counts[kept],
        f"{name}/row_terms": row_terms.astype(np.uint32),
        f"{name}/rows": rows.ravel(),
        f"{name}/over_terms": (np.searchsorted(postings.starts, over, side="right") - 1).astype(np.uint32),
        f"{name}/over_docs": postings.docs[over].astype(np.uint32),
        f"{name}/over_frequencies": postings.frequencies[over].astype(np.uint32),
    }
