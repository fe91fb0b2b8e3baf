"""Collapsed results are the uncollapsed ones without those whose group has come before."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import TREES, Archive, archives, both
from whoosh import query

from service.index.arrays.evaluator import Evaluator
from service.index.arrays.flatfile import Array
from service.index.arrays.leaf import Order

_ORDERS = [Order("number"), Order("number", descending=True, last=0), Order("key")]
_WANTED = st.one_of(st.just(query.Every()), st.just(query.Prefix("text", "a")), TREES)
"""Half of them match much, so that groups have several matches, in several segments."""
_GROUPS = st.lists(st.integers(0, 4), min_size=36, max_size=36)


def _firsts(numbers: list[int], groups: list[int]) -> list[int]:
    seen: set[int] = set()
    kept = []
    for number in numbers:
        if not groups[number] or groups[number] not in seen:
            kept.append(number)
            seen.add(groups[number])
    return kept


def _array(groups: list[int], archive: Archive) -> Array:
    return np.array(groups[: archive.count], np.uint32)


@given(archives(), _WANTED, _GROUPS, st.integers(0, 5), st.booleans())
def test_ranked_results_are_the_first_of_each_group(
    archive: Archive,
    wanted: query.Query,
    groups: list[int],
    limit: int,
    is_tied: bool,  # noqa: FBT001 - Hypothesis decides
) -> None:
    tie = Order("number") if is_tied else None
    with both(archive) as (ours, _):
        evaluator = ours.evaluator()
        whole = evaluator.search(wanted, archive.count, tie=tie, facets=("tag",))
        found = evaluator.search(wanted, limit, tie=tie, facets=("tag",), groups=_array(groups, archive))
        expected = _firsts(whole.numbers.tolist(), groups)
        assert found.total == len(expected)
        assert found.numbers.tolist() == expected[:limit]
        assert found.facets["tag"].all() == whole.facets["tag"].all()
        assert whole.scores is not None
        assert found.scores is not None
        scores = dict(zip(whole.numbers.tolist(), whole.scores.tolist(), strict=True))
        assert found.scores.tolist() == [scores[number] for number in found.numbers.tolist()]


@given(archives(), _WANTED, _GROUPS, st.integers(0, 5), st.sampled_from(_ORDERS))
def test_ordered_results_are_the_first_of_each_group(
    archive: Archive, wanted: query.Query, groups: list[int], limit: int, order: Order
) -> None:
    with both(archive) as (ours, _):
        evaluator = ours.evaluator()
        whole = evaluator.ordered(wanted, order, archive.count)
        found = evaluator.ordered(wanted, order, limit, groups=_array(groups, archive))
        expected = _firsts(whole.numbers.tolist(), groups)
        assert found.total == len(expected)
        assert found.numbers.tolist() == expected[:limit]


@given(archives(), _WANTED, _GROUPS, st.integers(1, 3), st.sampled_from([None, *_ORDERS]))
def test_going_on_behind_the_last_result_gives_all_of_them(
    archive: Archive, wanted: query.Query, groups: list[int], size: int, order: Order | None
) -> None:
    with both(archive) as (ours, _):
        evaluator = ours.evaluator()
        assert _paged(evaluator, wanted, size, order, _array(groups, archive)) == _firsts(
            _paged(evaluator, wanted, size, order, None), groups
        )


def _paged(
    evaluator: Evaluator, wanted: query.Query, size: int, order: Order | None, groups: Array | None
) -> list[int]:
    found: list[int] = []
    after = None
    while True:
        if order is None:
            page = evaluator.search(wanted, size, after=after, groups=groups)
        else:
            page = evaluator.ordered(wanted, order, size, after=after, groups=groups)
        if not page.numbers.size:
            return found
        found += page.numbers.tolist()
        after = evaluator.place(found[-1], order, None if page.scores is None else page.scores.tolist()[-1])


@pytest.mark.parametrize("groups", [[0] * 6, [1] * 6, [1, 2, 3, 4, 5, 6]])
def test_many_matches_are_collapsed_as_few_are(groups: list[int]) -> None:
    documents = [{"key": str(number), "text": "a " * (number + 1) + "b", "number": number} for number in range(6)]
    archive = Archive([documents[:4], documents[4:]])
    with both(archive) as (ours, _):
        evaluator = ours.evaluator()
        for wanted in (query.Every(), query.Term("text", "a"), query.Phrase("text", ["a", "b"])):
            whole = evaluator.search(wanted, 6).numbers.tolist()
            assert evaluator.search(wanted, 6, groups=np.array(groups)).numbers.tolist() == _firsts(whole, groups)


def test_collapsing_leaves_what_is_kept_for_other_searches_alone() -> None:
    documents = [{"key": str(number), "text": "a"} for number in range(20)]
    with both(Archive([documents])) as (ours, _):
        evaluator = ours.evaluator()
        for wanted in (query.Term("text", "a"), query.Every()):
            assert evaluator.search(wanted, 5, groups=np.ones(20, np.uint32)).total == 1
            assert evaluator.search(wanted, 5).total == 20
