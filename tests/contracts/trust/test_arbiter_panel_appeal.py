"""The appeal to three arbiters.

appeal:     not the arbitrable / before the ruling / window over / wrong value / pool too small / twice / fine
giveRuling: a panelist refuses / two agree with the first ruling / two agree on another / all differ
replace:    silent panelist
expire:     undecided appeal
"""

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.trust.panel_amounts import DAY, FEE, SLASH, STAKE
from tests.contracts.trust.panel_states import Stage, Step
from tests.reverts import reverts

BOND = 2 * FEE


@pytest.fixture
def appealed(ruled, appeal, chain):
    appeal(ruled)
    chain.mine(3)
    return ruled


@pytest.fixture
def record_panel(panel, outsider, drawn):
    """Records the draw of all three chairs and gives the panelists."""

    def record(dispute):
        for chair in (1, 2, 3):
            panel.draw(dispute.case, chair, sender=outsider)
        return [drawn(dispute, chair) for chair in (1, 2, 3)]

    return record


def test_appeal__by_the_arbitrable__opens_a_panel(staffed, ruled, appeal, arbitrable, seller, liabilities):
    before = staffed.balance
    receipt = appeal(ruled)
    assert receipt.events == [
        staffed.AppealDecision(_disputeID=ruled.id, _arbitrable=arbitrable),
        staffed.DisputeAppealed(id=ruled.id, appellant=seller, fees=3 * FEE, bond=BOND),
    ]
    assert staffed.balance == before + 5 * FEE
    assert ruled.state().stage == Stage.APPEALED
    assert ruled.state().expiresAt == receipt.timestamp + 7 * DAY
    assert staffed.appellantOf(ruled.id) == seller
    assert staffed.disputeStatus(ruled.id) == 0
    assert staffed.appealPeriod(ruled.id) == (0, 0)
    assert {staffed.chairOf(ruled.id, i).clock for i in (1, 2, 3)} == {receipt.block_number + 2}
    assert staffed.balance == liabilities(ruled)


def test_appeal__no_appellant_named__is_the_arbitrables(staffed, ruled, arbitrable, seller):
    data = encode(["bytes32", "address"], [keccak(ruled.extra_data), "0x" + "00" * 20])
    arbitrable.forward(staffed.appeal.encode_input(ruled.id, data), sender=seller, value=5 * FEE)
    assert staffed.appellantOf(ruled.id) == arbitrable


def test_appeal__by_another__reverts(staffed, ruled, seller):
    data = encode(["bytes32", "address"], [keccak(ruled.extra_data), seller.address])
    with reverts(staffed.ArbiterPanel_NotArbitrable, id=ruled.id, caller=seller):
        staffed.appeal(ruled.id, data, sender=seller, value=5 * FEE)


def test_appeal__before_ruling__reverts(staffed, open_dispute, buyer):
    dispute = open_dispute()
    data = encode(["bytes32", "address"], [keccak(dispute.extra_data), buyer.address])
    with reverts(staffed.ArbiterPanel_WrongStep, id=dispute.id, chair=0, step=Step.DRAWING):
        staffed.appeal(dispute.id, data, sender=buyer, value=5 * FEE)


@pytest.fixture
def ruled_for_account(staffed, open_dispute, chain, drawn):
    dispute = open_dispute()
    chain.mine(3)
    staffed.giveRuling(dispute.case, 0, 2, sender=drawn(dispute))
    return dispute


def test_appeal__window_over__reverts(staffed, ruled_for_account, buyer, chain):
    dispute = ruled_for_account
    data = encode(["bytes32", "address"], [keccak(dispute.extra_data), buyer.address])
    until = dispute.state().first.clock
    chain.pending_timestamp = until
    with reverts(staffed.ArbiterPanel_TooLate, timestamp=until, until=until):
        staffed.appeal(dispute.id, data, sender=buyer, value=5 * FEE)


@pytest.mark.parametrize("value", [5 * FEE - 1, 5 * FEE + 1])
def test_appeal__other_value__reverts(staffed, ruled_for_account, buyer, value):
    dispute = ruled_for_account
    data = encode(["bytes32", "address"], [keccak(dispute.extra_data), buyer.address])
    with reverts(staffed.ArbiterPanel_WrongValue, sent=value, needed=5 * FEE):
        staffed.appeal(dispute.id, data, sender=buyer, value=value)


def test_appeal__malformed_data__reverts(staffed, ruled_for_account, buyer):
    with reverts(staffed.ArbiterPanel_MalformedExtraData, length=32):
        staffed.appeal(ruled_for_account.id, b"\x00" * 32, sender=buyer, value=5 * FEE)


def test_appeal__twice__reverts(staffed, ruled_for_account, buyer):
    dispute = ruled_for_account
    data = encode(["bytes32", "address"], [keccak(dispute.extra_data), buyer.address])
    staffed.appeal(dispute.id, data, sender=buyer, value=5 * FEE)
    with reverts(staffed.ArbiterPanel_WrongStage, id=dispute.id, stage=Stage.APPEALED):
        staffed.appeal(dispute.id, data, sender=buyer, value=5 * FEE)


def test_appeal__fewer_than_three_others__reverts(panel, join, arbiters, open_dispute, chain, buyer, drawn):
    join(*arbiters[:3])
    chain.mine(deltatime=DAY)
    dispute = open_dispute()
    chain.mine(3)
    panel.giveRuling(dispute.case, 0, 2, sender=drawn(dispute))
    data = encode(["bytes32", "address"], [keccak(dispute.extra_data), buyer.address])
    with reverts(panel.ArbiterPanel_PanelTooSmall, available=2):
        panel.appeal(dispute.id, data, sender=buyer, value=5 * FEE)


def test_draw__panel__is_the_same_three_in_any_order(staffed, appealed, drawn, outsider, chain):
    first = staffed.seatAt(appealed.state().first.seat).arbiter
    panels = []
    for order in ((1, 2, 3), (3, 1, 2)):
        with chain.isolate():
            for chair in order:
                staffed.draw(appealed.case, chair, sender=outsider)
            panels.append({drawn(appealed, chair).address for chair in (1, 2, 3)})
    assert panels[0] == panels[1]
    assert len(panels[0]) == 3
    assert first not in panels[0]


def test_give_ruling__two_agree_on_another__bond_and_third_fee_go_back(
    staffed, appealed, record_panel, seller, liabilities, arbitrable, outsider
):
    one, two, three = record_panel(appealed)
    staffed.giveRuling(appealed.case, 1, 5, sender=one)
    assert appealed.state().stage == Stage.APPEALED
    receipt = staffed.giveRuling(appealed.case, 2, 5, sender=two)
    decided = staffed.AppealDecided(id=appealed.id, ruling=5, refunded=BOND + FEE, forfeited=0)
    assert decided in receipt.events
    assert staffed.balanceOf(seller) == BOND + FEE
    assert staffed.balanceOf(staffed) == 0
    assert [staffed.balanceOf(a) for a in (one, two, three)] == [FEE, FEE, 0]
    assert staffed.seatOf(three)[1].assigned == 0
    assert staffed.seatOf(three)[1].stake == STAKE
    assert staffed.currentRuling(appealed.id) == 5
    assert staffed.balance == liabilities(appealed)
    staffed.executeRuling(appealed.case, sender=outsider)
    assert arbitrable.lastRuling() == 5


def test_give_ruling__two_agree_with_the_first__bond_goes_to_the_treasury(
    staffed, appealed, record_panel, seller, owner, liabilities
):
    one, two, _ = record_panel(appealed)
    staffed.giveRuling(appealed.case, 1, 2, sender=one)
    receipt = staffed.giveRuling(appealed.case, 2, 2, sender=two)
    assert staffed.AppealDecided(id=appealed.id, ruling=2, refunded=FEE, forfeited=BOND) in receipt.events
    assert staffed.balanceOf(seller) == FEE
    assert staffed.balanceOf(staffed) == BOND
    assert staffed.balance == liabilities(appealed)
    before = seller.balance
    staffed.withdrawTreasury(seller, sender=owner)
    assert staffed.balanceOf(staffed) == 0
    assert seller.balance == before + BOND


@pytest.mark.parametrize("votes", [(1, 3, 5), (5, 1, 3), (3, 5, 1), (5, 3, 1), (1, 5, 3), (3, 1, 5)])
def test_give_ruling__all_differ__median_is_final(
    staffed, appealed, record_panel, seller, liabilities, votes
):
    panelists = record_panel(appealed)
    for chair, (panelist, vote) in enumerate(zip(panelists, votes, strict=True), start=1):
        staffed.giveRuling(appealed.case, chair, vote, sender=panelist)
    assert staffed.currentRuling(appealed.id) == 3
    assert appealed.state().stage == Stage.FINAL
    assert [staffed.balanceOf(p) for p in panelists] == [FEE] * 3
    assert staffed.balanceOf(seller) == BOND
    assert staffed.balance == liabilities(appealed)


def test_give_ruling__panelist_refuses__reverts(staffed, appealed, record_panel):
    one, _, _ = record_panel(appealed)
    with reverts(staffed.ArbiterPanel_RulingOutOfRange, ruling=0, min=1, max=5):
        staffed.giveRuling(appealed.case, 1, 0, sender=one)


def test_replace__silent_panelist__slashed_and_another_drawn(
    staffed, appealed, record_panel, outsider, chain, drawn, liabilities
):
    one, _, _ = record_panel(appealed)
    chain.pending_timestamp = staffed.chairOf(appealed.id, 1).clock
    receipt = staffed.replace(appealed.case, 1, sender=outsider)
    assert staffed.Slashed(arbiter=one, amount=SLASH, stake=STAKE - SLASH) in receipt.events
    chain.mine(3)
    assert drawn(appealed, 1) != one
    assert staffed.balance == liabilities(appealed)


def test_expire__undecided_appeal__first_ruling_stands_and_money_goes_back(
    staffed, appealed, record_panel, outsider, seller, chain, liabilities, arbitrable
):
    one, _, _ = record_panel(appealed)
    staffed.giveRuling(appealed.case, 1, 5, sender=one)
    chain.pending_timestamp = appealed.state().expiresAt
    receipt = staffed.expire(appealed.case, sender=outsider)
    expired = staffed.DisputeExpired(id=appealed.id, account=seller, refunded=4 * FEE, ruling=2)
    assert expired in receipt.events
    assert staffed.balanceOf(seller) == 4 * FEE
    assert staffed.balanceOf(one) == FEE
    assert staffed.balanceOf(staffed) == 2 * SLASH
    assert staffed.balance == liabilities(appealed)
    staffed.executeRuling(appealed.case, sender=outsider)
    assert arbitrable.lastRuling() == 2
