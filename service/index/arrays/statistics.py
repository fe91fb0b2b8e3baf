"""How frequent terms are, and how long fields, in all segments of an index together."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Any

from whoosh.fields import Schema

from service.index.arrays.segment import ArraySegment

_KNOWN_TERMS = 16_384
"""Of so many terms it is remembered where they stand in the dictionaries."""


@dataclass(frozen=True, slots=True)
class KnownTerm:
    """A term in the whole index: its number (-1 where it is not there) and document frequency in each segment."""

    field: str
    numbers: tuple[int, ...]
    frequencies: tuple[int, ...]
    idf: float


Idf = Callable[[int, int], float]
"""What a term weighs by the number of all documents and of those that have it."""


def whoosh_idf(documents: int, frequency: int) -> float:
    """As Whoosh has it: at least about 1, so that even the most frequent words count."""
    return log(documents / (frequency + 1)) + 1 if documents else 1.0


def robertson_idf(documents: int, frequency: int) -> float:
    """As Lucene has it (Robertson and Zaragoza 2009, with 1 in the logarithm): near 0 for words of all documents."""
    return log(1 + (documents - frequency + 0.5) / (frequency + 0.5))


class Statistics:
    """Document frequencies and lengths over all segments, as BM25F reads them."""

    def __init__(self, segments: "tuple[ArraySegment, ...]", schema: Schema, idf: Idf = whoosh_idf) -> None:
        self._idf = idf
        self._segments = segments
        self._schema = schema
        self.documents = sum(segment.doc_count_all() for segment in segments)
        self.term = lru_cache(maxsize=_KNOWN_TERMS)(self._term)

    def _term(self, name: str, text: Any) -> KnownTerm | None:
        """What is known of a term, as a query names it; None where the field does not exist or cannot hold it.

        Deleted documents count until they are merged away, as in Whoosh.
        """
        term = to_bytes(self._schema, name, text)
        if term is None:
            return None
        numbers, frequencies = [], []
        for segment in self._segments:
            data = segment.data.fields.get(name)
            number = None if data is None else data.terms.number_of(term)
            numbers.append(-1 if number is None else number)
            frequencies.append(0 if data is None or number is None else data.document_frequency(number))
        return KnownTerm(name, tuple(numbers), tuple(frequencies), self._idf(self.documents, sum(frequencies)))

    def frequencies(self, name: str, text: Any) -> tuple[int, ...]:
        """How many documents of each segment have a term; not remembered."""
        known = self._term(name, text)
        return () if known is None else known.frequencies

    def average_length(self, name: str) -> float:
        """Average length of a field."""
        total = sum(segment.data.field_lengths.get(name, 0) for segment in self._segments)
        return total / self.documents if self.documents and total else 1.0


def to_bytes(schema: Schema, name: str, text: Any) -> bytes | None:
    """A term as it stands in the dictionary; None where the field does not exist or cannot hold it."""
    if name not in schema:
        return None
    try:
        return bytes(schema[name].to_bytes(text))
    except ValueError:
        return None
