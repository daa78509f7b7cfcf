# Mistakes in disputes that cost others money, and attacks found here, against the real module and panels.

import pytest

from dapp.domain.orders import Status
from tests.court import FEE, FINAL, MAX_DEPOSIT, ODD_PRICE, PANEL_DURATION, SEALED, Phase
from tests.reverts import reverts
from tests.trade import DAY, NATIVE


def test_disputed_order__origin_and_smartinvoice__ends_though_every_arbiter_is_gone(trade, court):
    order = court.opened()
    for panel, members in ((court.panel, court.house.arbiters), (court.backup, court.house.arbiters[:1])):
        for arbiter in members:
            panel.dismiss(arbiter, sender=trade.admin)
    court.fund(order)
    trade.wait(PANEL_DURATION)
    court.execute(order)
    court.wait_until(order, FINAL)
    court.execute(order)
    assert (trade.state(order).status, court.phase(order)) == (Status.COMPLETED, Phase.CLOSED)


def test_buyer_is_an_arbiter__origin_554__is_not_drawn_for_his_own_order(trade, court):
    buyer = trade.arbiter
    for other in court.house.arbiters:
        if other != buyer:
            court.panel.setOnDuty(False, sender=other)
    order, control = court.order(payer=buyer), court.order()
    for disputed in (order, control):
        court.open(disputed)
        court.fund(disputed)
    trade.chain.mine(3)
    assert court.panel.arbiterOf(court.case(control), 0) == buyer
    with reverts(court.panel.ArbiterPanel_NoArbiter, id=court.case_id(order)):
        court.panel.giveRuling(court.case(order), 0, 5, sender=buyer)


def test_odd_unit__kleros__none_is_burnt(court):
    """A single unit split in half, and deposits that leave an odd wei."""
    order = court.ruled(3, court.list(price=1))
    left = 2 * SEALED - FEE
    with court.move(buyer=left // 2, seller=1 + left - left // 2, disputes_wallet=-left, vault=left):
        court.execute(order)
    assert court.disputes.balance == 0


def test_winner_refuses_ether__kleros_send__paid_in_the_ledger(trade, court, receiver):
    receiver.setRefuses(True, sender=trade.admin)
    order = court.order(payer=trade.payer, buyer=receiver.address)
    deposit = court.deposit(order)
    court.open(order, by=trade.seller)
    court.fund(order, by=trade.payer)
    court.rule(order, 5)
    trade.wait(DAY)
    court.execute(order)
    assert trade.market.balanceOf(receiver, NATIVE) == ODD_PRICE + deposit


def test_deposit_beyond_the_other_sides_means__default_bought_with_capital__is_bounded(trade, court):
    order = court.order(court.list(max_arbitration_cost=50 * 10**18))
    court.open(order, by=trade.seller, value=50 * 10**18)
    with court.move(buyer_wallet=-MAX_DEPOSIT, disputes_wallet=MAX_DEPOSIT - FEE, panel_wallet=FEE):
        court.fund(order, by=trade.buyer)


@pytest.mark.parametrize("opener", ["buyer", "seller"])
def test_arbitration_without_a_budget__half_taken_at_once__is_arbitrated(trade, court, opener):
    by = getattr(trade, opener)
    order = court.opened(court.list(max_arbitration_cost=0), by=by)
    court.fund(order, by=by)
    assert court.phase(order) is Phase.ARBITRATING
    until = court.record(order).openedAt + 30 * DAY
    now = trade.now + 1
    trade.at(now)
    with court.move(), reverts(court.disputes.Disputes_TooEarly, **{"timestamp": now, "from": until}):
        court.execute(order)


def test_everything_refunded_but_a_wei__score_saved_before_the_ruling__is_lost_all_the_same(trade, court):
    order = court.funded()
    trade.refund(order, ODD_PRICE - 1)
    court.rule(order, 5)
    trade.wait(DAY)
    before = court.record_of_seller()[0]
    court.execute(order)
    assert before - court.record_of_seller()[0] >= order.terms.weight * (ODD_PRICE - 1) // ODD_PRICE
