"""Sign-In with Ethereum.

verify
├── given the account's signature            → the account
├── given a contract wallet (ERC-1271)       → the contract, if it says that the signature is valid
└── given another domain, nonce, chain, account, or an expired message, or nonsense → NotSignedIn
signed_in (a session)
├── given the answer to its own message      → the account, until it disconnects
├── given the browser's number, before or after the signature → reported once, with the account that signed
├── given no number, a refusal, or another account by then     → signed in all the same, nothing reported
├── given a run that is cut short anywhere   → the next one has the account, reported once
├── given a press whose run is cut short     → the wallet isn't asked, or its answer counts
├── given the same answer again              → nothing: the nonce is used up
└── given a false signature                  → nobody, and it is said; the nonce is used up too
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct
from streamlit.testing.v1 import AppTest

from dapp.wallet.siwe import SIGN_WITHIN, NotSignedIn, make_message, verify
from tests.dapp.wallet.cutting import cut_at
from tests.dapp.wallet.seeding import answer, asked, connect, reject, wallet_box
from tests.e2e.artefacts import contract_type

ORIGIN = "https://hanse.example:8443"
NONCE = "0123456789abcdef"
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
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


@pytest.fixture
def contract_wallet(bare_chain, account):
    """The address of a wallet contract (ERC-1271) that the account owns."""
    compiled = contract_type("ContractWallet")
    factory = bare_chain.eth.contract(
        abi=compiled["abi"], bytecode=compiled["deploymentBytecode"]["bytecode"]
    )
    deployed = factory.constructor(account.address).transact({"from": bare_chain.eth.accounts[0]})
    return bare_chain.eth.wait_for_transaction_receipt(deployed)["contractAddress"]


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


def test_verify__contract_wallet_whose_owner_signed__the_contract(account, contract_wallet, bare_chain):
    message = make_message(contract_wallet, ORIGIN, 10, NONCE, NOW)
    signature = signature_of(account, message)
    assert check(message, signature, provider=bare_chain.provider) == contract_wallet
    with pytest.raises(NotSignedIn):  # without asking the chain, it proves nothing
        check(message, signature)


def test_verify__contract_wallet_and_a_stranger__refused(contract_wallet, bare_chain):
    message = make_message(contract_wallet, ORIGIN, 10, NONCE, NOW)
    stranger = Account.from_key("0x" + "22" * 32)
    with pytest.raises(NotSignedIn):
        check(message, signature_of(stranger, message), provider=bare_chain.provider)


def screen():
    import streamlit as st

    from dapp.wallet import siwe

    st.button("sign in", on_click=siwe.begin, args=("https://hanse.example", 10, "Sign in"))
    told = st.session_state.setdefault("told", [])
    st.text(f"{siwe.signed_in(10, lambda: None, lambda *report: told.append(report))} {siwe.refused()}")


@pytest.fixture
def at(account):
    at = AppTest.from_function(screen, default_timeout=30)
    connect(at, account.address)
    return at.run()


def said(at):
    assert not at.exception
    return at.text[0].value


def asked_to_sign(at):
    """The message that the wallet shows; the browser's number is asked for beside it."""
    message, device = asked(at)
    assert (message.method, device.method, device.private) == ("personal_sign", "hanse_device", True)
    return message


def sign(account, request):
    text = bytes.fromhex(request.params[0][2:]).decode()
    return account.sign_message(encode_defunct(text=text)).signature.to_0x_hex()


def test_signed_in__own_message_signed__until_disconnected(at, account):
    at.button[0].click().run()
    request = asked_to_sign(at)
    answer(at, request, sign(account, request))
    assert said(at.run()) == f"{account.address} False"
    connect(at, "0x" + "00" * 20)
    assert said(at.run()) == "None False"


def test_signed_in__answer_replayed_to_a_new_message__nobody(at, account):
    at.button[0].click().run()
    first = asked_to_sign(at)
    old = sign(account, first)
    answer(at, first, old)
    at.run()
    connect(at, account.address)
    at.button[0].click().run()
    second = asked_to_sign(at)
    assert second.params != first.params
    answer(at, second, old)
    assert said(at.run()).endswith("True")


def test_signed_in__false_signature_then_the_right_one__nonce_is_used_up(at, account):
    at.button[0].click().run()
    request = asked_to_sign(at)
    answer(at, request, "0x" + "00" * 65)
    assert said(at.run()) == "None True"
    kept = wallet_box(at)
    kept.results[request.id] = replace(kept.results[request.id], value=sign(account, request))
    assert said(at.run()) == "None True"


@pytest.mark.parametrize("number_first", [True, False])
def test_signed_in__number_of_the_browser__is_reported_once(at, account, number_first):
    at.button[0].click().run()
    message, device = asked(at)
    answers = [(device, "ab" * 16), (message, sign(account, message))]
    for request, value in answers if number_first else reversed(answers):
        answer(at, request, value)
        at.run()
    at.run()
    assert at.session_state["told"] == [(account.address, "ab" * 16)]
    at.button[0].click().run()
    message, device = asked(at)
    answer(at, message, sign(account, message))
    assert said(at.run()) == f"{account.address} False"
    answer(at, device, "ab" * 16)
    at.run()
    assert at.session_state["told"] == [(account.address, "ab" * 16)] * 2


def test_signed_in__false_signature__reports_nothing(at):
    at.button[0].click().run()
    message, device = asked(at)
    answer(at, device, "ab" * 16)
    answer(at, message, "0x" + "00" * 65)
    assert said(at.run()) == "None True"
    assert at.session_state["told"] == []


def test_signed_in__no_number__reports_nothing(at, account):
    at.button[0].click().run()
    message, device = asked(at)
    reject(at, device)
    answer(at, message, sign(account, message))
    assert said(at.run()) == f"{account.address} False"
    assert at.session_state["told"] == []
    assert asked(at) == []


PLACES = range(13)


def test_signed_in__run_cut_anywhere__next_run_has_it(account):
    were_cut = []
    for place in PLACES:
        at = AppTest.from_function(screen, default_timeout=30)
        connect(at, account.address)
        at.run().button[0].click().run()
        message, device = asked(at)
        answer(at, message, sign(account, message))
        answer(at, device, "ab" * 16)
        with cut_at(place) as cut:
            at.run()
        were_cut += cut
        at.run()
        assert said(at.run()) == f"{account.address} False"
        assert at.session_state["told"] == [(account.address, "ab" * 16)]
    assert were_cut == list(PLACES)[: len(were_cut)]
    assert 5 < len(were_cut) < len(PLACES)  # everywhere that a run can be cut


def test_begin__press_cut_anywhere__answer_counts_if_asked(account):
    were_asked = []
    for place in PLACES:
        at = AppTest.from_function(screen, default_timeout=30)
        connect(at, account.address)
        at.run()
        with cut_at(place):
            at.button[0].click().run()
        at.run()
        were_asked.append(bool(asked(at)))
        if asked(at):
            message, device = asked(at)
            answer(at, message, sign(account, message))
            answer(at, device, "ab" * 16)
            at.run()
            assert said(at.run()) == f"{account.address} False"
    assert were_asked[-1]
