"""The market that trades are tested on: deployed once, with a seasoned seller and a referral tree."""

import pytest
from hypothesis import HealthCheck, settings

from dapp.domain.bounds import DAY, WATCH_SETTLE_DAYS
from dapp.domain.maturity import day_of
from dapp.domain.terms import Flag, Upline
from tests.balances import Balances
from tests.sparing import spare, spare_http
from tests.stage import CREDIT_UNIT, TOKEN_UNIT, WATCH_STAKE, Actors, deploy
from tests.trade import NATIVE, Trade

# On a busy machine any example may be slow: tests measure no time.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
spare()


@pytest.fixture(scope="session", autouse=True)
def _spared_http(chain):
    spare_http(chain.provider.web3)


@pytest.fixture(scope="session")
def stage(project, accounts, chain):
    """The market with staked merchants: the seller is seasoned, the newcomer is not."""
    stage = deploy(project, Actors.of(accounts))
    actors, market, token = stage.actors, stage.market, stage.token
    for merchant in (actors.seller, actors.newcomer):
        market.stake(sender=merchant, value=WATCH_STAKE)
    for payer in (actors.buyer, actors.payer):
        token.mint(payer, 10**6 * TOKEN_UNIT, sender=actors.admin)
        token.approve(market, 2**255, sender=payer)
    _season(Trade(chain, stage))
    return stage


@pytest.fixture(scope="session")
def uplines(stage, chain):
    """Uplines by account: third_referrer, second_referrer, referrer and buyer registered below each other."""
    trade = Trade(chain, stage)
    line = (trade.third_referrer, trade.second_referrer, trade.referrer, trade.buyer)
    for referrer, account in zip((None, *line), line, strict=False):
        trade.register(account, referrer)
    trade.wait(2 * DAY)
    chain.mine()
    return trade.uplines


@pytest.fixture
def trade(stage, uplines, chain):
    """Trades on the market."""
    return Trade(chain, stage, uplines)


@pytest.fixture
def market(stage):
    return stage.market


@pytest.fixture
def move(trade, chain):
    """Asserts what a call moves, see {Balances.move}."""
    return Balances(chain.provider, trade.stage).move


def _season(trade: Trade) -> None:
    """Let the seller earn what makes a merchant seasoned, with an account that no test uses again."""
    offer = trade.list(price=500 * CREDIT_UNIT, flags=Flag.INSTANT)
    for _ in range(2):
        order = trade.place(offer, payer=trade.patron, upline=Upline())
        trade.deliver(order)
        trade.release(order, by=trade.patron)
    due = day_of(trade.now) + WATCH_SETTLE_DAYS
    trade.at(due * DAY)
    trade.market.mature(trade.seller, NATIVE, [due], sender=trade.patron)
