"""What becomes of a sent transaction.

follow
├── given it is mined
│   ├── and the index is there                      → confirmed and settled
│   ├── and the index lags                          → confirmed, not settled; settled when it is there
│   ├── and the index stands still                  → settled after a while
│   └── between two questions of the same look      → confirmed, not replaced
├── given the node has forgotten it
│   ├── for a moment                                → still under way
│   ├── for long                                    → dropped
│   └── and is given it again                       → under way again
├── given its nonce went to another transaction
│   ├── and the node once had it                    → replaced
│   ├── of the same purpose                         → that one is followed
│   └── and the wallet chose another nonce          → still under way
sent_with_nonce
├── given it is in a block                          → found, however many blocks later
├── given it waits in the pool                      → found
└── given it was never sent, or before the search   → None
"""

import pytest
from hexbytes import HexBytes
from web3.exceptions import TransactionNotFound

from dapp.chain.errors import ErrorBook
from dapp.chain.transactions import Fate
from dapp.wallet import fates
from dapp.wallet.fates import Transaction, follow
from dapp.wallet.lookup import sent_with_nonce
from dapp.wallet.session import SEND, Box, new_request

RECEIVER = "0x" + "22" * 20


@pytest.fixture(autouse=True)
def session(monkeypatch):
    kept = Box()
    monkeypatch.setattr(fates, "box", lambda: kept)
    return kept


@pytest.fixture
def sender(bare_chain):
    return bare_chain.eth.accounts[3]


@pytest.fixture
def send(bare_chain, sender):
    """Sends a coin and gives what the session knows of it."""

    def send(value=1, **changes):
        nonce, block = bare_chain.eth.get_transaction_count(sender), bare_chain.eth.block_number
        asked = {"to": RECEIVER, "data": "0x", "value": hex(value)}
        request = new_request("k", SEND, [asked], "Send", account=sender, nonce=nonce, block=block)
        fields = {"from": sender, "to": RECEIVER, "value": value, **changes}
        return Transaction(request, HexBytes(bare_chain.eth.send_transaction(fields)), nonce)

    return send


@pytest.fixture
def look(bare_chain):
    def look(sent, indexed_block=None):
        follow(sent, bare_chain, ErrorBook([]), indexed_block)
        return sent.fate

    return look


def raise_fee(bare_chain, sent):
    fee = bare_chain.eth.get_transaction(sent.hash)["maxFeePerGas"]
    return {"maxFeePerGas": fee * 3, "maxPriorityFeePerGas": fee * 2}


def test_follow__mined_and_indexed__settled(send, look, session):
    sent = send()
    assert look(sent, 10**9) == Fate.CONFIRMED
    assert sent.settled_at is not None
    assert session.settled == [sent.request.id]


def test_follow__index_lags__settled_when_it_is_there(send, look):
    sent = send()
    assert look(sent, 0) == Fate.CONFIRMED
    assert sent.settled_at is None
    look(sent, sent.block)
    assert sent.settled_at is not None


def test_follow__index_stands_still__settled_after_a_while(send, look, monkeypatch):
    sent = send()
    monkeypatch.setattr(fates, "INDEX_PATIENCE_SECONDS", -1)
    look(sent, 0)
    assert sent.settled_at is not None


def test_follow__mined_within_the_look__confirmed(send, look, bare_chain, monkeypatch):
    sent, ask = send(), bare_chain.eth.get_transaction_receipt
    answers = iter([TransactionNotFound("not yet")])

    def receipt(hash_):
        for answer in answers:
            raise answer
        return ask(hash_)

    monkeypatch.setattr(bare_chain.eth, "get_transaction_receipt", receipt)
    assert look(sent) == Fate.CONFIRMED


@pytest.mark.usefixtures("held_blocks")
def test_follow__node_has_forgotten_it__dropped_if_it_lasts(send, look, node, monkeypatch):
    sent = send()
    assert look(sent) == Fate.PENDING
    node("anvil_dropTransaction", sent.hash.to_0x_hex())
    assert look(sent) == Fate.PENDING
    monkeypatch.setattr(fates, "DROPPED_AFTER_SECONDS", 0)
    assert look(sent) == Fate.DROPPED
    assert sent.settled_at is not None


@pytest.mark.usefixtures("held_blocks")
def test_follow__dropped_and_given_again__under_way(send, look, node, monkeypatch):
    monkeypatch.setattr(fates, "DROPPED_AFTER_SECONDS", 0)
    sent = send()
    look(sent)
    node("anvil_dropTransaction", sent.hash.to_0x_hex())
    assert look(sent) == Fate.DROPPED
    again = send()  # the same fields and nonce: the same transaction
    assert again.hash == sent.hash
    assert look(sent) == Fate.PENDING
    assert sent.settled_at is None
    node("evm_mine")
    assert look(sent) == Fate.CONFIRMED


@pytest.mark.usefixtures("held_blocks")
def test_follow__another_took_its_nonce__replaced(send, look, node, bare_chain):
    sent = send()
    look(sent)
    other = send(value=2, nonce=sent.nonce, **raise_fee(bare_chain, sent))
    node("evm_mine")
    assert look(sent) == Fate.REPLACED
    assert sent.replaced_by == other.hash


@pytest.mark.usefixtures("held_blocks")
def test_follow__sped_up__followed_under_its_new_hash(send, look, node, bare_chain):
    sent = send()
    look(sent)
    faster = send(nonce=sent.nonce, **raise_fee(bare_chain, sent))
    node("evm_mine")
    look(sent)
    assert look(sent) == Fate.CONFIRMED
    assert sent.hash == faster.hash


def test_follow__never_seen_and_the_nonce_used_by_another__under_way(send, look):
    unseen = send()
    look(unseen)  # it is the one that used the nonce
    ghost = Transaction(send(value=5).request, HexBytes("0x" + "12" * 32), unseen.nonce)
    assert look(ghost) == Fate.PENDING


def test_sent_with_nonce__many_blocks_ago__found(send, node, bare_chain, sender):
    sent = send()
    node("anvil_mine", hex(300))
    found = sent_with_nonce(bare_chain, sender, sent.nonce, sent.request.block)
    assert HexBytes(found["hash"]) == sent.hash


@pytest.mark.usefixtures("held_blocks")
def test_sent_with_nonce__waiting__found(send, bare_chain, sender):
    sent = send()
    assert HexBytes(sent_with_nonce(bare_chain, sender, sent.nonce)["hash"]) == sent.hash


def test_sent_with_nonce__never_sent_or_too_early__none(send, bare_chain, sender):
    sent = send()
    assert sent_with_nonce(bare_chain, sender, sent.nonce + 1) is None
    assert sent_with_nonce(bare_chain, sender, sent.nonce, bare_chain.eth.block_number) is None
