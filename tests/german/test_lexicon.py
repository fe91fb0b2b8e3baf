import struct
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.german.function_words import FUNCTION_WORDS
from service.german.lexicon import FOOTER, MARK, PATH, Lexicon, apply_rule, spellings

LEXICON = Lexicon.load()


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("häuser", "haus"),
        ("mütter", "mutter"),
        ("bücher", "buch"),
        ("füße", "fuß"),
        ("länder", "land"),
        ("städte", "stadt"),
        ("wälder", "wald"),
        ("ärztinnen", "ärztin"),
    ],
)
def test_plural_with_umlaut_has_its_singular_as_lemma(form: str, lemma: str) -> None:
    assert LEXICON.lemma(form) == lemma


@pytest.mark.parametrize(
    ("form", "lemma"), [("themen", "thema"), ("museen", "museum"), ("risiken", "risiko"), ("konten", "konto")]
)
def test_plural_of_a_foreign_word_has_its_singular_as_lemma(form: str, lemma: str) -> None:
    assert LEXICON.lemma(form) == lemma


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("ging", "gehen"),
        ("gegangen", "gehen"),
        ("sprach", "sprechen"),
        ("gesprochen", "sprechen"),
        ("half", "helfen"),
        ("lief", "laufen"),
    ],
)
def test_strong_verb_has_its_infinitive_as_lemma(form: str, lemma: str) -> None:
    assert LEXICON.lemma(form) == lemma


@pytest.mark.parametrize(("form", "lemma"), [("größere", "groß"), ("höhere", "hoch"), ("älter", "alt")])
def test_comparative_with_umlaut_has_its_positive_as_lemma(form: str, lemma: str) -> None:
    assert LEXICON.lemma(form) == lemma


@pytest.mark.parametrize("form", ["weiß", "arme", "weise", "würde", "haus", "reich", "über", "uber", "laut", "schrieb"])
def test_form_that_is_a_word_of_its_own_or_ambiguous_stays(form: str) -> None:
    assert LEXICON.lemma(form) == form


@pytest.mark.parametrize("form", sorted(FUNCTION_WORDS))
def test_function_word_stays(form: str) -> None:
    assert LEXICON.lemma(form) == form
    assert LEXICON.is_known(form)


@pytest.mark.parametrize(
    ("written", "word"), [("haeuser", "haus"), ("fuesse", "fuß"), ("waerme", "wärme"), ("strasse", "straße")]
)
def test_word_without_umlauts_is_found(written: str, word: str) -> None:
    assert LEXICON.lemma(written) == word
    assert LEXICON.frequency(written) == LEXICON.frequency(LEXICON.spelling(written)) > 0


@pytest.mark.parametrize("form", ["neue", "bauer", "steuer", "quelle", "masse", "israel"])
def test_word_that_is_written_with_these_letters_stays(form: str) -> None:
    assert LEXICON.spelling(form) == form


def test_frequent_words_have_higher_classes_than_rare_ones() -> None:
    assert 15 >= LEXICON.frequency("die") > LEXICON.frequency("haus") > LEXICON.frequency("tamtam") >= 1
    assert LEXICON.frequency("qwrtz") == 0


@pytest.mark.parametrize("form", ["verteidigungs", "geschichts"])
def test_form_that_stands_in_compounds_only_is_no_word(form: str) -> None:
    assert not LEXICON.is_known(form)
    assert LEXICON.dictionary_form(form) in {"verteidigung", "geschichte"}


@given(st.text(max_size=60))
def test_any_text_has_a_lemma_and_a_class(text: str) -> None:
    assert LEXICON.lemma(text)[:0] == ""
    assert 0 <= LEXICON.frequency(text) <= 15
    assert LEXICON.is_known(text) == (LEXICON.frequency(text) > 0)


@given(st.text(alphabet="aeousß", max_size=40))
def test_spellings_are_few_and_differ_from_the_form(text: str) -> None:
    found = spellings(text)
    assert len(found) == len(set(found)) <= 7
    assert text not in found


def test_rule_cuts_folds_and_appends() -> None:
    assert apply_rule((2, True, ""), "häuser") == "haus"
    assert apply_rule((4, False, "gehen"), "ging") == "gehen"


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"x" * 100,
        lambda data: data[: -FOOTER.size] + data[-FOOTER.size :].replace(MARK, b"DE-LEX-0"),
        lambda data: data[1000:],
        lambda data: data[: -FOOTER.size] + struct.pack("<8sIIIII", MARK, 2**31, 2**31, 9, 9, 9),
        lambda data: data[:10],
    ],
)
def test_damaged_file_is_refused(tmp_path: Path, damage: "object") -> None:
    path = tmp_path / "damaged"
    path.write_bytes(damage(PATH.read_bytes()))  # type: ignore[operator]
    with pytest.raises(ValueError, match="damaged"):
        Lexicon(path)


def test_missing_file_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="missing"):
        Lexicon(tmp_path / "missing")


def test_threads_share_a_lexicon() -> None:
    forms = ["häuser", "ging", "waerme", "die", "qwrtz"] * 200
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(LEXICON.lemma, forms))
    assert found == [LEXICON.lemma(form) for form in forms]


def test_reading_the_lexicon_needs_none_of_its_sources() -> None:
    program = (
        "import sys, service.german.compounds as c;"
        "c.Splitter(c.Lexicon.load()).split('sporthalle');"
        "sys.exit(bool({'simplemma', 'wordfreq', 'german_nouns'} & sys.modules.keys()))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603 - its own program
