from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support import Archive

from service.engines.whoosh.engine import WhooshEngine
from service.index.arrays import index
from service.search.listing import Listed

MakeEngine = Callable[[Archive], WhooshEngine]
_DATES = st.none() | st.integers(-(10**5), 10**5).map(
    lambda hours: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
)


def _file(published: datetime | None, modified: datetime | None) -> str:
    dates = (("Datum", published), ("Aktualisiert", modified))
    return "".join(f"{key}: {value.isoformat()}\n" for key, value in dates if value) + "Titel\nEin Satz.\n"


@pytest.mark.parametrize("characters", [index.RUN_CHARACTERS, 60])
@given(dates=st.lists(st.tuples(_DATES, _DATES), max_size=12), size=st.integers(1, 5))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_slices_have_every_article_once_new_ones_last(
    make_engine: MakeEngine, characters: int, dates: list[tuple[datetime | None, datetime | None]], size: int
) -> None:
    articles = [Listed(f"ordner:ä{number}", *both) for number, both in enumerate(dates)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index, "RUN_CHARACTERS", characters)
        engine = make_engine({it.id.replace(":", "/"): _file(it.published, it.modified) for it in articles})
    with engine.snapshot() as snapshot:
        slices = [snapshot.listing(start, start + size) for start in range(0, len(articles) + 1, size)]
        assert {found.total for found in slices} == {len(articles)}
        found = [article for one in slices for article in one.articles]
        assert sorted(found, key=lambda it: it.id) == sorted(articles, key=lambda it: it.id)
        moments = [it.published or datetime.min.replace(tzinfo=UTC) for it in found]
        assert moments == sorted(moments)
        assert snapshot.listing(0, len(articles)).articles == tuple(found)
        assert snapshot.listing(0, 0).articles == ()
    engine.close()
