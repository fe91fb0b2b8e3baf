"""Words of a text, with their place in it and what is known of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import overload

from service.german.ellipsis import SharedParts, glue
from service.german.function_words import FUNCTION_WORDS
from service.german.languages import GERMAN, SNOWBALL_NAMES
from service.german.lexicon import Lexicon
from service.german.words import GENDER_SIGNS, IGNORABLE, ForeignWords, GermanWords, Part, Reading, Word, fold

__all__ = ["BLOCK_GAP", "LINE_END", "PIECE", "Chain", "Part", "Reading", "Token", "Word", "fold"]

BLOCK_GAP = 16
"""Positions left free between two lines, so that no phrase reaches from one paragraph into the next."""
LINE_END = "\n"

_LETTER = rf"[^\W_][\u0300-\u036f{IGNORABLE}]*"
_WORD_END = r"(?![^\W_])"
_WORD = re.compile(
    rf"\d+(?:[.,]\d+)+"
    # U.S.A., z.B.; no more letters, as a long run of them would be read again from each on.
    rf"|(?<![^\W_])(?:[^\W\d_]\.){{2,12}}{_WORD_END}"
    rf"|(?P<base>(?:{_LETTER}){{2,}})(?:(?:[{GENDER_SIGNS}]|/-)(?:innen|in){_WORD_END}|\((?:innen|in)\)|[*:_][rnes]{_WORD_END})"
    rf"|(?:{_LETTER})+(?:['’](?:{_LETTER})+)*",
    re.IGNORECASE,
)
PIECE = re.compile(r"[^\x00-\x20]+|\n")
"""What stands between two blanks, or the end of a line. Words of one piece know each other, those of two do not."""
_HYPHENS = "-\u2010\u2011"
_MOST_JOINED = 4
"""So many words with hyphens between them can also be one word."""
CACHED_WORDS = 50_000
"""Words that a chain remembers, and pieces of text that are more than a word, unless it is told another number."""
_PUNCTUATION = ".,;:!?…\"'„“”‚‘’»«›‹()[]–—-/*"
"""Stands around words; if only letters are left without it, a piece is one word."""
_ONLY_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word where it stands: `text[start:end]` in code points; `position` counts words, with gaps between lines.

    The offsets of `word.parts` are those of its form; `part_span` says where a part stands in the text.
    """

    word: Word
    surface: str
    position: int
    start: int
    end: int

    @property
    def form(self) -> str:
        """See `Word`."""
        return self.word.form

    @property
    def stem(self) -> str:
        """See `Word`."""
        return self.word.stem

    def part_span(self, part: Part) -> tuple[int, int]:
        """Start and end of a part in the text."""
        if len(self.surface) == len(self.word.form):
            return self.start + part.start, self.start + part.end
        # Decomposed letters, soft hyphens and ligatures have other lengths in the form.
        sizes = [len(fold(self.surface[:size])) for size in range(len(self.surface) + 1)]
        start = max(place for place, size in enumerate(sizes) if size <= part.start)
        end = next((place for place, size in enumerate(sizes) if size >= part.end), len(self.surface))
        return self.start + start, self.start + end


class Chain:
    """Cuts text into tokens and analyses them. Safe to share between threads.

    A word is analysed once and remembered, as long as no more than `cached` others come between. Words of another
    language than German get that language's stems and no more.
    """

    def __init__(self, cached: int = CACHED_WORDS) -> None:
        lexicon = Lexicon.load()
        self._german = GermanWords(lexicon)
        self._shared = SharedParts(lexicon)
        self._words_of = lru_cache(maxsize=len(SNOWBALL_NAMES))(ForeignWords)
        self._cut = lru_cache(maxsize=cached)(self._cut_piece)
        self.count = lru_cache(maxsize=cached)(_count)
        """How many tokens what stands between two blanks has."""
        self.word = lru_cache(maxsize=cached)(self._word)
        """What is known of a word as it is written, and of its language if that is not German."""

    def tokens(self, text: str, language: str = GERMAN) -> Iterator[Token]:
        """The tokens of a text, in order."""
        position = 0
        for found in PIECE.finditer(glue(text) if language == GERMAN else text):
            if found[0] == LINE_END:
                position += BLOCK_GAP
                continue
            tokens = self._cut(found[0], language)
            shift = found.start()
            for token in tokens:
                yield Token(
                    token.word, token.surface, token.position + position, token.start + shift, token.end + shift
                )
            position += len(tokens)

    def lazy_tokens(self, text: str, language: str = GERMAN) -> "LazyTokens":
        """The same, each analysed when it is asked for."""
        return LazyTokens(self, text, language)

    def token(self, piece: str, number: int, language: str = GERMAN) -> Token:
        """One of the tokens of what stands between two blanks, counted from its beginning."""
        bare = piece.strip(_PUNCTUATION)
        if not bare.isalpha():
            return self._cut(piece, language)[number]
        start = piece.index(bare)
        return Token(self.word(bare, language), bare, 0, start, start + len(bare))

    def words(self, line: str, language: str = GERMAN) -> list[Word]:
        """The words of a line, in order."""
        glued = glue(line) if language == GERMAN else line
        return [word for piece in PIECE.findall(glued) for word in self.piece(piece, language)]

    def piece(self, piece: str, language: str = GERMAN) -> Sequence[Word]:
        """The words of what stands between two blanks, in order."""
        bare = piece.strip(_PUNCTUATION)
        if bare.isalpha():
            return (self.word(bare, language),)
        return [token.word for token in self._cut(piece, language)]

    def splits(self, form: str) -> tuple[tuple[str, ...], ...]:
        """See `GermanWords.splits`."""
        return self._german.splits(form)

    def surface_parts(self, token: Token) -> list[str]:
        """The parts of a German compound as they are written, which join to its surface; none of other words."""
        spans = [token.part_span(part) for part in self._german.split(token.form)]
        return [token.surface[start - token.start : end - token.start] for start, end in spans]

    def part_words(self, form: str) -> tuple[str, ...]:
        """The words that a German compound is made of; none of a word that is no compound."""
        return self._german.part_words(form)

    def is_common(self, form: str) -> bool:
        """Whether a form is a German word that is not rare, in the archive or not."""
        return self._german.is_common(form)

    def may_be_noun(self, form: str) -> bool:
        """Whether a form is a German noun or a word that the lexicon does not know."""
        return self._german.may_be_noun(form)

    def _word(self, surface: str, language: str = GERMAN) -> Word:
        if language == GERMAN:
            return self._german.analyse(surface)
        return self._words_of(SNOWBALL_NAMES[language]).analyse(surface)

    def _cut_piece(self, piece: str, language: str = GERMAN) -> tuple[Token, ...]:
        """The tokens of a piece, counted from its beginning."""
        tokens = [
            Token(
                self.word(surface.replace(".", "") if surface.endswith(".") else surface, language),
                surface,
                number,
                *span,
            )
            for number, (surface, span) in enumerate(_surfaces(piece))
        ]
        if language == GERMAN:
            if len(tokens) > 1:
                tokens = _join(piece, tokens, self._german)
            wholes = {start: (whole, begin) for start, whole, begin in self._shared.wholes(piece)}
            if wholes:
                tokens = [
                    _completed(token, *wholes[token.start], self._german) if token.start in wholes else token
                    for token in tokens
                ]
        return tuple(tokens)


class LazyTokens(Sequence[Token]):
    """The tokens of a text by their numbers: few of a sentence are looked at, and to count them takes no analysis."""

    def __init__(self, chain: Chain, text: str, language: str = GERMAN) -> None:
        self._chain = chain
        self._language = language
        self._places: list[tuple[str, int, int]] = []
        """For each token its piece, where that begins, and the token's number in it."""
        self._cut(glue(text) if language == GERMAN else text)

    def _cut(self, text: str) -> None:
        for found in PIECE.finditer(text):
            piece, start = found[0], found.start()
            if piece.isalpha():
                self._places.append((piece, start, 0))
            else:
                self._places += [(piece, start, number) for number in range(self._chain.count(piece))]

    def __len__(self) -> int:
        """How many tokens there are."""
        return len(self._places)

    @overload
    def __getitem__(self, number: int) -> Token: ...

    @overload
    def __getitem__(self, number: slice) -> list[Token]: ...

    def __getitem__(self, number: int | slice) -> Token | list[Token]:
        """One token, or some; positions do not leave gaps between lines."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        piece, start, place = self._places[number]
        token = self._chain.token(piece, place, self._language)
        return Token(token.word, token.surface, range(len(self))[number], token.start + start, token.end + start)


def _count(piece: str) -> int:
    return sum(1 for _ in _surfaces(piece)) if piece != LINE_END else 0


def _surfaces(piece: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """The words of a piece and where they stand."""
    at = 0
    while (found := _WORD.search(piece, at)) is not None:
        base = found["base"]
        if base is not None and len(base) < 8 and "/" in found[0] and fold(base) in FUNCTION_WORDS:  # noqa: PLR2004 - an/in
            yield base, found.span("base")
            at = found.end("base")
        else:
            yield found[0], found.span()
            at = found.end()


def _completed(token: Token, whole: str, begin: int, words: GermanWords) -> Token:
    """A token that is only a part of the word that it stands for, which begins so many letters before it."""
    word = words.of_form(whole)
    end = begin + len(token.form)
    parts = [
        replace(part, start=part.start - begin, end=part.end - begin)
        for part in word.parts
        if begin <= part.start and part.end <= end
    ]
    return replace(
        token, word=replace(word, form=token.form, parts=tuple(parts), readings=(words.reading(token.form),))
    )


def _join(piece: str, tokens: list[Token], words: GermanWords) -> list[Token]:
    """The same tokens; the first of some with hyphens between them is also the word without hyphens."""
    joined = list(tokens)
    start = 0
    while start < len(tokens):
        end = start + 1
        while (
            end < len(tokens)
            and tokens[end].start == tokens[end - 1].end + 1
            and piece[tokens[end - 1].end] in _HYPHENS
        ):
            end += 1
        if 1 < end - start <= _MOST_JOINED:
            spans = {(start, end), *((at, at + 2) for at in range(start, end - 1))}
            for first, last in sorted(spans):
                forms = [token.form for token in tokens[first:last]]
                if not all(_ONLY_DIGITS.fullmatch(form) for form in forms):
                    word = joined[first].word
                    reading = words.reading("".join(forms), len(forms))
                    joined[first] = replace(joined[first], word=replace(word, readings=(*word.readings, reading)))
        start = end
    return joined
