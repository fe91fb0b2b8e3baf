"""Schemas of the OpenAPI document: sparse results, and none that nothing refers to."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

_PREFIX = "#/components/schemas/"
Schemas = dict[str, Any]


def loosen(made: dict[str, Any], names: Iterable[str]) -> None:
    """Say that of these results nothing but an id needs to be there, and nothing of what stands right inside of them.

    A type that stands elsewhere too, where it is whole, gets one sparse twin for all of them.
    """
    schemas = made["components"]["schemas"]
    results = set(names) & schemas.keys()
    inside = {name for result in results for name in _referred(schemas[result]["properties"])}
    others = [schema for name, schema in schemas.items() if name not in results]
    whole = {name for part in (made["paths"], others) for name in _referred(part)}
    for name in sorted(inside):
        sparse = {key: value for key, value in schemas[name].items() if key != "required"}
        schemas[f"Sparse{name}" if name in whole else name] = sparse
    for result in results:
        _replace(schemas[result]["properties"], lambda name: f"Sparse{name}" if name in whole else name)
        schemas[result]["required"] = [name for name in schemas[result]["required"] if name == "id"]


def prune(made: dict[str, Any]) -> None:
    """Leave out the schemas that nothing refers to."""
    schemas = made["components"]["schemas"]
    used: set[str] = set()
    waiting = set(_referred({key: value for key, value in made.items() if key != "components"}))
    waiting |= set(_referred({key: value for key, value in made["components"].items() if key != "schemas"}))
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= set(_referred(schemas[name])) - used
    made["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}


def _referred(node: Any) -> Iterator[str]:
    """The names of the schemas that are referred to below a node."""
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(_PREFIX):
            yield reference.removeprefix(_PREFIX)
    values = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    for value in values:
        yield from _referred(value)


def _replace(node: Any, rename: Callable[[str], str]) -> None:
    """Refer to schemas by other names below a node."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(_PREFIX):
            node["$ref"] = _PREFIX + rename(reference.removeprefix(_PREFIX))
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _replace(value, rename)
