"""What the drawn arbiter does, and what happens if he doesn't.

accept:        not drawn / from the draw / in time / too late
giveRuling:    not drawn / out of range / straight from the draw / accepted / clock over / ruled before
replace:       clock running / silent before accepting / silent before ruling / pool exhausted
"""

import pytest

from tests.contracts.trust.panel_amounts import DAY, FEE, HOUR, SLASH, STAKE
from tests.contracts.trust.panel_states import Step
from tests.reverts import reverts

# -- accept -----------------------------------------------------------------------------------


def test_accept__unrecorded_draw__records_and_accepts(staffed, open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    receipt = staffed.accept(dispute.case, 0, sender=arbiter)
    until = receipt.timestamp + 3 * DAY
    assert receipt.events == [staffed.ArbiterAccepted(id=dispute.id, chair=0, arbiter=arbiter, until=until)]
    assert (dispute.state().first.step, dispute.state().first.clock) == (Step.ACCEPTED, until)
    assert staffed.seatOf(arbiter)[1].assigned == 1


def test_accept__recorded_draw__counts_the_case_once(staffed, open_dispute, chain, drawn, outsider):
    dispute = open_dispute()
    chain.mine(3)
    staffed.draw(dispute.case, 0, sender=outsider)
    staffed.accept(dispute.case, 0, sender=drawn(dispute))
    assert staffed.seatOf(drawn(dispute))[1].assigned == 1
    with reverts(staffed.ArbiterPanel_WrongStep, id=dispute.id, chair=0, step=Step.ACCEPTED):
        staffed.accept(dispute.case, 0, sender=drawn(dispute))


def test_accept__not_drawn__reverts(staffed, open_dispute, chain, drawn, outsider):
    dispute = open_dispute()
    chain.mine(3)
    with reverts(staffed.ArbiterPanel_NotDrawn, caller=outsider, drawn=drawn(dispute)):
        staffed.accept(dispute.case, 0, sender=outsider)


def test_accept__clock_over__reverts(staffed, open_dispute, chain, drawn, outsider):
    dispute = open_dispute()
    chain.mine(3)
    staffed.draw(dispute.case, 0, sender=outsider)
    until = dispute.state().first.clock
    chain.pending_timestamp = until
    with reverts(staffed.ArbiterPanel_TooLate, timestamp=until, until=until):
        staffed.accept(dispute.case, 0, sender=drawn(dispute))


# -- giveRuling -------------------------------------------------------------------------------


def test_give_ruling__straight_from_draw__earns_the_fee(
    staffed, open_dispute, chain, drawn, buyer, liabilities
):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    receipt = staffed.giveRuling(dispute.case, 0, 4, sender=arbiter)
    assert receipt.events == [
        staffed.ArbiterRuled(id=dispute.id, chair=0, arbiter=arbiter, ruling=4),
        staffed.AppealPossible(_disputeID=dispute.id, _arbitrable=buyer),
    ]
    assert staffed.balanceOf(arbiter) == FEE
    assert staffed.balanceOf(buyer) == 0
    assert staffed.seatOf(arbiter)[1].assigned == 0
    assert staffed.currentRuling(dispute.id) == 4
    assert staffed.disputeStatus(dispute.id) == 1
    assert staffed.appealPeriod(dispute.id) == (receipt.timestamp, receipt.timestamp + DAY)
    assert staffed.balance == liabilities(dispute)


def test_give_ruling__accepted_case__frees_the_arbiter(staffed, open_dispute, chain, drawn, liabilities):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    staffed.accept(dispute.case, 0, sender=arbiter)
    staffed.giveRuling(dispute.case, 0, 0, sender=arbiter)
    assert staffed.seatOf(arbiter)[1].assigned == 0
    assert staffed.balanceOf(arbiter) == FEE
    assert staffed.balance == liabilities(dispute)


def test_give_ruling__not_drawn__reverts(staffed, open_dispute, chain, drawn, arbiters):
    dispute = open_dispute()
    chain.mine(3)
    other = next(a for a in arbiters if a != drawn(dispute))
    with reverts(staffed.ArbiterPanel_NotDrawn, caller=other, drawn=drawn(dispute)):
        staffed.giveRuling(dispute.case, 0, 1, sender=other)


def test_give_ruling__out_of_range__reverts(staffed, open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    with reverts(staffed.ArbiterPanel_RulingOutOfRange, ruling=6, min=0, max=5):
        staffed.giveRuling(dispute.case, 0, 6, sender=drawn(dispute))


def test_give_ruling__twice__reverts(staffed, ruled, accounts):
    arbiter = accounts[staffed.arbiterOf(ruled.case, 0)]
    with reverts(staffed.ArbiterPanel_WrongStep, id=ruled.id, chair=0, step=Step.RULED):
        staffed.giveRuling(ruled.case, 0, 3, sender=arbiter)
    assert staffed.currentRuling(ruled.id) == 2


def test_give_ruling__ruling_clock_over__reverts(staffed, open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    arbiter = drawn(dispute)
    staffed.accept(dispute.case, 0, sender=arbiter)
    until = dispute.state().first.clock
    chain.pending_timestamp = until
    with reverts(staffed.ArbiterPanel_TooLate, timestamp=until, until=until):
        staffed.giveRuling(dispute.case, 0, 1, sender=arbiter)


# -- replace ----------------------------------------------------------------------------------


def test_replace__clock_running__reverts(staffed, open_dispute, chain, outsider):
    dispute = open_dispute()
    chain.mine(3)
    staffed.draw(dispute.case, 0, sender=outsider)
    until = dispute.state().first.clock
    chain.pending_timestamp = until - 1
    with reverts(staffed.ArbiterPanel_TooEarly, **{"timestamp": until - 1, "from": until}):
        staffed.replace(dispute.case, 0, sender=outsider)


def test_replace__nobody_drawn__reverts(staffed, open_dispute, outsider):
    dispute = open_dispute()
    with reverts(staffed.ArbiterPanel_WrongStep, id=dispute.id, chair=0, step=Step.DRAWING):
        staffed.replace(dispute.case, 0, sender=outsider)


@pytest.mark.parametrize("accepts", [False, True])
def test_replace__silent_arbiter__slashed_for_the_treasury(
    staffed, open_dispute, chain, drawn, outsider, buyer, liabilities, accepts
):
    dispute = open_dispute()
    chain.mine(3)
    silent = drawn(dispute)
    staffed.draw(dispute.case, 0, sender=outsider)
    if accepts:
        staffed.accept(dispute.case, 0, sender=silent)
    chain.pending_timestamp = dispute.state().first.clock
    receipt = staffed.replace(dispute.case, 0, sender=outsider)
    assert receipt.events == [
        staffed.Slashed(arbiter=silent, amount=SLASH, stake=STAKE - SLASH),
        staffed.DutyChanged(arbiter=silent, duty=0),
        staffed.ArbiterReplaced(id=dispute.id, chair=0, arbiter=silent, drawBlock=receipt.block_number + 2),
    ]
    seat = staffed.seatOf(silent)[1]
    assert (seat.stake, seat.duty, seat.assigned) == (STAKE - SLASH, 0, 0)
    assert staffed.balanceOf(staffed) == SLASH
    assert staffed.balanceOf(buyer) == staffed.balanceOf(outsider) == 0
    assert staffed.balance == liabilities(dispute)
    chain.mine(3)
    assert drawn(dispute) != silent
    staffed.giveRuling(dispute.case, 0, 3, sender=drawn(dispute))
    assert staffed.balance == liabilities(dispute)


def test_replace__silent_one_back_on_duty__is_not_drawn_again(
    panel, join, newcomer, open_dispute, chain, outsider
):
    join(newcomer)
    chain.mine(deltatime=HOUR)
    dispute = open_dispute()
    chain.mine(3)
    panel.draw(dispute.case, 0, sender=outsider)
    chain.pending_timestamp = dispute.state().first.clock
    panel.replace(dispute.case, 0, sender=outsider)
    panel.stake(sender=newcomer, value=SLASH)
    panel.setOnDuty(True, sender=newcomer)
    chain.mine(300)
    with reverts(panel.ArbiterPanel_NoArbiter, id=dispute.id):
        panel.draw(dispute.case, 0, sender=outsider)
