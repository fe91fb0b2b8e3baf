from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import EXAMPLES

from service.articles.house import read_house_format
from service.german.languages import GERMAN
from service.german.sentences import sentence_spans
from service.german.tokens import Chain

_PIECES = st.sampled_from(
    [
        "Er",
        "kam",
        "z.",
        "B.",
        "Dr.",
        "3.",
        "Mai",
        "2026",
        ".",
        "!",
        "?",
        "…",
        "“",
        "„",
        "»",
        "«",
        "(",
        ")",
        " ",
        "\n",
        "\u00a0",
    ]
)
_TEXTS = (
    st.text(max_size=40) | st.lists(_PIECES, max_size=30).map("".join) | st.lists(_PIECES, max_size=30).map(" ".join)
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(_TEXTS)
def test_sentences_cover_all_but_white_space_in_order(text: str) -> None:
    last = 0
    for start, end in sentence_spans(text):
        assert last <= start < end <= len(text)
        assert not text[last:start].strip()
        assert text[start:end].strip()
        last = end
    assert not text[last:].strip()


@given(_TEXTS)
def test_sentence_ends_only_after_its_mark_and_before_white_space(text: str) -> None:
    spans = sentence_spans(text)
    for (start, end), (following, _) in pairwise(spans):
        assert end < following
        assert text[start:end].rstrip("\"'“”»«‘’›‹)]")[-1] in ".!?…"


# Whole sentences that hold every trap; put together in any order they must come apart again.
_WHOLE = st.sampled_from(
    [
        "Der Deich hält.",
        "Hält er?",
        "„Er hält!“",
        "Er sagte: „Er hält.“",
        "(Mehr dazu auf Seite 7 unten.)",
        "Am 3. Mai kam Prof. Dr. Weiß, vgl. Abs. 2 der Satzung.",
        "Das kostet z. B. 2,5 Mio. Euro bzw. 1.000 Euro je Haus.",
        "z.B. Deiche helfen nicht immer.",
        "Um 14.30 Uhr endete sie am 9. Oktober 1911.",
        "J. S. Bach spielte in St. Marien.",
        "Und dann …",
        "12 Häuser stehen noch.",
        "Ärzte ohne Grenzen kommen?!",
    ]
)


@given(st.lists(_WHOLE, max_size=8), st.sampled_from([" ", "  ", "\n", "\n\n", "\u00a0"]))
def test_sentences_put_together_come_apart_again(whole: list[str], space: str) -> None:
    # A sentence that begins with a small letter cannot be told from the one before it.
    expected = [sentence[0].upper() + sentence[1:] for sentence in whole]
    assert sentences(space.join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("Ohne Punkt", ["Ohne Punkt"]),
        ("Ein Satz. Noch einer", ["Ein Satz.", "Noch einer"]),
        ("Ein Satz.Noch einer.", ["Ein Satz.Noch einer."]),
        ("Er kam. dann ging er.", ["Er kam. dann ging er."]),
        ("Nein! Doch? Oh… Ah!", ["Nein!", "Doch?", "Oh…", "Ah!"]),
        ("So etwas... Wirklich?!? Ja.", ["So etwas...", "Wirklich?!?", "Ja."]),
        ("„Komm.“ „Nein!“ Er ging.", ["„Komm.“", "„Nein!“", "Er ging."]),
        ("»Komm.« »Nein!« 'Gut.' \"Ja.\" Er.", ["»Komm.«", "»Nein!«", "'Gut.'", '"Ja."', "Er."]),
        ("„Komm!“, rief er. Sie kam.", ["„Komm!“, rief er.", "Sie kam."]),
        ("(Er kam.) Sie ging.", ["(Er kam.)", "Sie ging."]),
        ("Am 3. Mai und am 24. Dezember.", ["Am 3. Mai und am 24. Dezember."]),
        ("Es war 2026. Dann kam 2027.", ["Es war 2026.", "Dann kam 2027."]),
        ("Es kamen 120. Fünf blieben.", ["Es kamen 120.", "Fünf blieben."]),
        ("Deiche, z. B. Westerdeich.", ["Deiche, z. B. Westerdeich."]),
        ("Deiche, z.B. Westerdeich, u. a. Sperrwerke.", ["Deiche, z.B. Westerdeich, u. a. Sperrwerke."]),
        ("Dr. Weiß und PROF. Kuehne.", ["Dr. Weiß und PROF. Kuehne."]),
        ("(Dr. Weiß) „Nr. 7“.", ["(Dr. Weiß) „Nr. 7“."]),
        ("Bier, Wein usw. Dann Saft.", ["Bier, Wein usw. Dann Saft."]),
        ("Jetzt gilt Plan B! Los.", ["Jetzt gilt Plan B!", "Los."]),
        ("Ist das Nr.? Ja.", ["Ist das Nr.? Ja."]),
        ("Er ging. . Sie kam.", ["Er ging. .", "Sie kam."]),
        ("Er ging. 7 Jahre später.", ["Er ging.", "7 Jahre später."]),
        ("Ende. Übrigens: Öl. Ärger.", ["Ende.", "Übrigens: Öl.", "Ärger."]),
    ],
)
def test_sentences_of_german_text(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_lead_of_every_example_begins_and_ends_with_its_sentences() -> None:
    for file in sorted(EXAMPLES.glob("*.txt")):
        lead = read_house_format(file.read_bytes(), file.name, file.stem).article.lead
        found = sentences(lead)
        assert " ".join(found) == lead
        assert all(len(sentence.split()) > 2 for sentence in found)


@pytest.mark.parametrize("run", [".", "?!", "…", "a.", ". ", '."', "!\u00a0"])
def test_long_run_of_marks_is_read_once(run: str) -> None:
    text = "Ein Absatz" + run * 200_000  # would take hours where each mark is a place to begin at
    spans = sentence_spans(text)
    assert (spans[0][0], spans[-1][1]) == (0, len(text.rstrip()) if len(spans) > 1 else len(text))
    assert next(iter(Chain().words(text, GERMAN))).form == "ein"
