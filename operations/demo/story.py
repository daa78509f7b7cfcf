"""The demo as a whole: fills an empty market and tells what happened."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from dapp.chain.formats import NATIVE, amount
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import Status
from operations.demo.holds import count_points, look_at_deliveries
from operations.demo.stage import LESSON, LOGO, PHOTOS, SELLERS, TRANSLATION, Stage, hand_in, set_up
from operations.demo.tally import Trade, table
from operations.demo.trades import play
from operations.trading import Trading

Say = Callable[[str], None]


def fill_market(project: Any, trading: Trading, say: Say) -> list[Trade]:
    """Fill the market and tell its story; a market with listings is left as it is. Raises WrongSum."""
    if trading.market.listingCount():
        say("demo: this market is filled already; nothing was changed.\n")
        say(summary(trading))
        return []
    say("demo: arbiters, shops, the referral tree and eight services …")
    stage = set_up(project, trading)
    say("demo: one trade of each kind …\n")
    trades = []
    for number, trade in enumerate(play(stage), 1):
        say(f"{number}. {table(trade)}\n")
        trades.append(trade)
    say("Every amount was read from the chain and is what the reference model gives, to the last unit.\n")
    look_at_deliveries(stage)
    count_points(stage)
    leave_orders(stage)
    say(summary(trading))
    return trades


def leave_orders(stage: Stage) -> None:
    """Orders that stay as they are, so that there is one in every state."""
    lesson, photos = stage.trading.listing(LESSON), stage.trading.listing(PHOTOS)
    photos.buy(stage.third_buyer).cancel()
    disputed, working = photos.buy(stage.buyer), photos.buy(stage.third_buyer)
    stage.clock.advance(3_600)
    for order in (disputed, working):
        order.accept()
    disputed.deliver(b"Nine pictures; the tenth follows.\n")
    disputed.dispute()
    delivered = lesson.buy(stage.second_buyer)
    hand_in(stage, delivered)
    stage.trading.listing(TRANSLATION).buy(stage.buyer)
    stage.trading.listing(LOGO).buy(stage.third_buyer)


def summary(trading: Trading) -> str:
    """What there is on the market: shops with their score, listings, orders by state."""
    credit, market = trading.deployment.credit, trading.market
    lines = ["The market now"]
    for name in SELLERS:
        seller = trading.actors[name]
        balance = amount(market.balanceOf(seller, ZERO_ADDRESS), NATIVE)
        lines.append(f"  {name:<14} score {credit.scoreOf(seller)}, {balance} available")
    states = Counter(order.status for order in trading.orders())
    told = ", ".join(
        f"{states[status]} {status.name.replace('_', ' ').lower()}" for status in Status if states[status]
    )
    lines.append(f"  {market.listingCount()} services on offer; orders: {told}")
    return "\n".join(lines)
