"""A query tree as a client would write it."""

from service.search.query import And, Node, Not, Or, Phrase, Word


def written(node: Node | None) -> str:
    """The query that is read as this tree, where all words must be there (`match=all`)."""
    match node:
        case None:
            return ""
        case And(children):
            return " ".join(_bracketed(child) if isinstance(child, Or) else written(child) for child in children)
        case Or(children):
            return " OR ".join(_bracketed(child) if isinstance(child, And) else written(child) for child in children)
        case Not(child):
            return f"-{_bracketed(child) if isinstance(child, And | Or) else written(child)}"
        case Word() | Phrase():
            return _leaf(node)


def _leaf(leaf: Word | Phrase) -> str:
    field = "" if leaf.field is None else f"{leaf.field}:"
    exact = "=" if leaf.is_exact else ""
    if isinstance(leaf, Phrase):
        return f"{field}{exact}{_quoted(leaf.text)}"
    return f"{field}{exact}{leaf.text}{'*' if leaf.is_prefix else ''}"


def _bracketed(node: Node) -> str:
    return f"({written(node)})"


def _quoted(text: str) -> str:
    """A phrase between quotation marks that it does not have inside."""
    if '"' not in text:
        return f'"{text}"'
    return f"”{text}”" if "»" in text else f"«{text}»"
