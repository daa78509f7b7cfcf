"""A chain with a token in place of the market, for what the wallet sends."""

from types import SimpleNamespace

import pytest

from dapp.chain.errors import ErrorBook
from dapp.chain.formats import Token
from tests.bare_chain import deploy_token, start_bare_chain  # noqa: F401  (fixtures)


@pytest.fixture
def node(bare_chain):
    """Calls of the chain's test interface."""

    def call(method, *params):
        reply = bare_chain.provider.make_request(method, list(params))
        assert "error" not in reply, reply
        return reply["result"]

    return call


@pytest.fixture
def held_blocks(node):
    """Transactions wait until the test mines."""
    node("evm_setAutomine", False)
    yield
    node("evm_setAutomine", True)
    node("evm_mine")


@pytest.fixture
def handles(bare_chain, bare_token):
    """What widgets need of a market. Its index is where the chain is; a test may move it."""
    index = SimpleNamespace(head=lambda: SimpleNamespace(number=bare_chain.eth.block_number))
    return SimpleNamespace(
        web3=bare_chain,
        errors=ErrorBook([bare_token.abi]),
        index=index,
        chain_id=bare_chain.eth.chain_id,
        token=lambda _: Token("TKN", 18),
    )
