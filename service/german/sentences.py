"""Where the sentences of a German text begin and end."""

import re

# Possessive, and only from the beginning of a run: a long run of full stops is read once, not from each of them.
_BOUNDARY = re.compile(r"""(?<![.!?…])[.!?…]++["'“”»«‘’›‹)\]]*+(?P<space>\s++)(?=["'„“»«‚‘›‹(\[]*+[A-ZÄÖÜ0-9])""")
_LAST_WORD = re.compile(r"[^\s(„“»‚‘\"']+$")
_LONGEST = 20
"""Characters before a full stop that are looked at."""
_ABBREVIATED = """
    abs allg art aufl bd bsp bspw bzw ca co dipl dr ebd etc evtl geb gegr ggf hl hr hrsg inkl ing jh kap lt max
    med min mio mrd nr phil prof rd sog st std str tel ua usw vgl vs zzgl rer nat
"""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open spans in code points that cover the text without the white space between sentences.

    A full stop ends no sentence after an abbreviation (`z. B.`, `Dr.`), a single letter or an ordinal number
    (`am 3. Mai`).
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _BOUNDARY.finditer(text):
        if text[found.start()] == "." and _is_abbreviated(text[max(start, found.start() - _LONGEST) : found.start()]):
            continue
        spans.append((start, found.start("space")))
        start = found.end("space")
    if text[start:].strip():
        spans.append((start, len(text)))
    return spans


def _is_abbreviated(before: str) -> bool:
    found = _LAST_WORD.search(before)
    if found is None:
        return False
    word = found[0].rpartition(".")[2]
    return len(word) <= 1 or (word.isdigit() and len(word) <= 2) or word.casefold() in _ABBREVIATIONS  # noqa: PLR2004 - a day, not a year
