import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import EXAMPLES

from service.articles.corpus import Corpus, Fingerprint
from service.articles.model import Article, Section
from service.errors import IndexDamagedError
from service.german.tokens import Chain
from service.index.arrays import index as index_module
from service.index.arrays.flatfile import Array
from service.index.arrays.index import ArrayIndex
from service.index.documents import to_document
from service.index.minhash import EMPTY, SLOTS, runs, signature
from service.index.near_duplicates import MOST_VERSIONS, stories
from service.index.schema import whoosh_schema
from service.index.stories import STORIES_FILE, Stories, StoryCollector, similarity, text_stems

_CHAIN = Chain(100_000)
_WORDS = sorted(
    {
        word
        for item in Corpus(EXAMPLES).read(Fingerprint())
        if isinstance(item, Article)
        for word in item.text.split()
        if word.isalpha()
    }
)


def _sentences(seed: int, count: int = 12) -> list[str]:
    return list(_drawn(seed, count))


@cache
def _drawn(seed: int, count: int) -> list[str]:
    choice = random.Random(seed)  # noqa: S311 - a text, no secret
    return [" ".join(choice.choices(_WORDS, k=choice.randint(8, 20))) + "." for _ in range(count)]


def _article(article_id: str, *paragraphs: str, title: str = "Titel") -> Article:
    return Article(article_id, title, sections=(Section(None, paragraphs),))


def _write(folder: Path, articles: Sequence[Article], processes: int = 1) -> tuple[ArrayIndex, Stories]:
    schema = whoosh_schema(_CHAIN)
    collector = StoryCollector()
    with ArrayIndex.create(folder, schema).writer(processes) as writer:
        for article in articles:
            document = to_document(article, _CHAIN)
            writer.add_document(**document)
            collector.add(article.id, document["article"]["stems"])
    index = ArrayIndex.open(folder, schema)
    collector.write(folder / STORIES_FILE, index)
    return index, Stories(folder / STORIES_FILE)


def _by_id(index: ArrayIndex, found: Stories) -> dict[str, set[str]]:
    """For each article the ids of its story."""
    evaluator = index.evaluator()
    ids = [evaluator.stored(number)["article"]["plain"]["id"] for number in range(len(found.of_document))]
    return {ids[number]: {ids[other] for other in found.versions(number).tolist()} for number in range(len(ids))}


def _stories(folder: Path, *articles: Article) -> list[set[str]]:
    """The stories of several articles."""
    found = {frozenset(ids) for ids in _by_id(*_write(folder, articles)).values()}
    return [set(ids) for ids in sorted(found, key=sorted) if len(ids) > 1]


# What is one story


def _swapped(sentences: Sequence[str]) -> list[str]:
    return random.Random(5).sample(sentences, len(sentences))  # noqa: S311 - a text, no secret


def _changed(sentences: Sequence[str], share: float, seed: int = 7) -> list[str]:
    choice = random.Random(seed)  # noqa: S311 - a text, no secret
    return [
        " ".join(choice.choice(_WORDS) if choice.random() < share else word for word in sentence.split())
        for sentence in sentences
    ]


_Rewrite = Callable[[list[str], list[str]], list[str]]
"""Makes another version of some sentences, with some new ones at hand."""
_REWRITES: dict[str, _Rewrite] = {
    "same": lambda old, _: old,
    "end dropped": lambda old, _: old[:8],
    "beginning dropped": lambda old, _: old[3:],
    "added": lambda old, new: old + new[:6],
    "beginning replaced": lambda old, new: new[:4] + old[4:],
    "sentences swapped": lambda old, _: _swapped(old),
    "a word in ten": lambda old, _: _changed(old, 0.1),
    "a word in five": lambda old, _: _changed(old, 0.2),
    "dropped, added, a word in ten": lambda old, new: _changed(old[:9] + new[:3], 0.1),
    "swapped, a word in seven": lambda old, _: _changed(_swapped(old), 0.15),
}


@pytest.mark.parametrize("rewrite", _REWRITES.values(), ids=_REWRITES)
def test_rewritten_text_is_a_version(tmp_path: Path, rewrite: _Rewrite) -> None:
    archive = [_article(f"andere{number}", *_sentences(1_000 + number)) for number in range(20)]
    for seed in range(10):
        old = _sentences(seed)
        archive.append(_article(f"erste{seed}", " ".join(old)))
        archive.append(
            _article(f"zweite{seed}", *rewrite(old, _sentences(500 + seed)), title="Eine andere Überschrift")
        )
    assert _stories(tmp_path, *archive) == [{f"erste{seed}", f"zweite{seed}"} for seed in range(10)]


def test_examples_have_three_stories_that_were_brought_up_to_date(tmp_path: Path) -> None:
    articles = [item for item in Corpus(EXAMPLES).read(Fingerprint()) if isinstance(item, Article)]
    assert _stories(tmp_path, *articles) == [
        {"alter-holzhafen-bauausschuss-412-wohnungen", "alter-holzhafen-rat-beschliesst-388-wohnungen"},
        {"fortuna-nordersiel-baerenhuette-3-1", "fortuna-nordersiel-relegation-gegner"},
        {"sturmflut-nordersiel-320-menschen-evakuiert", "sturmflut-nordersiel-nacht"},
    ]


def test_different_reports_that_share_a_quotation_are_no_versions(tmp_path: Path) -> None:
    quotation = _sentences(50, 2)
    reports = [_article(str(seed), *_sentences(seed, 10), *quotation) for seed in range(5)]
    assert _stories(tmp_path, *reports) == []


def test_inflection_is_no_change() -> None:
    one = to_document(_article("a", "Die alten Häuser am Hafen wurden verkauft."), _CHAIN)["article"]["stems"]
    other = to_document(_article("b", "Das alte Haus am Hafen wurde verkauft."), _CHAIN)["article"]["stems"]
    assert similarity(one, other) > 0


def test_title_and_the_ends_of_lines_do_not_count() -> None:
    documents = [
        _article("a", "Der Rat tagt heute. Er berät lange."),
        _article("b", "Der Rat tagt heute.", "Er berät lange.", title="Anders"),
    ]
    one, other = (to_document(article, _CHAIN)["article"]["stems"] for article in documents)
    assert one != other
    assert text_stems(one) == text_stems(other)
    assert similarity(one, other) == 1


def test_short_texts_are_not_compared(tmp_path: Path) -> None:
    short = " ".join(_WORDS[:25])
    assert _stories(tmp_path, *(_article(name, short) for name in "abc"), Article("d", ""), Article("e", "")) == []


# What keeps stories small


def test_notice_that_is_there_very_often_is_no_story(tmp_path: Path) -> None:
    notice = _sentences(1)
    often = [_article(str(number), *notice) for number in range(MOST_VERSIONS + 1)]
    assert _stories(tmp_path / "often", *often) == []
    (story,) = _stories(tmp_path / "less", *often[:-1])
    assert len(story) == MOST_VERSIONS


def test_boilerplate_does_not_make_stories_nor_hide_them(tmp_path: Path) -> None:
    boilerplate = _sentences(1, 10)
    archive = [_article(str(seed), *_sentences(10 + seed, 10), *boilerplate) for seed in range(300)]
    archive.append(_article("version", *_changed(_sentences(10, 10), 0.05), *boilerplate))
    assert _stories(tmp_path, *archive) == [{"0", "version"}]


def test_roundup_of_several_reports_does_not_make_them_one_story(tmp_path: Path) -> None:
    reports = [_sentences(seed) for seed in range(3)]
    archive = [_article(f"{seed}{version}", *reports[seed]) for seed in range(3) for version in "ab"]
    archive.append(_article("presseschau", *reports[0], *reports[1], *reports[2]))
    for story in _stories(tmp_path, *archive):
        assert len({name[0] for name in story - {"presseschau"}}) == 1
        assert len(story - {"presseschau"}) == 2


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=150))
def test_no_story_is_too_large_and_each_is_known_by_its_first_text(rows: list[tuple[int, int]]) -> None:
    texts = [runs(f" {' '.join(_sentences(one, 6) + _sentences(10 + other, 6))} ") for one, other in rows]
    found = _found(texts)
    assert all(first <= number for number, first in enumerate(found))
    assert all(found[first] == first for first in found)
    assert all(count <= MOST_VERSIONS for count in Counter(found).values())
    assert _found(texts) == found


def _found(texts: Sequence[Array]) -> list[int]:
    signatures = np.array([signature(text) for text in texts], np.uint16).reshape(-1, SLOTS)
    found: list[int] = stories(signatures, np.array([len(text) for text in texts], np.uint32)).tolist()
    return found


def test_texts_without_a_signature_are_alone() -> None:
    assert stories(np.full((3, SLOTS), EMPTY, np.uint16), np.zeros(3, np.uint32)).tolist() == [0, 1, 2]


# The file


def test_stories_are_those_of_the_documents_whoever_writes_the_segments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_module, "FIRST_RUN_CHARACTERS", 50_000)
    monkeypatch.setattr(index_module, "RUN_CHARACTERS", 300_000)
    archive = [
        _article(f"{seed}-{part}", *_changed(_sentences(seed), 0.1, part)) for part in range(2) for seed in range(60)
    ]
    expected = {f"{seed}-{part}": {f"{seed}-0", f"{seed}-1"} for seed in range(60) for part in range(2)}
    for processes in (1, 2):
        index, found = _write(tmp_path / str(processes), archive, processes)
        assert len(index.segments) > 2
        assert _by_id(index, found) == expected


def test_stories_do_not_depend_on_the_order_of_the_documents(tmp_path: Path) -> None:
    """The collector may hear of articles in another order than that in which they stand in the index."""
    archive = [_article(f"{seed}{part}", *_sentences(seed)) for seed in range(4) for part in "abc"[: seed + 1]]
    index, found = _write(tmp_path, archive)
    assert len(_by_id(index, found)["0a"]) == 1
    assert len(_by_id(index, found)["3a"]) == 3
    collector = StoryCollector()
    for article in reversed(archive):
        collector.add(article.id, to_document(article, _CHAIN)["article"]["stems"])
    collector.write(tmp_path / "other", index)
    assert _by_id(index, Stories(tmp_path / "other")) == _by_id(index, found)


def test_results_are_counted_with_each_story_once(tmp_path: Path) -> None:
    archive = [_article(f"{seed}{part}", *_sentences(seed)) for part in "abc" for seed in range(2)]
    _, found = _write(tmp_path, [*archive, _article("allein", *_sentences(9))])
    assert found.count(np.arange(7)) == 3
    assert found.count(np.array([0, 2, 6])) == 2
    assert found.count(np.zeros(0, np.int64)) == 0


def test_archive_without_articles_has_no_stories(tmp_path: Path) -> None:
    _, found = _write(tmp_path, [])
    assert len(found.of_document) == 0
    assert found.count(np.zeros(0, np.int64)) == 0


def test_damage_is_found(tmp_path: Path) -> None:
    _write(tmp_path, [_article(name, *_sentences(1)) for name in "ab"])
    path = tmp_path / STORIES_FILE
    raw = bytearray(path.read_bytes())
    Stories(path).verify()
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(IndexDamagedError, match="damaged"):
        Stories(path).verify()
