"""Generations of the index on disk, and how one takes the place of another.

    <root>/CURRENT            the name of the folder that serves; replaced by an atomic rename
    <root>/INDEXER            locked by the one process that may write
    <root>/<generation>.<n>/  a finished generation; its file LOCK is locked (shared) by everyone who reads it
    <root>/building-<n>/      one in the making; left over only where an indexer was killed

A killed indexer leaves at most a `building-` folder, or a finished one that is not current: the next indexer removes
both. The locks are `flock`, which the system drops with the process that held them.
"""

import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from service.errors import IndexBusyError, IndexDamagedError, NotReadyError, SettingsError

FORMAT = 3
"""Version of everything below a generation's folder; another one is rebuilt."""

_BUILDING = "building-"
_OWN_FOLDER = re.compile(r"building-\w+|[0-9a-f]{16}\.\w+")
_LOCK = "LOCK"
_MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """What a generation was made from. `generation` is derived from the two fingerprints and `newest`, nothing else.

    `newest` is the latest date of an article that was not in the future when it was indexed, as `to_moment` writes it;
    None where no article has one.
    """

    generation: str
    folder_fingerprint: str
    analysis_fingerprint: str
    articles: int
    newest: int | None = None
    format: int = FORMAT


class Store:
    """The folder that holds the generations."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def keep_apart(self, articles: Path) -> None:
        """See to it that neither folder lies in the other: the index would be read as articles.

        Raises:
            SettingsError: one does.
        """
        index, articles = self._root.resolve(), articles.resolve()
        if index.is_relative_to(articles) or articles.is_relative_to(index):
            raise SettingsError(
                f"The folder of the index ({index}) and that of the articles ({articles}) must lie apart."
            )

    @contextmanager
    def indexer(self, *, wait: bool) -> Iterator[None]:
        """The right to write, for one process at a time.

        Raises:
            IndexBusyError: another process has it and `wait` is off.
            SettingsError: the folder cannot be made or written.
        """
        try:
            self._root.mkdir(parents=True, exist_ok=True)
            file = (self._root / "INDEXER").open("a")
        except OSError as error:
            reason = "it is a file" if self._root.is_file() else error.strerror
            raise SettingsError(
                f"The index cannot be written to {self._root}: {reason}; set ARTIKEL_INDEX to a folder that can be."
            ) from error
        with file as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise IndexBusyError(f"Another process is indexing into {self._root}.") from None
            yield

    def current(self) -> Path | None:
        """The folder of the generation that serves."""
        try:
            name = (self._root / "CURRENT").read_text(encoding="utf-8").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return self._root / name

    def stamp(self) -> tuple[int, int] | None:
        """Changes whenever another generation becomes current; one system call."""
        try:
            status = os.stat(self._root / "CURRENT")  # noqa: PTH116 - asked on every request
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns

    def new_folder(self) -> Path:
        """An empty folder to build a generation in. Only for the indexer."""
        folder = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=self._root))
        folder.chmod(0o755)
        return folder

    def publish(self, folder: Path, manifest: Manifest) -> None:
        """Make a finished folder current. Only for the indexer."""
        (folder / _MANIFEST).write_text(json.dumps(asdict(manifest), indent=1), encoding="utf-8")
        (folder / _LOCK).touch()
        for file in folder.iterdir():
            _sync(file)
        _sync(folder)
        suffix = folder.name.removeprefix(_BUILDING)
        final = folder.rename(self._root / f"{manifest.generation}.{suffix}")
        _sync(self._root)
        pointer = self._root / "CURRENT.new"
        pointer.write_text(final.name, encoding="utf-8")
        _sync(pointer)
        pointer.replace(self._root / "CURRENT")
        _sync(self._root)

    def sweep(self) -> None:
        """Remove generations that no reader holds and nothing points to, and nothing else. Only for the indexer."""
        current = self.current()
        for folder in self._root.iterdir():
            if not folder.is_dir() or folder == current or not _OWN_FOLDER.fullmatch(folder.name):
                continue
            with suppress(BlockingIOError), _locked(folder, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(folder)

    @contextmanager
    def reading(self) -> Iterator[Path]:
        """The current generation's folder, which is not removed before the context ends.

        Raises:
            NotReadyError: nothing has been indexed yet.
        """
        while True:
            folder = self.current()
            if folder is None:
                raise NotReadyError("Nothing has been indexed yet.")
            with _locked(folder, fcntl.LOCK_SH):
                # Between reading CURRENT and locking, the folder may have been swept away.
                if folder == self.current():
                    yield folder
                    return


def read_manifest(folder: Path) -> Manifest:
    """What the generation in this folder was made from.

    Raises:
        IndexDamagedError: there is no manifest of this format.
    """
    try:
        return Manifest(**json.loads((folder / _MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise IndexDamagedError(f"{folder / _MANIFEST} cannot be read: index again.") from error


@contextmanager
def _locked(folder: Path, how: int) -> Iterator[None]:
    """Hold the folder's lock; a folder without one (never finished, or half removed) has nobody to lock out."""
    try:
        lock = (folder / _LOCK).open("rb")
    except FileNotFoundError:
        yield
        return
    with lock:
        fcntl.flock(lock, how)
        yield


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
