"""The index on disk: what is written comes back, what is damaged is named, what changes is seen."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import SCHEMA, Archive, archives, both
from whoosh import fields, query
from whoosh.analysis import Analyzer, RegexTokenizer, Token
from whoosh.index import LockError

from service.errors import IndexDamagedError
from service.index.arrays import evaluator as evaluator_module
from service.index.arrays.cache import ByteCache
from service.index.arrays.flatfile import FlatFile
from service.index.arrays.index import MERGE_FACTOR, TOC_FILE, ArrayIndex
from service.index.arrays.leaf import Order

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=400)
    | st.binary(max_size=20)
    | st.datetimes(timezones=st.none() | st.just(UTC)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3),
    max_leaves=5,
)


def add(folder: Path, *texts: str, merge: bool = False) -> None:
    writer = ArrayIndex.open(folder, SCHEMA).writer()
    for text in texts:
        writer.add_document(key=text, text=text)
    writer.commit(merge=merge)


def found(folder: Path, wanted: query.Query) -> list[str]:
    evaluator = ArrayIndex.open(folder, SCHEMA).evaluator()
    return [evaluator.stored(number)["key"] for number in evaluator.matching(wanted).tolist()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    ArrayIndex.create(tmp_path, SCHEMA)
    return tmp_path


@given(
    st.lists(st.dictionaries(st.text("abc", min_size=1, max_size=1), _VALUES, max_size=3), min_size=1, max_size=5),
    st.booleans(),
)
def test_stored_values_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[dict[str, Any]],
    is_repeated: bool,  # noqa: FBT001 - Hypothesis decides
) -> None:
    # Many like values are compressed with a dictionary made of them.
    rows = rows * 30 if is_repeated else rows
    folder = tmp_path_factory.mktemp("index")
    schema = fields.Schema(a=fields.STORED(), b=fields.STORED(), c=fields.STORED())
    writer = ArrayIndex.create(folder, schema).writer()
    for row in rows:
        writer.add_document(**row)
    writer.commit()
    evaluator = ArrayIndex.open(folder, schema).evaluator()
    expected = [{name: value for name, value in row.items() if value is not None} for row in rows]
    assert [evaluator.stored(number) for number in range(len(rows))] == expected
    assert [evaluator.stored(number, ("b", "fehlt")) for number in range(len(rows))] == [
        {name: value for name, value in row.items() if name == "b"} for row in expected
    ]


def test_value_that_cannot_be_stored_is_refused(tmp_path: Path) -> None:
    writer = ArrayIndex.create(tmp_path, fields.Schema(a=fields.STORED())).writer()
    with pytest.raises(TypeError, match="complex"):
        writer.add_document(a=1j)
    writer.cancel()


@pytest.mark.parametrize("keep", [0, 10, 200, -1])
def test_segment_that_is_cut_off_is_named(folder: Path, keep: int) -> None:
    add(folder, "a b c")
    (segment,) = folder.glob("*.seg")
    segment.write_bytes(segment.read_bytes()[:keep])
    with pytest.raises(IndexDamagedError, match=segment.name):
        ArrayIndex.open(folder, SCHEMA).evaluator().matching(query.Every())


def test_segment_of_another_format_is_named(folder: Path) -> None:
    add(folder, "a")
    (segment,) = folder.glob("*.seg")
    segment.write_bytes(b"ARTSEG99" + segment.read_bytes()[8:])
    with pytest.raises(IndexDamagedError, match="another format"):
        FlatFile(segment)


def test_wrong_byte_in_any_array_is_found_by_verify(folder: Path) -> None:
    add(folder, "a b c", "b c d")
    ArrayIndex.open(folder, SCHEMA).verify()
    (segment,) = folder.glob("*.seg")
    raw = segment.read_bytes()
    file = FlatFile(segment)
    start = raw.index(file["text/term_bytes"].tobytes())
    segment.write_bytes(raw[:start] + b"x" + raw[start + 1 :])
    with pytest.raises(IndexDamagedError, match="text/term_bytes"):
        ArrayIndex.open(folder, SCHEMA).verify()


@pytest.mark.parametrize("table", ["", "{}", '{"format": 1}', "\x80\x04."])
def test_damaged_table_of_contents_is_named(folder: Path, table: str) -> None:
    (folder / TOC_FILE).write_text(table, encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=TOC_FILE):
        ArrayIndex.open(folder, SCHEMA)


def test_wrong_number_in_the_table_of_contents_is_found(folder: Path) -> None:
    add(folder, "a b", "c")
    table = (folder / TOC_FILE).read_text(encoding="utf-8")
    assert '"generation": 1' in table
    (folder / TOC_FILE).write_text(table.replace('"generation": 1', '"generation": 2'), encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=f"{TOC_FILE} is damaged"):
        ArrayIndex.open(folder, SCHEMA)


def test_index_of_another_schema_is_refused(folder: Path) -> None:
    with pytest.raises(IndexDamagedError, match="schema"):
        ArrayIndex.open(folder, fields.Schema(text=fields.TEXT()))


def test_nothing_is_unpickled() -> None:
    room = Path(__file__).parents[3] / "service" / "index"
    for module in room.rglob("*.py"):
        assert not re.search(r"\b(pickle|marshal|shelve|eval|exec)\b *[.(]", module.read_text(encoding="utf-8")), module


def test_second_writer_is_refused_until_the_first_is_done(folder: Path) -> None:
    writer = ArrayIndex.open(folder, SCHEMA).writer()
    with pytest.raises(LockError):
        ArrayIndex.open(folder, SCHEMA).writer()
    writer.cancel()
    add(folder, "a")


def test_cancelled_writer_leaves_nothing(folder: Path) -> None:
    add(folder, "a")
    files = sorted(folder.iterdir())
    writer = ArrayIndex.open(folder, SCHEMA).writer()
    writer.add_document(key="b", text="b")
    writer.delete_document(0)
    writer.cancel()
    assert sorted(folder.iterdir()) == files
    assert found(folder, query.Every()) == ["a"]


def test_open_index_stays_as_it_was_when_it_was_opened(folder: Path) -> None:
    add(folder, "a", "b")
    evaluator = ArrayIndex.open(folder, SCHEMA).evaluator()
    assert len(evaluator.matching(query.Every())) == 2
    add(folder, "c")
    assert len(evaluator.matching(query.Every())) == 2
    assert found(folder, query.Every()) == ["a", "b", "c"]


def test_updated_document_replaces_the_one_with_its_key(folder: Path) -> None:
    add(folder, "a", "b", "c")
    writer = ArrayIndex.open(folder, SCHEMA).writer()
    writer.update_document(key="b", text="neu")
    writer.commit()
    assert found(folder, query.Term("text", "b")) == []
    assert found(folder, query.Term("text", "neu")) == ["b"]
    assert sorted(found(folder, query.Every())) == ["a", "b", "c"]


def test_document_number_behind_the_last_is_refused(folder: Path) -> None:
    add(folder, "a")
    writer = ArrayIndex.open(folder, SCHEMA).writer()
    with pytest.raises(IndexError):
        writer.delete_document(1)
    writer.cancel()


def test_many_commits_are_merged_into_few_segments(folder: Path) -> None:
    texts = [f"w{number} gleich" for number in range(40)]
    for text in texts:
        add(folder, text, merge=True)
    assert len(ArrayIndex.open(folder, SCHEMA).segments) < MERGE_FACTOR
    assert found(folder, query.Term("text", "gleich")) == texts
    assert len(list(folder.glob("*.seg"))) == len(ArrayIndex.open(folder, SCHEMA).segments)


def test_word_more_frequent_than_a_code_holds_scores_as_in_whoosh() -> None:
    documents = [{"key": str(count), "text": "viel " * count + "rest"} for count in (1, 254, 255, 256, 3000)]
    with both(Archive([documents])) as (ours, stock), stock.searcher() as searcher:
        wanted = query.Term("text", "viel")
        expected = dict(searcher.search(wanted, limit=None).items())
        page = ours.evaluator().search(wanted)
        assert page.scores is not None
        assert dict(zip(page.numbers.tolist(), page.scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-6)
        ours.writer().commit(optimize=True)


def test_position_above_two_bytes_is_kept() -> None:
    text = "a " * 70_000 + "b c"
    with both(Archive([[{"key": "0", "text": text}]])) as (ours, _):
        assert ours.evaluator().search(query.Phrase("text", ["a", "b", "c"])).total == 1
        assert ours.evaluator().search(query.Phrase("text", ["b", "a"])).total == 0


def _terms(word: str) -> list[str]:
    return {"weg": [], "\n": [], "beide": ["beide", "zwei"]}.get(word, [word])


class _Words(Analyzer):
    """Words in lower case, none for `weg`, two for `beide`."""

    def __call__(self, value: str, **_modes: Any) -> Any:
        token = Token(positions=True)
        position = -1
        for found_word in re.finditer(r"\w+|\n", value):
            word = found_word[0].lower()
            if word == "\n":
                position += 7
            for text in _terms(word):
                position += 1
                token.text, token.pos, token.boost, token.stopped = text, position, 1.0, False
                yield token


class _ContextFree(_Words):
    """The same, and says so."""

    context_free_gaps = {"\n": 7}  # noqa: RUF012 - a constant of the test

    @staticmethod
    def context_free_terms(piece: str) -> list[str]:
        return _terms(piece.lower())


class _Synonyms(Analyzer):
    """Two terms at each place."""

    def __call__(self, value: str, **_modes: Any) -> Any:
        token = Token(positions=True)
        for position, word in enumerate(value.split()):
            for text in (word, word + word):
                token.text, token.pos, token.boost, token.stopped = text, position, 1.0, False
                yield token


def test_two_terms_at_one_place_are_neighbours_of_the_next(tmp_path: Path) -> None:
    schema = fields.Schema(text=fields.TEXT(analyzer=_Synonyms()))
    writer = ArrayIndex.create(tmp_path, schema).writer()
    writer.add_document(text="a b c")
    writer.commit()
    evaluator = ArrayIndex.open(tmp_path, schema).evaluator()
    for words, total in ((["a", "b"], 1), (["aa", "b", "cc"], 1), (["a", "aa"], 0), (["b", "a"], 0)):
        assert evaluator.search(query.Phrase("text", words)).total == total


@given(
    st.lists(
        st.lists(st.sampled_from(["Haus", "haus", "weg", "beide", "ab", "\n"]), max_size=8), min_size=1, max_size=5
    )
)
def test_context_free_analyzer_gives_the_same_postings(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]]
) -> None:
    postings = []
    for analyzer in (_Words(), _ContextFree()):
        schema = fields.Schema(text=fields.TEXT(analyzer=analyzer))
        index = ArrayIndex.create(tmp_path_factory.mktemp("index"), schema)
        writer = index.writer()
        for text in texts:
            writer.add_document(text=" ".join(text))
        writer.commit()
        (segment,) = ArrayIndex.open(index._folder, schema).segments  # noqa: SLF001 - the folder is the test's own
        data = segment.data.fields["text"]
        made = data.postings()
        assert made.positions is not None
        assert data.lengths is not None
        postings.append([list(made.terms), made.docs.tolist(), made.positions.tolist(), data.lengths.tolist()])
    assert postings[0] == postings[1]


@given(archives(), st.booleans(), st.integers(0, 40))
def test_order_by_a_column_agrees_with_sorting(archive: Archive, descending: bool, limit: int) -> None:  # noqa: FBT001 - Hypothesis decides
    documents = [document for segment in archive.segments for document in segment]
    missing = 2**31 - 1
    alive = [number for number in range(archive.count) if number not in archive.deleted]

    def key(number: int) -> tuple[bool, int]:
        value = documents[number].get("number", missing)
        return value == missing, -value if descending else value

    with both(archive) as (ours, _):
        page = ours.evaluator().ordered(query.Every(), Order("number", descending, missing), limit)
        assert page.total == len(alive)
        assert page.numbers.tolist() == sorted(alive, key=key)[:limit]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 50)), max_size=60))
def test_cache_gives_what_was_made_and_stays_within_its_bytes(asked: list[tuple[int, int]]) -> None:
    cache = ByteCache(100)
    sizes: dict[int, int] = {}
    for key, size in asked:
        sizes.setdefault(key, size)
        assert cache.get(key, lambda key=key: (f"value {key}", sizes[key])) == f"value {key}"  # type: ignore[misc]
        assert cache._size <= 100  # noqa: SLF001 - the bound is what it is for


def test_stored_datetime_is_searchable_and_comes_back(tmp_path: Path) -> None:
    schema = fields.Schema(when=fields.DATETIME(stored=True, sortable=True), raw=fields.STORED())
    writer = ArrayIndex.create(tmp_path, schema).writer()
    writer.add_document(when=datetime(2026, 11, 24), raw=b"\x00\xff")  # noqa: DTZ001 - Whoosh's dates are naive
    writer.commit()
    evaluator = ArrayIndex.open(tmp_path, schema).evaluator()
    wanted = query.DateRange("when", datetime(2026, 1, 1), datetime(2026, 12, 31))  # noqa: DTZ001
    assert evaluator.matching(wanted).tolist() == [0]
    assert evaluator.stored(0) == {"when": datetime(2026, 11, 24), "raw": b"\x00\xff"}  # noqa: DTZ001


def test_whooshs_tokenizer_is_collected_field_by_field(folder: Path) -> None:
    assert not hasattr(RegexTokenizer(), "context_free_terms")
    add(folder, "über über ab")
    assert found(folder, query.FuzzyTerm("text", "uber", prefixlength=0)) == ["über über ab"]


@pytest.mark.parametrize(
    "wanted",
    [query.Wildcard("text", "*b*"), query.FuzzyTerm("text", "ab"), query.Regex("text", "a.*")],
    ids=lambda wanted: type(wanted).__name__,
)
def test_search_without_time_says_what_it_has_left_out(
    folder: Path, monkeypatch: pytest.MonkeyPatch, wanted: query.Query
) -> None:
    add(folder, "ab", "b")
    monkeypatch.setattr(evaluator_module, "TIME_LIMIT", -1.0)
    found = ArrayIndex.open(folder, SCHEMA).evaluator().search(wanted)
    assert found.limited == {type(wanted).__name__}


def test_fuzzy_term_that_stands_for_too_many_keeps_the_closest(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(folder, "ab", "abc abc", "axc", "xbc")
    monkeypatch.setattr(evaluator_module, "MAX_EXPANSIONS", 2)
    found = ArrayIndex.open(folder, SCHEMA).evaluator().search(query.FuzzyTerm("text", "abc", prefixlength=0))
    assert found.limited == {"FuzzyTerm"}
    assert found.numbers.tolist() == [0, 1]
