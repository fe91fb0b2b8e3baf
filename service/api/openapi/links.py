"""Links of the OpenAPI document: which operation goes on with what an answer has.

`next` and `previous` are addresses already, and runtime expressions cannot take a cursor out of one, so no link leads
from page to page.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Link = Mapping[str, Any]
_RESULT = "$response.body#/results/0"


def _link(operation: str, parameter: str, value: str) -> Link:
    return {"operationId": operation, "parameters": {parameter: value}}


_ARTICLE = _link("getArticle", "article_id", f"{_RESULT}/id")
_TAG = _link("getTag", "tag_id", f"{_RESULT}/id")
_SEARCH = {"article": _ARTICLE, "tag": _link("getTag", "tag_id", f"{_RESULT}/tags/0/id")}
_OF_ARTICLE = "$response.body#/id"


def _of_names() -> Iterator[tuple[str, dict[str, Link]]]:
    """Lists of names lead to each name, and each name to its articles."""
    for kind in ("tag", "source", "author", "section"):
        operation = kind.capitalize()
        yield f"list{operation}s", {kind: _link(f"get{operation}", f"{kind}_id", f"{_RESULT}/id")}
        related = {"related": _link("getTag", "tag_id", "$response.body#/related/0/id")}
        yield f"get{operation}", {"articles": _link("listArticles", kind, "$response.body#/id"), **related}


LINKS: Mapping[str, Mapping[str, Link]] = {
    "search": _SEARCH,
    "searchByBody": _SEARCH,
    "listArticles": {"article": _ARTICLE},
    "getArticle": {
        "tag": _link("getTag", "tag_id", "$response.body#/tags/0/id"),
        "batch": _link("listArticles", "id", _OF_ARTICLE),
        "versions": _link("listVersions", "article_id", _OF_ARTICLE),
        "similar": _link("listSimilarArticles", "article_id", _OF_ARTICLE),
        "tag_suggestions": _link("suggestTags", "article_id", _OF_ARTICLE),
    },
    "listVersions": {"article": _ARTICLE},
    "listSimilarArticles": {"article": _ARTICLE},
    "suggestTags": {"tag": _TAG},
    "listOccurrences": {"article": _link("getArticle", "article_id", f"{_RESULT}/article/id")},
    "getTimeline": {"search": _link("search", "q", "$response.body#/series/0/q")},
    **dict(_of_names()),
}
"""By the operation whose answer has it, and by name."""
