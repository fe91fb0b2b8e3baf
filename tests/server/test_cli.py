import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support import DEADLINE, EXAMPLES, ROOT, environment, write_archive

import service
from service.cli import main
from service.index.generations import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "articles", {"gut": "Titel\nText.\n", "leer": ""})


def call(tmp_path: Path, *arguments: str, **settings: str) -> Result:
    environment = {"ARTIKEL_INDEX": str(tmp_path / "index"), **settings}
    return CliRunner().invoke(main, arguments, env=environment)


def test_index_reports_both_counts_and_every_rejected_file(folder: Path, tmp_path: Path) -> None:
    result = call(tmp_path, "index", str(folder))
    assert result.exit_code == 0
    assert "1 articles indexed, 1 files rejected" in result.stdout
    assert "leer.txt: the file is empty" in result.stderr


def test_index_says_when_nothing_has_changed(folder: Path, tmp_path: Path) -> None:
    call(tmp_path, "index", ARTIKEL_ARTICLES=str(folder))
    result = call(tmp_path, "index", ARTIKEL_ARTICLES=str(folder))
    assert "1 articles unchanged, 1 files rejected" in result.stdout
    assert "leer.txt" in result.stderr


def test_strict_index_exits_with_1_if_a_file_is_rejected(folder: Path, tmp_path: Path) -> None:
    for _ in range(2):
        assert call(tmp_path, "index", "--strict", str(folder)).exit_code == 1
    (folder / "leer.txt").unlink()
    assert call(tmp_path, "index", "--strict", str(folder)).exit_code == 0


def test_index_of_a_missing_folder_is_one_sentence(tmp_path: Path) -> None:
    result = call(tmp_path, "index", str(tmp_path / "fehlt"))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == f"Error: {tmp_path / 'fehlt'} is not a folder"


def test_second_indexer_says_so_and_leaves(folder: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "index").indexer(wait=False):
        result = call(tmp_path, "index", str(folder))
    assert result.exit_code == 1
    assert "Another process is indexing" in result.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ARTIKEL_WORKERS", "viele"),
        ("ARTIKEL_THREADS", "0"),
        ("ARTIKEL_BIND", "nirgends"),
        ("ARTIKEL_LOG_LEVEL", "LAUT"),
        ("ARTIKEL_LOG_QUERIES", "vielleicht"),
        ("ARTIKEL_CACHE_SECONDS", "-1"),
    ],
)
def test_wrong_setting_is_named_in_one_sentence(tmp_path: Path, variable: str, value: str) -> None:
    result = call(tmp_path, "index", **{variable: value})
    assert result.exit_code == 1
    assert variable in result.stderr
    assert "Traceback" not in result.stderr


def test_all_wrong_settings_are_named_at_once(tmp_path: Path) -> None:
    result = call(tmp_path, "index", ARTIKEL_WORKERS="x", ARTIKEL_THREADS="y")
    assert "ARTIKEL_WORKERS" in result.stderr
    assert "ARTIKEL_THREADS" in result.stderr


def test_openapi_prints_the_committed_document(tmp_path: Path) -> None:
    result = call(tmp_path, "openapi")
    assert result.stdout == (ROOT / "openapi.yaml").read_text(encoding="utf-8")


def test_version_is_that_of_the_package(tmp_path: Path) -> None:
    assert service.__version__ in call(tmp_path, "--version").stdout


def test_examples_are_indexed_without_a_rejection(tmp_path: Path) -> None:
    assert call(tmp_path, "index", "--strict", str(EXAMPLES)).exit_code == 0


def test_index_that_waits_says_so_and_goes_on(folder: Path, tmp_path: Path) -> None:
    with ExitStack() as first:
        first.enter_context(Store(tmp_path / "index").indexer(wait=False))
        with subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "service", "index", "--wait", str(folder)],
            cwd=ROOT,
            env=environment(folder, tmp_path / "index"),
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        ) as second:
            assert second.stderr is not None
            assert any("Waiting for it." in line for line in iter(second.stderr.readline, ""))
            first.close()
            second.communicate(timeout=DEADLINE)
    assert second.returncode == 0


def test_index_folder_among_the_articles_is_refused(folder: Path, tmp_path: Path) -> None:
    result = call(tmp_path, "index", str(folder), ARTIKEL_INDEX=str(folder / "index"))
    assert result.exit_code == 1
    assert "must lie apart" in result.stderr
    assert sorted(file.name for file in folder.iterdir()) == ["gut.txt", "leer.txt"]
