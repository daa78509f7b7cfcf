"""What a tier grants, as the market's contracts have it now, and how it is said wherever it is shown."""

from dataclasses import dataclass

from dapp.domain.bounds import WATCH_REVIEW_WINDOW, WATCH_SETTLE_DAYS, ZERO_ADDRESS
from dapp.domain.credit import DIAMOND, GOLD, SILVER, Tier
from dapp.index.account_rows import MerchantRow
from dapp.market import market
from dapp.widgets.amounts import amount_text, percent_text
from dapp.widgets.i18n import t
from dapp.widgets.times import window_text

FROM = {Tier.WATCH: 0, Tier.SILVER: SILVER, Tier.GOLD: GOLD, Tier.DIAMOND: DIAMOND}
"""The score that each tier begins at, in thousandths of a point."""
TWICE_FROM = Tier.GOLD
"""From this tier on reward points count twice: `contracts/credit/Rewards.sol`."""


@dataclass(frozen=True)
class Grants:
    """A tier's fee in basis points and stake in wei; limit: what an order may cost on Watch, in wei."""

    fee_bps: int
    stake: int
    limit: int


def grants_of(tier: Tier) -> Grants:
    """Asked once a block for all sessions. Raises what a silent chain raises."""
    return market().at_head(("grants", tier), lambda: _ask(tier))


def _ask(tier: Tier) -> Grants:
    policy = market().contracts.fee_policy.functions
    fee, stake = policy.feeBpsOf(int(tier)).call(), policy.requiredStake(int(tier)).call()
    return Grants(fee, stake, policy.watchOrderLimit(ZERO_ADDRESS).call())


def grant_lines(tier: Tier, grants: Grants, *, limited: bool) -> list[str]:
    """All of it, for the merchant himself; limited: whether Watch's limits hold for him."""
    fee, points = percent_text(grants.fee_bps), "twice" if tier >= TWICE_FROM else "once"
    lines = [t("tiers.fee", fee=fee), t(f"tiers.points_{points}")]
    return [*lines, *buyers_lines(tier, grants, limited=limited)]


def buyers_lines(tier: Tier, grants: Grants, *, limited: bool) -> list[str]:
    """What of it concerns those who order: stake, place in the market, limits."""
    stake = amount_text(grants.stake, ZERO_ADDRESS)
    lines = [t("tiers.stake", stake=stake) if grants.stake else t("tiers.no_stake")]
    if tier is Tier.DIAMOND:
        lines.append(t("tiers.first"))
    if limited:
        lines += limit_lines(grants)
    return lines


def limit_lines(grants: Grants) -> list[str]:
    """Watch's limits: what an order may cost, how long it is reviewed, when its money comes."""
    review, days = window_text(WATCH_REVIEW_WINDOW), WATCH_SETTLE_DAYS
    return [
        t("tiers.order_limit", limit=amount_text(grants.limit, ZERO_ADDRESS)),
        t("tiers.held", review=review, days=days),
    ]


def next_tier(score: int) -> tuple[Tier, int] | None:
    """The tier above a score, and the thousandths of a point to it; None at the top."""
    above = [tier for tier in Tier if FROM[tier] > score]
    return (above[0], FROM[above[0]] - score) if above else None


def is_newcomer(merchant: MerchantRow) -> bool:
    """Whether Watch's limits hold for him for being new alone."""
    return merchant.is_limited and merchant.tier is not Tier.WATCH
