import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.articles.decode import MAX_BYTES, UnreadableError, decode, lines

_PRINTABLE = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff", include_characters="\n\r\t\f")
_TEXTS = st.text(_PRINTABLE, max_size=40).map(lambda text: f"Ä{text}.")
# Letters whose single bytes never look like the second byte of a UTF-8 character.
_GERMAN = st.text(st.sampled_from("abcxyzäöüßÄÖÜéàñ,.!?- \n"), max_size=40).map(lambda text: f"ä {text}.")


def reason(data: bytes) -> str:
    with pytest.raises(UnreadableError) as refused:
        decode(data)
    line = refused.value.line
    return f"{refused.value}" if line is None else f"{line}: {refused.value}"


@given(_TEXTS)
def test_text_in_unicode_comes_back_with_and_without_a_mark(text: str) -> None:
    assert decode(text.encode("utf-8")) == text
    assert decode(text.encode("utf-8-sig")) == text
    assert decode(codecs.BOM_UTF16_LE + text.encode("utf-16-le")) == text
    assert decode(codecs.BOM_UTF16_BE + text.encode("utf-16-be")) == text


@given(_GERMAN)
def test_text_in_single_bytes_comes_back(text: str) -> None:
    assert decode(text.encode("latin-1")) == decode(text.encode("cp1252")) == text


@pytest.mark.parametrize(
    "text",
    [
        "„Größe“ – 5 € …",
        "»Fuß«, ›Spaß‹ und ‚Gruß‘",
        "„Spaß“",
        "Da hört der Spaß…",
        # In Windows-1252, ß and … are the bytes of one letter in UTF-8, of a script no German article is in.
        "Das macht Spaß…",
    ],
)
def test_german_typography_in_windows_1252_comes_back(text: str) -> None:
    assert decode(text.encode("cp1252")) == text


# Each is the only character above ASCII in its file, which is no reason to take the file for Windows-1252.
@pytest.mark.parametrize(
    "text",
    [
        "Das macht 10 kΩ.",
        "Der Wert von TNFα steigt.",
        "Danke😀",
        "Das Proﬁl der Wahl",
        "Samsung삼성",
        "Straße",
        "Cafe\u0301",
    ],
)
def test_single_character_in_utf_8_comes_back(text: str) -> None:
    assert decode(text.encode()) == text


# Their bytes in UTF-8 are Ä or Å and a mark behind it in Windows-1252.
@pytest.mark.parametrize("letter", [chr(code) for code in range(0x100, 0x180)])
def test_single_letter_of_a_neighbour_in_utf_8_comes_back(letter: str) -> None:
    for text in (f"Bartosz D{letter}browski siegt", f"Zden{letter}k\ntritt ab", letter):
        assert decode(text.encode()) == text


def test_latin_1_serves_where_windows_1252_has_no_character() -> None:
    assert decode(b"Stra\xdfe\x9d") == "Straße\x9d"


@pytest.mark.parametrize(
    "data", [b"", b"\n", b" \r\n\t ", codecs.BOM_UTF8, codecs.BOM_UTF8 + b" \n", codecs.BOM_UTF16_LE]
)
def test_empty_file_is_refused(data: bytes) -> None:
    assert reason(data) == "the file is empty"


def test_file_over_five_megabytes_is_refused() -> None:
    assert MAX_BYTES == 5_000_000
    assert len(decode(b"a" * 5_000_000)) == 5_000_000
    assert reason(b"a" * 5_000_001) == "the file is larger than the 5 MB of the largest article"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_binary_file_is_refused_with_its_line(encoding: str, end: str) -> None:
    text = end.join(["Ein Titel", "", "Größe \0", "Ende"])
    assert reason(text.encode(encoding)) == "3: the file is binary, not text"


@pytest.mark.parametrize("byte", [0, 1, 8, 0x0E, 0x1A, 0x1C, 0x1F])
def test_control_characters_make_a_file_binary(byte: int) -> None:
    assert reason(f"Größe {chr(byte)}".encode()) == "1: the file is binary, not text"


@pytest.mark.parametrize("char", ["\t", "\v", "\f", "\x1b"])
def test_layout_characters_are_text(char: str) -> None:
    assert decode(f"a{char}b".encode()) == f"a{char}b"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_damaged_utf_8_is_refused_with_its_line(end: str) -> None:
    sound = end.join(["Größe", "Über Öl", "Maß "]).encode()
    assert reason(sound + b"\xc3" + end.encode() + b"Ende") == "3: the file is UTF-8 with broken bytes in it"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (codecs.BOM_UTF8 + "Grüße".encode("cp1252"), "UTF-8"),
        (codecs.BOM_UTF16_LE + b"abc", "UTF-16-LE"),
        (codecs.BOM_UTF16_BE + b"\xd8\x00\x00a", "UTF-16-BE"),
    ],
)
def test_mark_that_lies_is_refused(data: bytes, encoding: str) -> None:
    assert reason(data) == f"the byte order mark says {encoding}, but the bytes are not"


@given(st.binary(max_size=60))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text = decode(data)
    except UnreadableError as refused:
        assert 1 <= (refused.line or 1) <= len(lines(data.decode("latin-1")))  # noqa: PT017 - either is right
    else:
        assert text


@given(
    st.lists(
        st.tuples(st.text(st.characters(exclude_characters="\r\n"), max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
    )
)
def test_lines_end_as_on_any_machine_and_nowhere_else(parts: list[tuple[str, str]]) -> None:
    joined = "".join(text + end for text, end in parts)
    # An oracle that knows one line end only. A lone \r before an empty line with \n is one end, here and there.
    assert lines(joined) == joined.replace("\r\n", "\n").replace("\r", "\n").split("\n")
