"""Gathers what an assessment looks at, from index, model, block list and sign-ins, and has it assessed."""

from collections.abc import Callable, Collection

from dapp.domain.bounds import DAY
from dapp.domain.dealings import Sale
from dapp.index.dealings import Dealings
from dapp.index.rows import Head
from dapp.risk.block_list import NOBODY, BlockList
from dapp.risk.document import Finding
from dapp.risk.engine import Device, Dossier, assess
from dapp.risk.features import HOUR, WINDOW, Context, features_of
from dapp.risk.model import AnomalyModel, Verdict
from dapp.risk.money_book import MoneyBook
from dapp.risk.rules import RiskRules

Devices = Callable[[Collection[str]], tuple[Device, ...]]


class Assessor:
    """Assesses orders of one market, for one thread. `devices`: the sign-in reports of accounts."""

    def __init__(
        self,
        dealings: Dealings,
        rules: RiskRules,
        *,
        model: AnomalyModel | None = None,
        blocked: BlockList = NOBODY,
        devices: Devices = lambda _accounts: (),
        confirmations: int = 12,
    ) -> None:
        self.rules, self.model, self.blocked = rules, model, blocked
        self._dealings, self._devices = dealings, devices
        self._money = MoneyBook(dealings, confirmations)
        self._head: Head | None = None
        self._units: dict[str, int] | None = None
        self._verdicts: dict[str, Verdict] = {}

    def assess(self, order_id: bytes) -> Finding | None:
        """What speaks against an order as of the index's head; None if the index doesn't know it."""
        head = self._follow()
        sale = self._dealings.sale(order_id)
        if head is None or sale is None:
            return None
        return Finding(assess(self.dossier(sale, head.timestamp), self.rules), sale, head)

    def verdict(self, merchant: str) -> Verdict | None:
        """The model's on a merchant as of the index's head; None without a model or a head."""
        head = self._follow()
        if head is None or self.model is None:
            return None
        return self._judge(merchant, self._dealings.sold_by(merchant), head.timestamp)

    def dossier(self, sale: Sale, now: int) -> Dossier:
        """All that an order's assessment looks at, at `now` (Unix seconds)."""
        rules, read = self.rules.rules, self._dealings
        parties = sorted({sale.buyer, sale.seller, sale.payer, *sale.earners})
        steps = max(rules.self_dealing.steps, rules.referral_circle.steps)
        links = self._money.around(parties, steps, self.rules.hub_counterparties)
        between = {end for link in links for end in (link.source, link.target)}
        sold = read.sold_by(sale.seller)
        since = sale.placed_at - rules.new_accounts.within_hours * HOUR
        lately = tuple(other for other in sold if since < other.placed_at <= sale.placed_at)
        return Dossier(
            sale,
            now,
            bought=tuple(read.bought_by([sale.buyer], sale.key)),
            sold=lately,
            purchases=self._purchases(sale),
            links=links,
            hubs=self._money.hubs(between, self.rules.hub_counterparties),
            referrers=read.referrers(parties),
            first_seen=read.first_seen({sale.buyer, *(other.buyer for other in lately)}),
            devices=self._devices([sale.buyer, sale.seller]),
            blocked=self.blocked.reasons(parties, now),
            verdict=self._judge(sale.seller, sold, now),
            simulated=self.model is not None and self.model.is_simulated,
        )

    def _follow(self) -> Head | None:
        """Read on to the index's head; what was worked out for an older one is forgotten."""
        head = self._dealings.head()
        if head != self._head:
            self._head, self._units, self._verdicts = head, None, {}
            self._money.refresh()
        return head

    def _judge(self, merchant: str, sold: Collection[Sale], now: int) -> Verdict | None:
        if self.model is None:
            return None
        if merchant not in self._verdicts:
            window = [sale for sale in sold if sale.placed_at > now - WINDOW]
            buyers = {sale.buyer for sale in window}
            read = self._dealings
            if self._units is None:
                self._units = read.units()
            context = Context(self._units, read.shops(buyers), read.first_seen(buyers))
            self._verdicts[merchant] = self.model.judge(features_of(window, context, now))
        return self._verdicts[merchant]

    def _purchases(self, sale: Sale) -> tuple[Sale, ...]:
        """Orders by which the seller's money may come back, from his own purchases on."""
        ring = self.rules.rules.payment_ring
        since = sale.placed_at - ring.days * DAY
        found: dict[bytes, Sale] = {}
        frontier, asked = {sale.seller}, {sale.buyer}
        for _step in range(ring.length - 1):
            frontier -= asked
            if not frontier:
                break
            asked |= frontier
            bought = [other for other in self._dealings.bought_by(frontier) if other.placed_at >= since]
            found |= {other.id: other for other in bought}
            frontier = {other.seller for other in bought}
        return tuple(sorted(found.values(), key=lambda other: other.key))
