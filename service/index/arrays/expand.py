"""Which terms a pattern stands for: numbers of terms of a segment, found by arrays."""

import re
from fnmatch import translate

import numpy as np
from whoosh import query

from service.index.arrays.fielddata import FieldData
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Budget, Leaf
from service.index.arrays.postings import gather

_SPECIAL = re.compile(r"[*?\[]")


def docs_of(data: FieldData, numbers: Array) -> Array:
    """The documents of some terms, in no order, with repetitions."""
    docs: Array = data.docs
    if not len(numbers):
        return docs[:0]
    if int(numbers[-1]) - int(numbers[0]) + 1 == len(numbers):
        return docs[int(data.starts[numbers[0]]) : int(data.starts[numbers[-1] + 1])]
    starts = data.starts[numbers].astype(np.int64)
    return docs[gather(starts, data.starts[numbers + 1].astype(np.int64) - starts)]


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
