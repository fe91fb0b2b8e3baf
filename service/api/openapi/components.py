"""Schemas of the OpenAPI document: sparse results, and none that nothing refers to."""

import copy
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

_PREFIX = "#/components/schemas/"
Schemas = dict[str, Any]


def loosen(made: dict[str, Any], names: Iterable[str]) -> None:
    """Say that of these results nothing but an id needs to be there, and nothing of what stands inside of them.

    A type that stands elsewhere too, where it is whole, gets one sparse twin for all of them.
    """
    schemas = made["components"]["schemas"]
    results = set(names) & schemas.keys()
    whole = _reached(schemas, made["paths"], but=results)
    inside = _reached(schemas, [schemas[name] for name in results], but=results)
    sparse = {name: f"Sparse{name}" if name in whole else name for name in inside}
    for name in sorted(inside):
        schemas[sparse[name]] = {key: value for key, value in copy.deepcopy(schemas[name]).items() if key != "required"}
    for name in {*results, *sparse.values()}:
        _replace(schemas[name], sparse)
    for name in results:
        schemas[name]["required"] = [required for required in schemas[name]["required"] if required == "id"]


def prune(made: dict[str, Any]) -> None:
    """Leave out the schemas that nothing refers to."""
    schemas = made["components"]["schemas"]
    others = {key: value for key, value in made["components"].items() if key != "schemas"}
    used = _reached(schemas, [made["paths"], others])
    made["components"]["schemas"] = {name: schemas[name] for name in sorted(used)}


def _reached(schemas: Schemas, start: Any, but: Collection[str] = ()) -> set[str]:
    """The names of the schemas that references lead to from a node, without going through some of them."""
    reached: set[str] = set()
    waiting = set(_referred(start)) - set(but)
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= set(_referred(schemas[name])) - reached - set(but)
    return reached


def _referred(node: Any) -> Iterator[str]:
    """The names of the schemas that are referred to below a node."""
    if isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str) and reference.startswith(_PREFIX):
            yield reference.removeprefix(_PREFIX)
    values = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    for value in values:
        yield from _referred(value)


def _replace(node: Any, names: Mapping[str, str]) -> None:
    """Refer to schemas by other names below a node."""
    if isinstance(node, dict):
        name = str(node.get("$ref", "")).removeprefix(_PREFIX)
        if name in names:
            node["$ref"] = _PREFIX + names[name]
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _replace(value, names)
