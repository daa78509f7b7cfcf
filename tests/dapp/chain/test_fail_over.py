"""Several RPC addresses as one.

make_request
├── the first answers: it is asked alone
├── the first is down, or on another chain: the next answers, and is asked first from then on
├── all are down: RpcUnavailable, naming no key
└── an error of the chain itself: given back, nothing is tried again
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from web3.types import RPCEndpoint

from dapp.chain.fail_over import FailOverProvider, RpcUnavailable, shown_url

BLOCK = RPCEndpoint("eth_blockNumber")


class Node:
    """Answers with its own number; counts what it was asked."""

    def __init__(self, number, chain_id="0x7a69"):
        self.number, self.chain_id, self.asked, self.down, self.error = number, chain_id, 0, False, None
        node = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                node.asked += question["method"] == BLOCK
                known = {"eth_chainId": node.chain_id, BLOCK: hex(node.number)}
                answer = {"error": node.error} if node.error else {"result": known[question["method"]]}
                body = json.dumps({"jsonrpc": "2.0", "id": question["id"], **answer}).encode()
                self.send_response(503 if node.down else 200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://key@127.0.0.1:{self.server.server_port}/secret"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def nodes():
    nodes = [Node(1), Node(2)]
    yield nodes
    for node in nodes:
        node.server.shutdown()
        node.server.server_close()


@pytest.fixture
def provider(nodes):
    return FailOverProvider([node.url for node in nodes])


def test_make_request__first_answers__asks_it_alone(nodes, provider):
    assert provider.make_request(BLOCK, [])["result"] == "0x1"
    assert [node.asked for node in nodes] == [1, 0]
    assert not provider.errors


def test_make_request__first_down__next_answers_from_then_on(nodes, provider):
    nodes[0].down = True
    assert provider.make_request(BLOCK, [])["result"] == "0x2"
    nodes[0].down = False
    assert provider.make_request(BLOCK, [])["result"] == "0x2"
    assert provider.errors == {shown_url(nodes[0].url): 1}
    nodes[1].down = True
    assert provider.make_request(BLOCK, [])["result"] == "0x1"


def test_make_request__next_on_another_chain__is_passed_over(nodes, provider):
    provider.make_request(BLOCK, [])
    nodes[1].chain_id = "0x1"
    nodes[0].down = True
    with pytest.raises(RpcUnavailable):
        provider.make_request(BLOCK, [])
    assert nodes[1].asked == 0


def test_make_request__all_down__names_no_key(nodes, provider):
    for node in nodes:
        node.down = True
    with pytest.raises(RpcUnavailable) as raised:
        provider.make_request(BLOCK, [])
    assert f"127.0.0.1:{nodes[1].server.server_port}" in str(raised.value)
    assert "key" not in str(raised.value)
    assert "secret" not in str(raised.value)
    assert not provider.is_connected()


def test_make_request__chains_own_error__is_the_answer(nodes, provider):
    provider.make_request(BLOCK, [])
    nodes[0].error = {"code": 3, "message": "execution reverted", "data": "0x"}
    assert provider.make_request(BLOCK, [])["error"]["code"] == 3
    assert nodes[1].asked == 0
