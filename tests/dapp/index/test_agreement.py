"""The index tells what the chain tells, and what the reference model makes of the same events.

the filled market
├── balances, maturing money, escrow: as the model and the chain have them
├── orders: state, money, steps
├── scores, stakes, tree: as the model and the chain have them
├── ledgers: every running balance is the sum of its lines, and ends at the balance
└── listings, disputes, cases, roles: as the contracts' views have them
"""

from collections import defaultdict

import pytest
from web3 import Web3

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.maturity import day_of
from dapp.domain.orders import Status
from dapp.domain.replay import Event, replay
from dapp.domain.split import split
from dapp.index.rows import OrderQuery


@pytest.fixture(scope="module")
def market_events(running_market):
    """The market's events as web3 decodes them, in the chain's order, with their block's time."""
    market, web3 = running_market.contracts.market, running_market.web3
    by_topic = {event.topic: event() for event in market.events}
    times: dict[int, int] = {}
    found = []
    for log in web3.eth.get_logs({"address": market.address, "fromBlock": 0, "toBlock": "latest"}):
        number = log["blockNumber"]
        if number not in times:
            times[number] = web3.eth.get_block(number)["timestamp"]
        event = by_topic["0x" + log["topics"][0].hex().removeprefix("0x")]
        found.append(Event(event.event_name, event.process_log(log)["args"], times[number]))
    return found


@pytest.fixture(scope="module")
def books(running_market, market_events):
    return replay(running_market.contracts.market.address, market_events)


@pytest.fixture
def accounts(running_market, books):
    """Every account that has or had money."""
    keys = [*books.available, *books.maturing]
    sides = [side for order in books.orders.values() for side in (order.terms.buyer, order.terms.seller)]
    return sorted({account for account, _token in keys} | set(sides) | set(running_market.actors.values()))


def test_balances__filled_market__model_and_chain_agree(running_market, index, books, accounts):
    lens, tokens = running_market.contracts.lens, {token for _account, token in books.available}
    checked = 0
    for account in accounts:
        found = {balance.token: balance for balance in index.balances(account)}
        assert set(found) <= tokens
        for token in tokens:
            available, maturing = books.available[account, token], books.maturing[account, token]
            escrow = [0, 0]
            for order in books.orders.values():
                if order.terms.token == token:
                    escrow[0] += order.state.held if order.terms.buyer == account else 0
                    escrow[1] += order.state.held if order.terms.seller == account else 0
            if token not in found:
                assert (available, maturing.total, *escrow) == (0, 0, 0, 0)
                continue
            row = found[token]
            assert row.available == available
            assert row.maturing == maturing.total
            assert [row.escrowed_as_buyer, row.escrowed_as_seller] == escrow
            assert dict(index.maturing(account, token)) == maturing.buckets
            position = lens.functions.positionOf(account, token, []).call()
            assert position[0] == row.available
            checked += 1
    assert checked > 10


def test_orders__filled_market__model_and_chain_agree(running_market, index, books):
    page = index.orders(limit=1_000)
    assert page.total == len(page.items) == len(books.orders) > 15
    assert [order.placed_key for order in page.items] == sorted(
        (order.placed_key for order in page.items), reverse=True
    )
    for order in page.items:
        model = books.orders[order.id]
        assert order.terms == model.terms
        assert order.state == model.state == running_market.contracts.order_state(order.id)
        assert order.returned + order.earned + order.held == order.terms.base
        assert order.cid == running_market.contracts.metadata_cid(order.terms)


def test_order_steps__every_order__all_its_events(running_market, index, books):
    chain = running_market.contracts
    for order_id in books.orders:
        steps = index.order_steps(order_id)
        assert steps[0].name == "OrderPlaced"
        assert [step.key for step in steps] == sorted(step.key for step in steps)
        for step in steps:
            receipt = running_market.web3.eth.get_transaction_receipt(step.transaction)
            assert receipt["blockNumber"] == step.block
            (log,) = [log for log in receipt["logs"] if log["logIndex"] == step.log_index]
            assert (log["address"], step.address) == (chain.record[step.contract].address,) * 2
        named = {step.key for step in steps if step.contract == "Market" and "id" in step.args}
        every = running_market.web3.eth.get_logs(
            {"address": chain.market.address, "fromBlock": 0, "toBlock": "latest", "topics": [None, order_id]}
        )
        assert named == {log["blockNumber"] << 20 | log["logIndex"] for log in every}


def test_merchants__filled_market__model_and_chain_agree(running_market, index, books):
    assert len(books.scores) >= 3
    for account, score in books.scores.items():
        row, shop = index.merchant(account), books.shop(account)
        assert (row.trade, row.service, row.attested) == (score.trade, score.service, score.attested)
        assert (row.score, row.tier, row.is_limited) == (score.score, score.tier, score.is_limited)
        assert (row.earned, row.stake) == (score.earned, shop.stake)
        assert (row.unstake_day, row.busy_until_day) == (shop.unstake_day, shop.busy_until_day)
        subs = running_market.contracts.credit.functions.subScoresOf(account).call()
        assert subs == [row.trade, row.service, row.compliance, row.community, row.security]
        history = index.credit_history(account, limit=1_000)
        assert history.items[0].score == row.score
        assert sum(change.applied for change in history.items) == row.score - 600_000
        ratings = [order.state.stars for order in books.orders.values() if order.terms.seller == account]
        assert (row.rating.count, row.rating.stars) == (len([*filter(None, ratings)]), sum(ratings))


def test_entries__every_account__lines_sum_to_the_balance(index, accounts):
    lines = 0
    for account in accounts:
        entries = index.entries(account, limit=10_000)
        assert entries.total == len(entries.items)
        running: dict[str, int] = defaultdict(int)
        maturing: dict[str, int] = defaultdict(int)
        for entry in reversed(entries.items):
            running[entry.token] += entry.delta
            maturing[entry.token] += entry.maturing
            assert entry.balance == running[entry.token] >= 0
            lines += 1
        for balance in index.balances(account):
            assert balance.available == running[balance.token]
            assert balance.maturing == maturing[balance.token]
            only = index.entries(account, balance.token, limit=10_000)
            assert {entry.token for entry in only.items} <= {balance.token}
    assert lines > 40


def test_referrals__filled_market__tree_and_uplines_are_the_chains(running_market, index):
    chain, tree = running_market.contracts, running_market.actors
    for account in tree.values():
        row = index.referrals(account)
        registered_at, _hash = chain.market.functions.nodeOf(Web3.to_checksum_address(account)).call()
        assert (row.registered_at or 0) == registered_at
        assert row.upline == chain.upline(account)
    root = index.referrals(tree["third_referrer"])
    assert (root.referrer, root.counts) == (None, (1, 2, 1))
    assert index.referrals(tree["referrer"]).children == (tree["buyer"],)
    levels = [(member.account, member.level) for member in index.downline(tree["third_referrer"])]
    assert (tree["second_referrer"], 1) in levels
    assert (tree["referrer"], 2) in levels
    assert (tree["buyer"], 3) in levels


def test_earnings__filled_market__what_the_splits_paid(running_market, index, books, market_events):
    paid: dict[tuple[str, int, int, str], list[int]] = defaultdict(lambda: [0, 0])
    for event in market_events:
        if event.name in ("OrderReleased", "OrderResolved"):
            terms = books.orders[bytes(event.args["id"])].terms
            parts = split(terms.base, event.args["earned"], terms.fee_bps, terms.lines)
            for level, (line, amount) in enumerate(zip(terms.lines, parts.commissions, strict=True), 1):
                if amount:
                    sums = paid[line.referrer, day_of(event.block_timestamp), level, terms.token]
                    sums[0] += amount
                    sums[1] += 1
    assert paid
    for account in running_market.actors.values():
        found = {(account, e.day, e.level, e.token): [e.amount, e.orders] for e in index.earnings(account)}
        assert found == {key: sums for key, sums in paid.items() if key[0] == account}
        days = index.referrer_days(account)
        assert sum(day.amount for day in days) == sum(sums[0] for sums in found.values())
        assert sum(day.joined for day in days) == len(index.referrals(account).children)


def test_seller_days__filled_market__sums_are_those_of_the_orders(running_market, index, books):
    for account in running_market.actors.values():
        days = index.seller_days(account)
        own = [order for order in books.orders.values() if order.terms.seller == account]
        states = [order.state.status for order in own]
        assert sum(day.placed for day in days) == len(own)
        assert sum(day.ordered for day in days) == sum(order.terms.base for order in own)
        assert sum(day.completed for day in days) == states.count(Status.COMPLETED)
        assert sum(day.cancelled for day in days) == states.count(Status.CANCELLED)
        rows = index.orders(OrderQuery(account=account, role="seller"), limit=1_000).items
        assert sum(day.returned for day in days) == sum(row.returned for row in rows)
        assert sum(day.sold for day in days) == sum(row.earned for row in rows)


def test_services__filled_market__as_the_chain_has_them(running_market, index):
    page = index.services(limit=100)
    assert page.total == 8
    for row in page.items:
        offer = running_market.contracts.offer(row.id)
        assert (row.listing, row.cid, row.version, row.status, row.sold) == (
            offer.listing, offer.cid, offer.version, offer.status, offer.sold,
        )  # fmt: skip
        merchant = index.merchant(row.listing.seller)
        assert (row.score, row.limited, row.tier) == (merchant.score, merchant.is_limited, merchant.tier)
        assert [version.listing for version in index.service_versions(row.id)] == [row.listing]


def test_disputes__filled_market__as_the_chain_has_them(running_market, index):
    chain = running_market.contracts
    page = index.disputes()
    assert page.total == len(page.items) >= 2
    for row in page.items:
        phase, by_buyer, _by_module, _ruling, opened_at, _spent = chain.disputes.functions.disputeOf(
            row.order.id
        ).call()
        assert (row.phase, row.by_buyer, row.opened_at) == (phase, by_buyer, opened_at)
        assert row.deposit == chain.disputes.functions.depositOf(row.order.terms.pack()).call()
        assert row.meta_cid == row.order.cid
        assert index.dispute(row.order.id) == row
        for case in row.cases:
            panel = chain.web3.eth.contract(
                chain.record[case.panel].address, abi=chain.record[case.panel].abi
            )
            view = panel.functions.disputeOf(case.id).call()
            assert (view[0], view[1], view[2], view[3]) == (
                case.stage,
                case.choices,
                case.fee,
                case.expires_at,
            )
            struct = (case.arbitrable, case.choices, case.extra_data)
            assert panel.functions.disputeIdOf(struct).call() == case.id
            for chair in case.chairs:
                step, _seat, ruling, clock = panel.functions.chairOf(case.id, chair.chair).call()
                assert step == chair.step
                assert clock == (chair.until or chair.draw_block)
                assert ruling == (chair.ruling or 0)
            ruled = [chair.arbiter for chair in case.chairs if chair.arbiter]
            assert all(case in index.panel_cases(arbiter) for arbiter in ruled)


def test_arbiters_and_roles__filled_market__as_the_chain_has_them(running_market, index):
    chain = running_market.contracts
    rows = [row for row in index.arbiters() if row.panel == "ArbiterPanel"]
    assert len(rows) >= 5
    for row in rows:
        number, (arbiter, stake, _staked_at, duty, *_rest) = chain.panel.functions.seatOf(row.account).call()
        assert (row.seat, row.account, row.stake, row.duty) == (number, arbiter, stake, duty)
    roles = index.roles()
    assert roles
    for role in roles:
        held, delay = chain.authority.functions.hasRole(role.role, role.account).call()
        assert (held, delay) == (True, role.delay)


def test_statistics__filled_market__sums_of_the_model(index, books):
    found = index.statistics()
    states = [order.state.status for order in books.orders.values()]
    assert found.orders == {s: states.count(s) for s in Status if s is not Status.NONE}
    assert (found.services, found.open_disputes) == (8, states.count(Status.DISPUTED))
    assert {total.token for total in found.tokens} == {token for _account, token in books.available}
    for total in found.tokens:
        assert total.escrowed == books.escrowed(total.token)
        stakes = found.stakes if total.token == ZERO_ADDRESS else 0
        owed = total.available + total.maturing + total.escrowed + stakes
        assert owed == books.liabilities(total.token)
    assert found.events == len(index.events(limit=10_000))
