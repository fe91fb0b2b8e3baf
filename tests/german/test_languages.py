import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.german.languages import GERMAN, SNOWBALL_NAMES, LanguageDetector, analysed_as
from service.german.tokens import Chain

CHAIN = Chain()
DETECTOR = LanguageDetector()
ENGLISH = "The council has decided to build new houses near the harbour because many families need them."
TEXTS = {
    "de": "Der Rat hat beschlossen, neue Häuser am Hafen zu bauen, weil viele Familien sie brauchen.",
    "en": ENGLISH,
    "fr": "Le conseil a décidé de construire de nouvelles maisons près du port, car beaucoup de familles attendent.",
    "nl": "De gemeenteraad heeft besloten om nieuwe huizen bij de haven te bouwen omdat veel gezinnen wachten.",
    "uk": "Міська рада вирішила збудувати нові будинки біля порту, бо багато сімей чекають на житло.",
    "es": "El ayuntamiento ha decidido construir nuevas casas cerca del puerto porque muchas familias esperan.",
}


@pytest.mark.parametrize(("language", "text"), TEXTS.items())
def test_language_of_a_text_is_found(language: str, text: str) -> None:
    assert DETECTOR.language(None, [text]) == language


@pytest.mark.parametrize(
    ("declared", "language"),
    [("en", "en"), ("EN", "en"), ("en-GB", "en"), ("de", "de"), ("de-AT", "de"), ("tlh", "tlh")],
)
def test_declared_language_counts_whatever_the_text_is(declared: str, language: str) -> None:
    assert DETECTOR.language(declared, [TEXTS["fr"]]) == language


@pytest.mark.parametrize("text", ["", "Breaking News", "Deich Hafen Sturmflut", "12 34 56 78 90 " * 9])
def test_language_of_a_text_that_says_too_little_cannot_be_told(text: str) -> None:
    assert DETECTOR.language(None, [text]) is None


def test_what_has_no_stemmer_is_analysed_as_german() -> None:
    assert {analysed_as(it) for it in (None, "tlh", "uk", "de")} == {GERMAN}
    assert analysed_as("en") == "en"


@given(st.none() | st.text(max_size=5), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_has_a_language_that_can_be_analysed(declared: str | None, lines: list[str]) -> None:
    assert analysed_as(DETECTOR.language(declared, lines)) in {GERMAN, *SNOWBALL_NAMES}


@given(st.sampled_from(sorted(SNOWBALL_NAMES)), st.text(max_size=30))
def test_any_text_is_cut_alike_in_every_language(language: str, text: str) -> None:
    assert [token.surface for token in CHAIN.tokens(text, language)] == [token.surface for token in CHAIN.tokens(text)]


def test_english_words_have_english_stems_and_no_german_parts() -> None:
    words = CHAIN.words("houses running Wärmeschutz Haus-Boot Ein- und Ausfuhr", "en")
    assert [word.stem for word in words[:2]] == ["hous", "run"]
    assert all(not word.parts and not word.readings for word in words)
