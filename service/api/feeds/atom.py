"""Feeds as Atom (RFC 4287), with pages (RFC 5005) and the totals of OpenSearch 1.1."""

from xml.etree import ElementTree as ET

from service.api.feeds.feed import LANGUAGE, NAME, Entry, Feed
from service.api.links import OPENSEARCH, TAGS
from service.api.negotiate import Format
from service.api.xml import document, element
from service.articles.dates import rfc3339

ATOM = Format("atom", "application/atom+xml")
OPENSEARCH_NAMESPACE = "http://a9.com/-/spec/opensearch/1.1/"
_NAMESPACES = {"xmlns": "http://www.w3.org/2005/Atom", "xmlns:opensearch": OPENSEARCH_NAMESPACE}


def write_atom(feed: Feed) -> bytes:
    """The feed as an XML document."""
    root = element("feed", attributes={**_NAMESPACES, "xml:lang": LANGUAGE})
    root.extend(
        [
            element("id", feed.id),
            element("title", feed.title),
            element("updated", rfc3339(feed.updated) or ""),
            *([element("subtitle", feed.subtitle)] if feed.subtitle else []),
            _person(NAME),
            element("generator", NAME, {"uri": f"{feed.base}/"}),
            _link("self", feed.own, ATOM.media_type),
        ]
    )
    for media_type, address in feed.formats.items():
        if media_type != ATOM.media_type:
            root.append(_link("alternate", address, media_type))
    for relation, neighbour in (("next", feed.next), ("previous", feed.previous)):
        if neighbour is not None:
            root.append(_link(relation, neighbour, ATOM.media_type))
    root.append(_link("search", f"{feed.base}{OPENSEARCH}", "application/opensearchdescription+xml"))
    if feed.total is not None:
        root.append(element("opensearch:totalResults", str(feed.total)))
    root.append(element("opensearch:startIndex", str(feed.start)))
    root.append(element("opensearch:itemsPerPage", str(feed.size)))
    root.extend(_entry(entry, f"{feed.base}{TAGS}") for entry in feed.entries)
    return document(root)


def _entry(entry: Entry, scheme: str) -> ET.Element:
    made = element("entry", attributes={"xml:lang": entry.language} if entry.language else None)
    made.extend([element("id", entry.id), element("title", entry.title)])
    made.append(element("updated", rfc3339(entry.updated) or ""))
    if entry.published is not None:
        made.append(element("published", rfc3339(entry.published) or ""))
    if entry.page is not None:  # readers open the first
        made.append(_link("alternate", entry.page))
    made.append(_link("alternate", entry.api, "application/json"))
    made.extend(_person(name) for name in entry.authors)
    made.extend(
        element("category", attributes={"term": tag.id, "scheme": scheme, "label": tag.name}) for tag in entry.tags
    )
    if entry.summary:
        made.append(element("summary", entry.summary))
    if entry.content:
        made.append(element("content", entry.content, {"type": "html"}))
    return made


def _person(name: str) -> ET.Element:
    made = element("author")
    made.append(element("name", name))
    return made


def _link(relation: str, address: str, media_type: str | None = None) -> ET.Element:
    kind = {} if media_type is None else {"type": media_type}
    return element("link", attributes={"rel": relation, **kind, "href": address})
