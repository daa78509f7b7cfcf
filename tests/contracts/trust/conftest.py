"""The arbiters' pool and a dispute about an order, for the trust contracts' tests."""

from dataclasses import dataclass
from typing import Any

import pytest
from eth_abi import encode
from eth_utils import keccak

from tests.contracts.trust.panel_amounts import FEE, HOUR, SLASH, STAKE
from tests.contracts.trust.panel_states import Stage, Step


@dataclass
class Dispute:
    """A dispute at the panel, as its callers pass it; `arbitrable` opened it."""

    panel: Any
    arbitrable: Any
    choices: int
    extra_data: bytes

    @property
    def case(self) -> tuple[str, int, bytes]:
        return (self.arbitrable.address, self.choices, self.extra_data)

    @property
    def id(self) -> int:
        return int(self.panel.disputeIdOf(self.case))

    @property
    def appeal_data(self) -> bytes:
        return keccak(self.extra_data)

    def state(self) -> Any:
        return self.panel.disputeOf(self.id)


@pytest.fixture
def owner(accounts):
    return accounts[0]


@pytest.fixture
def buyer(accounts):
    return accounts[1]


@pytest.fixture
def seller(accounts):
    return accounts[2]


@pytest.fixture
def outsider(accounts):
    return accounts[3]


@pytest.fixture
def newcomer(accounts):
    """An account that is not in the pool yet."""
    return accounts[4]


@pytest.fixture
def arbiters(accounts):
    return accounts[5:10]


@pytest.fixture
def authority(project, owner):
    return owner.deploy(project.Authority, owner)


@pytest.fixture
def panel(project, owner, authority):
    """A panel without arbiters."""
    return owner.deploy(project.ArbiterPanel, authority, FEE, STAKE, SLASH)


@pytest.fixture
def join(panel, owner):
    """Appoints accounts, which stake and go on duty."""

    def join_(*accounts):
        for account in accounts:
            panel.appoint(account, sender=owner)
            panel.stake(sender=account, value=STAKE)
            panel.setOnDuty(True, sender=account)

    return join_


@pytest.fixture
def staffed(panel, join, arbiters, chain):
    """The panel with five arbiters on duty."""
    join(*arbiters)
    chain.mine(deltatime=HOUR)
    return panel


@pytest.fixture
def extra_data(chain, buyer, seller):
    def extra_data_(order_id=b"\x01" * 32, placed_at=None, excluded=None):
        placed = chain.blocks.head.timestamp if placed_at is None else placed_at
        parties = [buyer.address, seller.address] if excluded is None else [str(a) for a in excluded]
        return encode(["bytes32", "uint256", "address[]"], [order_id, placed, parties])

    return extra_data_


@pytest.fixture
def open_dispute(panel, buyer, extra_data):
    """Opens a dispute by an account, which is its own arbitrable: enough for all but the execution."""

    def open_(arbitrable=None, choices=5, **extra):
        account = arbitrable or buyer
        dispute = Dispute(panel, account, choices, extra_data(**extra))
        panel.createDispute(choices, dispute.extra_data, sender=account, value=panel.arbitrationCost(b""))
        return dispute

    return open_


@pytest.fixture
def arbitrable(project, owner, panel):
    return owner.deploy(project.RulableCaller, panel)


@pytest.fixture
def open_contract_dispute(panel, arbitrable, extra_data, buyer):
    """Opens a dispute whose arbitrable is a contract, for the execution."""

    def open_(choices=5, **extra):
        dispute = Dispute(panel, arbitrable, choices, extra_data(**extra))
        data = panel.createDispute.encode_input(choices, dispute.extra_data)
        arbitrable.forward(data, sender=buyer, value=FEE)
        return dispute

    return open_


@pytest.fixture
def drawn(panel, accounts):
    """Who sits on a dispute's chair, or would be drawn for it now, as an account."""

    def drawn_(dispute, chair=0):
        return accounts[panel.arbiterOf(dispute.case, chair)]

    return drawn_


@pytest.fixture
def ruled(staffed, open_contract_dispute, chain, drawn):
    """A dispute ruled 2 by its first arbiter, in its appeal window."""
    dispute = open_contract_dispute()
    chain.mine(3)
    staffed.giveRuling(dispute.case, 0, 2, sender=drawn(dispute))
    return dispute


@pytest.fixture
def appeal(panel, arbitrable, seller):
    """Appeals a dispute of the contract, for the seller."""

    def appeal_(dispute, appellant=None):
        data = encode(["bytes32", "address"], [keccak(dispute.extra_data), (appellant or seller).address])
        cost = panel.appealCost(dispute.id, b"")
        return arbitrable.forward(panel.appeal.encode_input(dispute.id, data), sender=seller, value=cost)

    return appeal_


@pytest.fixture
def liabilities(panel, accounts, arbitrable):
    """Wei that the panel owes: stakes, balances and what the given disputes still hold."""

    def liabilities_(*disputes):
        stakes = sum(panel.seatAt(i).stake for i in range(panel.MAX_SEATS()))
        credited = sum(panel.balanceOf(a) for a in (*accounts, arbitrable, panel))
        return stakes + credited + sum(_held(panel, d) for d in disputes)

    return liabilities_


def _held(panel, dispute):
    state = dispute.state()
    if state.stage == Stage.OPEN:
        return 0 if state.first.step == Step.RULED else state.fee
    if state.stage == Stage.APPEALED:
        ruled = sum(panel.chairOf(dispute.id, i).step == Step.RULED for i in (1, 2, 3))
        return (5 - ruled) * state.fee
    return 0
