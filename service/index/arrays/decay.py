"""Scores that fall with age."""

from dataclasses import dataclass

import numpy as np

from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Leaf
from service.index.arrays.matches import Matches, Sparse, to_sparse


@dataclass(frozen=True)
class Decay:
    """Scores are multiplied by 1 and what is left of another 1, which falls by half with every `half_life`.

    `column` holds numbers; `newest` is the one where nothing has fallen yet, `half_life` a difference of two. A
    document of long ago keeps its score: relevance decides among those.
    """

    column: str
    newest: int
    half_life: int

    def factors(self, values: Array) -> Array:
        """What scores are multiplied by."""
        age = np.maximum(self.newest - values.astype(np.float64), 0.0) / self.half_life
        return np.asarray((1.0 + np.exp2(-age)).astype(np.float32))


def decayed(found: Matches, leaf: Leaf, decay: Decay) -> Matches:
    """Scored matches with the scores that they have by their age."""
    few = to_sparse(found)
    scores = None if few.scores is None else few.scores * decay.factors(leaf.numbers(decay.column).take(few.docs))
    return Sparse(few.docs, scores)
