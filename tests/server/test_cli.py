import json
import os
import pty
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


def ask(tmp_path: Path, asked: str, *arguments: str) -> Result:
    words = tmp_path / "words.tsv"
    words.write_text("word\tfreq\nWetter\t90\nwetter\t7\nVetter\t3\nTheater\t40\n", encoding="utf-8")
    return CliRunner().invoke(main, ["correct", "--vocabulary", str(words), *arguments], input=asked)


def test_index_reports_both_counts_and_every_rejected_file(folder: Path, tmp_path: Path) -> None:
    result = call(tmp_path, "index", str(folder))
    assert result.exit_code == 0
    assert "1 article indexed, 1 file rejected" in result.stdout
    assert "leer.txt: the file is empty" in result.stderr


def test_index_says_when_nothing_has_changed(folder: Path, tmp_path: Path) -> None:
    call(tmp_path, "index", ARTIKEL_ARTICLES=str(folder))
    result = call(tmp_path, "index", ARTIKEL_ARTICLES=str(folder))
    assert "1 article unchanged, 1 file rejected" in result.stdout
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
    ("variable", "value", "mend"),
    [
        ("ARTIKEL_ARTICLES", "", "a folder"),
        ("ARTIKEL_INDEX", " ", "a folder"),
        ("ARTIKEL_WORKERS", "viele", "a whole number from 1 on"),
        ("ARTIKEL_THREADS", "0", "a whole number from 1 on"),
        ("ARTIKEL_BIND", "nirgends", "an address and a port up to 65535, such as 127.0.0.1:8000 or [::1]:8000"),
        ("ARTIKEL_BIND", "localhost:99999", "an address and a port up to 65535, such as 127.0.0.1:8000 or [::1]:8000"),
        ("ARTIKEL_BIND", "[::1:8000", "an address and a port up to 65535, such as 127.0.0.1:8000 or [::1]:8000"),
        ("ARTIKEL_LOG_LEVEL", "LAUT", "one of DEBUG, INFO, WARNING, ERROR"),
        ("ARTIKEL_LOG_QUERIES", "vielleicht", "true or false"),
        ("ARTIKEL_CACHE_SECONDS", "-1", "a whole number from 0 on"),
        ("ARTIKEL_RESULT_CACHE_MB", "-1", "a whole number from 0 on"),
        (
            "ARTIKEL_CORS_ORIGINS",
            "https://zeitung.example, nirgends",
            "* or origins with commas between them, such as https://zeitung.example",
        ),
        (
            "ARTIKEL_TAGGING_ENTITY",
            "archiv",
            "a host or mail address, a comma and a date, such as archiv.example,2026",
        ),
        *(
            ("ARTIKEL_PUBLIC_URL", value, "an origin without a path, such as https://archiv.example")
            for value in ("https://archiv.example/suche/", "https://archiv.example?a=b", "archiv.example")
        ),
    ],
)
def test_wrong_setting_is_named_in_one_sentence(tmp_path: Path, variable: str, value: str, mend: str) -> None:
    result = call(tmp_path, "index", **{variable: value})
    assert result.exit_code == 1
    assert result.stderr == f"Error: {variable} is {value!r}; it must be {mend}.\n"


@pytest.mark.parametrize("address", ["[::1]:0", "0.0.0.0:65535", "archiv:80"])
def test_addresses_to_listen_on_may_be_names_and_both_kinds_of_numbers(tmp_path: Path, address: str) -> None:
    assert call(tmp_path, "index", ARTIKEL_BIND=address).exit_code == 0


@pytest.mark.parametrize("origin", ["", "https://archiv.example", "http://localhost:8000/", "http://[::1]:8000"])
def test_public_url_is_an_origin(tmp_path: Path, origin: str) -> None:
    assert call(tmp_path, "index", ARTIKEL_PUBLIC_URL=origin).exit_code == 0


def test_all_wrong_settings_are_named_at_once(tmp_path: Path) -> None:
    result = call(tmp_path, "index", ARTIKEL_WORKERS="x", ARTIKEL_THREADS="y")
    assert "ARTIKEL_WORKERS is 'x'; it" in result.stderr
    assert "ARTIKEL_THREADS is 'y'; it" in result.stderr


def test_variable_that_is_no_setting_is_said_with_what_was_probably_meant(tmp_path: Path) -> None:
    result = call(tmp_path, "index", ARTIKEL_WORKER="3", ARTIKEL_SERVICE_HOST="10.0.0.1")
    assert result.exit_code == 0
    assert result.stderr.splitlines()[:2] == [
        "Warning: ARTIKEL_SERVICE_HOST is no setting and is ignored.",
        "Warning: ARTIKEL_WORKER is no setting and is ignored; is ARTIKEL_WORKERS meant?",
    ]


@pytest.mark.parametrize("command", ["index", "serve", "mcp"])
@pytest.mark.parametrize(
    ("place", "reason"),
    [("file", "it is a file"), ("file/index", "Not a directory"), ("/proc/index", "No such file or directory")],
)
def test_index_that_cannot_be_written_is_one_sentence(tmp_path: Path, command: str, place: str, reason: str) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / place
    result = call(tmp_path, command, ARTIKEL_INDEX=str(folder))
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        f"Error: The index cannot be written to {folder}: {reason}; set ARTIKEL_INDEX to a folder that can be."
    ]


def test_every_command_is_listed_with_a_whole_sentence(tmp_path: Path) -> None:
    commands = call(tmp_path, "--help").stdout.partition("Commands:\n")[2].splitlines()
    assert len(commands) == len(main.commands)
    assert all(line.endswith((".", ")")) and "..." not in line for line in commands)


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


def test_correct_prints_a_line_for_each_word(tmp_path: Path) -> None:
    result = ask(tmp_path, "Weter\ntheatr\n\nxyz\nVetter")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == ["Weter\tWetter\tVetter", "theatr\tTheater", "", "xyz", "Vetter\tWetter"]


def test_correct_as_json_tells_edits_distance_and_frequency(tmp_path: Path) -> None:
    first, second = map(json.loads, ask(tmp_path, "Thetaer\nxyz\n", "--json").stdout.splitlines())
    (correction,) = first.pop("corrections")
    assert first == {"word": "Thetaer"}
    assert 0 < correction.pop("distance") < 1
    assert correction == {"word": "Theater", "edits": 1, "frequency": 40}
    assert second == {"word": "xyz", "corrections": []}


def test_correct_names_the_line_that_is_no_word_with_a_frequency(tmp_path: Path) -> None:
    words = tmp_path / "falsch.tsv"
    words.write_text("Haus\t1\nHaus\n", encoding="utf-8")
    result = call(tmp_path, "correct", "--vocabulary", str(words))
    assert result.exit_code == 1
    assert result.stderr == f"Error: {words}: line 2 is not a word, a tab and a frequency\n"


def test_correct_with_a_vocabulary_that_is_missing_or_no_text_is_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.tsv"
    broken.write_bytes(b"\xff\t1\n")
    missing = "No such file or directory; name a file to --vocabulary."
    for file, reason in ((tmp_path / "fehlt.tsv", missing), (broken, "it is not in UTF-8; convert it.")):
        result = call(tmp_path, "correct", "--vocabulary", str(file))
        assert result.exit_code == 1
        assert result.stderr == f"Error: {file}: {reason}\n"


def test_correct_without_a_vocabulary_takes_the_words_of_the_archive(folder: Path, tmp_path: Path) -> None:
    assert call(tmp_path, "index", str(folder)).exit_code == 0
    settings = {"ARTIKEL_INDEX": str(tmp_path / "index")}
    result = CliRunner().invoke(main, ["correct"], env=settings, input="Titl\n")
    assert result.stdout == "Titl\ttitel\n"


def test_correct_without_a_vocabulary_and_an_archive_is_one_sentence(tmp_path: Path) -> None:
    result = call(tmp_path, "correct")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "--vocabulary" in result.stderr


def test_analyze_shows_the_tokens_of_a_text(tmp_path: Path) -> None:
    result = call(tmp_path, "analyze", "Rauhe Wege")
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["position", "start", "end", "surface", "form", "variant", "stem", "parts"],
        ["0", "0", "5", "Rauhe", "rauhe", "raue", "rau"],
        ["1", "6", "10", "Wege", "wege", "wege", "weg"],
        [],
    ]


def test_analyze_as_json_has_an_object_for_each_line() -> None:
    result = CliRunner().invoke(main, ["analyze", "--json"], input="Die Straße\n\n")
    first, second = map(json.loads, result.stdout.splitlines())
    assert [token["variant"] for token in first["tokens"]] == ["die", "strasse"]
    assert first["text"] == "Die Straße"
    assert first["tokens"][1] == {
        "surface": "Straße",
        "start": 4,
        "end": 10,
        "position": 1,
        "form": "straße",
        "variant": "strasse",
        "stem": "strass",
        "parts": [],
    }
    assert second == {"text": "", "tokens": []}


@pytest.mark.parametrize("command", [["correct"], ["analyze"]])
def test_command_that_reads_from_a_terminal_says_so(folder: Path, tmp_path: Path, command: list[str]) -> None:
    assert call(tmp_path, "index", str(folder)).exit_code == 0
    terminal, other_end = pty.openpty()
    with (
        os.fdopen(terminal, "w") as keyboard,
        os.fdopen(other_end) as standard_input,
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "service", *command],
            cwd=ROOT,
            env=environment(folder, tmp_path / "index"),
            stdin=standard_input,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stderr is not None
        assert process.stderr.readline() == "Reading from the terminal, line by line; end with Ctrl+D.\n"
        keyboard.write("Titl\n\x04")
        keyboard.flush()
        printed, _ = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0
    assert "titl" in printed.lower()
