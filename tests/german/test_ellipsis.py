import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.german.ellipsis import glue
from service.german.tokens import Chain

CHAIN = Chain()
_PIECES = st.sampled_from(
    ["Ein-", "Haupt-,", "und", "oder", "bzw.", "Ausfuhr", "-vertrieb", "\u00a0", " ", "-", "x", ",", "\n"]
)


def variants(text: str) -> set[str]:
    return {variant for token in CHAIN.tokens(text) for variant in token.word.variants}


@pytest.mark.parametrize(
    ("text", "wholes"),
    [
        ("Ein- und Ausfuhr", {"einfuhr", "ausfuhr"}),
        ("Haupt- und Nebensache", {"hauptsache", "nebensache"}),
        ("Vor-, Zwischen- und Nachsaison", {"vorsaison", "zwischensaison", "nachsaison"}),
        ("Hin- und Rückfahrt", {"hinfahrt", "rueckfahrt"}),
        ("Ein- oder Ausfuhr", {"einfuhr"}),
        ("Ein- bzw. Ausfuhr", {"einfuhr"}),
        ("Ein- sowie Ausfuhr", {"einfuhr"}),
        ("Ein-\u00a0und\u00a0Ausfuhr", {"einfuhr"}),
        ("(Ein- und Ausfuhr)", {"einfuhr"}),
        ("EIN- UND AUSFUHR", {"einfuhr"}),
        ("Warenherstellung und -vertrieb", {"warenherstellung", "warenvertrieb"}),
        ("Straßen- und Wohnungsbau", {"strassenbau", "wohnungsbau"}),
    ],
)
def test_word_that_lacks_a_part_is_found_by_the_whole_word(text: str, wholes: set[str]) -> None:
    assert wholes <= variants(text)


@pytest.mark.parametrize(
    "text", ["Haus und Hof", "Haus - und Hof", "links- und", "Ein-, dann Ausfuhr", "1- und 2-fach"]
)
def test_other_text_makes_no_whole_words(text: str) -> None:
    words = {token.form for token in CHAIN.tokens(text)}
    assert len(variants(text)) <= len(words) + text.count("-fach")


def test_offsets_are_those_of_what_is_written() -> None:
    text = "Zölle auf Ein- und Ausfuhr."
    tokens = [token for token in CHAIN.tokens(text) if "einfuhr" in token.word.variants]
    assert [(text[token.start : token.end], token.form) for token in tokens] == [("Ein", "ein")]


@given(st.lists(_PIECES, max_size=12).map("".join))
def test_gluing_moves_nothing_and_twice_changes_nothing(text: str) -> None:
    glued = glue(text)
    assert len(glued) == len(text)
    assert glued.replace("\u00a0", " ") == text.replace("\u00a0", " ")
    assert glue(glued) == glued


def test_long_run_of_parts_is_read_once() -> None:
    text = "A-, B-, " * 100_000  # would take days where each part is read from again to the end
    assert glue(text) == text
    assert glue("Vor-, Zwischen- und Nachsaison") == "Vor-,\u00a0Zwischen-\u00a0und\u00a0Nachsaison"
