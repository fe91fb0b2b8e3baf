"""Stored fields as JSON: short values together and plain, long texts together and compressed.

Values are JSON types, datetimes and bytes. The first byte of each record says whether it holds values that JSON does
not know, which are written as `{"$datetime": ...}` and `{"$bytes": ...}`.
"""

import base64
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

SHORT = 256
"""A string with more characters than this goes into the compressed record."""
_LEVEL = 6
_PLAIN, _TAGGED = b"\x00", b"\x01"


def dump_record(values: Mapping[str, Any]) -> bytes:
    """The record of some values; nothing for none.

    Raises:
        TypeError: a value is none of the types that can be stored.
    """
    if not values:
        return b""
    tagged = False

    def tag(value: object) -> dict[str, str]:
        nonlocal tagged
        tagged = True
        if isinstance(value, datetime):
            return {"$datetime": value.isoformat()}
        if isinstance(value, bytes):
            return {"$bytes": base64.b64encode(value).decode()}
        raise TypeError(f"{type(value).__name__} cannot be stored; JSON types, datetimes and bytes can")

    raw = orjson.dumps(dict(values), tag, orjson.OPT_PASSTHROUGH_DATETIME)
    return (_TAGGED if tagged else _PLAIN) + raw


def load_record(record: memoryview) -> dict[str, Any]:
    """The values of a record."""
    if not record:
        return {}
    values: dict[str, Any] = orjson.loads(record[1:])
    return {name: _untag(value) for name, value in values.items()} if record[0] else values


def compress(record: bytes) -> bytes:
    """A record of long texts, compressed."""
    return zlib.compress(record, _LEVEL) if record else b""


def decompress(raw: memoryview) -> memoryview:
    """The inverse of `compress`."""
    return memoryview(zlib.decompress(raw)) if raw else raw


def split(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The short values and the long texts."""
    short = {name: value for name, value in values.items() if not (isinstance(value, str) and len(value) > SHORT)}
    return short, {name: value for name, value in values.items() if name not in short}


def _untag(value: Any) -> Any:
    if isinstance(value, list):
        return [_untag(item) for item in value]
    if isinstance(value, dict):
        if "$datetime" in value:
            return datetime.fromisoformat(value["$datetime"])
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        return {name: _untag(item) for name, item in value.items()}
    return value
