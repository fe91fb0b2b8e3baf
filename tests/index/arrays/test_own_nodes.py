"""The nodes that Whoosh does not have, against what they are defined by."""

import numpy as np
import pytest
from whoosh import query

from service.index.arrays.own_nodes import Capped, Closeness
from service.index.generations import Store
from service.index.reader import OpenGeneration
from service.index.schema import NO_MOMENT

_MONTH = 30 * 86_400_000_000
_WORDS = ["deich", "hafen", "die_", "rat"]


@pytest.fixture(scope="module")
def generation(examples_store: Store) -> OpenGeneration:
    folder = examples_store.current()
    assert folder is not None
    return OpenGeneration(folder)


def _scores(generation: OpenGeneration, wanted: query.Query, allowed: query.Query | None = None) -> dict[int, float]:
    found = generation.ranked(wanted, allowed, 100)
    assert found.scores is not None
    return dict(zip(found.numbers.tolist(), found.scores.tolist(), strict=True))


@pytest.mark.parametrize("word", _WORDS)
@pytest.mark.parametrize("most", [0.05, 0.5, 100.0])
def test_capped_node_matches_the_same_and_scores_no_more_than_its_limit(
    generation: OpenGeneration, word: str, most: float
) -> None:
    child = query.Term("words", f".{word}")
    plain = _scores(generation, child)
    capped = Capped(child, most, 2.0)
    assert plain
    assert _scores(generation, capped) == pytest.approx(
        {number: 2 * min(score, most) for number, score in plain.items()}
    )
    assert _scores(generation, child) == plain, "what is kept of a term must not change"
    few = query.Or([query.Term("tag", "theater"), query.Term("tag", "bahn")])
    inside = set(generation.matching(few).tolist()) & plain.keys()
    assert _scores(generation, capped, few) == pytest.approx(
        {number: 2 * min(plain[number], most) for number in inside}
    )


def test_closeness_halves_with_every_span_and_is_nothing_without_a_value(generation: OpenGeneration) -> None:
    dated = query.Every("published")
    first = generation.matching(dated)[0]
    value = generation.column("published", int(first))
    node = Closeness("published", value, _MONTH, NO_MOMENT, 3.0)
    found = _scores(generation, node)
    assert len(found) == generation.documents
    assert found[int(first)] == 3.0
    for number, score in found.items():
        moment = generation.column("published", number)
        expected = 0.0 if moment == NO_MOMENT else 3 * np.exp2(-abs(moment - value) / _MONTH)
        assert score == pytest.approx(expected, rel=1e-5, abs=1e-6)
    assert generation.scores([node], int(first)) == [3.0]


def test_nodes_are_equal_where_they_score_alike() -> None:
    child = query.Term("words", ".deich")
    assert Capped(child, 1.0) == Capped(query.Term("words", ".deich"), 1.0)
    assert len({Capped(child, 1.0), Capped(child, 1.0), Capped(child, 2.0), Capped(child, 1.0, 2.0)}) == 3
    near = [Closeness("published", 1, 2, 0), Closeness("published", 1, 2, 0), Closeness("published", 2, 2, 0)]
    assert len(set(near)) == 2
    assert Closeness("published", 1, 2, 0) != child
