import pytest

from service.german.tokens import Chain

CHAIN = Chain()


@pytest.mark.parametrize(
    "written",
    [
        *("Bürger*innen", "Bürger:innen", "Bürger_innen", "Bürger/-innen", "Bürger/innen", "BürgerInnen"),
        *("Bürger(innen)", "Bu\u0308rger*innen", "Bür\u00adger:innen", "BÜRGER*INNEN"),
    ],
)
def test_gender_form_is_one_word_that_both_genders_find(written: str) -> None:
    (token,) = CHAIN.tokens(f"{written}")
    masculine, feminine, plural = CHAIN.tokens("Bürger Bürgerin Bürgerinnen")
    assert token.surface == written
    assert {masculine.word.variant, plural.word.variant} <= set(token.word.variants)
    assert {masculine.stem, feminine.stem, plural.stem} <= set(token.word.stems)


@pytest.mark.parametrize("written", ["Bürger*in", "Bürger:in", "Bürger_in", "Bürger/-in", "Bürger/in", "Bürger(in)"])
def test_singular_is_one_word_too(written: str) -> None:
    (token,) = CHAIN.tokens(written)
    assert set(token.word.variants) == {"buerger", "buergerin"}


@pytest.mark.parametrize(("written", "variants"), [("jede*r", {"jede", "jeder"}), ("Bauer*n", {"bauer", "bauern"})])
def test_ending_of_one_letter_makes_two_words_of_one(written: str, variants: set[str]) -> None:
    (token,) = CHAIN.tokens(written)
    assert set(token.word.variants) == variants


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("an/in der Stadt", ["an", "in", "der", "stadt"]),
        ("und/oder", ["und", "oder"]),
        ("Zeit:innen*hof", ["zeit:innen", "hof"]),
        ("Berlin: innen", ["berlin", "innen"]),
        ("5*3", ["5", "3"]),
        ("st*rk", ["st", "rk"]),
        ("DaInnen", ["dainnen"]),
    ],
)
def test_what_only_looks_like_a_gender_form_stays_words(written: str, forms: list[str]) -> None:
    assert [token.form for token in CHAIN.tokens(written)] == forms


def test_gender_form_inside_a_compound_with_hyphen_joins_it() -> None:
    first, second = CHAIN.tokens("Bürger*innen-Rat")
    assert "buerger" in first.word.variants
    assert second.form == "rat"
