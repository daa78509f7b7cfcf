"""What speaks against an order, rule by rule, in whole points. Pure: the same dossier gives the same score.

A score is the sum of its factors' points, at most 100. It moves nobody's money and no merchant's score: from
the threshold on, a hold is proposed, and a person decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from dapp.domain.bounds import DAY
from dapp.domain.dealings import MoneyLink, Sale
from dapp.domain.orders import Status
from dapp.risk.features import HOUR, check
from dapp.risk.funding import Path, chain_between, line_of_descent, money_ties, ring_of
from dapp.risk.model import Verdict
from dapp.risk.rules import MOST, RiskRules, Tie

Told = Mapping[str, int | str | tuple[str, ...]]
PRIVATE: Final = frozenset({"new_device", "shared_device"})
"""Factors that rest on what only the server knows of an account: published without their values."""
_PERMILLE: Final = 1_000


@dataclass(frozen=True)
class Device:
    """A browser that an account signed in from: its salted hash, and when it did first and last."""

    account: str
    device: str
    first_at: int
    last_at: int


@dataclass(frozen=True)
class Dossier:
    """All that an assessment looks at.

    bought: the buyer's earlier orders; sold: the seller's orders of late, this one included or not;
    purchases: orders in which the seller's money may come back; first_seen: by account, of buyers;
    links: money around the parties; hubs: accounts with very many counterparties; referrers: by account, None
    for roots; blocked: why parties are on the block list; verdict: the model's on the seller, None without a
    model; simulated: whether that was fitted to a made-up market.
    """

    sale: Sale
    now: int
    bought: tuple[Sale, ...] = ()
    sold: tuple[Sale, ...] = ()
    purchases: tuple[Sale, ...] = ()
    links: tuple[MoneyLink, ...] = ()
    hubs: frozenset[str] = frozenset()
    referrers: Mapping[str, str | None] = field(default_factory=dict)
    first_seen: Mapping[str, int] = field(default_factory=dict)
    devices: tuple[Device, ...] = ()
    blocked: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict | None = None
    simulated: bool = False


@dataclass(frozen=True)
class Factor:
    """What one rule found: its points, and the values that its sentence names."""

    name: str
    points: int
    values: Told

    @property
    def is_private(self) -> bool:
        """Whether its values stay with the reviewers."""
        return self.name in PRIVATE


@dataclass(frozen=True)
class RiskAssessment:
    """An order's score, 0 to 100, and what makes it, most points first; `rules` by their digest."""

    order_id: bytes
    score: int
    threshold: int
    factors: tuple[Factor, ...]
    assessed_at: int
    rules: str

    @property
    def proposes_hold(self) -> bool:
        """Whether the review should go on for longer."""
        return self.score >= self.threshold


def assess(dossier: Dossier, rules: RiskRules) -> RiskAssessment:
    """Go through every rule. Raises BadSale for an order that no market can have had."""
    check(dossier.sale, dossier.now)
    found = [factor for rule in _RULES if (factor := rule(dossier, rules)) is not None and factor.points > 0]
    found.sort(key=lambda factor: (-factor.points, factor.name))
    score = min(sum(factor.points for factor in found), MOST)
    return RiskAssessment(dossier.sale.id, score, rules.threshold, tuple(found), dossier.now, rules.digest)


def hold_until(review_until: int, rules: RiskRules) -> int:
    """The end of a held review (Unix seconds) whose sealed end is `review_until`."""
    return review_until + rules.hold_hours * HOUR


# -- the rules --------------------------------------------------------------------------------------


def _amount_jump(d: Dossier, rules: RiskRules) -> Factor | None:
    rule, sale = rules.rules.amount_jump, d.sale
    earlier = [
        other.base
        for other in d.bought
        if other.token == sale.token and other.key < sale.key and other.status is not Status.CANCELLED
    ]
    if len(earlier) < rule.after_orders or sale.base * len(earlier) <= rule.times * sum(earlier):
        return None
    average = sum(earlier) // len(earlier)
    values = {"amount": sale.base, "average": average, "orders": len(earlier), "times": rule.times}
    return Factor("amount_jump", rule.points, values)


def _new_device(d: Dossier, rules: RiskRules) -> Factor | None:
    rule, placed_at = rules.rules.new_device, d.sale.placed_at
    known = [
        device for device in d.devices if device.account == d.sale.buyer and device.first_at <= placed_at
    ]
    since = placed_at - rule.within_hours * HOUR
    new = [device for device in known if device.first_at > since]
    if not new or len(new) == len(known):
        return None
    return Factor("new_device", rule.points, {"hours": rule.within_hours, "devices": len(new)})


def _model(d: Dossier, rules: RiskRules) -> Factor | None:
    rule, verdict = rules.rules.model, d.verdict
    if verdict is None or (d.simulated and not rule.simulated):
        return None
    permille = round(verdict.score * _PERMILLE)
    top = tuple(reason.feature for reason in verdict.reasons[:3])
    return Factor("model", rule.points * permille // _PERMILLE, {"permille": permille, "features": top})


def _blocked(d: Dossier, rules: RiskRules) -> Factor | None:
    named = dict.fromkeys((d.sale.buyer, d.sale.seller, d.sale.payer, *d.sale.earners))
    listed = tuple(account for account in named if account in d.blocked)
    return Factor("blocked", rules.rules.blocked.points, {"accounts": listed}) if listed else None


def _self_dealing(d: Dossier, rules: RiskRules) -> Factor | None:
    rule = rules.rules.self_dealing
    chain = _tied(d, rule, [(d.sale.buyer, d.sale.seller), (d.sale.payer, d.sale.seller)])
    return Factor("self_dealing", rule.points, {"accounts": chain}) if chain else None


def _shared_device(d: Dossier, rules: RiskRules) -> Factor | None:
    by_account = [
        {device.device for device in d.devices if device.account == account}
        for account in (d.sale.buyer, d.sale.seller)
    ]
    shared = len(by_account[0] & by_account[1])
    return Factor("shared_device", rules.rules.shared_device.points, {"devices": shared}) if shared else None


def _referral_circle(d: Dossier, rules: RiskRules) -> Factor | None:
    rule, sale = rules.rules.referral_circle, d.sale
    pairs = [(earner, party) for earner in sale.earners for party in (sale.seller, sale.buyer)]
    chain = _tied(d, rule, pairs)
    return Factor("referral_circle", rule.points, {"accounts": chain}) if chain else None


def _lineage(d: Dossier, rules: RiskRules) -> Factor | None:
    line = line_of_descent(d.referrers, d.sale.seller, d.sale.buyer)
    return Factor("lineage", rules.rules.lineage.points, {"accounts": line}) if line else None


def _payment_ring(d: Dossier, rules: RiskRules) -> Factor | None:
    rule = rules.rules.payment_ring
    ring = ring_of(d.sale, d.purchases, rule.length, rule.percent, d.sale.placed_at - rule.days * DAY)
    return Factor("payment_ring", rule.points, {"accounts": ring}) if ring else None


def _new_accounts(d: Dossier, rules: RiskRules) -> Factor | None:
    rule, sale = rules.rules.new_accounts, d.sale
    young = {
        other.buyer
        for other in (*d.sold, sale)
        if sale.placed_at - rule.within_hours * HOUR < other.placed_at <= sale.placed_at
        and other.placed_at - d.first_seen.get(other.buyer, 0) < rule.younger_than_hours * HOUR
    }
    if len(young) < rule.buyers:
        return None
    return Factor("new_accounts", rule.points, {"buyers": len(young), "hours": rule.within_hours})


def _tied(d: Dossier, rule: Tie, pairs: list[tuple[str, str]]) -> Path | None:
    least = -(-d.sale.base * rule.percent // 100)
    graph = money_ties(d.links, d.sale.token, least)
    chains = [chain_between(graph, one, other, rule.steps, d.hubs) for one, other in pairs]
    return min((chain for chain in chains if chain), key=lambda chain: (len(chain), chain), default=None)


_RULES: Final[tuple[Callable[[Dossier, RiskRules], Factor | None], ...]] = (
    _amount_jump,
    _new_device,
    _model,
    _blocked,
    _self_dealing,
    _shared_device,
    _referral_circle,
    _lineage,
    _payment_ring,
    _new_accounts,
)
