"""The anomaly model: an isolation forest over merchants' features, with scores that say why.

Fitting is deterministic: the same rows and seed give the same forest and scores, so a model is kept as what
it was fitted from (`model_file`), never as a pickle. It knows nothing of right and wrong, only of unusual:
its score opens a review and moves no merchant's score.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from dapp.risk.failures import BadFeatures, TooFewMerchants
from dapp.risk.features import FEATURES

TREES: Final = 200
SAMPLES: Final = 256
FEWEST: Final = 50
"""Fewer merchants than this don't tell what is usual."""
DEVIATIONS: Final = 2.5
"""A merchant this many robust deviations more isolated than the median one scores a half."""
SIMULATED: Final = "simulated"
"""How the source of a model begins that was fitted to a made-up market."""
REVIEW_FROM: Final = 0.5
"""From this score on a person should look."""
_ROUNDED: Final = 6
_LEAST_SPREAD: Final = 0.01  # of the isolation's own scale: where all are alike, nobody is odd for a trifle
_SIGMA: Final = 1.4826  # a normal distribution's deviation by the median distance from its median

Row = tuple[float, ...]


@dataclass(frozen=True)
class Reason:
    """A feature that makes a score: without it, were it usual, the score would be lower.

    share: of what all such features would lower it by, each alone; value and usual: the merchant's and the
    median merchant's.
    """

    feature: str
    share: float
    value: float
    usual: float


@dataclass(frozen=True)
class Verdict:
    """An anomaly score, 0 (usual) to 1, and what makes it, the strongest reason first."""

    score: float
    reasons: tuple[Reason, ...]

    @property
    def wants_review(self) -> bool:
        """Whether a person should look."""
        return self.score >= REVIEW_FROM


@dataclass(frozen=True)
class AnomalyModel:
    """A fitted forest with what it was fitted from.

    rows: merchants' features in the order of `FEATURES`, rounded; source: where they came from, in one line;
    trained_at: Unix seconds of the last block that they tell of.
    """

    rows: tuple[Row, ...]
    seed: int
    source: str
    trained_at: int
    forest: Any = field(repr=False, compare=False)
    medians: Row = field(repr=False, compare=False)
    center: float = field(repr=False, compare=False)
    spread: float = field(repr=False, compare=False)

    @classmethod
    def fit(cls, rows: Sequence[Sequence[float]], seed: int, source: str, trained_at: int) -> "AnomalyModel":
        """Fit to merchants' features. Raises TooFewMerchants, BadFeatures."""
        if len(rows) < FEWEST:
            raise TooFewMerchants(
                f"{len(rows)} merchants have a history: it takes {FEWEST} to tell the unusual from the usual."
            )
        from sklearn.ensemble import IsolationForest  # type: ignore[import-untyped]  # most starts need no forest

        kept = tuple(tuple(round(value, _ROUNDED) for value in checked(row)) for row in rows)
        forest = IsolationForest(n_estimators=TREES, max_samples=min(SAMPLES, len(kept)), random_state=seed)
        matrix = np.array(kept)
        forest.fit(matrix)
        raw = -forest.score_samples(matrix)
        center = float(np.median(raw))
        spread = max(float(np.median(np.abs(raw - center))) * _SIGMA, _LEAST_SPREAD)
        medians = tuple(float(value) for value in np.median(matrix, axis=0))
        return cls(kept, seed, source, trained_at, forest, medians, center, spread)

    @property
    def is_simulated(self) -> bool:
        """Whether it was fitted to a made-up market: then it shows what is odd, and counts for nothing."""
        return self.source.startswith(SIMULATED)

    def scores(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """The scores of merchants' features, each 0 to 1. Raises BadFeatures."""
        return [_bounded(value) for value in self._distances(rows)]

    def judge(self, row: Sequence[float]) -> Verdict:
        """A merchant's score and its reasons. Raises BadFeatures."""
        usual = [(*row[:place], median, *row[place + 1 :]) for place, median in enumerate(self.medians)]
        whole, *without = self._distances([row, *usual])
        lowers = [max(whole - less, 0.0) for less in without]
        total = math.fsum(lowers)
        reasons = [
            Reason(name, round(lower / total, _ROUNDED), round(float(value), _ROUNDED), median)
            for name, lower, value, median in zip(FEATURES, lowers, row, self.medians, strict=True)
            if whole > 0 and lower > 0
        ]
        return Verdict(
            _bounded(whole), tuple(sorted(reasons, key=lambda reason: (-reason.share, reason.feature)))
        )

    def _distances(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """How much more isolated than the median merchant, in the score's units but without its bounds."""
        if not rows:
            return []
        raw = -self.forest.score_samples(np.array([checked(row) for row in rows]))
        return [float(value) for value in (raw - self.center) * REVIEW_FROM / (self.spread * DEVIATIONS)]


def _bounded(distance: float) -> float:
    return round(min(max(distance, 0.0), 1.0), _ROUNDED)


def checked(row: Sequence[float]) -> Row:
    """The features as finite numbers. Raises BadFeatures."""
    if len(row) != len(FEATURES):
        raise BadFeatures(f"{len(row)} features were given, and a merchant has {len(FEATURES)}.")
    values = tuple(float(value) for value in row)
    for name, value in zip(FEATURES, values, strict=True):
        if not math.isfinite(value) or abs(value) > 1e6:
            raise BadFeatures(f"The feature {name} is {value}, which no merchant's can be.")
    return values
