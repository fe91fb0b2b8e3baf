"""How words match: a real index on disk for every phenomenon."""

import unicodedata
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support import Archive, write_archive

from service.engines.whoosh.compile import TierWeights
from service.engines.whoosh.engine import WhooshEngine
from service.german.tokens import Chain
from service.index.build import build
from service.index.generations import Store
from service.search.page import SearchPage
from service.search.request import Match, SearchRequest, Window
from service.search.tier import EXPANSIONS, Tier

MakeEngine = Callable[[Archive], WhooshEngine]
CHAIN = Chain()
_WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example indexes an archive: to make one smaller would take minutes."""
_FILL = "Titel\nVorspann.\nEin Satz mit dem Wort {} am Ende.\n"
TIERED = {
    "exact": _FILL.format("Straße"),
    "variant": _FILL.format("Strasse"),
    "inflection": _FILL.format("Straßen"),
    "compound": _FILL.format("Straßenbahn"),
    "other": _FILL.format("Platz"),
}


def search(engine: WhooshEngine, q: str, expand: frozenset[Tier] = EXPANSIONS, match: Match = Match.ALL) -> SearchPage:
    with engine.snapshot() as snapshot:
        return snapshot.search(SearchRequest(q, match, expand, window=Window(size=100)))


def ids(page: SearchPage) -> list[str]:
    return [hit.article.id for hit in page.hits]


def marked(page: SearchPage) -> list[tuple[str, Tier]]:
    shown = [one for hit in page.hits for one in (*hit.highlights.title, *hit.highlights.body)]
    return [(one.text[it.start : it.end], it.tier) for one in shown for it in one.ranges]


def test_higher_tier_stands_first_where_frequencies_are_equal(make_engine: MakeEngine) -> None:
    page = search(make_engine(TIERED), "Straße")
    assert ids(page) == ["exact", "variant", "inflection", "compound"]
    assert [hit.highlights.tier for hit in page.hits] == [Tier(name) for name in ids(page)]
    scores = [hit.score or 0 for hit in page.hits]
    assert scores == sorted(set(scores), reverse=True)


@pytest.mark.parametrize(
    "tiers", [it for size in range(4) for it in combinations(("variant", "inflection", "compound"), size)]
)
@pytest.mark.parametrize("field", ["", "body:"])
def test_tier_that_is_switched_off_finds_nothing(make_engine: MakeEngine, field: str, tiers: tuple[str, ...]) -> None:
    page = search(make_engine(TIERED), f"{field}Straße", frozenset(map(Tier, tiers)))
    assert ids(page) == ["exact", *tiers]
    assert [hit.highlights.tier for hit in page.hits] == ["exact", *tiers]


def test_article_with_a_better_tier_too_is_found_in_one_that_is_asked_for(make_engine: MakeEngine) -> None:
    engine = make_engine({"both": "Titel\nDie Strasse, die Strasse und die Straßen.\n", "one": "Titel\nDie Strasse.\n"})
    page = search(engine, "Straße", frozenset({Tier.INFLECTION}))
    assert ids(page) == ["both"]
    assert marked(page) == [("Straßen", Tier.INFLECTION)]


@pytest.mark.parametrize("q", ["Loew*", "Löw*", "löwen*", "LOEWEN*"])
def test_beginning_is_found_in_either_spelling(make_engine: MakeEngine, q: str) -> None:
    engine = make_engine({"a": "Titel\nFrau Löwenhagen ging.\n", "b": "Titel\nHerr Lowen kam.\n"})
    assert marked(search(engine, q)) == [("Löwenhagen", Tier.EXACT if "ö" in q.lower() else Tier.VARIANT)]
    assert search(engine, "=Loew*").total == 0


@pytest.mark.parametrize("q", ["=Straße", '="Straße"', "title:x OR =straße"])
def test_equals_sign_finds_the_exact_form_alone(make_engine: MakeEngine, q: str) -> None:
    page = search(make_engine(TIERED), q)
    assert ids(page) == ["exact"]
    assert marked(page) == [("Straße", Tier.EXACT)]


def test_exact_phrase_has_its_forms_side_by_side(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": "Titel\nDas alte Haus.\n", "b": "Titel\nDie alten Häuser.\n"})
    assert sorted(ids(search(engine, '"altes Haus"'))) == ["a", "b"]
    assert ids(search(engine, '="alte Haus"')) == ["a"]
    assert ids(search(engine, '="altes Haus"')) == []


@pytest.mark.parametrize(
    ("written", "queries"),
    [
        ("Corona-Pandemie", ["Corona-Pandemie", "Coronapandemie", "Corona Pandemie", '"Corona Pandemie"', "pandemie"]),
        ("Coronapandemie", ["Corona-Pandemie", "Coronapandemie", "Corona Pandemie", "pandemie"]),
        ("Corona Pandemie", ["Corona-Pandemie", "Coronapandemie", "Corona Pandemie", "pandemie"]),
        ("Pandemie mit Corona", ["Coronapandemie"]),
        ("Ein- und Ausfuhr", ["Einfuhr", "Ausfuhr", '"Ein- und Ausfuhr"', "=Ein"]),
        ("Haupt- und Nebensache", ["Hauptsache", "Nebensache", "Hauptsachen"]),
        ("Vor-, Zwischen- und Nachsaison", ["Vorsaison", "Zwischensaison", "Nachsaison"]),
        ("Bürger*innen", ["Bürger", "Bürgerin", "Bürgerinnen", "Bürger*innen", "Bürger:innen", "BürgerInnen"]),
        ("Bürger:innen", ["Bürger", "Bürgerin", "Bürgerinnen", "Bürger_innen"]),
        ("Bürger_innen", ["Bürger", "Bürgerin", "Bürgerinnen"]),
        ("Bürger/-innen", ["Bürger", "Bürgerin", "Bürgerinnen"]),
        ("BürgerInnen", ["Bürger", "Bürgerin", "Bürgerinnen"]),
        ("EU-weit", ["EU", "EU-weit", "euweit"]),
        ("G7-Gipfel", ["G7", "Gipfel", "G7-Gipfel", "G7Gipfel"]),
        ("um 2,5 auf 1.000", ["2,5", "1.000", "1000", '"2,5 auf 1000"']),
        ("15-Jährige", ["15-Jährige", "15-jährigen", "15jährige"]),
        ("§ 218a", ["§ 218a", "218a", "§218a"]),
        ("COVID-19", ["COVID-19", "covid19", "Covid"]),
        ("U.S.A.", ["USA", "U.S.A."]),
        ("anna.weiss@zeitung.example", ["anna.weiss@zeitung.example", "weiss", "zeitung.example"]),
        ("https://www.zeitung.example/a", ["https://www.zeitung.example/a", "zeitung.example"]),
        ("Wa\u0308rmeschutz", ["Wärmeschutz", "Waermeschutz", "WÄRMESCHUTZ", "Schutz", "Wa\u0308rme"]),
        ("Wär\u00adme\u00adschutz", ["Wärmeschutz", "Schutz"]),
        ("Schutz vor Wärme", ["Wärmeschutz"]),
        ("daß", ["dass", "daß", "=daß"]),
        ("Photo", ["Foto", "Fotos", "Photo"]),
        ("ging", ["gehen", "gegangen"]),
        ("Häuser", ["Haus", "Häusern", "Haeuser"]),
    ],
)
def test_word_is_found_however_it_is_asked_for(make_engine: MakeEngine, written: str, queries: list[str]) -> None:
    engine = make_engine({"a": f"Titel\nEin Satz: {written} steht hier.\n", "b": "Anderes\nNichts davon.\n"})
    for q in queries:
        page = search(engine, q)
        assert (q, ids(page), dict(page.corrected)) == (q, ["a"], {})
        assert marked(page), q


@pytest.mark.parametrize(
    ("written", "q"), [("Der Weg über den Fluss", "Uber"), ("Ein Taxi von Uber", "über"), ("Der Preis", "preisen*")]
)
def test_word_is_not_found_by_another(make_engine: MakeEngine, written: str, q: str) -> None:
    assert search(make_engine({"a": f"Titel\n{written}.\n"}), q, EXPANSIONS - {Tier.TYPO}).total == 0


def test_marks_are_only_the_letters_of_the_part(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": "Titel\nDer Wärmeschutz und der Verteidigungsminister.\n"})
    assert marked(search(engine, "Schutz")) == [("schutz", Tier.COMPOUND)]
    assert marked(search(engine, "Verteidigung")) == [("Verteidigung", Tier.COMPOUND)]
    assert marked(search(engine, "Wärme Schutz")) == [("Wärme", Tier.COMPOUND), ("schutz", Tier.COMPOUND)]


def test_parts_of_a_compound_are_found_near_each_other_and_below_the_compound(make_engine: MakeEngine) -> None:
    engine = make_engine(
        {
            "near": "Titel\nDer Schutz vor zu großer Wärme fehlt.\n",
            "far": f"Titel\nDer Schutz {'und so weiter ' * 5} die Wärme.\n",
            "lines": "Der Schutz\nWärme im Haus.\n",
            "whole": "Titel\nEin Satz mit dem Wärmeschutz im Haus.\n",
        }
    )
    page = search(engine, "Wärmeschutz")
    assert ids(page) == ["whole", "near"]
    assert marked(page) == [("Wärmeschutz", Tier.EXACT), ("Schutz", Tier.COMPOUND), ("Wärme", Tier.COMPOUND)]


def test_typo_is_corrected_only_where_the_typed_word_has_no_hits(make_engine: MakeEngine) -> None:
    archive = {"a": "Titel\nDie Sturmflut kam.\n", "b": "Titel\nDie Sturmfult war ein Tippfehler.\n"}
    known = search(make_engine(archive), "Sturmfult")
    assert (ids(known), dict(known.corrected)) == (["b"], {})
    unknown = search(make_engine({"a": archive["a"]}), "Sturmfult")
    assert (ids(unknown), dict(unknown.corrected)) == (["a"], {"sturmfult": "sturmflut"})
    assert marked(unknown) == [("Sturmflut", Tier.TYPO)]
    assert search(make_engine({"a": archive["a"]}), "Sturmfult", EXPANSIONS - {Tier.TYPO}).total == 0


@pytest.mark.parametrize("q", ["Sonne", "Wasser", "Tisch", "laufen", "grün", "Kinder"])
def test_common_german_word_is_not_corrected(make_engine: MakeEngine, q: str) -> None:
    page = search(make_engine({"a": "Titel\nSonnet, Wassers, Fisch, kaufen, grünt, Rinder, Tonne.\n"}), q)
    assert dict(page.corrected) == {}


def test_query_searches_in_both_languages(make_engine: MakeEngine) -> None:
    english = "The council has decided to build new houses near the harbour, because many families need them."
    engine = make_engine(
        {
            "declared": "Sprache: en\nTitle\nNew houses.\n",
            "found": f"Titles\n{english}\n",
            "deutsch": "Titel\nDie neuen Häuser.\n",
            "mixed": "Titel\nDer Film House of Cards.\n",
        }
    )
    assert sorted(ids(search(engine, "house"))) == ["declared", "found", "mixed"]
    assert ids(search(engine, "Haus")) == ["deutsch"]
    assert ("houses", Tier.INFLECTION) in marked(search(engine, "house"))


def test_english_article_has_no_german_compounds(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": "Sprache: en\nTitle\nThe Wärmeschutz.\n"})
    assert search(engine, "Schutz", EXPANSIONS - {Tier.TYPO}).total == 0
    assert ids(search(engine, "Wärmeschutz")) == ["a"]


@given(
    st.text(max_size=20) | st.text(st.sampled_from('deichäß"„“=*-() :a\u0308\u00ad'), max_size=12),
    st.sampled_from(Match),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_query_is_answered_alike_with_marks_inside_and_apart(
    examples_engine: WhooshEngine, q: str, match: Match
) -> None:
    page = search(examples_engine, q, match=match)
    assert page == search(examples_engine, q, match=match)
    for hit in page.hits:
        for one in (*hit.highlights.title, *hit.highlights.body):
            ends = [0, *(mark.end for mark in one.ranges)]
            assert all(end <= mark.start < mark.end for end, mark in zip(ends, one.ranges, strict=False))
            assert ends[-1] <= len(one.text)


_WORDS = st.text(st.characters(categories=["L", "Nd"], max_codepoint=0x24F), min_size=1, max_size=10) | st.sampled_from(
    ["Größe", "Straßenbahn", "Fußgänger", "dass", "Ärzte", "Bürger", "Schifffahrt", "Wärmeschutz", "ﬁnden", "U.S.A."]
)


def _spelled_out(word: str) -> str:
    for letter, letters in {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}.items():
        word = word.replace(letter, letters)
    return word


@given(st.lists(_WORDS, min_size=20, max_size=60, unique=True))
@settings(
    max_examples=8, phases=_WITHOUT_SHRINKING, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_every_word_of_an_archive_is_found_by_itself(
    tmp_path_factory: pytest.TempPathFactory, words: list[str]
) -> None:
    place: Path = tmp_path_factory.mktemp("words")
    articles = {f"a{number}": f"Titel\nVorspann\n{word} .\n" for number, word in enumerate(words)}
    store = Store(place / "index")
    build(write_archive(place / "articles", articles), store)
    engine = WhooshEngine(store)
    try:
        for number, word in enumerate(words):
            for token in CHAIN.tokens(word):
                _assert_found(engine, f"a{number}", token.surface)
    finally:
        engine.close()


def _assert_found(engine: WhooshEngine, article: str, surface: str) -> None:
    written = unicodedata.normalize("NFC", surface)
    spellings = {
        f'="{surface}"',
        f'"{surface}"',
        f'"{unicodedata.normalize("NFD", surface)}"',
        f'"{_spelled_out(written)}"',
    }
    if written.upper().lower() == written.lower().replace("ß", "ss"):  # from µ there is no way back
        spellings.add(f'"{written.upper()}"')
    for q in spellings:
        found = search(engine, q)
        assert (q, article in ids(found), dict(found.corrected)) == (q, True, {})


def test_beginning_is_no_other_letter_and_no_other_spelling(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": "Die Müllerin\nText.\n", "b": "Das Foto\nText.\n"})
    assert ids(search(engine, "Mu*")) == []
    assert ids(search(engine, "Pho*")) == []


def test_phrase_finds_inflections_in_the_language_of_an_article(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": "Sprache: en\nThe old house\nThe old houses were sold by the city.\n"})
    page = search(engine, '"the older house were sold"')
    assert ids(page) == []
    page = search(engine, '"old house were sold"')
    assert ids(page) == ["a"]
    assert ("houses", Tier.INFLECTION) in marked(page)


@pytest.mark.parametrize("match", Match)
@pytest.mark.parametrize("title", ["Der Schutz", "Schutze, die einer von vielen anderen Wörtern in diesem Titel sind"])
def test_word_in_a_title_stands_above_any_number_of_compounds(
    make_engine: MakeEngine, title: str, match: Match
) -> None:
    compounds = "Küstenschutz, Klimaschutz, Wärmeschutz und Artenschutz"
    archive = {
        f"teile-{number}": f"{compounds}\n{compounds}.\n" + f"{compounds} {number}.\n" * 40 for number in range(12)
    }
    archive["titel"] = f"{title}\nVorspann.\n" + "Davon handelt der lange Text an dieser Stelle nicht weiter.\n" * 200
    page = search(make_engine(archive), "Schutz", match=match)
    assert ids(page)[0] == "titel"
    assert len(page.hits) == 13


def test_every_result_says_how_it_matched_where_parts_of_a_compound_are_enough(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": _FILL.format("Straßenbahn"), "b": _FILL.format("Bahn"), "c": _FILL.format("Bahnhof")})
    page = search(engine, "Straßenbahn", match=Match.ANY)
    assert ids(page)[0] == "a"
    assert {hit.article.id: hit.highlights.tier for hit in page.hits} == {
        "a": Tier.EXACT,
        "b": Tier.COMPOUND,
        "c": Tier.COMPOUND,
    }
    assert ("Bahn", Tier.COMPOUND) in marked(page)


def test_neighbours_of_a_question_count_where_they_stand_near_each_other(make_engine: MakeEngine) -> None:
    filler = "Der Rat tagte am Abend lange und beriet über viele andere Fragen der Stadt und des Landes, ehe er ging. "
    near = f"Titel\nDie Brücke über den Kanal ist alt. {filler * 2}\n"
    far = f"Titel\nDie Brücke ist alt. {filler * 2}Über den Kanal.\n"
    others = {str(number): f"Titel\n{filler}\n" for number in range(20)}
    engine = make_engine({"far": far, "near": near, **others})
    page = search(engine, "Brücke über den Kanal", match=Match.ANY)
    scores = {hit.article.id: hit.score or 0 for hit in page.hits}
    assert scores["near"] - scores["far"] == pytest.approx(TierWeights().neighbours, abs=0.1)


def test_nouns_of_a_question_count_more_than_other_words(make_engine: MakeEngine) -> None:
    engine = make_engine({"verb": "Titel\nSie wandern.\n", "noun": "Titel\nSie, Gemeinde.\n"})
    assert ids(search(engine, "wandern Gemeinde", match=Match.ANY)) == ["noun", "verb"]
    assert ids(search(engine, "gemeinde WANDERN", match=Match.ANY)) == ["noun", "verb"]


def test_beginning_of_a_tag_has_the_tier_of_its_spelling(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": "Titel\nVorspann.\nText.\n- Themen:\n- #Wärmeschutz\n"})
    tiers = [hit.highlights.tier for q in ("wärme*", "waerme*") for hit in search(engine, q).hits]
    assert tiers == [Tier.EXACT, Tier.VARIANT]
