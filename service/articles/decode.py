"""Bytes of a text file to a string, whatever machine wrote them."""

import codecs
import re

MAX_BYTES = 5_000_000
"""A file above this size is no article; the largest statutes and transcripts stay below it."""

_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_LINE_END = re.compile(r"\r\n|\r|\n")
_LETTER_AND_PUNCTUATION = re.compile("[äöüÖÜß][…–—„“”‚‘’‹›«»€]+")
"""Without Ä, which no German word ends in: its byte begins the letters of Polish, Czech and Baltic names in UTF-8."""
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
        raise UnreadableError("the file is binary, not text", _line_at(data, binary.start()))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_single_byte(data, error)
    return _single_byte(data) if _is_utf8_by_chance(text) else text


def lines(text: str) -> list[str]:
    r"""The lines of a text that ends them with \n, \r\n or \r."""
    return _LINE_END.split(text)


def _decode_marked(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"the byte order mark says {encoding.upper()}, but the bytes are not") from error
    plain = text.encode()
    if binary := _BINARY.search(plain):
        raise UnreadableError("the file is binary, not text", _line_at(plain, binary.start()))
    if not text.strip():
        raise UnreadableError("the file is empty")
    return text


def _line_at(data: bytes, index: int) -> int:
    """The 1-based number of the line in which a byte stands."""
    return len(lines(data[:index].decode("latin-1")))


def _is_utf8_by_chance(text: str) -> bool:
    """Whether valid UTF-8 is likelier Windows-1252, where „Spaß…“ ends in two bytes that make one character of UTF-8.

    Then each such character is the bytes of a German letter with punctuation behind it.
    """
    strange = {char for char in text if char > "\x7f"}
    return bool(strange) and all(
        _LETTER_AND_PUNCTUATION.fullmatch(char.encode().decode("cp1252", "replace")) for char in strange
    )


def _decode_single_byte(data: bytes, error: UnicodeDecodeError) -> str:
    """A single-byte file, unless it is UTF-8 with broken bytes in it.

    Umlauts of a single-byte file hardly ever look like UTF-8; where most of the bytes above 127 do, it is UTF-8 that
    was damaged, and reading it as Windows-1252 would fill the archive with Ã¼.
    """
    lenient = data.decode("utf-8", errors="replace")
    broken = lenient.count("\ufffd")
    sound = sum(1 for char in lenient if char > "\x7f") - broken
    if sound > broken:
        raise UnreadableError("the file is UTF-8 with broken bytes in it", _line_at(data, error.start))
    return _single_byte(data)


def _single_byte(data: bytes) -> str:
    """Windows-1252, and Latin-1 for the five bytes that Windows-1252 leaves open."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")
