from collections import Counter
from math import isclose

from hypothesis import example, given, reject
from hypothesis import strategies as st
from oracle import SCHEMA, TAGS, TREES, Archive, archives, as_stock, both
from whoosh import query
from whoosh.index import Index

from service.index.arrays.index import ArrayIndex
from service.index.arrays.leaf import Order

_NEAR = {"rel_tol": 1e-4, "abs_tol": 1e-4}


def stock_scores(index: Index, wanted: query.Query) -> dict[int, float]:
    """All matches with their scores; without a limit, as Whoosh's short cut for the first ten can be wrong.

    Whoosh's `Not` sometimes matches the deleted document behind its last one, or one behind the end.
    """
    with index.searcher() as searcher:
        deleted = {
            number + base for leaf, base in searcher.leaf_searchers() for number in leaf.reader().deleted_docs_set
        }
        try:
            found = searcher.search(as_stock(wanted), limit=None)
        except IndexError:
            reject()
        return {number: score or 0.0 for number, score in found.items() if number not in deleted}


def our_scores(index: ArrayIndex, wanted: query.Query, limit: int) -> dict[int, float]:
    found = index.evaluator().search(wanted, limit)
    assert found.scores is not None
    return dict(zip(found.numbers.tolist(), found.scores.tolist(), strict=True))


@given(archives(), st.lists(TREES, min_size=1, max_size=6))
@example(
    Archive([[{"text": "a b", "key": "0"}]]),
    [query.And([query.Or([query.Term("text", "a")]), query.Term("text", "b")])],
)
def test_any_query_finds_what_stock_whoosh_finds(archive: Archive, queries: list[query.Query]) -> None:
    with both(archive) as (ours, stock):
        evaluator = ours.evaluator()
        for wanted in queries:
            expected = stock_scores(stock, wanted)
            found = evaluator.search(wanted, limit=archive.count)
            assert found.total == len(expected)
            assert sorted(found.numbers.tolist()) == sorted(expected)
            assert sorted(evaluator.matching(wanted).tolist()) == sorted(expected)
            assert found.scores is not None
            scores = found.scores.tolist()
            for number, score in zip(found.numbers.tolist(), scores, strict=True):
                assert isclose(score, expected[number], **_NEAR), (wanted, number)
            assert scores == sorted(scores, reverse=True)
            assert found.limited == frozenset()


@given(archives(), TREES, st.integers(0, 5))
def test_best_hits_are_the_first_of_all(archive: Archive, wanted: query.Query, limit: int) -> None:
    with both(archive) as (ours, _):
        whole = ours.evaluator().search(wanted, archive.count)
        some = ours.evaluator().search(wanted, limit)
        assert some.total == whole.total
        assert some.numbers.tolist() == whole.numbers.tolist()[:limit]


@given(archives(), TREES)
def test_whooshs_own_searcher_works_on_the_arrays(archive: Archive, wanted: query.Query) -> None:
    with both(archive) as (ours, stock):
        results, expected = stock_scores(ours, wanted), stock_scores(stock, wanted)
        assert sorted(results) == sorted(expected)
        for number, score in results.items():
            assert isclose(score, expected[number], **_NEAR)


@given(archives(), TREES, TREES)
def test_filter_takes_away_and_does_not_score(archive: Archive, wanted: query.Query, allowed: query.Query) -> None:
    with both(archive) as (ours, stock):
        found = ours.evaluator().search(wanted, archive.count, allowed)
        expected = stock_scores(stock, wanted)
        kept = set(stock_scores(stock, allowed)) & set(expected)
        assert sorted(found.numbers.tolist()) == sorted(kept)
        assert found.scores is not None
        for number, score in zip(found.numbers.tolist(), found.scores.tolist(), strict=True):
            assert isclose(score, expected[number], **_NEAR)


@given(archives(), st.lists(TREES, min_size=1, max_size=3), st.sampled_from([1.0, 2.5]))
def test_disjunction_max_takes_the_best_score_of_each_document(
    archive: Archive, children: list[query.Query], boost: float
) -> None:
    # Stock Whoosh takes the best of two matchers even where they stand on different documents.
    with both(archive) as (ours, stock):
        expected: dict[int, float] = {}
        for child in children:
            for number, score in stock_scores(stock, child).items():
                expected[number] = max(expected.get(number, score), score)
        factor = boost if len(children) > 1 else 1.0
        found = our_scores(ours, query.DisjunctionMax(children, boost=boost), archive.count)
        assert sorted(found) == sorted(expected)
        for number, score in found.items():
            assert isclose(score, expected[number] * factor, **_NEAR)


@given(archives(), TREES)
def test_facet_counts_agree_with_counting_by_hand(archive: Archive, wanted: query.Query) -> None:
    documents = [document for segment in archive.segments for document in segment]
    with both(archive) as (ours, _):
        found = ours.evaluator().search(wanted, archive.count, facets=("tag",))
        counts = Counter(
            tag for number in found.numbers.tolist() for tag in documents[number].get("tag", "").split(",") if tag
        )
        assert found.facets["tag"].all() == {tag.encode(): count for tag, count in counts.items()}
        ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0].encode()))
        for limit in range(len(TAGS) + 1):
            assert found.facets["tag"].top(limit) == [(tag.encode(), count) for tag, count in ranked[:limit]]


@given(archives(), TREES)
def test_merged_index_finds_the_same_documents(archive: Archive, wanted: query.Query) -> None:
    with both(archive) as (ours, _):
        before = {ours.evaluator().stored(number)["key"] for number in ours.evaluator().matching(wanted).tolist()}
        writer = ours.writer()
        writer.commit(optimize=True)
        merged = ArrayIndex.open(ours._folder, SCHEMA)  # noqa: SLF001 - the folder is the test's own
        assert len(merged.segments) <= 1
        after = [merged.evaluator().stored(number)["key"] for number in merged.evaluator().matching(wanted).tolist()]
        assert set(after) == before
        assert len(after) == len(before)
        assert sorted(map(int, after)) == list(map(int, after))


@given(archives())
def test_merged_index_scores_as_if_written_at_once(archive: Archive) -> None:
    kept = [
        document
        for number, document in enumerate(document for segment in archive.segments for document in segment)
        if number not in archive.deleted
    ]
    wanted = query.Or([query.Term("text", "a"), query.Term("title", "b"), query.Phrase("text", ["a", "b"], slop=2)])
    with both(archive) as (ours, _), both(Archive([kept] if kept else [])) as (fresh, _):
        ours.writer().commit(optimize=True)
        merged = ArrayIndex.open(ours._folder, SCHEMA)  # noqa: SLF001 - the folder is the test's own
        assert our_scores(merged, wanted, 100) == our_scores(fresh, wanted, 100)


@given(archives(), TREES, st.integers(1, 4), st.booleans())
def test_going_on_behind_the_last_hit_gives_all_hits_in_order(
    archive: Archive,
    wanted: query.Query,
    size: int,
    is_tied: bool,  # noqa: FBT001 - Hypothesis decides
) -> None:
    tie = Order("number") if is_tied else None
    with both(archive) as (ours, _):
        evaluator = ours.evaluator()
        whole = evaluator.search(wanted, archive.count, tie=tie)
        found: list[int] = []
        after = None
        while (page := evaluator.search(wanted, size, tie=tie, after=after)).numbers.size:
            assert page.total == whole.total
            assert page.scores is not None
            found += page.numbers.tolist()
            after = evaluator.place(found[-1], tie, page.scores.tolist()[-1])
        assert found == whole.numbers.tolist()


@given(archives(), TREES, st.integers(1, 4), st.sampled_from([Order("number", descending=True), Order("key")]))
def test_going_on_in_an_order_gives_all_matches_in_order(
    archive: Archive, wanted: query.Query, size: int, order: Order
) -> None:
    with both(archive) as (ours, _):
        evaluator = ours.evaluator()
        whole = evaluator.ordered(wanted, order, archive.count)
        found: list[int] = []
        after = None
        while (page := evaluator.ordered(wanted, order, size, after=after)).numbers.size:
            found += page.numbers.tolist()
            after = evaluator.place(found[-1], order)
        assert found == whole.numbers.tolist()
