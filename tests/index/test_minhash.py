import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from service.index.minhash import EMPTY, RUN, SLOTS, resemblance, runs, signature

_STEMS = st.lists(st.sampled_from(["a", "ab", "b", "über", "häus", "x" * 300]), max_size=40)


def _text(stems: list[str]) -> str:
    return f" {' '.join(stems)} " if stems else " "


def _shingles(stems: list[str]) -> list[tuple[str, ...]]:
    return [tuple(stems[at : at + RUN]) for at in range(len(stems) - RUN + 1)]


@given(_STEMS, _STEMS)
def test_equal_runs_have_equal_numbers_and_others_have_not(one: list[str], other: list[str]) -> None:
    shingles = _shingles(one) + _shingles(other)
    numbers = [*runs(_text(one)).tolist(), *runs(_text(other)).tolist()]
    assert len(numbers) == len(shingles)
    assert len(set(zip(shingles, numbers, strict=True))) == len(set(shingles)) == len(set(numbers))


@given(_STEMS, _STEMS)
def test_resemblance_is_the_share_of_the_runs_that_both_have(one: list[str], other: list[str]) -> None:
    ours, theirs = set(_shingles(one)), set(_shingles(other))
    expected = len(ours & theirs) / len(ours | theirs) if ours | theirs else 1.0
    assert resemblance(runs(_text(one)), runs(_text(other))) == expected


@given(st.integers(1, 9_000), st.integers(0, 9_000), st.integers(0, 2**32))
def test_signatures_agree_as_often_as_texts_are_alike(shared: int, own: int, seed: int) -> None:
    numbers = np.random.default_rng(seed).integers(0, 2**32, shared + 2 * own, dtype=np.uint32)
    one, other = numbers[: shared + own], np.concatenate([numbers[:shared], numbers[shared + own :]])
    agree = np.mean(signature(one) == signature(other))
    # Six standard deviations of the mean of so many slots.
    assert abs(agree - shared / (shared + 2 * own)) < 6 * 0.5 / SLOTS**0.5


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=50))
def test_signature_does_not_depend_on_order_or_repetition_and_has_no_empty_slot(numbers: list[int]) -> None:
    made = signature(np.array(numbers, np.uint32))
    assert made.tolist() == signature(np.array([*reversed(numbers), *numbers], np.uint32)).tolist()
    assert made.dtype == np.uint16
    assert EMPTY not in made


def test_signatures_are_the_same_on_every_machine() -> None:
    made = signature(runs(" der rat beschliess den plan fur das quarti "))
    assert made[:4].tolist() == [3429, 14851, 29219, 64299]


def test_of_a_very_long_text_the_beginning_counts() -> None:
    words = [f"wort{number}" for number in range(40_000)]
    assert 0 < len(runs(_text(words))) < len(words) // 2
    assert resemblance(runs(_text(words)), runs(_text(words[:-1]))) == 1
