"""A deployed market with a trade going on, read through web3 alone."""

import pytest

from dapp.chain.contracts import MarketContracts
from dapp.chain.errors import ErrorBook
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.terms import Flag, Listing, metadata_hash
from operations.actors import named_actors
from operations.deployment import deploy_market
from operations.journal import record_of
from operations.parameters import load_parameters
from operations.trading import Trading

CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
PRICE = 10**17 + 3
STAKE = 3 * 10**17


@pytest.fixture(scope="module")
def actors(accounts):
    return named_actors(accounts)


@pytest.fixture(scope="module")
def deployment(project, actors, tmp_path_factory):
    parameters, folder = load_parameters(project.provider.chain_id), tmp_path_factory.mktemp("chain")
    return deploy_market(project, actors["operator"], parameters=parameters, folder=folder)


@pytest.fixture(scope="module")
def trading(project, deployment, actors, chain):
    """The seller's shop with one instant listing, and a buyer below two referrers."""
    trading, seller = Trading(project.provider.web3, deployment, actors), actors["seller"]
    trading.market.stake(sender=seller, value=STAKE)
    trading.register(actors["second_referrer"])
    trading.register(actors["referrer"], actors["second_referrer"])
    trading.register(actors["buyer"], actors["referrer"])
    chain.mine(deltatime=2 * DAY)
    listing = Listing(
        seller.address,
        PRICE,
        DAY,
        DAY,
        3 * DAY,
        metadata_hash(CID),
        flags=Flag.INSTANT,
        max_commission_bps=1_750,
        max_fee_bps=300,
    )
    trading.market.list(listing.pack(), CID, sender=seller)
    return trading


@pytest.fixture(scope="module")
def contracts(project, deployment, trading):
    """The market through `dapp.chain`."""
    assert trading.market.balanceOf(deployment.market, ZERO_ADDRESS) == 0
    return MarketContracts(project.provider.web3, record_of(deployment.journal))


@pytest.fixture(scope="module")
def book(contracts):
    return ErrorBook.of(contracts.record)
