"""Examples of the OpenAPI document: what the service really answers, over the articles in the folder `examples`.

`make openapi` asks for them (`tools.examples`), and a test asks again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from service.api.openapi.headers import referred

FILE = Path(__file__).parent / "examples.json"
SHARED = "*"
"""Stands for the operation in exchanges that are alike for all operations."""


@dataclass(frozen=True)
class Exchange:
    """A request, and what was answered; `name` tells it from others with the same status and media type.

    `sent` is the body of the request and `value` that of the answer, as JSON types where they are JSON. `headers` are
    the names of those that the answer had.
    """

    name: str
    request: str
    status: int
    media_type: str
    headers: Sequence[str]
    value: Any = None
    sent: Any = None


def read_exchanges() -> Mapping[str, Sequence[Exchange]]:
    """The exchanges of each operation, by its id."""
    read = orjson.loads(FILE.read_bytes())
    return {operation: [Exchange(**each) for each in found] for operation, found in read.items()}


def illustrate(operation: Mapping[str, Any], exchanges: Sequence[Exchange]) -> None:
    """Write exchanges into an operation, as examples of what is described there, with the headers of the answers."""
    for each in exchanges:
        response = operation["responses"].get(str(each.status), {})
        content = response.get("content", {}).get(each.media_type)
        if content is None:
            continue
        response["headers"] = referred({*response.get("headers", ()), *each.headers})
        shown = content.setdefault("examples", {})
        shown[each.name] = {"summary": each.request, "value": each.value}
        if each.status == 200 and each.sent is not None:  # noqa: PLR2004 - OK
            (body,) = operation["requestBody"]["content"].values()
            body.setdefault("examples", {})[each.name] = {"value": each.sent}
