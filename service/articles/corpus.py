"""The folder of articles: walking it, reading each file once, and its fingerprint."""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.articles.decode import MAX_BYTES, UnreadableError
from service.articles.house import read_house_format
from service.articles.model import Article, Notice, Read, Rejected

READERS: dict[str, Callable[[bytes, str, str], Read]] = {".txt": read_house_format}
"""Which reader takes the files of which ending."""

_FUTURE = timedelta(days=365)
_IN_THE_FUTURE = "Datum: {:%Y-%m-%d} is more than a year from now; correct the date if that is a mistake"
MAX_ID_LENGTH = 300
"""Code points. An id stands in URLs; the longest path names of file systems fit."""


@dataclass(frozen=True)
class Found:
    """A file below the folder: `path` relative, with `/`, as shown to people; `problem` where it cannot be read."""

    path: str
    location: Path
    problem: str | None = None


class Fingerprint:
    """A digest of every path and every byte that was read: equal folders agree, wherever they stand."""

    def __init__(self) -> None:
        self._digest = hashlib.blake2b(digest_size=16)

    def add(self, path: str, content: bytes) -> None:
        """Take in one file. Lengths go first, so that no two folders run together into one digest."""
        for part in (path.encode(), content):
            self._digest.update(len(part).to_bytes(8, "big"))
            self._digest.update(part)

    def hexdigest(self) -> str:
        """32 hexadecimal digits."""
        return self._digest.hexdigest()


class Corpus:
    """A folder of articles, read in the order of its paths.

    Hidden files and folders (a leading dot) are no part of it. A link is followed to a file inside the folder only.

    Raises:
        NotADirectoryError: the folder is missing or is a file.
    """

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder} is not a folder")
        self._root = folder.resolve()

    def fingerprint(self) -> str:
        """The fingerprint of the folder as it is now, without making articles of it."""
        fingerprint = Fingerprint()
        for found in self._files():
            try:
                fingerprint.add(found.path, _content(found))
            except UnreadableError as error:
                fingerprint.add(found.path, str(error).encode())
        return fingerprint.hexdigest()

    def read(self, fingerprint: Fingerprint) -> Iterator[Article | Notice]:
        """Every article, and a notice or a rejection for all that is odd or cannot be read.

        Each file is read once: `fingerprint` takes in the same bytes that the articles are made of. Dates of
        more than a year from now are odd.
        """
        latest = datetime.now(UTC) + _FUTURE
        paths_by_id: dict[str, str] = {}
        for found in self._files():
            try:
                read = _read(found, fingerprint)
                _claim(read, found.path, paths_by_id)
            except UnreadableError as error:
                yield Rejected(found.path, error.line, str(error))
            else:
                yield from read.notices
                if read.article.published is not None and read.article.published > latest:
                    yield Notice(found.path, read.date_line, _IN_THE_FUTURE.format(read.article.published))
                yield read.article

    def _files(self) -> Iterator[Found]:
        root = self._root
        closed: list[OSError] = []
        for parent, folders, names in os.walk(root, onerror=closed.append):
            links = [name for name in folders if os.path.islink(os.path.join(parent, name))]  # noqa: PTH114, PTH118 - a million files
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names + links):
                if not name.startswith("."):
                    yield _inspect(Path(parent, name), root)
        for error in closed:
            location = Path(error.filename)
            yield Found(_shown(location, root), location, f"the folder cannot be opened: {_reason(error)}")


def _inspect(location: Path, root: Path) -> Found:
    path = _shown(location, root)
    if path != location.relative_to(root).as_posix():
        return Found(path, location, "the name of the file is not UTF-8; rename it")
    if not path.isprintable():
        return Found(
            repr(path)[1:-1], location, "the name of the file has characters that cannot be printed; rename it"
        )
    if location.is_symlink() and os.path.isdir(location):  # noqa: PTH112 - a link in a circle is none, not an error
        return Found(path, location, "a link to a folder is not followed")
    if location.is_symlink() and not Path(os.path.realpath(location)).is_relative_to(root):
        return Found(path, location, "the file is a link that leads out of the folder")
    if location.suffix.lower() not in READERS:
        return Found(path, location, f"articles end in {', '.join(sorted(READERS))}; this file is none")
    return Found(path, location)


def _shown(location: Path, root: Path) -> str:
    """The path below the root in UTF-8, bytes that are not escaped."""
    return location.relative_to(root).as_posix().encode("utf-8", "backslashreplace").decode()


def _read(found: Found, fingerprint: Fingerprint) -> Read:
    try:
        content = _content(found)
    except UnreadableError as error:
        fingerprint.add(found.path, str(error).encode())
        raise
    fingerprint.add(found.path, content)
    path = Path(found.path)
    read = READERS[path.suffix.lower()](content, found.path, found.path.removesuffix(path.suffix))
    return replace(read, article=replace(read.article, id=_valid_id(read.article.id)))


def _claim(read: Read, path: str, paths_by_id: dict[str, str]) -> None:
    """Take the id of an article for this path, if no other has it."""
    first = paths_by_id.setdefault(read.article.id, path)
    if first != path:
        advice = 'rename one file, or give one a header line "ID: ..."'
        raise UnreadableError(f"the id {read.article.id!r} belongs to {first} already; {advice}", read.id_line)


def _valid_id(wanted: str) -> str:
    """The id as it is addressed: NFC, `/` written as `:`."""
    valid = unicodedata.normalize("NFC", wanted).replace("/", ":")
    if len(valid) > MAX_ID_LENGTH:
        raise UnreadableError(f"the id has {len(valid)} characters, more than {MAX_ID_LENGTH}")
    if not valid.isprintable():
        raise UnreadableError(f"the id {valid!r} has characters that cannot be printed")
    if not any(char.isalnum() for char in valid):
        raise UnreadableError(f"the id {valid!r} has no letter or digit")
    return valid


def _content(found: Found) -> bytes:
    """The bytes of a regular file, at most one more than an article may have."""
    if found.problem is not None:
        raise UnreadableError(found.problem)
    try:
        if not stat.S_ISREG(found.location.stat().st_mode):
            raise UnreadableError("this is not a regular file")
        with found.location.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnreadableError(f"the file cannot be opened: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()
