"""The market's reckoning of scores and fees by the reference model, with a journal of what was done."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from dapp.domain.credit import (
    ATTESTED_BASE,
    ATTESTED_MAX,
    Dimension,
    MerchantScore,
    PairEpochs,
    Tier,
    fee_bps_of,
    slashed,
)
from dapp.domain.credit_table import CreditTable
from dapp.domain.split import mul_down, scale_down
from operations.parameters import Parameters


class Act(StrEnum):
    """What can be done; the journal's words."""

    PLACE = "place"
    RELEASE = "release"
    REFUND = "refund"
    MISS = "miss"
    RULE = "rule"
    RATE = "rate"
    ATTEST = "attest"


@dataclass(frozen=True)
class Entry:
    """One act at `at` (seconds). deal: the order's number; amount: wei, stars, quarters or thousandths."""

    act: Act
    at: int
    seller: str
    buyer: str = ""
    deal: int = 0
    amount: int = 0
    dimension: Dimension = Dimension.TRADE


@dataclass
class Deal:
    """An order on its way; `base` in wei, `weight` in thousandths of a point."""

    number: int
    seller: str
    buyer: str
    base: int
    fee_bps: int
    weight: int
    gained: int = 0


@dataclass
class Shop:
    """What a merchant put in and paid, in wei."""

    stake: int = 0
    fees: int = 0
    discount: int = 0
    slashed: int = 0
    points: int = 0


@dataclass
class ModelMarket:
    """Scores, pairs and fees of a market with these parameters; one native coin."""

    parameters: Parameters
    table: CreditTable
    scores: dict[str, MerchantScore] = field(default_factory=dict)
    shops: dict[str, Shop] = field(default_factory=lambda: defaultdict(Shop))
    journal: list[Entry] = field(default_factory=list)
    pairs: PairEpochs = field(init=False)
    attested: dict[tuple[str, Dimension], int] = field(
        default_factory=lambda: defaultdict(lambda: ATTESTED_BASE // 3)
    )
    deals: int = 0

    def __post_init__(self) -> None:
        self.pairs = PairEpochs(self.table)

    def score(self, merchant: str) -> MerchantScore:
        """The merchant's record, new if need be."""
        return self.scores.setdefault(merchant, MerchantScore(table=self.table))

    def place(self, seller: str, buyer: str, base: int, at: int) -> Deal | None:
        """An order, or None where the market refuses it: too little stake, or above Watch's limit."""
        record, shop = self.score(seller), self.shops[seller]
        p, tier = self.parameters, record.tier
        if shop.stake < (*p.stakes, 0)[tier]:
            return None
        if record.is_limited and base > p.watch_order_units * p.credit_unit:
            return None
        fee_bps = fee_bps_of(tier, p.base_fee)
        weight = self.table.weight_of(base, fee_bps, p.credit_unit)
        self.deals += 1
        deal = Deal(self.deals, seller, buyer, base, fee_bps, weight)
        self.journal.append(Entry(Act.PLACE, at, seller, buyer, deal.number, base))
        return deal

    def release(self, deal: Deal, at: int) -> None:
        """The seller earns all of it."""
        self._pay(deal, deal.base, at)
        self.journal.append(Entry(Act.RELEASE, at, deal.seller, deal.buyer, deal.number))

    def refund(self, deal: Deal, amount: int, at: int) -> None:
        """The seller gives `amount` wei back and earns the rest, if any."""
        if amount < deal.base:
            self._pay(deal, deal.base - amount, at)
        self.score(deal.seller).lose_refund(deal.weight, amount, deal.base)
        self.journal.append(Entry(Act.REFUND, at, deal.seller, deal.buyer, deal.number, amount))

    def miss(self, deal: Deal, at: int) -> None:
        """The seller accepted and never delivered."""
        self.score(deal.seller).lose_deadline(deal.weight)
        self.journal.append(Entry(Act.MISS, at, deal.seller, deal.buyer, deal.number))

    def rule(self, deal: Deal, quarters: int, at: int) -> None:
        """An arbiter awards the buyer `quarters` of the order."""
        awarded = deal.base * quarters // 4
        self._pay(deal, deal.base - awarded, at)
        if awarded and deal.weight:
            self.score(deal.seller).lose_ruling(deal.weight, awarded, deal.base)
            shop = self.shops[deal.seller]
            cut = slashed(shop.stake, awarded, deal.base)
            shop.stake, shop.slashed = shop.stake - cut, shop.slashed + cut
        self.journal.append(Entry(Act.RULE, at, deal.seller, deal.buyer, deal.number, quarters))

    def rate(self, deal: Deal, stars: int, at: int) -> None:
        """The buyer's stars."""
        self.score(deal.seller).rate(stars, deal.gained)
        self.journal.append(Entry(Act.RATE, at, deal.seller, deal.buyer, deal.number, stars))

    def attest(self, merchant: str, dimension: Dimension, delta: int, at: int) -> None:
        """An attestation of `delta` thousandths of a point; a dimension has a third of the attested sum."""
        before = self.attested[merchant, dimension]
        after = min(max(before + delta, 0), ATTESTED_MAX // 3)
        self.attested[merchant, dimension] = after
        self.score(merchant).move(dimension, after - before)
        self.journal.append(Entry(Act.ATTEST, at, merchant, amount=delta, dimension=dimension))

    def _pay(self, deal: Deal, earned: int, at: int) -> None:
        """What the seller earns: its fee, and what it counts for."""
        shop, record = self.shops[deal.seller], self.score(deal.seller)
        shop.fees += scale_down(mul_down(deal.base, deal.fee_bps), earned, deal.base)
        full = mul_down(deal.base, self.parameters.base_fee)
        shop.discount += scale_down(full - mul_down(deal.base, deal.fee_bps), earned, deal.base)
        weight = scale_down(deal.weight, earned, deal.base)
        deal.gained = self.pairs.take(deal.seller, deal.buyer, at, weight)
        record.gain(deal.gained)
        shop.points += deal.gained * (2 if record.tier >= Tier.GOLD else 1)
