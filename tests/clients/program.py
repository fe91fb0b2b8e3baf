"""What a user of the generated Python client writes; prints what it has got as JSON."""

import json
import sys

from artikelsuche_client import Client
from artikelsuche_client.api.articles import get_article, list_articles
from artikelsuche_client.api.search import search, search_by_body
from artikelsuche_client.api.tags import list_tags
from artikelsuche_client.api.timeline import get_timeline
from artikelsuche_client.models import (
    Batch,
    Match,
    NamePage,
    Problem,
    ProblemCode,
    SearchBody,
    SearchPage,
    Sort,
    Tier,
    Timeline,
    TimelineInterval,
    WholeArticle,
)
from artikelsuche_client.types import UNSET, Unset


def main(address: str) -> None:
    with Client(base_url=address) as client:
        page = search.sync(
            client=client,
            q="Deich Sturmflut",
            match=Match.ANY,
            source=["nordersieler-nachrichten"],
            from_="2024",
            facet=["tag:3", "year"],
            sort=Sort.RELEVANCE,
            page_size=2,
        )
        assert isinstance(page, SearchPage)
        assert page.facets is not None
        assert not isinstance(page.facets.tag, Unset)
        first = page.results[0]
        assert not isinstance(first.highlights, Unset)
        assert not isinstance(first.highlights.body, Unset)

        posted = search_by_body.sync(client=client, body=SearchBody(q="Deich Sturmflut", page_size=0, match=Match.ANY))
        assert isinstance(posted, SearchPage)

        article = get_article.sync(first.id, client=client)
        assert isinstance(article, WholeArticle)

        batch = list_articles.sync(client=client, id=[first.id, "gibt-es-nicht"])
        assert isinstance(batch, Batch)

        tags = list_tags.sync(client=client, name="kü")
        assert isinstance(tags, NamePage)

        timeline = get_timeline.sync(client=client, q=["Deich", "Sturmflut"], interval=TimelineInterval.YEAR)
        assert isinstance(timeline, Timeline)

        nothing = get_article.sync("gibt-es-nicht", client=client)
        assert isinstance(nothing, Problem)
        assert nothing.code is ProblemCode.ARTICLE_NOT_FOUND

        refused = search.sync(client=client, page=0)
        assert isinstance(refused, Problem)

        too_long = search.sync(client=client, q="Deich " * 2_000)
        assert isinstance(too_long, Problem)

    print(  # noqa: T201 - its answer
        json.dumps(
            {
                "total": page.total.value,
                "titles": [result.title for result in page.results],
                "exact": [result.tier is Tier.EXACT for result in page.results],
                "html": first.highlights.body[0].html,
                "tags": {value.id: value.count for value in page.facets.tag.values},
                "uncounted": page.facets.author is UNSET,
                "posted": posted.total.value,
                "words": len(str(article.text).split()),
                "batch": [[found.id for found in batch.results], batch.missing],
                "named": [tag.name for tag in tags.results],
                "timeline": [[point.count for point in series.points or []] for series in timeline.series],
                "problems": [nothing.status, refused.errors[0].parameter, too_long.status],
            }
        )
    )


main(sys.argv[1])
