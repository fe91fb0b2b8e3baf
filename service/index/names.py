"""The names of a keyword field, ready to be filtered and put in order."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from service.articles.slug import slug
from service.index.arrays.flatfile import Array
from service.index.documents import title_key

_SHORTEST_WITH_TYPO = 4
_SHORTEST_WITH_TWO = 8
"""Characters of a slug from which on one typo is looked past, and two."""


class NameList:
    """The slugs of a field in their order, and the name of each. Threads may share it."""

    def __init__(self, ids: Sequence[str], names: Mapping[str, str]) -> None:
        self.ids = ids
        self.names = [names[key] for key in ids]
        ordered = sorted(range(len(ids)), key=lambda number: (title_key(self.names[number]), ids[number]))
        self.ranks = np.empty(len(ids), np.int64)
        self.ranks[ordered] = np.arange(len(ids))
        self._dashed = [f"-{key}" for key in ids]

    def ranks_before(self, name: str, key: str) -> int:
        """How many names stand before this one, which has that slug and may be none of the list, or are it."""
        return bisect_right(self._keys, (title_key(name), key))

    def beginning(self, text: str) -> Array:
        """For each name whether a word of it begins with a text that is not blank."""
        wanted = f"-{slug(text)}"
        return np.fromiter((wanted in key for key in self._dashed), np.bool_, len(self.ids))

    def like(self, text: str) -> Array:
        """For each name whether a word of it begins almost so, with the fewest edits that any name needs: one or two.

        Edits are letters more, less or other, and neighbours that are swapped; the first letter must be right, which
        leaves a twentieth to look at. Short texts allow one or none.
        """
        wanted = slug(text)
        most = (len(wanted) >= _SHORTEST_WITH_TYPO) + (len(wanted) >= _SHORTEST_WITH_TWO)
        found = np.zeros(len(self.ids), np.bool_)
        tails, owners = self._tails.get(wanted[:1], ([], []))
        if not most or not tails:
            return found
        lengths = range(len(wanted) - most, len(wanted) + most + 1)
        beginnings = [tail[:length] for length in lengths for tail in tails]
        edits = cdist([wanted], beginnings, scorer=OSA.distance, score_cutoff=most, dtype=np.uint8)[0]
        fewest = edits.reshape(len(lengths), -1).min(axis=0)
        if fewest.min() <= most:
            found[np.array(owners)[fewest == fewest.min()]] = True
        return found

    @cached_property
    def _keys(self) -> list[tuple[str, str]]:
        """What names are ordered by, ascending."""
        return sorted(zip(map(title_key, self.names), self.ids, strict=True))

    @cached_property
    def _tails(self) -> dict[str, tuple[list[str], list[int]]]:
        """By first letters: what stands from each word of a name on, and the number of the name."""
        found: dict[str, tuple[list[str], list[int]]] = {}
        for number, key in enumerate(self.ids):
            words = key.split("-")
            for at, word in enumerate(words):
                tails, owners = found.setdefault(word[:1], ([], []))
                tails.append("-".join(words[at:]))
                owners.append(number)
        return found
