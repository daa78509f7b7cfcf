# execute and fund, where the market's panel decides nothing
# ├── refused, expired, or too dear → the backup's case
# │   ├── the backup rules → paid out
# │   ├── refuses → an even split at once; costs more than is left → waits for the absolute end
# │   ├── is silent → its case expires, its fee comes back to the deposits, an even split
# │   └── undecided sixty days after the opening → an even split without a ruling's effects
# └── refunded in full → a concession, also when the panel's case expired
# collect: nothing came back, not closed → its error · else → the fee of either panel is shared, once

from dapp.domain.bounds import DAY
from dapp.domain.credit import slashed
from dapp.domain.orders import Resolution, Status
from tests.court import FEE, FINAL, ODD_PRICE, PANEL_DURATION, SEALED, Phase
from tests.reverts import reverts
from tests.stage import WATCH_STAKE

EXECUTED = 4


# -- the backup -------------------------------------------------------------------------------


def test_execute__panel_refused__backup_takes_the_case_and_rules(trade, court):
    order = court.ruled(0)
    with court.move(disputes_wallet=-FEE, backup_wallet=FEE):
        receipt = court.execute(order)
    assert court.disputes.DisputeEscalated(orderId=order.id, backup=True) in receipt.events
    assert (court.phase(order), court.record(order).spent) == (Phase.BACKUP, 2 * FEE)
    court.rule(order, 5, at=court.backup)
    trade.wait(DAY)
    court.backup.executeRuling(court.case(order), sender=trade.outsider)
    left = 2 * SEALED - 2 * FEE
    with court.move(
        buyer=ODD_PRICE + SEALED,
        seller=SEALED - 2 * FEE,
        platform=slashed(WATCH_STAKE, 1, 1),
        disputes_wallet=-left,
        vault=left,
    ):
        court.execute(order)


def test_execute__panel_silent__expired_and_its_fee_pays_the_backup(trade, court):
    order = court.funded()
    trade.wait(PANEL_DURATION)
    with court.move(panel_wallet=-FEE, backup_wallet=FEE):
        receipt = court.execute(order)
    assert court.disputes.DisputeEscalated(orderId=order.id, backup=True) in receipt.events
    assert (court.phase(order), court.record(order).spent) == (Phase.BACKUP, FEE)


def test_fund__panel_dearer_than_the_deposit__backup_takes_the_case(trade, court):
    order = court.opened()
    court.panel.setArbitrationCost(3 * FEE, sender=trade.admin)
    with court.move(seller_wallet=-SEALED, disputes_wallet=SEALED - FEE, backup_wallet=FEE):
        receipt = court.fund(order)
    assert court.disputes.DisputeEscalated(orderId=order.id, backup=True) in receipt.events
    assert court.phase(order) is Phase.BACKUP


def test_fund__both_panels_too_dear__no_split_before_the_absolute_end(trade, court):
    order = court.opened()
    for panel in (court.panel, court.backup):
        panel.setArbitrationCost(100 * FEE, sender=trade.admin)
    with court.move(seller_wallet=-SEALED, disputes_wallet=SEALED):
        receipt = court.fund(order)
    assert court.disputes.DisputeEscalated(orderId=order.id, backup=False) in receipt.events
    until = court.wait_until(order, FINAL - 1) + 1
    error = court.disputes.Disputes_TooEarly
    with court.move(), reverts(error, **{"timestamp": until - 1, "from": until}):
        court.execute(order)


def test_execute__undecided_for_sixty_days__even_split_without_score_or_slash(court, market):
    order = court.escalated()
    court.wait_until(order, FINAL)
    to_buyer, left, before = ODD_PRICE // 2, 2 * SEALED - FEE, court.record_of_seller()
    earned = ODD_PRICE - to_buyer
    fee, to_seller = court.shares(order, earned)
    with court.move(
        buyer=to_buyer + left // 2,
        seller=to_seller + left - left // 2,
        platform=fee,
        backup_wallet=-FEE,
        disputes_wallet=FEE - left,
        vault=left,
    ):
        receipt = court.execute(order)
    resolved = market.OrderResolved(
        id=order.id, how=Resolution.FALLBACK, toBuyer=to_buyer, earned=earned, credit=0
    )
    assert resolved in receipt.events
    assert court.record_of_seller() == before


def test_execute__backup_refused__even_split_at_once(trade, court):
    order = court.escalated()
    court.rule(order, 0, at=court.backup)
    trade.wait(DAY)
    court.backup.executeRuling(court.case(order), sender=trade.outsider)
    court.execute(order)
    assert (trade.state(order).status, court.phase(order)) == (Status.COMPLETED, Phase.CLOSED)


def test_execute__backup_silent__expired_and_its_fee_is_not_spent(trade, court):
    order = court.escalated()
    trade.wait(PANEL_DURATION)
    to_buyer, left = ODD_PRICE // 2, 2 * SEALED - FEE
    fee, to_seller = court.shares(order, ODD_PRICE - to_buyer)
    with court.move(
        buyer=to_buyer + left // 2,
        seller=to_seller + left - left // 2,
        platform=fee,
        backup_wallet=-FEE,
        disputes_wallet=FEE - left,
        vault=left,
    ):
        court.execute(order)
    assert (court.phase(order), court.record(order).spent) == (Phase.CLOSED, 0)
    with court.move(), reverts(court.disputes.Disputes_NothingToCollect, orderId=order.id):
        court.collect(order)


def test_execute__both_panels_silent__both_fees_come_back(trade, court):
    order = court.funded()
    trade.wait(PANEL_DURATION)
    court.execute(order)
    trade.wait(PANEL_DURATION)
    court.backup.expire(court.case(order), sender=trade.outsider)
    court.backup.executeRuling(court.case(order), sender=trade.outsider)
    to_buyer = ODD_PRICE // 2
    fee, to_seller = court.shares(order, ODD_PRICE - to_buyer)
    with court.move(
        buyer=to_buyer + SEALED,
        seller=to_seller + SEALED,
        platform=fee,
        backup_wallet=-FEE,
        disputes_wallet=FEE - 2 * SEALED,
        vault=2 * SEALED,
    ):
        court.execute(order)


def test_execute__backup_ruled_after_sixty_days__ruling_counts(trade, court):
    order = court.escalated()
    court.rule(order, 1, at=court.backup)
    court.wait_until(order, FINAL)
    court.backup.executeRuling(court.case(order), sender=trade.outsider)
    fee, to_seller = court.shares(order, ODD_PRICE)
    left = 2 * SEALED - 2 * FEE
    with court.move(
        buyer=left - SEALED, seller=to_seller + SEALED, platform=fee, disputes_wallet=-left, vault=left
    ):
        court.execute(order)


# -- ended otherwise --------------------------------------------------------------------------


def test_execute__refunded_and_case_expired__its_fee_is_not_spent(trade, court):
    order = court.funded()
    trade.refund(order, ODD_PRICE)
    trade.wait(PANEL_DURATION)
    court.panel.expire(court.case(order), sender=trade.outsider)
    with court.move(
        buyer=SEALED, seller=SEALED, disputes_wallet=FEE - 2 * SEALED, panel_wallet=-FEE, vault=2 * SEALED
    ):
        court.execute(order)


def test_execute__refunded_before_the_backup_ruled__buyer_counts_as_the_winner(trade, court):
    order = court.escalated()
    trade.refund(order, ODD_PRICE)
    left = 2 * SEALED - 2 * FEE
    with court.move(buyer=SEALED, seller=left - SEALED, disputes_wallet=-left, vault=left):
        court.execute(order)
    with court.move(), reverts(court.disputes.Disputes_NothingToCollect, orderId=order.id):
        court.collect(order)


def test_collect__expired_after_the_end__fee_shared_once(trade, court):
    order = court.funded()
    trade.refund(order, ODD_PRICE)
    court.execute(order)
    nothing = reverts(court.disputes.Disputes_NothingToCollect, orderId=order.id)
    with court.move(), nothing:
        court.collect(order)
    trade.wait(PANEL_DURATION)
    court.panel.expire(court.case(order), sender=trade.outsider)
    with court.move(buyer=FEE // 2, seller=FEE - FEE // 2, panel_wallet=-FEE, vault=FEE):
        receipt = court.collect(order)
    closed = court.disputes.DisputeClosed(orderId=order.id, toBuyer=FEE // 2, toSeller=FEE - FEE // 2)
    assert receipt.events[-1] == closed
    with court.move(), reverts(court.disputes.Disputes_NothingToCollect, orderId=order.id):
        court.collect(order)


def test_collect__backups_case_expired_after_the_end__fee_shared_once(trade, court):
    order = court.escalated()
    trade.refund(order, ODD_PRICE)
    court.execute(order)
    assert (court.phase(order), court.record(order).spent) == (Phase.CLOSED, FEE)
    nothing = reverts(court.disputes.Disputes_NothingToCollect, orderId=order.id)
    with court.move(), nothing:
        court.collect(order)
    trade.wait(PANEL_DURATION)
    court.backup.expire(court.case(order), sender=trade.outsider)
    with court.move(buyer=FEE // 2, seller=FEE // 2, backup_wallet=-FEE, vault=FEE):
        court.collect(order)
    with court.move(), reverts(court.disputes.Disputes_NothingToCollect, orderId=order.id):
        court.collect(order)


def test_collect__backup_undecided_at_the_absolute_end__its_fee_shared_after_it_expired(trade, court):
    order = court.funded()
    court.wait_until(order, FINAL - DAY)
    court.execute(order)
    court.wait_until(order, FINAL)
    court.execute(order)
    trade.wait(PANEL_DURATION)
    court.backup.expire(court.case(order), sender=trade.outsider)
    with court.move(buyer=FEE // 2, seller=FEE // 2, backup_wallet=-FEE, vault=FEE):
        court.collect(order)


def test_collect__two_expired_cases_withdrawn_together__each_order_its_own(trade, court):
    orders = [court.funded(), court.funded()]
    for order in orders:
        trade.refund(order, ODD_PRICE)
        court.execute(order)
    trade.wait(PANEL_DURATION)
    for order in orders:
        court.panel.expire(court.case(order), sender=trade.outsider)
    for order in orders:
        with court.move(
            buyer=FEE // 2,
            seller=FEE // 2,
            panel_wallet=-2 * FEE if order is orders[0] else 0,
            disputes_wallet=FEE if order is orders[0] else -FEE,
            vault=FEE,
        ):
            court.collect(order)


def test_collect__ruled_or_open__reverts(court):
    order = court.ruled(1)
    with court.move(), reverts(court.disputes.Disputes_WrongPhase, orderId=order.id, phase=Phase.ARBITRATING):
        court.collect(order)
    court.execute(order)
    with court.move(), reverts(court.disputes.Disputes_NothingToCollect, orderId=order.id):
        court.collect(order)
