from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from service.german import edits
from service.german.edits import distance, sound
from service.german.signatures import Forms, same_letters, signatures, sound_keys, within
from service.german.spelling import Speller
from service.german.vocabulary import read_vocabulary

FREQUENCIES = {
    "bürgermeister": 900,
    "bürgermeisterin": 300,
    "straße": 800,
    "straßen": 400,
    "wetter": 600,
    "vetter": 5,
    "wette": 90,
    "katze": 70,
    "kater": 50,
    "physik": 60,
    "theater": 500,
    "schlüssel": 40,
    "übung": 30,
    "haus": 950,
    "hause": 700,
    "maus": 80,
    "wechsel": 20,
    "büro": 100,
    "orchester": 200,
    "hier": 900,
    "agenda2024": 3,
    "agenda2025": 2,
    "chrysantheme": 4,
}
LETTERS = st.text("abehlnrstäß", min_size=1, max_size=7)
VOCABULARIES = st.dictionaries(st.one_of(LETTERS, st.text(min_size=1, max_size=6)), st.integers(0, 10**6), max_size=24)


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(list(FREQUENCIES), list(FREQUENCIES.values()))


def forms(speller: Speller, word: str, limit: int = 3, max_edits: int | None = None) -> list[str]:
    return [correction.form for correction in speller.corrections(word, limit, max_edits)]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("bürgermiester", "bürgermeister"),
        ("bürgermester", "bürgermeister"),
        ("strase", "straße"),
        ("strasse", "straße"),
        ("teater", "theater"),
        ("füsik", "physik"),
        ("schlüßel", "schlüssel"),
        ("schluessel", "schlüssel"),
        ("wexel", "wechsel"),
        ("orkester", "orchester"),
        ("hire", "hier"),
        ("hauß", "haus"),
        ("krüsanteme", "chrysantheme"),
    ],
)
def test_misspelled_word_is_corrected(speller: Speller, wrong: str, right: str) -> None:
    assert forms(speller, wrong)[0] == right


def test_frequent_word_is_preferred_to_a_rare_one_as_near(speller: Speller) -> None:
    assert forms(speller, "qetter") == ["wetter", "vetter", "wette"]


def test_correction_tells_edits_distance_and_frequency(speller: Speller) -> None:
    (correction,) = speller.corrections("theatre", limit=1)
    assert (correction.form, correction.edits, correction.frequency) == ("theater", 1, 500)
    assert 0 < correction.distance < 1


def test_known_word_is_no_correction_of_itself(speller: Speller) -> None:
    assert forms(speller, "haus") == ["hause", "maus"]


@pytest.mark.parametrize("word", ["", "ha", "x1", "12345", "--", "xyzxyz", "donaudampfschiff", "x" * 300])
def test_nothing_is_proposed_where_nothing_is_near_enough(speller: Speller, word: str) -> None:
    assert speller.corrections(word) == []


def test_short_word_is_corrected_by_one_edit_only(speller: Speller) -> None:
    assert forms(speller, "hux") == []
    assert forms(speller, "huas") == ["haus"]


def test_digits_are_never_corrected(speller: Speller) -> None:
    assert forms(speller, "agneda2024") == ["agenda2024"]
    assert forms(speller, "agenda2042") == []


def test_limit_and_most_edits_are_kept(speller: Speller) -> None:
    assert forms(speller, "bürgermestre", limit=1) == ["bürgermeister"]
    assert forms(speller, "bürgermestre", max_edits=1) == []
    assert forms(speller, "hauß", limit=0) == []
    assert forms(speller, "hauß", max_edits=-1) == []


def test_empty_vocabulary_has_no_corrections() -> None:
    assert Speller([], []).corrections("wort") == []


def test_empty_form_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Speller(["haus", ""], [1, 2])


def test_forms_in_utf_8_are_taken_as_they_are(speller: Speller) -> None:
    raw = "".join(FREQUENCIES).encode()
    starts = np.cumsum([0, *(len(form.encode()) for form in FREQUENCIES)]).astype(np.uint32)
    mapped = Forms(np.frombuffer(raw, np.uint8), starts)
    other = Speller(mapped, np.array(list(FREQUENCIES.values()), np.uint32))
    for word in ("strasse", "füsik", "huas", "haus"):
        assert other.corrections(word) == speller.corrections(word)


def _as_unlike(vocabulary: dict[str, int]) -> Speller:
    return Speller(list(vocabulary), list(vocabulary.values()))


@given(VOCABULARIES, st.one_of(LETTERS, st.text(max_size=8)), st.integers(1, 3))
def test_every_form_some_edits_away_is_found(vocabulary: dict[str, int], word: str, most: int) -> None:
    found = forms(_as_unlike(vocabulary), word, limit=100, max_edits=most)
    if sum(map(str.isalpha, word)) >= 3:
        digits = [letter for letter in word if letter.isdigit()]
        near = {form for form in vocabulary if 0 < OSA.distance(word, form) <= most}
        assert {form for form in near if [letter for letter in form if letter.isdigit()] == digits} <= set(found)


@given(VOCABULARIES, st.one_of(LETTERS, st.text(max_size=8)))
def test_corrections_are_distinct_forms_with_their_frequency(vocabulary: dict[str, int], word: str) -> None:
    speller = _as_unlike(vocabulary)
    found = speller.corrections(word, limit=100)
    assert found == _as_unlike(dict(reversed(vocabulary.items()))).corrections(word, limit=100)
    assert found[:2] == speller.corrections(word, limit=2)
    assert len({correction.form for correction in found}) == len(found)
    for correction in found:
        assert correction.frequency == vocabulary[correction.form]
        assert correction.edits == OSA.distance(word, correction.form) > 0
        assert correction.distance > 0


@given(st.lists(st.text(min_size=1, max_size=8), max_size=30))
def test_signature_of_a_form_does_not_depend_on_its_neighbours(vocabulary: Sequence[str]) -> None:
    for of_all in (signatures, sound_keys):
        assert of_all(Forms.of(vocabulary)).tolist() == [int(of_all(Forms.of([form]))[0]) for form in vocabulary]


def _edited(word: str, changes: list[tuple[int, str]]) -> str:
    """Each change writes some letters in place of the letter at a place, or swaps it with the one behind it."""
    for place, written in changes:
        at = place % (len(word) + 1)
        swap = word[at : at + 2][::-1] + word[at + 2 :]
        word = word[:at] + (swap if written == "swap" else written + word[at + 1 :])
    return word


@given(
    st.text("abehlnrstäßé", min_size=3, max_size=14),
    st.lists(st.tuples(st.integers(0, 14), st.sampled_from(["", "a", "ß", "ab", "swap", "swap"])), max_size=5),
)
def test_signature_keeps_what_is_near(word: str, changes: list[tuple[int, str]]) -> None:
    form = _edited(word, changes)
    if form:
        found = signatures(Forms.of([form]))
        assert within(found, word, len(form), OSA.distance(word, form)).tolist() == [0]
        assert same_letters(found, word).tolist() == [0] * (set(form) == set(word))


def test_signature_drops_what_is_far() -> None:
    found = signatures(Forms.of(["haben", "hbane", "sagen", "nebah", "euros"]))
    assert within(found, "haben", 5, 1).tolist() == [0, 1]
    assert within(found, "haben", 5, 2).tolist() == [0, 1, 2]


@given(st.text(max_size=12), st.text(max_size=12))
def test_distance_is_0_for_equal_words_only_and_never_more_than_the_edits_allow(one: str, other: str) -> None:
    found = distance(one, other)
    assert (found == 0) == (one == other)
    assert found <= 1.5 * max(len(one), len(other))


@given(st.text("aehmnsß", max_size=9), st.text("aehmnsß", max_size=9))
def test_alignment_near_the_diagonal_is_the_best_one(one: str, other: str) -> None:
    found = edits.letters(one, other)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(edits, "_away", lambda *_: 10)
        assert found == edits.letters(one, other)


@pytest.mark.parametrize(
    ("nearer", "further"),
    [
        (("tür", "tur"), ("tür", "tor")),
        (("mitte", "mite"), ("mitte", "mirte")),
        (("wahl", "wal"), ("wahl", "wagl")),
        (("haben", "hbaen"), ("haben", "hbane")),
        (("haben", "haben"), ("haben", "hsben")),
        (("haben", "hsben"), ("haben", "hxben")),
        (("haben", "halen"), ("haben", "laben")),
        (("gabel", "gabl"), ("gabel", "gael")),
        (("sommer", "sonner"), ("sommer", "sotter")),
    ],
)
def test_what_people_confuse_is_nearer(nearer: tuple[str, str], further: tuple[str, str]) -> None:
    assert distance(*nearer) < distance(*further)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vater", "fahter"),
        ("quelle", "kwelle"),
        ("wechsel", "weksel"),
        ("häuser", "heuser"),
        ("mai", "mei"),
        ("rad", "rat"),
        ("deutsch", "deutch"),
        ("stadt", "statt"),
        ("rhabarber", "raabarber"),
        ("zitrone", "citrone"),
    ],
)
def test_words_that_sound_alike_are_near(one: str, other: str) -> None:
    assert distance(one, other) < 1


def test_sound_of_nothing_is_nothing() -> None:
    assert sound("") == ""


def test_lone_surrogates_do_no_harm(speller: Speller) -> None:
    assert speller.corrections("ha\ud800us") == speller.corrections("ha\udfffus")


def test_vocabulary_adds_up_cases_and_remembers_the_most_frequent() -> None:
    vocabulary = read_vocabulary(["word\tfreq\n", "Arme\t5\n", "arme\t7\n", "ARME\t1\n", "\n", "Öl\t2\r\n"])
    assert vocabulary.forms == ["arme", "öl"]
    assert vocabulary.frequencies == [13, 2]
    assert vocabulary.spellings == {"arme": "arme", "öl": "Öl"}


@pytest.mark.parametrize("line", ["nur ein Wort", "Wort\tviele", "\t3", "Wort\t1\t2", "Wort\t-1"])
def test_line_of_a_vocabulary_that_is_none_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        read_vocabulary(["Haus\t1", line])
