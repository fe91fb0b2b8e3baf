"""Cursors on the wire: opaque, and safe in an address."""

import base64
import binascii
from typing import Any

import marshmallow as ma
import orjson

from service.search.request import Cursor, Sort

START = "*"
_WRONG = "is none that this service has made; begin with cursor=*."


def encode(cursor: Cursor) -> str:
    """The cursor as clients see it."""
    if not cursor.id:
        return START
    values = [cursor.sort, cursor.value, cursor.tie, cursor.id, cursor.generation]
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def decode(text: str) -> Cursor:
    """The inverse of `encode`.

    Raises:
        ValueError: the text is no cursor.
    """
    if text == START:
        return Cursor()
    try:
        padded = text + "=" * (-len(text) % 4)
        sort, value, tie, article_id, generation = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        cursor = Cursor(Sort(sort), value, tie, article_id, generation)
    except (binascii.Error, TypeError, ValueError) as error:
        raise ValueError(f"{text!r} is no cursor") from error
    kinds = (str,) if cursor.sort is Sort.TITLE else (int, float)
    texts = (article_id, generation)
    if not isinstance(value, kinds) or type(tie) is not int or not all(isinstance(it, str) and it for it in texts):
        raise ValueError(f"{text!r} is no cursor")
    return cursor


class CursorField(ma.fields.String):
    """A cursor; loads as a `Cursor`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Cursor:  # type: ignore[override]
        try:
            return decode(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise ma.ValidationError(_WRONG) from error
