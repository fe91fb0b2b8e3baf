"""Similar articles and suggested tags over indexed archives."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import SEED_ID

from service.engines.whoosh.engine import WhooshEngine
from service.errors import ArticleNotFoundError
from service.german.outline import make_outline
from service.german.tokens import Chain
from service.search.request import Filters
from service.search.similar import SimilarHit, SimilarRequest, TagSuggestion, TagSuggestionsRequest, spelling

MakeEngine = Callable[[Mapping[str, str]], WhooshEngine]
_TOPICS = (
    (
        "sturmflut-nordersiel-320-menschen-evakuiert",
        "sturmflut-nordersiel-nacht",
        "sturmflut-nordersiel-schadensbilanz",
        "sturmflut-nordersiel-warnung",
    ),
    ("westerdeich-anhoerung-vier-stunden", "westerdeich-eilantrag-abgelehnt", "westerdeich-plan-vorgestellt"),
    (
        "aarmetall-uebernimmt-edelstahlwerk",
        "baerenhuetter-edelstahl-insolvenzantrag",
        "stahlwerk-baerenhuette-610-stellen",
    ),
    ("alter-holzhafen-bauausschuss-412-wohnungen", "alter-holzhafen-rat-beschliesst-388-wohnungen"),
    ("fortuna-nordersiel-baerenhuette-3-1", "fortuna-nordersiel-relegation-gegner"),
    ("theater-am-muehlentor-wiedereroeffnung", "theaterstreit-nordersiel-ratsbeschluss"),
    ("bahnstrecke-groedebruecke-verspaetet", "streckensperrung-nordersiel-weissenfurt"),
    ("klinikfusion-nordersiel-elbmarsch", "klinikum-nordersiel-fuenf-jahre-corona"),
    (SEED_ID, "sicherheitskonferenz-groeningsund-verteidigungspakt"),
)
_WORDS = ("Deich", "Deiche", "Hafen", "Hafendeich", "Rat", "Wasser", "und", "die", "42", "Straße", "Strasse", "x")
_PROSE = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join)
_ARTICLE = st.builds(
    lambda date, title, paragraphs, tags: (
        "\n".join([*([f"Datum: {date}"] if date else []), title, *paragraphs, *(["- Themen:"] if tags else []), *tags])
        + "\n"
    ),
    st.sampled_from(["", "2026-01-01", "2026-01-20", "1911-05-01"]),
    _PROSE,
    st.lists(_PROSE, max_size=3),
    st.lists(st.sampled_from(["- #Hafen", "- #Rat und Tat", "- #Küste"]), max_size=2, unique=True),
)


def similar(engine: WhooshEngine, article_id: str, limit: int = 10, **filters: Any) -> Sequence[SimilarHit]:
    with engine.snapshot() as snapshot:
        return snapshot.similar(SimilarRequest(article_id, Filters(**filters), limit)).hits


def ids(hits: Sequence[SimilarHit]) -> list[str]:
    return [it.hit.article.id for it in hits]


def suggested(engine: WhooshEngine, article_id: str, limit: int = 10) -> list[TagSuggestion]:
    with engine.snapshot() as snapshot:
        return list(snapshot.tag_suggestions(TagSuggestionsRequest(article_id, limit)))


@pytest.mark.parametrize(("topic", "article_id"), [(topic, it) for topic in _TOPICS for it in topic])
def test_articles_of_one_running_topic_find_each_other_first(
    examples_engine: WhooshEngine, topic: Sequence[str], article_id: str
) -> None:
    others = set(topic) - {article_id}
    assert set(ids(similar(examples_engine, article_id, len(others)))) == others


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ARTICLE, min_size=1, max_size=5))
def test_nothing_is_more_like_an_article_than_a_copy_of_it(make_engine: MakeEngine, texts: list[str]) -> None:
    engine = make_engine({**{f"a{number}": text for number, text in enumerate(texts)}, "copy": texts[0]})
    found = similar(engine, "a0", 100)
    assert "a0" not in ids(found)
    scores = {it.hit.article.id: it.hit.score or 0.0 for it in found}
    assert all(0 <= score <= 1 for score in scores.values())
    assert list(scores.values()) == sorted(scores.values(), reverse=True)
    if "copy" in scores:
        assert scores["copy"] == max(scores.values()) == 1.0
    else:
        assert not found  # there is no word that says anything


def test_copy_stands_above_an_article_with_more_of_the_same_words(make_engine: MakeEngine) -> None:
    text = "Datum: 2026-01-02\nDer Deich am Hafen\nDer Deich wird erhöht.\n- Themen:\n- #Küste\n"
    more = text.replace("Der Deich", "Der Deich, der Deich, der Hafen")
    engine = make_engine({"a": text, "b": text, "c": more, "d": "Der Rat\nEr tagt am Deich.\n"})
    first, second, _ = similar(engine, "a")
    assert (first.hit.article.id, second.hit.article.id) == ("b", "c")
    assert (first.hit.score or 0) > (second.hit.score or 0)
    assert set(first.terms) == {"Deich", "Hafen", "erhöht"}
    assert [tag.id for tag in first.tags] == ["kueste"]


def test_shared_terms_stand_in_both_articles_as_the_first_writes_them(examples_engine: WhooshEngine) -> None:
    chain = Chain()
    for topic in _TOPICS:
        with examples_engine.snapshot() as snapshot:
            first = snapshot.article(topic[0]).article
            found = snapshot.similar(SimilarRequest(topic[0]))
        text = " ".join((first.title, *first.texts())).lower()
        for it in found.hits:
            other = it.hit.article
            stems = {
                stem for line in (other.title, *other.texts()) for word in chain.words(line) for stem in word.stems
            }
            for term in it.terms:
                assert term in found.terms
                assert term.lower() in text
                assert stems & {stem for word in chain.words(term) for stem in word.stems}, term


def test_filters_narrow_and_do_not_reorder(examples_engine: WhooshEngine) -> None:
    everything = similar(examples_engine, "sturmflut-nordersiel-nacht", 100)
    narrowed = similar(examples_engine, "sturmflut-nordersiel-nacht", 100, tag=("kommunalpolitik",))
    assert list(narrowed) == [it for it in everything if "kommunalpolitik" in {tag.id for tag in it.hit.tags}]


def test_nearer_in_time_is_more_similar_and_no_date_counts_nothing(make_engine: MakeEngine) -> None:
    text = "Der Deich\nEr wird erhöht.\n"
    dates = {"near": "2026-01-12", "far": "2026-03-01", "farther": "1911-01-01"}
    archive = {name: f"Datum: {date}\n{text}" for name, date in dates.items()}
    engine = make_engine({**archive, "a": f"Datum: 2026-01-10\n{text}", "undated": text})
    found = similar(engine, "a")
    assert ids(found) == ["near", "far", "farther", "undated"]
    assert {it.hit.score for it in similar(engine, "undated")} == {1.0}


def test_rare_tag_ties_more_than_a_frequent_one(make_engine: MakeEngine) -> None:
    archive = {f"x{number}": f"Etwas {number}\n- Themen:\n- #Häufig\n" for number in range(6)}
    archive |= {"a": "Eins\n- Themen:\n- #Häufig\n- #Selten\n", "b": "Zwei\n- Themen:\n- #Selten\n"}
    assert ids(similar(make_engine(archive), "a"))[0] == "b"


def test_article_of_function_words_alone_is_like_none(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": "Der die das\n", "b": "Der die das\n"})
    assert similar(engine, "a") == ()
    assert suggested(engine, "a") == []


def test_article_without_an_equal_is_not_found(examples_engine: WhooshEngine) -> None:
    with pytest.raises(ArticleNotFoundError):
        similar(examples_engine, "gibt-es-nicht")
    with pytest.raises(ArticleNotFoundError):
        suggested(examples_engine, "gibt-es-nicht")


def test_term_that_stands_in_a_compound_alone_is_written_as_its_part(make_engine: MakeEngine) -> None:
    engine = make_engine({"a": "Sicherheitsrat tagt\n", "b": "Sicherheit\n", "c": "Der Rat\n"})
    with engine.snapshot() as snapshot:
        assert set(snapshot.similar(SimilarRequest("a")).terms) == {"Sicherheit", "Rat"}
        stored = snapshot.similar(SimilarRequest("a")).hits
    assert sorted(it.hit.article.id for it in stored) == ["b", "c"]


def test_seed_article_is_offered_the_tags_of_foreign_affairs(examples_engine: WhooshEngine) -> None:
    names = [it.tag.name for it in suggested(examples_engine, SEED_ID, 3)]
    assert set(names) == {"Außenpolitik", "Sicherheit", "Europa"}


def test_suggested_tags_are_lacking_and_have_reasons(examples_engine: WhooshEngine) -> None:
    for topic in _TOPICS:
        for article_id in topic:
            with examples_engine.snapshot() as snapshot:
                own = {tag.id for tag in snapshot.article(article_id).tags}
                found = snapshot.tag_suggestions(TagSuggestionsRequest(article_id, 50))
                for it in found:
                    assert it.tag.id not in own
                    assert 0 < it.score <= 1
                    assert it.similar or it.is_in_text
                    for other in it.similar:
                        assert it.tag in snapshot.article(other).tags
            assert [it.score for it in found] == sorted((it.score for it in found), reverse=True)


def test_tag_that_is_taken_away_is_offered_again(make_engine: MakeEngine) -> None:
    text = "Der Deich am Hafen\nDer Deich am Hafen wird erhöht.\n- Themen:\n- #Küstenschutz\n"
    archive = {f"a{number}": text for number in range(3)} | {f"x{number}": f"Etwas {number}\n" for number in range(6)}
    engine = make_engine({**archive, "bare": text.partition("- Themen")[0]})
    (found,) = suggested(engine, "bare")
    assert (found.tag.name, found.is_in_text) == ("Küstenschutz", False)
    assert sorted(found.similar) == ["a0", "a1", "a2"]


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Der Klimaschutz\n", True),
        ("Titel\nZu wenig des Klimaschutzes.\n", True),
        ("Titel\nKlimaschutzgesetz.\n", False),
        ("Titel\nDie künstlichen Intelligenzen.\n", True),
        ("Titel\nKünstliche und andere Intelligenz.\n", False),
    ],
)
def test_tag_that_the_text_names_is_offered(make_engine: MakeEngine, text: str, *, is_named: bool) -> None:
    tags = "- Themen:\n- #Klimaschutz\n- #Künstliche Intelligenz\n- #Und\n"
    found = suggested(make_engine({"a": text, "b": f"Anderes und mehr\n{tags}"}), "a")
    assert any(it.is_in_text for it in found) is is_named


def test_limit_keeps_the_best(examples_engine: WhooshEngine) -> None:
    everything = suggested(examples_engine, SEED_ID, 50)
    assert suggested(examples_engine, SEED_ID, 2) == everything[:2]


def test_most_frequent_spelling_is_shown() -> None:

    chain = Chain()
    outline = make_outline(["Häuser am Haus", "Hauses, Häuser"], [True, False], chain)
    assert spelling(outline, chain.word("Haus").stem, chain) == "Häuser"
