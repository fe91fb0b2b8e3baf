import errno
import os
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import EXAMPLES, SEED_ID

from service.articles.corpus import Corpus, Fingerprint
from service.articles.model import Article, Notice, Rejected

Files = Mapping[str, bytes]


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def read(folder: Path) -> list[Article | Notice]:
    return list(Corpus(folder).read(Fingerprint()))


def ids(folder: Path) -> list[str]:
    return [found.id for found in read(folder) if isinstance(found, Article)]


def rejected(folder: Path) -> list[str]:
    return [str(found) for found in read(folder) if isinstance(found, Rejected)]


def unopened(reason: int, kind: str = "file") -> str:
    return f"the {kind} cannot be opened: {os.strerror(reason).lower()}"


@contextmanager
def folder_of(files: Files) -> Iterator[Path]:
    with TemporaryDirectory() as place:
        yield write(Path(place), files)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "artikel", {"gut.txt": b"Ein Titel"})


def test_examples_are_all_read() -> None:
    found = read(EXAMPLES)
    assert all(isinstance(article, Article) for article in found)
    assert ids(EXAMPLES) == sorted(file.stem for file in EXAMPLES.iterdir())
    assert SEED_ID in ids(EXAMPLES)


def test_folder_that_is_none_is_refused(tmp_path: Path, folder: Path) -> None:
    for place in (tmp_path / "fehlt", folder / "gut.txt"):
        with pytest.raises(NotADirectoryError, match=f"{place.name} is not a folder"):
            Corpus(place)


def test_empty_folder_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path) == []


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.txt", "Titel", "a"),
        ("a.TXT", "Titel", "a"),
        ("a.b.txt", "Titel", "a.b"),
        ("2026/11/a.txt", "Titel", "2026:11:a"),
        ("ordner.txt/a.txt", "Titel", "ordner.txt:a"),
        ("Ä ö.txt", "Titel", "Ä ö"),
        (unicodedata.normalize("NFD", "Grüße/Größe.txt"), "Titel", "Grüße:Größe"),
        ("a.txt", "ID: b\nTitel", "b"),
        ("a/b.txt", "ID:  2026/c \nTitel", "2026:c"),
        ("a.txt", unicodedata.normalize("NFD", "ID: Größe\nTitel"), "Größe"),
        ("a.txt", "ID:\nTitel", "a"),
        (f"{'x' * 200}/{'y' * 99}.txt", "Titel", "x" * 200 + ":" + "y" * 99),
    ],
)
def test_id_is_named_by_the_header_or_else_by_the_path(tmp_path: Path, path: str, text: str, expected: str) -> None:
    assert ids(write(tmp_path, {path: text.encode()})) == [expected]


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("-.txt", "Titel", "the id '-' has no letter or digit"),
        ("a.txt", "ID: /\nTitel", "the id ':' has no letter or digit"),
        (
            "a.txt",
            "ID: a\u200bb\nTitel",
            r"the id 'a\u200bb' has characters that cannot be printed",
        ),
        (f"{'x' * 200}/{'y' * 100}.txt", "Titel", "the id has 301 characters, more than 300"),
        ("a.txt", f"ID: {'ä' * 301}\nTitel", "the id has 301 characters, more than 300"),
    ],
)
def test_id_that_cannot_stand_in_an_address_is_rejected(folder: Path, path: str, text: str, reason: str) -> None:
    assert rejected(write(folder, {path: text.encode()})) == [f"{path}: {reason}"]
    assert ids(folder) == ["gut"]


def test_file_name_that_cannot_be_printed_is_rejected_on_one_line(folder: Path) -> None:
    reason = "the name of the file has characters that cannot be printed; rename it"
    assert rejected(write(folder, {"a\n.txt": b"Titel"})) == [rf"a\n.txt: {reason}"]


@pytest.mark.parametrize(
    ("first", "second", "text", "line"),
    [
        ("a.txt", "b.txt", "ID: gleich\nTitel", 1),
        ("a.txt", "b.txt", "\nQuelle: Bote\n\nID: gleich\nTitel", 4),
        ("a.txt", "b.txt", "ID: anders\nID: gleich\nID:\nTitel", 2),
        ("a.TXT", "a.txt", "Titel", 1),
        ("a.TXT", "a.txt", "\nQuelle: Bote\nID:\nTitel", 1),
        ("a:b.txt", "a/b.txt", "Titel", 1),
        (unicodedata.normalize("NFD", "ö.txt"), "ö.txt", "Titel", 1),
    ],
)
def test_second_article_with_an_id_is_rejected_by_name(
    tmp_path: Path, first: str, second: str, text: str, line: int
) -> None:
    found = read(write(tmp_path, {first: text.encode(), second: text.encode(), "z.txt": b"Titel"}))
    article, rest = (one for one in found if isinstance(one, Article))
    assert rest.id == "z"
    advice = 'rename one file, or give one a header line "ID: ..."'
    reason = f"the id {article.id!r} belongs to {first} already; {advice}"
    assert [one for one in found if isinstance(one, Notice)] == [Rejected(second, line, reason)]


def test_id_is_free_where_its_first_file_was_rejected(tmp_path: Path) -> None:
    files = {"a.txt": b"ID: x\n---", "b.txt": b"ID: x\nTitel"}
    assert ids(write(tmp_path, files)) == ["x"]


@pytest.mark.parametrize(
    ("name", "content", "rejection"),
    [
        ("b.txt", b"", "b.txt: the file is empty"),
        ("b.txt", b"Titel\n\nText\0", "b.txt:3: the file is binary, not text"),
        ("b.txt", b"\n---\nText", "b.txt:2: there is no title"),
        ("b.txt", b"\nQuelle: Bote\n\nRessort: Politik\n\n", "b.txt:4: there is no title"),
        ("b.txt", b"Quelle: Bote\n\n- Themen:\n- #Energie\n", "b.txt:3: there is no title"),
        ("b.txt", b"\n#Energie\n#Hafen\n", "b.txt:2: there is no title"),
        ("b.txt", "\u00a0\n".encode(), "b.txt:1: there is no title"),
        ("c/b.txt", b"a" * 5_000_001, "c/b.txt: the file is larger than the 5 MB of the largest article"),
        ("b.txt", "Ü\nÖ\nÄ".encode() + b"\xc3", "b.txt:3: the file is UTF-8 with broken bytes in it"),
        ("b.pdf", b"Titel", "b.pdf: articles end in .txt; this file is none"),
        ("b", b"Titel", "b: articles end in .txt; this file is none"),
        ("b.txt~", b"Titel", "b.txt~: articles end in .txt; this file is none"),
    ],
)
def test_file_that_cannot_be_read_is_rejected_and_the_rest_is_read(
    folder: Path, name: str, content: bytes, rejection: str
) -> None:
    assert rejected(write(folder, {name: content, "z.txt": b"Titel"})) == [rejection]
    assert ids(folder) == ["gut", "z"]


def test_notices_come_with_their_article(folder: Path) -> None:
    write(folder, {"a/b.txt": b"Quelle: Bote\n\nDatum: gestern\nTitel"})
    _, notice, article = read(folder)
    reason = "Datum: 'gestern' is no date; write 2026-11-23 or 23.11.2026, 14:30 Uhr"
    assert (notice, article) == (Notice("a/b.txt", 3, reason), Article("a:b", "Titel", source="Bote"))


def test_hidden_files_and_folders_are_no_part_of_it(folder: Path) -> None:
    before = Corpus(folder).fingerprint()
    write(folder, {".a.txt": b"Titel", ".git/b.txt": b"Titel", "c/.d/e.txt": b"Titel", "c/.txt": b"Titel"})
    assert [*ids(folder), *rejected(folder)] == ["gut"]
    assert Corpus(folder).fingerprint() == before


def test_link_to_a_file_inside_is_followed(folder: Path) -> None:
    write(folder, {"c/d.txt": b"Ein zweiter Titel"})
    (folder / "c" / "e.txt").symlink_to("../gut.txt")
    (folder / "f.txt").symlink_to(folder / "c" / "d.txt")
    assert [(found.id, found.title) for found in read(folder) if isinstance(found, Article)] == [
        ("f", "Ein zweiter Titel"),
        ("gut", "Ein Titel"),
        ("c:d", "Ein zweiter Titel"),
        ("c:e", "Ein Titel"),
    ]


def test_folder_of_articles_may_itself_be_a_link(folder: Path, tmp_path: Path) -> None:
    (folder / "h.txt").symlink_to(folder / "gut.txt")
    (tmp_path / "link").symlink_to(folder)
    assert ids(tmp_path / "link") == ids(folder) == ["gut", "h"]
    assert Corpus(tmp_path / "link").fingerprint() == Corpus(folder).fingerprint()


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("../geheim.txt", "the file is a link that leads out of the folder"),
        ("../artikel-alt/geheim.txt", "the file is a link that leads out of the folder"),
        ("/dev/null", "the file is a link that leads out of the folder"),
        ("../fehlt.txt", "the file is a link that leads out of the folder"),
        (".kette", "the file is a link that leads out of the folder"),
        ("c", "a link to a folder is not followed"),
        (".", "a link to a folder is not followed"),
        ("..", "a link to a folder is not followed"),
        ("fehlt.txt", unopened(errno.ENOENT)),
        ("gut.txt/a.txt", unopened(errno.ENOTDIR)),
        ("link.txt", unopened(errno.ELOOP)),
        ("n" * 300, unopened(errno.ENAMETOOLONG)),
    ],
)
def test_link_that_leads_elsewhere_is_rejected(folder: Path, target: str, reason: str) -> None:
    write(folder, {"../geheim.txt": b"Geheim", "../artikel-alt/geheim.txt": b"Geheim", "c/d.txt": b"Titel"})
    (folder / ".kette").symlink_to("../geheim.txt")
    (folder / "link.txt").symlink_to(target)
    assert rejected(folder) == [f"link.txt: {reason}"]
    assert ids(folder) == ["gut", "c:d"]
    assert Corpus(folder).fingerprint() == Corpus(folder).fingerprint()


def test_pipe_is_rejected_without_waiting_for_a_writer(folder: Path) -> None:
    os.mkfifo(folder / "b.txt")
    assert rejected(folder) == ["b.txt: this is not a regular file"]
    assert ids(folder) == ["gut"]


@pytest.mark.parametrize(
    ("name", "shown"), [(b"M\xfcller.txt", r"M\udcfcller.txt"), (b"Stra\xdfe/a.txt", r"Stra\udcdfe/a.txt")]
)
def test_name_that_is_not_utf_8_is_rejected(folder: Path, name: bytes, shown: str) -> None:
    write(folder, {os.fsdecode(name): b"Titel"})
    assert rejected(folder) == [f"{shown}: the name of the file is not UTF-8; rename it"]
    assert ids(folder) == ["gut"]


def test_what_vanishes_while_it_is_read_is_rejected(folder: Path) -> None:
    write(folder, {"a.txt": b"Titel", "c/d.txt": b"Titel", "e/f.txt": b"Titel"})
    reading = Corpus(folder).read(Fingerprint())
    first = next(reading)
    (folder / "gut.txt").unlink()
    (folder / "c" / "d.txt").unlink()
    (folder / "c").rmdir()
    assert [first, *reading] == [
        Article("a", "Titel"),
        Rejected("gut.txt", None, unopened(errno.ENOENT)),
        Article("e:f", "Titel"),
        Rejected("c", None, unopened(errno.ENOENT, "folder")),
    ]


_CONTENTS = st.sampled_from([b"", b"a", b"b", b"ab", b"ba", b"a.txt", b"Titel", b"Titel\0", b"\xff\xfe"])
_FOLDERS = st.dictionaries(
    st.sampled_from(["a.txt", "b.txt", "ab.txt", "c/a.txt", "c/b.txt", "d/c/a.txt"]), _CONTENTS, max_size=4
)


@given(_FOLDERS, _FOLDERS)
def test_fingerprints_are_equal_for_equal_folders_only(one: Files, other: Files) -> None:
    with folder_of(one) as first, folder_of(other) as second:
        assert (Corpus(first).fingerprint() == Corpus(second).fingerprint()) == (one == other)


@given(_FOLDERS)
def test_fingerprint_and_order_forget_how_the_folder_was_made(files: Files) -> None:
    with folder_of(files) as first, folder_of(dict(reversed(list(files.items())))) as second:
        assert Corpus(first).fingerprint() == Corpus(second).fingerprint()
        assert read(first) == read(second)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a.txt": b"xy", "b.txt": b"z"}, {"a.txt": b"x", "b.txt": b"yz"}),
        ({"a.txt": b"x", "b.txt": b"y"}, {"a.txt": b"y", "b.txt": b"x"}),
        ({"a.txt": b"x"}, {"b.txt": b"x"}),
        ({"a.txt": b"x"}, {"c/a.txt": b"x"}),
        ({"a.txt": b"x"}, {"a.txt": b"x\n"}),
        ({"a.txt": b"x"}, {"a.TXT": b"x"}),
        ({"a.txt": b"x", "b.txt": b""}, {"a.txt": b"x"}),
        ({"a.txt": b"xb.txty"}, {"a.txt": b"x", "b.txt": b"y"}),
        ({"ö.txt": b"x"}, {unicodedata.normalize("NFD", "ö.txt"): b"x"}),
    ],
)
def test_fingerprint_sees_every_change(one: Files, other: Files) -> None:
    with folder_of(one) as first, folder_of(other) as second:
        assert Corpus(first).fingerprint() != Corpus(second).fingerprint()


def test_fingerprint_of_reading_is_that_of_looking(folder: Path) -> None:
    write(folder, {"b.txt": b"", "c/d.txt": b"Titel\0", "e.pdf": b"%PDF", "f.txt": b"ID: gut\nTitel"})
    os.mkfifo(folder / "g.txt")
    (folder / "h.txt").symlink_to("fehlt.txt")
    fingerprint = Fingerprint()
    assert len(list(Corpus(folder).read(fingerprint))) == 7
    assert fingerprint.hexdigest() == Corpus(folder).fingerprint()
    assert len(fingerprint.hexdigest()) == 32


def test_date_far_in_the_future_is_reported_with_its_line_and_kept(tmp_path: Path) -> None:
    files = {
        "falsch.txt": b"Autor: A B\nDatum: 9999-12-31\nTitel",
        "gut.txt": b"Datum: 2025-12-31\nTitel",
        "bald.txt": f"Datum: {datetime.now(UTC) + timedelta(days=300):%Y-%m-%d}\nTitel".encode(),
    }
    found = read(write(tmp_path, files))
    (notice,) = (it for it in found if isinstance(it, Notice))
    assert str(notice) == (
        "falsch.txt:2: Datum: 9999-12-31 is more than a year from now; correct the date if that is a mistake"
    )
    assert [it.published.year for it in found if isinstance(it, Article) and it.published].count(9999) == 1
