"""What answers are in each media type beside JSON, as schemas of the OpenAPI document."""

from collections.abc import Mapping
from typing import Any

from service.api.feeds.json_feed import JSON_FEED, JsonFeedSchema


def _text(description: str, address: str | None = None) -> dict[str, Any]:
    return {"type": "string", **_described(description, address)}


def _described(description: str, address: str | None) -> dict[str, Any]:
    return {"description": description} | ({} if address is None else {"externalDocs": {"url": address}})


_SUGGESTIONS = {
    "type": "array",
    "description": "What was typed, then three lists of equal length: completions, what they are, absolute addresses.",
    "externalDocs": {
        "url": "https://github.com/dewitt/opensearch/blob/master/mediawiki/Specifications/OpenSearch/Extensions/Suggestions/1.1/Draft%201.wiki"
    },
    "minItems": 4,
    "maxItems": 4,
    "items": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
}
SCHEMAS: Mapping[str, Any] = {
    "application/atom+xml": _text("An Atom feed.", "https://www.rfc-editor.org/rfc/rfc4287"),
    JSON_FEED.media_type: JsonFeedSchema,
    "application/ld+json": {
        "type": "object",
        **_described("A NewsArticle of schema.org in JSON-LD.", "https://schema.org/NewsArticle"),
    },
    "application/ninjs+json": {
        "type": "object",
        **_described(
            "A news item in ninjs 2.1; its JSON Schema is https://www.iptc.org/std/ninjs/ninjs-schema_2.1.json.",
            "https://iptc.org/standards/ninjs/",
        ),
    },
    "application/opensearchdescription+xml": _text(
        "An OpenSearch description.", "https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md"
    ),
    "application/x-bibtex": _text("Entries for BibTeX, in UTF-8.", "https://ctan.org/pkg/bibtex"),
    "application/x-ndjson": _text(
        "A JSON object a line: a `WholeArticle`, or the parts of it that `fields` names, and its `cursor`.",
        "https://github.com/ndjson/ndjson-spec",
    ),
    "application/x-research-info-systems": _text(
        "Records in RIS, in UTF-8.", "https://en.wikipedia.org/wiki/RIS_(file_format)"
    ),
    "application/x-suggestions+json": _SUGGESTIONS,
    "application/xml": _text("XML."),
    "text/csv": _text("A header line and a line a row, in UTF-8.", "https://www.rfc-editor.org/rfc/rfc4180"),
    "text/markdown": _text("Markdown (CommonMark), in UTF-8.", "https://spec.commonmark.org/"),
    "text/plain": _text("Text in UTF-8."),
}
