"""Passages of an article: sentences with matches in them, which of them are shown, and how they are cut."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from service.german.outline import Outline
from service.german.tokens import Chain, Token
from service.search.page import Highlight, Range
from service.search.tier import Tier, best_tier
from service.search.wanted import WantedWord

_CONTEXT_BEFORE = 3
"""Before the first mark of a sentence that is cut stands at most one of so many parts of the passage."""
_ELLIPSIS = "…"
Mark = WantedWord | Tier
"""What a word of an article may match, or the tier in which it does."""


@dataclass(slots=True)
class Passage:
    """A sentence with matches in it, and a bit for each part of the query that is among them.

    `marks` has for the number of a word the words of the query that it may match, or the tier in which it does.
    """

    row: int
    marks: dict[int, list[Mark]] = field(default_factory=dict)
    bits: int = 0
    _ranges: list[Range] | None = None
    """The matches, once they have been asked for."""

    def ranges(self, outline: Outline, chain: Chain) -> list[Range]:
        """The matches in the line of the passage, in order and not overlapping; found once, then kept."""
        if self._ranges is None:
            tokens = outline.tokens(self.row, chain)
            first, shift = outline.firsts[self.row], outline.starts[self.row]
            self._ranges = []
            for number in sorted(self.marks):
                for found in _ranges_of(tokens, number - first, self.marks[number]):
                    start, end = found.start + shift, found.end + shift
                    if not self._ranges or self._ranges[-1].end <= start:
                        self._ranges.append(Range(start, end, found.tier))
        return self._ranges

    def highlight(self, outline: Outline, chain: Chain, length: int) -> Highlight:
        """The text of the passage with its marks, of no more code points than `length`; a mark too long is cut too."""
        text, first, last = outline.lines[outline.numbers[self.row]], outline.starts[self.row], outline.ends[self.row]
        marks = self.ranges(outline, chain)
        start, end = _cut(text, first, last, marks[0], length) if marks and last - first > length else (first, last)
        before = _ELLIPSIS if start > first else ""
        after = _ELLIPSIS if end < last else ""
        shift = len(before) - start
        shown = [Range(it.start + shift, min(it.end, end) + shift, it.tier) for it in marks if start <= it.start < end]
        return Highlight(before + text[start:end] + after, tuple(shown))


def choose(passages: Sequence[Passage], most: int) -> Sequence[Passage]:
    """Passages that together show as many words of the query as possible, in the order of the text."""
    if len(passages) <= most:
        return passages
    left = list(passages)
    chosen: list[Passage] = []
    seen = 0
    while left and len(chosen) < most:
        best = _best(left, seen)
        left.remove(best)
        chosen.append(best)
        seen |= best.bits
    return sorted(chosen, key=lambda passage: passage.row)


def _best(passages: Sequence[Passage], seen: int) -> Passage:
    """The passage with most parts of the query that are not among `seen`, then with most; of equals the first."""
    return max(passages, key=lambda passage: ((passage.bits & ~seen).bit_count(), passage.bits.bit_count()))


def _cut(text: str, first: int, last: int, mark: Range, length: int) -> tuple[int, int]:
    """Where a sentence that is longer than `length` is cut around a mark: between words, unless one is too long.

    What stands for the rest counts too.
    """
    start, room = first, length
    earliest = mark.start - length // _CONTEXT_BEFORE
    if earliest > first:
        space = text.find(" ", earliest, mark.start)
        start = _word_start(text, mark.start, earliest) if space < 0 else space + 1
        room -= len(_ELLIPSIS)
    if last - start <= room:
        return start, last
    latest = start + room - len(_ELLIPSIS)
    space = text.rfind(" ", mark.end, latest + 1)
    return start, min(_word_end(text, mark.end, latest), latest) if space < 0 else space


def _ranges_of(tokens: Sequence[Token], place: int, marks: Sequence[Mark]) -> list[Range]:
    """What of a word is marked: all of it, or the parts that match."""
    token = tokens[place]
    whole: Tier | None = None
    end = token.end
    parts: dict[tuple[int, int], Tier] = {}
    for mark in marks:
        tier = mark if isinstance(mark, Tier) else mark.tier(token.word)
        if isinstance(mark, Tier) or tier is None or not mark.is_part(token.word):
            whole = best_tier(whole, tier)
            if not isinstance(mark, Tier):
                end = max(end, tokens[min(place + mark.width(token.word), len(tokens)) - 1].end)
        else:
            for part in token.word.parts:
                if part.stem in mark.stems:
                    span = token.part_span(part)
                    parts[span] = best_tier(parts.get(span), tier) or tier
    if whole is not None:
        return [Range(token.start, end, whole)]
    # Of parts that begin at one place the longest.
    return [Range(*span, parts[span]) for span in sorted(parts, key=lambda span: (span[0], -span[1]))]


def _word_start(text: str, at: int, least: int) -> int:
    """Where the word begins that a place is in."""
    while at > least and not text[at - 1].isspace():
        at -= 1
    return at


def _word_end(text: str, at: int, most: int) -> int:
    """Where the word ends that a place is in."""
    while at < most and not text[at].isspace():
        at += 1
    return at
