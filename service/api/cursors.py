"""Cursors on the wire: opaque, and safe in an address."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

import marshmallow as ma
import orjson

from service.search.concordance import ConcordanceCursor
from service.search.names import NameCursor, NameSort
from service.search.request import Cursor, Sort

START = "*"
_MOST = 1_000_000_000
_WRONG = "is none that this endpoint has made; begin with cursor=*."


def encode(cursor: Cursor) -> str:
    """The cursor as clients see it."""
    return _pack(_values(cursor)) if cursor.id else START


def decode(text: str) -> Cursor:
    """The inverse of `encode`.

    Raises:
        ValueError: the text is no cursor.
    """
    return Cursor() if text == START else _cursor(_unpack(text))


def encode_concordance(cursor: ConcordanceCursor) -> str:
    """The cursor of a concordance as clients see it."""
    if cursor == ConcordanceCursor():
        return START
    behind = _values(cursor.behind) if cursor.behind.id else None
    return _pack([behind, cursor.article_id, cursor.passed, cursor.seen])


def decode_concordance(text: str) -> ConcordanceCursor:
    """The inverse of `encode_concordance`.

    Raises:
        ValueError: the text is no cursor of a concordance.
    """
    if text == START:
        return ConcordanceCursor()
    values = _unpack(text)
    if len(values) != 4 or not isinstance(values[1], str) or not all(map(_is_count, values[2:])):  # noqa: PLR2004
        raise ValueError("other values than a concordance has")
    behind, article_id, passed, seen = values
    cursor = Cursor() if behind is None else _cursor(behind)
    if cursor.id and cursor.sort is not Sort.NEWEST:
        raise ValueError("another order than a concordance has")
    return ConcordanceCursor(cursor, article_id, passed, seen)


def encode_names(cursor: NameCursor) -> str:
    """The cursor of a list of names as clients see it."""
    return _pack([cursor.sort, cursor.count, cursor.name, cursor.id]) if cursor.id else START


def decode_names(text: str) -> NameCursor:
    """The inverse of `encode_names`.

    Raises:
        ValueError: the text is no cursor of a list of names.
    """
    if text == START:
        return NameCursor()
    values = _unpack(text)
    if len(values) != 4 or not _is_count(values[1]) or not all(isinstance(it, str) and it for it in values[2:]):  # noqa: PLR2004
        raise ValueError("other values than a list of names has")
    sort, count, name, name_id = values
    return NameCursor(NameSort(sort), count, name, name_id)


class CursorField(ma.fields.String):
    """A cursor; loads as what `decode` makes of it."""

    def __init__(self, read: Callable[[str], Any] = decode, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._read = read

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        try:
            return self._read(super()._deserialize(value, attr, data, **kwargs))
        except ValueError as error:
            raise ma.ValidationError(_WRONG) from error


def _values(cursor: Cursor) -> list[Any]:
    return [cursor.sort, cursor.value, cursor.tie, cursor.id, cursor.generation, cursor.before, cursor.asked]


def _cursor(values: Any) -> Cursor:
    """The inverse of `_values`.

    Raises:
        ValueError: there are other values.
    """
    try:
        sort, value, tie, article_id, generation, before, asked = values
        cursor = Cursor(Sort(sort), value, tie, article_id, generation, tuple(before), asked)
    except TypeError as error:
        raise ValueError("no list of values") from error
    kinds = (str,) if cursor.sort is Sort.TITLE else (int, float)
    is_text = all(isinstance(it, str) for it in (article_id, generation, asked, *before))
    if not isinstance(value, kinds) or type(tie) is not int or not is_text or not article_id:
        raise ValueError("values of other types")
    return cursor


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST


def _pack(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def _unpack(text: str) -> list[Any]:
    """The inverse of `_pack`.

    Raises:
        ValueError: the text is none that `_pack` has made.
    """
    padded = text + "=" * (-len(text) % 4)
    try:
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if not isinstance(values, list):
        raise ValueError("no list of values")  # noqa: TRY004 - it is the text that is wrong
    return values
