"""Deliveries that the risk team looked at: one cleared, one disputed, one that waits. And reward points."""

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.dealings import MoneyKind, MoneyLink, Sale
from dapp.domain.orders import Status
from dapp.evidence.document import EvidenceDocument
from dapp.index.rows import Head
from dapp.risk.document import Finding, Origin, document_of
from dapp.risk.engine import Dossier, assess
from dapp.risk.rules import load_rules
from operations.demo.stage import HOUR, REVIEW, WEBSITE, Stage, hand_in
from operations.documents import keep
from operations.trading import TradedOrder

LONGER = 12 * HOUR
"""By how much the demo's holds lengthen a review: its orders all end within four days."""
SENT = 6 * 10**17


def look_at_deliveries(stage: Stage) -> None:
    """Large orders of buyers to whom the seller had sent money, each held by the risk bot.

    One is cleared and paid, one confirmed, and its dispute settled by giving all back; one waits.
    """
    cleared = _suspicious(stage, WEBSITE, 6, "payer")
    cleared.clear(_found("Looked at", "The money paid an older invoice, which both sides showed."))
    cleared.release()
    cleared.rate(5)
    confirmed = _suspicious(stage, REVIEW, 5, "third_buyer")
    confirmed.confirm(_found("Looked at", "The report that was handed in is the one of an earlier order."))
    confirmed.settle(confirmed.state.held, stage.clock.now + HOUR)
    _suspicious(stage, WEBSITE, 10, "third_buyer")


def count_points(stage: Stage) -> None:
    """A merchant's reward points for what he completed; he spends a part, for which the operator pays in."""
    rewards, market, merchant = stage.trading.deployment.rewards, stage.trading.market, stage.second_seller
    his = [order for order in stage.trading.orders() if order.terms.seller == merchant.address]
    completed = [order.terms.pack() for order in his if order.status is Status.COMPLETED]
    rewards.claim(completed, sender=stage.keeper)
    part = rewards.pointsOf(merchant) // 4
    worth = rewards.worthOf(ZERO_ADDRESS, part)
    market.deposit(ZERO_ADDRESS, worth, rewards.address, sender=stage.operator, value=worth)
    rewards.spend(ZERO_ADDRESS, part, sender=merchant)


def _suspicious(stage: Stage, listing_id: int, quantity: int, buyer: str) -> TradedOrder:
    """A delivered order that the risk rules have something against, held with the document that says so."""
    trading, customer = stage.trading, getattr(stage, buyer)
    listing = trading.listing(listing_id)
    seller = trading.account(listing.offer.listing.seller)
    trading.market.deposit(ZERO_ADDRESS, SENT, customer, sender=seller, value=SENT)
    sent_at = stage.clock.now
    link = MoneyLink(seller.address, customer.address, MoneyKind.DEPOSIT, ZERO_ADDRESS, SENT, sent_at)
    order = listing.buy(customer, quantity=quantity)
    hand_in(stage, order)
    finding = _assess(stage, order, link)
    origin = Origin(trading.deployment.parameters.chain_id, trading.market.address)
    until = order.state.until + LONGER
    order.hold(until, finding.assessment.score, keep(document_of(finding, origin)))
    return order


def _assess(stage: Stage, order: TradedOrder, link: MoneyLink) -> Finding:
    block = stage.trading.reader.web3.eth.get_block("latest")
    sales = {other.id: _sale(other, key) for key, other in enumerate(stage.trading.orders())}
    sale = sales.pop(order.id)
    bought = tuple(other for other in sales.values() if other.buyer == sale.buyer)
    dossier = Dossier(sale, int(block["timestamp"]), bought=bought, links=(link,))
    head = Head(int(block["number"]), bytes(block["hash"]), int(block["timestamp"]))
    return Finding(assess(dossier, load_rules()), sale, head)


def _sale(order: TradedOrder, key: int) -> Sale:
    terms = order.terms
    return Sale(
        order.id, key, terms.seller, terms.buyer, terms.payer, terms.base, terms.placed_at, terms.token,
        order.status,
    )  # fmt: skip


def _found(name: str, text: str) -> str:
    return keep(EvidenceDocument(name, text))
