"""The straightforward way to highlights: cuts every line into tokens again and asks each of them how it matches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from service.articles.model import Article
from service.german.languages import GERMAN
from service.german.sentences import sentence_spans
from service.german.tokens import Chain, Token
from service.search.page import Highlight, Highlights, Range
from service.search.query import Field, Node, Phrase, Word, positive_leaves
from service.search.request import Match, Snippets
from service.search.tier import Tier
from service.search.wanted import NEAR, WantedLeaf, WantedWord, phrase_stems

MAX_PASSAGES, PASSAGE_LENGTH = Snippets().number, Snippets().length
_CONTEXT_BEFORE = 80
_MARKED_FIELDS = (None, Field.TITLE, Field.LEAD, Field.HEADINGS, Field.BODY)
_BEST_FIRST = list(Tier)


@dataclass
class _Mark:
    """What of a token is marked by one leaf: a stretch of the text and its tier."""

    start: int
    end: int
    tier: Tier
    is_part: bool = False


@dataclass
class _Passage:
    """A sentence, a heading or the title: its stretch of a line, its marks, and the leaves that made them."""

    text: str
    start: int
    end: int
    ranges: list[Range] = field(default_factory=list)
    leaves: set[int] = field(default_factory=set)


class OracleHighlighter:
    """Finds the words of one query in articles."""

    def __init__(
        self,
        node: Node | None,
        leaves: Mapping[Word | Phrase, WantedLeaf],
        chain: Chain,
        match: Match = Match.ALL,
    ) -> None:
        self._chain = chain
        self._is_any = match is Match.ANY
        self._leaves = [leaves[leaf] for leaf in positive_leaves(node)]

    def highlights(self, article: Article, language: str = GERMAN) -> Highlights:
        """The title with its marks, if it has any, and up to MAX_PASSAGES passages in the order of the text."""
        lines = [(Field.TITLE, article.title), *((Field(kind), text) for kind, text in article.lines())]
        passages = [passage for kind, text in lines for passage in self._passages(kind, text, language)]
        tiers = [mark.tier for passage in passages for mark in passage.ranges]
        if not tiers:
            tiers = list(self._tiers_of_names((*article.tags, *article.authors), language))
        title = [Highlight(it.text, tuple(it.ranges)) for it in passages[:1] if it.ranges]
        chosen = _choose([passage for passage in passages[1:] if passage.ranges])
        best = min(tiers, key=_BEST_FIRST.index, default=None)
        return Highlights(tuple(title), tuple(map(_cut, chosen)), best)

    def _tiers_of_names(self, names: Sequence[str], language: str) -> Iterator[Tier]:
        wholly = [(leaf.words[:-1] if leaf.is_prefix else leaf.words, leaf.joined) for leaf in self._leaves]
        words = [word for found, joined in wholly for word in (*found, *((joined,) if joined else ()))]
        if self._is_any:
            wholes = [whole for leaf in self._leaves if not leaf.is_prefix and (whole := _whole(leaf)) is not None]
            words += [part for whole in wholes for part in whole.words_apart]
        for name in names:
            tokens = list(self._chain.tokens(name, language))
            for token in tokens:
                yield from (tier for word in words if (tier := word.tier(token.word)) is not None)
            beginnings = [leaf for leaf in self._leaves if leaf.is_prefix]
            yield from (mark.tier for leaf in beginnings for _, mark in _marks_of_beginning(leaf, tokens))

    def _passages(self, kind: Field, text: str, language: str) -> Iterator[_Passage]:
        tokens = list(self._chain.tokens(text, language))
        marks = [
            (number, at, mark)
            for number, leaf in enumerate(self._leaves)
            if leaf.field in _MARKED_FIELDS and leaf.field in (None, kind)
            for at, mark in _marks_of_leaf(leaf, tokens, is_any=self._is_any)
        ]
        is_whole = kind in (Field.TITLE, Field.HEADINGS)
        for start, end in [(0, len(text))] if is_whole else sentence_spans(text):
            inside = [one for one in marks if start <= tokens[one[1]].start and tokens[one[1]].end <= end]
            if inside or kind is Field.TITLE:
                by_token: dict[int, list[_Mark]] = {}
                for _, at, mark in inside:
                    by_token.setdefault(at, []).append(mark)
                yield _Passage(text, start, end, _ranges(by_token), {number for number, _, _ in inside})


def _whole(leaf: WantedLeaf) -> WantedWord | None:
    """The leaf as one word, if it can be."""
    return leaf.words[0] if len(leaf.words) == 1 else leaf.joined


def _marks_of_leaf(leaf: WantedLeaf, tokens: Sequence[Token], *, is_any: bool) -> Iterator[tuple[int, _Mark]]:
    """Every mark of a leaf in a line, with the number of its token."""
    if leaf.is_prefix:
        yield from _marks_of_beginning(leaf, tokens)
        return
    if len(leaf.words) > 1:
        yield from _marks_side_by_side(leaf.words, tokens)
    whole = _whole(leaf)
    if whole is None:
        return
    yield from _marks_of_word(whole, tokens)
    for part in whole.words_apart if is_any else ():
        yield from _marks_of_word(part, tokens)
    for stems in whole.splits:
        places = [[at for at, token in enumerate(tokens) if token.stem == stem] for stem in stems]
        for found in product(*places):
            if all(0 < abs(one - other) <= NEAR for one, other in pairwise(found)):
                yield from ((at, _Mark(tokens[at].start, tokens[at].end, Tier.COMPOUND)) for at in found)


def _marks_of_beginning(leaf: WantedLeaf, tokens: Sequence[Token]) -> Iterator[tuple[int, _Mark]]:
    for word in leaf.words[:-1]:
        yield from _marks_of_word(word, tokens)
    last = leaf.words[-1]
    for at, token in enumerate(tokens):
        if token.form.startswith(last.form):
            yield at, _Mark(token.start, token.end, Tier.EXACT)
        elif (
            Tier.VARIANT in last.tiers
            and last.variant_beginning is not None
            and any(it.startswith(last.variant_beginning) for it in token.word.variants)
        ):
            yield at, _Mark(token.start, token.end, Tier.VARIANT)


def _marks_side_by_side(words: Sequence[WantedWord], tokens: Sequence[Token]) -> Iterator[tuple[int, _Mark]]:
    for first in range(len(tokens) - len(words) + 1):
        places = range(first, first + len(words))
        marks = [_mark(word, tokens, at) for word, at in zip(words, places, strict=True)]
        stems = [tokens[at].stem for at in places]
        if None not in marks and tuple(stems) in phrase_stems(words):
            yield from ((at, mark) for at, found in zip(places, marks, strict=True) for mark in found or ())


def _marks_of_word(word: WantedWord, tokens: Sequence[Token]) -> Iterator[tuple[int, _Mark]]:
    for at in range(len(tokens)):
        yield from ((at, mark) for mark in _mark(word, tokens, at) or ())


def _mark(word: WantedWord, tokens: Sequence[Token], at: int) -> list[_Mark] | None:
    """What a word marks of a token; None if it does not match."""
    token = tokens[at]
    tier = word.tier(token.word)
    if tier is None:
        return None
    if word.is_part(token.word):
        spans = [token.part_span(part) for part in token.word.parts if part.stem in word.stems]
        return [_Mark(*span, tier, is_part=True) for span in spans]
    return [_Mark(token.start, tokens[at + word.width(token.word) - 1].end, tier)]


def _ranges(by_token: Mapping[int, Sequence[_Mark]]) -> list[Range]:
    """The marks of a passage that do not overlap: of a token all of it, if any leaf marks all of it, or its parts."""
    ranges: list[Range] = []
    for _, marks in sorted(by_token.items()):
        chosen = [mark for mark in marks if not mark.is_part]
        if chosen:
            chosen = [_Mark(chosen[0].start, max(mark.end for mark in chosen), chosen[0].tier)]
        stretches = {(it.start, it.end) for it in chosen or marks}
        for start, end in sorted(stretches, key=lambda stretch: (stretch[0], -stretch[1])):
            same = [it.tier for it in marks if (not it.is_part if chosen else (it.start, it.end) == (start, end))]
            if not ranges or ranges[-1].end <= start:
                ranges.append(Range(start, end, min(same, key=_BEST_FIRST.index)))
    return ranges


def _choose(passages: Sequence[_Passage]) -> list[_Passage]:
    """Passages that together show as many words of the query as possible, in the order of the text."""
    left = list(enumerate(passages))
    chosen: list[tuple[int, _Passage]] = []
    seen: set[int] = set()
    while left and len(chosen) < MAX_PASSAGES:
        best = max(left, key=lambda item: (len(item[1].leaves - seen), len(item[1].leaves), -item[0]))
        left.remove(best)
        chosen.append(best)
        seen |= best[1].leaves
    return [passage for _, passage in sorted(chosen, key=lambda item: item[0])]


def _cut(passage: _Passage) -> Highlight:
    """The passage's text, cut at blanks where it is too long, around its first mark; what is cut off counts as one."""
    text, start, end = passage.text, passage.start, passage.end
    first = passage.ranges[0]
    if end - start > PASSAGE_LENGTH:
        earliest = first.start - _CONTEXT_BEFORE
        if start < earliest:
            blanks = [at for at in range(earliest, first.start) if text[at] == " "]
            gaps = [at for at in range(earliest, first.start) if text[at].isspace()]
            start = blanks[0] + 1 if blanks else gaps[-1] + 1 if gaps else earliest
        room = PASSAGE_LENGTH - (start > passage.start)
        if end - start > room:
            latest = start + room - 1
            blanks = [at for at in range(first.end, latest + 1) if text[at] == " "]
            gaps = [at for at in range(first.end, latest + 1) if text[at].isspace()]
            end = blanks[-1] if blanks else gaps[0] if gaps else latest
    before = "…" if start > passage.start else ""
    after = "…" if end < passage.end else ""
    shift = len(before) - start
    ranges = (
        Range(it.start + shift, min(it.end, end) + shift, it.tier)
        for it in passage.ranges
        if start <= it.start and it.start < end
    )
    return Highlight(before + text[start:end] + after, tuple(ranges))
