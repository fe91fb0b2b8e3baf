"""The postings of a term as Whoosh steps through them: for queries that the evaluator does not know."""

import struct
from typing import Any

import numpy as np
from whoosh.formats import Existence, Format, Frequency, Positions
from whoosh.matching import LeafMatcher, ReadTooFar

from service.index.arrays.fielddata import FieldData
from service.index.arrays.postings import BYTE_TO_LENGTH

Term = tuple[str, bytes]


class ArrayMatcher(LeafMatcher):
    """Steps through the postings of a term, a block at a time."""

    _BLOCK = 128

    def __init__(self, field: FieldData, number: int, format_: Format, term: Term, scorer: Any) -> None:
        self._field = field
        self._number = number
        self.format = format_
        self._term = term
        self.scorer = scorer
        self._docs = field.docs_of(number)
        self._weights = field.weights_of(number)
        self._at = 0

    def reset(self) -> None:
        """Go back to the first posting."""
        self._at = 0

    def copy(self) -> "ArrayMatcher":
        """Another matcher at the same place."""
        twin = ArrayMatcher(self._field, self._number, self.format, self._term, self.scorer)
        twin._at = self._at
        return twin

    def is_active(self) -> bool:
        """Whether it stands on a posting."""
        return self._at < len(self._docs)

    def id(self) -> int:
        """The document."""
        return int(self._docs[self._at])

    def weight(self) -> float:
        """The weight of the term in the document."""
        return float(self._weights[self._at])

    def next(self) -> bool:  # type: ignore[override]  # Whoosh's own leaf matchers answer so, too
        """Go on; whether a block was left."""
        self._at += 1
        return self._at % self._BLOCK == 0 or not self.is_active()

    def skip_to(self, target: int) -> None:
        """Go to the first document that is not less.

        Raises:
            ReadTooFar: there is none any more.
        """
        if not self.is_active():
            raise ReadTooFar
        if target > self.id():
            self._at += int(np.searchsorted(self._docs[self._at :], target))

    def _block(self) -> slice:
        # Whoosh asks for the quality of a block even of a matcher that has come to its end: it is the last block's.
        start = min(self._at, len(self._docs) - 1) // self._BLOCK * self._BLOCK
        return slice(start, start + self._BLOCK)

    def _block_lengths(self) -> Any:
        if self._field.length_bytes is None:
            return np.ones(1, np.int32)
        return BYTE_TO_LENGTH[self._field.length_bytes[self._docs[self._block()]]]

    def block_min_length(self) -> int:
        """The least length among the documents of the block."""
        return int(self._block_lengths().min())

    def block_max_length(self) -> int:
        """The greatest length among the documents of the block."""
        return int(self._block_lengths().max())

    def block_max_weight(self) -> float:
        """The greatest weight in the block."""
        return float(self._weights[self._block()].max())

    def skip_to_quality(self, minquality: float) -> int:
        """Skip blocks that cannot score more than this; how many were skipped."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:  # type: ignore[no-untyped-call]
            self._at = min(self._block().stop, len(self._docs))
            skipped += 1
        return skipped

    def value(self) -> bytes:
        """The posting in the field's format, encoded in memory."""
        if isinstance(self.format, Positions):
            return bytes(self.format.encode(self._positions()))
        if isinstance(self.format, Existence):
            return b""
        if isinstance(self.format, Frequency):
            return struct.pack("!I", int(self._weights[self._at]))
        raise NotImplementedError(f"postings in the format {self.format!r} are not kept")

    def supports(self, astype: str) -> bool:
        """Whether `value_as` knows this."""
        return (astype == "positions" and isinstance(self.format, Positions)) or bool(self.format.supports(astype))

    def value_as(self, astype: str) -> Any:
        """The posting as positions or anything else that the format knows."""
        if astype == "positions":
            return self._positions()
        if astype == "weight":
            return self.weight()
        return LeafMatcher.value_as(self, astype)

    def spans(self) -> list[Any]:
        """The positions as Whoosh's spans."""
        from whoosh.query.spans import Span  # noqa: PLC0415 - Whoosh imports it late, too: its modules form a circle

        return [Span(position) for position in self._positions()]

    def _positions(self) -> list[int]:
        found = self._field.positions_in(self._number, self.id(), self._at)
        listed: list[int] = found.tolist()
        return listed
