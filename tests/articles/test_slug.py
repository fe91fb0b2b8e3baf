import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.articles.slug import slug

# Letters that the rules rewrite next to marks that could join what they became.
_NEAR_THE_RULES = st.text(st.sampled_from("aäÄoöuüß+-_ \u0301\u0308\u0304\u0323\u0327İΣſ"), max_size=6)
_NAMES = st.text(max_size=20) | _NEAR_THE_RULES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Energie", "energie"),
        ("Künstliche Intelligenz", "kuenstliche-intelligenz"),
        ("Ärzte, Öl & Übermut", "aerzte-oel-uebermut"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("STRAẞE", "strasse"),
        ("Bündnis 90/Die Grünen", "buendnis-90-die-gruenen"),
        ("C++", "cplusplus"),
        ("Disney+", "disneyplus"),
        ("  Klima  ", "klima"),
        ("Covid-19", "covid-19"),
        ("a -- b", "a-b"),
        ("_intern_", "intern"),
        ("snake_case", "snake-case"),
        ("Café Škoda", "café-škoda"),
        ("Москва 2026", "москва-2026"),
        ("東京", "東京"),
        ("हिन्दी", "हिन्दी"),
        ("???", "u3f-u3f-u3f"),
        ("🌊", "u1f30a"),
        (" ! ", "u21"),
    ],
)
def test_slug_of_names(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(_NAMES)
@example("ä\u0301")
@example("+\u0301")
def test_slug_of_a_slug_is_itself(name: str) -> None:
    assert slug(slug(name)) == slug(name)


@given(_NAMES)
def test_slug_holds_only_what_an_address_can(name: str) -> None:
    made = slug(name)
    assert all(
        char == "-" or char.isalnum() or unicodedata.combining(char) or unicodedata.category(char)[0] == "M"
        for char in made
    )
    assert not made.startswith(("_", "-"))
    assert not made.endswith("-")
    assert "--" not in made
    assert made or not name.strip()


@given(_NAMES)
def test_slug_is_one_for_composed_and_decomposed_names(name: str) -> None:
    assert slug(unicodedata.normalize("NFD", name)) == slug(unicodedata.normalize("NFC", name))


@given(st.text(st.sampled_from("abcxyzäöüßéABCÄÖÜẞÉ0123456789 -/&"), max_size=20))
def test_slug_is_one_for_every_spelling_of_case(name: str) -> None:
    assert slug(name) == slug(name.upper()) == slug(name.lower())


@given(st.text(st.characters(categories=["Ll", "Nd"], exclude_characters="äöü"), min_size=1, max_size=12))
def test_slug_keeps_letters_and_digits_of_every_script(name: str) -> None:
    assert slug(name) == slug(f"#{name}!")
    if name.casefold() == name and unicodedata.is_normalized("NFC", name):
        assert slug(name) == name
