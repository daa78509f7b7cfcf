"""What a year says: how well tiers tell the kinds apart, and what frauds gained. As Markdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from dapp.domain.bounds import BPS
from dapp.domain.credit import Tier, tier_of
from operations.simulation.people import FRAUDS, UNIT, Kind, Merchant
from operations.simulation.year import Year

DAYS = (90, 180, 365)


@dataclass(frozen=True)
class Gain:
    """What one fraud's year came to, in wei.

    got: money for worthless work, what a better tier saved on other people's orders, and what points of his
    own orders bring back; paid: fees of his own orders, arbiters, stake lost.
    """

    got: int
    paid: int

    @property
    def net(self) -> int:
        """Got less paid."""
        return self.got - self.paid


def gain_of(year: Year, merchant: Merchant) -> Gain:
    """A fraud's gain."""
    shop, loot, p = year.market.shops[merchant.account], year.loot[merchant.account], year.parameters
    rebate = loot.wash_points * p.credit_unit * p.rebate // BPS // 1_000
    saved = max(shop.discount, 0) if merchant.kind is not Kind.EXIT else 0
    return Gain(loot.kept + saved + rebate, loot.wash_fees + loot.deposits + shop.slashed)


def separation(better: Sequence[int], worse: Sequence[int]) -> float:
    """The chance that one of the better ones scores higher than one of the worse ones; ties count half."""
    ranked = sorted([(score, 0) for score in worse] + [(score, 1) for score in better])
    wins = below = place = 0.0
    while place < len(ranked):
        score = ranked[int(place)][0]
        tied = [kind for value, kind in ranked[int(place) :] if value == score]
        wins += sum(tied) * (below + (len(tied) - sum(tied)) / 2)
        below += len(tied) - sum(tied)
        place += len(tied)
    return wins / (len(better) * len(worse))


def scores_at(year: Year, kind: Kind, day: int) -> list[int]:
    """The scores of a kind's merchants who had begun by that day, in thousandths of a point."""
    place = day // year.SAMPLE - 1
    curves = (year.curves[each.account] for each in year.people if each.kind is kind)
    return sorted(score for curve in curves if (score := curve[place]) is not None)


def page(year: Year) -> str:
    """The whole report."""
    return "\n".join(
        [
            f"{len(year.people):,} merchants, {year.days} days, {year.market.deals:,} orders, "
            f"seed {year.seed}.",
            "",
            *_tiers(year),
            "",
            *_separations(year),
            "",
            *_gains(year),
        ]
    )


def _tiers(year: Year) -> Iterator[str]:
    yield "| | day | merchants | Watch | Silver | Gold | Diamond | median score |"
    yield "|---|---|---|---|---|---|---|---|"
    for kind in Kind:
        for day in DAYS:
            if day > year.days or not (scores := scores_at(year, kind, day)):
                continue
            tiers = [sum(tier_of(score) is tier for score in scores) for tier in Tier]
            shares = " | ".join(f"{100 * number / len(scores):.0f} %" for number in tiers)
            yield f"| {kind} | {day} | {len(scores)} | {shares} | {median(scores) / 1_000:.0f} |"


def _separations(year: Year) -> Iterator[str]:
    yield "The chance that an honest merchant scores higher than one of another kind, on the last day:"
    yield ""
    yield "| lazy | " + " | ".join(FRAUDS) + " |"
    yield "|---" * 4 + "|"
    honest = scores_at(year, Kind.HONEST, year.days)
    others = (scores_at(year, kind, year.days) for kind in (Kind.LAZY, *FRAUDS))
    yield "| " + " | ".join(f"{separation(honest, scores):.2f}" for scores in others) + " |"


def _gains(year: Year) -> Iterator[str]:
    yield "What frauds gained, in ETH:"
    yield ""
    yield "| | frauds | got, median | paid, median | net, median | net, highest | gained at all |"
    yield "|---|---|---|---|---|---|---|"
    for kind in FRAUDS:
        gains = [gain_of(year, each) for each in year.people if each.kind is kind]
        nets = sorted(each.net for each in gains)
        middle = (median(each.got for each in gains), median(each.paid for each in gains), median(nets))
        figures = " | ".join(_coins(value) for value in (*middle, nets[-1]))
        winners = sum(net > 0 for net in nets)
        yield f"| {kind} | {len(gains)} | {figures} | {100 * winners / len(gains):.0f} % |"


def _coins(wei: float) -> str:
    return f"{wei / UNIT:.3f}".replace("-", "−")
