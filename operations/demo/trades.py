"""One trade of each kind, from placement to the last wei."""

from collections.abc import Iterator

from dapp.chain.formats import NATIVE, Token, amount
from dapp.domain.bounds import DAY
from dapp.domain.maturity import day_of, due_day
from dapp.domain.orders import Status
from operations.demo.stage import (
    ANALYSIS,
    HOUR,
    LESSON,
    LOGO,
    PHOTOS,
    PODCAST,
    REVIEW,
    TOKEN_DECIMALS,
    TOKEN_SYMBOL,
    TRANSLATION,
    Stage,
    hand_in,
)
from operations.demo.tally import Tally, Trade, WrongSum
from operations.trading import TradedOrder

RULING = 4  # 1 to 5 give the buyer 0, 25, 50, 75 and 100 percent
RULED_QUARTERS = RULING - 1


def play(stage: Stage) -> Iterator[Trade]:
    """The demo's trades, each checked against the reference model. Raises WrongSum."""
    for act in (
        plain_release,
        gift,
        next_day_settlement,
        token_trade,
        partial_refund,
        mutual_settlement,
        dispute_with_ruling,
        missed_deadline,
    ):
        yield act(stage)


def plain_release(stage: Stage) -> Trade:
    """Delivered, released by the buyer, rated; three levels of referrers."""
    tally = _tally(stage)
    order = stage.trading.listing(LOGO).buy(stage.buyer)
    hand_in(stage, order)
    order.release()
    order.rate(5)
    notes = [
        f"The buyer pays {_paid(order)} into escrow for “{stage.titles[LOGO]}”.",
        "The seller delivers, the buyer releases and gives five stars.",
    ]
    return Trade("Plain release, three levels", order, notes, tally.check(order.terms, 0, order.terms.base))


def gift(stage: Stage) -> Trade:
    """Paid by one account for another: the one who gets it is the buyer and holds the rights."""
    tally = _tally(stage)
    order = stage.trading.listing(LESSON).buy(stage.payer, buyer=stage.second_buyer, quantity=2)
    hand_in(stage, order)
    order.release()
    notes = [
        f"The payer gives the second buyer two units of “{stage.titles[LESSON]}”, {_paid(order)}.",
        "The second buyer holds the rights, and its two referrers earn; the seller keeps the third level.",
    ]
    return Trade("A gift", order, notes, tally.check(order.terms, 0, order.terms.base))


def partial_refund(stage: Stage) -> Trade:
    """The seller gives a part back; every sealed line shrinks with it."""
    tally = _tally(stage)
    order = stage.trading.listing(TRANSLATION).buy(stage.buyer, quantity=3)
    stage.clock.advance(HOUR)
    order.accept()
    back = order.terms.base * 3 // 10
    order.refund(back)
    order.deliver(f"Two thirds of the translation of order 0x{order.id.hex()}\n".encode())
    order.release()
    notes = [
        f"The buyer pays {_paid(order)}; the seller gives {amount(back, NATIVE)} back and delivers the rest.",
        "Fee and commissions are taken of what was earned only: nobody earns on money that went back.",
    ]
    rows = tally.check(order.terms, back, order.terms.base - back)
    return Trade("Partial refund", order, notes, rows)


def missed_deadline(stage: Stage) -> Trade:
    """Accepted, never delivered: anyone sends the money back."""
    tally = _tally(stage)
    order = stage.trading.listing(PHOTOS).buy(stage.second_buyer)
    stage.clock.advance(HOUR)
    order.accept()
    stage.clock.advance(order.terms.deliver_seconds)
    order.reclaim(by=stage.keeper)
    notes = [
        f"The second buyer pays {_paid(order)}; the seller accepts and lets the deadline pass.",
        "A keeper, who is no party, sends the money back. The seller's score falls.",
    ]
    return Trade("Missed deadline", order, notes, tally.check(order.terms, order.terms.base, 0))


def mutual_settlement(stage: Stage) -> Trade:
    """Both parties sign one split (EIP-712); anybody brings it in."""
    tally = _tally(stage)
    order = stage.trading.listing(REVIEW).buy(stage.buyer)
    stage.clock.advance(HOUR)
    order.accept()
    to_buyer = order.terms.base * 2 // 5
    order.settle(to_buyer, stage.clock.now + DAY, by=stage.outsider)
    notes = [
        f"The buyer pays {_paid(order)} and the work stalls. Both sign a split:",
        f"{amount(to_buyer, NATIVE)} go back, the rest is earned. An outsider brings the two signatures in.",
    ]
    rows = tally.check(order.terms, to_buyer, order.terms.base - to_buyer)
    return Trade("Mutual settlement", order, notes, rows)


def dispute_with_ruling(stage: Stage) -> Trade:
    """Disputed by the buyer, ruled by a drawn arbiter, executed by anyone after the appeal window."""
    tally = _tally(stage)
    order = stage.trading.listing(TRANSLATION).buy(stage.second_buyer, quantity=2)
    hand_in(stage, order)
    order.dispute()
    order.fund()
    rule(stage, order, RULING)
    stage.clock.advance(DAY + HOUR)
    held, panel = order.state.held, stage.trading.deployment.arbiter_panel
    order.execute(by=stage.keeper)
    if order.status is not Status.COMPLETED:
        raise WrongSum(f"The ruling didn't end the order: {order}")
    to_buyer = held * RULED_QUARTERS // 4
    deposit, cost = stage.trading.disputes.depositOf(order.terms.pack()), panel.arbitrationCost(b"")
    deposits = {"second_buyer": deposit, _name(stage, order.terms.seller): deposit - cost}
    slashed = _slashed(stage, order)
    notes = [
        f"The second buyer pays {_paid(order)} and disputes the delivery; both deposit "
        f"{amount(deposit, NATIVE)}.",
        f"An arbiter drawn by lot rules {RULED_QUARTERS * 25} % to the buyer;",
        f"the loser bears the fee of {amount(cost, NATIVE)}.",
        f"The seller's stake is cut by {amount(slashed, NATIVE)}, which the platform gets besides.",
    ]
    deposits["platform"] = slashed
    rows = tally.check(order.terms, to_buyer, held - to_buyer, deposits)
    return Trade("Dispute with a ruling", order, notes, rows)


def token_trade(stage: Stage) -> Trade:
    """In an ERC-20 token of six decimals."""
    listing = stage.trading.listing(ANALYSIS)
    price = listing.offer.listing.price
    stage.token.mint(stage.buyer, price, sender=stage.operator)
    stage.token.approve(stage.trading.market, price, sender=stage.buyer)
    tally = _tally(stage, stage.token.address)
    order = listing.buy(stage.buyer)
    hand_in(stage, order)
    order.release()
    token = Token(TOKEN_SYMBOL, TOKEN_DECIMALS)
    notes = [
        f"The buyer pays {amount(order.terms.base, token)} for “{stage.titles[ANALYSIS]}”.",
        "The token has six decimals. Every share rounds down; the seller gets the remainder.",
    ]
    rows = tally.check(order.terms, 0, order.terms.base)
    return Trade("A trade in an ERC-20 token", order, notes, rows, token)


def next_day_settlement(stage: Stage) -> Trade:
    """The seller's share matures on the next day (T+1)."""
    market = stage.trading.market
    tally = _tally(stage)
    order = stage.trading.listing(PODCAST).buy(stage.third_buyer)
    hand_in(stage, order)
    order.release()
    seller, token = order.terms.seller, order.terms.token
    day = due_day(day_of(stage.clock.now), order.terms.settle_days)
    stage.clock.advance(DAY)
    before = market.balanceOf(seller, token)
    market.mature(seller, token, [day], sender=stage.keeper)
    matured = market.balanceOf(seller, token) - before
    notes = [
        f"The third buyer, who has no referrer, pays {_paid(order)}; the seller's share is due the next day.",
        "Then a keeper makes it available.",
    ]
    rows = tally.check(order.terms, 0, order.terms.base)
    if matured != rows[0].amount:
        raise WrongSum(f"{matured} matured, and the seller's share is {rows[0].amount}.")
    return Trade("Settlement on the next day", order, notes, rows)


def rule(stage: Stage, order: TradedOrder, ruling: int) -> None:
    """The arbiter whom the lot fell on rules."""
    disputes, panel = stage.trading.disputes, stage.trading.deployment.arbiter_panel
    case = (disputes.address, disputes.CHOICES(), disputes.extraDataOf(order.terms.pack()))
    stage.clock.mine(3)
    arbiter = panel.arbiterOf(case, 0)
    panel.giveRuling(case, 0, ruling, sender=stage.trading.account(arbiter))


def _slashed(stage: Stage, order: TradedOrder) -> int:
    logs = stage.trading.reader.events("StakeSlashed")
    return sum(int(log["amount"]) for log in logs if bytes(log["orderId"]) == order.id)


def _tally(stage: Stage, token: str | None = None) -> Tally:
    return Tally(stage.trading, token or "0x" + "0" * 40)


def _name(stage: Stage, address: str) -> str:
    return next(name for name, actor in stage.trading.actors.items() if actor.address == address)


def _paid(order: TradedOrder) -> str:
    return amount(order.terms.base, NATIVE)
