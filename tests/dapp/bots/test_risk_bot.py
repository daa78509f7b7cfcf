"""The risk bot on a real market.

├── a delivery by who is on the block list: held once, its assessment kept, its review longer
├── nothing speaks against it: not held, and not assessed again for hours
├── held before, by anybody: left
├── the block list changes: read again without a restart; a bad one leaves the old one
├── what a day allows is used up: deferred
├── too dear to hold: not assessed again for hours; more than a round assesses: the dearest first
├── two bots at once: one hold, the other one lost the race
└── the keeper releases it when the longer review is over
"""

from dataclasses import replace

import pytest

from dapp.bots.risk import MOST
from dapp.domain.bounds import DAY, MAX_HOLD
from dapp.domain.orders import Status
from dapp.index.rows import OrderQuery
from dapp.risk.document import read_assessment
from dapp.risk.opening import risk_folder
from tests.dapp.bots.keeping import outcomes


@pytest.fixture
def delivered(keeping):
    """The demo's delivered order that nobody holds, as the index has it."""
    kept = keeping("look")
    kept.follower.follow_to_head()
    index = kept.opened.index
    orders = index.orders(OrderQuery(statuses=(Status.DELIVERED,))).items
    (order,) = (order for order in orders if index.hold(order.id) is None)
    return order


def block(kept, account, reason="stolen cards, case 17"):
    folder = risk_folder(kept.opened.settings)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "block-list.txt").write_text(f"{account}  {reason}\n")


def look(kept, *, catch_up=True):
    if catch_up:
        kept.follower.follow_to_head()
    results = kept.host("risk").round()
    assert results is not None, kept.host("risk").status.error
    return results


def hold_of(market, order):
    return market.contracts.risk_holds.functions.holdOf(order.id).call()


def placed_on(market, order):
    """The events of its holds."""
    events = market.contracts.risk_holds.events.HoldPlaced()
    return events.get_logs(from_block=0, argument_filters={"orderId": order.id})


def test_blocked__held_once_with_its_evidence(keeping, private_market, delivered):
    kept = keeping()
    block(kept, delivered.terms.seller)
    (result,) = look(kept)
    assert (result.item.kind, result.outcome.value, result.facts["score"]) == ("hold", "done", 100)
    status, sealed, until, score, by = hold_of(private_market, delivered)
    assert (status, sealed, score, by) == (1, delivered.until, 100, private_market.risk_bot)
    assert until == delivered.until + MAX_HOLD
    kept.follower.follow_to_head()
    assert kept.order(delivered.id).until == until
    (placed,) = placed_on(private_market, delivered)
    assessment = read_assessment(kept.opened.store.get(placed["args"]["cid"]))
    assert (assessment.order_id, assessment.score) == (delivered.id, 100)
    assert look(kept) == []
    written = [e for e in kept.crew.journal("risk").entries() if e["event"] == "result"]
    assert [(e["kind"], e["outcome"], e["score"]) for e in written] == [("hold", "done", 100)]


def test_nothing_against_it__not_held_nor_assessed_again(keeping, private_market, delivered, monkeypatch):
    kept = keeping()
    assert look(kept) == []
    assert hold_of(private_market, delivered)[0] == 0
    assessor, asked = kept.host("risk")._bot.made._assessor, []
    assess = assessor.assess
    monkeypatch.setattr(assessor, "assess", lambda order_id: asked.append(order_id) or assess(order_id))
    look(kept)
    assert asked == []
    private_market.advance(7 * 3_600)
    look(kept)
    assert asked.count(delivered.id) == 1


def test_held_before__left(keeping, private_market, delivered):
    hold = private_market.contracts.risk_holds.functions.hold(
        delivered.terms.pack(),
        delivered.until + 60,
        80,
        "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",
    )
    private_market.send(hold, private_market.risk_bot)
    kept = keeping()
    block(kept, delivered.terms.seller)
    assert look(kept) == []
    assert hold_of(private_market, delivered)[2] == delivered.until + 60


def test_block_list__changes__read_again_and_a_bad_one_isnt(keeping, delivered, caplog):
    kept = keeping()
    assert look(kept) == []
    block(kept, "0x12")
    assert look(kept) == []
    assert "bots: risk goes on by the files that it knew: block-list.txt, line 1" in caplog.text
    block(kept, delivered.terms.buyer)
    assert outcomes(look(kept)) == {("hold", "done"): 1}


def test_days_bound__used_up__deferred(keeping, private_market, delivered):
    kept = keeping()
    block(kept, delivered.terms.seller)
    holds = private_market.contracts.risk_holds
    today = private_market.web3.eth.get_block("latest")["timestamp"] // DAY
    # `_placed`, in slot 2 of RiskHolds: by account, then by day.
    inner = private_market.web3.solidity_keccak(["uint256", "uint256"], [int(private_market.risk_bot, 16), 2])
    slot = private_market.web3.solidity_keccak(["uint256", "bytes32"], [today, inner])
    private_market.rpc("anvil_setStorageAt", holds.address, slot.to_0x_hex(), "0x" + f"{100:064x}")
    assert holds.functions.leftToday(private_market.risk_bot).call() == 0
    (result,) = look(kept)
    assert result.outcome == "deferred"
    assert "100" in result.reason


def test_too_dear__not_assessed_again_for_hours(keeping, private_market, delivered):
    kept = keeping(max_cost_percent=0)
    block(kept, delivered.terms.seller)
    assert outcomes(look(kept)) == {("hold", "too_dear"): 1}
    assert look(kept) == []
    private_market.advance(7 * 3_600)
    assert outcomes(look(kept)) == {("hold", "too_dear"): 1}


@pytest.mark.usefixtures("delivered")
def test_more_than_a_round_assesses__the_dearest_first(keeping, monkeypatch):
    kept = keeping()
    look(kept)
    bot = kept.host("risk")._bot.made
    dealings, asked = bot._opened.index.dealings, []
    sale, *_others = dealings.under_review(0)
    # The newest first, as the index gives them: dust, in front of one that matters.
    sales = [replace(sale, id=bytes([n]) * 32, base=1) for n in range(2 * MOST)]
    sales.append(replace(sale, id=b"dear" * 8, base=10**18))
    monkeypatch.setattr(dealings, "under_review", lambda _now, _limit: sales)
    monkeypatch.setattr(bot._assessor, "assess", asked.append)
    look(kept)
    assert asked[0] == b"dear" * 8
    assert len(asked) == MOST


def test_two_bots__at_once__one_hold(keeping, private_market, delivered, monkeypatch):
    first, second = keeping("first"), keeping("second")
    for kept in (first, second):
        block(kept, delivered.terms.seller)
        kept.follower.follow_to_head()
    assert outcomes(look(first, catch_up=False)) == {("hold", "done"): 1}
    bot = second.host("risk")._bot.made
    was_held = bot._was_held
    # It asked about this one before.
    monkeypatch.setattr(bot, "_was_held", lambda order: order != delivered.id and was_held(order))
    assert outcomes(look(second, catch_up=False)) == {("hold", "lost"): 1}
    (placed,) = placed_on(private_market, delivered)
    assert placed["args"]["orderId"] == delivered.id


def test_keeper__longer_review_over__releases(keeping, private_market, delivered):
    kept = keeping()
    block(kept, delivered.terms.seller)
    look(kept)
    kept.until_quiet()
    private_market.advance(delivered.until - private_market.web3.eth.get_block("latest")["timestamp"] + 10)
    kept.until_quiet()
    assert kept.order(delivered.id).status is Status.DELIVERED
    private_market.advance(MAX_HOLD)
    kept.until_quiet()
    assert kept.order(delivered.id).status is Status.COMPLETED
