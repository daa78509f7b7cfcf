# clear
# ├── not a reviewer, a party, through the Authority, not held → its error
# ├── by a reviewer with a delay → once he has scheduled it, by himself
# └── else → the sealed end holds again, with a day's notice, no later than the hold
# confirm
# ├── not a reviewer, not held, wrong deposit, other metadata, disputed by the buyer → its error
# ├── else → disputed for the buyer; what comes back of the deposit goes to the platform, whoever is in league
# └── disputed by the seller → the buyer's side is paid
# setReviewEnd at the market: not the risk role, earlier than sealed → its error

import pytest

from dapp.domain.bounds import DAY, MAX_HOLD
from dapp.domain.orders import Status
from tests.contracts.market.hold_stage import Holds, holds, risk_holds
from tests.court import DEPOSIT_WINDOW, FEE, ODD_PRICE, PANEL_DURATION, SEALED, Phase
from tests.reverts import reverts
from tests.stage import RISK_MODULE, RISK_REVIEWER, WATCH_STAKE
from tests.trade import PROOF, REVIEW

__all__ = ["holds", "risk_holds"]
SLASH = WATCH_STAKE // 4
HOUR = 3_600


# -- clear ------------------------------------------------------------------------------------


def test_clear__held__the_sealed_end_holds_again(trade, market, holds, move):
    order = trade.delivered(trade.list(review_seconds=5 * DAY))
    sealed = trade.state(order)
    holds.hold(order)
    with move():
        receipt = holds.clear(order)
    assert receipt.events == [
        holds.contract.HoldCleared(orderId=order.id, by=holds.reviewer, cid=PROOF),
        market.OrderReviewSet(id=order.id, until=sealed.until),
    ]
    assert trade.state(order) == sealed


def test_clear__after_the_sealed_end__a_day_later_anyone_can_release(trade, market, holds):
    order = holds.held()
    trade.wait(REVIEW + 60)
    until = holds.clear(order).timestamp + DAY
    assert trade.state(order).until == until
    trade.at(until - 1)
    with reverts(market.Orders_TooEarly, timestamp=until - 1, **{"from": until}):
        market.release(order.terms.pack(), sender=trade.outsider)
    trade.at(until)
    market.release(order.terms.pack(), sender=trade.outsider)
    assert trade.state(order).status is Status.COMPLETED


def test_clear__on_the_last_day__ends_with_the_hold(trade, holds):
    order = holds.held()
    until = trade.state(order).until
    trade.at(until - 60)
    holds.clear(order)
    assert trade.state(order).until == until


def test_clear__through_the_authority__reverts(stage, holds):
    order = holds.held()
    data = holds.contract.clear.encode_input(order.terms.pack(), PROOF)
    with reverts(holds.contract.RiskHolds_HiddenCaller, authority=stage.authority.address):
        stage.authority.execute(holds.contract, data, sender=holds.reviewer)


def test_clear__by_a_delayed_reviewer__scheduled_and_then_by_himself(trade, stage, holds):
    order, reviewer = holds.held(), trade.outsider
    stage.authority.grantRole(RISK_REVIEWER, reviewer, HOUR, sender=trade.admin)
    data = holds.contract.clear.encode_input(order.terms.pack(), PROOF)
    operation = stage.authority.hashOperation(reviewer, holds.contract, data)
    with reverts(stage.authority.AccessManagerNotScheduled, operationId=operation):
        holds.clear(order, by=reviewer)
    stage.authority.schedule(holds.contract, data, 0, sender=reviewer)
    trade.wait(HOUR)
    receipt = holds.clear(order, by=reviewer)
    assert holds.contract.HoldCleared(orderId=order.id, by=reviewer, cid=PROOF) in receipt.events


def test_clear__not_a_reviewer__reverts(trade, holds):
    order = holds.held()
    for caller in (trade.outsider, holds.bot):
        with reverts(holds.contract.AccessManagedUnauthorized, caller=caller):
            holds.clear(order, by=caller)


def test_clear__by_a_party__reverts(trade, stage, holds):
    order = holds.held()
    stage.authority.grantRole(RISK_REVIEWER, trade.seller, 0, sender=trade.admin)
    with reverts(holds.contract.RiskHolds_IsParty, caller=trade.seller):
        holds.clear(order, by=trade.seller)


def test_clear__not_held__reverts(trade, holds):
    order = trade.delivered()
    with reverts(holds.contract.RiskHolds_NotHeld, orderId=order.id, status=0):
        holds.clear(order)


def test_clear__hold_over__reverts(trade, market, holds):
    order = holds.held()
    until = trade.state(order).until
    trade.at(until)
    with reverts(market.Orders_TooLate, timestamp=until, until=until):
        holds.clear(order)


# -- confirm ----------------------------------------------------------------------------------


def test_confirm__held__disputed_for_the_buyer_at_the_reviewers_cost(trade, court, risk_holds):
    holds, order = Holds(risk_holds, trade), court.order()
    holds.hold(order)
    with court.move(arbiter_wallet=-SEALED, disputes_wallet=SEALED):
        receipt = holds.confirm(order)
    court.expect(order)
    confirmed = holds.contract.HoldConfirmed(orderId=order.id, by=holds.reviewer, cid=PROOF)
    opened = court.disputes.DisputeOpened(orderId=order.id, opener=trade.buyer, deposit=SEALED)
    assert confirmed in receipt.events
    assert opened in receipt.events
    record = court.record(order)
    assert (record.phase, record.byBuyer, record.byRiskModule) == (Phase.WAITING, True, True)
    assert trade.state(order).status is Status.DISPUTED


@pytest.fixture
def confirmed(trade, court, risk_holds):
    """An order whose hold was confirmed."""
    holds, order = Holds(risk_holds, trade), court.order()
    holds.hold(order)
    holds.confirm(order)
    court.expect(order)
    return order


def test_confirm__unfunded_by_the_seller__the_buyer_wins_and_the_platform_has_its_deposit(
    trade, court, confirmed
):
    trade.wait(DEPOSIT_WINDOW)
    with court.move(buyer=ODD_PRICE, platform=SEALED + SLASH, disputes_wallet=-SEALED, vault=SEALED):
        court.execute(confirmed)


def test_confirm__ruled_for_the_buyer__the_platform_has_its_deposit(trade, court, confirmed):
    court.fund(confirmed)
    court.rule(confirmed, 5)
    trade.wait(DAY)
    left = 2 * SEALED - FEE
    with court.move(
        buyer=ODD_PRICE, platform=SEALED + SLASH, seller=left - SEALED, disputes_wallet=-left, vault=left
    ):
        court.execute(confirmed)


def test_confirm__seller_refunds__a_pair_in_league_gets_no_deposit(trade, court, confirmed):
    with court.move(buyer=ODD_PRICE):
        trade.refund(confirmed, ODD_PRICE)
    with court.move(platform=SEALED, disputes_wallet=-SEALED, vault=SEALED):
        court.execute(confirmed)


def test_confirm__case_expires_after_a_refund__its_fee_is_shared_with_the_platform(trade, court, confirmed):
    court.fund(confirmed)
    trade.refund(confirmed, ODD_PRICE)
    left = 2 * SEALED - FEE
    with court.move(platform=SEALED, seller=left - SEALED, disputes_wallet=-left, vault=left):
        court.execute(confirmed)
    trade.wait(PANEL_DURATION)
    court.panel.expire(court.case(confirmed), sender=trade.outsider)
    with court.move(platform=FEE // 2, seller=FEE - FEE // 2, panel_wallet=-FEE, vault=FEE):
        court.collect(confirmed)


def test_confirm__seller_opened_before__pays_the_buyers_side(trade, court, risk_holds):
    holds, order = Holds(risk_holds, trade), court.order()
    holds.hold(order)
    trade.wait(REVIEW)
    court.open(order, by=trade.seller)
    with court.move(arbiter_wallet=-SEALED, disputes_wallet=SEALED - FEE, panel_wallet=FEE):
        holds.confirm(order)
    record = court.record(order)
    assert (record.phase, record.byBuyer, record.byRiskModule) == (Phase.ARBITRATING, False, True)


def test_confirm__buyer_opened_before__reverts(trade, market, court, risk_holds):
    holds, order = Holds(risk_holds, trade), court.order()
    holds.hold(order)
    court.open(order)
    with court.move(), reverts(market.Orders_WrongStatus, id=order.id, status=Status.DISPUTED):
        holds.confirm(order)


def test_open__held__seller_no_sooner_than_three_days_before_its_end(trade, court, risk_holds):
    holds, order = Holds(risk_holds, trade), court.order()
    holds.hold(order, MAX_HOLD)
    last_days = trade.state(order).until - DEPOSIT_WINDOW
    trade.at(last_days - 1)
    with reverts(court.disputes.Disputes_TooEarly, **{"timestamp": last_days - 1, "from": last_days}):
        court.open(order, by=trade.seller)


@pytest.mark.parametrize("value", [0, SEALED - 1, SEALED + 1])
def test_confirm__not_exactly_the_deposit__reverts(trade, court, risk_holds, value):
    holds, order = Holds(risk_holds, trade), court.order()
    holds.hold(order)
    with court.move(), reverts(risk_holds.RiskHolds_WrongDeposit, sent=value, deposit=SEALED):
        holds.confirm(order, value=value)


def test_confirm__not_held__reverts(trade, court, risk_holds):
    holds, order = Holds(risk_holds, trade), court.order()
    with court.move(), reverts(risk_holds.RiskHolds_NotHeld, orderId=order.id, status=0):
        holds.confirm(order)


def test_confirm__other_metadata__reverts(trade, court, risk_holds):
    holds, order = Holds(risk_holds, trade), court.order()
    holds.hold(order)
    with court.move(), reverts(court.disputes.Disputes_NotMetadata, cid=PROOF):
        holds.confirm(order, metadata=PROOF)


def test_confirm__not_a_reviewer__reverts(trade, court, risk_holds):
    holds, order = Holds(risk_holds, trade), court.order()
    holds.hold(order)
    with court.move(), reverts(risk_holds.AccessManagedUnauthorized, caller=holds.bot):
        holds.confirm(order, by=holds.bot)


# -- the market's part ------------------------------------------------------------------------


def test_set_review_end__not_the_risk_role__reverts(trade, market, move):
    order = trade.delivered()
    with move(), reverts(market.AccessManagedUnauthorized, caller=trade.outsider):
        market.setReviewEnd(order.terms.pack(), trade.state(order).until + 1, sender=trade.outsider)


def test_set_review_end__earlier_than_sealed__reverts(trade, market, stage, risk_holds):
    assert risk_holds
    order = trade.delivered()
    end = trade.state(order).until
    stage.authority.grantRole(RISK_MODULE, trade.outsider, 0, sender=trade.admin)
    with reverts(market.Orders_ReviewOutOfBounds, until=end - 1, min=end, max=end + MAX_HOLD):
        market.setReviewEnd(order.terms.pack(), end - 1, sender=trade.outsider)


@pytest.mark.parametrize("missing", ["authority", "market"])
def test_construction__zero_address__reverts(project, stage, missing):
    zero = "0x" + "0" * 40
    authority, market = stage.authority.address, stage.market.address
    given = (zero, market) if missing == "authority" else (authority, zero)
    with reverts(project.RiskHolds.RiskHolds_ZeroAddress):
        stage.actors.admin.deploy(project.RiskHolds, *given)
