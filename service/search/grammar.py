"""The query grammar: what a string in `q` means.

    query    := either (("OR" | "ODER") either)*
    either   := both both*                          joined as `match` says: all, or any
    both     := item (("AND" | "UND") item)*
    item     := ("NOT" | "NICHT" | "-") item  |  field ":" operand  |  operand
    operand  := "(" query ")"  |  phrase  |  word  |  word "*"
    phrase   := characters between two quotation marks of any kind
    field    := title | lead | headings | body | tag | author | source | section | language

Operators are written in capitals. Nothing is an error: what does not fit is read as words, or left out where it has
none, and a note says so. Weaker operators stand higher up; a `Not` beside alternatives takes away from all of them
(`match=any` with `a b -c` is "a or b, and not c").
"""

from collections.abc import Sequence
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
        alternatives: list[Node] = []
        while True:
            node = self._either(field)
            if node is not None:
                alternatives.append(node)
            operator = self._take(Kind.OR)
            if operator is None:
                return _join(Or, alternatives)
            if node is None or self._kind() in (None, Kind.CLOSE):
                self._leave_out(operator)

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
        nodes: list[Node] = []
        while True:
            node = self._item(field)
            if node is not None:
                nodes.append(node)
            operator = self._take(Kind.AND)
            if operator is None:
                return _join(And, nodes)
            if node is None or self._kind() in (None, Kind.CLOSE, Kind.OR):
                self._leave_out(operator)

    def _item(self, field: Field | None) -> Node | None:
        negated = False
        while (operator := self._take(Kind.NOT)) is not None:
            if self._kind() in (None, Kind.CLOSE, Kind.AND, Kind.OR):
                self._leave_out(operator)
                return None
            negated = not negated
        while (named := self._take(Kind.FIELD)) is not None:
            field = Field(named.text)
        node = self._operand(field)
        return Not(node) if negated and node is not None else node

    def _operand(self, field: Field | None) -> Node | None:
        if self._take(Kind.OPEN) is not None:
            node = self.query(field)
            self._take(Kind.CLOSE)
            return node
        lexeme = self.lexemes[self.at] if self.at < len(self.lexemes) else None
        if lexeme is None or lexeme.kind not in OPERANDS:
            return None
        self.at += 1
        if not lexeme.is_operand:
            return None
        if lexeme.kind is Kind.PHRASE:
            return Phrase(lexeme.text, field)
        return Word(lexeme.text, field, is_prefix=lexeme.kind is Kind.PREFIX)

    def _kind(self) -> Kind | None:
        return self.lexemes[self.at].kind if self.at < len(self.lexemes) else None

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
