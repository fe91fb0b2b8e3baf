from hypothesis import given
from hypothesis import strategies as st

from service.german.outline import make_outline, side_by_side
from service.german.tokens import Chain

CHAIN = Chain()
_LINES = st.lists(
    st.lists(st.sampled_from(["Deich", "deiche", "Hafen.", "Neu", "|", "z. B.", "–"]), max_size=12).map(" ".join),
    min_size=1,
    max_size=4,
)


@given(_LINES)
def test_stem_is_found_wherever_a_token_has_it(lines: list[str]) -> None:
    made = make_outline(lines, [False] * len(lines), CHAIN)
    numbers: list[int] = []
    first = 0
    for line in lines:
        stems = [token.stem for token in CHAIN.tokens(line)]
        numbers.extend(first + at for at, stem in enumerate(stems) if stem == "deich")
        first += len(stems) + 1
    assert made.find(side_by_side(["deich"])) == numbers
    assert list(made.find_beginning("deich")) == numbers


@given(_LINES)
def test_word_stands_in_the_sentence_of_its_row(lines: list[str]) -> None:
    made = make_outline(lines, [False] * len(lines), CHAIN)
    for number in made.find(side_by_side(["haf"])):
        row = made.row_of(number)
        sentence = made.lines[made.numbers[row]][made.starts[row] : made.ends[row]]
        tokens = list(CHAIN.tokens(sentence))
        assert tokens[number - made.firsts[row]].stem == "haf"


def test_stems_side_by_side_are_found_each_time_but_not_across_lines() -> None:
    made = make_outline(["neu neu neu Deich", "Deich"], [True, False], CHAIN)
    assert made.find(side_by_side(["neu", "neu"])) == [0, 1]
    assert made.find(side_by_side(["neu", "deich"])) == [2]
    assert made.find(side_by_side(["deich", "deich"])) == []


def test_whole_line_is_one_sentence_and_another_is_cut() -> None:
    made = make_outline(["Eins. Zwei", "Drei vier. Fünf."], [True, False], CHAIN)
    assert list(zip(made.firsts, made.numbers, made.starts, made.ends, strict=True)) == [
        (0, 0, 0, 10),
        (3, 1, 0, 10),
        (5, 1, 11, 16),
    ]
