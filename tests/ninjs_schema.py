"""The rules of IPTC ninjs 2.1 as a JSON schema: the names, types and required properties that the standard has.

Written from https://www.iptc.org/std/ninjs/ninjs-schema_2.1.json (IPTC, May 2023).
"""

from typing import Any

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_NUMBER: Schema = {"type": "number"}
_URI: Schema = {"type": "string", "format": "uri"}
_MOMENT: Schema = {"type": "string", "format": "date-time"}
_PERCENT: Schema = {"type": "integer", "minimum": 0, "maximum": 100}


def _one_of(*values: str) -> Schema:
    return {"type": "string", "enum": list(values)}


def _object(properties: Schema, *required: str) -> Schema:
    """An object that has no other properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def _list(properties: Schema, *required: str) -> Schema:
    return {"type": "array", "items": _object(properties, *required)}


_WRITTEN = {"role": _TEXT, "contenttype": _TEXT, "value": _TEXT}
_CONCEPT = {"name": _TEXT, "rel": _TEXT, "uri": _URI, "literal": _TEXT}
_ADDRESS = _object(
    {
        "lines": {"type": "array", "items": _TEXT},
        "locality": _TEXT,
        "area": _TEXT,
        "postalcode": _TEXT,
        "country": _TEXT,
    }
)
_CONTACT_PROPERTIES = {"type": _TEXT, "role": _TEXT, "lang": _TEXT, "name": _TEXT, "value": _TEXT, "address": _ADDRESS}
_CONTACTS: Schema = {
    "type": "array",
    "items": {**_object(_CONTACT_PROPERTIES), "oneOf": [{"required": ["value"]}, {"required": ["address"]}]},
}
_SYMBOLS = _list({"ticker": _TEXT, "exchange": _TEXT, "symboltype": _URI, "symbol": _TEXT})
_RENDITION = {
    "name": _TEXT,
    "href": _URI,
    "contenttype": _TEXT,
    "title": _TEXT,
    "height": _NUMBER,
    "width": _NUMBER,
    "sizeinbytes": _NUMBER,
    "duration": _NUMBER,
    "format": _TEXT,
}
_ITEM: Schema = {
    "uri": _URI,
    "type": _one_of("text", "audio", "video", "picture", "graphic", "composite", "component"),
    "representationtype": _one_of("full", "partial"),
    "profile": _TEXT,
    "version": _TEXT,
    "firstcreated": _MOMENT,
    "versioncreated": _MOMENT,
    "contentcreated": _MOMENT,
    "embargoed": _MOMENT,
    "pubstatus": _one_of("usable", "withheld", "canceled"),
    "urgency": _NUMBER,
    "copyrightholder": _TEXT,
    "copyrightnotice": _TEXT,
    "usageterms": _TEXT,
    "ednote": _TEXT,
    "language": _TEXT,
    "descriptions": _list(_WRITTEN, "value"),
    "bodies": _list({**_WRITTEN, "charcount": _NUMBER, "wordcount": _NUMBER}, "value"),
    "headlines": _list(_WRITTEN, "value"),
    "people": _list({**_CONCEPT, "contactinfo": _CONTACTS}),
    "organisations": _list({**_CONCEPT, "symbols": _SYMBOLS, "contactinfo": _CONTACTS}),
    "places": _list({**_CONCEPT, "contactinfo": _CONTACTS, "geojson": {"type": "object"}}),
    "subjects": _list({**_CONCEPT, "creator": _TEXT, "relevance": _PERCENT, "confidence": _PERCENT}),
    "events": _list(_CONCEPT),
    "objects": _list(_CONCEPT),
    "infosources": _list({"name": _TEXT, "role": _TEXT, "uri": _URI, "literal": _TEXT, "contactinfo": _CONTACTS}),
    "title": _TEXT,
    "by": _TEXT,
    "slugline": _TEXT,
    "located": _TEXT,
    "renditions": _list(_RENDITION, "name"),
    "altids": _list({"role": _TEXT, "value": _TEXT}),
    "trustindicators": _list({"role": _URI, "title": _TEXT, "href": _URI}),
    "standard": _object({"name": _TEXT, "version": _TEXT, "schema": _URI}),
    "genres": _list({"name": _TEXT, "uri": _TEXT, "literal": _TEXT}),
    "expires": _MOMENT,
    "rightsinfo": {
        "type": "object",
        "properties": {"langid": _URI, "linkedrights": _URI, "encodedrights": _TEXT},
        "oneOf": [{"required": ["linkedrights"]}, {"required": ["encodedrights"]}],
    },
}
NINJS_2_1: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object({**_ITEM, "associations": {"type": "array", "items": {"$ref": "#/$defs/associated"}}}, "uri"),
    "$defs": {
        "associated": _object(
            {**_ITEM, "name": _TEXT, "associations": {"type": "array", "items": {"$ref": "#/$defs/associated"}}},
            "name",
            "uri",
        )
    },
}
