"""The development wallets' routes.

routes
├── given another chain than the development chain → none: neither script nor route is served
└── given the development chain
    ├── the script                                 → served
    ├── a listed method of this page               → the chain's answer
    ├── any other method                           → refused, and the chain is not asked
    ├── another site's page                        → refused
    ├── what is no JSON-RPC call, or too large     → refused
    └── the server's RPC on another chain by now   → refused
"""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from dapp.chain.actors import ACTORS, DEVELOPMENT_CHAIN
from dapp.chain.fail_over import RpcUnavailable
from dapp.wallet.development import LARGEST_REQUEST_BYTES, METHODS, routes
from operations.actors import NAMES

ORIGIN = "http://testserver"


class Client:
    """A browser's requests to the routes of a chain."""

    def __init__(self, chain_id, rpc):
        self.app = Starlette(routes=routes(chain_id, rpc))

    def request(self, method, path, **more):
        async def ask():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
                return await client.request(method, path, **more)

        return asyncio.run(ask())

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, **more):
        return self.request("POST", path, **more)


class Rpc:
    """An RPC that remembers what it was asked."""

    def __init__(self, chain_id=DEVELOPMENT_CHAIN):
        self.chain_id, self.asked = chain_id, []

    def __call__(self, method, params):
        if method == "eth_chainId":
            return {"result": hex(self.chain_id)}
        self.asked.append((method, params))
        return {"result": f"did {method}"}


@pytest.fixture
def rpc():
    return Rpc()


@pytest.fixture
def client(rpc):
    return Client(DEVELOPMENT_CHAIN, rpc)


def call(client, method, **more):
    return client.post("/dev/rpc", json={"method": method, "params": ["x"]}, **more)


@pytest.mark.parametrize("chain_id", [1, 1337, 10, 31338, 11155111])
def test_routes__another_chain__nothing_served(rpc, chain_id):
    assert routes(chain_id, rpc) == []
    client = Client(chain_id, rpc)
    assert client.get("/dev/wallets.js").status_code == 404
    assert call(client, "eth_sendTransaction").status_code == 404
    assert rpc.asked == []


def test_script__development_chain__served(client):
    reply = client.get("/dev/wallets.js")
    assert reply.status_code == 200
    assert reply.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("method", sorted(METHODS - {"eth_chainId"}))
def test_rpc__listed_method__chain_answers(client, rpc, method):
    assert call(client, method, headers={"Origin": ORIGIN}).json() == {"result": f"did {method}"}
    assert rpc.asked == [(method, ["x"])]


@pytest.mark.parametrize("method", ["anvil_setBalance", "eth_sign", "eth_sendRawTransaction", "evm_mine", ""])
def test_rpc__other_method__refused(client, rpc, method):
    assert call(client, method).json()["error"]["code"] == 4200
    assert rpc.asked == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Content-Type": "text/plain"},
    ],
    ids=repr,
)
def test_rpc__from_elsewhere__refused(client, rpc, headers):
    assert call(client, "eth_sendTransaction", headers=headers).status_code == 403
    assert rpc.asked == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"method": 5}', b'{"method": "eth_accounts", "params": {}}', b"\xff\xfe"],
    ids=repr,
)
def test_rpc__no_call__refused(client, rpc, body):
    reply = client.post("/dev/rpc", content=body, headers={"Content-Type": "application/json"})
    assert (reply.status_code, rpc.asked) == (400, [])


def test_rpc__too_large__refused(client, rpc):
    reply = client.post("/dev/rpc", json={"method": "eth_accounts", "params": ["x" * LARGEST_REQUEST_BYTES]})
    assert (reply.status_code, rpc.asked) == (400, [])


def test_rpc__server_on_another_chain_by_now__refused(client, rpc):
    rpc.chain_id = 1
    assert call(client, "eth_sendTransaction").json()["error"]["code"] == 4100
    assert rpc.asked == []


def test_rpc__chain_out_of_reach__said():
    def silent(_method, _params):
        raise RpcUnavailable("no RPC address answers")

    client = Client(DEVELOPMENT_CHAIN, silent)
    assert "no RPC address answers" in call(client, "eth_accounts").json()["error"]["message"]


def test_names__operations__same_actors_in_the_same_order():
    assert NAMES == ACTORS
