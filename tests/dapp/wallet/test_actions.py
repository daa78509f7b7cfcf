"""The button of an action, without a browser.

given nobody is connected                → the button can't be pressed
given an account, when it is pressed
    ├── the contract would refuse        → its sentence in the session's language; nothing is asked
    ├── the coins don't suffice          → a sentence; nothing is asked
    ├── the chain is silent              → a sentence; nothing is asked
    ├── what makes the call refuses      → its sentence; nothing is asked
    └── it would work                    → the wallet is asked for exactly this call, once
given what the wallet answered
    ├── rejected                         → may be tried again, as a new request
    ├── a hash                           → its fate; what follows is done once, also if a run is cut short
    └── nothing, and the page was reloaded → busy until the user looks or says that it was not sent
"""

import pytest
from hexbytes import HexBytes
from streamlit.testing.v1 import AppTest
from web3 import HTTPProvider, Web3

from dapp.wallet.session import Result, Status
from tests.dapp.wallet.cutting import cut_at
from tests.dapp.wallet.seeding import answer, asked, connect, reject, wallet_box

RECEIVER = "0x" + "33" * 20
BUTTON = "act.button"


def screen():
    import streamlit as st

    from dapp.widgets.actions import Refused, action, activity
    from dapp.widgets.links import OnItsWay

    handles, receiver = st.session_state["handles"], "0x" + "33" * 20
    amount, value = st.session_state.get("amount", 1), st.session_state.get("value", 0)
    leaving = st.session_state.get("leaving", False)
    activity()

    def make():
        if amount < 0:
            raise Refused("The amount is negative.")
        return handles.token_contract.functions.transfer(receiver, amount)

    def count():
        st.session_state["confirmed"] = st.session_state.get("confirmed", 0) + 1
        if leaving:
            raise OnItsWay

    action("Act", make, key="act", value=value, on_confirmed=count)


@pytest.fixture
def owner(bare_chain):
    return bare_chain.eth.accounts[5]


@pytest.fixture
def at(handles, bare_token, monkeypatch, owner):
    handles.token_contract = bare_token
    for module in ("actions", "action_status"):
        monkeypatch.setattr(f"dapp.widgets.{module}.market", lambda: handles)
    at = AppTest.from_function(screen, default_timeout=60)
    at.session_state["handles"] = handles
    at.session_state["language"] = "en"
    connect(at, owner)
    return at


def press(at, **state):
    for name, value in state.items():
        at.session_state[name] = value
    at.run()
    at.button(key=BUTTON).click().run()
    assert not at.exception
    return [error.value for error in at.error]


def captions(at):
    return " ".join(caption.value for caption in at.caption)


def test_action__nobody_connected__disabled(at):
    connect(at, None)
    at.run()
    assert at.button(key=BUTTON).disabled


@pytest.mark.parametrize(("language", "sentence"), [("en", "are needed"), ("zh", "需要")])
def test_action__contract_would_refuse__its_sentence(at, language, sentence):
    (shown,) = press(at, language=language, amount=10**60)
    assert sentence in shown
    assert asked(at) == []


def test_action__too_few_coins__said(at):
    assert press(at, value=10**30) != []
    assert asked(at) == []


def test_action__chain_silent__said(at, handles, bare_token):
    silent = Web3(HTTPProvider("http://127.0.0.1:9", exception_retry_configuration=None))
    handles.token_contract = silent.eth.contract(bare_token.address, abi=bare_token.abi)
    (shown,) = press(at)
    assert "reached" in shown
    assert asked(at) == []


def test_action__maker_refuses__its_sentence(at):
    assert press(at, amount=-1) == ["The amount is negative\\."]
    assert asked(at) == []


def test_action__would_work__asked_for_this_call_once(at, bare_token, owner, bare_chain):
    assert press(at) == []
    (request,) = asked(at)
    (transaction,) = request.params
    assert transaction["to"] == bare_token.address
    assert transaction["data"] == bare_token.encode_abi("transfer", [RECEIVER, 1])
    assert (transaction["value"], request.account, request.label) == ("0x0", owner, "Act")
    assert request.nonce == bare_chain.eth.get_transaction_count(owner)
    assert at.button(key=BUTTON).disabled
    at.run()
    assert asked(at) == [request]


def test_action__rejected__new_request_at_the_next_press(at):
    press(at)
    (first,) = asked(at)
    reject(at, first)
    at.run()
    assert "You can try again." in captions(at)
    at.button(key=BUTTON).click().run()
    (second,) = asked(at)
    assert second.id != first.id


def test_action__hash__confirmed_and_followed_up_once(at, bare_chain, owner):
    press(at)
    (request,) = asked(at)
    answer(at, request, bare_chain.eth.send_transaction({**sendable(request), "from": owner}).to_0x_hex())
    for _ in range(3):
        at.run()
    assert "Confirmed in block" in captions(at)
    assert at.session_state["confirmed"] == 1


def test_action__run_cut_anywhere__followed_up_once(at, bare_chain, owner):
    were_cut = True
    done = 0
    while were_cut:
        press(at)
        (request,) = asked(at)
        hash_ = bare_chain.eth.send_transaction({**sendable(request), "from": owner})
        answer(at, request, hash_.to_0x_hex())
        with cut_at(done) as were_cut:
            at.run()
        for _ in range(3):
            at.run()
        done += 1
        assert at.session_state["confirmed"] == done
    assert done > 20


def test_action__followed_up_on_the_way_to_another_screen__once(at, bare_chain, owner):
    press(at, leaving=True)
    (request,) = asked(at)
    answer(at, request, bare_chain.eth.send_transaction({**sendable(request), "from": owner}).to_0x_hex())
    for _ in range(3):
        at.run()
    assert at.session_state["confirmed"] == 1


def test_action__lost__busy_until_found(at, bare_chain, owner):
    press(at)
    (request,) = asked(at)
    wallet_box(at).record(Result(request, Status.LOST))
    at.run()
    assert at.button(key=BUTTON).disabled
    at.button(key="act.look").click().run()
    assert "no such transaction" in captions(at)
    hash_ = bare_chain.eth.send_transaction({**sendable(request), "from": owner})
    at.button(key="act.look").click().run()
    at.run()
    assert HexBytes(wallet_box(at).results[request.id].value) == hash_
    assert at.session_state["confirmed"] == 1


def test_action__lost_and_not_sent__free_again(at):
    press(at)
    (request,) = asked(at)
    wallet_box(at).record(Result(request, Status.LOST))
    at.run()
    at.button(key="act.drop").click().run()
    assert not at.button(key=BUTTON).disabled


def sendable(request):
    """The transaction as a node takes it."""
    return {**request.params[0], "value": int(request.params[0]["value"], 16)}
