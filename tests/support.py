"""What several tests need: archives on disk, answers as JSON, and the service in a process of its own."""

import base64
import http.client
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from hypothesis import strategies as st

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
SEED_ID = "000_692ed9f868c8dedc"
DEADLINE = 60
"""Seconds after which a test gives up waiting for another process."""

Archive = Mapping[str, str]
MakeClient = Callable[[Archive], FlaskClient]


def write_archive(folder: Path, articles: Archive) -> Path:
    """A folder with one file for each article: the name without ending, and the text."""
    for name, text in articles.items():
        file = folder / f"{name}.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def get(client: FlaskClient, address: str, status: int = 200, /, **parameters: Any) -> dict[str, Any]:
    """The JSON of an answer, whose status is checked."""
    with closing(client.get(address, query_string=parameters or None)) as response:
        assert response.status_code == status, response.text
        body: dict[str, Any] = response.get_json()
        return body


def cursor_texts() -> st.SearchStrategy[str]:
    """What could stand in place of a cursor: any text, base64, and base64 of JSON."""
    scalars = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["Newest", "id"])
    values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=6), max_leaves=12)
    packed = values.map(lambda it: base64.urlsafe_b64encode(json.dumps(it).encode()).decode().rstrip("="))
    texts = st.text(max_size=60) | st.from_regex(r"[A-Za-z0-9_-]{4,80}", fullmatch=True)
    return (texts | packed).filter(lambda text: text != "*")


def ids(page: Mapping[str, Any]) -> list[str]:
    """The ids of a page's results."""
    return [result["id"] for result in page["results"]]


def host_and_port(address: str) -> tuple[str, int]:
    """Where a web address leads."""
    parts = urlsplit(address)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


class Server:
    """A running `python -m service serve`; `curls` are the addresses that it tells people to try."""

    def __init__(self, process: subprocess.Popen[str], address: str, curls: list[str], log: Path) -> None:
        self.process = process
        self.address = host_and_port(address)
        self.curls = curls
        self._log = log

    def get(self, path: str) -> tuple[int, dict[str, str], Any]:
        """Status, headers and JSON of an answer."""
        connection = http.client.HTTPConnection(*self.address, timeout=DEADLINE)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, dict(response.headers), json.loads(response.read())
        finally:
            connection.close()

    def say(self, raw: bytes) -> bytes:
        """The whole answer to raw bytes."""
        with socket.create_connection(self.address, timeout=DEADLINE) as connection:
            connection.sendall(raw)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def log(self) -> list[dict[str, Any]]:
        """The log lines so far; each must be JSON."""
        return [json.loads(line) for line in self._log.read_text(encoding="utf-8").splitlines() if line[:1] == "{"]


def environment(folder: Path, index: Path, **settings: str) -> dict[str, str]:
    return {**os.environ, "ARTIKEL_ARTICLES": str(folder), "ARTIKEL_INDEX": str(index), **settings}


def run(*arguments: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env=env,
        check=False,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
    )


@contextmanager
def serving(folder: Path, place: Path, cwd: Path = ROOT, /, **settings: str) -> Iterator[Server]:
    log = place / "log"
    defaults = {"ARTIKEL_BIND": "127.0.0.1:0", "ARTIKEL_WORKERS": "2"}
    env = environment(folder, place / "index", **(defaults | settings))
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [sys.executable, "-m", "service", "serve"],
            cwd=cwd,
            env=env,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as process,
    ):
        try:
            assert process.stdout is not None
            for line in process.stdout:
                if found := re.match(r"Serving on (\S+)", line):
                    curls = re.findall(r"curl '(.*)'\n", "".join(islice(process.stdout, 3)))
                    yield Server(process, found[1], curls, log)
                    break
            else:
                pytest.fail(log.read_text(encoding="utf-8"))
        finally:
            process.terminate()
            process.communicate(timeout=DEADLINE)
