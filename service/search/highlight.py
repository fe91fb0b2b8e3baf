"""Where the words of a query stand in an article: marks in the title, passages of the body, and how they match.

No text is analysed for it: its outline, which is stored with it, says where the stems of the query stand and in which
sentences; only the sentences that are shown are cut into words again.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

from service.articles.model import Article
from service.german.outline import Beginnings, Outline, side_by_side
from service.german.tokens import Chain
from service.german.words import Word as ArticleWord
from service.search.page import Highlight, Highlights
from service.search.passages import Mark, Passage, choose
from service.search.query import Field, Node, Phrase, Word, positive_leaves
from service.search.request import Match, Snippets
from service.search.tier import EXPANSIONS, Tier, best_tier
from service.search.wanted import NEAR, WantedLeaf, WantedWord, phrase_stems

_MARKED_FIELDS = (None, Field.TITLE, Field.LEAD, Field.HEADINGS, Field.BODY)
_DEFAULT = Snippets()
Places = Sequence[tuple[int, Mark]]
"""Words by their numbers, each with its mark."""


@dataclass(frozen=True)
class _Pattern:
    """A word of the query, or words that stand side by side, in one field or in any.

    `bit` is that of the part of the query which it belongs to. Words that are `apart` are parts of one compound, which
    stand near each other.
    """

    words: tuple[WantedWord, ...]
    field: Field | None
    bit: int
    is_prefix: bool = False
    apart: tuple[str, ...] | None = None

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """What an outline is searched for."""
        if len(self.words) > 1:
            return tuple(map(side_by_side, phrase_stems(self.words)))
        return tuple(side_by_side((stem,)) for stem in self.words[0].stems)

    @cached_property
    def is_certain(self) -> bool:
        """Whether every word with the same stem is a match."""
        return all(word.tiers >= EXPANSIONS for word in self.words)


class Highlighter:
    """Finds the words of one query in articles. Threads may share it."""

    def __init__(
        self,
        node: Node | None,
        leaves: Mapping[Word | Phrase, WantedLeaf],
        words: Chain,
        match: Match = Match.ALL,
        search_in: Collection[str] = (),
    ) -> None:
        self._chain = words
        self._search_in = search_in
        found = [
            pattern
            for bit, leaf in enumerate(positive_leaves(node))
            for pattern in _patterns(leaves[leaf], 1 << bit, is_any=match is Match.ANY)
        ]
        self._patterns = _joined(pattern for pattern in found if pattern.field in _MARKED_FIELDS)
        self._has_fields = bool(search_in) or any(pattern.field is not None for pattern in self._patterns)
        self._words = tuple(dict.fromkeys((word, it.is_prefix) for it in found for word in it.words))

    def highlights(self, article: Article, outline: Outline, snippets: Snippets = _DEFAULT) -> Highlights:
        """The title with its marks, if it has any, and some passages in the order of the text.

        Args:
            article: the article.
            outline: that of its title and `Article.texts`.
            snippets: how many passages, and of how many code points at most; a longer sentence is cut.
        """
        kinds = [Field.TITLE, *(kind for kind, _ in article.lines())] if self._has_fields else []
        passages = self._passages(outline, kinds)
        tier = self._tier(article, passages, outline)
        if not snippets.are_marked:
            return Highlights(tier=tier)
        title: tuple[Highlight, ...] = ()
        if passages and passages[0].row == 0:
            title = (Highlight(article.title, tuple(passages.pop(0).ranges(outline, self._chain))),)
        chosen = choose(passages, snippets.number)
        body = tuple(passage.highlight(outline, self._chain, snippets.length) for passage in chosen)
        return Highlights(title, body, tier)

    def _passages(self, outline: Outline, kinds: Sequence[str]) -> list[Passage]:
        """All sentences with matches, in the order of the text; `kinds` are the lines' if patterns have fields."""
        passages: dict[int, Passage] = {}
        for pattern, marks in self._matches(outline, kinds):
            for number, mark in marks:
                row = outline.row_of(number)
                passage = passages.get(row)
                if passage is None:
                    passage = passages[row] = Passage(row)
                passage.marks.setdefault(number, []).append(mark)
                passage.bits |= pattern.bit
        return [passages[row] for row in sorted(passages)]

    def places(self, outline: Outline, kinds: Sequence[str]) -> Iterator[Places]:
        """Each place where a word or phrase of the query stands; `kinds` are those of the lines, the title's first."""
        return (marks for _, marks in self._matches(outline, kinds))

    def _matches(self, outline: Outline, kinds: Sequence[str]) -> Iterator[tuple[_Pattern, Places]]:
        beginnings = Beginnings(outline, self._chain)
        for pattern in self._patterns:
            for marks in self._found(pattern, outline, beginnings):
                row = outline.row_of(marks[0][0])
                if self._has_fields and not self._looks_into(kinds[outline.numbers[row]], pattern):
                    continue
                if pattern.is_certain or self._are_matches(marks, outline):
                    yield pattern, marks

    def _looks_into(self, kind: str, pattern: _Pattern) -> bool:
        """Whether a pattern is looked for in a kind of line."""
        if pattern.field is not None:
            return pattern.field == kind
        return not self._search_in or kind in self._search_in

    def _found(self, pattern: _Pattern, outline: Outline, beginnings: Beginnings) -> Iterator[Places]:
        """Each place where a pattern may match: numbers of words, and what they match."""
        if pattern.is_prefix:
            yield from ([mark] for mark in _begun(pattern.words[0], beginnings))
        elif pattern.apart is not None:
            for number in _near([outline.find(side_by_side((stem,))) for stem in pattern.apart], outline):
                yield [(number, Tier.COMPOUND)]
        else:
            for stem in pattern.stems:
                for start in outline.find(stem):
                    yield [*enumerate(pattern.words, start)]
                if len(pattern.words) == 1:
                    for number in outline.find_part(stem):
                        yield [(number, pattern.words[0])]

    def _are_matches(self, marks: Places, outline: Outline) -> bool:
        """Whether all words match in a tier that is asked for. Those of a phrase may stand in two sentences."""
        return all(
            isinstance(mark, Tier) or mark.tier(self._word(number, outline)) is not None for number, mark in marks
        )

    def _word(self, number: int, outline: Outline) -> ArticleWord:
        return outline.token(number, self._chain).word

    def _tier(self, article: Article, passages: Sequence[Passage], outline: Outline) -> Tier | None:
        """The best tier of all matches, also of those in tags and names, which are not shown; None without any."""
        best: Tier | None = None
        for passage in passages:
            best = best_tier(best, *(mark.tier for mark in passage.ranges(outline, self._chain)))
            if best is Tier.EXACT:
                return best
        if best is None and self._words:
            looked_into = [names for kind, names in _named(article) if not self._search_in or kind in self._search_in]
            for name in chain.from_iterable(looked_into):
                words = self._chain.words(name, outline.language)
                tiers = (
                    _begins(word, wanted) if is_prefix else wanted.tier(word)
                    for word in words
                    for wanted, is_prefix in self._words
                )
                best = best_tier(best, *tiers)
        return best


def _begun(wanted: WantedWord, beginnings: Beginnings) -> Iterator[tuple[int, Tier]]:
    """The words with a wanted beginning."""
    for number in beginnings.find(wanted.form):
        yield number, Tier.EXACT
    if Tier.VARIANT in wanted.tiers and wanted.variant_beginning is not None:
        for number in beginnings.find_variant(wanted.variant_beginning):
            yield number, Tier.VARIANT


def _named(article: Article) -> tuple[tuple[str, Sequence[str]], ...]:
    """What is searched of an article beside its text."""
    return ("tags", article.tags), ("authors", article.authors)


def _begins(word: ArticleWord, wanted: WantedWord) -> Tier | None:
    """The tier in which a word has a wanted beginning."""
    if word.form.startswith(wanted.form):
        return Tier.EXACT
    beginning = wanted.variant_beginning if Tier.VARIANT in wanted.tiers else None
    if beginning is None or not any(variant.startswith(beginning) for variant in word.variants):
        return None
    return Tier.VARIANT


def _patterns(wanted: WantedLeaf, bit: int, *, is_any: bool) -> Iterator[_Pattern]:
    """The patterns of a word or phrase of the query; where any word may match, of the parts of compounds too."""
    if wanted.is_prefix:
        # The words before a beginning need not stand beside it.
        yield from (_Pattern((word,), wanted.field, bit) for word in wanted.words[:-1])
        yield _Pattern(wanted.words[-1:], wanted.field, bit, is_prefix=True)
        return
    if wanted.words:
        yield _Pattern(wanted.words, wanted.field, bit)
    if wanted.joined is not None:
        yield _Pattern((wanted.joined,), wanted.field, bit)
    whole = wanted.words[0] if len(wanted.words) == 1 else wanted.joined
    if whole is not None:
        yield from (_Pattern((), wanted.field, bit, apart=words) for words in whole.splits)
        if is_any:
            yield from (_Pattern((word,), wanted.field, bit) for word in whole.words_apart)


def _joined(patterns: Iterable[_Pattern]) -> tuple[_Pattern, ...]:
    """The patterns, equal ones as one with the bits of all: some queries repeat a word a hundred times."""
    bits: dict[_Pattern, int] = {}
    for pattern in patterns:
        key = replace(pattern, bit=0)
        bits[key] = bits.get(key, 0) | pattern.bit
    return tuple(replace(pattern, bit=bit) for pattern, bit in bits.items())


def _near(places: Sequence[Sequence[int]], outline: Outline) -> list[int]:
    """The words of those that stand near each other in a line, each near the next."""
    kept = [list(found) for found in places]
    # What has no neighbour before it goes, then what has none behind it.
    for order in (range(1, len(kept)), range(len(kept) - 2, -1, -1)):
        for at in order:
            beside = kept[at - order.step]
            kept[at] = [one for one in kept[at] if any(_are_near(one, other, outline) for other in beside)]
    return [number for found in kept for number in found]


def _are_near(one: int, other: int, outline: Outline) -> bool:
    return 0 < abs(one - other) <= NEAR and outline.line_of(one) == outline.line_of(other)
