"""The query grammar: what a string in `q` means.

    query    := either (("OR" | "ODER") either)*
    either   := both both*                          joined as `match` says: all, or any
    both     := item (("AND" | "UND") item)*
    item     := ("NOT" | "NICHT" | "-") item  |  field ":" operand  |  operand
    operand  := "(" query ")"  |  ["="] phrase  |  ["="] word  |  word "*"
    phrase   := characters between two quotation marks of any kind
    field    := title | lead | headings | body | tag | author | source | section | language

Operators are written in capitals; `=` asks for a word as it is written, in no other form. Nothing is an error: what
does not fit is read as words, or left out where it has none, and a note says so. Weaker operators stand higher up; a
`Not` beside alternatives takes away from all of them (`match=any` with `a b -c` is "a or b, and not c").
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from service.search.lexer import OPERANDS, Kind, Lexeme, lex
from service.search.query import And, Field, Node, Not, Or, ParsedQuery, Phrase, Word
from service.search.request import Match


def parse(q: str, match: Match = Match.ALL) -> ParsedQuery:
    """Read a query. Never raises; see the module for the grammar."""
    lexemes, notes = lex(q)
    parser = _Parser(lexemes, match, notes)
    node = parser.query(None)
    if node is None and q.strip():
        notes.append("There is no word in q; it is read as if it were empty.")
    return ParsedQuery(node, tuple(dict.fromkeys(notes)))


@dataclass
class _Parser:
    """Recursive descent; the brackets that come in are balanced and of bounded depth."""

    lexemes: list[Lexeme]
    match: Match
    notes: list[str]
    at: int = 0

    def query(self, field: Field | None) -> Node | None:
        """Up to the end or the bracket that closes."""
        return self._joined(Kind.OR, Or, self._either, field)

    def _either(self, field: Field | None) -> Node | None:
        nodes: list[Node] = []
        while self._kind() not in (None, Kind.CLOSE, Kind.OR):
            node = self._both(field)
            if node is not None:
                nodes.append(node)
        if self.match is Match.ALL:
            return _join(And, nodes)
        wanted = _join(Or, [node for node in nodes if not isinstance(node, Not)])
        unwanted = [node for node in nodes if isinstance(node, Not)]
        return _join(And, [*([] if wanted is None else [wanted]), *unwanted])

    def _both(self, field: Field | None) -> Node | None:
        return self._joined(Kind.AND, And, self._item, field)

    def _joined(
        self,
        operator_kind: Kind,
        node_kind: type[And] | type[Or],
        part: Callable[[Field | None], Node | None],
        field: Field | None,
    ) -> Node | None:
        """Parts with an operator between them; one with nothing on a side of it is left out."""
        nodes: list[Node] = []
        operator: Lexeme | None = None
        while True:
            node = part(field)
            if node is not None:
                nodes.append(node)
            elif operator is not None:
                self._leave_out(operator)
            operator = self._take(operator_kind)
            if operator is None:
                return _join(node_kind, nodes)
            if not nodes:
                self._leave_out(operator)

    def _item(self, field: Field | None) -> Node | None:
        negation: Lexeme | None = None
        negated = False
        while (operator := self._take(Kind.NOT)) is not None:
            negation, negated = operator, not negated
        named: Lexeme | None = None
        while (lexeme := self._take(Kind.FIELD)) is not None:
            if named is not None:
                self.notes.append(f"{named.text}: stands before another field; it is left out.")
            named, field = lexeme, Field(lexeme.text)
        is_punctuation = self._note_wordless(named)
        node = self._operand(field)
        if node is not None:
            return Not(node) if negated else node
        # A dash before punctuation is punctuation too.
        if negation is not None and not (is_punctuation and negation.text == "-"):
            self._leave_out(negation)
        return None

    def _note_wordless(self, named: Lexeme | None) -> bool:
        """Note a word or beginning that has no letter in it; true if it is mere punctuation, as in `a & b`."""
        lexeme = self._next()
        if lexeme is None or lexeme.kind not in (Kind.WORD, Kind.PREFIX) or lexeme.is_operand:
            return False
        written = lexeme.text + ("*" if lexeme.kind is Kind.PREFIX else "")
        if named is not None:
            self.notes.append(f"There is no word in {named.text}:{written}; it is left out.")
        elif lexeme.kind is Kind.PREFIX:
            self.notes.append(f"There is no beginning of a word before {written}; it is left out.")
        return lexeme.kind is Kind.WORD

    def _operand(self, field: Field | None) -> Node | None:
        if self._take(Kind.OPEN) is not None:
            node = self.query(field)
            self._take(Kind.CLOSE)
            if node is None:
                self.notes.append("There is no word between the brackets; they are left out.")
            return node
        is_exact = self._take(Kind.EXACT) is not None
        lexeme = self._next()
        if lexeme is None or lexeme.kind not in OPERANDS:
            return None
        self.at += 1
        if not lexeme.is_operand:
            return None
        if lexeme.kind is Kind.PHRASE:
            return Phrase(lexeme.text, field, is_exact)
        return Word(lexeme.text, field, is_prefix=lexeme.kind is Kind.PREFIX, is_exact=is_exact)

    def _next(self) -> Lexeme | None:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def _kind(self) -> Kind | None:
        lexeme = self._next()
        return None if lexeme is None else lexeme.kind

    def _take(self, kind: Kind) -> Lexeme | None:
        if self._kind() is not kind:
            return None
        self.at += 1
        return self.lexemes[self.at - 1]

    def _leave_out(self, operator: Lexeme) -> None:
        self.notes.append(f"{operator.text} has nothing to join; it is left out.")


def _join(kind: type[And] | type[Or], nodes: Sequence[Node]) -> Node | None:
    """One node of several, flat: a child of the same kind gives its own children; what is said twice counts once."""
    flat: dict[Node, None] = {}
    for node in nodes:
        flat.update(dict.fromkeys(node.children if isinstance(node, kind) else (node,)))
    if len(flat) <= 1:
        return next(iter(flat), None)
    return kind(tuple(flat))
