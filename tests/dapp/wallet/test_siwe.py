"""Sign-In with Ethereum.

verify
├── given the account's signature            → the account
├── given a contract wallet (ERC-1271)       → the contract, if it says that the signature is valid
└── given another domain, nonce, chain, account, or an expired message, or nonsense → NotSignedIn
signed_in (a session)
├── given the answer to its own message      → the account, until it disconnects
├── given the same answer again              → nothing: the nonce is used up
└── given a false signature                  → nobody, and it is said; the nonce is used up too
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from eth_abi.abi import encode
from eth_account import Account
from eth_account.messages import encode_defunct
from streamlit.testing.v1 import AppTest
from web3 import Web3
from web3.providers.base import JSONBaseProvider

from dapp.wallet.siwe import SIGN_WITHIN, NotSignedIn, make_message, verify
from tests.dapp.wallet.seeding import answer, asked, connect, wallet_box

ORIGIN = "https://hanse.example:8443"
NONCE = "0123456789abcdef"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
CONTRACT = Web3.to_checksum_address("0x" + "c0" * 20)
MAGIC = bytes.fromhex("1626ba7e")


@pytest.fixture(scope="module")
def account():
    return Account.from_key("0x" + "11" * 32)


@pytest.fixture
def message(account):
    return make_message(account.address, ORIGIN, 10, NONCE, NOW)


def signature_of(account, message):
    return account.sign_message(encode_defunct(text=message.prepare_message())).signature.to_0x_hex()


def check(message, signature, **changes):
    expected = {
        "domain": "hanse.example:8443",
        "nonce": NONCE,
        "chain_id": 10,
        "now": NOW + timedelta(minutes=1),
    }
    return verify(message, signature, **{**expected, **changes})


class ContractWallet(JSONBaseProvider):
    """A chain on which every address is a wallet contract that answers isValidSignature like this."""

    def __init__(self, reply):
        super().__init__()
        self.reply = reply

    def make_request(self, method, _params):
        assert method == "eth_call"
        return {"jsonrpc": "2.0", "id": 1, "result": "0x" + encode(["bytes4"], [self.reply]).hex()}


def test_verify__accounts_signature__the_account(account, message):
    assert check(message, signature_of(account, message)) == account.address


@pytest.mark.parametrize(
    "changes",
    [
        {"domain": "hanse.example"},
        {"nonce": "fedcba9876543210"},
        {"chain_id": 1},
        {"now": NOW + SIGN_WITHIN},
    ],
    ids=["domain", "nonce", "chain", "expired"],
)
def test_verify__not_what_was_asked__refused(account, message, changes):
    with pytest.raises(NotSignedIn):
        check(message, signature_of(account, message), **changes)


@pytest.mark.parametrize(
    "signature", ["", "0x", "0x00", "nonsense", "0x" + "ff" * 65, "0x" + "00" * 65], ids=repr
)
def test_verify__nonsense__refused(message, signature):
    with pytest.raises(NotSignedIn):
        check(message, signature)


def test_verify__another_accounts_signature__refused(message):
    other = Account.from_key("0x" + "22" * 32)
    with pytest.raises(NotSignedIn):
        check(message, signature_of(other, message))


def test_verify__contract_wallet_says_yes__the_contract(account):
    message = make_message(CONTRACT, ORIGIN, 10, NONCE, NOW)
    signed = check(message, signature_of(account, message), provider=ContractWallet(MAGIC))
    assert signed == CONTRACT


def test_verify__contract_wallet_says_no__refused(account):
    message = make_message(CONTRACT, ORIGIN, 10, NONCE, NOW)
    with pytest.raises(NotSignedIn):
        check(message, signature_of(account, message), provider=ContractWallet(b"\xff" * 4))


def screen():
    import streamlit as st

    from dapp.wallet import siwe

    st.button("sign in", on_click=siwe.begin, args=("https://hanse.example", 10, "Sign in"))
    st.text(f"{siwe.signed_in(10, lambda: None)} {siwe.refused()}")


@pytest.fixture
def at(account):
    at = AppTest.from_function(screen, default_timeout=30)
    connect(at, account.address)
    return at.run()


def said(at):
    assert not at.exception
    return at.text[0].value


def sign(account, request):
    text = bytes.fromhex(request.params[0][2:]).decode()
    return account.sign_message(encode_defunct(text=text)).signature.to_0x_hex()


def test_signed_in__own_message_signed__until_disconnected(at, account):
    at.button[0].click().run()
    (request,) = asked(at)
    answer(at, request, sign(account, request))
    assert said(at.run()) == f"{account.address} False"
    connect(at, "0x" + "00" * 20)
    assert said(at.run()) == "None False"


def test_signed_in__answer_replayed_to_a_new_message__nobody(at, account):
    at.button[0].click().run()
    (first,) = asked(at)
    old = sign(account, first)
    answer(at, first, old)
    at.run()
    connect(at, account.address)
    at.button[0].click().run()
    (second,) = asked(at)
    assert second.params != first.params
    answer(at, second, old)
    assert said(at.run()).endswith("True")


def test_signed_in__false_signature_then_the_right_one__nonce_is_used_up(at, account):
    at.button[0].click().run()
    (request,) = asked(at)
    answer(at, request, "0x" + "00" * 65)
    assert said(at.run()) == "None True"
    kept = wallet_box(at)
    kept.results[request.id] = replace(kept.results[request.id], value=sign(account, request))
    assert said(at.run()) == "None True"
