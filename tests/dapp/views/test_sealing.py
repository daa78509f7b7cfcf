"""Who can read what is sealed, on the screens, on a real index of a real chain.

granting
├── a sealed piece names its readers; an arbiter drawn later isn't among them
├── the arbiter's desk says whose pieces he can't open; without a key it offers to make one
├── a party's page and list name who waits; one press asks the browser for all pieces, and what it makes goes
│   on to the wallet by itself, once; the piece that was submitted opens them for the arbiter
├── what the other side claims to have passed on doesn't relieve a party of its own pieces
└── an answer that is about other pieces or isn't sealed is not submitted
delivering
├── the buyer has a key: sealed by default, to both; open if the seller says so
├── the seller has none: refused, and the form offers to make one
└── the buyer has none: open, and said so; the buyer's page offers to make one
"""

import base64
import json

import pytest

from dapp.domain.orders import Status
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.seal import (
    SealedFile,
    identity_of_signature,
    open_sealed,
    recipient_key,
    recipient_of,
    seal,
)
from dapp.index.dispute_rows import Phase
from dapp.index.rows import OrderQuery
from dapp.widgets.pieces import access_to
from tests.dapp.views.pages import asked_for, press, shown
from tests.dapp.wallet.seeding import answer, asked

KEYS = {
    name: identity_of_signature(bytes([n]) * 65) for n, name in enumerate(("buyer", "seller", "arbiter"), 1)
}
SECRET = "what we agreed on"


class Case:
    """A dispute before an arbiter, with one sealed piece of each party from before he was drawn."""

    def __init__(self, screens):
        self.screens, self.running = screens, screens.running
        row = next(
            row for row in screens.market.index.disputes(open_only=True).items if row.phase is Phase.WAITING
        )
        self.terms, self.order = row.order.terms, row.order
        self.contracts = self.running.contracts
        for name in ("buyer", "seller"):
            self.publish(getattr(self.terms, name), name)
        self.files = [self.submit_sealed(getattr(self.terms, name)) for name in ("buyer", "seller")]
        self.send(self.contracts.disputes.functions.fund(self.terms.pack()), self.terms.seller, row.deposit)
        for _block in range(4):
            self.running.rpc("evm_mine")
        self.renew()
        case = screens.market.index.dispute(self.order.id).cases[0]
        self.packed = (case.arbitrable, case.choices, case.extra_data)
        self.send(self.contracts.panel.functions.draw(self.packed, 0), self.running.outsider)
        self.renew()
        self.arbiter = screens.market.index.dispute(self.order.id).cases[0].chairs[0].arbiter

    def send(self, call, sender, value=0):
        return self.running.send(call, sender, value)

    def publish(self, account, name):
        key = recipient_key(recipient_of(KEYS[name]))
        self.send(self.contracts.evidence.functions.publishRecipient(key), account)

    def submit(self, party, document):
        cid = self.screens.market.store.put(document.to_json())
        self.send(self.contracts.evidence.functions.submit(self.terms.pack(), cid), party)

    def submit_sealed(self, party):
        readers = {self.terms.buyer: "buyer", self.terms.seller: "seller"}
        keys = [recipient_of(KEYS[name]) for name in readers.values()]
        file = self.screens.market.store.put(
            seal(SealedFile("plan.txt", SECRET.encode() + party.encode()), keys)
        )
        self.submit(party, EvidenceDocument("Sealed", "", file, "age", sealed=True, readers=tuple(readers)))
        return file

    def renew(self):
        self.screens.catch_up()
        self.screens.market._head = None

    def access(self):
        return access_to(self.screens.market.index.order_evidence(self.order.id))

    def page(self, account, language="en"):
        return self.screens.open("disputes", account, language, order=f"0x{self.order.id.hex()}")

    @property
    def key(self):
        return f"disputes.evidence.let_in.{self.order.id.hex()}"


@pytest.fixture
def case(private_screens):
    return Case(private_screens)


def test_desk__arbiter_drawn_later__told_whose_pieces_are_closed(case):
    at = case.screens.open("disputes", case.arbiter)
    assert "1 of buyer, 1 of seller" in shown(at).lower()
    assert "Publish your key" in shown(at)
    assert at.button(key="disputes.desk.my_key.make")
    assert "published no key yet" in shown(case.page(case.terms.buyer))
    case.publish(case.arbiter, "arbiter")
    case.renew()
    at = case.screens.open("disputes", case.arbiter)
    assert "Buyer and seller see that you wait" in shown(at)
    assert "disputes.desk.my_key.make" not in {button.key for button in at.button}
    for language, words in (("en", "waits for you to allow it"), ("zh", "正在等你允许")):
        listed = case.screens.open("disputes", case.terms.seller, language)
        assert words in shown(listed)
    assert "waits for you" not in shown(case.screens.open("disputes", case.running.outsider))


def passed_on(case, names=("arbiter",)):
    """What the browser would answer: the keys' file, sealed to those who are let in."""
    keys = json.dumps(dict.fromkeys(case.files, "00" * 16)).encode()
    sealed = seal(SealedFile("keys.json", keys), [recipient_of(KEYS[name]) for name in names])
    return {"shared": case.files, "sealed": base64.b64encode(sealed).decode()}


@pytest.mark.parametrize("party", ["buyer", "seller"])
def test_let_in__one_press__keys_of_all_pieces_submitted(case, party):
    case.publish(case.arbiter, "arbiter")
    case.renew()
    at = case.page(getattr(case.terms, party))
    at.button(key=f"{case.key}.ask").click().run()
    (request,) = asked(at)
    (options,) = request.params
    assert request.method == "hanse_shareEvidence"
    assert [file["file"] for file in options["files"]] == case.files
    assert options["recipients"] == [recipient_of(KEYS["arbiter"])]
    assert options["recipient"] == recipient_of(KEYS[party])
    answer(at, request, passed_on(case))
    at.run()
    name, arguments, _transaction = asked_for(case.screens, at, "evidence")  # no second press
    assert name == "submit"
    document = EvidenceDocument.parse(case.screens.market.store.get(arguments["cid"]))
    assert (document.opens, document.readers) == (tuple(case.files), (case.arbiter,))
    assert set(
        json.loads(open_sealed(case.screens.market.store.get(document.file), KEYS["arbiter"]).data)
    ) == set(case.files)
    at.run()
    assert len(asked(at)) == 1
    case.submit(getattr(case.terms, party), document)
    case.renew()
    assert case.access().closed_to(case.arbiter) == []
    assert case.access().keys_of(case.files[0]) == [document.file]
    desk = case.screens.open("disputes", case.arbiter)
    assert "can't open these sealed pieces" not in shown(desk)
    page = case.page(case.arbiter)
    assert "Opens 2 sealed pieces for: You" in shown(page)
    rows = case.screens.market.index.order_evidence(case.order.id)
    key = next(f"disputes.evidence.{row.key}" for row in rows if row.party == case.terms.buyer)
    page.button(key=f"{key}.open").click().run()
    (opening,) = asked(page)
    assert opening.params[0]["keys"] == [f"/sealed/{document.file}"]


def test_let_in__claim_of_the_other_side__does_not_relieve_me(case):
    case.publish(case.arbiter, "arbiter")
    false = case.screens.market.store.put(
        seal(SealedFile("keys.json", b"{}"), [recipient_of(KEYS["arbiter"])])
    )
    readers, opens = (case.arbiter,), tuple(case.files)
    claim = EvidenceDocument("Keys", "", false, "age", sealed=True, readers=readers, opens=opens)
    case.submit(case.terms.seller, claim)
    case.renew()
    at = case.page(case.terms.buyer)
    at.button(key=f"{case.key}.ask").click().run()
    (request,) = asked(at)
    assert [file["file"] for file in request.params[0]["files"]] == case.files[:1]
    assert request.params[0]["files"][0]["keys"] == [f"/sealed/{false}"]
    assert f"{case.key}.ask" not in {button.key for button in case.page(case.terms.seller).button}


@pytest.mark.parametrize(
    "change",
    [
        {"sealed": base64.b64encode(b"not sealed").decode()},
        {"sealed": "%"},
        {"shared": ["bafother"]},
        {"shared": []},
    ],
    ids=str,
)
def test_let_in__answer_that_is_not_what_was_asked__not_submitted(case, change):
    case.publish(case.arbiter, "arbiter")
    case.renew()
    at = case.page(case.terms.buyer)
    at.button(key=f"{case.key}.ask").click().run()
    (request,) = asked(at)
    answer(at, request, passed_on(case) | change)
    at.run()
    assert not at.exception
    assert not asked(at)
    assert at.button(key=f"{case.key}.ask")


def test_evidence_form__sealed__names_its_readers(case):
    at = case.page(case.terms.buyer)
    key = f"disputes.evidence.{case.order.id.hex()}"
    at.toggle(key=f"{key}.sealed").set_value(True)
    at.text_area(key=f"{key}.text").set_value(SECRET)
    at.run()
    press(at, key)
    _name, arguments, _transaction = asked_for(case.screens, at, "evidence")
    document = EvidenceDocument.parse(case.screens.market.store.get(arguments["cid"]))
    assert set(document.readers) == {case.terms.buyer, case.terms.seller}
    opened = open_sealed(case.screens.market.store.get(document.file), KEYS["seller"])
    assert opened.data == SECRET.encode()


# -- delivering ------------------------------------------------------------------------------------


class Job:
    """An order that its seller can deliver now."""

    def __init__(self, screens):
        self.screens = screens
        self.order = screens.market.index.orders(OrderQuery(statuses=(Status.IN_PROGRESS,))).items[0]
        self.terms = self.order.terms
        self.key = f"orders.deliver.{self.order.id.hex()}"

    def publish(self, *parties):
        for name in parties:
            call = self.screens.running.contracts.evidence.functions.publishRecipient(
                recipient_key(recipient_of(KEYS[name]))
            )
            self.screens.running.send(call, getattr(self.terms, name))
        self.screens.catch_up()

    def page(self, account):
        return self.screens.open("orders", account, order=f"0x{self.order.id.hex()}")

    def deliver(self, at):
        at.text_area(key=f"{self.key}.note").set_value(SECRET).run()
        press(at, self.key)
        return at

    def document(self, at):
        name, arguments, _transaction = asked_for(self.screens, at)
        assert name == "deliver"
        return EvidenceDocument.parse(self.screens.market.store.get(arguments["cid"]))


@pytest.fixture
def job(private_screens):
    return Job(private_screens)


def test_deliver__both_have_keys__sealed_by_default(job):
    job.publish("buyer", "seller")
    document = job.document(job.deliver(job.page(job.terms.seller)))
    assert (document.sealed, document.description) == (True, "")
    assert set(document.readers) == {job.terms.buyer, job.terms.seller}
    for name in ("buyer", "seller"):
        assert open_sealed(job.screens.market.store.get(document.file), KEYS[name]).data == SECRET.encode()


def test_deliver__seller_wants_it_open__open(job):
    job.publish("buyer", "seller")
    at = job.page(job.terms.seller)
    at.toggle(key=f"{job.key}.sealed").set_value(False).run()
    assert "Anyone who knows the fingerprint" in shown(at)
    document = job.document(job.deliver(at))
    assert (document.sealed, document.description) == (False, SECRET)


def test_deliver__seller_has_no_key__refused_and_offered(job):
    job.publish("buyer")
    at = job.deliver(job.page(job.terms.seller))
    assert not asked(at)
    assert any("Publish your own key first" in error.value for error in at.error)
    assert at.button(key=f"{job.key}.key.make")


def test_deliver__buyer_has_no_key__open_and_said_so(job):
    at = job.page(job.terms.seller)
    assert "The buyer made no key yet" in shown(at)
    assert not job.document(job.deliver(at)).sealed
    buyer = job.page(job.terms.buyer)
    assert buyer.button(key=f"delivering.{job.order.id.hex()}.key.make")
    job.publish("buyer")
    keys = {button.key for button in job.page(job.terms.buyer).button}
    assert f"delivering.{job.order.id.hex()}.key.make" not in keys


def test_inbox__deliver__the_choice_is_there(job):
    job.publish("buyer", "seller")
    at = job.screens.open("sell", job.terms.seller)
    assert at.toggle(key=f"sell.work.{job.order.id.hex()}.sealed").value is True
