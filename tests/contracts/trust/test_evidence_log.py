"""Evidence: who may add it, to what, and how often.

submit: order unknown / no standing / malformed or long CID / fifty already
        / by buyer, seller, payer, auditor, arbitrator
publishRecipient: by anyone, for himself, in one event
"""

from dataclasses import replace

import pytest

from dapp.domain.credit_table import TABLE
from dapp.domain.terms import Listing, Placement, Terms, Upline, metadata_hash, order_id
from tests.reverts import reverts

CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
ADMIN, AUDITOR = 0, 8
PRICE = 10**17
BUYER, SELLER, PAYER, ARBITRATOR, AUDITORS = range(5)


@pytest.fixture
def market(project, owner, authority, arbitrable):
    """A market whose disputes module names the panel."""
    market = owner.deploy(project.Market, authority, TABLE.pack())
    market.addModule(arbitrable, sender=owner)
    policy = owner.deploy(project.FeePolicy, authority, market)
    authority.grantRole(ADMIN, policy, 0, sender=owner)
    policy.setCreditScale(10**15, 10_000, sender=owner)
    return market


@pytest.fixture
def evidence(project, owner, authority, market):
    return owner.deploy(project.EvidenceLog, market, authority)


@pytest.fixture
def payer(newcomer):
    return newcomer


@pytest.fixture
def order(market, seller, buyer, payer):
    """An order that somebody else than the buyer paid for."""
    windows = (86_400, 86_400, 259_200)
    listing = Listing(seller.address, PRICE, *windows, metadata_hash(CID), max_fee_bps=300)
    market.list(listing.pack(), CID, sender=seller)
    placement = Placement(1, PRICE, buyer=buyer.address)
    receipt = market.place(placement.pack(), listing.pack(), Upline().pack(), b"", sender=payer, value=PRICE)
    event = next(iter(market.OrderPlaced.from_receipt(receipt)))
    return Terms.unpack(event.terms), event.id


def test_submit__parties__each_counted_for_itself(evidence, order, market, panel, buyer, seller, payer):
    terms, id_ = order
    before = market.balance
    for standing, party in ((BUYER, buyer), (SELLER, seller), (PAYER, payer)):
        receipt = evidence.submit(terms.pack(), CID, sender=party)
        expected = evidence.Evidence(
            _arbitrator=panel,
            _evidenceGroupID=int.from_bytes(id_, "big"),
            _party=party,
            _evidence=f"/ipfs/{CID}",
        )
        assert receipt.events == [expected]
        assert evidence.countOf(id_, standing) == 1
    assert evidence.arbitratorOf(id_) == panel
    assert evidence.countOf(id_, AUDITORS) == 0
    assert market.balance == before


def test_submit__auditor__only_with_the_role(evidence, order, authority, owner, outsider):
    terms, id_ = order
    with reverts(evidence.EvidenceLog_NoStanding, id=id_, caller=outsider):
        evidence.submit(terms.pack(), CID, sender=outsider)
    authority.grantRole(AUDITOR, outsider, 0, sender=owner)
    evidence.submit(terms.pack(), CID, sender=outsider)
    assert evidence.countOf(id_, AUDITORS) == 1
    authority.revokeRole(AUDITOR, outsider, sender=owner)
    with reverts(evidence.EvidenceLog_NoStanding, id=id_, caller=outsider):
        evidence.submit(terms.pack(), CID, sender=outsider)


def test_submit__arbitrator__has_standing(evidence, order, panel, accounts):
    terms, id_ = order
    panel.provider.unlock_account(panel.address)
    panel.provider.set_balance(panel.address, 10**18)
    receipt = evidence.submit(terms.pack(), CID, sender=accounts[panel.address])
    assert receipt.events[0]._party == panel
    assert evidence.countOf(id_, ARBITRATOR) == 1


def test_submit__terms_of_no_order__reverts(evidence, order, market, chain, buyer):
    terms, _ = order
    other = replace(terms, base=PRICE + 1)
    with reverts(evidence.EvidenceLog_UnknownOrder, id=order_id(other, chain.chain_id, market.address)):
        evidence.submit(other.pack(), CID, sender=buyer)


@pytest.mark.parametrize("cid", ["", "bafkrei", "Qm" + "0" * 44, CID[:-1] + "!"])
def test_submit__malformed_cid__reverts(evidence, order, buyer, cid):
    terms, id_ = order
    with reverts(evidence.Cid_Malformed, cid=cid):
        evidence.submit(terms.pack(), cid, sender=buyer)
    assert evidence.countOf(id_, BUYER) == 0


def test_submit__cid_too_long__reverts(evidence, order, buyer):
    with reverts(evidence.Cid_TooLong, length=129, max=128):
        evidence.submit(order[0].pack(), "b" + "a" * 128, sender=buyer)


def test_submit__fifty_first_of_a_party__reverts(evidence, order, buyer, seller):
    terms, id_ = order
    for _ in range(50):
        evidence.submit(terms.pack(), CID, sender=buyer)
    with reverts(evidence.EvidenceLog_TooMany, id=id_, caller=buyer, max=50):
        evidence.submit(terms.pack(), CID, sender=buyer)
    evidence.submit(terms.pack(), CID, sender=seller)
    assert (evidence.countOf(id_, BUYER), evidence.countOf(id_, SELLER)) == (50, 1)


def test_submit__second_piece__within_the_gas_goal(evidence, order, buyer):
    terms, _ = order
    evidence.submit(terms.pack(), CID, sender=buyer)
    assert evidence.submit(terms.pack(), CID, sender=buyer).gas_used <= 40_000


def test_publish_recipient__anyone__an_event_and_nothing_else(evidence, outsider):
    for recipient in (bytes(range(32)), bytes(32)):
        receipt = evidence.publishRecipient(recipient, sender=outsider)
        assert receipt.events == [evidence.RecipientPublished(account=outsider, recipient=recipient)]
    assert receipt.gas_used <= 25_000
