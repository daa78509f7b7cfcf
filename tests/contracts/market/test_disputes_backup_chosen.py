# the module's backup is the order's own arbitrator, or no panel
# ├── rules → executed; appealed as a panel
# ├── refuses, or expires → not asked again; an expired case's fee comes back
# ├── the order ends otherwise → its fee is collected
# └── is no panel → its ruling is recorded

from dataclasses import replace

from dapp.domain.orders import Status
from tests.court import (
    FEE,
    FINAL,
    LEFT,
    MAX_DEPOSIT,
    MIN_DEPOSIT,
    ODD_PRICE,
    PANEL_DURATION,
    SEALED,
    Court,
    Phase,
)
from tests.reverts import reverts
from tests.trade import DAY

# -- the backup as the order's own arbitrator -------------------------------------------------


def test_backup_as_arbitrator__rules__executed(trade, court, agreed):
    order = agreed(court.backup)
    court.open(order)
    court.fund(order)
    court.rule(order, 5, at=court.backup)
    trade.wait(DAY)
    court.backup.executeRuling(court.case(order), sender=trade.outsider)
    with court.move(buyer=ODD_PRICE + SEALED, seller=SEALED - FEE, disputes_wallet=-LEFT, vault=LEFT):
        court.execute(order)


def test_backup_as_arbitrator__expired__its_fee_comes_back_and_it_is_not_asked_again(trade, court, agreed):
    order = agreed(court.backup)
    court.open(order)
    court.fund(order)
    trade.wait(PANEL_DURATION)
    with court.move(backup_wallet=-FEE, disputes_wallet=FEE):
        receipt = court.execute(order)
    assert court.disputes.DisputeEscalated(orderId=order.id, backup=False) in receipt.events
    assert (court.phase(order), court.record(order).spent) == (Phase.BACKUP, 0)
    until = court.wait_until(order, FINAL - 1) + 1
    error = court.disputes.Disputes_TooEarly
    with court.move(), reverts(error, **{"timestamp": until - 1, "from": until}):
        court.execute(order)
    trade.at(until)
    court.execute(order)
    assert trade.state(order).status is Status.COMPLETED


def test_backup_as_arbitrator__ended_otherwise__its_fee_is_collected(trade, court, agreed):
    order = agreed(court.backup)
    court.open(order)
    court.fund(order)
    trade.refund(order, ODD_PRICE)
    court.execute(order)
    trade.wait(PANEL_DURATION)
    court.backup.expire(court.case(order), sender=trade.outsider)
    with court.move(buyer=FEE // 2, seller=FEE // 2, backup_wallet=-FEE, vault=FEE):
        court.collect(order)


def test_backup_as_arbitrator__appealed__needs_three_more_arbiters(trade, court, agreed):
    order = agreed(court.backup)
    court.open(order)
    court.fund(order)
    court.rule(order, 5, at=court.backup)
    terms = order.terms.pack()
    with court.move(), reverts(court.backup.ArbiterPanel_PanelTooSmall, available=0):
        court.disputes.appeal(terms, 0, sender=trade.buyer, value=5 * FEE)


def test_backup_as_arbitrator__refuses__not_asked_again(trade, court, agreed):
    order = agreed(court.backup)
    court.open(order)
    court.fund(order)
    court.rule(order, 0, at=court.backup)
    trade.wait(DAY)
    court.backup.executeRuling(court.case(order), sender=trade.outsider)
    with court.move():
        receipt = court.execute(order)
    assert receipt.events == [court.disputes.DisputeEscalated(orderId=order.id, backup=False)]
    court.wait_until(order, FINAL)
    court.execute(order)
    assert trade.state(order).status is Status.COMPLETED


# -- a backup that is no panel ----------------------------------------------------------------


def test_foreign_backup__rules__recorded_then_executed(project, trade, court, market, foreign):
    parts = (market, court.panel, foreign, MIN_DEPOSIT, MAX_DEPOSIT)
    disputes = trade.admin.deploy(project.Disputes, *parts)
    market.addModule(disputes, sender=trade.admin)
    other = Court(replace(court.house, disputes=disputes, backup=foreign), trade)
    order = other.ruled(0)
    with other.move(disputes_wallet=-FEE, backup_wallet=FEE):
        receipt = other.execute(order)
    assert disputes.DisputeEscalated(orderId=order.id, backup=True) in receipt.events
    foreign.giveRuling(0, 5, sender=trade.arbiter)
    assert other.record(order).ruling == 6
    other.execute(order)
    assert (trade.state(order).status, other.phase(order)) == (Status.COMPLETED, Phase.CLOSED)
    with reverts(disputes.Disputes_NothingToCollect, orderId=order.id):
        other.collect(order)
