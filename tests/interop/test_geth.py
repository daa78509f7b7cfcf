"""The market on a real geth, a client independent of anvil.

a fresh geth --dev
├── deploy: every contract is what this checkout compiles to, nothing differs from the parameters
├── a trade (register, list, place, deliver, release, rate): the sums are the contract's own quote
└── the index of it
    ├── caught up: the order, its steps and the balances as the chain tells them
    └── following: a new block's row comes by the websocket
"""

import time

import pytest

from dapp.chain.contracts import MarketContracts
from dapp.chain.records import load_deployment
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.orders import Status
from dapp.domain.terms import Flag, Listing, metadata_hash
from dapp.index.follow import Follower
from dapp.index.index import Index
from dapp.index.rows import OrderQuery
from tests.interop.geth_node import CHAIN_ID

# Ape keeps its connection to a node until the end of the session.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning"
)
CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
PRICE = 10**17 + 3
STAKE = 3 * 10**17
ROW_SECONDS = 20


@pytest.fixture(scope="module")
def deployments(geth, tmp_path_factory):
    """The folder of the deployment's record, and what its verification found to differ."""
    from ape import accounts, networks, project

    from operations.actors import named_actors
    from operations.deployment import deploy_market
    from operations.verification import verify_market

    folder = tmp_path_factory.mktemp("deployments")
    with networks.parse_network_choice(f"ethereum:devnet:{geth.url}"):
        operator = named_actors(accounts.test_accounts)["operator"]
        deployment = deploy_market(project, operator, folder=folder)
        checks, differences = verify_market(project, deployment)
    return folder, checks, differences


@pytest.fixture(scope="module")
def contracts(geth, deployments):
    return MarketContracts(geth.web3, load_deployment(CHAIN_ID, deployments[0]))


@pytest.fixture(scope="module")
def traded(geth, contracts):
    """One order from placement to its rating: its id, the quote before it, and what everybody had before."""
    at, market = geth.actors, contracts.market.functions
    seller, buyer, referrer = at["seller"], at["buyer"], at["referrer"]
    geth.send(market.stake(), seller, STAKE)
    geth.send(market.register(ZERO_ADDRESS, contracts.upline(ZERO_ADDRESS).pack()), referrer)
    geth.send(market.register(referrer.address, contracts.upline(referrer.address).pack()), buyer)
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
    geth.send(market.list(listing.pack(), CID), seller)
    quote = contracts.quote(1, buyer.address)
    call, value = contracts.place(1, buyer.address)
    geth.send(call, buyer, value)
    (order_id,) = contracts.order_ids()
    terms = contracts.order(order_id).terms
    geth.send(market.deliver(CID, terms.seal().pack()), seller)
    geth.send(market.release(terms.pack()), buyer)
    geth.send(market.rate(terms.pack(), 5), buyer)
    return order_id, quote


@pytest.fixture
def index(geth, deployments, traded, tmp_path):
    """The index of this chain in SQLite, caught up, and its follower."""
    assert traded
    record = load_deployment(CHAIN_ID, deployments[0])
    index = Index.open(f"sqlite:///{tmp_path}/index.sqlite", record)
    follower = Follower(index.engine, record, [geth.url], confirmations=2, websocket_url=geth.websocket_url)
    assert follower.follow_to_head() == geth.web3.eth.block_number
    yield index, follower
    follower.stop()


def test_deploy__second_client__nothing_differs(deployments):
    _folder, checks, differences = deployments
    assert checks > 100
    assert differences == []


def test_trade__second_client__pays_the_quote(contracts, traded):
    order_id, quote = traded
    market, terms = contracts.market, contracts.order(order_id).terms
    balance = lambda account: market.functions.balanceOf(account, ZERO_ADDRESS).call()  # noqa: E731
    waiting = sum(word >> 32 for word in market.functions.bucketsOf(terms.seller, ZERO_ADDRESS).call())
    assert contracts.order_state(order_id).status is Status.COMPLETED
    assert contracts.order_state(order_id).stars == 5
    assert quote.amount == PRICE
    assert balance(terms.seller) + waiting == quote.to_seller
    assert balance(market.address) == quote.fee


def test_follow_to_head__second_client__the_chains_state(geth, contracts, index, traded):
    (index, _follower), (order_id, quote) = index, traded
    order = index.order(order_id)
    assert (order.status, order.stars, order.terms) == (Status.COMPLETED, 5, contracts.order(order_id).terms)
    assert index.order_steps(order_id)[0].name == "OrderPlaced"
    assert index.orders(OrderQuery(account=geth.actors["buyer"].address)).total == 1
    (seller,) = [b for b in index.balances(order.terms.seller) if b.token == ZERO_ADDRESS]
    assert seller.available + seller.maturing == quote.to_seller
    assert index.head().number == geth.web3.eth.block_number


def test_start__new_block_on_the_second_client__its_row_by_the_websocket(geth, contracts, index):
    index, follower = index
    follower.start()
    _await(lambda: follower.status.websocket)
    buyer = geth.actors["buyer"]
    deposit = contracts.market.functions.deposit(ZERO_ADDRESS, 7, buyer.address)
    receipt = geth.send(deposit, buyer, 7)
    _await(lambda: index.head().number >= receipt["blockNumber"])
    newest = index.entries(buyer.address).items[0]
    assert (newest.delta, newest.transaction) == (7, bytes(receipt["transactionHash"]))


def _await(reached):
    deadline = time.monotonic() + ROW_SECONDS
    while not reached():
        assert time.monotonic() < deadline, "the index did not get there"
        time.sleep(0.02)
