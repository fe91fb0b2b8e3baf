import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from support import write_archive

from service.articles.dates import TIME_ZONE
from service.articles.model import Article, Section
from service.articles.slug import slug
from service.errors import IndexDamagedError
from service.index.build import build
from service.index.completions import Completion, Completions
from service.index.documents import names_of
from service.index.folding import folded_words, typed_words
from service.index.generations import Store
from service.index.phrases import Phrase, PhraseCounts
from service.index.reader import OpenGeneration
from service.index.suggestions import SUGGESTIONS_FILE, SuggestionCollector

NEWEST = datetime(2026, 6, 1, tzinfo=TIME_ZONE)


def _write(path: Path, articles: Sequence[Article], most_titles: int = 1_000) -> Path:
    collector = SuggestionCollector(most_titles)
    names: dict[str, dict[str, str]] = {}
    for article in articles:
        collector.add(article)
        for field, found in names_of(article).items():
            for name in sorted(found):
                names.setdefault(field, {}).setdefault(slug(name), name)
    collector.write(path, names)
    return path


def _open(path: Path, *articles: Article) -> Completions:
    return Completions(_write(path / SUGGESTIONS_FILE, articles))


def _texts(completions: Completions, q: str, limit: int = 8) -> list[str]:
    return [found.text for found in completions.complete(q, limit)]


def _tagged(*tags: str, days: int = 0, article_id: str = "a") -> Article:
    return Article(article_id, "Titel", tags=tags, published=NEWEST - timedelta(days))


def _phrases(*articles: Sequence[str]) -> dict[str, int]:
    counts = PhraseCounts()
    for lines in articles:
        counts.add(lines, 0)
    return {phrase.text: phrase.articles for phrase in counts.best(1_000)}


# What is found, and in which order


_WORDS = st.sampled_from(
    ["Klima", "Klimaschutz", "Schutz", "Küste", "Kuste", "Maß", "Masse", "und", "Merkel", "Angela", "G20", "klein"]
)
_NAMES = st.lists(_WORDS, min_size=1, max_size=3).map(" ".join)
_TYPED = st.one_of(
    st.text("aekmlsuüßchn2 ", max_size=8),
    st.tuples(_NAMES, st.integers(1, 14)).map(lambda drawn: drawn[0][: drawn[1]]),
    st.tuples(_WORDS, st.integers(1, 6), st.sampled_from("aemsz")).map(
        lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + 1 :]
    ),
)


def _within_an_edit(typed: str, word: str) -> bool:
    """Whether some beginning of the word is what has been typed, but for one edit that leaves its first letter."""
    return any(
        word[:1] == typed[:1]
        and OSA.distance(typed, word[:size]) <= 1
        and [char for char in typed if char.isdigit()] == [char for char in word[:size] if char.isdigit()]
        for size in range(len(typed) - 1, len(typed) + 2)
    )


def _tier(text: str, typed: Sequence[str]) -> int | None:
    words = folded_words(text)
    if " ".join(words).startswith(" ".join(typed)):
        return 0
    if not set(typed[:-1]) <= set(words):
        return None
    if any(word.startswith(typed[-1]) for word in words):
        return 1
    if len(typed[-1]) >= 4 and any(_within_an_edit(typed[-1], word) for word in words):
        return 2
    return None


@st.composite
def _archives(draw: st.DrawFn) -> list[Article]:
    """Articles whose tags are all that they offer: their titles have no words."""
    rows = draw(st.lists(st.tuples(st.lists(_NAMES, max_size=3, unique=True), st.integers(0, 900)), max_size=8))
    return [
        Article(str(number), "–", tags=tuple(tags), published=NEWEST - timedelta(days))
        for number, (tags, days) in enumerate(rows)
    ]


@given(articles=_archives(), q=_TYPED, limit=st.integers(1, 20))
@settings(max_examples=300)
def test_completions_agree_with_trying_every_tag(
    tmp_path_factory: pytest.TempPathFactory, articles: list[Article], q: str, limit: int
) -> None:
    uses: dict[str, tuple[str, int, datetime]] = {}
    for article in articles:
        assert article.published is not None
        for key in {slug(tag): tag for tag in article.tags}:
            _, count, newest = uses.get(key, ("", 0, article.published))
            name = next(tag for each in articles for tag in sorted(set(each.tags)) if slug(tag) == key)
            uses[key] = name, count + 1, max(newest, article.published)
    last = max((article.published for article in articles if article.published), default=NEWEST)
    typed = typed_words(q)
    ranked = []
    for name, count, newest in uses.values():
        tier = _tier(name, typed) if typed else 0
        if tier is not None:
            score = math.log(count) + 0.5 ** ((last - newest) / timedelta(days=365.25))
            ranked.append((tier, -round(score, 6), name))
    expected = [name for *_, name in sorted(ranked)][:limit]
    path = _write(tmp_path_factory.mktemp("tags") / SUGGESTIONS_FILE, articles)
    found = [it for it in _texts(Completions(path), q, 20) if it != "–"][:limit]
    assert found == expected


def test_beginning_of_the_text_comes_before_that_of_a_word_and_both_before_a_typo(tmp_path: Path) -> None:
    articles = [_tagged("Klimt", "Weltklima Klima", article_id=str(number)) for number in range(5)]
    completions = _open(tmp_path, *articles, _tagged("Klima- und Schutz", "Karl Klaus"))
    assert _texts(completions, "klima") == ["Klima- und Schutz", "Weltklima Klima", "Klimt"]
    assert _texts(completions, "schutz") == ["Klima- und Schutz"]


def test_more_used_and_newer_ones_come_first(tmp_path: Path) -> None:
    old = [_tagged("Bahnhof", days=4_000, article_id=str(number)) for number in range(9)]
    completions = _open(tmp_path, *old, _tagged("Bahn"), _tagged("Bahnrad", days=3_000), _tagged("Bahnsteig", days=300))
    assert _texts(completions, "bahn") == ["Bahnhof", "Bahn", "Bahnsteig", "Bahnrad"]


def test_freshness_is_measured_from_the_newest_article_and_not_from_today(tmp_path: Path) -> None:
    articles = [_tagged("Bahn"), _tagged("Bahnhof", days=300), _tagged("Bahnrad", days=900)]
    aged = [replace(it, published=it.published and it.published - timedelta(20_000)) for it in articles]
    new, old = _write(tmp_path / "new", articles), _write(tmp_path / "old", aged)
    assert new.read_bytes() == old.read_bytes()


@pytest.mark.parametrize("q", ["Müll", "müll", "MUELL", "muell", " »Müll", "Müll“ ", "-müll-", "müll+", "mu\u0308ll"])
def test_spelling_of_what_is_typed_makes_no_difference(tmp_path: Path, q: str) -> None:
    assert _texts(_open(tmp_path, _tagged("Müller", "Mull")), q) == ["Müller", "Mull"]


def test_letter_without_dots_finds_the_umlaut_only_as_a_typo(tmp_path: Path) -> None:
    completions = _open(tmp_path, _tagged("Müller", "Muller", "Bär", "Bar"))
    assert _texts(completions, "muller") == ["Muller", "Müller"]
    assert _texts(completions, "bar") == ["Bar"]


@pytest.mark.parametrize("q", ["angela mer", "Merkel Ang", "Angela  Merkel", '"Angela Mer', "angela mekre"])
def test_words_before_the_last_are_whole_and_in_any_order(tmp_path: Path, q: str) -> None:
    completions = _open(tmp_path, _tagged("Angela Merkel", "Angelas Merkzettel", "Merkel"))
    assert _texts(completions, q) == ["Angela Merkel"]


@pytest.mark.parametrize("q", ["enregi", "energei", "enrgi", "enwrgi", "eneergi", "Energien"])
def test_one_wrong_letter_is_forgiven(tmp_path: Path, q: str) -> None:
    assert _texts(_open(tmp_path, _tagged("Energie")), q) == ["Energie"]


@pytest.mark.parametrize("q", ["eng", "wnergi", "ennnergie", "g21gipfel", "xyz"])
def test_short_beginnings_first_letters_digits_and_two_typos_are_not_forgiven(tmp_path: Path, q: str) -> None:
    assert _texts(_open(tmp_path, _tagged("Energie", "G20Gipfel")), q) == []


def test_typos_are_not_looked_for_when_there_are_enough_others(tmp_path: Path) -> None:
    completions = _open(tmp_path, _tagged("Wahlen", "Wahltag", "Wale"))
    assert _texts(completions, "wahl", 2) == ["Wahlen", "Wahltag"]
    assert _texts(completions, "wahl", 3) == ["Wahlen", "Wahltag", "Wale"]


def test_nothing_typed_offers_tags_and_fills_up_with_the_rest(tmp_path: Path) -> None:
    article = Article("a", "ein titel", tags=("Bahn",), authors=("Anna Öztürk",))
    completions = _open(tmp_path, article, replace(article, id="b", tags=()))
    for q in ("", " ", "»“", "+"):
        assert _texts(completions, q) == ["Bahn", "Anna Öztürk", "ein titel"]
    assert _texts(completions, "", 1) == ["Bahn"]


def test_long_words_and_other_scripts_are_completed(tmp_path: Path) -> None:
    long = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    completions = _open(tmp_path, _tagged(long, "Москва", f"Das {long}"))
    assert _texts(completions, "моск") == ["Москва"]
    assert _texts(completions, "мсоква") == ["Москва"]
    assert _texts(completions, long[:40]) == [long, f"Das {long}"]


def test_words_with_plus_are_told_apart(tmp_path: Path) -> None:
    completions = _open(tmp_path, _tagged("C++"), _tagged("C"), _tagged("Disney+"))
    assert _texts(completions, "c++") == ["C++"]
    assert sorted(_texts(completions, "c")) == ["C", "C++"]
    assert _texts(completions, "disney+") == ["Disney+"]


# What is gathered


def test_text_stands_once_and_as_the_better_kind(tmp_path: Path) -> None:
    article = Article(
        "a",
        "Potenzial",
        lead="Ein Potential und noch ein Klima der Küste.",
        sections=(Section("Das Klima", ()),),
        tags=("klima",),
        authors=("Küste",),
        section="Bote",
        source="BOTE",
        published=NEWEST,
    )
    completions = _open(tmp_path, article, replace(article, id="b"))
    found = {it.text: it.kind for it in completions.complete("", 20)}
    assert found == {
        "klima": "tag",
        "Küste": "author",
        "Bote": "section",
        "Potential": "phrase",
        "Klima der Küste": "phrase",
    }


def test_counts_are_those_of_articles(tmp_path: Path) -> None:
    lead = "Die Küste, die Küste!"
    articles = [
        Article("a", "Flut", lead, tags=("Öl", "öl", "Oel"), published=NEWEST),
        Article("b", "Flut", lead, published=NEWEST + timedelta(1)),
        Article("c", "Flut"),
    ]
    completions = _open(tmp_path, *articles)
    assert completions.complete("oel", 1) == [Completion("Oel", "tag", 1, "oel")]
    assert completions.complete("küste", 1) == [Completion("Küste", "phrase", 2, "")]
    assert completions.complete("flut", 1) == [Completion("Flut", "title", 3, "b")]


def test_phrases_are_runs_of_capitalised_words_in_two_articles() -> None:
    first = "In Berlin sprach Anna Öztürk mit der Europäischen Union, dem Bundestag und Frankfurt am Main."
    second = "Am Montag besuchte Anna Öztürk die Stadt Frankfurt am Main; den Bundestag und Berlin mied sie."
    found = _phrases([first], [second])
    assert {"Anna Öztürk", "Frankfurt am Main", "Bundestag", "Berlin"} <= set(found)
    assert set(found.values()) == {2}
    assert not {"Anna", "Öztürk", "Europäischen Union", "Montag", "am Main", "In Berlin"} & set(found)


def test_phrases_stop_at_punctuation_and_have_three_words_at_most() -> None:
    line = "Es kamen Kanzler, Minister. Dazu (Berlin) Bonn und vier Worte: das Große Neue Haus Europa"
    found = _phrases([line], [line])
    assert {"Kanzler", "Minister", "Berlin", "Bonn"} <= set(found)
    assert not {"Kanzler Minister", "Berlin Bonn", "Große Neue Haus Europa"} & set(found)


def test_phrases_neither_begin_nor_end_with_function_words() -> None:
    line = "Heute sagt er: Die Grünen und Der Spiegel und Wir"
    assert set(_phrases([line], [line])) == {"Grünen", "Spiegel"}


def test_word_that_only_begins_sentences_is_no_phrase() -> None:
    lines = ["Gestern kam sie. Trotzdem schwieg er.", "Gestern"]
    assert _phrases(lines, lines) == {}
    assert set(_phrases([*lines, "am Gestern"], lines)) == {"Gestern"}


def test_word_that_lacks_a_part_is_no_phrase() -> None:
    line = "für die Ein- und Ausfuhr sowie Klimaschutz"
    assert set(_phrases([line], [line])) == {"Ausfuhr", "Klimaschutz"}


def test_rare_phrases_make_room_for_frequent_ones() -> None:
    counts = PhraseCounts(most=20)
    for number in range(200):
        counts.add([f"über Klimaschutz und W{number:x}a"], number)
    assert counts.best(5) == [Phrase("Klimaschutz", 200, 199)]


def test_newest_titles_stay_when_there_are_too_many(tmp_path: Path) -> None:
    articles = [
        Article(str(number), f"Titel {number}", published=NEWEST + timedelta(number * 37 % 100))
        for number in range(100)
    ]
    completions = Completions(_write(tmp_path / SUGGESTIONS_FILE, articles, most_titles=10))
    newest = sorted(articles, key=lambda it: it.published or NEWEST)[-10:]
    assert sorted(_texts(completions, "titel", 20)) == sorted(it.title for it in newest)


# The file


@pytest.fixture
def built(tmp_path: Path) -> tuple[Path, Store]:
    folder = write_archive(tmp_path / "articles", {"a": "Titel A\nText.\n- Themen:\n- #Energie\n", "b": "Titel B\n"})
    store = Store(tmp_path / "index")
    build(folder, store)
    return folder, store


def _file(store: Store) -> Path:
    folder = store.current()
    assert folder is not None
    return folder / SUGGESTIONS_FILE


def test_equal_folders_have_equal_files(built: tuple[Path, Store], tmp_path: Path) -> None:
    folder, store = built
    other = Store(tmp_path / "zweiter")
    build(folder, other)
    assert _file(other).read_bytes() == _file(store).read_bytes()


def test_damaged_file_is_noticed_and_built_anew(built: tuple[Path, Store]) -> None:
    folder, store = built
    whole = _file(store).read_bytes()
    for damaged in (b"", whole[:-1], whole[:-3] + bytes([whole[-3] ^ 1]) + whole[-2:]):
        _file(store).write_bytes(damaged)
        with pytest.raises(IndexDamagedError):
            OpenGeneration(_file(store).parent).verify()
        assert build(folder, store).changed
        assert _file(store).read_bytes() == whole


def test_archive_without_articles_has_no_suggestions(tmp_path: Path) -> None:
    completions = _open(tmp_path)
    for q in ("", "k", "klima", "klima schutz"):
        assert completions.complete(q, 8) == []
