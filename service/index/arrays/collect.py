"""Collecting documents field by field until they are turned into posting lists, all at once."""

import re
from array import array
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from whoosh.fields import FieldType
from whoosh.formats import Positions

from service.index.arrays.postings import Array, Postings, gather, invert, offsets


class Collector(Protocol):
    """The tokens of one field of the documents since the last flush."""

    def add(self, number: int, value: Any, boost: float) -> int:
        """Take in a document's value; the number of its tokens."""
        ...

    def postings(self) -> Postings:
        """Everything that was taken in, as posting lists."""
        ...

    def lengths(self, count: int) -> Array:
        """The number of tokens of each of `count` documents."""
        ...


class _Numbering(dict[Any, int]):
    """Numbers keys in the order in which they are first seen."""

    def __missing__(self, key: Any) -> int:
        number = self[key] = len(self)
        return number


class ContextFreeCollector:
    """For analyzers that treat each word alone: words are cut by a pattern, and each distinct one is analysed once.

    The analyzer opts in with an attribute `context_free_words`, the pattern; `context_free_gaps` may say by how many
    positions a match that is no word moves on.
    """

    def __init__(self, field: FieldType) -> None:
        analyzer: Any = field.analyzer
        pattern: re.Pattern[str] = analyzer.context_free_words
        self._cut = pattern.findall
        self._gaps: Mapping[str, int] = getattr(analyzer, "context_free_gaps", {})
        self._analyzer = analyzer
        self._has_positions = isinstance(field.format, Positions)
        self._surfaces = _Numbering()
        self._tokens = array("I")
        self._docs = array("I")
        self._counts = array("I")
        self._lengths: Array | None = None

    @staticmethod
    def takes(field: FieldType) -> bool:
        """Whether a field can be collected so."""
        return hasattr(field.analyzer, "context_free_words") and float(getattr(field.format, "field_boost", 0.0)) == 1.0

    def add(self, number: int, value: Any, boost: float) -> int:
        """Take in a document's text.

        Raises:
            TypeError: the value is no string, or a boost is asked for: both would need the analyzer's tokens.
        """
        if not isinstance(value, str) or boost != 1.0:
            raise TypeError("a field with a context-free analyzer takes strings, without a boost")
        found = self._cut(value)
        self._tokens.extend(map(self._surfaces.__getitem__, found))
        self._docs.append(number)
        self._counts.append(len(found))
        return len(found)

    def postings(self) -> Postings:
        """Analyse each distinct word, and invert."""
        surfaces: list[str] = list(self._surfaces)
        analysed = [[token.text.encode() for token in self._analyzer(surface, mode="index")] for surface in surfaces]
        terms = sorted({term for found in analysed for term in found})
        rank = {term: number for number, term in enumerate(terms)}
        sizes = np.fromiter(map(len, analysed), np.int64, len(analysed))
        flat = np.fromiter((rank[term] for found in analysed for term in found), np.uint32)
        tokens = np.frombuffer(self._tokens, np.uint32) if self._tokens else np.zeros(0, np.uint32)
        counts = np.frombuffer(self._counts, np.uint32).astype(np.int64)
        numbers = np.frombuffer(self._docs, np.uint32)
        docs = np.repeat(numbers, counts)
        positions = self._positions(surfaces, sizes, tokens, counts) if self._has_positions else None
        if (sizes == 1).all():
            kept_tokens = flat[tokens]
        else:
            width = sizes[tokens]
            kept_tokens = flat[gather(offsets(sizes)[:-1][tokens], width)]
            docs = np.repeat(docs, width)
            positions = None if positions is None else np.repeat(positions, width)
        self._lengths = np.bincount(docs)
        return invert(terms, kept_tokens, docs, positions)

    def lengths(self, count: int) -> Array:
        """The number of tokens of each document; asked for after `postings`."""
        made = np.zeros(count, np.int64)
        if self._lengths is not None:
            made[: len(self._lengths)] = self._lengths
        return made

    def _positions(self, surfaces: Sequence[str], sizes: Array, tokens: Array, counts: Array) -> Array:
        steps = np.fromiter(
            (self._gaps.get(surface, int(size > 0)) for surface, size in zip(surfaces, sizes.tolist(), strict=True)),
            np.int64,
            len(surfaces),
        )
        walked = np.cumsum(steps[tokens])
        before = np.zeros(len(counts), np.int64)
        ends = np.cumsum(counts)
        begins = ends - counts
        later = begins > 0
        before[later] = walked[begins[later] - 1]
        return (walked - np.repeat(before, counts) - 1).astype(np.uint32)


class PlainCollector:
    """For every other field: asks the field itself, document by document."""

    def __init__(self, field: FieldType) -> None:
        self._field = field
        self._format: Any = field.format
        self._has_positions = isinstance(field.format, Positions)
        self._terms = _Numbering()
        self._tokens = array("I")
        self._docs = array("I")
        self._frequencies = array("I")
        self._weights = array("f")
        self._positions = array("I")
        self._length_of: dict[int, int] = {}

    def add(self, number: int, value: Any, boost: float) -> int:
        """Take in a document's value."""
        length = 0
        for term, frequency, weight, encoded in self._field.index(value):
            self._tokens.append(self._terms[term])
            self._docs.append(number)
            self._weights.append(weight * boost)
            if self._has_positions:
                found = self._format.decode_positions(encoded)
                self._positions.extend(found)
                self._frequencies.append(len(found))
            else:
                self._frequencies.append(frequency)
            length += frequency
        self._length_of[number] = length
        return length

    def postings(self) -> Postings:
        """Sort by term."""
        terms = sorted(self._terms)
        rank = {term: number for number, term in enumerate(terms)}
        mapping = np.fromiter((rank[term] for term in self._terms), np.int64, len(terms))
        tokens = mapping[np.frombuffer(self._tokens, np.uint32)] if self._tokens else np.zeros(0, np.int64)
        order = np.argsort(tokens, kind="stable")
        frequencies = np.array(self._frequencies, np.uint32)
        weights = np.array(self._weights, np.float32)
        positions = None
        if self._has_positions:
            plain = np.array(self._positions, np.uint32)
            positions = plain[gather(offsets(frequencies)[:-1][order], frequencies[order].astype(np.int64))]
        return Postings(
            terms,
            np.searchsorted(tokens[order], np.arange(len(terms) + 1)),
            np.array(self._docs, np.uint32)[order],
            frequencies[order],
            None if (weights == frequencies).all() else weights[order],
            positions,
        )

    def lengths(self, count: int) -> Array:
        """The number of tokens of each document."""
        made = np.zeros(count, np.int64)
        made[list(self._length_of)] = list(self._length_of.values())
        return made
