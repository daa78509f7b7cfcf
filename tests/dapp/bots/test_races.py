"""Several keepers at once, chains that change their mind, and networks that are gone.

two keepers
├── one was first: the other one's simulation says so; a lost race, no error
├── both sent before a block: one does it, the other one's batch is skipped; nothing twice
└── with one key: what is planned from the same block takes the same nonce; only one is mined
a chain that reorganises
├── under what is mined: planned again, done once on the new chain
└── under a transaction on its way: the block is gone, so nothing is sent from its plan
a transaction that hangs
├── not yet stuck: nothing is sent beside it
├── stuck: replaced under its nonce for more
└── of an earlier life: told, then replaced too
no chain
├── gone for a while: cut short with a sentence, counted; then it goes on
└── gone between sending and mining: nothing is done twice afterwards
no coin
└── deferred with a sentence
"""

import logging

import pytest

from dapp.bots.actions import Outcome
from dapp.bots.points import PointsBook
from dapp.domain.orders import Status
from tests.dapp.bots.keeping import key_of, outcomes, past_every_clock
from tests.dapp.bots.relay import Relay


@pytest.fixture(autouse=True)
def _no_points(monkeypatch):
    """Points are left out: what keepers race for here is money."""
    monkeypatch.setattr(PointsBook, "read", lambda _book, _moment: [])


@pytest.fixture
def paused_mining(private_market):
    """No block comes by itself; `mine()` makes one."""
    private_market.rpc("evm_setAutomine", False)
    yield lambda: private_market.rpc("evm_mine")
    private_market.rpc("evm_setAutomine", True)


@pytest.fixture
def relay(private_market):
    relay = Relay(private_market.url)
    yield relay
    relay.close()


def endings(market, name):
    """How often an event of the market was emitted, by order."""
    logs = market.contracts.market.events[name]().get_logs(from_block=0)
    return [log["args"]["id"] for log in logs]


def nothing_doubled(market):
    for name in ("OrderReleased", "OrderReclaimed"):
        found = endings(market, name)
        assert len(found) == len(set(found))


def test_two_keepers__one_was_first__the_other_lost_the_race(keeping, private_market):
    first, second = keeping("first"), keeping("second", actor="outsider")
    first.until_quiet()
    past_every_clock(private_market)
    first.follower.follow_to_head()
    second.follower.follow_to_head()
    done = first.round(catch_up=False)
    assert {r.outcome for r in done} == {Outcome.DONE}
    lost = second.round(catch_up=False)
    assert {r.item.subject for r in lost} == {r.item.subject for r in done}
    assert {r.outcome for r in lost} == {Outcome.LOST}
    assert second.round() == []
    nothing_doubled(private_market)


def test_two_keepers__both_sent_before_a_block__each_thing_once(keeping, private_market, paused_mining):
    first = keeping("first", stuck_seconds=1)
    second = keeping("second", actor="outsider", stuck_seconds=1)
    assert set(outcomes(first.round())) == {("mature", "pending")}
    assert set(outcomes(second.round())) == {("mature", "pending")}
    paused_mining()
    first.follower.follow_to_head()
    newest = private_market.web3.eth.block_number
    matured = private_market.contracts.market.events.Matured().get_logs(from_block=newest)
    keys = [(log["args"]["account"], log["args"]["token"], log["args"]["day"]) for log in matured]
    assert keys
    assert len(keys) == len(set(keys))
    assert first.round() == second.round() == []
    sent = [private_market.web3.eth.get_transaction_count(each.address) for each in (first, second)]
    before = [each.nonce_at_start for each in (first, second)]
    assert [now - then for now, then in zip(sent, before, strict=True)] == [1, 1]


def test_two_keepers__order_released_in_the_same_block__one_lost_it(keeping, private_market, paused_mining):
    first = keeping("first", stuck_seconds=1)
    second = keeping("second", actor="outsider", stuck_seconds=8)
    first.round()
    paused_mining()
    past_every_clock(private_market)
    assert ("release", "pending") in outcomes(first.round())
    second.follower.follow_to_head()
    private_market.rpc("evm_setAutomine", True)  # the second one's transaction mines both
    results = second.round(catch_up=False)
    assert {r.outcome for r in results if r.item.kind in ("release", "reclaim")} == {Outcome.LOST}
    nothing_doubled(private_market)
    assert endings(private_market, "OrderReleased")


def test_one_key_twice__planned_from_the_same_block__only_one_is_mined(keeping, private_market):
    first, second = keeping("first"), keeping("second")
    first.until_quiet()
    second.follower.follow_to_head()
    past_every_clock(private_market)
    first.follower.follow_to_head()
    second.follower.follow_to_head()
    moment = second.crew._moments.now()
    assert ("release", "done") in outcomes(first.round(catch_up=False))
    sender = second.sender
    assert sender.first_nonce(moment) < private_market.web3.eth.get_transaction_count(second.address)
    lost = second.round(catch_up=False)
    assert {r.outcome for r in lost} == {Outcome.LOST}
    nothing_doubled(private_market)


def test_one_key_twice__stale_plan_that_would_still_work__the_chain_refuses_it(
    keeping, private_market, monkeypatch
):
    first, second = keeping("first"), keeping("second")
    past_every_clock(private_market)
    first.follower.follow_to_head()
    second.follower.follow_to_head()
    state = second.keeper._bot.read(second.crew._moments.now())
    private_market.rpc("evm_mine")
    # Something else of the same account, which leaves the second one's plan as good as it was.
    private_market.send(
        private_market.contracts.market.functions.mature(private_market.buyer, private_market.buyer, []),
        second.address,
    )
    monkeypatch.setattr(second.keeper._bot, "read", lambda _moment: state)
    results = second.round(catch_up=False)
    assert {r.outcome for r in results} == {Outcome.DEFERRED}
    assert {r.reason for r in results} == {"This account did something else since the plan's block."}


def test_reorganised__under_what_is_mined__done_once_on_the_new_chain(keeping, private_market):
    kept = keeping()
    kept.until_quiet()
    past_every_clock(private_market)
    kept.follower.follow_to_head()
    overdue = kept.live()
    snapshot = private_market.rpc("evm_snapshot")
    assert ("release", "done") in outcomes(kept.round())
    kept.follower.follow_to_head()
    assert kept.live() == ()
    private_market.rpc("evm_revert", snapshot)
    for _block in range(3):  # the new branch is the longer one
        private_market.rpc("evm_mine")
    kept.follower.follow_to_head()
    assert kept.live() == overdue
    assert ("release", "done") in outcomes(kept.round())
    kept.until_quiet()
    assert kept.live() == ()
    nothing_doubled(private_market)


def test_reorganised__between_plan_and_sending__nothing_is_sent(keeping, private_market):
    kept = keeping()
    snapshot = private_market.rpc("evm_snapshot")
    private_market.rpc("evm_mine")
    kept.follower.follow_to_head()
    private_market.rpc("evm_revert", snapshot)
    private_market.advance(5)
    nonce = private_market.web3.eth.get_transaction_count(kept.address)
    results = kept.round(catch_up=False)
    assert {r.outcome for r in results} == {Outcome.DEFERRED}
    assert "isn't the chain's any more" in results[0].reason
    assert private_market.web3.eth.get_transaction_count(kept.address) == nonce
    assert set(kept.until_quiet()) == {"mature"}


def test_hanging__not_stuck_yet__nothing_beside_it(keeping, private_market, paused_mining, monkeypatch):
    kept = keeping(stuck_seconds=1)
    kept.round()
    (first,) = pending_of(private_market, kept.address)
    sender = kept.sender
    sender._stuck_seconds = 3_600
    sender._stopping.set()  # so that it doesn't wait for it either
    assert set(outcomes(kept.round())) == {("mature", "pending")}
    monkeypatch.setattr("dapp.bots.performing.MOST", 1)  # another transaction than the one that hangs
    results = kept.round()
    assert {r.outcome for r in results} == {Outcome.DEFERRED}
    assert f"Transaction {int(first['nonce'], 16)} of this account isn't mined yet." in {
        r.reason for r in results
    }
    assert pending_of(private_market, kept.address) == [first]
    paused_mining()
    assert kept.round() == []


def test_hanging__stuck__replaced_under_its_nonce_for_more(keeping, private_market, paused_mining):
    kept = keeping(stuck_seconds=1)
    kept.round()
    (first,) = pending_of(private_market, kept.address)
    kept.round()
    (second,) = pending_of(private_market, kept.address)
    assert second["nonce"] == first["nonce"]
    assert second["hash"] != first["hash"]
    for name in ("maxFeePerGas", "maxPriorityFeePerGas"):
        assert int(second[name], 16) * 10 >= int(first[name], 16) * 11
    paused_mining()
    assert kept.round() == []
    sent = [e for e in kept.crew.journal("keeper").entries() if e["event"] == "sending"]
    assert [entry["transaction"] for entry in sent] == [first["hash"], second["hash"]]


def test_hanging__of_an_earlier_life__told_then_replaced(keeping, private_market, paused_mining):
    keeping("killed", stuck_seconds=1).round()
    (first,) = pending_of(private_market, key_of("keeper").address)
    private_market.rpc("anvil_setNextBlockBaseFeePerGas", hex(1))
    again = keeping("again", stuck_seconds=1, max_tip=1)
    results = again.round()
    assert {r.outcome for r in results} == {Outcome.DEFERRED}
    assert "waits to be mined" in results[0].reason
    (still,) = pending_of(private_market, again.address)
    assert still["hash"] == first["hash"]
    paused_mining()
    assert again.round() == []


def pending_of(market, account):
    content = market.rpc("txpool_content")["pending"]
    (found,) = [value for key, value in content.items() if key.lower() == account.lower()] or [{}]
    return list(found.values())


def test_chain_gone__cut_short_then_goes_on(keeping, private_market, relay, caplog):
    kept = keeping(urls=(relay.url,))
    kept.until_quiet()
    past_every_clock(private_market)
    kept.follower.follow_to_head()
    relay.down()
    with caplog.at_level(logging.WARNING):
        for _round in range(3):
            assert kept.round(catch_up=False) is None
    assert kept.keeper.status.state == "failing"
    assert kept.keeper.status.errors == 3
    told = [record.message for record in caplog.records if "keeper waits" in record.message]
    assert told == [f"bots: keeper waits: The chain doesn't answer at {relay.url}."]
    relay.up()
    assert ("release", "done") in outcomes(kept.round())
    assert kept.keeper.status.state == "working"
    nothing_doubled(private_market)


def test_chain_gone__between_sending_and_mining__nothing_twice(keeping, private_market, relay, paused_mining):
    kept = keeping(urls=(relay.url,), stuck_seconds=30)
    past_every_clock(private_market)
    send = kept.sender.send

    def send_then_lose(*arguments):
        sent = send(*arguments)
        relay.down()
        return sent

    kept.sender.send = send_then_lose
    assert kept.round() is None
    kept.sender.send = send
    relay.up()
    paused_mining()
    private_market.rpc("evm_setAutomine", True)
    kept.until_quiet()
    assert {order.status for order in kept.live()} <= {Status.DISPUTED}
    nothing_doubled(private_market)


def test_no_coin__deferred_with_a_sentence(keeping, private_market):
    kept = keeping()
    private_market.rpc("anvil_setBalance", kept.address, hex(1_000))
    results = kept.round()
    assert {r.outcome for r in results} == {Outcome.DEFERRED}
    assert results[0].reason == f"{kept.address} has too little coin for the fee."
    assert kept.keeper.status.balance == 1_000
