from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.german.compounds import Part, Splitter
from service.german.lexicon import Lexicon

LEXICON = Lexicon.load()
SPLITTER = Splitter(LEXICON)
_FRAGMENTS = st.sampled_from(
    [
        "arbeit",
        "arbeits",
        "haus",
        "häuser",
        "schul",
        "schule",
        "amt",
        "straße",
        "strasse",
        "waerme",
        "schutz",
        "s",
        "n",
        "es",
        "er",
        "ens",
        "gesetz",
        "ung",
        "en",
        "bundes",
        "tag",
        "öl",
        "ue",
    ]
)
_FORMS = st.text(max_size=70) | st.lists(_FRAGMENTS, max_size=8).map("".join)


def surface(form: str) -> str:
    return "|".join(form[part.start : part.end] for part in SPLITTER.split(form)) or form


def lemmas(form: str) -> list[str]:
    return [part.lemma for part in SPLITTER.split(form)]


@pytest.mark.parametrize(
    "split",
    [
        "sport|halle",
        "garten|zaun",
        "wasser|leitung",
        "klima|schutz",
        "dorf|platz",
        "regen|jacke",
        "stein|mauer",
        "winter|reifen",
        "computer|spiel",
        "metall|gewerkschaft",
        "fenster|rahmen",
        "musik|lehrerin",
        "hafen|kneipe",
        "brücken|pfeiler",
        "öl|teppich",
        "eis|scholle",
        "tür|klinke",
    ],
)
def test_compound_without_linking_element_is_split(split: str) -> None:
    assert surface(split.replace("|", "")) == split


@pytest.mark.parametrize(
    "split",
    [
        "verteidigungs|ministerium",
        "arbeits|vertrag",
        "landes|grenze",
        "tages|ordnung",
        "wochen|markt",
        "katzen|futter",
        "helden|mut",
        "kinder|wagen",
        "bilder|rahmen",
        "hunde|leine",
        "herzens|wunsch",
        "häuser|kampf",
        "ärzte|kammer",
        "freiheits|strafe",
        "universitäts|klinik",
        "geschichts|verein",
    ],
)
def test_linking_element_belongs_to_the_part_before_it(split: str) -> None:
    assert surface(split.replace("|", "")) == split


@pytest.mark.parametrize(
    ("split", "parts"),
    [
        ("schul|buch", ["schule", "buch"]),
        ("sprach|kurs", ["sprache", "kurs"]),
        ("kirch|turm", ["kirche", "turm"]),
        ("wohn|wagen", ["wohnen", "wagen"]),
        ("häuser|wände", ["haus", "wand"]),
        ("verteidigungs|fragen", ["verteidigung", "frage"]),
        ("beleuchtungs|anlagen", ["beleuchtung", "anlage"]),
    ],
)
def test_lemma_of_a_part_is_a_dictionary_word(split: str, parts: list[str]) -> None:
    assert surface(split.replace("|", "")) == split
    assert lemmas(split.replace("|", "")) == parts


@pytest.mark.parametrize(
    "word",
    [
        "gesellschaft",
        "vielleicht",
        "unterstrichen",
        "vereinbarte",
        "insgesamt",
        "kurze",
        "hose",
        "urinstinkt",
        "absetzen",
        "unterziehen",
        "unternehmen",
        "freundlichkeit",
        "wissenschaft",
        "eigenschaften",
        "verständlich",
        "automaten",
        "tomaten",
        "brillanten",
        "dennoch",
        "kubanischen",
        "materiellen",
        "verfügbaren",
        "deutschlands",
        "mannheim",
        "lauterbach",
        "bürgerinnen",
        "aufdruck",
        "der",
        "",
    ],
)
def test_word_that_is_no_compound_stays_whole(word: str) -> None:
    assert SPLITTER.split(word) == SPLITTER.parts(word) == ()


@pytest.mark.parametrize(
    ("word", "readings"),
    [
        ("staubecken", {"stau|becken", "staub|ecken"}),
        ("wachstube", {"wach|stube", "wachs|tube"}),
    ],
)
def test_ambiguous_compound_has_all_its_readings(word: str, readings: set[str]) -> None:
    found = ["|".join(word[part.start : part.end] for part in parts) for parts in SPLITTER.readings(word)]
    assert readings <= set(found)
    assert found[0] == surface(word)
    searched = {part.lemma for part in SPLITTER.parts(word)}
    assert {"becken", "staub"} <= searched or {"stube", "wachs"} <= searched


@pytest.mark.parametrize(
    ("word", "searched"),
    [
        ("klimaschutzgesetz", {"klimaschutz", "klima", "schutz", "gesetz"}),
        ("arbeitsmarktpolitik", {"arbeitsmarkt", "arbeit", "markt", "politik"}),
        ("straßenbahnhaltestelle", {"straßenbahn", "straße", "bahn", "haltestelle"}),
        ("bundesverfassungsgericht", {"bund", "verfassungsgericht", "verfassung", "gericht"}),
    ],
)
def test_parts_go_on_into_parts_that_are_compounds(word: str, searched: set[str]) -> None:
    found = SPLITTER.parts(word)
    assert searched <= {part.lemma for part in found}
    assert len(found) == len(set(found))


def test_three_words_that_no_two_known_words_make_are_three_parts() -> None:
    assert surface("gartenzaunfarbe") in {"garten|zaun|farbe", "gartenzaun|farbe"}


@pytest.mark.parametrize(
    ("word", "split", "parts"),
    [
        ("waermeschutz", "waerme|schutz", ["wärme", "schutz"]),
        ("strassenbahn", "strassen|bahn", ["straße", "bahn"]),
        ("gebaeudeversicherung", "gebaeude|versicherung", ["gebäude", "versicherung"]),
        ("moebelgeschaeft", "moebel|geschaeft", ["möbel", "geschäft"]),
    ],
)
def test_places_are_those_of_the_form_where_umlauts_are_spelled_out(word: str, split: str, parts: list[str]) -> None:
    assert surface(word) == split
    assert lemmas(word) == parts


def test_part_says_where_it_stands() -> None:
    assert SPLITTER.split("arbeitsvertrag") == (Part(0, 7, "arbeit"), Part(7, 14, "vertrag"))


@given(_FORMS)
@example("strassssssssssssse")
@example("ueueueueueueueueue" * 3)
def test_parts_cover_the_form_and_are_attested(form: str) -> None:
    parts = SPLITTER.split(form)
    assert "".join(form[part.start : part.end] for part in parts) in {form, ""}
    assert all(a.end == b.start for a, b in pairwise(parts))
    assert len(parts) != 1
    assert all(LEXICON.is_known(part.lemma) or LEXICON.row(part.lemma) for part in parts)
    assert SPLITTER.split(form) == parts


@given(_FORMS)
def test_searched_parts_stand_inside_the_form_and_hold_those_of_the_split(form: str) -> None:
    found = SPLITTER.parts(form)
    assert set(SPLITTER.split(form)) <= set(found)
    assert all(0 <= part.start < part.end <= len(form) for part in found)
    assert all(len(part.lemma) > 1 and LEXICON.row(part.lemma) for part in found)
    assert len(found) == len(set(found))


def test_long_word_costs_bounded_time() -> None:
    assert SPLITTER.split("haus" * 1000) == ()


def test_threads_share_a_splitter() -> None:
    words = ["klimaschutzgesetz", "waermeschutz", "staubecken", "gesellschaft"] * 100
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(SPLITTER.parts, words)) == [SPLITTER.parts(word) for word in words]
