import json
import shutil
from datetime import datetime, timedelta, timezone
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import write_archive

from service.articles.dates import TIME_ZONE
from service.articles.model import Article, Rejected, Section
from service.german.tokens import Chain
from service.index.build import BuildReport, analysis_fingerprint, build
from service.index.documents import from_moment, from_stored, title_key, to_document, to_moment
from service.index.generations import FORMAT, Store, read_manifest
from service.index.reader import OpenGeneration
from service.index.schema import FIELDS, form_field, tier_field, weights

ARCHIVE = {"a": "Titel A\nText.\n- Themen:\n- #energie\n", "b": "Titel B\n- Themen:\n- #Energie\n"}
_WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
# With a fixed offset: in the hour that comes twice, Python holds no two zones to be equal.
_MOMENTS = st.none() | st.datetimes(timezones=st.just(TIME_ZONE), allow_imaginary=False).map(
    lambda moment: moment.replace(tzinfo=timezone(moment.utcoffset() or timedelta()))
)
_ARTICLES = st.builds(
    Article,
    id=_WORDS,
    title=_WORDS,
    lead=_WORDS,
    sections=st.lists(st.builds(Section, st.none() | _WORDS, st.lists(_WORDS, max_size=3).map(tuple)), max_size=3).map(
        tuple
    ),
    tags=st.lists(_WORDS, max_size=3).map(tuple),
    published=_MOMENTS,
    modified=_MOMENTS,
    authors=st.lists(_WORDS, max_size=2).map(tuple),
    source=st.none() | _WORDS,
    section=st.none() | _WORDS,
    url=st.none() | _WORDS,
    language=st.none() | st.just("de"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "articles", ARCHIVE)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "index")


def current(store: Store) -> Path:
    folder = store.current()
    assert folder is not None
    return folder


def test_folder_is_indexed_once_and_again_only_when_it_changes(folder: Path, store: Store) -> None:
    first = build(folder, store)
    assert first == BuildReport(first.generation, 2, (), changed=True)
    assert build(folder, store) == BuildReport(first.generation, 2, (), changed=False)
    (folder / "b.txt").write_text("Titel C\n", encoding="utf-8")
    second = build(folder, store)
    assert second.changed
    assert second.generation != first.generation


def test_generation_has_one_name_wherever_the_same_folder_stands(folder: Path, store: Store, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "anderswo")
    assert build(copy, Store(tmp_path / "zweiter")).generation == build(folder, store).generation


def test_generation_keeps_the_newest_date_that_was_not_in_the_future(tmp_path: Path, store: Store) -> None:
    dates = ("2024-05-01", "9999-12-31", "2025-05-01", "2023-05-01")
    articles = {str(number): f"Datum: {day}\nTitel\n" for number, day in enumerate(dates)}
    build(write_archive(tmp_path / "dated", articles), store)
    newest = read_manifest(current(store)).newest
    assert newest == to_moment(datetime(2025, 5, 1, tzinfo=TIME_ZONE))


def test_change_of_the_analysis_indexes_again(folder: Path, store: Store) -> None:
    build(folder, store)
    manifest = current(store) / "manifest.json"
    values = json.loads(manifest.read_text(encoding="utf-8"))
    assert values["analysis_fingerprint"] == analysis_fingerprint()
    values["analysis_fingerprint"] = "another"
    manifest.write_text(json.dumps(values), encoding="utf-8")
    assert build(folder, store).changed


@pytest.mark.parametrize("damage", ["manifest.json", "names.json", "notices.json", "toc.json"])
def test_damaged_generation_is_built_anew(folder: Path, store: Store, damage: str) -> None:
    build(folder, store)
    (current(store) / damage).write_bytes(b"\x00")
    assert build(folder, store).changed
    OpenGeneration(current(store)).verify()


@pytest.mark.parametrize("lost", ["toc.json", "*.seg"])
def test_generation_that_lost_a_file_is_built_anew(folder: Path, store: Store, lost: str) -> None:
    build(folder, store)
    for file in current(store).glob(lost):
        file.unlink()
    assert build(folder, store).changed
    OpenGeneration(current(store)).verify()


def test_older_format_is_built_anew(folder: Path, store: Store) -> None:
    build(folder, store)
    manifest = current(store) / "manifest.json"
    manifest.write_text(
        manifest.read_text(encoding="utf-8").replace(f'"format": {FORMAT}', '"format": 0'), encoding="utf-8"
    )
    assert build(folder, store).changed


def test_rejections_are_reported_again_when_nothing_has_changed(folder: Path, store: Store) -> None:
    (folder / "leer.txt").write_bytes(b"")
    (folder / "datum.txt").write_text("Datum: morgen\nTitel\n", encoding="utf-8")
    first = build(folder, store)
    assert [notice.path for notice in first.notices] == ["datum.txt", "leer.txt"]
    assert first.rejected == (Rejected("leer.txt", None, "the file is empty"),)
    second = build(folder, store)
    assert not second.changed
    assert second.notices == first.notices
    assert second.rejected == first.rejected


def test_missing_folder_is_an_error_and_the_old_generation_stays(folder: Path, store: Store) -> None:
    generation = build(folder, store).generation
    with pytest.raises(NotADirectoryError, match="gibt-es-nicht"):
        build(folder / "gibt-es-nicht", store)
    assert current(store).name.startswith(generation)


def test_folder_without_articles_gives_an_empty_generation(tmp_path: Path, store: Store) -> None:
    (tmp_path / "leer").mkdir()
    assert build(tmp_path / "leer", store).articles == 0


def test_name_of_a_slug_is_its_most_frequent_spelling(tmp_path: Path, store: Store) -> None:
    tagged = {
        str(number): f"Titel\n- Themen:\n- #{tag}\n" for number, tag in enumerate(["EU", "eu", "eu", "Öl", "Oel"])
    }
    build(write_archive(tmp_path / "tags", tagged), store)
    generation = OpenGeneration(current(store))
    assert generation.names["tag"] == {"eu": "eu", "oel": "Oel"}


@given(_ARTICLES)
def test_stored_article_comes_back_as_it_was(article: Article) -> None:
    stored = from_stored(orjson.loads(orjson.dumps(to_document(article, Chain())["article"])))
    assert stored.article == article
    assert stored.article.word_count == article.word_count
    assert stored.outline.lines == [article.title, *article.texts()]


@given(st.datetimes(timezones=st.just(TIME_ZONE), min_value=datetime(1600, 1, 1), allow_imaginary=False))  # noqa: DTZ001 - Hypothesis takes naive bounds
def test_moment_comes_back_as_the_same_instant(when: datetime) -> None:
    assert from_moment(to_moment(when)) == when


def test_every_document_value_has_a_field_in_the_table() -> None:
    names = {spec.name for spec in FIELDS}
    derived = {field(name) for name in names for field in (form_field, tier_field)}
    day = datetime(2026, 1, 1, tzinfo=TIME_ZONE)
    full = Article("a", "t", published=day, modified=day)
    assert names <= set(to_document(full, Chain())) <= names | derived


def test_search_without_a_field_looks_into_title_lead_headings_body_and_tags() -> None:
    assert list(weights()) == ["title", "lead", "headings", "body", "tags"]
    assert max(weights(), key=lambda name: weights()[name]) == "title"


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("Ärger", "Auto"), ("„Zitat“ am Anfang", "Zuletzt"), ("Ofen", "Öl"), ("Maß", "Masse"), ("apfel", "Birne")],
)
def test_titles_sort_as_in_a_dictionary(earlier: str, later: str) -> None:
    assert title_key(earlier) < title_key(later)


def test_segment_with_one_wrong_byte_is_built_anew(folder: Path, store: Store) -> None:
    build(folder, store)
    (segment,) = current(store).glob("*.seg")
    raw = bytearray(segment.read_bytes())
    raw[-200] ^= 1
    segment.write_bytes(raw)
    assert build(folder, store).changed
