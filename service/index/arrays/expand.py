"""Which terms a pattern stands for: numbers of terms of a segment, found by arrays."""

import re
from functools import singledispatch
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
from service.index.arrays.statistics import to_bytes
from service.index.arrays.vocabulary import matching, within

_SPECIAL = re.compile(r"[*?\[]")
_LOOKED_AT = 1024
"""So many terms are looked at between two looks at the clock."""


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


@singledispatch
def terms_of(node: Any, data: FieldData, leaf: Leaf, budget: Budget) -> Array:
    """The terms of a field that a node stands for, ascending."""
    raise NotImplementedError(type(node).__name__)


@terms_of.register
def _(node: query.Prefix, data: FieldData, leaf: Leaf, _budget: Budget) -> Array:
    beginning = to_bytes(leaf.schema, node.fieldname, node.text)
    return np.arange(0) if beginning is None else np.arange(*data.terms.prefix_range(beginning))


@terms_of.register
def _(node: query.TermRange, data: FieldData, leaf: Leaf, _budget: Budget) -> Array:
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


def numeric_terms(node: query.NumericRange, data: FieldData, leaf: Leaf) -> tuple[int, int]:
    """The terms of the numbers between two bounds, half open; coarser terms are for Whoosh's own matchers."""
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


def postings_between(data: FieldData, first: int, last: int) -> int:
    """How many postings the terms of a half open range have."""
    return int(data.starts[max(first, last)]) - int(data.starts[first])


def by_column(node: query.NumericRange, leaf: Leaf, docs: Array | None) -> Array | None:
    """Which of some documents, or of all, have a number in a range; None where the column does not say."""
    if leaf.field(node.fieldname) is None:
        return None
    keys = leaf.single_numbers(node.fieldname)
    if keys is None:
        return None
    lowest, highest = numeric_bounds(node, leaf)
    missing = leaf.column(node.fieldname).default_value()
    if lowest <= missing <= highest:
        return None  # documents without a number have the default in the column
    some = keys if docs is None else keys.take(docs)
    return np.asarray((some >= max(lowest, 0)) & (some <= highest)) if highest >= 0 else np.zeros(len(some), bool)


def _sortable(made: NUMERIC, number: Any) -> int:
    return int(to_sortable(made.numtype, made.bits, made.signed, made.prepare_number(number)))


@terms_of.register
def _(node: query.Wildcard, data: FieldData, _leaf: Leaf, budget: Budget) -> Array:
    """The terms that a pattern with `*` and `?` matches."""
    literal = _SPECIAL.split(node.text, maxsplit=1)[0]
    first, last = data.terms.prefix_range(literal.encode())
    if node.text == f"{literal}*":
        return np.arange(first, last)
    if first == last or budget.is_over("Wildcard"):
        return np.arange(0)
    return matching(node.text, data.terms, first, last)


@terms_of.register
def _(node: query.Regex, data: FieldData, _leaf: Leaf, budget: Budget) -> Array:
    """The terms that a regular expression matches from their beginning."""
    expression = re.compile(node.text)
    kept: list[int] = []
    for number, term in enumerate(data.terms):
        if expression.match(term.decode("utf-8", "replace")):
            kept.append(number)
        if number % _LOOKED_AT == 0 and budget.is_over("Regex"):
            break
    return np.array(kept, np.int64)


@terms_of.register
def _(node: query.FuzzyTerm, data: FieldData, _leaf: Leaf, budget: Budget) -> Array:
    """The terms within an edit distance; if they are too many, the closest and of these the most frequent."""
    first, last = data.terms.prefix_range(node.text[: node.prefixlength].encode())
    if first == last or budget.is_over("FuzzyTerm"):
        return np.arange(0)
    numbers, distances = within(node.text, node.maxdist, data.terms, first, last)
    if len(numbers) > budget.expansions:
        budget.limited.add("FuzzyTerm")
        frequencies = [data.document_frequency(number) for number in numbers.tolist()]
        order = np.lexsort((numbers, -np.array(frequencies), distances))[: budget.expansions]
        numbers = np.sort(numbers[order])
    return numbers
