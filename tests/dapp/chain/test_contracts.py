"""Reading a market: orders, listings, quotes and uplines, found by their ids alone.

order · offer · metadata_cid
├── known: as the chain has it
└── unknown: NotFound
quote · place
├── with a referral tree: what an order then pays to whom
└── the call and its value are enough to buy
load
└── no or half a deployment: NotDeployed
"""

import json

import pytest

from dapp.chain.contracts import MarketContracts
from dapp.chain.failures import NotDeployed, NotFound
from dapp.chain.logs import find_logs
from dapp.chain.records import load_deployment
from dapp.domain.orders import OrderState, Status
from dapp.domain.split import split
from dapp.domain.terms import Upline, order_id
from tests.dapp.chain.conftest import CID, PRICE


@pytest.fixture
def order(trading, actors):
    return trading.listing(1).buy(actors["buyer"])


def test_order__placed__terms_and_state(contracts, order, chain):
    found = contracts.order(order.id)
    market = contracts.market.address
    assert order_id(found.terms, contracts.record.chain_id, market) == found.id == order.id
    placed_at = chain.blocks.head.timestamp
    assert found.terms.placed_at == placed_at
    assert found.terms.base == PRICE
    assert found.state == OrderState(Status.PLACED, placed_at + 86_400, PRICE)
    assert contracts.order(f"0x{order.id.hex()}") == found
    assert contracts.order_ids() == [order.id]
    assert contracts.metadata_cid(found.terms) == CID


def test_order__unknown__not_found(contracts):
    with pytest.raises(NotFound, match="There is no order 0x1111"):
        contracts.order(b"\x11" * 32)
    assert contracts.order_state(b"\x11" * 32).status is Status.NONE


def test_offer__edited__the_current_version(contracts, trading, actors):
    first = contracts.offer(1)
    assert (first.version, first.status, first.sold, first.cid) == (1, 1, 0, CID)
    dearer = trading.listing(1).offer.listing
    next_ = type(dearer)(**{**vars(dearer), "price": PRICE + 1})
    trading.market.edit(next_.pack(), CID, 1, dearer.pack(), sender=actors["seller"])
    assert contracts.offer(1).listing == next_
    assert contracts.offer(1).version == 2
    with pytest.raises(NotFound, match="There is no listing 2"):
        contracts.offer(2)


def test_upline__registered__referrers_nearest_first(contracts, actors):
    upline = contracts.upline(actors["buyer"].address)
    assert [level.account for level in upline.levels[:2]] == [
        actors["referrer"].address,
        actors["second_referrer"].address,
    ]
    assert contracts.upline(actors["outsider"].address) == Upline()
    assert contracts.upline(actors["second_referrer"].address) == Upline()


def test_quote__with_a_tree__is_what_the_order_pays(contracts, trading, actors):
    quote = contracts.quote(1, actors["buyer"].address, 2)
    order = trading.listing(1).buy(actors["buyer"], quantity=2)
    parts = split(2 * PRICE, 2 * PRICE, order.terms.fee_bps, order.terms.lines)
    assert quote.amount == order.terms.base == 2 * PRICE
    assert (quote.fee, quote.commissions, quote.to_seller) == (parts.fee, parts.commissions, parts.to_seller)
    assert quote.referrers == tuple(line.referrer for line in order.terms.lines)
    assert parts.commissions[0] > 0


def test_place__call_and_value__buy(contracts, actors):
    buyer = actors["third_buyer"]
    call, value = contracts.place(1, buyer.address, quantity=3, salt=9)
    assert value == 3 * PRICE
    identity = call.call({"from": buyer.address, "value": value})
    assert len(identity) == 32


def test_find_logs__range_too_large__halved(contracts, order):
    class Eth:
        """Refuses more than twenty blocks at once."""

        block_number = contracts.web3.eth.block_number

        def get_logs(self, parameters):
            if parameters["toBlock"] - parameters["fromBlock"] > 20:
                raise ValueError("query returned more than 10000 results")
            return contracts.web3.eth.get_logs(parameters)

    class Node:
        eth = Eth()

    address, first = contracts.market.address, contracts.record.first_block
    every = find_logs(contracts.web3, address, [], 0)
    assert Eth.block_number > 20
    assert find_logs(Node(), address, [], 0) == every
    assert first > 0
    assert order.status is Status.PLACED


def test_load__nothing_deployed__says_so(contracts, tmp_path):
    with pytest.raises(NotDeployed, match=r"isn't there"):
        MarketContracts.load(contracts.web3, tmp_path)


def test_load_deployment__unfinished__says_what_is_missing(deployment, tmp_path):
    document = json.loads(deployment.journal.path.read_text())
    document["contracts"]["Lens"]["block"] = None
    (tmp_path / "7.json").write_text(json.dumps(document))
    with pytest.raises(NotDeployed, match=r"isn't finished: Lens\."):
        load_deployment(7, tmp_path)
    (tmp_path / "8.json").write_text("{")
    with pytest.raises(NotDeployed, match=r"8\.json can't be read"):
        load_deployment(8, tmp_path)


def test_load_deployment__recorded__contracts_with_abi_and_block(deployment, contracts):
    path = deployment.journal.path
    record = load_deployment(int(path.stem), path.parent)
    assert record == contracts.record
    with pytest.raises(NotDeployed, match="has no Tips"):
        record["Tips"]
