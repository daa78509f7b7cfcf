# execute, of a funded dispute before the market's panel
# ├── nothing is due → its error, nothing moves
# ├── ruled 1 to 5 → paid out in quarters, deposits by who won, score and stake by the buyer's share
# └── ruled after a partial refund, with referrers, in a token → every line scaled, the refund counts too
# appeal: not arbitrating, too late → its error · else → the panel of three decides
# all of it works while paused, with every target closed

import pytest

from dapp.domain.bounds import DAY
from dapp.domain.credit import slashed
from dapp.domain.orders import Resolution, Status
from dapp.domain.split import scale_down, split
from tests.court import ARBITRATION, FEE, LEFT, ODD_PRICE, SEALED, Phase
from tests.reverts import reverts
from tests.stage import TOKEN_UNIT, WATCH_STAKE
from tests.trade import NATIVE

EXECUTED = 4


# -- rulings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ruling", [1, 2, 3, 4, 5])
def test_execute__ruled__paid_out_in_quarters_to_the_wei(court, market, ruling):
    order = court.ruled(ruling)
    to_buyer = ODD_PRICE * (ruling - 1) // 4
    earned = ODD_PRICE - to_buyer
    fee, to_seller = court.shares(order, earned)
    slash = slashed(WATCH_STAKE, to_buyer, ODD_PRICE)
    if ruling == 3:
        deposits = LEFT // 2, LEFT - LEFT // 2
    else:
        deposits = (SEALED, SEALED - FEE) if ruling > 3 else (SEALED - FEE, SEALED)
    before = court.record_of_seller()
    with court.move(
        buyer=to_buyer + deposits[0],
        seller=to_seller + deposits[1],
        platform=fee + slash,
        disputes_wallet=-LEFT,
        vault=LEFT,
    ):
        receipt = court.execute(order)
    gained = scale_down(order.terms.weight, earned, ODD_PRICE)
    assert (
        market.OrderResolved(
            id=order.id, how=Resolution.RULING, toBuyer=to_buyer, earned=earned, credit=gained
        )
        in receipt.events
    )
    closed = court.disputes.DisputeClosed(orderId=order.id, toBuyer=deposits[0], toSeller=deposits[1])
    assert receipt.events[-1] == closed
    lost = scale_down(order.terms.weight, to_buyer, ODD_PRICE)
    moved = tuple(now - then for now, then in zip(court.record_of_seller(), before, strict=True))
    assert moved == (gained - 5 * lost, -3 * lost, -slash // 10**15)
    assert court.phase(order) is Phase.CLOSED


def test_execute__ruled_with_referrers__every_commission_scaled(court):
    order = court.ruled(2, court.list(max_commission_bps=3_000))
    to_buyer = ODD_PRICE // 4
    parts = split(ODD_PRICE, ODD_PRICE - to_buyer, order.terms.fee_bps, order.terms.lines)
    assert all(parts.commissions)
    with court.move(
        buyer=to_buyer + SEALED - FEE,
        seller=parts.to_seller + SEALED,
        platform=parts.fee + slashed(WATCH_STAKE, to_buyer, ODD_PRICE),
        referrer=parts.commissions[0],
        second_referrer=parts.commissions[1],
        third_referrer=parts.commissions[2],
        disputes_wallet=-LEFT,
        vault=LEFT,
    ):
        court.execute(order)


def test_execute__ruled_in_a_token__deposits_stay_in_coins(court, token):
    price = 3 * TOKEN_UNIT + 1
    order = court.ruled(4, court.list(token=token.address, price=price))
    to_buyer = price * 3 // 4
    fee, to_seller = court.shares(order, price - to_buyer)
    slash = slashed(WATCH_STAKE, to_buyer, price)
    coins = {"buyer": SEALED, "seller": SEALED - FEE, "platform": slash}
    with (
        court.move(token, buyer=to_buyer, seller=to_seller, platform=fee),
        court.move(disputes_wallet=-LEFT, vault=LEFT, **coins),
    ):
        court.execute(order)


def test_execute__refunded_in_part_before_the_ruling__refund_counts_for_the_score(trade, court):
    order = court.funded()
    refunded = ODD_PRICE - 4
    trade.refund(order, refunded)
    court.rule(order, 5)
    trade.wait(DAY)
    before = court.record_of_seller()
    with court.move(
        buyer=4 + SEALED,
        seller=SEALED - FEE,
        platform=slashed(WATCH_STAKE, 4, 4),
        disputes_wallet=-LEFT,
        vault=LEFT,
    ):
        court.execute(order)
    weight = order.terms.weight
    lost = scale_down(weight, refunded, ODD_PRICE) + 5 * scale_down(weight, 4, ODD_PRICE)
    assert court.record_of_seller()[0] - before[0] == -lost


@pytest.mark.parametrize("is_ruled", [False, True])
def test_execute__not_ruled_or_appealable__reverts(trade, court, is_ruled):
    order = court.funded()
    if is_ruled:
        court.rule(order, 5)
    now, until = trade.now + DAY - 1, court.record(order).openedAt + ARBITRATION
    trade.at(now)
    with court.move(), reverts(court.disputes.Disputes_TooEarly, **{"timestamp": now, "from": until}):
        court.execute(order)


def test_execute__executed_at_the_panel_before__paid_out(trade, court):
    order = court.ruled(5)
    court.panel.executeRuling(court.case(order), sender=trade.outsider)
    assert court.panel.disputeOf(court.case_id(order)).stage == EXECUTED
    court.execute(order)
    assert trade.state(order).status is Status.COMPLETED


def test_execute__twice__reverts(court):
    order = court.ruled(1)
    court.execute(order)
    with court.move(), reverts(court.disputes.Disputes_WrongPhase, orderId=order.id, phase=Phase.CLOSED):
        court.execute(order)


# -- appeals ----------------------------------------------------------------------------------


def appealed(trade, court, ruling):
    order = court.funded()
    court.rule(order, ruling)
    cost = court.panel.appealCost(court.case_id(order), b"")
    with court.move(buyer_wallet=-cost, panel_wallet=cost):
        receipt = court.disputes.appeal(order.terms.pack(), 0, sender=trade.buyer, value=cost)
    event = court.disputes.DisputeAppealed(orderId=order.id, appellant=trade.buyer, paid=cost)
    assert event in receipt.events
    return order


def test_appeal__panel_of_three_overrules__its_ruling_is_paid_and_the_bond_is_back(trade, court):
    order = appealed(trade, court, 1)
    trade.chain.mine(3)
    for chair in (1, 2):
        court.chair(order, chair, 5, court.panel)
    assert court.panel.balanceOf(trade.buyer) == 3 * FEE
    slash = slashed(WATCH_STAKE, 1, 1)
    with court.move(
        buyer=ODD_PRICE + SEALED,
        seller=SEALED - FEE,
        platform=slash,
        disputes_wallet=-LEFT,
        vault=LEFT,
    ):
        court.execute(order)


def test_appeal__before_the_funding_or_after_the_time__reverts(trade, court):
    order = court.opened()
    terms = order.terms.pack()
    with reverts(court.disputes.Disputes_WrongPhase, orderId=order.id, phase=Phase.WAITING):
        court.disputes.appeal(terms, 0, sender=trade.buyer)
    court.fund(order)
    until = court.wait_until(order, ARBITRATION)
    with court.move(), reverts(court.disputes.Disputes_TooLate, timestamp=until, until=until):
        court.disputes.appeal(terms, 0, sender=trade.buyer, value=5 * FEE)


# -- while closed -----------------------------------------------------------------------------


def test_dispute__paused_and_every_target_closed__works_to_the_withdrawal(trade, court, market, stage):
    order = court.order()
    market.pause(sender=trade.pauser)
    for target in (market, court.panel, court.backup, court.disputes, stage.fee_policy):
        stage.authority.setTargetClosed(target, True, sender=trade.admin)
    court.open(order)
    court.fund(order)
    court.rule(order, 0)
    trade.wait(DAY)
    court.execute(order)
    court.rule(order, 5, at=court.backup)
    trade.wait(DAY)
    court.backup.executeRuling(court.case(order), sender=trade.outsider)
    court.execute(order)
    with court.move(buyer=-ODD_PRICE, buyer_wallet=ODD_PRICE, vault=-ODD_PRICE):
        market.withdraw(NATIVE, ODD_PRICE, trade.buyer, sender=trade.buyer)
