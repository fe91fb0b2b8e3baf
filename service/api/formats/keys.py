"""Keys to cite by."""

import hashlib
import re

from service.articles.slug import slug

_PLAIN = re.compile("[a-z0-9][a-z0-9._-]*")
_NOT_PLAIN = re.compile("[^a-z0-9._-]+")


def citation_key(article_id: str) -> str:
    """A key that BibTeX takes and a file may be named by: the id if it is one, else its slug and a digest of the id.

    It has small ASCII letters, digits, `.`, `_` and `-`. Other ids have other keys; to BibTeX, and to some file
    systems, those that differ only in case would be one.
    """
    if _PLAIN.fullmatch(article_id):
        return article_id
    digest = hashlib.blake2b(article_id.encode(), digest_size=6).hexdigest()
    readable = _NOT_PLAIN.sub("-", slug(article_id)).strip("-.") or "article"
    return f"{readable}-{digest}"
