"""Patterns and edit distances over all terms at once, held against one term at a time."""

import re
from fnmatch import translate

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from service.index.arrays.fielddata import TermDictionary
from service.index.arrays.postings import offsets
from service.index.arrays.vocabulary import matching, within

_WORDS = st.sets(st.text("abcäß", min_size=1, max_size=6), min_size=1, max_size=30)
_PATTERNS = st.lists(st.sampled_from(["a", "b", "ä", "ß", "*", "?", "[ab]", "[!a-b]", "["]), max_size=6).map("".join)


def dictionary(words: set[str]) -> TermDictionary:
    terms = sorted(word.encode() for word in words)
    starts = offsets(np.array([len(term) for term in terms], np.int64)).astype(np.uint32)
    return TermDictionary(starts, np.frombuffer(b"".join(terms), np.uint8))


def distance(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        following = [i]
        for j, y in enumerate(b, start=1):
            following.append(min(row[j] + 1, following[-1] + 1, row[j - 1] + (x != y)))
        row = following
    return row[-1]


@given(_WORDS, _PATTERNS)
@example({"ab", "b"}, "*b*b*")
@example({"a"}, "")
def test_pattern_finds_what_fnmatch_finds(words: set[str], pattern: str) -> None:
    terms = dictionary(words)
    expression = re.compile(translate(pattern))
    expected = [number for number, term in enumerate(terms) if expression.match(term.decode())]
    assert matching(pattern, terms, 0, len(terms)).tolist() == expected


@given(_WORDS, st.text("abcäß", max_size=6), st.integers(0, 3))
def test_edit_distance_agrees_with_its_definition(words: set[str], word: str, most: int) -> None:
    terms = dictionary(words)
    distances = [distance(word, term.decode()) for term in terms]
    numbers, found = within(word, most, terms, 0, len(terms))
    assert numbers.tolist() == [number for number, far in enumerate(distances) if far <= most]
    assert found.tolist() == [far for far in distances if far <= most]


@given(_WORDS, st.text("abcäß", max_size=3))
def test_terms_are_found_where_they_stand(words: set[str], wanted: str) -> None:
    terms = dictionary({f"{word}{number}" for word in words for number in range(5)})
    listed = list(terms)
    first, last = terms.prefix_range(wanted.encode())
    assert listed[first:last] == [term for term in listed if term.startswith(wanted.encode())]
    assert all(terms.number_of(term) == number for number, term in enumerate(listed))
    assert terms.number_of(b"zz") is None
