"""Feeds as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/), and the schema that describes them."""

from typing import Any

import marshmallow as ma
import orjson
from marshmallow import validate

from service.api.feeds.feed import LANGUAGE, NAME, Entry, Feed
from service.api.fields import doc
from service.api.negotiate import JSON, Format
from service.articles.dates import rfc3339

JSON_FEED = Format("jsonfeed", "application/feed+json")
VERSION = "https://jsonfeed.org/version/1.1"
_ADDRESS = "https://archiv.example/v1/search?q=deich&format=jsonfeed"


def write_json_feed(feed: Feed) -> bytes:
    """The feed as a JSON document."""
    members = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.formats[JSON.media_type],
        "feed_url": feed.own,
        "description": feed.subtitle or None,
        "next_url": feed.next,
        "authors": [{"name": NAME}],
        "language": LANGUAGE,
        "items": [_item(entry) for entry in feed.entries],
    }
    return orjson.dumps(_given(members), option=orjson.OPT_APPEND_NEWLINE)


def _item(entry: Entry) -> dict[str, Any]:
    return _given(
        {
            "id": entry.id,
            "url": entry.page or entry.api,
            "title": entry.title,
            "content_html": entry.content,
            "summary": entry.summary or None,
            "date_published": rfc3339(entry.published),
            "date_modified": rfc3339(entry.modified),
            "authors": [{"name": name} for name in entry.authors] or None,
            "tags": [tag.name for tag in entry.tags] or None,
            "language": entry.language,
        }
    )


def _given(members: dict[str, Any]) -> dict[str, Any]:
    """The members that there are: JSON Feed leaves out what it does not know, and has no null."""
    return {name: value for name, value in members.items() if value is not None}


def _optional(description: str, example: str) -> ma.fields.String:
    return ma.fields.String(metadata=doc(description, example))


class FeedAuthorSchema(ma.Schema):
    """An author of a feed or an item."""

    name = ma.fields.String(required=True, metadata=doc("The name.", "Anna Öztürk"))


class FeedItemSchema(ma.Schema):
    """An article in a feed."""

    id = ma.fields.String(
        required=True,
        metadata=doc(
            "A tag URI (RFC 4151) that stays the same when the archive is indexed again or the service moves.",
            "tag:archiv.example,2026:articles/sturmflut-nordersiel-nacht",
        ),
    )
    url = ma.fields.String(
        required=True,
        metadata=doc(
            "Where the article was published; its address here where that is not known.", "https://zeitung.example/1"
        ),
    )
    title = ma.fields.String(required=True, metadata=doc("Title.", "Sturmflut drückt Wasser in die Sielvorstadt"))
    content_html = ma.fields.String(
        required=True, metadata=doc("Lead, headings and paragraphs.", "<p>320 Menschen mussten fort.</p>")
    )
    summary = _optional("First paragraph, plain.", "320 Menschen mussten fort.")
    date_published = ma.fields.AwareDateTime(metadata=doc("When it was published.", "2024-01-26T06:15:00+01:00"))
    date_modified = ma.fields.AwareDateTime(metadata=doc("When it was last changed.", "2024-01-26T09:00:00+01:00"))
    authors = ma.fields.Nested(
        FeedAuthorSchema, many=True, metadata={"description": "Its authors; its source where it names none."}
    )
    tags = ma.fields.List(ma.fields.String(), metadata=doc("Names of its tags.", ["Küstenschutz"]))
    language = _optional("Language code.", "de")


class JsonFeedSchema(ma.Schema):
    """A page of a search, or of the articles of a tag, as JSON Feed 1.1. Members that are not known are left out."""

    version = ma.fields.String(
        required=True, validate=validate.Equal(VERSION), metadata=doc("The version of JSON Feed.", VERSION)
    )
    title = ma.fields.String(required=True, metadata=doc("What is searched for.", "deich – Artikelsuche"))
    home_page_url = ma.fields.String(
        required=True, metadata=doc("The same page as JSON.", "https://archiv.example/v1/search?q=deich&sort=newest")
    )
    feed_url = ma.fields.String(required=True, metadata=doc("This page.", _ADDRESS))
    description = _optional("The search, as parameters.", "q=deich")
    next_url = _optional("The page behind this one.", f"{_ADDRESS}&page=2")
    authors = ma.fields.Nested(
        FeedAuthorSchema, many=True, required=True, metadata={"description": "The feed's author."}
    )
    language = ma.fields.String(required=True, metadata=doc("Language of the feed.", LANGUAGE))
    items = ma.fields.Nested(
        FeedItemSchema, many=True, required=True, metadata={"description": "The articles, newest first."}
    )
