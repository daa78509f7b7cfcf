"""Tokens and contracts that misbehave, for the market's unit tests."""

import pytest

from dapp.domain.split import split
from dapp.domain.terms import Flag
from tests.court import FEE, Court, build
from tests.stage import TOKEN_UNIT


@pytest.fixture
def token(stage):
    """A well-behaved token with six decimals; buyer and payer have some and allow the market to take it."""
    return stage.token


@pytest.fixture
def odd_token(project, stage):
    """Deploys a mock token and gives the buyer some of it, with an allowance for the market."""

    def odd_token_(name, *args):
        admin, buyer = stage.actors.admin, stage.actors.buyer
        token = admin.deploy(getattr(project, name), *args)
        token.mint(buyer, 1_000 * TOKEN_UNIT, sender=admin)
        token.approve(stage.market, 1_000 * TOKEN_UNIT, sender=buyer)
        return token

    return odd_token_


@pytest.fixture
def receiver(project, stage):
    """A contract that refuses ether or answers it with a call."""
    return stage.actors.admin.deploy(project.HostileReceiver)


@pytest.fixture
def pricing(project, stage):
    """A pricing policy with coupons, each good for one order."""
    return stage.actors.admin.deploy(project.CouponPricing, stage.market)


@pytest.fixture
def shares():
    """What is paid out of the earned part of an order with three referrers, named as `move` does."""

    def shares_(order, earned):
        parts = split(order.terms.base, earned, order.terms.fee_bps, order.terms.lines)
        referrers = ("referrer", "second_referrer", "third_referrer")
        return {
            "seller": parts.to_seller,
            "platform": parts.fee,
            **dict(zip(referrers, parts.commissions, strict=True)),
        }

    return shares_


@pytest.fixture(scope="module")
def courthouse(project, stage, uplines, accounts, chain):
    """A disputes module with two staffed panels; the module's orders are bound to it."""
    assert uplines
    return build(project, stage, [stage.actors.arbiter, *accounts[16:20]], chain)


@pytest.fixture
def court(courthouse, trade):
    """Disputes; afterwards the module holds exactly what it owes to the open ones."""
    court = Court(courthouse, trade)
    yield court
    assert court.disputes.balance == court.owed()


@pytest.fixture
def foreign(project, trade, market):
    """An allow-listed arbitrator, owned by the arbiter."""
    arbitrator = trade.arbiter.deploy(project.ForeignArbitrator, FEE)
    market.allowArbitrator(arbitrator, True, sender=trade.admin)
    return arbitrator


@pytest.fixture
def agreed(court):
    """A delivered order whose buyer accepted an arbitrator that is not allow-listed."""

    def agreed_(arbitrator):
        return court.order(court.list(arbitrator=arbitrator.address), options=Flag.FOREIGN_ARBITRATOR)

    return agreed_
