"""Sparse answers: `fields=id,title,tags.name` keeps only these parts of a result."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import marshmallow as ma

from service.api.fields import doc
from service.api.problems import ParameterError, invalid

_Tree = dict[str, "_Tree"]


class FieldList(ma.fields.String):
    """Parts of a result, with commas between them and dots inside, or an array of them; loads as a tuple, each once.

    Parts of another answer that the endpoint gives at times are taken too; `check` then says which of the two it is.
    """

    def __init__(
        self, schema: type[ma.Schema], example: str, other: type[ma.Schema] | None = None, **kwargs: Any
    ) -> None:
        shown = _known(schema)
        self._known = tuple(dict.fromkeys((*shown, *(() if other is None else _known(other)))))
        known = "|".join(map(re.escape, shown))
        super().__init__(
            **kwargs,
            load_default=tuple,  # called, so that the document shows no default
            metadata=doc(
                f"Parts of a result that are wanted, with commas between them: `{example}`. Without it, all.",
                example,
                pattern=f"^({known})(,({known}))*$",
            ),
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ...]:  # type: ignore[override]
        is_array = isinstance(value, list)  # only a body has arrays
        names = value if is_array else super()._deserialize(value, attr, data, **kwargs).split(",")
        _refuse_unknown(names, self._known)
        return tuple(dict.fromkeys(names))


def check(names: Sequence[str], schema: type[ma.Schema]) -> None:
    """Refuse parts that a result of this schema does not have, where a `FieldList` knows two.

    Raises:
        ProblemError: there is one.
    """
    try:
        _refuse_unknown(names, _known(schema))
    except ma.ValidationError as error:
        raise invalid("invalid_parameter", ParameterError("fields", error.messages[0])) from error


def _refuse_unknown(names: Sequence[str], known: Sequence[str]) -> None:
    if list(names) == [""]:
        raise ma.ValidationError("is empty; name the parts that are wanted, or leave the parameter out.")
    unknown = [name for name in names if name not in known]
    if unknown:
        tops = ", ".join(path for path in known if "." not in path)
        raise ma.ValidationError(f"has no {unknown[0]!r}; name some of {tops}, with commas between.")


def pick(answer: dict[str, Any], paths: Sequence[str]) -> dict[str, Any]:
    """Only these parts of an answer, and its id if it has one, in its own order; all of it where there are no paths."""
    return _picked(answer, _tree(["id", *paths])) if paths else answer


@cache
def _known(schema: type[ma.Schema]) -> tuple[str, ...]:
    """All parts of what a schema describes: they do not change, and lists of articles are checked against them."""
    return tuple(_paths(schema()))


def _paths(schema: ma.Schema) -> Iterator[str]:
    """The names of the fields of a schema, and those inside them behind dots."""
    for name, field in schema.dump_fields.items():
        shown = field.data_key or name
        yield shown
        if isinstance(field, ma.fields.Nested):
            yield from (f"{shown}.{inner}" for inner in _paths(field.schema))


def _tree(paths: Iterable[str]) -> _Tree:
    """The paths as a tree; a leaf, or a branch that is named itself, is wanted as a whole."""
    tree: _Tree = {}
    for path in sorted(paths, key=len, reverse=True):
        *branches, leaf = path.split(".")
        at = tree
        for branch in branches:
            at = at.setdefault(branch, {})
        at[leaf] = {}
    return tree


def _picked(value: Any, tree: _Tree) -> Any:
    if not tree or value is None:
        return value
    if isinstance(value, list | tuple):
        return [_picked(item, tree) for item in value]
    values = value if isinstance(value, Mapping) else {name: getattr(value, name) for name in tree}
    return {name: _picked(inner, tree[name]) for name, inner in values.items() if name in tree}
