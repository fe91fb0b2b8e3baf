"""Closed vocabularies in the OpenAPI document: each has one name, so that a generated client has one type for it."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from service.api.requests import Switch
from service.search.concordance import ConcordanceSort
from service.search.facet import FacetScope
from service.search.names import NameSort
from service.search.request import Collapse, Explain, Match, Sort, TextField, UseDate
from service.search.tier import EXPANSIONS, Tier
from service.search.timeline import Interval

_WHOLE = (Collapse, ConcordanceSort, Explain, FacetScope, Match, NameSort, Sort, Switch, TextField, Tier, UseDate)
_NAMED: Mapping[str, tuple[Sequence[StrEnum], str]] = {
    **{one.__name__: (tuple(one), (one.__doc__ or "").partition("\n")[0]) for one in _WHOLE},
    "Expansion": ([tier for tier in Tier if tier in EXPANSIONS], "In which way a word matches beside its exact form."),
    # `Interval` is a piece of a timeline, as an answer has it.
    "TimelineInterval": (tuple(Interval), (Interval.__doc__ or "").partition("\n")[0]),
}
_NAMES = {tuple(map(str, values)): name for name, (values, _) in _NAMED.items()}
_NULL = {"type": "null"}


def name_vocabularies(made: dict[str, Any]) -> None:
    """Refer to a schema wherever a document repeats the values of a vocabulary; null is no value of it."""
    _refer(made["paths"])
    _refer(made["components"]["schemas"])
    for name, (values, description) in _NAMED.items():
        made["components"]["schemas"][name] = {
            "type": "string",
            "enum": list(map(str, values)),
            "description": description,
        }


def forget_null(parameters: list[dict[str, Any]]) -> None:
    """Say of the parameters of an address what is true: they are left out, and never null."""
    for parameter in parameters:
        schema = parameter["schema"]
        if isinstance(schema.get("type"), list):
            (schema["type"],) = set(schema["type"]) - {"null"}
            if "enum" in schema:
                schema["enum"] = [value for value in schema["enum"] if value is not None]
        if schema.get("default", "") is None:
            del schema["default"]


def _refer(node: Any) -> None:
    """Put references into what stands below a node."""
    if isinstance(node, list):
        for item in node:
            _refer(item)
    elif isinstance(node, dict):
        values = node.get("enum")
        name = _NAMES.get(tuple(value for value in values if value is not None)) if isinstance(values, list) else None
        if name is not None:
            reference = {"$ref": f"#/components/schemas/{name}"}
            node.update({"anyOf": [reference, _NULL]} if None in node.pop("enum") else reference)
            node.pop("type", None)
        for key, value in node.items():
            if key not in {"example", "examples"}:
                _refer(value)
