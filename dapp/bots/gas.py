"""How much gas the market's calls take within a batch.

A batch succeeds whatever its calls do, so a node's estimate of it says nothing: it would name the least gas
with which every call fails. `bound` is more than a call takes at its first time and with three referrers;
`usual` is what it is likely to take, for weighing. Tests hold both to the contracts.
"""

from dapp.bots.actions import Action

BASE = 40_000
"""Of the transaction itself."""
_BOUNDS = {"release": 260_000, "reclaim": 160_000, "mature": 70_000, "claim": 90_000}
_USUAL = {"release": 60_000, "reclaim": 45_000, "mature": 35_000, "claim": 40_000}
_BOUND_PER_DAY, _USUAL_PER_DAY = 15_000, 9_000
_UNKNOWN = 300_000


def bound(action: Action) -> int:
    """The most gas that an action takes within a batch."""
    return _BOUNDS.get(action.kind, _UNKNOWN) + _BOUND_PER_DAY * _more_days(action)


def usual(action: Action) -> int:
    """The gas that an action is likely to take within a batch."""
    return _USUAL.get(action.kind, _UNKNOWN) + _USUAL_PER_DAY * _more_days(action)


def _more_days(action: Action) -> int:
    return len(action.call.arguments[2]) - 1 if action.kind == "mature" else 0
