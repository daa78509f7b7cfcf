# Assessor, on an index of a history told event by event
# ├── an order that nobody need look at → 0
# ├── each rule's facts, as the chain tells them → its factor and points
# ├── money by way of a hub → no tie; a grain of money → none
# ├── delivered orders under review; a reorganisation → gone
# ├── an order that the index doesn't know → None
# └── the same index, asked again or by another assessor → the same document to the byte

import pytest

from dapp.domain.bounds import DAY
from dapp.risk.assessor import Assessor
from dapp.risk.block_list import Blocked, BlockList
from dapp.risk.document import Origin, document_of
from dapp.risk.engine import Device
from dapp.risk.features import HOUR
from dapp.risk.rules import load_rules
from tests.dapp.index.story import account
from tests.dapp.risk.sales import COIN
from tests.dapp.risk.scene import Scene, indexed

RULES = load_rules()
SELLER, BUYER, EARNER, PURSE, FRIEND = (account(number) for number in range(1, 6))


@pytest.fixture
def scene(running_market):
    return Scene(running_market.contracts.record)


@pytest.fixture
def assessed(scene, tmp_path):
    """Follows the scene so far and assesses an order."""

    def assessed(order, **options):
        with indexed(scene, f"sqlite:///{tmp_path / 'index.sqlite'}") as (index, _follow):
            return Assessor(index.dealings, RULES, confirmations=4, **options).assess(order)

    return assessed


def points(finding):
    return {factor.name: factor.points for factor in finding.assessment.factors}


def test_assess__ordinary_order__has_no_factor(scene, assessed):
    scene.register(EARNER)
    scene.register(BUYER, EARNER)
    scene.deposit(BUYER, 50 * COIN)
    for _number in range(4):
        scene.finish(scene.place(BUYER, SELLER, COIN, earner=EARNER), COIN)
    found = assessed(scene.deliver(scene.place(BUYER, SELLER, 2 * COIN, earner=EARNER)))
    assert (points(found), found.assessment.score, found.proposes_hold) == ({}, 0, False)
    assert found.head.timestamp == found.assessment.assessed_at == scene.now


def test_assess__self_dealing_with_a_jump__proposes_a_hold(scene, assessed):
    scene.deposit(SELLER, 50 * COIN)
    scene.transfer(SELLER, PURSE, 20 * COIN)
    scene.deposit(BUYER, 20 * COIN, sender=PURSE)
    for _number in range(3):
        scene.finish(scene.place(BUYER, FRIEND, COIN), COIN)
    found = assessed(scene.deliver(scene.place(BUYER, SELLER, 6 * COIN)))
    assert points(found) == {"self_dealing": 50, "amount_jump": 30}
    assert found.proposes_hold
    assert dict(found.assessment.factors[0].values) == {"accounts": (BUYER, PURSE, SELLER)}


def test_assess__gift_by_the_seller_s_money__is_self_dealing(scene, assessed):
    scene.deposit(SELLER, 50 * COIN)
    scene.transfer(SELLER, PURSE, COIN)
    found = assessed(scene.deliver(scene.place(BUYER, SELLER, COIN, payer=PURSE)))
    assert points(found) == {"self_dealing": 50}


def test_assess__money_of_a_hub_or_a_grain__ties_nobody(scene, assessed):
    scene.deposit(SELLER, COIN, sender=PURSE)
    scene.deposit(BUYER, COIN, sender=PURSE)
    scene.deposit(SELLER, COIN // 10 - 1, sender=FRIEND)
    scene.deposit(BUYER, COIN, sender=FRIEND)
    order = scene.deliver(scene.place(BUYER, SELLER, COIN))
    assert points(assessed(order)) == {"self_dealing": 50}
    for number in range(100, 100 + RULES.hub_counterparties):
        scene.deposit(account(number), COIN, sender=PURSE)
    assert points(assessed(order)) == {}


def test_assess__earner_of_the_commission_tied_to_the_seller__is_a_circle(scene, assessed):
    for who, referrer in ((SELLER, None), (EARNER, SELLER), (BUYER, EARNER)):
        scene.register(who, *([referrer] if referrer else []))
    scene.deposit(EARNER, COIN, sender=SELLER)
    found = assessed(scene.deliver(scene.place(BUYER, SELLER, COIN, earner=EARNER)))
    assert points(found) == {"referral_circle": 30, "lineage": 10}


def test_assess__orders_in_a_ring__are_told(scene, assessed):
    scene.finish(scene.place(SELLER, FRIEND, COIN), COIN)
    scene.finish(scene.place(FRIEND, BUYER, COIN), COIN)
    order = scene.deliver(scene.place(BUYER, SELLER, COIN))
    found = assessed(order)
    assert points(found) == {"payment_ring": 15}
    assert found.assessment.factors[0].values["accounts"] == (BUYER, SELLER, FRIEND, BUYER)


def test_assess__crowd_of_new_accounts__is_told(scene, assessed):
    scene.register(BUYER)
    scene.now += 30 * DAY
    for number in range(20, 25):
        order = scene.place(account(number), SELLER, COIN)
    assert points(assessed(scene.deliver(order))) == {"new_accounts": 25}
    old = scene.deliver(scene.place(BUYER, FRIEND, COIN))
    assert points(assessed(old)) == {}


def test_assess__block_list_and_sign_ins__count(scene, assessed):
    order = scene.deliver(scene.place(BUYER, SELLER, COIN))
    placed_at = scene.now - int(0.2 * HOUR)
    devices = (
        Device(BUYER, "old", placed_at - 9 * DAY, placed_at),
        Device(BUYER, "new", placed_at - HOUR, placed_at),
        Device(SELLER, "new", placed_at - HOUR, placed_at),
    )
    asked = []
    found = assessed(
        order,
        blocked=BlockList({SELLER: Blocked("stolen cards")}),
        devices=lambda accounts: asked.append(set(accounts)) or devices,
    )
    assert points(found) == {"blocked": 100, "shared_device": 60, "new_device": 20}
    assert found.assessment.score == 100
    assert asked == [{BUYER, SELLER}]


def test_assess__model__gives_points_unless_it_is_of_a_made_up_market(scene, assessed, model):
    for number in range(30):
        order = scene.place(account(100 + number % 2), SELLER, COIN, hours=0.2)
        scene.finish(order, COIN)
    order = scene.deliver(scene.place(account(100), SELLER, COIN))
    assert "model" not in points(assessed(order, model=model))
    own = type(model).fit(model.rows, model.seed, "the index up to block 9", 0)
    found = assessed(order, model=own)
    assert 25 <= points(found)["model"] <= 50


def under_review(index, assessor):
    """The scores of the delivered orders whose review runs, by order."""
    sales = index.dealings.under_review(index.head().timestamp)
    return {sale.id: assessor.assess(sale.id).assessment.score for sale in sales}


def test_assess__delivered_orders__go_with_the_chain(scene, tmp_path):
    quiet = scene.deliver(scene.place(FRIEND, PURSE, COIN))
    scene.deposit(BUYER, 20 * COIN, sender=SELLER)
    loud = scene.deliver(scene.place(BUYER, SELLER, COIN))
    scene.place(BUYER, SELLER, COIN)
    with indexed(scene, f"sqlite:///{tmp_path / 'index.sqlite'}") as (index, follow):
        assessor = Assessor(index.dealings, RULES, confirmations=4)
        assert under_review(index, assessor) == {quiet: 0, loud: 50}
        assert assessor.assess(bytes(32)) is None
        scene.chain.cut(2)
        scene.transfer(BUYER, SELLER, COIN)
        follow()
        assert under_review(index, assessor) == {quiet: 0}


def test_money__undone_by_the_chain__ties_nobody_any_more(scene, tmp_path):
    order = scene.deliver(scene.place(BUYER, SELLER, COIN))
    scene.deposit(BUYER, COIN, sender=SELLER)
    with indexed(scene, f"sqlite:///{tmp_path / 'index.sqlite'}") as (index, follow):
        assessor = Assessor(index.dealings, RULES, confirmations=4)
        assert points(assessor.assess(order)) == {"self_dealing": 50}
        scene.chain.cut(1)
        scene.deposit(FRIEND, COIN)
        follow()
        assert points(assessor.assess(order)) == {}
        for _number in range(9):
            scene.deposit(BUYER, COIN // 20, sender=SELLER)
        follow()
        assert points(assessor.assess(order)) == {"self_dealing": 50}


def test_document__same_index__is_the_same_to_the_byte(scene, tmp_path):
    scene.deposit(BUYER, 20 * COIN, sender=SELLER)
    order = scene.deliver(scene.place(BUYER, SELLER, COIN))
    origin = Origin(scene.record.chain_id, scene.record["Market"].address)
    with indexed(scene, f"sqlite:///{tmp_path / 'index.sqlite'}") as (index, _follow):
        one, other = (Assessor(index.dealings, RULES, confirmations=4) for _ in range(2))
        documents = [document_of(assessor.assess(order), origin) for assessor in (one, one, other)]
    assert len(set(documents)) == 1
