"""The fixtures of the dApp's tests.

running_market
├── it is the demo's market: eight services, an order in every state
└── its clock goes on from the demo's last block
"""

from dapp.domain.orders import Status


def test_running_market__from_snapshot__is_the_demos(running_market):
    contracts = running_market.contracts
    assert contracts.market.functions.listingCount().call() == 8
    states = {contracts.order_state(order_id).status for order_id in contracts.order_ids()}
    assert states == set(Status) - {Status.NONE}
    assert running_market.settings.evidence.is_dir()


def test_running_market__mined_block__is_later(running_market):
    running_market.rpc("evm_mine")  # the last one may be from long ago
    before = running_market.web3.eth.get_block("latest")["timestamp"]
    running_market.rpc("evm_mine")
    assert 0 <= running_market.web3.eth.get_block("latest")["timestamp"] - before < 600
