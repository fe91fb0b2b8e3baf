"""The formats that answers are written in beside JSON: one module each, and here the lists of what is offered."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from flask import Response

from service.api.formats.bibtex import to_bibtex
from service.api.formats.jsonld import to_jsonld
from service.api.formats.markdown import to_markdown
from service.api.formats.ninjs import to_ninjs
from service.api.formats.ris import to_ris
from service.api.formats.rows import CSV
from service.api.formats.text import to_text
from service.api.formats.written import Absolute, saved_as
from service.api.negotiate import JSON, Format

Content = TypeVar("Content")


@dataclass(frozen=True)
class WrittenFormat(Format, Generic[Content]):
    """A format beside JSON, and what writes it.

    `parameters` belong to its media type; where there is an `extension`, a browser saves the answer as a file.
    """

    parameters: str = ""
    extension: str | None = None
    write: Callable[[Content, Absolute], bytes] = field(kw_only=True, repr=False)

    def answer(self, content: Content, absolute: Absolute, name: str) -> Response:
        """The content in this format; `name` is that of the file, without its extension and in ASCII."""
        response = Response(self.write(content, absolute), content_type=f"{self.media_type}{self.parameters}")
        return response if self.extension is None else saved_as(response, f"{name}.{self.extension}")


_UTF8 = "; charset=utf-8"

# ld+json is W3C's; IPTC has registered nothing for ninjs, and ninjs+json is what wire services use; BibTeX and RIS go
# by the names that DOI resolvers negotiate; markdown is RFC 7763, csv RFC 4180 and 7111.
ARTICLE_FORMATS: tuple[Format, ...] = (
    JSON,
    WrittenFormat("jsonld", "application/ld+json", write=to_jsonld),
    WrittenFormat("ninjs", "application/ninjs+json", write=to_ninjs),
    WrittenFormat("markdown", "text/markdown", f"{_UTF8}; variant=CommonMark", write=to_markdown),
    WrittenFormat("text", "text/plain", _UTF8, write=to_text),
    WrittenFormat("bibtex", "application/x-bibtex", _UTF8, "bib", write=to_bibtex),
    WrittenFormat("ris", "application/x-research-info-systems", _UTF8, "ris", write=to_ris),
)
LIST_FORMATS: tuple[Format, ...] = (JSON, CSV)
