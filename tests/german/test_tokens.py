import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import EXAMPLES

from service.german.function_words import FUNCTION_WORDS
from service.german.tokens import BLOCK_GAP, Chain, Token, fold

CHAIN = Chain()
IGNORABLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_PIECES = st.sampled_from(
    ["Straße", "U\u0308ber", "1.000", "2,5", "3", ".", ",", "’", "'", "\u00ad", "\u0301", "_", "-", "\n", " ", "x", "İ"]
)
_TEXTS = st.text(max_size=40) | st.lists(_PIECES, max_size=20).map("".join)
_LATIN = st.characters(categories=["L"], min_codepoint=0x41, max_codepoint=0x24F)


def forms(text: str) -> list[str]:
    return [token.form for token in CHAIN.tokens(text)]


@given(_TEXTS)
def test_tokens_stand_in_the_text_one_after_the_other(text: str) -> None:
    end, position = 0, -1
    for token in CHAIN.tokens(text):
        assert end <= token.start < token.end <= len(text)
        assert token.position > position
        assert token.surface == text[token.start : token.end]
        assert token.form == fold(token.surface) or token.surface.endswith(".")
        end, position = token.end, token.position


@given(_TEXTS)
def test_tokens_hold_every_letter_and_digit(text: str) -> None:
    covered = {place for token in CHAIN.tokens(text) for place in range(token.start, token.end)}
    assert {place for place, char in enumerate(text) if char.isalnum()} <= covered
    assert not any(text[place].isspace() for place in covered)


@given(_TEXTS)
def test_number_is_never_cut_between_two_digits(text: str) -> None:
    for token in CHAIN.tokens(text):
        assert not (text[token.end - 1].isdecimal() and text[token.end : token.end + 1].isdecimal())


@given(_TEXTS)
def test_positions_count_words_and_leave_a_gap_between_lines(text: str) -> None:
    tokens = list(CHAIN.tokens(text))
    for place, token in enumerate(tokens):
        assert token.position == place + BLOCK_GAP * text.count("\n", 0, token.start)


@given(_TEXTS)
def test_tokens_of_a_text_are_always_the_same(text: str) -> None:
    assert list(CHAIN.tokens(text)) == list(CHAIN.tokens(text)) == list(Chain().tokens(text))


@given(st.text(_LATIN, min_size=1, max_size=12))
def test_word_has_one_form_and_stem_composed_or_decomposed(word: str) -> None:
    (composed,) = CHAIN.tokens(unicodedata.normalize("NFC", word))
    (decomposed,) = CHAIN.tokens(unicodedata.normalize("NFD", word))
    assert (composed.form, composed.stem) == (decomposed.form, decomposed.stem)
    assert unicodedata.is_normalized("NFC", composed.form)


@given(st.text(st.sampled_from("abcdeäöüßÄÖÜXYZ"), min_size=2, max_size=12), st.data())
def test_invisible_characters_in_a_word_are_ignored(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(word) - 1))
    hidden = data.draw(st.text(st.sampled_from(IGNORABLE), min_size=1, max_size=3))
    (plain,) = CHAIN.tokens(word)
    (parted,) = CHAIN.tokens(word[:place] + hidden + word[place:])
    assert (parted.form, parted.stem, parted.end) == (plain.form, plain.stem, plain.end + len(hidden))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("– … !", []),
        ("Die Straße der ÖSTERREICHER", ["die", "straße", "der", "österreicher"]),
        ("Zuflussbe\u00adschränkung", ["zuflussbeschränkung"]),
        ("Um 2,5 Prozent auf 1.000.000,50 Euro", ["um", "2,5", "prozent", "auf", "1.000.000,50", "euro"]),
        ("2,5-fach", ["2,5", "fach"]),
        ("Am 3.5. oder 3.Mai, um 14.30 Uhr.", ["am", "3.5", "oder", "3", "mai", "um", "14.30", "uhr"]),
        ("2026, 2027", ["2026", "2027"]),
        ("A7 und G20", ["a7", "und", "g20"]),
        ("Ost-West-Konflikt", ["ost", "west", "konflikt"]),
        ("Bürger*innen, Bürger_innen, BürgerInnen", ["bürger*innen", "bürger_innen", "bürgerinnen"]),
        ("5*3 a*b* *", ["5", "3", "a", "b"]),
        ("U.S.A. und z.B. d.h.", ["usa", "und", "zb", "dh"]),
        ("EU-weit, G7-Gipfel, COVID-19", ["eu", "weit", "g7", "gipfel", "covid", "19"]),
        ("§ 218a, 15-Jährige", ["218a", "15", "jährige"]),
        ("anna.weiss@zeitung.example", ["anna", "weiss", "zeitung", "example"]),
        ("https://www.zeitung.example/a?b=1", ["https", "www", "zeitung", "example", "a", "b", "1"]),
        ("›Ja‹ ‚nein‘ ‹doch› “so” ’nun’", ["ja", "nein", "doch", "so", "nun"]),
        ("eins–zwei—drei―vier−fünf‒sechs", ["eins", "zwei", "drei", "vier", "fünf", "sechs"]),
        ("ﬁnden ﬂiegen Straſſe", ["finden", "fliegen", "strasse"]),
        ("geht’s geht's ’s", ["geht's", "geht's", "s"]),
        ("„Ja“, »nein«", ["ja", "nein"]),
        ("z. B. die USA", ["z", "b", "die", "usa"]),
        ("C++ C# @bote", ["c", "c", "bote"]),
        ("Cafe\u0301 Müller", ["café", "müller"]),
        ("Москва 東京", ["москва", "東京"]),
        # Only the small letter has a composed form.
        ("J\u030can", ["\u01f0an"]),
    ],
)
def test_forms_of_german_text(text: str, expected: list[str]) -> None:
    assert forms(text) == expected


@pytest.mark.parametrize(
    ("written", "number"),
    [("10.000m", "10.000"), ("2,5fach", "2,5"), ("12,50er", "12,50"), ("1.000er-Marke", "1.000"), ("1.500m", "1.500")],
)
def test_number_with_letters_behind_it_stays_whole(written: str, number: str) -> None:
    assert forms(written)[0] == number


@pytest.mark.parametrize(
    "words",
    [
        ("Haus", "Hauses", "Hause"),
        ("Deich", "Deiche", "Deichen", "Deiches"),
        ("Straße", "Straßen", "STRASSE", "Strassen"),
        ("Zug", "Züge", "Zügen"),
        ("Wahl", "Wahlen"),
        ("evakuiert", "evakuierte", "evakuierten"),
        ("Sicherheit", "Sicherheiten"),
        ("sicher", "sichere", "sicherer", "sicheren", "SICHERES"),
        ("Weg", "Wege", "Weges"),
        ("Ware", "Waren"),
        ("Seite", "Seiten"),
        ("ein", "eine", "einen", "eines"),
        ("dies", "dieser", "diese"),
    ],
)
def test_inflections_share_their_stem(words: tuple[str, ...]) -> None:
    assert len({token.stem for token in CHAIN.tokens(" ".join(words))}) == 1


@pytest.mark.parametrize(
    ("content", "function"),
    [
        ("Sicherheit sicher sichere", "sich"),
        ("Seite Seiten", "seit seitens"),
        ("Weg Wege", "wegen"),
        ("Ware Waren", "war wäre"),
        ("Werder", "werden werde wird"),
        ("Wille Wolle", "will wollen"),
        ("Nichte", "nicht nichts"),
        ("schön schöne", "schon"),
        ("Kanne Kannen", "kann können"),
        ("Würde", "wurde wurden"),
        ("Stätte", "statt"),
        ("Uber", "über"),
        ("Ebene", "eben"),
        ("Sonde Sonden", "sondern"),
        ("Muße", "muss muß"),
        ("außen", "außer"),
        ("ändern", "andere anderen"),
        ("Allee Diesel Miete Mitte", "alle dies mit"),
    ],
)
def test_content_word_shares_no_stem_with_a_function_word(content: str, function: str) -> None:
    stems = [{token.stem for token in CHAIN.tokens(words)} for words in (content, function)]
    assert stems[0].isdisjoint(stems[1])


@given(st.sampled_from(sorted(FUNCTION_WORDS)), st.text(st.sampled_from("abcdehinrstuäöüß"), min_size=1, max_size=12))
def test_function_word_shares_its_stem_with_function_words_only(word: str, form: str) -> None:
    known, other = CHAIN.tokens(f"{word} {form}")
    assert form in FUNCTION_WORDS or known.stem != other.stem


def test_function_words_are_written_as_forms() -> None:
    assert all(forms(word) == [word] for word in FUNCTION_WORDS)


def test_different_words_keep_different_stems() -> None:
    words = "Deich Teich Haus Maus Straße Energie Wahl Wal"
    assert len({token.stem for token in CHAIN.tokens(words)}) == len(words.split())


def test_tokens_point_into_the_original_text() -> None:
    text = "Die\u00ad U\u0308ber\u00adfahrt\n\nkostet 2,50 Euro."
    assert [(text[token.start : token.end], token.form, token.position) for token in CHAIN.tokens(text)] == [
        ("Die\u00ad", "die", 0),
        ("U\u0308ber\u00adfahrt", "überfahrt", 1),
        ("kostet", "kostet", 2 * BLOCK_GAP + 2),
        ("2,50", "2,50", 2 * BLOCK_GAP + 3),
        ("Euro", "euro", 2 * BLOCK_GAP + 4),
    ]


@given(st.text(max_size=20))
def test_form_of_a_form_is_itself(surface: str) -> None:
    assert fold(fold(surface)) == fold(surface)


def test_threads_that_share_a_chain_get_the_tokens_of_one() -> None:
    texts = [file.read_text(encoding="utf-8") for file in sorted(EXAMPLES.glob("*.txt"))]
    expected = [list(CHAIN.tokens(text)) for text in texts]
    shared, threads = Chain(), 8
    together = Barrier(threads)

    def work(offset: int) -> list[list[Token]]:
        together.wait()
        # Each thread begins elsewhere, so that they ask for words that no other has asked for yet.
        turned = texts[offset:] + texts[:offset]
        found = [list(shared.tokens(text)) for text in turned]
        return found[-offset:] + found[:-offset] if offset else found

    with ThreadPoolExecutor(threads) as pool:
        for found in pool.map(work, range(0, 5 * threads, 5)):
            assert found == expected


@given(_TEXTS, st.sampled_from(["de", "en"]))
def test_lazy_tokens_are_the_same(text: str, language: str) -> None:
    eager = list(CHAIN.tokens(text, language))
    lazy = CHAIN.lazy_tokens(text, language)
    assert len(lazy) == len(eager)
    assert [replace(token, position=number) for number, token in enumerate(eager)] == list(lazy) == lazy[:]
