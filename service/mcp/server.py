"""The server of the protocol: tools, and articles as resources (Model Context Protocol, modelcontextprotocol.io)."""

import asyncio
from collections.abc import Mapping
from time import perf_counter
from typing import Any
from urllib.parse import unquote

import structlog
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    ReadResourceRequestParams,
    ReadResourceResult,
    ResourceTemplate,
    TextContent,
    TextResourceContents,
    ToolAnnotations,
)
from mcp.types import Tool as ToolDescription

import service
from service.errors import ArtikelsucheError
from service.mcp.article import as_markdown
from service.mcp.parameters import Readers
from service.mcp.tools import Tool, make_tools
from service.search.port import Engine

_ARTICLE = "article://"
_MARKDOWN = "text/markdown"
_INSTRUCTIONS = (
    "An archive of German news articles. search finds articles, get_article reads one, list_tags and timeline show "
    "what the archive has and when. Ask in German words, and cite articles by title, source and date."
)
_INTERNAL = "Something went wrong here, not in the call; the log of the server says what."


def serve_stdio(engine: Engine, readers: Readers, *, log_queries: bool) -> None:
    """Answer a client over standard input and output, which belong to the protocol, until it goes."""

    async def serve() -> None:
        server = make_server(engine, readers, log_queries=log_queries)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    asyncio.run(serve())


def make_server(engine: Engine, readers: Readers, *, log_queries: bool) -> Server[Any]:
    """The server over an engine. The engine is asked in threads, so that the protocol never waits for a search."""
    tools = {tool.name: tool for tool in make_tools(readers)}

    async def list_tools(_context: Any, _asked: Any) -> ListToolsResult:
        return ListToolsResult(tools=[_described(tool) for tool in tools.values()])

    async def call_tool(_context: Any, asked: CallToolRequestParams) -> CallToolResult:
        if asked.name not in tools:
            raise MCPError(INVALID_PARAMS, f"There is no tool {asked.name!r}; there are {', '.join(tools)}.")
        return await asyncio.to_thread(_call, engine, tools[asked.name], asked.arguments or {}, log_queries)

    async def list_resources(_context: Any, _asked: Any) -> ListResourcesResult:
        return ListResourcesResult(resources=[])  # there may be a million; search finds them

    async def list_templates(_context: Any, _asked: Any) -> ListResourceTemplatesResult:
        return ListResourceTemplatesResult(resource_templates=[_TEMPLATE])

    async def read_resource(_context: Any, asked: ReadResourceRequestParams) -> ReadResourceResult:
        return await asyncio.to_thread(_read, engine, str(asked.uri))

    return Server(
        "artikelsuche",
        version=service.__version__,
        title="Artikelsuche",
        instructions=_INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=list_resources,
        on_list_resource_templates=list_templates,
        on_read_resource=read_resource,
    )


_TEMPLATE = ResourceTemplate(
    uri_template=f"{_ARTICLE}{{id}}",
    name="article",
    title="Article",
    description="A whole article by its id, as Markdown.",
    mime_type=_MARKDOWN,
)


def _described(tool: Tool) -> ToolDescription:
    return ToolDescription(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.input_schema,
        output_schema=tool.output_schema,
        annotations=ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False),
    )


def _call(engine: Engine, tool: Tool, arguments: Mapping[str, Any], log_queries: bool) -> CallToolResult:  # noqa: FBT001 - to_thread hands on positions alone
    """The result of a call, and the one log line of it. What is wrong with a call is for the model to read."""
    started = perf_counter()
    log = structlog.get_logger().bind(tool=tool.name, **({"q": arguments.get("q")} if log_queries else {}))
    try:
        with engine.snapshot() as snapshot:
            answer = tool.run(snapshot, arguments)
    except ArtikelsucheError as error:
        log.info("tool_refused", took_ms=_milliseconds(started))
        return _failed(str(error))
    except Exception:  # what went wrong is for the operator to read, not for the client
        log.exception("internal_error")
        return _failed(_INTERNAL)
    log.info("tool_called", took_ms=_milliseconds(started))
    return CallToolResult(
        content=[TextContent(text=answer.text())], structured_content=answer.model_dump(mode="json", exclude_none=True)
    )


def _read(engine: Engine, uri: str) -> ReadResourceResult:
    article_id = unquote(uri.removeprefix(_ARTICLE))
    try:
        if not uri.startswith(_ARTICLE):
            raise MCPError(INVALID_PARAMS, f"There is no resource {uri!r}; articles are at {_ARTICLE}ID.")
        with engine.snapshot() as snapshot:
            text = as_markdown(snapshot.article(article_id))
    except ArtikelsucheError as error:
        raise MCPError(INVALID_PARAMS, str(error)) from error
    return ReadResourceResult(contents=[TextResourceContents(uri=uri, mime_type=_MARKDOWN, text=text)])


def _failed(sentence: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(text=sentence)], is_error=True)


def _milliseconds(started: float) -> float:
    return round((perf_counter() - started) * 1000, 1)
