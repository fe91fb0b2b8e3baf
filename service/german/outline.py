"""The words of an article and its sentences, so that neither has to be found again when it is shown."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from service.german.languages import GERMAN
from service.german.sentences import sentence_spans
from service.german.tokens import Chain, Token, Word, fold
from service.german.variants import variant_key

LINE_MARK = "|"
"""Stands between two lines as if it were a word, so that no phrase reaches from one into the next."""

_JOINING = re.compile(r"[-\u2010\u2011*:_/(]|\w\.\w|[a-zäöüß]Innen")
"""Where one of these is, words may have variants that are not written there: of what they are parts of or stand for."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Lines, the stems of their words as one text, and columns with a row for each sentence.

    Words are numbered through all lines; a line mark has a number too. A sentence begins with the word `firsts[row]`,
    and its text is `lines[numbers[row]][starts[row]:ends[row]]`. What words are found by beside their stems, such as
    the stems of their parts, is one text too: `parts`, with the number of the word of each in `part_words`.
    """

    lines: Sequence[str]
    stems: str
    parts: str
    part_words: Sequence[int]
    firsts: Sequence[int]
    numbers: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]
    language: str = GERMAN

    def find(self, wanted: str) -> list[int]:
        """The numbers of the words at which stems begin that `side_by_side` has joined, ascending."""
        return list(_places(self.stems, wanted))

    def find_part(self, wanted: str) -> list[int]:
        """The numbers of the words that are found by a stem that is not their own, ascending."""
        return [self.part_words[place] for place in _places(self.parts, wanted)]

    def sentence(self, row: int) -> str:
        """The text of a sentence."""
        return self.lines[self.numbers[row]][self.starts[row] : self.ends[row]]

    def tokens(self, row: int, chain: Chain) -> Sequence[Token]:
        """The words of a sentence, counted from its beginning and analysed when they are asked for."""
        return chain.lazy_tokens(self.sentence(row), self.language)

    def token(self, number: int, chain: Chain) -> Token:
        """A word by its number; its offsets are those in its sentence."""
        row = self.row_of(number)
        return self.tokens(row, chain)[number - self.firsts[row]]

    def row_of(self, number: int) -> int:
        """The row of the sentence in which a word stands."""
        return bisect_right(self.firsts, number) - 1

    def line_of(self, number: int) -> int:
        """The number of the line in which a word stands."""
        return self.numbers[self.row_of(number)]


class Beginnings:
    """Finds the words of an outline by how they begin; what one beginning has read of a sentence is kept for others."""

    def __init__(self, outline: Outline, chain: Chain) -> None:
        self._outline = outline
        self._chain = chain
        self._words: dict[int, Sequence[Word]] = {}

    def find(self, beginning: str) -> Iterator[int]:
        """The numbers of the words whose form begins so, ascending."""
        found = self._words_of(row for row, text in enumerate(self._forms) if beginning in text)
        return (number for number, word in found if word.form.startswith(beginning))

    def find_variant(self, beginning: str) -> Iterator[int]:
        """The numbers of the words of which a variant begins so, ascending."""
        found = self._words_of(row for row, text in enumerate(self._variants) if text is None or beginning in text)
        return (number for number, word in found if any(it.startswith(beginning) for it in word.variants))

    def _words_of(self, rows: Iterable[int]) -> Iterator[tuple[int, Word]]:
        """The words of some sentences, and their numbers."""
        for row in rows:
            if row not in self._words:
                self._words[row] = self._chain.words(self._outline.sentence(row), self._outline.language)
            yield from enumerate(self._words[row], self._outline.firsts[row])

    @cached_property
    def _forms(self) -> Sequence[str]:
        """Texts in which the form of each word of a sentence stands, one for each sentence."""
        sentences = map(self._outline.sentence, range(len(self._outline.firsts)))
        # The form of an abbreviation has no full stops.
        return [fold(it) if "." not in it else f"{fold(it)} {fold(it.replace('.', ''))}" for it in sentences]

    @cached_property
    def _variants(self) -> Sequence[str | None]:
        """The same for the variants; None where words may have some that are not written there."""
        sentences = map(self._outline.sentence, range(len(self._outline.firsts)))
        return [None if _JOINING.search(it) else variant_key(fold(it)) for it in sentences]


def _places(text: str, wanted: str) -> Iterator[int]:
    """How many words stand before each place where some words stand side by side in a text."""
    done, number = 0, 0
    at = text.find(wanted)
    while at >= 0:
        number += text.count(" ", done, at)
        yield number
        done = at
        at = text.find(wanted, at + 1)


def make_outline(lines: Sequence[str], is_whole: Sequence[bool], chain: Chain, language: str = GERMAN) -> Outline:
    """The outline of some lines; each is one sentence, as titles and headings are, or is cut into sentences."""
    stems: list[str] = []
    parts: list[str] = []
    part_words: list[int] = []
    columns: tuple[list[int], list[int], list[int], list[int]] = ([], [], [], [])
    for number, line in enumerate(lines):
        if number:
            stems.append(LINE_MARK)
        for start, end in [(0, len(line))] if is_whole[number] else sentence_spans(line):
            for column, value in zip(columns, (len(stems), number, start, end), strict=True):
                column.append(value)
            for word in chain.words(line[start:end], language):
                others = word.stems[1:]
                if others:
                    parts.extend(others)
                    part_words.extend([len(stems)] * len(others))
                stems.append(word.stem)
    return Outline(lines, side_by_side(stems), side_by_side(parts), part_words, *columns, language)


def side_by_side(stems: Iterable[str]) -> str:
    """Stems that stand side by side, as `Outline.find` takes them."""
    return f" {' '.join(stems)} "
