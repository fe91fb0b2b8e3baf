"""The figures of rankings: MRR@10, nDCG@10, Recall@10 and Recall@100, averaged over the queries."""

import math
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean

from bench.relevance.sets import Qrels

CUTOFF = 10
DEPTH = 100
"""How far down a ranking is looked at."""
METRICS = (f"MRR@{CUTOFF}", f"nDCG@{CUTOFF}", f"Recall@{CUTOFF}", f"Recall@{DEPTH}")

Run = Mapping[str, Sequence[str]]
"""For each query id the ids of the passages found, the best first."""


def evaluate(run: Run, qrels: Qrels, ids: Collection[str]) -> dict[str, float]:
    """The figures of a run on the queries of these ids."""
    each = [_figures(run[query], qrels[query]) for query in ids]
    if not each:
        return dict.fromkeys(METRICS, math.nan)
    return {metric: fmean(figures[number] for figures in each) for number, metric in enumerate(METRICS)}


def _figures(ranking: Sequence[str], relevant: Mapping[str, int]) -> tuple[float, float, float, float]:
    gains = [relevant.get(passage, 0) for passage in ranking[:DEPTH]]
    first = next((rank for rank, gain in enumerate(gains[:CUTOFF], start=1) if gain), None)
    best = sorted(relevant.values(), reverse=True)
    return (
        0.0 if first is None else 1 / first,
        _discounted(gains[:CUTOFF]) / _discounted(best[:CUTOFF]),
        _found(gains[:CUTOFF]) / len(relevant),
        _found(gains) / len(relevant),
    )


def _discounted(gains: Sequence[int]) -> float:
    """The gain of a ranking: each relevance divided by the logarithm of its place."""
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, start=1))


def _found(gains: Sequence[int]) -> int:
    return sum(gain > 0 for gain in gains)
