"""Files made ready to be submitted, sealed to those who published a key on the chain.

published_recipient: none, the latest, taken back
readers_of: both parties; those drawn for the dispute, too
needs_passphrase: accounts no, contracts yes
prepare: sealed to those with a key, who alone open it / nobody has one / open for everybody / refused
"""

import pytest

from dapp.domain.orders import Status
from dapp.evidence.box import EvidenceBox
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import BadRecipient, CannotOpen, TypeNotAllowed
from dapp.evidence.recipients import needs_passphrase, published_recipient, readers_of
from dapp.evidence.seal import identity_of_signature, open_sealed, recipient_key, recipient_of
from dapp.evidence.submission import SEALED_NAME, prepare
from dapp.evidence.trail import arbitrations_of
from dapp.evidence.verify import verify_order

KEYS = {name: identity_of_signature(bytes([n]) * 65) for n, name in enumerate(("buyer", "seller", "arbiter"))}
PDF = b"%PDF-1.7 what was agreed on"


def publish(market, account, key):
    market.send(market.contracts.evidence.functions.publishRecipient(key), account)


def order_of(market, status):
    orders = map(market.contracts.order, market.contracts.order_ids())
    return next(order for order in orders if order.state.status is status)


def test_published_recipient__none_latest_or_taken_back(private_market):
    contracts, account = private_market.contracts, private_market.outsider
    assert published_recipient(contracts, account) is None
    for who in ("buyer", "seller"):
        publish(private_market, account, recipient_key(recipient_of(KEYS[who])))
    assert published_recipient(contracts, account) == recipient_of(KEYS["seller"])
    publish(private_market, account, bytes(32))
    assert published_recipient(contracts, account) is None


def test_readers_of__completed_dispute__parties_and_the_arbiter(running_market, orders):
    decided = [order for order in orders if arbitrations_of(running_market.contracts, order)]
    assert decided
    for order in decided:
        readers = {reader.role: reader.account for reader in readers_of(running_market.contracts, order)}
        assert set(readers) == {"buyer", "seller", "arbiter"}
        assert (readers["buyer"], readers["seller"]) == (order.terms.buyer, order.terms.seller)
        arbiters = [value for name, value in running_market.actors.items() if name.endswith("arbiter")]
        assert readers["arbiter"] in arbiters


def test_needs_passphrase__accounts_and_contracts(running_market):
    assert not needs_passphrase(running_market.contracts, running_market.buyer)
    assert needs_passphrase(running_market.contracts, running_market.contracts.market.address)


def test_prepare__sealed__only_those_with_a_key_open_it(private_market):
    contracts, box = private_market.contracts, EvidenceBox.of(private_market.settings)
    order = order_of(private_market, Status.DELIVERED)
    with pytest.raises(BadRecipient):
        prepare(contracts, box, order, PDF, "secret plan.pdf")
    publish(private_market, order.terms.buyer, recipient_key(recipient_of(KEYS["buyer"])))
    piece = prepare(contracts, box, order, PDF, "secret plan.pdf", "The draft")
    assert [reader.role for reader in piece.readers] == ["buyer"]
    assert [reader.account for reader in piece.without_key] == [order.terms.seller]
    opened = open_sealed(box.get(piece.file), KEYS["buyer"])
    assert (opened.name, opened.data, opened.description) == ("secret plan.pdf", PDF, "The draft")
    with pytest.raises(CannotOpen):
        open_sealed(box.get(piece.file), KEYS["seller"])
    document = EvidenceDocument.parse(box.get(piece.document))
    assert (document.name, document.sealed, document.file) == (SEALED_NAME, True, piece.file)
    assert b"secret" not in box.get(piece.document)
    submit = contracts.evidence.functions.submit(order.terms.pack(), piece.document)
    private_market.send(submit, order.terms.buyer)
    report = verify_order(contracts, box, order.id)
    assert report.is_sound
    assert report.findings[-1].sealed


def test_prepare__open__named_and_typed(running_market, box, disputed):
    piece = prepare(running_market.contracts, box, disputed, PDF, "../plan.pdf", "A plan", sealed=False)
    document = EvidenceDocument.parse(box.get(piece.document))
    assert document == EvidenceDocument("plan.pdf", "A plan", piece.file, "pdf")
    assert box.get(piece.file) == PDF
    for sealed in (True, False):
        with pytest.raises(TypeNotAllowed):
            prepare(running_market.contracts, box, disputed, b"<html>", "page.html", sealed=sealed)
