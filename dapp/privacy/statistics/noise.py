"""OpenDP's discrete Laplace mechanism: whole noise, without the floating-point gaps that betray counts."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

MILLI: Final = 1_000
CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class Mechanism:
    """Adds noise to whole numbers. scale: of the Laplace distribution, in the numbers' units.

    error: what a cell's noise stays below in 95 of 100 cases.
    """

    scale: float
    error: float
    _measure: Any

    def epsilon(self, distance: int) -> float:
        """The privacy loss between data whose numbers differ by so much in total, as OpenDP proves it."""
        return float(self._measure.map(distance))

    def __call__(self, numbers: list[int]) -> list[int]:
        """The numbers with fresh noise."""
        return [int(number) for number in self._measure(numbers)]


@lru_cache(maxsize=16)
def mechanism(sensitivity: int, epsilon_milli: int) -> Mechanism:
    """The one with the least noise for this sensitivity and epsilon (in thousandths)."""
    import opendp.prelude as dp  # takes seconds to load, and only publishing needs it

    dp.enable_features("contrib")
    space = dp.vector_domain(dp.atom_domain(T=dp.i64)), dp.l1_distance(T=dp.i64)

    def measurement(scale: float) -> Any:
        return dp.m.make_laplace(*space, scale=scale)

    scale = dp.binary_search_param(measurement, d_in=sensitivity, d_out=epsilon_milli / MILLI)
    error = dp.discrete_laplacian_scale_to_accuracy(scale, 1 - CONFIDENCE)
    return Mechanism(float(scale), float(error), measurement(scale))
