"""The tools, asked by the protocol's own client over the pipes of a process."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from mcp import Client, MCPError, StdioServerParameters
from mcp.types import CallToolResult, TextContent, TextResourceContents
from mcp.types import Tool as ToolDescription
from support import DEADLINE, EXAMPLES, ROOT, SEED_ID, environment, get, ids, run

from service import bootstrap
from service.api.parsing import fields_by_parameter
from service.api.selection import SelectionSchema
from service.engines.whoosh.engine import WhooshEngine
from service.index.generations import Store
from service.mcp import wording
from service.mcp.article import cut
from service.mcp.server import make_server
from service.mcp.tools import GRAMMAR, MOST_INTERVALS
from service.search.port import Snapshot

_LONG_ID = "aarmetall-uebernimmt-edelstahlwerk"


class Tools:
    """The tools of a running server, called from a test that is not async."""

    def __init__(self, portal: BlockingPortal, client: Client) -> None:
        self._portal, self._client = portal, client
        self.listed: dict[str, ToolDescription] = {tool.name: tool for tool in portal.call(client.list_tools).tools}
        self.templates = portal.call(client.list_resource_templates).resource_templates

    def result(self, name: str, /, **arguments: Any) -> CallToolResult:
        result: CallToolResult = self._portal.call(self._client.call_tool, name, arguments)
        return result

    def call(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """The structured answer, which its schema allows."""
        result = self.result(name, **arguments)
        assert not result.is_error, text_of(result)
        Draft202012Validator(self.listed[name].output_schema or {}).validate(result.structured_content)
        found: dict[str, Any] = result.structured_content
        return found

    def text(self, name: str, /, **arguments: Any) -> str:
        return text_of(self.result(name, **arguments))

    def read(self, uri: str) -> TextResourceContents:
        (contents,) = self._portal.call(self._client.read_resource, uri).contents
        assert isinstance(contents, TextResourceContents)
        return contents


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tools]:
    """The tools over the examples."""
    process = StdioServerParameters(
        command=sys.executable,
        args=["-m", "service", "mcp"],
        cwd=ROOT,
        env=environment(EXAMPLES, tmp_path_factory.mktemp("mcp") / "index"),
    )
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(Client(process, read_timeout_seconds=DEADLINE)) as client,
    ):
        yield Tools(portal, client)


def test_tools_say_what_they_are_for_and_what_they_take(tools: Tools) -> None:
    assert list(tools.listed) == ["search", "get_article", "list_tags", "timeline"]
    for tool in tools.listed.values():
        assert tool.title
        assert tool.description
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint
        Draft202012Validator.check_schema(tool.input_schema)
        Draft202012Validator.check_schema(tool.output_schema or {})
        for name, schema in tool.input_schema["properties"].items():
            assert schema["description"], name


def test_every_search_takes_the_whole_grammar(tools: Tools) -> None:
    assert set(GRAMMAR) == set(fields_by_parameter(SelectionSchema()))
    for name in ("search", "list_tags", "timeline"):
        assert set(GRAMMAR) <= set(tools.listed[name].input_schema["properties"])


@pytest.mark.parametrize(("tool", "path"), [("search", "/v1/search"), ("list_tags", "/v1/tags")])
def test_parameters_without_wording_of_their_own_are_described_as_in_the_document(
    tools: Tools, client: FlaskClient, tool: str, path: str
) -> None:
    operation = get(client, "/openapi.json")["paths"][path]["get"]
    documented = {parameter.get("name"): parameter for parameter in operation["parameters"]}
    properties = tools.listed[tool].input_schema["properties"]
    for name in set(GRAMMAR) - set(wording.GRAMMAR):
        assert properties[name]["description"] == documented[name]["description"]


def test_tools_speak_of_tools_and_not_of_addresses(tools: Tools) -> None:
    for tool in tools.listed.values():
        said = json.dumps([tool.description, tool.input_schema, tool.output_schema])
        for word in ("page_size", "query.notes", "epeat", "Feeds", "/v1/"):
            assert word not in said, tool.name


def test_descriptions_of_all_tools_leave_room_for_the_conversation(tools: Tools) -> None:
    listed = [tool.model_dump(mode="json", exclude_none=True, by_alias=True) for tool in tools.listed.values()]
    assert len(json.dumps(listed, ensure_ascii=False)) < 18_000


def test_search_is_short_by_default_and_full_on_request(tools: Tools, client: FlaskClient) -> None:
    short = tools.call("search", q="energie")
    assert len(short["results"]) == 5
    assert short["next_page"] == 2
    for result in short["results"]:
        assert set(result) <= {"id", "title", "published", "source", "snippets"}
        assert len(result["snippets"]) == 1
    full = tools.call("search", q="energie", detail="full", limit=1)["results"][0]
    (expected,) = get(client, "/v1/search", q="energie", page_size=1)["results"]
    for name in ("id", "title", "lead", "section", "authors", "word_count", "url", "tier", "published", "source"):
        assert full[name] == expected[name]
    assert full["tags"] == [tag["name"] for tag in expected["tags"]]
    assert full["snippets"] == [highlight["text"] for highlight in expected["highlights"]["body"]]


def _some(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


@settings(max_examples=60)
@given(
    asked=st.fixed_dictionaries(
        {"q": _some("", "energie", "deich sturmflut", '"Gesetz zum Klimaschutz"', "Energei", "titel:deich", "a -b")},
        optional={
            "match": _some("all", "any"),
            "expand": _some("", "inflection", "variant,typo"),
            "search_in": _some("title", "lead,body"),
            "tag": _some(["energie"], ["Klimaschutz", "sport"], ["_none"]),
            "tag_not": _some(["energie", "sport"]),
            "source": _some(["Küstendienst"]),
            "language": _some(["de"], ["en", "de"]),
            "from": _some("2025", "2026-11-01"),
            "to": _some("2024-12", "2026-11-17T12:00:00+01:00"),
            "use_date": _some("published", "modified"),
            "min_words": _some(0, 200),
            "max_words": _some(150, 400.0),
            "sort": _some("relevance", "newest", "title"),
            "recency": _some("30d"),
            "page": _some(1, 2),
        },
    ),
    limit=_some(None, 0, 3, 100),
)
def test_search_finds_what_the_api_finds(
    tools: Tools, shared_client: FlaskClient, asked: Mapping[str, Any], limit: int | None
) -> None:
    found = tools.call("search", **asked, limit=limit)
    parameters = {name: int(value) if isinstance(value, float) else value for name, value in asked.items()}
    expected = get(shared_client, "/v1/search", **parameters, page_size=5 if limit is None else limit)
    assert found["total"] == expected["total"]["value"]
    assert ids(found) == ids(expected)
    assert found["notes"] == expected["query"]["notes"]
    assert found["corrected"] == expected["corrected"]
    assert ("next_page" in found) == (expected["next"] is not None)
    for result, other in zip(found["results"], expected["results"], strict=True):
        assert result.get("published") == other["published"]
        assert result["title"] == other["title"]
        assert result.get("source") == other["source"]
        if other["highlights"]["body"]:
            assert result["snippets"] == [other["highlights"]["body"][0]["text"]]


@pytest.mark.parametrize("tool", ["search", "list_tags"])
def test_last_page_has_none_behind_it(tools: Tools, tool: str) -> None:
    total = tools.call(tool, limit=1)["total"]
    pages = [tools.call(tool, limit=total // 2, page=page) for page in (1, 2, 3)]
    assert [page.get("next_page") for page in pages] == [2, 3 if total % 2 else None, None]
    assert "next_page" not in tools.call(tool, limit=total)


def test_search_without_results_says_what_to_change(tools: Tools, client: FlaskClient) -> None:
    found = tools.call("search", q="energie deich nordpol")
    expected = get(client, "/v1/search", q="energie deich nordpol")["relaxations"]
    assert [(it["change"], it["detail"], it["total"]) for it in found["changes"]] == [
        (it["change"], it["detail"], it["total"]) for it in expected
    ]
    text = tools.text("search", q="energie deich nordpol")
    assert text.startswith("No article matches.\n")
    assert "drop_word (nordpol) would find 2: q='energie deich'" in text


def test_text_of_a_search_names_what_is_needed_to_go_on(tools: Tools) -> None:
    text = tools.text("search", q="Energei", limit=1, detail="full")
    assert text.startswith("8 articles match.\nNote: searched for 'energie' instead of 'energei'.\n")
    assert f"id={_LONG_ID}" in text
    assert "2025-06-26, Nordersieler Nachrichten, Wirtschaft" in text
    assert "Lead: Acht Monate nach dem Insolvenzantrag" in text
    assert "#Energie" in text
    assert text.endswith("\nMore: page=2.")


def test_articles_without_highlights_show_their_beginning(tools: Tools) -> None:
    for result in tools.call("search", limit=100)["results"]:
        (snippet,) = result["snippets"]
        assert tools.call("get_article", id=result["id"], format="text")["content"].find(snippet.rstrip(" …")) > 0


@pytest.mark.parametrize("form", ["markdown", "text"])
def test_article_is_cut_and_its_parts_make_it_up(tools: Tools, form: str) -> None:
    whole = tools.call("get_article", id=_LONG_ID, format=form, length=100_000)
    assert "next_offset" not in whole
    assert len(whole["content"]) == whole["total_characters"]
    parts: list[str] = []
    offset: int | None = 0
    while offset is not None:
        part = tools.call("get_article", id=_LONG_ID, format=form, length=500, offset=offset)
        assert part["offset"] == offset
        parts.append(part["content"])
        offset = part.get("next_offset")
    assert len(parts) > 5
    assert "".join(parts) == whole["content"]


def test_article_has_the_text_of_the_api(tools: Tools, client: FlaskClient) -> None:
    expected = get(client, f"/v1/articles/{_LONG_ID}")
    plain = tools.call("get_article", id=_LONG_ID, format="text", length=100_000)["content"]
    assert plain == f"{expected['title']}\n\n{expected['text']}\n"
    marked = tools.text("get_article", id=_LONG_ID, length=100_000)
    assert marked.startswith(f"# {expected['title']}\n\n- Published: {expected['published']}\n- Source: ")
    for section in expected["sections"]:
        assert section["heading"] is None or f"\n\n## {section['heading']}\n\n" in marked
        for paragraph in section["paragraphs"]:
            assert paragraph in marked


def test_text_of_a_part_says_how_to_get_the_rest(tools: Tools) -> None:
    part = tools.call("get_article", id=SEED_ID, length=500)
    text = tools.text("get_article", id=SEED_ID, length=500)
    end = part["next_offset"]
    assert text == f"{part['content']}\n\n[Characters 0 to {end} of {part['total_characters']}; offset={end} goes on.]"
    assert tools.text("get_article", id=SEED_ID, offset=end).endswith("; that is the end.]")


@given(text=st.text(st.sampled_from("ab \n"), min_size=1), length=st.integers(1, 12))
def test_parts_of_any_text_make_it_up(text: str, length: int) -> None:
    parts, offset = [], 0
    while True:
        part = cut(text, offset, length)
        assert 1 <= len(part.content) <= length
        parts.append(part.content)
        if part.next_offset is None:
            break
        offset = part.next_offset
    assert "".join(parts) == text


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": "energie", "limit": 3},
        {"name": "klima"},
        {"name": "enregie"},
        {"sort": "name", "min_count": 2, "page": 2},
        {"source": ["Küstendienst"], "from": "2026"},
    ],
)
def test_tags_are_those_of_the_api(tools: Tools, client: FlaskClient, asked: Mapping[str, Any]) -> None:
    found = tools.call("list_tags", **asked)
    parameters = {"page_size": 20} | {"page_size" if name == "limit" else name: it for name, it in asked.items()}
    expected = get(client, "/v1/tags", **parameters)
    assert found["total"] == expected["total"]["value"]
    assert found["notes"] == expected["query"]["notes"]
    assert found["tags"] == [{name: tag[name] for name in ("id", "name", "count")} for tag in expected["results"]]
    lines = tools.text("list_tags", **asked).splitlines()
    for tag in found["tags"]:
        assert f"{tag['name']}: {tag['count']} articles (tag={tag['id']})" in lines


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"q": ["energie", "deich"], "interval": "quarter"},
        {"q": ["Energei"], "interval": "week", "from": "2026-05", "to": "2026-11"},
        {"interval": "year", "from": "2027", "to": "2026"},
    ],
)
def test_timeline_is_that_of_the_api(tools: Tools, client: FlaskClient, asked: Mapping[str, Any]) -> None:
    found = tools.call("timeline", **asked)
    expected = get(client, "/v1/timeline", **asked)
    assert found["starts"] == [interval["start"] for interval in expected["intervals"]]
    for series, other in zip(found["series"], expected["series"], strict=True):
        assert series["q"] == other["q"]
        assert (series["total"], series["undated"]) == (other["total"]["value"], other["undated"])
        assert series["counts"] == [point["count"] for point in other["points"]]
        assert series["per_thousand"] == [point["per_thousand"] for point in other["points"]]
        assert series["corrected"] == other["corrected"]
        assert series["notes"] == [*expected["query"]["notes"], *other["notes"]]


def test_text_of_a_timeline_is_a_table(tools: Tools) -> None:
    found = tools.call("timeline", q=["energie", "deich"], interval="year")
    rows = zip(found["starts"], *(series["counts"] for series in found["series"]), strict=True)
    assert tools.text("timeline", q=["energie", "deich"], interval="year").splitlines() == [
        *(f"{it['q']}: {it['total']} articles, {it['undated']} of them without a date." for it in found["series"]),
        "year | energie | deich",
        *(f"{start[:4]} | {first} | {second}" for start, first, second in rows),
    ]


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("search", {"limit": 101}, "limit: must be between 0 and 100."),
        ("search", {"limit": "viele"}, "limit: must be a whole number, such as 2."),
        ("search", {"limit": True}, "limit: must be a whole number, such as 2."),
        ("search", {"tag": 7}, 'tag: must be an array of strings, such as ["energie"].'),
        ("search", {"q": 7}, "q: must be a string."),
        ("search", {"search_in": ["titel"]}, "search_in: has no 'titel'; name some of title, lead, headings, body, "),
        ("search", {"match": "some"}, "match: must be one of all, any."),
        ("search", {"detail": "long"}, "detail: must be 'short' or 'full'."),
        ("search", {"page": 3000}, "page: goes to result 15000; pages end at 10000. Narrow the search."),
        ("search", {"page_size": 3}, "page_size: is not known here; known are author, detail, "),
        ("search", {"cursor": "*"}, "cursor: is not known here; known are "),
        ("get_article", {}, "id: is missing; give one."),
        ("get_article", {"id": "fehlt"}, "There is no article 'fehlt'."),
        ("get_article", {"id": SEED_ID, "offset": 10_000}, "offset: lies behind the end; the article has "),
        ("get_article", {"id": 7}, "id: must be a string."),
        ("get_article", {"id": SEED_ID, "length": 1}, "length: must be at least 200."),
        ("get_article", {"id": SEED_ID, "length": 10**6}, "length: must be at most 100000."),
        ("get_article", {"id": SEED_ID, "length": 500.5}, "length: must be a whole number, such as 1000."),
        ("get_article", {"id": SEED_ID, "offset": True}, "offset: must be a whole number, such as 1000."),
        ("list_tags", {"min_count": 0}, "min_count: must be at least 1."),
        ("timeline", {"q": ["a"] * 6}, "q: is given more than 5 times; ask in parts."),
        ("timeline", {"from": "gestern"}, "from: must be a date or a datetime, such as 2026, 2026-11, "),
        (
            "timeline",
            {"interval": "day"},
            f"interval: day gives more than {MOST_INTERVALS}; use a longer one, or narrow",
        ),
        ("timeline", {"interval": "day", "from": "1900", "to": "2000"}, "interval: day gives more than "),
        (
            "timeline",
            {"interval": "year", "from": "1600", "to": "1900"},
            "interval: year gives more than 200; narrow f",
        ),
    ],
)
def test_wrong_calls_are_errors_with_a_sentence(
    tools: Tools, tool: str, arguments: Mapping[str, Any], sentence: str
) -> None:
    result = tools.result(tool, **arguments)
    assert result.is_error
    assert sentence in text_of(result)
    assert result.structured_content is None


def test_all_wrong_arguments_are_named_at_once(tools: Tools) -> None:
    text = tools.text("search", limt=1, limit=-1, match="x", tag=[""], detail="z")
    for name in ("limt", "limit", "match", "tag", "detail"):
        assert f"{name}: " in text


def test_null_is_as_good_as_nothing(tools: Tools) -> None:
    assert tools.call("search", q="deich", tag=None, limit=None, detail=None) == tools.call("search", q="deich")


def test_lone_string_is_as_good_as_a_list_of_one(tools: Tools) -> None:
    assert tools.call("timeline", q="deich") == tools.call("timeline", q=["deich"])
    assert tools.call("search", tag="Klimaschutz") == tools.call("search", tag=["Klimaschutz"])


def test_whole_numbers_may_have_a_decimal_point(tools: Tools) -> None:
    assert tools.call("get_article", id=SEED_ID, length=500.0) == tools.call("get_article", id=SEED_ID, length=500)


def test_closed_lists_are_arrays_or_strings_with_commas(tools: Tools) -> None:
    assert tools.call("search", q="deich", search_in=["title", "lead"]) == tools.call(
        "search", q="deich", search_in="title,lead"
    )


def test_unknown_tools_are_errors_of_the_protocol(tools: Tools) -> None:
    with pytest.raises(MCPError, match="There is no tool 'delete'; there are search, get_article,"):
        tools.result("delete")


def test_articles_are_resources(tools: Tools) -> None:
    (template,) = tools.templates
    assert template.uri_template == "article://{id}"
    contents = tools.read(f"article://{SEED_ID}")
    assert contents.mime_type == "text/markdown"
    assert contents.text == tools.call("get_article", id=SEED_ID)["content"]
    assert tools.read("article://%30" + SEED_ID[1:]).text == contents.text


@pytest.mark.parametrize("uri", ["article://fehlt", "https://example.org/", "article:"])
def test_missing_resources_are_errors_of_the_protocol(tools: Tools, uri: str) -> None:
    with pytest.raises(MCPError, match=r"There is no (article|resource) '"):
        tools.read(uri)


def _handshake(*calls: Mapping[str, Any]) -> str:
    """The messages of a client as lines: the handshake of 2025-06-18, and calls."""
    capabilities = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    messages: list[dict[str, Any]] = [
        {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": capabilities},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
    ]
    messages += [
        {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": dict(call)}
        for number, call in enumerate(calls, 1)
    ]
    return "".join(f"{json.dumps(message)}\n" for message in messages)


@pytest.mark.parametrize("log_queries", [False, True])
def test_output_is_the_protocol_alone_and_logs_are_errors_output(tmp_path: Path, *, log_queries: bool) -> None:
    call = {"name": "search", "arguments": {"q": "geheimnis"}}
    with subprocess.Popen(
        [sys.executable, "-m", "service", "mcp"],
        cwd=ROOT,
        env=environment(EXAMPLES, tmp_path / "index", ARTIKEL_LOG_QUERIES=str(log_queries)),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(_handshake(call))
        process.stdin.flush()
        answers = [json.loads(process.stdout.readline()) for _ in range(2)]
        rest, log = process.communicate(timeout=DEADLINE)
    assert rest == ""
    assert process.returncode == 0
    assert [answer["id"] for answer in answers] == [0, 1]
    assert "47 articles indexed" in log
    (line,) = (json.loads(line) for line in log.splitlines() if "tool_called" in line)
    assert line["tool"] == "search"
    assert line.get("q") == ("geheimnis" if log_queries else None)
    assert log_queries or "geheimnis" not in log


class _Broken:
    """An engine that fails as it should not."""

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        raise ValueError("secret of the server")
        yield


@pytest.mark.parametrize(
    ("is_broken", "sentence"),
    [(True, "Something went wrong here, not in the call;"), (False, "No generation of the index is open.")],
)
def test_failures_of_the_server_are_errors_with_a_sentence(tmp_path: Path, sentence: str, *, is_broken: bool) -> None:
    engine = _Broken() if is_broken else WhooshEngine(Store(tmp_path / "index"))
    server = make_server(engine, bootstrap.tool_readers(), log_queries=False)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(Client(server)) as client:
        result = Tools(portal, client).result("search", q="deich")
    assert result.is_error
    assert text_of(result).startswith(sentence)
    assert "secret" not in text_of(result)


@pytest.mark.parametrize("reason", ["No module named 'mcp'", "cannot import name 'Tool' from 'mcp.types'"])
def test_command_without_the_sdk_says_in_one_sentence_what_to_install(tmp_path: Path, reason: str) -> None:
    (tmp_path / "mcp.py").write_text(f"raise ImportError({reason!r})", encoding="utf-8")
    failed = run("mcp", env=environment(EXAMPLES, tmp_path / "index", PYTHONPATH=str(tmp_path)))
    assert failed.returncode == 1
    assert failed.stdout == ""
    last = failed.stderr.splitlines()[-1]
    assert last.startswith(f"Error: The SDK of the Model Context Protocol cannot be loaded ({reason});")
    assert last.endswith(f"{sys.executable} -m pip install --editable '.[mcp]'.")


def test_other_commands_need_no_sdk() -> None:
    check = "import sys, service.cli; assert not {'mcp', 'pydantic'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=True, timeout=DEADLINE)  # noqa: S603 - our own
