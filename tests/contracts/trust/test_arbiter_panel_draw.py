"""The draw of a dispute's arbiter.

draw:          draw block not past / nobody eligible / drawn already / fine / after 256 unrecorded blocks
"""

import pytest

from tests.contracts.trust.panel_amounts import HOUR
from tests.contracts.trust.panel_states import Stage, Step
from tests.reverts import reverts


def test_draw__draw_block_not_past__reverts(staffed, open_dispute, outsider, chain):
    dispute = open_dispute()
    draw_block = dispute.state().first.clock
    chain.mine(1)
    with reverts(staffed.ArbiterPanel_DrawPending, blockNumber=draw_block, drawBlock=draw_block):
        staffed.draw(dispute.case, 0, sender=outsider)


def test_draw__by_anyone__starts_acceptance_clock(staffed, open_dispute, outsider, chain, drawn, arbiters):
    dispute = open_dispute()
    chain.mine(2)
    receipt = staffed.draw(dispute.case, 0, sender=outsider)
    arbiter = drawn(dispute)
    assert arbiter in arbiters
    until = receipt.timestamp + 2 * HOUR
    assert receipt.events == [staffed.ArbiterDrawn(id=dispute.id, chair=0, arbiter=arbiter, until=until)]
    index, seat = staffed.seatOf(arbiter)
    assert seat.assigned == 1
    state = dispute.state()
    assert (state.first.step, state.first.seat, state.first.clock) == (Step.DRAWN, index, until)
    assert state.tried == 1 << index


def test_draw__twice__reverts(staffed, open_dispute, outsider, chain):
    dispute = open_dispute()
    chain.mine(2)
    staffed.draw(dispute.case, 0, sender=outsider)
    with reverts(staffed.ArbiterPanel_WrongStep, id=dispute.id, chair=0, step=Step.DRAWN):
        staffed.draw(dispute.case, 0, sender=outsider)


def test_draw__unknown_dispute__reverts(staffed, buyer, outsider, extra_data):
    case = (buyer, 5, extra_data())
    with reverts(staffed.ArbiterPanel_Unknown, id=staffed.disputeIdOf(case)):
        staffed.draw(case, 0, sender=outsider)


def test_draw__chair_of_panel_before_appeal__reverts(staffed, open_dispute, outsider):
    dispute = open_dispute()
    with reverts(staffed.ArbiterPanel_WrongStage, id=dispute.id, stage=Stage.OPEN):
        staffed.draw(dispute.case, 1, sender=outsider)
    with reverts(staffed.ArbiterPanel_UnknownChair, id=dispute.id, chair=4):
        staffed.draw(dispute.case, 4, sender=outsider)


def test_draw__all_but_one_excluded__draws_the_one(staffed, open_dispute, outsider, chain, drawn, arbiters):
    for i, arbiter in enumerate(arbiters):
        dispute = open_dispute(order_id=bytes([i]) * 32, excluded=[a for a in arbiters if a != arbiter])
        chain.mine(2)
        staffed.draw(dispute.case, 0, sender=outsider)
        assert drawn(dispute) == arbiter


def test_draw__all_excluded__reverts(staffed, open_dispute, outsider, chain, arbiters):
    dispute = open_dispute(excluded=arbiters)
    chain.mine(2)
    with reverts(staffed.ArbiterPanel_NoArbiter, id=dispute.id):
        staffed.draw(dispute.case, 0, sender=outsider)


def test_draw__staked_since_order__is_not_drawn(panel, join, newcomer, outsider, open_dispute, chain):
    join(newcomer)
    staked_at = panel.seatAt(0).stakedAt
    young = open_dispute(order_id=b"\x02" * 32, placed_at=staked_at)
    old = open_dispute(placed_at=staked_at + 1)
    chain.mine(2)
    with reverts(panel.ArbiterPanel_NoArbiter, id=young.id):
        panel.draw(young.case, 0, sender=outsider)
    panel.draw(old.case, 0, sender=outsider)
    assert panel.arbiterOf(old.case, 0) == newcomer


def test_draw__on_duty_after_draw_block__waits_for_the_next(
    panel, join, newcomer, outsider, open_dispute, chain
):
    """Nobody can look at the hash first and then decide to take part in the draw."""
    join(newcomer)
    panel.setOnDuty(False, sender=newcomer)
    chain.mine(deltatime=HOUR)
    dispute = open_dispute()
    chain.mine(2)
    panel.setOnDuty(True, sender=newcomer)
    with reverts(panel.ArbiterPanel_NoArbiter, id=dispute.id):
        panel.draw(dispute.case, 0, sender=outsider)
    chain.mine(256)
    panel.draw(dispute.case, 0, sender=outsider)
    assert panel.arbiterOf(dispute.case, 0) == newcomer


def test_draw__others_leave_duty__same_arbiter(staffed, open_dispute, chain, drawn, arbiters):
    dispute = open_dispute()
    chain.mine(3)
    winner = drawn(dispute)
    for arbiter in arbiters:
        if arbiter != winner:
            staffed.setOnDuty(False, sender=arbiter)
            assert drawn(dispute) == winner
    staffed.setOnDuty(False, sender=winner)
    with reverts(staffed.ArbiterPanel_NoArbiter, id=dispute.id):
        staffed.arbiterOf(dispute.case, 0)


@pytest.mark.parametrize("blocks", [255, 256, 257, 511, 512, 1000])
def test_draw__not_recorded_for_long__still_draws(staffed, open_dispute, outsider, chain, blocks, arbiters):
    dispute = open_dispute()
    chain.mine(blocks)
    staffed.draw(dispute.case, 0, sender=outsider)
    assert staffed.arbiterOf(dispute.case, 0) in arbiters


@pytest.mark.usefixtures("staffed")
def test_draw__inside_one_period__does_not_change(open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    first = drawn(dispute)
    for _ in range(4):
        chain.mine(60)
        assert drawn(dispute) == first


@pytest.mark.usefixtures("staffed")
def test_draw__many_disputes__reaches_every_arbiter(open_dispute, chain, drawn, arbiters):
    disputes = [open_dispute(order_id=i.to_bytes(32, "big")) for i in range(40)]
    chain.mine(3)
    assert {drawn(d) for d in disputes} == set(arbiters)


def test_draw__eight_open_cases__passes_over_the_busy(panel, join, newcomer, outsider, open_dispute, chain):
    join(newcomer)
    chain.mine(deltatime=HOUR)
    disputes = [open_dispute(order_id=bytes([i]) * 32) for i in range(9)]
    chain.mine(2)
    for dispute in disputes[:8]:
        panel.draw(dispute.case, 0, sender=outsider)
    with reverts(panel.ArbiterPanel_NoArbiter, id=disputes[8].id):
        panel.draw(disputes[8].case, 0, sender=outsider)
    panel.giveRuling(disputes[0].case, 0, 1, sender=newcomer)
    panel.draw(disputes[8].case, 0, sender=outsider)
    assert panel.seatOf(newcomer)[1].assigned == 8
