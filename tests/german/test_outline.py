from hypothesis import given
from hypothesis import strategies as st

from service.german.outline import Beginnings, make_outline, side_by_side
from service.german.tokens import Chain
from service.german.variants import variant_key

CHAIN = Chain()
_PIECES = st.text(max_size=6) | st.sampled_from(
    ["Ein- und Ausfuhr", "Bürger*innen", "Corona-Pandemie", "»Ja«", "U.S.A.", "Wa\u0308rme", "a\u00a0b", "*", "x\x1cy"]
)
_WORDS = st.sampled_from(["Straße.", "STRASSE", "BürgerInnen", "Bürger(innen)", "Schiff-Fahrt", "3.500", "Ein-", "ﬁx"])
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
    assert list(Beginnings(made, CHAIN).find("deich")) == numbers


@given(
    st.lists(st.lists(_PIECES | _WORDS, max_size=8).map(" ".join), min_size=1, max_size=3),
    st.sampled_from(["", "ein", "einf", "corona", "coronap", "usa", "wärm", "bürger", "u.s", "stra", "straß", "3.5"]),
)
def test_beginning_is_found_wherever_a_word_has_it(lines: list[str], beginning: str) -> None:
    made = make_outline(lines, [False] * len(lines), CHAIN)
    words = {
        first + at: word
        for first, number, start, end in zip(made.firsts, made.numbers, made.starts, made.ends, strict=True)
        for at, word in enumerate(CHAIN.words(lines[number][start:end]))
    }
    expected = [number for number, word in words.items() if word.form.startswith(beginning)]
    found = Beginnings(made, CHAIN)
    assert list(found.find(beginning)) == expected
    for key in (variant_key(beginning), "buergerinn", "einfuhr", "strasse"):
        expected = [number for number, word in words.items() if any(it.startswith(key) for it in word.variants)]
        assert list(found.find_variant(key)) == expected


@given(_LINES)
def test_word_stands_in_the_sentence_of_its_row(lines: list[str]) -> None:
    made = make_outline(lines, [False] * len(lines), CHAIN)
    for number in made.find(side_by_side(["haf"])):
        row = made.row_of(number)
        sentence = made.lines[made.numbers[row]][made.starts[row] : made.ends[row]]
        tokens = list(CHAIN.tokens(sentence))
        assert tokens[number - made.firsts[row]].stem == "haf"


@given(st.lists(_PIECES, max_size=8).map(" ".join))
def test_line_has_the_same_words_with_and_without_their_places(line: str) -> None:
    assert CHAIN.words(line) == [token.word for token in CHAIN.tokens(line)]


def test_word_that_lacks_a_part_is_found_by_the_whole_word() -> None:
    made = make_outline(["Zölle auf Ein- und Ausfuhr"], [True], CHAIN)
    assert made.find(side_by_side(["einfuhr"])) == [2]


def test_part_of_a_compound_is_found_apart_from_words() -> None:
    made = make_outline(["Der Schutz", "Wärmeschutz"], [True, True], CHAIN)
    assert made.find(side_by_side(["schutz"])) == [1]
    assert made.find_part(side_by_side(["schutz"])) == [3]
    assert (made.line_of(1), made.line_of(3)) == (0, 1)


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
