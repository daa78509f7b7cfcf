# an arbitrator that the market allows, or the buyer accepts
# ├── rules, at once or after an appeal → recorded; executed by anyone
# ├── refuses, or is late → the backup's case; what it says afterwards is ignored
# ├── rules twice, out of range, or about what it never had → ignored
# ├── reverts, burns gas, costs too much, has no code → the backup's case at once
# ├── gives an id twice, rules at once → nothing decided; the backup's case after thirty days
# └── refuses, and the backup is silent → only the backup's fee comes back
# rule by a stranger → ignored
# too little gas for a foreign arbitrator → its error

import ape
import pytest

from dapp.domain.orders import Resolution, Status
from tests.court import ARBITRATION, FEE, FINAL, LEFT, ODD_PRICE, PANEL_DURATION, SEALED, Phase
from tests.reverts import reverts
from tests.trade import DAY

HONEST, REVERTS, BURNS_GAS, OVERPRICES, REPEATS_IDS, RULES_AT_ONCE = range(6)


@pytest.fixture
def hostile(project, trade):
    """An arbitrator that the parties chose themselves."""
    return trade.outsider.deploy(project.HostileArbitrator)


# -- allow-listed -----------------------------------------------------------------------------


def test_foreign__rules__recorded_then_executed_by_anyone(trade, court, market, foreign):
    order = court.opened(court.list(arbitrator=foreign.address))
    with court.move(seller_wallet=-SEALED, disputes_wallet=SEALED - FEE):
        receipt = court.fund(order)
    evidence = int.from_bytes(order.id, "big")
    assert receipt.events[-1] == court.disputes.Dispute(
        _arbitrator=foreign, _disputeID=0, _metaEvidenceID=evidence, _evidenceGroupID=evidence
    )
    assert foreign.balance == FEE
    with court.move():
        receipt = foreign.giveRuling(0, 5, sender=trade.arbiter)
    assert receipt.events == [court.disputes.Ruling(_arbitrator=foreign, _disputeID=0, _ruling=5)]
    assert court.record(order).ruling == 6
    receipt = court.execute(order)
    assert receipt.events.filter(market.OrderResolved)[0].toBuyer == ODD_PRICE
    assert (
        court.disputes.DisputeClosed(orderId=order.id, toBuyer=SEALED, toSeller=SEALED - FEE)
        in receipt.events
    )
    assert order.terms.weight > 0
    assert receipt.events.filter(market.StakeSlashed)


def test_foreign__appealed__second_ruling_counts(trade, court, foreign):
    foreign.setAppealSeconds(DAY, sender=trade.arbiter)
    order = court.funded(court.list(arbitrator=foreign.address))
    foreign.giveRuling(0, 1, sender=trade.arbiter)
    receipt = court.disputes.appeal(order.terms.pack(), 0, sender=trade.buyer, value=FEE)
    assert receipt.events[0] == court.disputes.DisputeAppealed(
        orderId=order.id, appellant=trade.buyer, paid=FEE
    )
    foreign.giveRuling(0, 4, sender=trade.arbiter)
    trade.wait(DAY)
    foreign.execute(0, sender=trade.outsider)
    assert court.record(order).ruling == 5


def test_appeal__another_orders_case__reverts(trade, court, foreign):
    foreign.setAppealSeconds(DAY, sender=trade.arbiter)
    offer = court.list(arbitrator=foreign.address)
    court.funded(offer)
    order = court.funded(offer)
    for unknown in (0, 2):
        error = court.disputes.Disputes_UnknownCase
        with court.move(), reverts(error, arbitrator=foreign, disputeId=unknown):
            court.disputes.appeal(order.terms.pack(), unknown, sender=trade.buyer, value=FEE)


def test_foreign__refuses__backup_takes_the_case_at_once(trade, court, foreign):
    order = court.funded(court.list(arbitrator=foreign.address))
    foreign.giveRuling(0, 0, sender=trade.arbiter)
    with court.move(disputes_wallet=-FEE, backup_wallet=FEE):
        court.execute(order)
    assert (court.phase(order), court.record(order).ruling) == (Phase.BACKUP, 0)


def test_foreign__silent_for_thirty_days__backup_takes_the_case_and_a_late_ruling_is_ignored(
    trade, court, foreign
):
    order = court.funded(court.list(arbitrator=foreign.address))
    until = court.wait_until(order, ARBITRATION - 1) + 1
    error = court.disputes.Disputes_TooEarly
    with court.move(), reverts(error, **{"timestamp": until - 1, "from": until}):
        court.execute(order)
    trade.at(until)
    court.execute(order)
    with court.move():
        receipt = foreign.giveRuling(0, 1, sender=trade.arbiter)
    assert receipt.events == [court.disputes.RulingIgnored(arbitrator=foreign, disputeId=0, ruling=1)]
    assert (court.phase(order), court.record(order).ruling) == (Phase.BACKUP, 0)


def test_foreign__late_but_before_anybody_escalated__ruling_counts(trade, court, foreign):
    order = court.funded(court.list(arbitrator=foreign.address))
    court.wait_until(order, ARBITRATION)
    foreign.giveRuling(0, 1, sender=trade.arbiter)
    fee, to_seller = court.shares(order, ODD_PRICE)
    with court.move(
        buyer=SEALED - FEE, seller=to_seller + SEALED, platform=fee, disputes_wallet=-LEFT, vault=LEFT
    ):
        court.execute(order)


def test_foreign__rules_after_a_settled_end__ignored(trade, court, foreign):
    order = court.funded(court.list(arbitrator=foreign.address))
    trade.refund(order, ODD_PRICE)
    court.execute(order)
    with court.move():
        receipt = foreign.giveRuling(0, 1, sender=trade.arbiter)
    assert receipt.events == [court.disputes.RulingIgnored(arbitrator=foreign, disputeId=0, ruling=1)]
    assert court.phase(order) is Phase.CLOSED


# -- by the buyer's consent, and hostile ------------------------------------------------------


def test_rule__by_a_stranger__ignored(trade, court, foreign):
    order = court.funded(court.list(arbitrator=foreign.address))
    for stranger in (trade.outsider, trade.seller):
        with court.move():
            receipt = court.disputes.rule(0, 1, sender=stranger)
        assert receipt.events == [court.disputes.RulingIgnored(arbitrator=stranger, disputeId=0, ruling=1)]
    assert court.record(order).ruling == 0


def test_rule__twice__first_one_stands(trade, court, hostile, agreed):
    order = agreed(hostile)
    court.open(order)
    court.fund(order)
    hostile.giveRuling(court.disputes, 0, 2, sender=trade.outsider)
    with court.move():
        receipt = hostile.giveRuling(court.disputes, 0, 5, sender=trade.outsider)
    assert receipt.events == [court.disputes.RulingIgnored(arbitrator=hostile, disputeId=0, ruling=5)]
    assert court.record(order).ruling == 3


@pytest.mark.parametrize("ruling", [6, 254, 255, 256, 2**256 - 1])
def test_rule__out_of_range__ignored(trade, court, hostile, agreed, ruling):
    order = agreed(hostile)
    court.open(order)
    court.fund(order)
    receipt = hostile.giveRuling(court.disputes, 0, ruling, sender=trade.outsider)
    assert receipt.events == [court.disputes.RulingIgnored(arbitrator=hostile, disputeId=0, ruling=ruling)]
    assert court.record(order).ruling == 0


def test_foreign__by_consent__ruling_moves_neither_score_nor_stake(trade, court, hostile, agreed):
    order = agreed(hostile)
    court.open(order)
    court.fund(order)
    before = court.record_of_seller()
    hostile.giveRuling(court.disputes, 0, 5, sender=trade.outsider)
    with court.move(buyer=ODD_PRICE + SEALED, seller=SEALED - FEE, disputes_wallet=-LEFT, vault=LEFT):
        court.execute(order)
    assert (order.terms.weight, court.record_of_seller()) == (0, before)


@pytest.mark.parametrize("mode", [REVERTS, BURNS_GAS, OVERPRICES])
def test_hostile__takes_no_case__backup_takes_it_and_rules(trade, court, hostile, agreed, mode):
    order = agreed(hostile)
    hostile.setMode(mode, sender=trade.outsider)
    court.open(order)
    with court.move(seller_wallet=-SEALED, disputes_wallet=SEALED - FEE, backup_wallet=FEE):
        receipt = court.fund(order)
    assert court.disputes.DisputeEscalated(orderId=order.id, backup=True) in receipt.events
    assert hostile.balance == 0
    court.rule(order, 1, at=court.backup)
    trade.wait(DAY)
    court.backup.executeRuling(court.case(order), sender=trade.outsider)
    court.execute(order)
    assert trade.state(order).status is Status.COMPLETED


def test_hostile__no_contract__backup_takes_the_case(trade, court, agreed):
    order = agreed(trade.arbiter)
    court.open(order)
    with court.move(seller_wallet=-SEALED, disputes_wallet=SEALED - FEE, backup_wallet=FEE):
        court.fund(order)
    assert court.phase(order) is Phase.BACKUP


def test_hostile__gives_an_id_twice__rules_the_first_order_only(trade, court, hostile, agreed):
    first, second = agreed(hostile), agreed(hostile)
    hostile.setMode(REPEATS_IDS, sender=trade.outsider)
    for order in (first, second):
        court.open(order)
        court.fund(order)
    hostile.giveRuling(court.disputes, 0, 5, sender=trade.outsider)
    assert (court.record(first).ruling, court.record(second).ruling) == (6, 0)
    court.wait_until(second, ARBITRATION)
    court.execute(second)
    assert court.phase(second) is Phase.BACKUP


def test_hostile__rules_before_it_has_the_case__ignored(trade, court, market, hostile, agreed):
    order = agreed(hostile)
    hostile.setMode(RULES_AT_ONCE, sender=trade.outsider)
    court.open(order)
    receipt = court.fund(order)
    ignored = court.disputes.RulingIgnored(arbitrator=hostile, disputeId=0, ruling=1)
    assert ignored in receipt.events
    court.wait_until(order, ARBITRATION)
    court.execute(order)
    court.wait_until(order, FINAL)
    receipt = court.execute(order)
    assert receipt.events.filter(market.OrderResolved)[0].how == Resolution.FALLBACK


def test_fund__too_little_gas_for_the_arbitrator__reverts(court, hostile, agreed):
    order = agreed(hostile)
    court.open(order)
    terms = order.terms.pack()
    with court.move(), pytest.raises(ape.exceptions.CustomError) as caught:
        court.disputes.fund(terms, sender=court.trade.seller, value=SEALED, gas_limit=1_500_000)
    assert caught.value.abi.name == "Disputes_TooLittleGas"
    assert caught.value.inputs["gas"] < caught.value.inputs["needed"] == 2_500_000
    assert court.phase(order) is Phase.WAITING


def test_foreign__refused_and_backup_expired__only_the_backups_fee_comes_back(trade, court, foreign):
    order = court.funded(court.list(arbitrator=foreign.address))
    foreign.giveRuling(0, 0, sender=trade.arbiter)
    court.execute(order)
    trade.refund(order, ODD_PRICE)
    trade.wait(PANEL_DURATION)
    court.backup.expire(court.case(order), sender=trade.outsider)
    with court.move(
        buyer=SEALED, seller=SEALED - FEE, backup_wallet=-FEE, disputes_wallet=FEE - LEFT, vault=LEFT
    ):
        court.execute(order)
    with court.move(), reverts(court.disputes.Disputes_NothingToCollect, orderId=order.id):
        court.collect(order)
