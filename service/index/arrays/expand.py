"""Which terms a pattern stands for: numbers of terms of a segment, found by arrays."""

import re
from fnmatch import translate
from typing import Any

import numpy as np
from whoosh import query
from whoosh.fields import NUMERIC
from whoosh.util.numeric import to_sortable

from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.matches import Dense, Matches, distinct, nothing, to_dense
from service.index.arrays.postings import gather

_SPECIAL = re.compile(r"[*?\[]")


def docs_of(data: FieldData, numbers: Array, documents: int) -> Matches:
    """The documents of some terms, ascending by number."""
    if not len(numbers):
        return nothing(scored=False)
    first, last = int(numbers[0]), int(numbers[-1]) + 1
    if last - first == len(numbers):
        docs = data.docs[int(data.starts[first]) : int(data.starts[last])]
    else:
        starts = data.starts[numbers].astype(np.int64)
        docs = data.docs[gather(starts, data.starts[numbers + 1].astype(np.int64) - starts)]
    rows = data.rows_among(numbers)
    found = distinct(docs, documents, is_ascending=len(numbers) == 1)
    if not rows:
        return found
    mask = to_dense(found, documents).mask
    for row in rows:
        mask |= row > 0
    return Dense(mask, None)


def prefix(data: FieldData, beginning: bytes) -> Array:
    """The terms that begin so."""
    return np.arange(*data.terms.prefix_range(beginning))


def term_range(node: query.TermRange, data: FieldData, leaf: Leaf) -> Array:
    """The terms between two bounds."""
    made = leaf.schema[node.fieldname]
    first, last = 0, len(data.terms)
    try:
        if node.start is not None:
            start = made.to_bytes(node.start)
            first = data.terms.lower_bound(start)
            if node.startexcl and first < last and data.terms[first] == start:
                first += 1
        if node.end is not None:
            end = made.to_bytes(node.end)
            last = data.terms.lower_bound(end)
            if not node.endexcl and last < len(data.terms) and data.terms[last] == end:
                last += 1
    except ValueError:
        return np.arange(0)
    return np.arange(first, max(first, last))


def numeric_range(node: query.NumericRange, data: FieldData, leaf: Leaf) -> Array:
    """The terms of the numbers between two bounds, side by side; coarser terms are for Whoosh's own matchers."""
    return np.arange(*numeric_terms(node, data, leaf))


def numeric_terms(node: query.NumericRange, data: FieldData, leaf: Leaf) -> tuple[int, int]:
    """The numbers of those terms, half open."""
    lowest, highest = numeric_bounds(node, leaf)
    if lowest > highest or highest < 0:
        return 0, 0
    made: Any = leaf.schema[node.fieldname]
    first = data.terms.lower_bound(made.sortable_to_bytes(lowest))
    end = made.sortable_to_bytes(highest)
    last = data.terms.lower_bound(end)
    return first, last + (last < len(data.terms) and data.terms[last] == end)


def numeric_bounds(node: query.NumericRange, leaf: Leaf) -> tuple[int, int]:
    """The bounds as the numbers that the field sorts by, both inclusive."""
    made = leaf.schema[node.fieldname]
    if not isinstance(made, NUMERIC):
        raise ValueError(f"The field {node.fieldname} holds no numbers.")  # noqa: TRY004 - as Whoosh raises it
    lowest, highest = 0, (1 << made.bits) - 1
    if node.start is not None:
        lowest = _sortable(made, node.start) + bool(node.startexcl)
    if node.end is not None:
        highest = _sortable(made, node.end) - bool(node.endexcl)
    return lowest, min(highest, (1 << made.bits) - 1)


def _sortable(made: NUMERIC, number: Any) -> int:
    return int(to_sortable(made.numtype, made.bits, made.signed, made.prepare_number(number)))


def wildcard(node: query.Wildcard, data: FieldData, budget: Budget) -> Array:
    """The terms that a pattern with `*` and `?` matches."""
    pattern: str = node.text
    literal = _SPECIAL.split(pattern, maxsplit=1)[0]
    numbers: Array = prefix(data, literal.encode())
    pieces = [piece.encode() for piece in re.split(r"[*?]+|\[.*?\]", pattern) if piece]
    if pieces and len(numbers):
        longest = max(pieces, key=len)
        numbers = numbers[data.terms.contains(numbers, longest)]
    if not _SPECIAL.search(pattern.replace("?", "")):
        # Only question marks beside letters: the number of characters decides most.
        numbers = numbers[data.terms.characters(numbers) == len(pattern)]
        if not pieces:
            return numbers
    if re.fullmatch(r"\*[^*?\[]+\*", pattern):
        return numbers
    return _checked(numbers, data, re.compile(translate(pattern)), budget)


def fuzzy(node: query.FuzzyTerm, leaf: Leaf, budget: Budget) -> Array:
    """The terms within an edit distance."""
    data = leaf.field(node.fieldname)
    if data is None:
        return np.arange(0)
    reader = leaf.searcher.reader()
    found: list[int] = []
    made = leaf.schema[node.fieldname]
    for text in reader.terms_within(node.fieldname, node.text, node.maxdist, prefix=node.prefixlength):
        number = data.terms.number_of(made.to_bytes(text))
        if number is not None:
            found.append(number)
        if len(found) >= budget.expansions or budget.is_over("FuzzyTerm"):
            budget.limited.add("FuzzyTerm")
            break
    return np.array(sorted(found), np.int64)


def _checked(numbers: Array, data: FieldData, expression: re.Pattern[str], budget: Budget) -> Array:
    kept: list[int] = []
    for count, number in enumerate(numbers.tolist()):
        if expression.match(data.terms[number].decode("utf-8", "replace")):
            kept.append(number)
        if count % 1024 == 0 and budget.is_over("Wildcard"):
            break
    return np.array(kept, np.int64)
