# What is held in the evidence store, on the filled market and in a copy of its store
# ├── what the account put on the chain, with its files
# │   ├── for an order that isn't over, a service on offer → stays, with what needs it
# │   ├── for orders that are over → erased, files before the documents that name them
# │   ├── on IPFS, or another account's, too → stays
# │   └── another account's → as it was
# ├── documents with its address: named by the chain → stay · assessments that were never posted → erased
# │   once they are a day old · others' → stay
# └── EVENTS has every event that names content

import os
import shutil
from dataclasses import replace

import pytest

from dapp.domain.bounds import DAY
from dapp.domain.orders import Status
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.fields import to_json
from dapp.evidence.store import LocalStore
from dapp.index.rows import OrderQuery
from dapp.privacy.held.evidence import evidence
from dapp.privacy.held.naming import EVENTS, Naming, Namings
from dapp.privacy.held.tasks import erase
from tests.dapp.index.conftest import database_url, index  # noqa: F401  (fixtures)

LATER = 400 * DAY


@pytest.fixture
def store(running_market, tmp_path):
    """The market's content, which the test may erase."""
    shutil.copytree(running_market.settings.evidence, tmp_path / "evidence")
    return LocalStore(tmp_path / "evidence")


@pytest.fixture
def now(running_market):
    return running_market.web3.eth.get_block("latest")["timestamp"]


class Over(Namings):
    """A market on which nothing needs its papers any more."""

    def needed_for(self, _naming):
        return ""

    def order_needs(self, _order_id):
        return ""

    def add(self, cid, account):
        """As if an account had put it on the chain."""
        some = self.of(next(iter(self._found)))[0].event
        self._found.setdefault(cid, []).append(Naming(replace(some, name="Evidence"), account))


def held(account, store, namings):
    return {record.content["cid"]: record for record in evidence(account, store, namings)}


def put(store, document):
    return store.add(document.to_json() if isinstance(document, EvidenceDocument) else to_json(document))


def test_events__of_the_contracts__are_all_that_have_a_text(running_market):
    record = running_market.contracts.record
    # RoleLabel is OpenZeppelin's: a role's name.
    with_text = {
        item["name"]
        for contract in record.contracts.values()
        for item in contract.abi
        if item["type"] == "event" and any(part["type"] == "string" for part in item["inputs"])
    }
    assert set(EVENTS) | {"RoleLabel"} == with_text


def test_evidence__what_is_needed__stays_and_says_for_what(index, store, now, running_market):  # noqa: F811
    found = held(running_market.seller, store, Namings(index, now))
    reasons = {record.stays for record in found.values()}
    assert any(why.startswith("the service ") and why.endswith(" is on offer") for why in reasons)
    assert any(why.startswith("the order 0x") for why in reasons)
    services = [
        each for each in index.services(limit=100).items if each.listing.seller == running_market.seller
    ]
    for service in services:
        assert found[service.cid].erase is None
        assert found[service.cid].content["document"]["schema"] == "service"


def test_evidence__orders_that_are_over__need_only_what_was_bought(index, store, now, running_market):  # noqa: F811
    namings, seller = Namings(index, now + LATER), running_market.seller
    orders = index.orders(OrderQuery(account=seller, role="seller"), 100).items
    bought = [each for each in orders if each.state.status is Status.COMPLETED and each.delivered_cid]
    found = held(seller, store, namings)
    assert bought
    for each in bought:
        assert found[each.delivered_cid].stays == f"it is the work that {each.terms.buyer} bought"
    (disputed,) = [each for each in orders if each.state.status is Status.DISPUTED]
    assert "isn't over" in found[disputed.delivered_cid].stays  # time alone ends no order
    for each in bought:
        fresh = Namings(index, each.changed_at + DAY - 1).order_needs(each.id)
        assert fresh.endswith(" ended less than a day ago")


def test_needed_for__an_attestation__always(index, now, running_market):  # noqa: F811
    namings = Namings(index, now + LATER)
    event = namings.of(next(iter(namings.by(running_market.seller))))[0].event
    attested = Naming(replace(event, name="Attested", order_id=None), running_market.attestor)
    assert namings.needed_for(attested) == "a score on the chain rests on it"


def test_evidence__of_one_account__goes_and_others_stay(index, store, now, running_market):  # noqa: F811
    namings = Over(index, now)
    account, other = running_market.seller, running_market.second_seller
    before, others = set(store.cids()), set(held(other, store, namings))
    going = [cid for cid, record in held(account, store, namings).items() if record.erase]
    assert going
    erase(list(held(account, store, namings).values()))
    assert set(store.cids()) == before - set(going)
    assert not {mark.cid for mark in store.waiting()} & set(going)
    assert {cid for cid in others if store.has(cid)} == others - set(going)
    assert not any(record.erase for record in held(account, store, namings).values())


def test_evidence__killed_after_any_step__the_next_run_erases_the_rest(
    index,  # noqa: F811
    store,
    now,
    running_market,
    tmp_path,
):
    namings, account = Over(index, now), running_market.seller
    some = [cid for cid, record in held(account, store, namings).items() if record.erase][:6]
    for steps in range(len(some) + 1):
        few = LocalStore(tmp_path / str(steps))
        for cid in some:
            assert few.add(store.read(cid)) == cid
        erase(list(held(account, few, namings).values())[:steps])
        assert len(list(few.cids())) == len(some) - steps
        erase(list(held(account, few, namings).values()))
        assert list(few.cids()) == []
        assert few.waiting() == []


def test_evidence__on_ipfs__stays(index, store, now, running_market):  # noqa: F811
    namings = Over(index, now)
    cid = next(cid for cid, record in held(running_market.seller, store, namings).items() if record.erase)
    store.mark_pushed(cid)
    record = held(running_market.seller, store, namings)[cid]
    assert (record.stays, record.erase) == ("it is on IPFS, or came from there", None)


def test_evidence__another_account_named_it_too__stays(index, store, now, running_market):  # noqa: F811
    namings, account = Over(index, now), running_market.buyer
    cid = put(store, EvidenceDocument("The same statement"))
    namings.add(cid, account)
    assert held(account, store, namings)[cid].erase
    namings.add(cid, running_market.seller)
    assert held(account, store, namings)[cid].stays == "another account put it on the chain, too"


def test_evidence__files_of_its_documents__go_before_them(index, store, now, running_market):  # noqa: F811
    namings, account = Over(index, now), running_market.buyer
    mine, shared = store.add(b"a picture"), store.add(b"another one")
    documents = [
        put(store, EvidenceDocument(f"With {cid}", file=cid, file_type="png")) for cid in (mine, shared)
    ]
    for cid in documents:
        namings.add(cid, account)
    put(store, EvidenceDocument("Another's", file=shared, file_type="png"))
    found = held(account, store, namings)
    assert list(found)[:2] == sorted([mine, shared])
    assert set(found) == {mine, shared, *documents}
    assert found[mine].content["held_because"] == f"the file of {documents[0]}"
    assert found[shared].stays == "another account's document gives it, too"
    erase(list(found.values()))
    assert store.has(shared)
    assert not any(map(store.has, (mine, *documents)))


def test_evidence__documents_with_the_address__go_only_where_nobody_needs_them(
    index,  # noqa: F811
    store,
    now,
    running_market,
):
    account = running_market.outsider
    posted = {"schema": "risk-assessment", "seller": account, "order": "0x" + "0" * 64}
    old, young = put(store, posted), put(store, {**posted, "score": 80})
    others = put(
        store, EvidenceDocument("Sealed", sealed=True, readers=(account,), file=old, file_type="age")
    )
    live = next(each for each in index.orders(limit=100).items if each.state.status is Status.DISPUTED)
    needed = put(store, {**posted, "order": f"0x{live.id.hex()}"})
    for cid in (old, needed):
        os.utime(store._path(cid), (0, 0))
    found = held(account, store, Namings(index, now))
    assert {cid: record.stays for cid, record in found.items()} == {
        old: "",
        young: "it was kept less than a day ago and may still be posted",
        others: "it isn't the account's own",
        needed: f"the order 0x{live.id.hex()} isn't over",
    }
    erase(list(found.values()))
    assert not store.has(old)
    assert all(map(store.has, (young, others, needed)))


def test_evidence__unknown_account__is_nothing(index, store, now):  # noqa: F811
    assert held("0x" + "12" * 20, store, Namings(index, now)) == {}
