import pytest
from archive import WordArchive

from service.german.tokens import Chain
from service.search.grammar import parse
from service.search.tier import EXPANSIONS, Tier, best_tier
from service.search.wanted import WantedLeaf, Wanting

CHAIN = Chain()
ARCHIVE = WordArchive(CHAIN, "Das Haus am Deich, Häuser, Hausmeister. Der Dampfer und die Flotte im Wattenmeer.")
WANTING = Wanting(CHAIN, ["de", "en"], ARCHIVE)


def leaf(q: str, expand: frozenset[Tier] = EXPANSIONS) -> WantedLeaf:
    (found,) = WANTING.leaves(parse(q).node, expand).values()
    return found


def tier(q: str, written: str, expand: frozenset[Tier] = EXPANSIONS) -> Tier | None:
    (wanted,) = leaf(q, expand).words
    token = next(CHAIN.tokens(written))
    return wanted.tier(token.word)


@pytest.mark.parametrize(
    ("q", "written", "expected"),
    [
        ("Haus", "haus", Tier.EXACT),
        ("Haus", "HAUS", Tier.EXACT),
        ("über", "u\u0308ber", Tier.EXACT),
        ("über", "ueber", Tier.VARIANT),
        ("dass", "daß", Tier.VARIANT),
        ("Foto", "Photo", Tier.VARIANT),
        ("Haus", "Häuser", Tier.INFLECTION),
        ("gehen", "ging", Tier.INFLECTION),
        ("Photo", "Fotos", Tier.INFLECTION),
        ("Haus", "Hausmeister", Tier.COMPOUND),
        ("Häuser", "Hochhaus", Tier.COMPOUND),
        ("Bürger", "Bürger*innen", Tier.VARIANT),
        ("Bürgerin", "Bürger*innen", Tier.INFLECTION),
        ("Bürgerinnen", "Bürger:innen", Tier.VARIANT),
        ("Einfuhr", "Ein- und Ausfuhr", Tier.VARIANT),
        ("houses", "house", None),
        ("Uber", "über", None),
        ("Haus", "Maus", None),
        ("Hausmeister", "Haus", None),
    ],
)
def test_word_matches_in_its_best_tier(q: str, written: str, expected: Tier | None) -> None:
    assert tier(q, written) is expected


@pytest.mark.parametrize(
    ("written", "needed"),
    [("Häuser", Tier.INFLECTION), ("Hausmeister", Tier.COMPOUND)],
)
def test_word_does_not_match_in_a_tier_that_is_switched_off(written: str, needed: Tier) -> None:
    assert tier("Haus", written, EXPANSIONS - {needed}) is None
    assert tier("Haus", written, frozenset({needed})) is needed
    assert tier("=Haus", written) is None


def test_word_is_looked_for_in_every_language_of_the_archive() -> None:
    (wanted,) = leaf("houses", EXPANSIONS - {Tier.TYPO}).words
    assert CHAIN.word("house", "en").stem in wanted.stems
    assert wanted.tier(CHAIN.word("house", "en")) is Tier.INFLECTION


@pytest.mark.parametrize(
    ("typed", "meant"), [("Dampffer", "dampfer"), ("Wattenmeeer", "wattenmeer"), ("Flote", "flotte")]
)
def test_word_that_the_archive_does_not_know_is_corrected(typed: str, meant: str) -> None:
    (wanted,) = leaf(typed).words
    assert (wanted.corrected, wanted.form) == (typed.lower(), meant)
    assert wanted.tier(CHAIN.word(meant)) is Tier.TYPO


@pytest.mark.parametrize("typed", ["Haus", "Hauses", "HAEUSER", "Meister", "Sonne", "Fotte*", "=Flote", "Xqzwv"])
def test_word_with_hits_a_common_one_and_one_to_be_found_as_written_is_not_corrected(typed: str) -> None:
    assert all(wanted.corrected is None for wanted in leaf(typed).words)


def test_without_the_tier_of_typos_nothing_is_corrected() -> None:
    assert leaf("Dampffer", EXPANSIONS - {Tier.TYPO}).words[0].corrected is None


def test_words_with_hyphens_are_also_one_word_whose_parts_may_stand_near() -> None:
    found = leaf("Haus-Deich")
    assert [word.form for word in found.words] == ["haus", "deich"]
    assert found.joined is not None
    assert (found.joined.form, found.joined.splits) == ("hausdeich", (("haus", "deich"),))
    assert leaf("Haus-Deich", frozenset()).joined is None


def test_parts_of_a_compound_are_wanted_only_with_the_tier_of_compounds() -> None:
    (with_parts,), (without,) = leaf("Hausmeister").words, leaf("Hausmeister", frozenset({Tier.INFLECTION})).words
    assert ("haus", "meist") in with_parts.splits
    assert (without.parts, without.splits) == ((), ())


def test_unknown_compound_is_split_by_words_of_the_archive_but_not_by_function_words() -> None:
    archive = WordArchive(CHAIN, "Xantener Dampfer im Wattenmeer gibt es nicht")
    wanting = Wanting(CHAIN, ["de"], archive)
    found = {q: wanting.leaves(parse(q).node, EXPANSIONS) for q in ("Xantenerdampfer", "Xantenernicht")}
    splits = [word.splits for leaves in found.values() for wanted in leaves.values() for word in wanted.words]
    assert [bool(split) for split in splits] == [True, False]


def test_tiers_stand_in_the_order_of_their_worth() -> None:
    assert best_tier(None, Tier.TYPO, Tier.COMPOUND) is Tier.COMPOUND
    assert best_tier(Tier.VARIANT, Tier.INFLECTION, Tier.EXACT) is Tier.EXACT
    assert best_tier(None) is None
