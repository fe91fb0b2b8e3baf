"""The words of an article and its sentences, so that neither has to be found again when it is shown."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from service.german.sentences import sentence_spans
from service.german.tokens import WORD, Chain, fold

_LINE_MARK = "|"
"""Stands between two lines as if it were a word, so that no phrase reaches from one into the next."""


@dataclass(frozen=True, slots=True)
class Outline:
    """Lines, the stems of their words as one text, and columns with a row for each sentence.

    Words are numbered through all lines; a line mark has a number too. A sentence begins with the word `firsts[row]`,
    and its text is `lines[numbers[row]][starts[row]:ends[row]]`.
    """

    lines: Sequence[str]
    stems: str
    firsts: Sequence[int]
    numbers: Sequence[int]
    starts: Sequence[int]
    ends: Sequence[int]

    def find(self, wanted: str) -> list[int]:
        """The numbers of the words at which stems begin that `side_by_side` has joined, ascending."""
        found: list[int] = []
        done, number = 0, 0
        at = self.stems.find(wanted)
        while at >= 0:
            number += self.stems.count(" ", done, at)
            found.append(number)
            done = at
            at = self.stems.find(wanted, at + 1)
        return found

    def find_beginning(self, beginning: str) -> Iterator[int]:
        """The numbers of the words whose form begins so, ascending."""
        number = 0
        for line in self.lines:
            for surface in WORD.findall(line):
                if fold(surface).startswith(beginning):
                    yield number
                number += 1
            number += 1

    def row_of(self, number: int) -> int:
        """The row of the sentence in which a word stands."""
        return bisect_right(self.firsts, number) - 1


def make_outline(lines: Sequence[str], is_whole: Sequence[bool], chain: Chain) -> Outline:
    """The outline of some lines; each is one sentence, as titles and headings are, or is cut into sentences."""
    stems: list[str] = []
    columns: tuple[list[int], ...] = ([], [], [], [])
    for number, line in enumerate(lines):
        if number:
            stems.append(_LINE_MARK)
        for start, end in [(0, len(line))] if is_whole[number] else sentence_spans(line):
            for column, value in zip(columns, (len(stems), number, start, end), strict=True):
                column.append(value)
            stems.extend(chain.stems(line[start:end]))
    return Outline(lines, side_by_side(stems), *columns)


def side_by_side(stems: Iterable[str]) -> str:
    """Stems that stand side by side, as `Outline.find` takes them."""
    return f" {' '.join(stems)} "
