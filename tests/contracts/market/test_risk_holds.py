# hold
# ├── not the risk bot, a party, who earns or arbitrates, the Authority, bad CID, score above 100 → its error
# ├── an arbitrator off the list → its error
# ├── unknown, not delivered, review over, not longer, beyond seven days, held before → its error
# ├── a hundred on one day → the next is refused, till tomorrow
# └── a running review → ends later; buyer still releases, seller still refunds, nobody's money moves
# a hold that nobody decides on → anyone releases when it is over

import pytest
from eth_abi import encode
from eth_utils import keccak

from dapp.domain.bounds import DAY, MAX_HOLD
from dapp.domain.orders import OrderState, Status
from tests.contracts.market.hold_stage import LONGER, Holds, holds, risk_holds
from tests.reverts import reverts
from tests.stage import RISK_BOT
from tests.trade import CID, REVIEW

__all__ = ["holds", "risk_holds"]


def count_of(chain, contract, bot, day, number):
    """Have the bot placed `number` holds on `day`: the second mapping behind the authority's slot."""
    outer = keccak(encode(["address", "uint256"], [bot.address, 2]))
    slot = keccak(encode(["uint256", "bytes32"], [day, outer]))
    word = "0x" + number.to_bytes(32, "big").hex()
    chain.provider.make_request("anvil_setStorageAt", [contract.address, "0x" + slot.hex(), word])


# -- hold -------------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_hold__running_review__ends_later_and_moves_no_money(trade, market, holds, move):
    order = trade.delivered()
    sealed_end = trade.state(order).until
    with move():
        receipt = holds.hold(order)
    until = sealed_end + LONGER
    assert receipt.events == [
        holds.contract.HoldPlaced(
            orderId=order.id,
            merchant=order.terms.seller,
            by=holds.bot,
            until=until,
            score=80,
            cid=CID,
        ),
        market.OrderReviewSet(id=order.id, until=until),
    ]
    assert trade.state(order) == OrderState(Status.DELIVERED, until, order.terms.base, 0, LONGER)
    held = holds.contract.holdOf(order.id)
    assert (held.status, held.sealedUntil, held.until, held.score) == (1, sealed_end, until, 80)
    assert held.by == holds.bot
    assert market.accountOf(trade.seller) >> 196 & 0xFFFF >= until // DAY + 1


def test_hold__not_the_bot__reverts(trade, holds, move):
    order = trade.delivered()
    for caller in (trade.outsider, holds.reviewer, trade.admin):
        with move(), reverts(holds.contract.AccessManagedUnauthorized, caller=caller):
            holds.hold(order, by=caller)


@pytest.mark.parametrize("party", ["seller", "buyer"])
def test_hold__by_a_party__reverts(trade, stage, holds, party):
    order = trade.delivered()
    caller = getattr(trade, party)
    stage.authority.grantRole(RISK_BOT, caller, 0, sender=trade.admin)
    with reverts(holds.contract.RiskHolds_IsParty, caller=caller):
        holds.hold(order, by=caller)


@pytest.mark.parametrize("part", ["referrer", "second_referrer", "third_referrer"])
def test_hold__by_who_earns__reverts(trade, stage, holds, part):
    order, caller = trade.delivered(trade.list(max_commission_bps=3_000)), getattr(trade, part)
    stage.authority.grantRole(RISK_BOT, caller, 0, sender=trade.admin)
    with reverts(holds.contract.RiskHolds_IsParty, caller=caller):
        holds.hold(order, by=caller)


def test_hold__by_the_arbitrator__reverts(trade, stage, agreed, risk_holds):
    order = agreed(trade.outsider)
    stage.authority.grantRole(RISK_BOT, trade.outsider, 0, sender=trade.admin)
    with reverts(risk_holds.RiskHolds_IsParty, caller=trade.outsider):
        Holds(risk_holds, trade).hold(order, by=trade.outsider)


def test_hold__through_the_authority__reverts(trade, stage, holds):
    order = trade.delivered()
    until = trade.state(order).until + LONGER
    data = holds.contract.hold.encode_input(order.terms.pack(), until, 80, CID)
    with reverts(holds.contract.RiskHolds_HiddenCaller, authority=stage.authority.address):
        stage.authority.execute(holds.contract, data, sender=holds.bot)


def test_hold__arbitrator_off_the_list__reverts(trade, agreed, risk_holds):
    order = agreed(trade.outsider)
    with reverts(risk_holds.RiskHolds_ForeignArbitrator, arbitrator=trade.outsider):
        Holds(risk_holds, trade).hold(order)


@pytest.mark.parametrize("status", [Status.PLACED, Status.IN_PROGRESS, Status.COMPLETED, Status.CANCELLED])
def test_hold__not_delivered__reverts(trade, market, holds, status):
    order = trade.in_status(status)
    with reverts(market.Orders_WrongStatus, id=order.id, status=status):
        holds.hold(order)


def test_hold__review_over__reverts(trade, market, holds):
    order = trade.delivered()
    until = trade.state(order).until
    trade.at(until)
    with reverts(market.Orders_TooLate, timestamp=until, until=until):
        holds.hold(order)


def test_hold__longest__accepted(trade, holds):
    order = trade.delivered()
    holds.hold(order, MAX_HOLD)
    assert trade.state(order).extension == MAX_HOLD


def test_hold__beyond_seven_days__reverts(trade, market, holds):
    order = trade.delivered()
    end = trade.state(order).until
    until, most = end + MAX_HOLD + 1, end + MAX_HOLD
    with reverts(market.Orders_ReviewOutOfBounds, until=until, min=end, max=most):
        holds.hold(order, MAX_HOLD + 1)
    assert holds.contract.holdOf(order.id).status == 0


@pytest.mark.parametrize("seconds", [0, -1])
def test_hold__not_longer__reverts(trade, holds, seconds):
    order = trade.delivered()
    end = trade.state(order).until
    with reverts(holds.contract.RiskHolds_NotLonger, until=end + seconds, reviewUntil=end):
        holds.hold(order, seconds)


def test_hold__held_before__reverts(holds):
    order = holds.held()
    with reverts(holds.contract.RiskHolds_AlreadyHeld, orderId=order.id, status=1):
        holds.hold(order, 1)
    holds.clear(order)
    with reverts(holds.contract.RiskHolds_AlreadyHeld, orderId=order.id, status=2):
        holds.hold(order, 1)


def test_hold__score_out_of_range__reverts(trade, holds):
    order = trade.delivered()
    with reverts(holds.contract.RiskHolds_ScoreOutOfRange, score=101):
        holds.hold(order, score=101)


def test_hold__malformed_cid__reverts(trade, holds, market):
    with reverts(market.Cid_Malformed, cid="Qm"):
        holds.hold(trade.delivered(), cid="Qm")


def test_hold__a_hundred_on_one_day__the_next_is_refused_till_tomorrow(trade, holds, chain):
    offer = trade.list()
    orders = [trade.delivered(offer) for _ in range(2)]
    assert holds.contract.leftToday(holds.bot) == 100
    holds.hold(orders[0])
    assert holds.contract.leftToday(holds.bot) == 99
    count_of(chain, holds.contract, holds.bot, trade.now // DAY, 100)
    assert holds.contract.leftToday(holds.bot) == 0
    with reverts(holds.contract.RiskHolds_DailyBoundReached, caller=holds.bot, bound=100):
        holds.hold(orders[1])
    trade.at((trade.now // DAY + 1) * DAY)
    holds.hold(orders[1])
    assert holds.contract.leftToday(holds.bot) == 99


def test_release__held__the_buyer_can_all_the_same(trade, market, holds):
    order = holds.held()
    market.release(order.terms.pack(), sender=trade.buyer)
    assert trade.state(order).status is Status.COMPLETED


def test_release__held__nobody_else_before_its_end(trade, market, holds):
    order = holds.held()
    until = trade.state(order).until
    trade.at(until - 1)
    with reverts(market.Orders_TooEarly, timestamp=until - 1, **{"from": until}):
        market.release(order.terms.pack(), sender=trade.outsider)
    trade.at(until)
    market.release(order.terms.pack(), sender=trade.outsider)
    assert trade.state(order).status is Status.COMPLETED


def test_refund__held__the_hold_stays(trade, holds):
    order = holds.held()
    before = trade.state(order)
    trade.refund(order, 5)
    assert trade.state(order) == OrderState(
        Status.DELIVERED, before.until, before.held - 5, 0, before.extension
    )


def test_open__after_the_sealed_end__held_order_can_be_disputed(trade, court, risk_holds):
    order = court.order()
    holds = Holds(risk_holds, trade)
    holds.hold(order)
    trade.wait(REVIEW + 60)
    court.open(order)
    assert trade.state(order).status is Status.DISPUTED
