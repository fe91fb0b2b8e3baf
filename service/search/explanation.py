"""What the words of a query were looked for as, and how many articles have each."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TermCount:
    """A form, variant, stem or part, and the number of articles that have it."""

    term: str
    count: int


@dataclass(frozen=True)
class TermExplanation:
    """A word of the query.

    `variants` are keys that spelling variants share, `stems` what inflections share, `found_in` how many articles have
    these, parts of compounds among them. `parts` are those of the word itself, `corrections` words of the archive that
    are written like it; with `searched` the word that was searched for instead.
    """

    word: str
    searched: str
    form: TermCount
    variants: tuple[TermCount, ...]
    stems: tuple[TermCount, ...]
    compounds: tuple[TermCount, ...]
    parts: tuple[TermCount, ...]
    corrections: tuple[TermCount, ...]
