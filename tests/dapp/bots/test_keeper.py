"""A keeper on a real market, round by round.

├── matured money: made available in one batch, and not again
├── overdue orders: each ended by its own exit, in one batch
├── no second deposit: the opener wins by default
├── a case: drawn, the silent one replaced, drawn again, its final ruling carried out
├── nobody on duty: blocked, told once, and done as soon as there is somebody
├── a fee left at the panel: freed, then shared
├── an appeal that nobody decided: its bond back
├── points of completed orders: claimed, many in one transaction, each once
├── what it costs: nothing above the base fee's limit, nothing that isn't worth it, no more than a round may
├── a batch takes no more gas than its bounds say, and about what is usual
├── standing by: what others had no time for is left
├── a rehearsal: everything told, nothing sent
└── the host's clock: plays no part
"""

import time

import pytest

from dapp.bots import gas
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.orders import Status
from dapp.index.dispute_rows import ChairStep, Phase, Stage
from tests.dapp.bots.keeping import outcomes, past_every_clock

HOUR = 3_600
CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"


def dispute_of(kept):
    kept.follower.follow_to_head()
    (row,) = kept.opened.index.disputes(open_only=True).items
    return row


def fund(running, row):
    call = running.contracts.disputes.functions.fund(row.order.terms.pack())
    running.send(call, row.order.terms.seller, row.deposit)
    for _block in range(3):
        running.rpc("evm_mine")


def case_of(kept, row):
    kept.follower.follow_to_head()
    return kept.opened.index.dispute(row.order.id).cases[-1]


def packed(case):
    return case.arbitrable, case.choices, case.extra_data


def test_matured__made_available__once(keeping, private_market):
    kept = keeping()
    kept.follower.follow_to_head()
    due = kept.opened.index.due_buckets(private_market.web3.eth.get_block("latest")["timestamp"] // DAY)
    assert len(due) > 1
    results = kept.round()
    matured = [result for result in results if result.item.kind == "mature"]
    assert outcomes(matured) == {("mature", "done"): len({(b.account, b.token) for b in due})}
    assert len({result.facts["transaction"] for result in matured}) == 1
    kept.follower.follow_to_head()
    for bucket in due:
        word = private_market.contracts.market.functions.bucketsOf(bucket.account, bucket.token).call()
        assert word[bucket.day % 64] >> 32 == 0
    assert "mature" not in kept.until_quiet()


def test_overdue__each_ended_by_its_exit__in_one_batch(keeping, private_market):
    kept = keeping()
    kept.until_quiet()
    before = {order.id: order for order in kept.live()}
    assert {order.status for order in before.values()} == {
        Status.PLACED,
        Status.IN_PROGRESS,
        Status.DELIVERED,
    }
    past_every_clock(private_market)
    results = kept.round()
    ended = [result for result in results if result.item.kind in ("release", "reclaim")]
    assert {result.outcome.value for result in ended} == {"done"}
    assert len({result.facts["transaction"] for result in ended}) == 1
    assert {result.item.subject for result in ended} == {"0x" + each.hex() for each in before}
    kept.follower.follow_to_head()
    for order_id, order in before.items():
        expected = Status.COMPLETED if order.status is Status.DELIVERED else Status.CANCELLED
        assert kept.order(order_id).status is expected
        assert private_market.contracts.order_state(order_id).status is expected


def test_dispute__other_side_never_paid__opener_wins(keeping, private_market):
    kept = keeping()
    row = dispute_of(kept)
    assert row.phase is Phase.WAITING
    private_market.advance(row.fund_until - private_market.web3.eth.get_block("latest")["timestamp"])
    assert kept.until_quiet()["execute"] == 1
    closed = kept.opened.index.dispute(row.order.id)
    assert (closed.phase, closed.to_buyer) == (Phase.CLOSED, row.order.held)


def test_case__silent_arbiter__drawn_replaced_drawn_ruled_executed(keeping, private_market):
    kept = keeping()
    row = dispute_of(kept)
    fund(private_market, row)
    assert kept.until_quiet()["draw"] == 1
    first = case_of(kept, row).chairs[0]
    assert first.step is ChairStep.DRAWN
    private_market.advance(first.until - private_market.web3.eth.get_block("latest")["timestamp"])
    assert kept.until_quiet()["replace"] == 1
    for _block in range(3):
        private_market.rpc("evm_mine")
    assert kept.until_quiet() == {"draw": 1}
    case = case_of(kept, row)
    second = case.chairs[0]
    assert second.arbiter != first.arbiter
    rule = private_market.contracts.panel.functions.giveRuling(packed(case), 0, 4)
    private_market.send(rule, second.arbiter)
    assert kept.until_quiet() == {}
    private_market.advance(DAY)
    assert kept.until_quiet()["execute"] == 1
    assert kept.opened.index.dispute(row.order.id).to_buyer == row.order.held * 3 // 4


def test_draw__nobody_on_duty__blocked_until_somebody_is(keeping, private_market):
    kept = keeping()
    row = dispute_of(kept)
    panel = private_market.contracts.panel.functions
    arbiters = [a for a in kept.opened.index.arbiters() if a.panel == "ArbiterPanel" and a.duty == 1]
    for arbiter in arbiters:
        private_market.send(panel.setOnDuty(False), arbiter.account)
    fund(private_market, row)
    kept.until_quiet()
    for _round in range(3):
        assert outcomes(kept.round()) == {("draw", "blocked"): 1}
    noted = [entry for entry in kept.crew.journal("keeper").entries() if entry.get("outcome") == "blocked"]
    assert len(noted) == 1
    for arbiter in arbiters:
        private_market.send(panel.setOnDuty(True), arbiter.account)
    for _block in range(257):  # on duty since before a draw block
        private_market.rpc("evm_mine")
    assert kept.until_quiet() == {"draw": 1}


def test_fee__left_at_the_panel_of_a_closed_dispute__freed_then_shared(keeping, private_market):
    kept = keeping()
    row = dispute_of(kept)
    fund(private_market, row)
    kept.until_quiet()
    terms = row.order.terms
    refund = private_market.contracts.market.functions.refund(terms.pack(), row.order.held)
    private_market.send(refund, terms.seller)
    assert kept.until_quiet() == {"execute": 1}  # closed, while the case lies before the panel
    (left,) = kept.opened.index.fees_left()
    assert (left.order.id, left.cases[-1].stage) == (row.order.id, Stage.OPEN)
    private_market.advance(14 * DAY)
    done = kept.until_quiet()
    assert (done["expire"], done["collect"]) == (1, 1)
    closed = kept.opened.index.dispute(row.order.id)
    assert closed.to_buyer_deposit + closed.to_seller_deposit == 2 * row.deposit
    assert kept.opened.index.fees_left() == []


def test_appeal__nobody_decided__bond_back(keeping, private_market):
    kept = keeping()
    credit, seller = private_market.contracts.credit, private_market.seller
    request = (seller, 2, -1_000, CID)
    private_market.send(credit.functions.attest(*request), private_market.attestor)
    attested = credit.events.Attested().get_logs(from_block=0)[-1]["args"]["id"]
    bond = credit.functions.appealBond().call()
    private_market.send(credit.functions.appealAttestation(attested, CID), seller, bond)
    kept.until_quiet()
    private_market.advance(14 * DAY)
    balance = private_market.contracts.market.functions.balanceOf(seller, ZERO_ADDRESS)
    done = kept.until_quiet()
    assert done["expire_appeal"] == 1
    assert credit.functions.appealOf(attested).call()[2] == 4  # expired
    assert balance.call() >= bond


def test_points__nobody_claimed_them__claimed_in_one_transaction(keeping, private_market):
    kept = keeping()
    rewards = private_market.contracts.rewards
    kept.follower.follow_to_head()
    start = private_market.web3.eth.get_block("latest")
    now = start["timestamp"]
    orders = [kept.order(order_id) for order_id in kept.opened.index.unclaimed(now)]
    assert {order.status for order in orders} == {Status.COMPLETED}
    worth = {
        order.id: points
        for order in orders
        if (points := rewards.functions.claimable(order.terms.pack()).call())
    }
    assert worth
    results = [result for result in kept.round() if result.item.kind == "claim"]
    assert {result.item.subject for result in results} == {"0x" + order_id.hex() for order_id in worth}
    claimed = [result for result in results if result.outcome == "done"]
    assert claimed
    assert all(result.outcome == "too_dear" for result in results if result not in claimed)
    assert len({result.facts["transaction"] for result in claimed}) == 1
    kept.until_quiet()
    earned = {
        "0x" + log["args"]["orderId"].hex(): log["args"]["points"]
        for log in rewards.events.PointsEarned().get_logs(from_block=start["number"] + 1)
    }
    assert set(earned) == {result.item.subject for result in claimed}
    assert all(worth[bytes.fromhex(order_id[2:])] == points for order_id, points in earned.items())
    assert not {bytes.fromhex(each[2:]) for each in earned} & set(kept.opened.index.unclaimed(now))
    private_market.advance(120)
    assert "claim" not in kept.until_quiet()


def test_fees__base_fee_above_the_limit__nothing_sent(keeping, private_market):
    kept = keeping(max_base_fee=1)
    nonce = private_market.web3.eth.get_transaction_count(kept.address)
    private_market.rpc("anvil_setNextBlockBaseFeePerGas", hex(2_000_000_000))
    private_market.rpc("evm_mine")
    results = kept.round()
    assert {result.outcome.value for result in results} == {"deferred"}
    assert results[0].reason == "The base fee is 2 gwei; 1e-09 is the limit."
    assert private_market.web3.eth.get_transaction_count(kept.address) == nonce


def test_fees__costs_more_than_it_moves__left(keeping, private_market):
    kept = keeping(max_base_fee=10**13, max_tip=0, round_spend=10**18)
    kept.until_quiet()
    past_every_clock(private_market)
    private_market.rpc("anvil_setNextBlockBaseFeePerGas", hex(10**12))
    private_market.rpc("evm_mine")
    kept.follower.follow_to_head()
    held = {"0x" + order.id.hex(): order.held for order in kept.live()}
    results = [result for result in kept.round() if result.item.call.contract == "Market"]
    dear = {r.item.subject for r in results if gas.usual(r.item) * 10**12 * 5 > held[r.item.subject]}
    assert {result.item.subject for result in results if result.outcome == "too_dear"} == dear
    assert {result.item.subject for result in results if result.outcome == "done"} == set(held) - dear
    assert 0 < len(dear) < len(held)


def test_fees__round_may_cost_little__the_rest_waits_for_the_next_ones(keeping, private_market):
    kept = keeping()
    kept.until_quiet()
    past_every_clock(private_market)
    price = (
        private_market.web3.eth.get_block("latest")["baseFeePerGas"]
        + private_market.web3.eth.max_priority_fee
    )
    kept = keeping("frugal", round_spend=130_000 * price)
    first = outcomes(kept.round())
    assert sum(count for (_kind, outcome), count in first.items() if outcome == "done") == 1
    assert any(outcome == "deferred" for _kind, outcome in first)


def test_batch__gas_of_the_contracts__within_bounds_and_near_usual(keeping, private_market):
    kept = keeping()
    first = kept.round()
    past_every_clock(private_market)
    second = kept.round()
    for all_results in (first, second):
        results = [result for result in all_results if result.item.call.contract == "Market"]
        actions = [result.item for result in results]
        used = results[0].facts["gas"]
        assert used < gas.BASE + sum(map(gas.bound, actions)) * 0.8
        assert 0.4 < used / (gas.BASE + sum(map(gas.usual, actions))) < 1.5


def test_standby__others_have_time_first__left(keeping, private_market):
    kept = keeping(standby_seconds=600)
    kept.until_quiet()
    order = min(kept.live(), key=lambda order: order.until)
    private_market.advance(order.until - private_market.web3.eth.get_block("latest")["timestamp"] + 300)
    assert kept.until_quiet() == {}
    private_market.advance(300)
    assert set(kept.until_quiet()) == {"reclaim"}


def test_rehearsal__everything_told__nothing_sent(keeping, private_market):
    kept = keeping(acts=False)
    block = private_market.web3.eth.block_number
    results = kept.round()
    found = outcomes(results)
    assert {("mature", "deferred"), ("claim", "deferred")} <= set(found)
    assert {r.reason for r in results if r.outcome == "deferred"} == {"Nothing is sent."}
    assert "done" not in {outcome for _kind, outcome in found}
    assert private_market.web3.eth.block_number == block
    assert not (kept.opened.settings.data / "bots").exists()
    assert kept.keeper.status.state == "watching"


@pytest.mark.parametrize("skew", [-40 * 365 * DAY, 40 * 365 * DAY])
def test_clock__hosts_is_wrong__plays_no_part(keeping, private_market, monkeypatch, skew):
    kept = keeping()
    kept.until_quiet()
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + skew)
    assert kept.until_quiet() == {}
    order = min(kept.live(), key=lambda order: order.until)
    private_market.advance(order.until - private_market.web3.eth.get_block("latest")["timestamp"] + 1)
    assert set(kept.until_quiet()) == {"reclaim"}


def test_round__more_than_fits__the_oldest_first(keeping, monkeypatch):
    monkeypatch.setattr("dapp.bots.performing.MOST", 1)
    kept = keeping()
    results = kept.round()
    done = [result.item for result in results if result.outcome == "done"]
    full = [result.item for result in results if result.reason == "The round is full."]
    assert len(done) == 1
    assert full
    assert done[0].due_at <= min(item.due_at for item in full)
