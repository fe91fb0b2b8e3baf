"""Where the words of a query stand in an article: marks in the title, passages of the body.

No text is analysed for it: its outline, which is stored with it, says where the stems of the query stand and in which
sentences; only the sentences that are shown are cut into words again.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from service.articles.model import Article
from service.german.outline import Outline, side_by_side
from service.german.tokens import WORD, Chain, fold
from service.search.page import Highlight, Highlights, Range
from service.search.query import Field, Node, Phrase, positive_leaves
from service.search.tier import Tier

MAX_PASSAGES = 3
PASSAGE_LENGTH = 240
"""Code points of a passage; a longer sentence is cut between words."""
_CONTEXT_BEFORE = 80
_ELLIPSIS = "…"
_MARKED_FIELDS = (None, Field.TITLE, Field.LEAD, Field.HEADINGS, Field.BODY)


@dataclass(frozen=True)
class _Part:
    form: str
    stem: str
    is_prefix: bool


@dataclass(frozen=True)
class _Pattern:
    """A word or phrase of the query: parts that stand side by side, in one field or in any."""

    parts: tuple[_Part, ...]
    field: Field | None

    @cached_property
    def stems(self) -> str:
        """The stems of all parts, as an outline is searched for them."""
        return side_by_side(part.stem for part in self.parts)


@dataclass(slots=True)
class _Passage:
    """A sentence with matches in it: the parts that match each word, and a bit for each pattern that is among them."""

    row: int
    marks: dict[int, list[_Part]] = field(default_factory=dict)
    patterns: int = 0


class Highlighter:
    """Finds the words of one query in articles. Threads may share it."""

    def __init__(self, node: Node | None, chain: Chain) -> None:
        self._patterns = tuple(dict.fromkeys(_patterns(node, chain)))
        self._has_fields = any(pattern.field is not None for pattern in self._patterns)

    def highlights(self, article: Article, outline: Outline) -> Highlights:
        """The title with its marks, if it has any, and up to MAX_PASSAGES passages in the order of the text.

        Args:
            article: the article.
            outline: that of its title and `Article.texts`.
        """
        kinds = [Field.TITLE, *(kind for kind, _ in article.lines())] if self._has_fields else []
        passages = self._passages(outline, kinds)
        title: tuple[Highlight, ...] = ()
        if passages and passages[0].row == 0:
            marks = _marks(passages.pop(0), outline)
            title = (Highlight(article.title, tuple(Range(*mark) for mark in marks)),)
        return Highlights(title, tuple(_cut(passage, outline) for passage in _choose(passages)))

    def _passages(self, outline: Outline, kinds: Sequence[str]) -> list[_Passage]:
        """All sentences with matches, in the order of the text; `kinds` are the lines' if patterns have fields."""
        passages: dict[int, _Passage] = {}
        for bit, pattern in enumerate(self._patterns):
            for start in _starts(pattern, outline):
                for number, part in enumerate(pattern.parts, start):
                    row = outline.row_of(number)
                    if pattern.field is None or pattern.field == kinds[outline.numbers[row]]:
                        passage = passages.get(row)
                        if passage is None:
                            passage = passages[row] = _Passage(row)
                        passage.marks.setdefault(number, []).append(part)
                        passage.patterns |= 1 << bit
        return [passages[row] for row in sorted(passages)]


def _patterns(node: Node | None, chain: Chain) -> Iterator[_Pattern]:
    for leaf in positive_leaves(node):
        tokens = list(chain.tokens(leaf.text)) if leaf.field in _MARKED_FIELDS else []
        parts = [_Part(token.form, token.stem, is_prefix=False) for token in tokens]
        if parts and not isinstance(leaf, Phrase) and leaf.is_prefix:
            # The words before a beginning need not stand beside it.
            parts[-1] = replace(parts[-1], is_prefix=True)
            yield from (_Pattern((part,), leaf.field) for part in parts)
        elif parts:
            yield _Pattern(tuple(parts), leaf.field)


def _starts(pattern: _Pattern, outline: Outline) -> Iterable[int]:
    """The numbers of the words at which all parts stand side by side."""
    if pattern.parts[0].is_prefix:
        return outline.find_beginning(pattern.parts[0].form)
    return outline.find(pattern.stems)


def _choose(passages: Sequence[_Passage]) -> Sequence[_Passage]:
    """Passages that together show as many words of the query as possible, in the order of the text."""
    if len(passages) <= MAX_PASSAGES:
        return passages
    left = list(passages)
    chosen: list[_Passage] = []
    seen = 0
    while left and len(chosen) < MAX_PASSAGES:
        best = _best(left, seen)
        left.remove(best)
        chosen.append(best)
        seen |= best.patterns
    return sorted(chosen, key=lambda passage: passage.row)


def _best(passages: Sequence[_Passage], seen: int) -> _Passage:
    """The passage with the most patterns that are not among `seen`, then with the most; of equals the first."""
    return max(passages, key=lambda passage: ((passage.patterns & ~seen).bit_count(), passage.patterns.bit_count()))


def _cut(passage: _Passage, outline: Outline) -> Highlight:
    """The passage's text, cut between words where it is too long, around its first mark."""
    text = outline.lines[outline.numbers[passage.row]]
    start, end = first, last = outline.starts[passage.row], outline.ends[passage.row]
    marks = _marks(passage, outline)
    if end - start > PASSAGE_LENGTH:
        mark_start, mark_end, _ = marks[0]
        if mark_start - start > _CONTEXT_BEFORE:
            space = text.find(" ", mark_start - _CONTEXT_BEFORE, mark_start)
            start = mark_start if space < 0 else space + 1
        if end - start > PASSAGE_LENGTH:
            space = text.rfind(" ", mark_end, start + PASSAGE_LENGTH)
            end = mark_end if space < 0 else space
    before = _ELLIPSIS if start > first else ""
    after = _ELLIPSIS if end < last else ""
    shift = len(before) - start
    ranges = [Range(begin + shift, stop + shift, tier) for begin, stop, tier in marks if start <= begin and stop <= end]
    return Highlight(before + text[start:end] + after, tuple(ranges))


def _marks(passage: _Passage, outline: Outline) -> list[tuple[int, int, Tier]]:
    """Start and end of each match of a passage in its line, in order, and how it matches."""
    marks: list[tuple[int, int, Tier]] = []
    row = passage.row
    words = WORD.finditer(outline.lines[outline.numbers[row]], outline.starts[row], outline.ends[row])
    following = outline.firsts[row]
    for number in sorted(passage.marks):
        word = next(islice(words, number - following, None))
        following = number + 1
        form = fold(word[0])
        tier = Tier.INFLECTION
        for part in passage.marks[number]:
            if part.is_prefix or part.form == form:
                tier = Tier.EXACT
        marks.append((word.start(), word.end(), tier))
    return marks
