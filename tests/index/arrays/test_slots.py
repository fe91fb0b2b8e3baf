"""Positions in one byte each and the slots that tell the rest."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import SCHEMA
from whoosh import fields, query
from whoosh.analysis import RegexTokenizer, StopFilter

from service.index.arrays import slots as slots_module
from service.index.arrays.index import ArrayIndex

_WORDS = ["a", "b", "c", "d", "e", "f", "g"]
_TEXTS = st.lists(
    st.lists(st.sampled_from(_WORDS), min_size=1, max_size=20).map(lambda words: words * 40)
    | st.lists(st.sampled_from(_WORDS), min_size=1, max_size=20),
    min_size=1,
    max_size=6,
)


@given(_TEXTS, st.sampled_from([1, 3, 100]), st.lists(st.sampled_from(_WORDS), min_size=2, max_size=4))
def test_phrase_is_found_where_its_words_stand_side_by_side(
    tmp_path_factory: pytest.TempPathFactory, texts: list[list[str]], head: int, wanted: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("index")
    with pytest.MonkeyPatch.context() as patch:
        # With few codes most terms share one, as rare terms do in a large vocabulary.
        patch.setattr(slots_module, "HEAD_TERMS", head)
        writer = ArrayIndex.create(folder, SCHEMA).writer()
        for number, text in enumerate(texts):
            writer.add_document(key=str(number), text=" ".join(text))
        writer.commit()
    index = ArrayIndex.open(folder, SCHEMA)
    phrase, joined = query.Phrase("text", wanted), f" {' '.join(wanted)} "
    expected = [number for number, text in enumerate(texts) if joined in f" {' '.join(text)} "]
    assert index.evaluator().matching(phrase).tolist() == expected
    data = index.segments[0].data.fields["text"]
    for number, term in enumerate(data.terms):
        having = [text for text in texts if term.decode() in text]
        positions, counts = data.positions_of(number, np.arange(len(having)))
        assert counts.tolist() == [text.count(term.decode()) for text in having]
        assert positions.tolist() == [at for text in having for at, word in enumerate(text) if word == term.decode()]
    made = data.postings()
    assert made.positions is not None
    assert made.positions.tolist() == [
        at for term in made.terms for text in texts for at, word in enumerate(text) if word == term.decode()
    ]


def test_field_with_many_gaps_keeps_plain_positions(tmp_path: Path) -> None:
    analyzer = RegexTokenizer(r"\w+") | StopFilter(["weg"], minsize=1, renumber=False)
    schema = fields.Schema(text=fields.TEXT(analyzer=analyzer))
    writer = ArrayIndex.create(tmp_path, schema).writer()
    writer.add_document(text="eins " + "weg " * 2_000 + "zwei drei")
    writer.commit()
    index = ArrayIndex.open(tmp_path, schema)
    assert index.segments[0].data.fields["text"].slots is None
    for words, total in ((["zwei", "drei"], 1), (["eins", "zwei"], 0), (["drei", "zwei"], 0)):
        assert index.evaluator().search(query.Phrase("text", words)).total == total
