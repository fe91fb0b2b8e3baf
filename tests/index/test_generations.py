import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from service.errors import IndexBusyError, IndexDamagedError, NotReadyError, SettingsError
from service.index.generations import Manifest, Store, read_manifest

OLD, NEW = "0" * 16, "1" * 16


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "index")


def publish(store: Store, generation: str) -> Path:
    with store.indexer(wait=False):
        folder = store.new_folder()
        (folder / "data").write_text(generation, encoding="utf-8")
        store.publish(folder, Manifest(generation, "folder", "analysis", 1))
        current = store.current()
    assert current is not None
    return current


def folders(store: Store) -> list[str]:
    current = store.current()
    assert current is not None
    return sorted(path.name.partition(".")[0] for path in current.parent.iterdir() if path.is_dir())


def sweep(store: Store) -> None:
    with store.indexer(wait=False):
        store.sweep()


def test_store_without_a_generation_is_not_ready(store: Store) -> None:
    assert store.current() is None
    assert store.stamp() is None
    with pytest.raises(NotReadyError), store.reading():
        pass


def test_published_generation_is_current_and_says_what_it_was_made_from(store: Store) -> None:
    folder = publish(store, OLD)
    assert read_manifest(folder) == Manifest(OLD, "folder", "analysis", 1)
    with store.reading() as reading:
        assert reading == folder
        assert (reading / "data").read_text(encoding="utf-8") == OLD


def test_stamp_changes_with_every_publication_even_of_the_same_generation(store: Store) -> None:
    stamps = set()
    for _ in range(5):
        publish(store, OLD)
        stamps.add(store.stamp())
    assert len(stamps) == 5


def test_sweep_keeps_what_is_read_and_removes_it_afterwards(store: Store) -> None:
    publish(store, OLD)
    with store.reading() as old:
        publish(store, NEW)
        sweep(store)
        assert (old / "data").read_text(encoding="utf-8") == OLD
        assert folders(store) == [OLD, NEW]
    sweep(store)
    assert folders(store) == [NEW]


def test_sweep_removes_what_a_killed_indexer_left(store: Store) -> None:
    publish(store, OLD)
    with store.indexer(wait=False):
        (store.new_folder() / "half").write_text("", encoding="utf-8")
    sweep(store)
    assert folders(store) == [OLD]


def test_sweep_leaves_folders_alone_that_are_not_its_own(store: Store) -> None:
    publish(store, OLD)
    foreign = []
    for name in ("meine-daten", "alt.kopie", f"{NEW}-kopie"):
        current = store.current()
        assert current is not None
        foreign.append(current.parent / name)
        foreign[-1].mkdir()
    sweep(store)
    assert all(folder.is_dir() for folder in foreign)


@pytest.mark.parametrize("articles", ["index", ".", "index/articles"])
def test_index_and_articles_must_lie_apart(tmp_path: Path, articles: str) -> None:
    with pytest.raises(SettingsError, match="must lie apart"):
        Store(tmp_path / "index").keep_apart(tmp_path / articles)
    Store(tmp_path / "index").keep_apart(tmp_path / "articles")


def test_second_indexer_is_refused_while_the_first_works(store: Store) -> None:
    with store.indexer(wait=False), pytest.raises(IndexBusyError), store.indexer(wait=False):
        pass


def test_second_indexer_that_waits_goes_on_when_the_first_is_done(store: Store) -> None:
    order = []

    def wait() -> None:
        with store.indexer(wait=True):
            order.append("second")

    with store.indexer(wait=False):
        second = threading.Thread(target=wait)
        second.start()
        order.append("first")
    second.join(timeout=30)
    assert order == ["first", "second"]


def test_publication_is_on_disk_before_each_of_its_renames(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: set[int] = set()
    renames: list[tuple[str, set[int]]] = []
    fsync, rename, replace = os.fsync, os.rename, os.replace

    def recorded_fsync(descriptor: int) -> None:
        fsync(descriptor)
        synced.add(os.fstat(descriptor).st_ino)

    def recorded(move: Callable[[Path, Path], None]) -> Callable[[Path, Path], None]:
        def moved(source: Path, target: Path) -> None:
            move(source, target)
            renames.append((Path(target).name, set(synced)))
            synced.clear()

        return moved

    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(os, "rename", recorded(rename))
    monkeypatch.setattr(os, "replace", recorded(replace))
    folder = publish(store, NEW)
    root = folder.parent
    (first, before_first), (second, before_second) = renames
    assert (first, second) == (folder.name, "CURRENT")
    assert before_first >= {path.stat().st_ino for path in (folder, *folder.iterdir())}
    assert before_second >= {path.stat().st_ino for path in (root, root / "CURRENT")}
    assert synced == {root.stat().st_ino}


def test_damaged_manifest_is_named(store: Store) -> None:
    folder = publish(store, OLD)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(IndexDamagedError, match="manifest"):
        read_manifest(folder)
