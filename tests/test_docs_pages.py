"""Every command and every program of the pages in docs/ does what the page shows."""

import contextlib
import io
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support import DEADLINE, ROOT, Server

_DOCS = {file.stem: file.read_text(encoding="utf-8") for file in sorted((ROOT / "docs").glob("*.md"))}
_ELSEWHERE = {"clients"}
"""Pages that tests of their own carry out."""
_LANGUAGES = {"console", "python", "text", "html", "js"}
_BASH, _CURL = shutil.which("bash"), shutil.which("curl")
_MARK = "=== end of a command ==="


def _blocks(page: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page: language and content."""
    return re.findall(r"^```(\w*)\n(.*?)^```$", _DOCS[page], flags=re.DOTALL | re.MULTILINE)


def _pages_with(language: str) -> list[str]:
    return [page for page in _DOCS if page not in _ELSEWHERE and language in dict(_blocks(page))]


def _served_by(server: Server, text: str) -> str:
    """The text with the address of the running server."""
    return text.replace("localhost:8000", ":".join(map(str, server.address)))


def _shown(server: Server, text: str) -> str:
    """The text with the address that the pages have."""
    return text.replace(":".join(map(str, server.address)), "localhost:8000")


def _commands(page: str) -> Iterator[tuple[str, str]]:
    """The commands of a page, without prompts, and what is shown below each."""
    for language, content in _blocks(page):
        if language == "console":
            for command, shown in re.findall(r"^\$ (.*\n(?:> .*\n)*)((?:(?!\$ ).*\n)*)", content, flags=re.MULTILINE):
                yield re.sub("^> ", "", command, flags=re.MULTILINE), shown


def test_every_block_of_a_page_is_carried_out() -> None:
    assert len(_DOCS) > len(_ELSEWHERE)
    for page in _DOCS.keys() - _ELSEWHERE:
        languages = [language for language, _ in _blocks(page)]
        assert set(languages) <= _LANGUAGES
        assert all(before == "python" for before, language in pairwise(["", *languages]) if language == "text")
        assert set(languages) & {"html", "js"} == set() or page == "search-box"


@pytest.mark.parametrize("name", _pages_with("console"))
def test_commands_of_the_page_print_what_it_shows(server: Server, tmp_path: Path, name: str) -> None:
    assert _BASH, "bash is not on PATH"
    assert _CURL, "curl is not on PATH"
    expected = list(_commands(name))
    script = "".join(f"{command}echo '{_MARK}'\n" for command, _ in expected)
    done = subprocess.run(  # noqa: S603 - commands of this repository
        [_BASH, "-c", _served_by(server, script)],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )
    assert done.stderr == ""
    printed = _shown(server, done.stdout).split(f"{_MARK}\n")[:-1]
    commands = [command for command, _ in expected]
    assert list(zip(commands, printed, strict=True)) == expected


@pytest.mark.parametrize("name", _pages_with("python"))
def test_programs_of_the_page_print_what_it_shows(server: Server, name: str) -> None:
    names: dict[str, Any] = {}
    blocks = _blocks(name)
    for (language, content), (following, shown) in pairwise([*blocks, ("", "")]):
        if language == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(_served_by(server, content), names)  # noqa: S102 - programs of this repository
            assert printed.getvalue() == (shown if following == "text" else ""), content


@pytest.fixture
def site(server: Server, tmp_path: Path) -> Iterator[str]:
    """The address of the page of the search box, on another origin than the API."""
    blocks = dict(_blocks("search-box"))
    (tmp_path / "index.html").write_text(blocks["html"], encoding="utf-8")
    (tmp_path / "favicon.ico").touch()  # browsers ask for it
    (tmp_path / "search.js").write_text(_served_by(server, blocks["js"]), encoding="utf-8")
    files = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(tmp_path)))
    with files:
        thread = Thread(target=files.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{files.server_port}/"
        files.shutdown()
        thread.join()


def test_search_box_suggests_highlights_filters_and_pages(server: Server, site: str, page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(site)

    page.get_by_role("combobox", name="Suche").press_sequentially("stu")
    expect(page.locator("#suggestions option").first).to_have_attribute("value", "Sturmflut")
    page.get_by_role("combobox", name="Suche").fill("Deich")
    page.get_by_role("button", name="Suchen").click()
    total = server.get("/v1/search?q=Deich")[2]["total"]["value"]
    expect(page.get_by_role("status")).to_have_text(f"{total} Artikel")
    expect(page.locator("#results li")).to_have_count(10)
    expect(page.locator("#results mark").first).to_contain_text("eich")

    page.get_by_role("button", name="Weiter").click()
    expect(page.locator("#results li")).to_have_count(total - 10)
    expect(page.get_by_role("button", name="Weiter")).to_be_hidden()
    page.get_by_role("button", name="Zurück").click()
    expect(page.locator("#results li")).to_have_count(10)

    first, second = (page.locator("fieldset").first.get_by_role("checkbox").nth(n) for n in (0, 1))
    first.check()
    expect(page.get_by_role("status")).not_to_have_text(f"{total} Artikel")
    chosen = {box.get_attribute("value") for box in (first, second)}
    second.check()
    filtered = server.get("/v1/search?q=Deich&" + "&".join(f"source={name}" for name in chosen))[2]["total"]["value"]
    expect(page.get_by_role("status")).to_have_text(f"{filtered} Artikel")

    page.get_by_role("combobox", name="Suche").fill("Klimaschtz")
    page.get_by_role("button", name="Suchen").click()
    expect(page.get_by_role("status")).to_contain_text("„klimaschutz“ statt „klimaschtz“")
    assert complaints == []
