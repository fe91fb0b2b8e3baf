"""Pieces numbered by arrays, held against splitting strings."""

import re

from hypothesis import given
from hypothesis import strategies as st

from service.index.arrays.interning import Pieces

_TEXTS = st.lists(
    st.lists(st.text("abcäß€\x00\t\n \xa0😀", max_size=12) | st.just("Donaudampfschifffahrt" * 3), max_size=8).map(
        " ".join
    ),
    max_size=6,
)


def cut(text: str, *, has_lines: bool) -> list[str]:
    return re.findall(r"[^\x00-\x20]+|\n" if has_lines else r"[^\x00-\x20]+", text)


@given(st.lists(_TEXTS, max_size=4), st.booleans())
def test_pieces_are_what_stands_between_blanks(batches: list[list[str]], has_lines: bool) -> None:  # noqa: FBT001 - Hypothesis decides
    pieces = Pieces("\n" if has_lines else "")
    numbers: dict[str, int] = {}
    for texts in batches:
        found, counts = pieces.add(texts)
        expected = [cut(text, has_lines=has_lines) for text in texts]
        assert counts.tolist() == [len(own) for own in expected]
        flat = [piece for own in expected for piece in own]
        assert [pieces.pieces[number] for number in found.tolist()] == flat
        # Numbered in the order in which they are first seen.
        assert found.tolist() == [numbers.setdefault(piece, len(numbers)) for piece in flat]


def test_many_different_pieces_keep_their_numbers() -> None:
    words = [f"wort{number}" for number in range(20_000)]
    pieces = Pieces()
    for start in range(0, len(words), 1_000):
        pieces.add([" ".join(words[start : start + 1_000])])
    found, _ = pieces.add([" ".join(reversed(words))])
    assert found.tolist() == list(reversed(range(len(words))))
    assert list(pieces.pieces) == words
