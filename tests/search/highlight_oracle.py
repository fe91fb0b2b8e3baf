"""The straightforward way to highlights: cuts every line into tokens again and looks at each of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from service.articles.model import Article
from service.german.sentences import sentence_spans
from service.german.tokens import Chain, Token
from service.search.highlight import MAX_PASSAGES, PASSAGE_LENGTH
from service.search.page import Highlight, Highlights, Range
from service.search.query import Field, Node, Phrase, positive_leaves
from service.search.tier import Tier

_CONTEXT_BEFORE = 80
_ELLIPSIS = "…"
_MARKED_FIELDS = (None, Field.TITLE, Field.LEAD, Field.HEADINGS, Field.BODY)


@dataclass(frozen=True)
class _Part:
    form: str
    stem: str
    is_prefix: bool

    def tier(self, token: Token) -> Tier | None:
        """How the token matches, if it does."""
        if token.form == self.form or (self.is_prefix and token.form.startswith(self.form)):
            return Tier.EXACT
        return Tier.INFLECTION if token.stem == self.stem and not self.is_prefix else None


@dataclass(frozen=True)
class _Pattern:
    """A word or phrase of the query: parts that stand side by side, in one field or in any."""

    parts: tuple[_Part, ...]
    field: Field | None


@dataclass
class _Mark:
    """A matched token, and the numbers of the patterns that it matched."""

    start: int
    end: int
    tier: Tier
    patterns: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class _Passage:
    """A sentence or heading with marks in it."""

    text: str
    start: int
    end: int
    marks: tuple[_Mark, ...]

    @property
    def patterns(self) -> set[int]:
        return set().union(*(mark.patterns for mark in self.marks))


class OracleHighlighter:
    """Finds the words of one query in articles."""

    def __init__(self, node: Node | None, chain: Chain) -> None:
        self._chain = chain
        self._patterns = tuple(dict.fromkeys(_patterns(node, chain)))
        self._prefixes = [number for number, pattern in enumerate(self._patterns) if pattern.parts[0].is_prefix]
        self._by_stem: dict[str, list[int]] = {}
        for number, pattern in enumerate(self._patterns):
            if not pattern.parts[0].is_prefix:
                self._by_stem.setdefault(pattern.parts[0].stem, []).append(number)

    def highlights(self, article: Article) -> Highlights:
        """The title with its marks, if it has any, and up to MAX_PASSAGES passages in the order of the text."""
        if not self._patterns:
            return Highlights()
        title = self._marks(article.title, Field.TITLE)
        passages = [passage for name, text in _blocks(article) for passage in self._passages(name, text)]
        return Highlights(
            title=(Highlight(article.title, _ranges(title)),) if title else (),
            body=tuple(_cut(passage) for passage in _choose(passages)),
        )

    def _passages(self, name: Field, text: str) -> Iterator[_Passage]:
        marks = self._marks(text, name)
        if not marks:
            return
        spans = [(0, len(text))] if name is Field.HEADINGS else sentence_spans(text)
        for start, end in spans:
            inside = tuple(mark for mark in marks if start <= mark.start and mark.end <= end)
            if inside:
                yield _Passage(text, start, end, inside)

    def _marks(self, text: str, name: Field) -> list[_Mark]:
        """The matched tokens of a text, in order, each once and with its best tier."""
        tokens = list(self._chain.tokens(text))
        marks: dict[int, _Mark] = {}
        for index, token in enumerate(tokens):
            for number in (*self._by_stem.get(token.stem, ()), *self._prefixes):
                pattern = self._patterns[number]
                if pattern.field is None or pattern.field is name:
                    for offset, tier in enumerate(_match(pattern.parts, tokens, index)):
                        _add(marks, index + offset, tokens[index + offset], tier, number)
        return [marks[index] for index in sorted(marks)]


def _add(marks: dict[int, _Mark], index: int, token: Token, tier: Tier, number: int) -> None:
    mark = marks.setdefault(index, _Mark(token.start, token.end, tier))
    mark.patterns.add(number)
    if tier is Tier.EXACT:
        mark.tier = tier


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


def _blocks(article: Article) -> Iterator[tuple[Field, str]]:
    if article.lead:
        yield Field.LEAD, article.lead
    for section in article.sections:
        if section.heading is not None:
            yield Field.HEADINGS, section.heading
        for paragraph in section.paragraphs:
            yield Field.BODY, paragraph


def _match(parts: Sequence[_Part], tokens: Sequence[Token], index: int) -> list[Tier]:
    """The tiers of all parts, if they stand at this index side by side; else nothing."""
    tiers: list[Tier] = []
    if index + len(parts) <= len(tokens):
        for part, token in zip(parts, tokens[index : index + len(parts)], strict=True):
            tier = part.tier(token)
            if tier is None:
                return []
            tiers.append(tier)
    return tiers


def _choose(passages: Sequence[_Passage]) -> list[_Passage]:
    """Passages that together show as many words of the query as possible, in the order of the text."""
    left = list(enumerate(passages))
    chosen: list[tuple[int, _Passage]] = []
    seen: set[int] = set()
    while left and len(chosen) < MAX_PASSAGES:
        best = max(left, key=lambda item: (len(item[1].patterns - seen), len(item[1].patterns), -item[0]))
        left.remove(best)
        chosen.append(best)
        seen |= best[1].patterns
    return [passage for _, passage in sorted(chosen, key=lambda item: item[0])]


def _cut(passage: _Passage) -> Highlight:
    """The passage's text, cut between words where it is too long, around its first mark."""
    start, end = passage.start, passage.end
    if end - start > PASSAGE_LENGTH:
        first = passage.marks[0]
        if first.start - start > _CONTEXT_BEFORE:
            space = passage.text.find(" ", first.start - _CONTEXT_BEFORE, first.start)
            start = first.start if space < 0 else space + 1
        if end - start > PASSAGE_LENGTH:
            space = passage.text.rfind(" ", first.end, start + PASSAGE_LENGTH)
            end = first.end if space < 0 else space
    before = _ELLIPSIS if start > passage.start else ""
    after = _ELLIPSIS if end < passage.end else ""
    marks = (mark for mark in passage.marks if start <= mark.start and mark.end <= end)
    return Highlight(before + passage.text[start:end] + after, _ranges(marks, len(before) - start))


def _ranges(marks: Iterable[_Mark], shift: int = 0) -> tuple[Range, ...]:
    return tuple(Range(mark.start + shift, mark.end + shift, mark.tier) for mark in marks)
