import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.articles.slug import slug
from service.index.names import NameList

_WORDS = st.text("abcd", min_size=1, max_size=10)
_NAMES = st.lists(st.lists(_WORDS, min_size=1, max_size=3).map(" ".join), unique=True, max_size=8)


def _list(names: list[str]) -> NameList:
    by_id = {slug(name): name for name in names}
    return NameList(sorted(by_id), by_id)


def _edits(first: str, second: str) -> int:
    """Optimal string alignment distance, by its table."""
    rows = [list(range(len(second) + 1))]
    for at, letter in enumerate(first, start=1):
        row = [at]
        for to, other in enumerate(second, start=1):
            row.append(min(rows[-1][to] + 1, row[-1] + 1, rows[-1][to - 1] + (letter != other)))
            if at > 1 and to > 1 and letter == second[to - 2] and other == first[at - 2]:
                row[-1] = min(row[-1], rows[-2][to - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


@given(_NAMES, _WORDS)
@example(["abcd"], "acbd")  # neighbours that are swapped are one edit
def test_names_almost_beginning_so_are_those_with_the_fewest_edits(names: list[str], text: str) -> None:
    known = _list(names)
    most = 0 if len(text) < 4 else 1 if len(text) < 8 else 2
    fewest = {}
    for key in known.ids:
        words = key.split("-")
        tails = ["-".join(words[at:]) for at in range(len(words))]
        fewest[key] = min(
            (_edits(text, tail[:length]) for tail in tails if tail[0] == text[0] for length in range(1, len(tail) + 1)),
            default=99,
        )
    best = min(fewest.values(), default=0)
    expected = [key for key in known.ids if fewest[key] == best <= most] if most else []
    found = [key for key, is_like in zip(known.ids, known.like(text).tolist(), strict=True) if is_like]
    assert found == expected


@given(_NAMES, _WORDS)
def test_names_beginning_so_have_a_word_that_does(names: list[str], text: str) -> None:
    known = _list(names)
    found = [key for key, begins in zip(known.ids, known.beginning(text).tolist(), strict=True) if begins]
    assert found == [key for key in known.ids if any(word.startswith(text) for word in key.split("-"))]


@pytest.mark.parametrize("text", ["", "a", "abcdefgh"])
def test_no_names_are_like_nothing(text: str) -> None:
    assert _list([]).like(text).tolist() == []


def test_ranks_are_those_of_a_dictionary() -> None:
    known = _list(["Zoo", "Über uns", "Ärzte", "C++"])
    ordered = sorted(range(4), key=known.ranks.tolist().__getitem__)
    assert [known.names[it] for it in ordered] == ["Ärzte", "C++", "Über uns", "Zoo"]
