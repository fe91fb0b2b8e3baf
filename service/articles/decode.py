"""Bytes of a text file to a string, whatever machine wrote them."""

import codecs
import re

MAX_BYTES = 5_000_000
"""A file above this size is no article; the largest statutes and transcripts stay below it."""

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class UnreadableError(ValueError):
    """The bytes are not the text of an article; `line` is 1-based where one line is to blame."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


def decode(data: bytes) -> str:
    """Decode UTF-8, UTF-16 with a byte order mark, Windows-1252 or Latin-1.

    Raises:
        UnreadableError: too large, empty, binary, or UTF-8 with broken bytes in it.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableError(f"the file is larger than the {MAX_BYTES // 1_000_000} MB of the largest article")
    if not data.strip():
        raise UnreadableError("the file is empty")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_marked(data[len(mark) :], encoding)
    if binary := _BINARY.search(data):
        line = data.count(b"\n", 0, binary.start()) + 1
        raise UnreadableError("the file is binary, not text", line)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_single_byte(data, error)


def lines(text: str) -> list[str]:
    r"""The lines of a text that ends them with \n, \r\n or \r."""
    return _LINE_END.split(text)


def _decode_marked(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"the byte order mark says {encoding.upper()}, but the bytes are not") from error
    if binary := _BINARY.search(text.encode()):
        raise UnreadableError("the file is binary, not text", text.encode().count(b"\n", 0, binary.start()) + 1)
    if not text.strip():
        raise UnreadableError("the file is empty")
    return text


def _decode_single_byte(data: bytes, error: UnicodeDecodeError) -> str:
    """Windows-1252, and Latin-1 for the five bytes that Windows-1252 leaves open.

    Umlauts of a single-byte file hardly ever look like UTF-8; where most of the bytes above 127 do, it is UTF-8 that
    was damaged, and reading it as Windows-1252 would fill the archive with Ã¼.
    """
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    sound = sum(1 for char in lenient if char > "\x7f") - broken
    if sound > broken:
        raise UnreadableError("the file is UTF-8 with broken bytes in it", data.count(b"\n", 0, error.start) + 1)
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
