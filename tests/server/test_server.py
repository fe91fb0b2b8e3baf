"""The service as it runs: gunicorn in a process of its own."""

import http.client
import json
import re
import signal
import socket
import threading
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import pytest
from support import DEADLINE, EXAMPLES, SEED_ID, Server, environment, host_and_port, run, serving, write_archive


def test_served_examples_find_the_seed_article_with_a_highlight(server: Server) -> None:
    status, headers, page = server.get("/v1/search?q=Sicherheitsrat")
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    (seed,) = [result for result in page["results"] if result["id"] == SEED_ID]
    assert "<mark>Sicherheitsrat</mark>" in seed["highlights"]["body"][0]["html"]


def test_query_of_a_thousand_german_letters_fits(server: Server) -> None:
    assert server.get("/v1/search?q=" + "%C3%BC" * 1000)[0] == 200


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /v1/search?q=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET /livez HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X-%d: a\r\n" % n for n in range(100)) + b"\r\n", 431),
        (b"GET /livez HTTP/9.9\r\nHost: a\r\n\r\n", 400),
        (b"what is this\r\n\r\n", 400),
        ("GET /v1/search?q=Löwe HTTP/1.1\r\nHost: a\r\n\r\n".encode(), 400),
    ],
)
def test_request_that_cannot_be_read_is_refused_as_a_problem(server: Server, raw: bytes, status: int) -> None:
    head, _, body = server.say(raw).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/problem+json" in head
    assert json.loads(body)["status"] == status
    (request_id,) = re.findall(rb"^X-Request-ID: ([0-9a-f]{32})\r?$", head, flags=re.MULTILINE)
    (line,) = [line for line in server.log() if line.get("request_id") == request_id.decode()]
    assert line["status"] == status


@pytest.mark.parametrize(
    ("request_line", "status"),
    [(b"GET /livez HTTP/1.1", 400), (b"GET /livez HTTP/1.0", 200), (b"GET /livez HTTP/1.1\r\nHost: a\r\nHost: b", 400)],
)
def test_request_must_name_its_host_once(server: Server, request_line: bytes, status: int) -> None:
    head, _, body = server.say(request_line + b"\r\nConnection: close\r\n\r\n").partition(b"\r\n\r\n")
    assert head.split(b" ")[1] == b"%d" % status
    assert json.loads(body)["status"] == (status if status == 400 else "ok")


@pytest.mark.parametrize("host", [b"xn--a", b"xn--e1afmkfd.example"])
def test_international_host_stays_in_ascii(server: Server, host: bytes) -> None:
    said = server.say(b"GET /v1/search?format=atom HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" % host)
    assert said.startswith(b"HTTP/1.1 200 ")
    assert b"http://%s/v1/search" % host in said


@pytest.mark.parametrize(
    ("origins", "expected"),
    [("*", "*"), ("https://a.example", "https://a.example"), ("https://a.example,https://b.example", None), ("", None)],
)
def test_refusal_can_be_read_by_the_pages_that_may(tmp_path: Path, origins: str, expected: str | None) -> None:
    with serving(EXAMPLES, tmp_path, ARTIKEL_CORS_ORIGINS=origins, ARTIKEL_WORKERS="1") as server:
        head = server.say(b"GET /v1/search?q=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n").partition(b"\r\n\r\n")[
            0
        ]
        found = re.findall(rb"^Access-Control-Allow-Origin: ([^\r]*)\r?$", head, re.MULTILINE)
        assert found == ([] if expected is None else [expected.encode()])
        assert (b"Access-Control-Expose-Headers: " in head) == bool(found)


def test_refused_request_is_logged_without_what_was_searched(server: Server) -> None:
    before = len(server.log())
    server.say("GET /v1/search?q=verrätsich HTTP/1.1\r\nHost: a\r\n\r\n".encode())
    (line,) = server.log()[before:]
    assert line["event"] == "Request refused"
    assert {"request_id", "status", "reason", "timestamp", "level"} <= set(line)
    assert "verr" not in json.dumps(server.log(), ensure_ascii=False)


@pytest.mark.parametrize("method", ["QUERY", "POST"])
def test_search_may_be_asked_by_a_body(server: Server, method: str) -> None:
    body = json.dumps({"q": "Sicherheitsrat", "page_size": 1})
    connection = http.client.HTTPConnection(*server.address, timeout=DEADLINE)
    with closing(connection):
        connection.request(method, "/v1/search", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        page = json.loads(response.read())
        assert (response.status, response.headers["Accept-Query"]) == (200, "application/json")
        assert page["results"] == server.get(response.headers["Location"])[2]["results"]
        if method == "QUERY":
            held = {"Content-Type": "application/json", "If-None-Match": response.headers["ETag"]}
            connection.request(method, "/v1/search", body, held)
            again = connection.getresponse()
            assert (again.status, again.read()) == (304, b"")


def test_browser_is_told_that_it_may_use_query(server: Server) -> None:
    head = server.say(
        b"OPTIONS /v1/search HTTP/1.1\r\nHost: a\r\nOrigin: https://zeitung.example\r\n"
        b"Access-Control-Request-Method: QUERY\r\nAccess-Control-Request-Headers: content-type\r\n"
        b"Connection: close\r\n\r\n"
    ).decode()
    assert head.startswith("HTTP/1.1 200 ")
    assert re.search(r"^Access-Control-Allow-Methods: .*QUERY", head, re.MULTILINE)
    assert re.search(r"^Access-Control-Allow-Origin: \*\r$", head, re.MULTILINE)
    assert re.search(r"^Allow: .*QUERY", head, re.MULTILINE)


def _framings(body: bytes) -> list[bytes]:
    """The body with its length, and in chunks."""
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:1000], body[1000:]))
    return [
        b"Content-Length: %d\r\n\r\n%b" % (len(body), body),
        b"Transfer-Encoding: chunked\r\n\r\n%b0\r\n\r\n" % chunks,
    ]


@pytest.mark.parametrize("framing", [0, 1])
@pytest.mark.parametrize(("padding", "status"), [(2_000, 200), (100_000, 413)])
def test_body_may_come_in_chunks_and_not_be_too_large(server: Server, framing: int, padding: int, status: int) -> None:
    framed = _framings(b'{"q": "deich"%b}' % (b" " * padding))[framing]
    again = b"GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    said = server.say(b"QUERY /v1/search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" + framed + again)
    assert said.startswith(b"HTTP/1.1 %d " % status)
    assert said.count(b"HTTP/1.1 200 ") == (2 if status == 200 else 0)  # what is left of a body ends the connection


def test_log_is_json_with_one_line_a_request(server: Server) -> None:
    server.get("/v1/search?q=geheimnis")
    lines = [line for line in server.log() if line["event"] == "request" and line.get("zero_hits")]
    assert {"request_id", "method", "path", "status", "took_ms", "total", "timestamp", "level"} <= set(lines[-1])
    assert "geheimnis" not in json.dumps(server.log())


def loopbacks() -> list[str]:
    """Addresses of this machine, as they stand in ARTIKEL_BIND: not every container has IPv6."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return ["127.0.0.1"]
    return ["127.0.0.1", "[::1]"]


@pytest.mark.parametrize("host", loopbacks())
def test_printed_curl_lines_lead_to_the_service(tmp_path: Path, host: str) -> None:
    with serving(EXAMPLES, tmp_path, ARTIKEL_BIND=f"{host}:0", ARTIKEL_WORKERS="1") as server:
        assert len(server.curls) == 3
        for curl in server.curls:
            assert curl.startswith(f"http://{host}:")
            connection = http.client.HTTPConnection(*host_and_port(curl), timeout=DEADLINE)
            with closing(connection):
                connection.request("GET", urlsplit(curl)._replace(scheme="", netloc="").geturl())
                response = connection.getresponse()
                assert response.status == 200
                assert json.loads(response.read())["results"]


def test_workers_and_threads_reach_gunicorn_which_loads_the_application_once(tmp_path: Path) -> None:
    settings = {"ARTIKEL_WORKERS": "3", "ARTIKEL_THREADS": "5", "ARTIKEL_LOG_LEVEL": "DEBUG"}
    with serving(EXAMPLES, tmp_path, PYTHONPROFILEIMPORTTIME="1", **settings) as server:
        end = monotonic() + DEADLINE
        while len(boots := [line for line in server.log() if "Booting worker" in line["event"]]) < 3:
            assert monotonic() < end, "workers are missing"
            assert server.get("/livez")[0] == 200
        assert len(boots) == 3
        (configuration,) = [line["event"] for line in server.log() if "Current configuration" in line["event"]]
    assert "  threads: 5\n" in configuration
    assert "  workers: 3\n" in configuration
    # The interpreter notes every import: one by the command that indexes, one by the parent before it forks.
    log = (tmp_path / "log").read_text(encoding="utf-8")
    imports = [found.start() for found in re.finditer(r"^import time:.*\| +service\.bootstrap$", log, re.MULTILINE)]
    assert len(imports) == 2
    assert imports[-1] < log.index("Booting worker")


def test_workers_switch_to_a_new_generation_without_dropping_a_request(tmp_path: Path) -> None:
    folder = write_archive(tmp_path / "articles", {f"{number}": f"Titel {number}\nDeich.\n" for number in range(50)})
    with serving(folder, tmp_path) as server:
        first = server.get("/readyz")[2]["generation"]
        done = threading.Event()
        answers: list[tuple[int, str, int]] = []

        def ask() -> None:
            while not done.is_set():
                status, _, page = server.get("/v1/search?q=deich&page_size=100")
                answers.append((status, page["generation"], len(page["results"])))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            write_archive(folder, {"neu": "Titel\nDeich.\n"})
            indexed = run("index", env=environment(folder, tmp_path / "index"))
            assert indexed.returncode == 0, indexed.stderr
            end = monotonic() + DEADLINE
            while not (answers and len({answer[1] for answer in answers[-8:]}) == 1 and answers[-1][1] != first):
                assert monotonic() < end, "the workers do not switch"
        finally:
            done.set()
            for thread in threads:
                thread.join()
    second = answers[-1][1]
    assert {answer for answer in answers if answer[1] == first} <= {(200, first, 50)}
    assert {answer for answer in answers if answer[1] != first} == {(200, second, 51)}


def test_reload_keeps_serving_and_stop_ends_in_peace(tmp_path: Path) -> None:
    with serving(EXAMPLES, tmp_path) as server:
        server.process.send_signal(signal.SIGHUP)
        end = monotonic() + DEADLINE
        while sum("Booting worker" in line["event"] for line in server.log()) < 4:
            assert monotonic() < end, "no new workers"
            assert server.get("/v1/search?q=deich")[0] == 200
        server.process.terminate()
        assert server.process.wait(timeout=DEADLINE) == 0


def test_queries_are_logged_only_when_asked_for(tmp_path: Path) -> None:
    with serving(EXAMPLES, tmp_path, ARTIKEL_LOG_QUERIES="1") as server:
        server.get("/v1/search?q=geheimnis")
        assert [line["q"] for line in server.log() if line["event"] == "request"] == ["geheimnis"]


def test_port_in_use_is_said_and_ends_the_service(server: Server, tmp_path: Path) -> None:
    host, port = server.address
    refused = run(
        "serve", env=environment(EXAMPLES, tmp_path / "index", ARTIKEL_BIND=f"{host}:{port}", ARTIKEL_TIMEOUT="5")
    )
    assert refused.returncode != 0
    assert f"{port}" in refused.stderr
    assert "Serving on" not in refused.stdout


_LARGE = {str(number): f"Titel {number}\nEin Absatz{' Ein Satz.' * 20_000}\n" for number in range(40)}
"""An archive whose export is larger than what the kernel takes from a server before a client has read anything."""


def test_clients_that_do_nothing_or_next_to_nothing_are_let_go(tmp_path: Path) -> None:
    settings = {"ARTIKEL_WORKERS": "1", "ARTIKEL_THREADS": "3", "ARTIKEL_TIMEOUT": "5"}
    with serving(write_archive(tmp_path / "articles", _LARGE), tmp_path, **settings) as server, ExitStack() as stack:
        for request in [b"GET /livez HTTP/1.1\r\nHo"] * 3 + [b"GET /v1/export HTTP/1.1\r\nHost: a\r\n\r\n"] * 3:
            idle = stack.enter_context(closing(socket.socket()))
            idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            idle.connect(server.address)
            idle.sendall(request)
        assert server.get("/livez")[0] == 200
        slow = stack.enter_context(closing(socket.create_connection(server.address)))
        slow.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        end = monotonic() + DEADLINE
        while monotonic() < end and len(lines := [it for it in server.log() if "stalled" in it["event"]]) < 6:
            assert server.get("/livez")[0] == 200
            with suppress(OSError):
                slow.sendall(b"a")
    assert [(line["level"], "exception" in line) for line in lines] == [("warning", False)] * 6


def test_body_that_does_not_come_is_refused(tmp_path: Path) -> None:
    settings = {"ARTIKEL_WORKERS": "1", "ARTIKEL_TIMEOUT": "3"}
    with serving(EXAMPLES, tmp_path, **settings) as server:
        said = server.say(
            b"POST /v1/search HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b"The body did not come in time." in said


def test_exports_leave_a_thread_to_others(tmp_path: Path) -> None:
    settings = {"ARTIKEL_WORKERS": "1", "ARTIKEL_THREADS": "3"}
    with serving(write_archive(tmp_path / "articles", _LARGE), tmp_path, **settings) as server, ExitStack() as stack:
        reading = [http.client.HTTPConnection(*server.address, timeout=DEADLINE) for _ in range(2)]
        answers = []
        for connection in reading:
            stack.enter_context(closing(connection))
            connection.request("GET", "/v1/export")
            answers.append(connection.getresponse())
        status, headers, problem = server.get("/v1/export?sort=oldest")
        assert (status, headers["Retry-After"], problem["code"]) == (503, "5", "busy")
        assert server.get("/v1/search?q=Absatz")[0] == 200
        assert [len(answer.read().splitlines()) for answer in answers] == [40, 40]
        status, _, line = server.get("/v1/export?fields=id&q=7")
        assert (status, line["id"]) == (200, "7")
