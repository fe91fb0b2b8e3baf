"""The first half of the grammar: a string in `q` cut into lexemes that always fit together."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from service.search.query import Field

MAX_NESTING = 50
"""Brackets inside brackets; deeper ones are read as if they were not there."""

_CLOSING = {'"': '"', "„": '“”"', "“": "”“", "”": "”", "«": "»", "»": "«»"}
_QUOTES = "".join(_CLOSING)
_CHUNK = re.compile(rf"(?:[^\s(){_QUOTES}]|(?<=\w)\([^\s()]*\))+")
_FIELD = re.compile(r"(?P<name>[a-z_]+):(?=[^\s):])", re.IGNORECASE)
_FIELD_APART = re.compile(r"(?P<name>[a-z_]+)\s+:", re.IGNORECASE)
_GENDER_ENDING = re.compile(r"(?:in|innen|r|n|e)\b", re.IGNORECASE)
_GENDER_STAR = re.compile(r"(?<=\w)\*(?=(in|innen|r|n|e)\b)", re.IGNORECASE)
_INNER_WILDCARD = re.compile(r"\w?\*\w|\w\?\w")
_FOREIGN_SUFFIX = re.compile(r"(?<=\w)(\^[0-9.]+|~[0-9]*)+$")
_NO_WORD_YET = re.compile(r"[\W_]+(?=[^\W_])")
_EXACT_OPERAND = re.compile(rf"[^\W_]|[{_QUOTES}]")
_HAS_WORD = re.compile(r"[^\W_]")
_FIELD_NAMES = frozenset(Field)


class Kind(Enum):
    """What a lexeme is."""

    WORD = auto()
    PREFIX = auto()
    PHRASE = auto()
    FIELD = auto()
    EXACT = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    OPEN = auto()
    CLOSE = auto()


@dataclass(frozen=True)
class Lexeme:
    """A piece of the query; `text` is the word, the inside of the quotes, the name of the field or the operator."""

    kind: Kind
    text: str

    @property
    def is_operand(self) -> bool:
        """Whether there is something in it to search for."""
        return self.kind in OPERANDS and _HAS_WORD.search(self.text) is not None


_OPERATORS = {
    "AND": Kind.AND,
    "UND": Kind.AND,
    "OR": Kind.OR,
    "ODER": Kind.OR,
    "NOT": Kind.NOT,
    "NICHT": Kind.NOT,
}
OPERANDS = frozenset({Kind.WORD, Kind.PREFIX, Kind.PHRASE})


def lex(q: str) -> tuple[list[Lexeme], list[str]]:
    """The lexemes of a query, its brackets balanced, and notes on what could not be read as written."""
    notes: list[str] = []
    lexemes = _balance(list(_scan(q, notes)), notes)
    if not any(lexeme.is_operand for lexeme in lexemes):
        operators = [lexeme.text for lexeme in lexemes if lexeme.text in _OPERATORS]
        lexemes = [Lexeme(Kind.WORD, text.lower()) for text in operators]
        notes.extend(f"{text} has nothing to join; it is read as a word." for text in operators)
    return lexemes, notes


def _scan(q: str, notes: list[str]) -> Iterator[Lexeme]:
    at = 0
    after_field = False
    while at < len(q):
        char = q[at]
        if char in "()":
            yield Lexeme(Kind.OPEN if char == "(" else Kind.CLOSE, char)
            at, after_field = at + 1, False
        elif char in _CLOSING:
            end = _closing_quote(q, at)
            if end is None:
                notes.append(f"The quotation mark at character {at + 1} is not closed; it is left out.")
                at += 1
                continue
            if not _HAS_WORD.search(q, at, end):
                notes.append(f"There is no word between the quotation marks at character {at + 1}; they are left out.")
            yield Lexeme(Kind.PHRASE, q[at + 1 : end])
            at, after_field = end + 1, False
        elif (sign := _sign(q, at, after_field=after_field)) is not None:
            yield Lexeme(sign, char)
            at += 1
        elif (named := _FIELD.match(q, at)) is not None and named["name"].lower() in _FIELD_NAMES:
            yield Lexeme(Kind.FIELD, named["name"].lower())
            at, after_field = named.end(), True
        elif (chunk := _CHUNK.match(q, at)) is not None:
            lexeme, length = _first_of(q, chunk, notes, is_operator_allowed=not after_field)
            if lexeme is not None:
                yield lexeme
            at, after_field = at + length, length < len(chunk[0])
        else:
            at, after_field = at + 1, False


def _first_of(
    q: str, found: re.Match[str], notes: list[str], *, is_operator_allowed: bool
) -> tuple[Lexeme | None, int]:
    """The first lexeme of a chunk, if any, and how many characters are done with it; no operator stands in the rest."""
    chunk = found[0]
    if (before := _NO_WORD_YET.match(chunk)) is not None:
        return None, before.end()
    if (apart := _FIELD_APART.match(q, found.start())) is not None and apart["name"].lower() in _FIELD_NAMES:
        notes.append(f"{apart['name']} : is read as a word; write {apart['name']}:word without a space.")
    unknown = _unknown_field(chunk)
    if unknown is not None:
        known = ", ".join(Field)
        notes.append(f"{unknown}: is not a field; it is read as a word. Fields are {known}.")
        return Lexeme(Kind.WORD, unknown.lower() if unknown in _OPERATORS else unknown), len(unknown) + 1
    return _word(chunk, notes, is_operator_allowed=is_operator_allowed), len(chunk)


def _unknown_field(chunk: str) -> str | None:
    """What stands before a colon as a field would, and is none; addresses and gender forms are words."""
    named = _FIELD.match(chunk)
    if named is None or chunk.startswith("//", named.end()) or _GENDER_ENDING.match(chunk, named.end()):
        return None
    return named["name"]


def _word(chunk: str, notes: list[str], *, is_operator_allowed: bool) -> Lexeme:
    """The operator or word of a chunk. A word begins with a letter or digit, and is no operator in capitals."""
    if is_operator_allowed and chunk in _OPERATORS:
        return Lexeme(_OPERATORS[chunk], chunk)
    plain = _FOREIGN_SUFFIX.sub("", chunk)
    if plain != chunk:
        notes.append(f"{chunk[len(plain) :]} has no meaning here; it is left out.")
    if plain.removesuffix(":").lower() in _FIELD_NAMES and plain.endswith(":"):
        notes.append(f"{plain} stands alone, so it is read as a word; write {plain}word without a space.")
    stem = plain.rstrip("*")
    if _INNER_WILDCARD.search(_GENDER_STAR.sub("", stem)):
        notes.append(f"{plain} is read as words: * stands only at the end of a word, and ? is no wildcard.")
    return Lexeme(Kind.PREFIX if plain.endswith("*") else Kind.WORD, stem.lower() if stem in _OPERATORS else stem)


def _sign(q: str, at: int, *, after_field: bool) -> Kind | None:
    """The operator of one character that stands before an operand, if one does here."""
    if q[at] == "-" and not after_field and _begins_chunk(q, at) and q[at + 1 : at + 2].strip():
        return Kind.NOT
    if q[at] == "=" and (after_field or _begins_chunk(q, at)) and _EXACT_OPERAND.match(q, at + 1):
        return Kind.EXACT
    return None


def _begins_chunk(q: str, at: int) -> bool:
    return at == 0 or q[at - 1].isspace() or q[at - 1] in "(-"


def _closing_quote(q: str, at: int) -> int | None:
    closing = _CLOSING[q[at]]
    ends = [end for mark in closing if (end := q.find(mark, at + 1)) >= 0]
    return min(ends, default=None)


def _balance(lexemes: list[Lexeme], notes: list[str]) -> list[Lexeme]:
    """Leave out brackets without a partner, and those nested too deep; a field before one of them goes with it."""
    partners: dict[int, int] = {}
    open_at: list[int] = []
    depth_of: dict[int, int] = {}
    for index, lexeme in enumerate(lexemes):
        if lexeme.kind is Kind.OPEN:
            depth_of[index] = len(open_at)
            open_at.append(index)
        elif lexeme.kind is Kind.CLOSE and open_at:
            partners[open_at.pop()] = index
    if len(partners) * 2 != sum(lexeme.kind in (Kind.OPEN, Kind.CLOSE) for lexeme in lexemes):
        notes.append("A bracket has no partner; it is left out.")
    if any(depth >= MAX_NESTING for depth in depth_of.values()):
        notes.append(f"Brackets are nested deeper than {MAX_NESTING}; the inner ones are left out.")
    kept = {end: None for start, close in partners.items() if depth_of[start] < MAX_NESTING for end in (start, close)}
    return [
        lexeme for index, lexeme in enumerate(lexemes) if lexeme.kind not in (Kind.OPEN, Kind.CLOSE) or index in kept
    ]
