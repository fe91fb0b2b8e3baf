"""What an answer explains, on a real index."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support import Archive

from service.engines.whoosh.engine import WhooshEngine
from service.search.explanation import TermExplanation
from service.search.page import SearchPage
from service.search.request import Explain, Match, SearchRequest, TextField, Window
from service.search.tier import EXPANSIONS, Tier

_WORDS = st.sampled_from(
    [
        *("Deich", "Hafens", "Nordersiel", "Theater", "der", "Hafen-Deich", "Küstenschutzplan", "Deichh"),
        *("dei*", "kues*", "=Haus", "title:deich", "body:wasser*", "author:wei*", "Bürger*innen"),
        *("tag:energie", "tag:ener*", "source:dpa"),
        *('"Ein- und Ausfuhr"', '"am Morgen"', '="der Hafen"', "lead:„der Deich“", "language:en"),
    ]
)
_TREES = st.recursive(
    _WORDS,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=4).map(" ".join)
        | st.lists(inner, min_size=2, max_size=4).map(lambda parts: f"({' OR '.join(parts)})")
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"({' '.join(parts)})")
        | inner.map(lambda part: f"NOT ({part})")
        | inner.map(lambda part: f"-({part})")
    ),
    max_leaves=8,
)
_TIERS = st.sampled_from([EXPANSIONS, frozenset({Tier.COMPOUND}), frozenset[Tier]()])
_FIELDS = st.sampled_from([frozenset[TextField](), frozenset({TextField.TITLE, TextField.BODY})])


def _explained(engine: WhooshEngine, q: str, *what: Explain, **asked: object) -> SearchPage:
    with engine.snapshot() as snapshot:
        return snapshot.search(SearchRequest(q, explain=frozenset(what), window=Window(size=100), **asked))  # type: ignore[arg-type]


@given(_TREES, st.sampled_from(Match), _TIERS, _FIELDS, st.sampled_from([None, 50]))
@example("Fortuna OR (Deich Nordersiel)", Match.ALL, EXPANSIONS, frozenset(), None)
@example("Westerdeich OR (Deich -Theater)", Match.ALL, EXPANSIONS, frozenset(), None)
@example("Deich OR (Hafen source:dpa)", Match.ALL, EXPANSIONS, frozenset(), None)
@example("Wer zahlt für den Hafen in Nordersiel", Match.ANY, EXPANSIONS, frozenset(), None)
def test_score_is_the_sum_of_its_explanation_for_any_query(
    examples_engine: WhooshEngine,
    q: str,
    match: Match,
    expand: frozenset[Tier],
    search_in: frozenset[TextField],
    recency: int | None,
) -> None:
    page = _explained(
        examples_engine, q, Explain.SCORE, match=match, expand=expand, search_in=search_in, recency=recency
    )
    for hit in page.hits:
        assert hit.contributions is not None
        assert sum(part.score for part in hit.contributions) == pytest.approx(hit.score, rel=1e-4, abs=1e-4)
        assert all(part.term for part in hit.contributions)


def test_score_of_neighbours_is_named_by_both_words(make_engine: Callable[[Archive], WhooshEngine]) -> None:
    others = {f"other{number}": "Titel\nNichts.\n" for number in range(30)}
    engine = make_engine({"a": "Titel\nWasser stand am Deich.\n", **others})
    (hit,) = _explained(engine, "Wasser Deich", Explain.SCORE, match=Match.ANY).hits
    found = [(part.field, part.term) for part in hit.contributions or () if " " in part.term]
    assert found == [("lead", "wass deich")]


def test_what_a_query_leaves_out_adds_nothing(examples_engine: WhooshEngine) -> None:
    plain = {hit.article.id: hit.score for hit in _explained(examples_engine, "deich").hits}
    for hit in _explained(examples_engine, "deich -theater").hits:
        assert hit.score == plain[hit.article.id]
    assert {hit.score for hit in _explained(examples_engine, "-theater").hits} == {0.0}


def _terms(engine: WhooshEngine, q: str, **asked: object) -> tuple[TermExplanation, ...]:
    found = _explained(engine, q, Explain.TERMS, **asked).terms
    assert found is not None
    return found


def test_keyword_is_not_explained_as_a_word(examples_engine: WhooshEngine) -> None:
    assert _terms(examples_engine, "tag:energie OR source:dpa OR language:de") == ()
    assert [it.word for it in _terms(examples_engine, "tag:energie deich")] == ["deich"]


@pytest.mark.parametrize(("q", "expand"), [("=Häuser", EXPANSIONS), ("Häuser", frozenset[Tier]())])
def test_word_that_is_searched_exactly_is_explained_by_its_form_alone(
    examples_engine: WhooshEngine, q: str, expand: frozenset[Tier]
) -> None:
    (found,) = _terms(examples_engine, q, expand=expand)
    assert found.form.term == "häuser"
    assert (found.variants, found.stems, found.compounds, found.parts, found.corrections) == ((), (), (), (), ())


@pytest.mark.parametrize("tier", [Tier.VARIANT, Tier.INFLECTION, Tier.COMPOUND, Tier.TYPO])
def test_only_tiers_that_are_asked_for_are_explained(examples_engine: WhooshEngine, tier: Tier) -> None:
    (found,) = _terms(examples_engine, "Westerdeich", expand=frozenset({tier}))
    lists = {
        Tier.VARIANT: found.variants,
        Tier.INFLECTION: found.stems,
        Tier.COMPOUND: found.compounds,
        Tier.TYPO: found.corrections,
    }
    assert {it for it, terms in lists.items() if terms} == {tier}
    assert bool(found.parts) == (tier is Tier.COMPOUND)


def test_words_of_a_phrase_are_not_looked_for_in_compounds(examples_engine: WhooshEngine) -> None:
    for found in _terms(examples_engine, '"neue Deich"'):
        assert found.stems
        assert (found.variants, found.compounds) == ((), ())


@pytest.mark.parametrize("q", ["dei*", "title:dei*", "kues*"])
def test_count_of_a_beginning_is_that_of_the_articles_found(examples_engine: WhooshEngine, q: str) -> None:
    page = _explained(examples_engine, q, Explain.TERMS)
    (found,) = page.terms or ()
    assert found.form.term == f"{q.removeprefix('title:')}"
    assert max(found.form.count, *(it.count for it in found.variants), 0) == page.total > 0
    assert (found.stems, found.compounds, found.corrections) == ((), (), ())


@pytest.mark.parametrize("name", [TextField.TITLE, TextField.BODY, TextField.AUTHORS])
def test_counts_are_of_the_fields_that_are_searched(examples_engine: WhooshEngine, name: TextField) -> None:
    for q in ("Deich", "Anna"):
        (found,) = _terms(examples_engine, q, search_in=frozenset({name}))
        for tier, terms in ((Tier.INFLECTION, found.stems), (Tier.COMPOUND, found.compounds)):
            expand = frozenset({Tier.INFLECTION, tier})
            page = _explained(examples_engine, q, search_in=frozenset({name}), expand=expand)
            assert max(it.count for it in terms) == page.total
