"""Holds on a market, with who places and decides them."""

import pytest

from dapp.domain.bounds import DAY
from tests.court import SEALED
from tests.stage import RISK_BOT, RISK_MODULE, RISK_REVIEWER, allow
from tests.trade import CID, PROOF

LONGER = 3 * DAY


@pytest.fixture(scope="module")
def risk_holds(project, stage):
    """The contract with its roles: the credit module's account places holds, the arbiter's decides."""
    admin, authority = stage.actors.admin, stage.authority
    contract = admin.deploy(project.RiskHolds, authority, stage.market)
    allow(authority, admin, contract, RISK_BOT, "hold")
    allow(authority, admin, contract, RISK_REVIEWER, "clear", "confirm")
    allow(authority, admin, stage.market, RISK_MODULE, "setReviewEnd")
    for role, account in (
        (RISK_BOT, stage.actors.credit),
        (RISK_REVIEWER, stage.actors.arbiter),
        (RISK_MODULE, contract),
    ):
        authority.grantRole(role, account, 0, sender=admin)
    return contract


@pytest.fixture
def holds(risk_holds, trade):
    """Holds in words."""
    return Holds(risk_holds, trade)


class Holds:
    def __init__(self, contract, trade):
        self.contract, self.trade = contract, trade
        self.bot, self.reviewer = trade.credit, trade.arbiter

    def hold(self, order, seconds=LONGER, by=None, cid=CID, score=80):
        until = self.trade.state(order).until + seconds
        return self.contract.hold(order.terms.pack(), until, score, cid, sender=by or self.bot)

    def held(self):
        order = self.trade.delivered()
        self.hold(order)
        return order

    def clear(self, order, by=None, cid=PROOF):
        return self.contract.clear(order.terms.pack(), cid, sender=by or self.reviewer)

    def confirm(self, order, by=None, metadata=CID, cid=PROOF, value=SEALED):
        return self.contract.confirm(
            order.terms.pack(), metadata, cid, sender=by or self.reviewer, value=value
        )
