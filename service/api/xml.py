"""Small XML documents from plain strings, by the standard library's ElementTree."""

import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 has no way to write, not even escaped (section 2.2)."""


def allowed(text: str) -> str:
    """The text without characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", text)


def element(name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> ET.Element:
    """An element; prefixes in names stand as they are, and namespaces are attributes of the root.

    ElementTree's own namespaces would need a table that is global to the process for readable prefixes.
    """
    made = ET.Element(name, {key: allowed(value) for key, value in (attributes or {}).items()})
    made.text = allowed(text) or None
    return made


def document(root: ET.Element) -> bytes:
    """The document in UTF-8 with its declaration."""
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"
