"""Every command and every program of README.md and of the pages in docs/ does what the page shows."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters
from pages import PAGES, Block, Command, blocks, commands, tokens
from playwright.sync_api import Page, expect
from support import DEADLINE, EXAMPLES, ROOT, Server, environment, run

_BASH, _CURL, _MAKE = shutil.which("bash"), shutil.which("curl"), shutil.which("make")
_MARK = "=== end of a command ==="
_SHOWN_SERVER = "http://localhost:8000"
_PROJECT = "/srv/artikelsuche/.venv/bin/python"
"""The interpreter of the page on language models."""
_BY_TESTS_OF_THEIR_OWN = {
    ("README.md", ""): "test_article_file_of_the_readme_is_read_as_it_says",
    ("docs/search-box.md", "html"): "test_search_box_suggests_highlights_filters_and_pages",
    ("docs/search-box.md", "js"): "test_search_box_suggests_highlights_filters_and_pages",
    ("docs/language-models.md", "json"): "test_client_of_the_page_finds_the_tools",
    ("docs/clients.md", "python"): "tests/clients",
    ("docs/clients.md", "ts"): "tests/clients",
}
"""Blocks by page and language, and what carries them out."""
_NOT_RUN = {
    "docker build -t artikelsuche .": "no container engine here; test_docs.py holds the Dockerfile to the tree",
    'docker run -p 8000:8000 -v "$PWD/examples:/articles" artikelsuche': "the same",
    ".venv/bin/python -m pip install --editable '.[mcp]'": "this environment has the extra, as it is locked",
    "pip install openapi-python-client": "this environment has it, as it is locked",
    "npm install openapi-fetch": "tests/clients installs it, as it is locked",
    "npm install --save-dev typescript@5 openapi-typescript": "the same",
    f"openapi-python-client generate --url {_SHOWN_SERVER}/openapi.json --meta none "
    "--output-path artikelsuche_client": "tests/clients runs it",
    f"npx openapi-typescript {_SHOWN_SERVER}/openapi.json --default-non-nullable=false "
    "--output schema.d.ts": "tests/clients runs it",
}
"""Commands that are not run as they stand, and why."""
_COMMANDS = [command for page in PAGES for command in commands(page)]


def _is_run(command: Command) -> bool:
    return command.text not in _NOT_RUN and not command.text.startswith("make ")


def _pages_with(language: str) -> list[str]:
    """The pages with such blocks, but for those that tests of their own carry out."""
    return [
        page
        for page in PAGES
        if (page, language) not in _BY_TESTS_OF_THEIR_OWN and language in {block.language for block in blocks(page)}
    ]


def _served_by(server: Server, text: str) -> str:
    """The text with the address of the running server."""
    return text.replace("localhost:8000", ":".join(map(str, server.address)))


def _shown(server: Server, text: str) -> str:
    """The text with the address that the pages have."""
    return text.replace(":".join(map(str, server.address)), "localhost:8000")


def _is_addresses(block: Block) -> bool:
    return not block.language and all(line.startswith(_SHOWN_SERVER) for line in block.content.splitlines())


def test_every_block_of_a_page_is_carried_out() -> None:
    own = set()
    for page in PAGES:
        before = ""
        for block in blocks(page):
            if (page, block.language) in _BY_TESTS_OF_THEIR_OWN:
                own.add((page, block.language))
            else:
                is_output = block.language == "text" and before == "python"
                is_run = block.language in {"console", "python"} or _is_addresses(block) or is_output
                assert is_run, f"{page}, line {block.line}: no test carries this block out"
            before = block.language
    assert own == _BY_TESTS_OF_THEIR_OWN.keys()


def test_commands_that_are_not_run_stand_on_a_page() -> None:
    assert _NOT_RUN.keys() <= {command.text for command in _COMMANDS}


@pytest.mark.parametrize("command", [it.text for it in _COMMANDS if it.text.startswith("make ")])
def test_make_knows_the_command(command: str) -> None:
    assert _BASH, "bash is not on PATH"
    assert _MAKE, "make is not on PATH"
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "ARTIKEL_"))}
    dry = command.replace("make ", "make --dry-run ", 1)
    done = subprocess.run(  # noqa: S603 - commands of this repository
        [_BASH, "-c", dry], cwd=ROOT, env=env, check=True, capture_output=True, text=True, timeout=DEADLINE
    )
    target = command.split()[1]
    assert {"serve": " -m service serve\n", "test": " -m pytest "}[target] in done.stdout  # the gate runs the rest
    assert all(setting.partition("=")[2] in done.stdout for setting in command.split() if "=" in setting)


def test_make_knows_the_targets_that_pages_speak_of() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    spoken_of = {name for text in PAGES.values() for name in re.findall(r"`make ([a-z-]+)", text)}
    assert {"bench", "relevance"} <= spoken_of
    assert spoken_of <= set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))


def test_what_is_installed_by_a_page_is_what_the_tests_use() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    npm = json.loads((ROOT / "tests" / "clients" / "package.json").read_text(encoding="utf-8"))
    known = {re.split(r"[<>=]", line)[0] for line in project["dependency-groups"]["dev"]}
    known |= {f"'.[{extra}]'" for extra in project["project"]["optional-dependencies"]}
    known |= {name for kind in ("dependencies", "devDependencies") for name in npm.get(kind, {})}
    installs = [command.text.partition(" install ")[2] for command in _COMMANDS if " install " in command.text]
    named = {word.partition("@")[0] for install in installs for word in install.split() if not word.startswith("-")}
    assert len(installs) > 3
    assert named <= known


def test_folder_that_the_container_gets_is_there() -> None:
    (folder,) = re.findall(r"\$PWD/(\w+):/articles", "".join(_NOT_RUN))
    assert (ROOT / folder) == EXAMPLES


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all of the repository, in which commands may write, and the index that `make serve` makes."""
    place = tmp_path_factory.mktemp("checkout")
    for entry in ROOT.iterdir():
        if not entry.name.startswith(".") and entry.name != "var":
            (place / entry.name).symlink_to(entry)
    (place / ".venv").symlink_to(sys.prefix)
    (place / ".curlrc").write_text("silent\nshow-error\n", encoding="utf-8")
    indexed = run("index", env=environment(EXAMPLES, place / "var" / "index"))
    assert indexed.returncode == 0, indexed.stderr
    return place


def _as_shown(printed: str, shown: str) -> str:
    """What was printed, but for what the page leaves open: `…` in text, `{…}` in JSON, times and generations."""
    if shown.startswith("{"):
        return json.dumps(_elided(_comparable(printed), _comparable(shown)), ensure_ascii=False, indent=1)
    pattern = ".*".join(map(re.escape, shown.split("…")))
    return shown if re.fullmatch(pattern, printed) else printed


def _comparable(text: str) -> Any:
    """JSON without what differs from run to run."""
    members = json.loads(text.replace("{…}", '{"…": null}'))
    return {name: value for name, value in members.items() if name not in {"took_ms", "generation"}}


def _elided(answered: Any, shown: Any) -> Any:
    """An answer without the objects that the page does not show."""
    if isinstance(answered, dict) and shown == {"…": None}:
        return shown
    if isinstance(answered, dict) and isinstance(shown, dict):
        return {name: _elided(value, shown.get(name)) for name, value in answered.items()}
    if isinstance(answered, list) and isinstance(shown, list) and len(answered) == len(shown):
        return [_elided(*both) for both in zip(answered, shown, strict=True)]
    return answered


@pytest.mark.parametrize("page", sorted({command.page for command in _COMMANDS if _is_run(command)}))
def test_commands_of_the_page_print_what_it_shows(server: Server, checkout: Path, page: str) -> None:
    assert _BASH, "bash is not on PATH"
    assert _CURL, "curl is not on PATH"
    expected = [command for command in commands(page) if _is_run(command)]
    script = "".join(f'{command.text}\necho "{_MARK} $?"\n' for command in expected)
    env = {name: value for name, value in os.environ.items() if not name.startswith("ARTIKEL_")}
    done = subprocess.run(  # noqa: S603 - commands of this repository
        [_BASH, "-c", _served_by(server, script)],
        cwd=checkout,
        env=env | {"CURL_HOME": str(checkout)},
        check=False,
        capture_output=True,
        text=True,
        timeout=5 * DEADLINE,
    )
    parts = re.split(rf"{_MARK} (\d+)\n", _shown(server, done.stdout))
    for command, printed, status in zip(expected, parts[:-1:2], parts[1::2], strict=True):
        assert status == "0", f"{command.text}\n{done.stderr}"
        shown = command.shown.rstrip("\n")
        assert _as_shown(printed.rstrip("\n"), shown) == _as_shown(shown, shown), command.text


@pytest.mark.parametrize("page", _pages_with("python"))
def test_programs_of_the_page_print_what_it_shows(server: Server, page: str) -> None:
    names: dict[str, Any] = {}
    for block, following in pairwise([*blocks(page), Block(page, 0, "", "")]):
        if block.language == "python":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(_served_by(server, block.content), names)  # noqa: S102 - programs of this repository
            assert printed.getvalue() == (following.content if following.language == "text" else ""), block


@pytest.mark.parametrize(
    "address",
    [line for page in PAGES for block in blocks(page) if _is_addresses(block) for line in block.content.splitlines()],
)
def test_address_of_a_page_leads_to_what_its_format_says(server: Server, address: str) -> None:
    with urlopen(_served_by(server, address), timeout=DEADLINE) as response:  # noqa: S310 - our own server
        types = {"atom": "application/atom+xml", "jsonfeed": "application/feed+json"}
        assert response.headers.get_content_type() == types[address.partition("format=")[2]]


def test_client_of_the_page_finds_the_tools(tmp_path: Path) -> None:
    (block,) = (it for it in blocks("docs/language-models.md") if it.language == "json")
    (configured,) = json.loads(block.content)["mcpServers"].values()
    assert configured["command"] == _PROJECT
    # What is installed as the page says is importable everywhere.
    env = configured["env"] | {"PYTHONPATH": str(ROOT), "ARTIKEL_INDEX": str(tmp_path / "index")}
    assert env["ARTIKEL_ARTICLES"] == "/srv/articles"
    env["ARTIKEL_ARTICLES"] = str(EXAMPLES)
    process = StdioServerParameters(command=sys.executable, args=configured["args"], env=env, cwd=tmp_path)
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(process, read_timeout_seconds=DEADLINE)) as client,
    ):
        listed = {tool.name for tool in portal.call(client.list_tools).tools}
    assert listed == set(re.findall(r"^\| `(\w+)` \|", PAGES["docs/language-models.md"], flags=re.MULTILINE))


def _anchors(page: str) -> set[str]:
    """The names of the headings of a page, as GitHub makes them."""
    texts = [inline.content for head, inline in pairwise(tokens(page)) if head.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts}


@pytest.mark.parametrize("page", PAGES)
def test_links_of_the_page_lead_somewhere(page: str) -> None:
    inner = [child for token in tokens(page) for child in token.children or ()]
    for target in (str(link.attrs["href"]) for link in inner if link.type == "link_open"):
        path, _, anchor = target.partition("#")
        file = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert file.is_file(), target
        assert not anchor or anchor in _anchors(str(file.relative_to(ROOT))), target


@pytest.fixture
def site(server: Server, tmp_path: Path) -> Iterator[str]:
    """The address of the page of the search box, on another origin than the API."""
    parts = {block.language: block.content for block in blocks("docs/search-box.md")}
    (tmp_path / "index.html").write_text(parts["html"], encoding="utf-8")
    (tmp_path / "favicon.ico").touch()  # browsers ask for it
    (tmp_path / "search.js").write_text(_served_by(server, parts["js"]), encoding="utf-8")
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
