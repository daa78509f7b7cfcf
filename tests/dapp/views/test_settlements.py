"""Settlements by two signatures.

Offer
├── its text comes back as it was; anything else is refused as such
is_signed_by
├── the signer's own signature of the contract's digest, nobody else's
settlement (on the order's page)
├── a party signs a split: typed data with the order's present state and its own nonce
├── the other one loads the link, signs the same and brings both in: the contract accepts them
└── an offer that was revoked, changed, expired or forged says so
"""

import json
from dataclasses import replace

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from dapp.chain.actors import MNEMONIC
from dapp.chain.settlements import BadOffer, Offer, offer_message
from dapp.chain.typed_data import is_signed_by
from dapp.domain.orders import Status
from dapp.index.rows import OrderQuery
from tests.dapp.wallet.seeding import answer, asked


def key_of(address):
    Account.enable_unaudited_hdwallet_features()
    for index in range(20):
        account = Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{index}")
        if account.address == address:
            return account
    raise AssertionError(address)


@pytest.fixture
def order(screens):
    return screens.market.index.orders(OrderQuery(statuses=(Status.DELIVERED,))).items[0]


def offer_by(screens, order, signer, **changes):
    contracts = screens.market.contracts
    fields = {
        "order_id": order.id,
        "status": int(order.status),
        "held": order.held,
        "to_buyer": order.held // 3,
        "deadline": screens.market.now() + 86_400,
        "nonce": contracts.disputes.functions.nonceOf(order.id, signer).call(),
        "signer": signer,
        "signature": b"",
    }
    draft = Offer(**{**fields, **changes})
    message = offer_message(draft, screens.market.chain_id, contracts.disputes.address)
    signed = key_of(signer).sign_message(encode_typed_data(full_message=message))
    return replace(draft, signature=bytes(signed.signature))


def page(screens, order, account, **more):
    return screens.open("orders", account, order=f"0x{order.id.hex()}", **more)


def test_offer__as_text_and_back__is_the_same(screens, order):
    offer = offer_by(screens, order, order.terms.seller)
    assert Offer.parse(offer.to_text()) == offer


@pytest.mark.parametrize(
    "text", ["", "x", "é", "e30", "W10", "bnVsbA", "A" * 9_000, "WzEsMiwzLDQsNSw2LDcsOF0"]
)
def test_parse__anything_else__bad_offer(text):
    with pytest.raises(BadOffer):
        Offer.parse(text)


def test_is_signed_by__own_and_others__only_own(screens, order):
    offer = offer_by(screens, order, order.terms.seller)
    disputes = screens.market.contracts.disputes.address
    message = offer_message(offer, screens.market.chain_id, disputes)
    assert is_signed_by(message, offer.signer, offer.signature, screens.market.web3)
    assert not is_signed_by(message, order.terms.buyer, offer.signature, screens.market.web3)
    assert not is_signed_by(message, offer.signer, b"\1" * 65, screens.market.web3)


def test_settlement__two_parties__both_signatures_end_the_order(private_screens):
    screens = private_screens
    order = screens.market.index.orders(OrderQuery(statuses=(Status.DELIVERED,))).items[0]
    key = f"settle.{order.id.hex()}"
    at = page(screens, order, order.terms.seller)
    at.select_slider(key=f"{key}.share").set_value(40).run()
    at.button(key=f"{key}.sign").click().run()
    (request,) = asked(at)
    message = json.loads(request.params[0])
    assert int(message["message"]["toBuyer"]) == order.held * 40 // 100
    signed = key_of(order.terms.seller).sign_message(encode_typed_data(full_message=numbers(message)))
    answer(at, request, "0x" + bytes(signed.signature).hex())
    at.run()
    link = next(block.value for block in at.code if "offer=" in block.value)

    other = page(screens, order, order.terms.buyer, offer=link.rpartition("offer=")[2])
    assert not other.exception
    other.button(key=f"{key}.agree").click().run()
    (request,) = asked(other)
    message = json.loads(request.params[0])
    signed = key_of(order.terms.buyer).sign_message(encode_typed_data(full_message=numbers(message)))
    answer(other, request, "0x" + bytes(signed.signature).hex())
    other.run()
    other.button(key=f"{key}.settle.button").click().run()
    assert not other.error
    (request,) = asked(other)
    sent = {name: request.params[0][name] for name in ("to", "data")}
    screens.market.web3.eth.send_transaction({**sent, "from": order.terms.buyer})
    assert screens.market.contracts.order_state(order.id).status is Status.COMPLETED


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"held": 5, "to_buyer": 1}, "changed"),
        ({"deadline": 1}, "valid until"),
        ({"nonce": 77}, "revoked"),
        ({"order_id": bytes(31) + b"\1"}, "another order"),
    ],
)
def test_settlement__useless_offer__says_why(screens, order, changes, word):
    offer = offer_by(screens, order, order.terms.seller, **changes)
    at = page(screens, order, order.terms.buyer, offer=offer.to_text())
    assert not at.exception
    assert any(word in error.value for error in at.error)


def test_settlement__forged__says_so(screens, order):
    offer = replace(offer_by(screens, order, order.terms.seller), signature=b"\2" * 65)
    at = page(screens, order, order.terms.buyer, offer=offer.to_text())
    assert any("not genuine" in error.value for error in at.error)


def numbers(message):
    """As a wallet reads it: numbers beyond JavaScript's come as texts."""
    fields = {name: int(value) if name != "order" else value for name, value in message["message"].items()}
    return {**message, "message": {**fields, "order": bytes.fromhex(fields["order"][2:])}}
