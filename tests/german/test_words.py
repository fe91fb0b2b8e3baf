import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.german.tokens import Chain, Token
from service.german.words import IGNORABLE, Word, fold

CHAIN = Chain()
_WORDS = st.sampled_from(
    ["Wärmeschutz", "Häuser", "Straßenbahn", "Coronapandemie", "Kraftfahrzeughaftpflichtversicherung", "Über", "ging"]
)


def word(written: str) -> Word:
    (token,) = CHAIN.tokens(written)
    return token.word


def parts(written: str) -> set[str]:
    (token,) = CHAIN.tokens(written)
    return {_part_text(written, token, number) for number in range(len(token.word.parts))}


def _part_text(text: str, token: Token, number: int) -> str:
    start, end = token.part_span(token.word.parts[number])
    return text[start:end]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Über", "Ueber"),
        ("Häuser", "HAEUSER"),
        ("Größe", "Groesse"),
        ("daß", "dass"),
        ("Foto", "Photo"),
        ("Schiffahrt", "Schifffahrt"),
        ("Straße", "STRASSE"),
        ("Straße", "Straſſe"),
        ("ﬁnden", "finden"),
        ("geht's", "geht’s"),
        ("1.000", "1000"),
        ("Café", "Cafe"),
        ("Delphin", "Delfin"),
    ],
)
def test_spelling_variants_share_their_variant_and_stem(one: str, other: str) -> None:
    assert word(one).variant == word(other).variant
    assert word(one).stem == word(other).stem


@pytest.mark.parametrize(
    ("one", "other"), [("Uber", "über"), ("Haus", "Häuser"), ("Schon", "schön"), ("1.000", "1,000"), ("2,5", "25")]
)
def test_other_words_share_no_variant(one: str, other: str) -> None:
    assert word(one).variant != word(other).variant


@pytest.mark.parametrize(
    "written",
    [
        "Haus Häuser Häusern Hauses",
        "gehen ging gingen gegangen",
        "Baum Bäume Bäumen",
        "evakuieren evakuiert evakuierte evakuierten",
        "Kindergarten Kindergartens Kindergärten",
        "Garten Gärten Gartens",
        "Beamter Beamte Beamten",
        "gesamt gesamte gesamten",
        "Hochhaus Hochhäuser Hochhaeusern",
    ],
)
def test_irregular_forms_share_their_stem(written: str) -> None:
    assert len({word(each).stem for each in written.split()}) == 1


@pytest.mark.parametrize(
    ("noun", "other"),
    [
        *(("Hilfe", "helfen"), ("Sprache", "sprechen"), ("Ausgabe", "ausgeben"), ("Garten", "gar"), ("Kaiser", "Kai")),
        *(("Finger", "fangen"), ("Roman", "Rom"), ("Schloß", "schließen"), ("gesamt", "Samen")),
    ],
)
def test_noun_is_no_inflection_of_what_is_left_without_its_ending(noun: str, other: str) -> None:
    assert word(noun).stem != word(other).stem


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Wärmeschutz", {"Wärme", "schutz"}),
        ("WAERMESCHUTZ", {"WAERME", "SCHUTZ"}),
        ("Wa\u0308rmeschutz", {"Wa\u0308rme", "schutz"}),
        ("Wär\u00admeschutz", {"Wär\u00adme", "schutz"}),
        ("Verteidigungsminister", {"Verteidigung", "minister"}),
        ("Straßenbahn", {"Straße", "bahn"}),
        ("Strassenbahn", {"Strasse", "bahn"}),
        ("Haus", set()),
    ],
)
def test_part_stands_on_its_own_letters_without_what_links_it(written: str, expected: set[str]) -> None:
    assert parts(written) == expected


@given(_WORDS, st.data())
def test_parts_lie_inside_the_word_however_it_is_written(written: str, data: st.DataObject) -> None:
    composed = data.draw(st.sampled_from([written, written.upper()]))
    letters = list(data.draw(st.sampled_from([composed, unicodedata.normalize("NFD", composed)])))
    for place in data.draw(st.lists(st.integers(1, len(letters) - 1), max_size=3)):
        letters[place] += data.draw(st.sampled_from(IGNORABLE))
    text = "".join(letters)
    (token,) = CHAIN.tokens(text)
    for number, part in enumerate(token.word.parts):
        start, end = token.part_span(part)
        assert token.start <= start < end <= token.end
        assert fold(_part_text(text, token, number)) == token.form[part.start : part.end]


def test_word_with_hyphens_is_also_one_word_and_its_own_words() -> None:
    first, second = CHAIN.tokens("Corona-Pandemie")
    assert [(it.variant, it.words) for it in first.word.readings] == [("coronapandemie", 2)]
    assert (first.form, second.form) == ("corona", "pandemie")
    assert word("Coronapandemie").variant in first.word.variants


@pytest.mark.parametrize("hyphen", "-\u2010\u2011")
def test_word_with_several_hyphens_is_one_with_each_neighbour_too(hyphen: str) -> None:
    ost, west, _ = CHAIN.tokens(hyphen.join(["Ost", "West", "Konflikt"]))
    assert {it.variant: it.words for it in ost.word.readings} == {"ostwest": 2, "ostwestkonflikt": 3}
    assert {it.variant: it.words for it in west.word.readings} == {"westkonflikt": 2}


@pytest.mark.parametrize("written", ["1-2", "2020-2024", "Ost – West", "eins--zwei"])
def test_ranges_of_numbers_and_dashes_are_no_hyphens(written: str) -> None:
    assert all(not token.word.readings for token in CHAIN.tokens(written))


@given(st.text(max_size=30))
def test_any_word_is_found_by_itself(text: str) -> None:
    for token in CHAIN.tokens(text):
        assert token.word.variants[0] == token.word.variant
        assert token.word.stems[0] == token.word.stem
        assert len(set(token.word.stems)) == len(token.word.stems)
