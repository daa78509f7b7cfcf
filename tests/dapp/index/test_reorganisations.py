"""Blocks that don't stay.

a made-up market
├── random story: balances, orders and scores as the reference model has them
├── dropped and rebuilt: identical rows
├── reorganised within the window, again and again: the rows of the new chain alone
├── reorganised deeper than the window: rebuilt
├── shorter than before, and stays so: goes back
├── late node: waits, nothing is undone
└── a real chain set back with evm_revert: the rows of the new chain alone
"""

import random

import pytest

from dapp.domain.replay import replay
from dapp.index.failures import RpcLied
from dapp.index.rows import OrderQuery
from tests.dapp.index.conftest import following
from tests.dapp.index.rows import all_rows


def test_follow__random_story__model_agrees(tale, opened):
    index, follower = opened
    tale.mine(150, transactions=8)
    follower.follow_to_head()
    books = replay(tale.story.market, tale.events())
    assert len(books.orders) > 200
    for (account, token), available in books.available.items():
        found = {balance.token: balance for balance in index.balances(account)}
        assert found[token].available == available if token in found else available == 0
        if token in found:
            assert dict(index.maturing(account, token)) == books.maturing[account, token].buckets
    for order in index.orders(limit=10_000).items:
        assert (order.terms, order.state) == (books.orders[order.id].terms, books.orders[order.id].state)
    for account, score in books.scores.items():
        row = index.merchant(account)
        assert (row.score, row.earned) == (score.score, score.earned)
    assert index.orders(OrderQuery()).total == len(books.orders)


def test_rebuild__same_chain__identical_rows(tale, opened, fresh_rows):
    index, follower = opened
    tale.mine(60)
    follower.follow_to_head()
    tale.mine(25)
    follower.follow_to_head()
    before = all_rows(index.engine)
    assert all(
        before[name] for name in ("events", "entries", "orders", "balances", "journal", "window_blocks")
    )
    follower.rebuild()
    emptied = all_rows(index.engine)
    assert not any(rows for name, rows in emptied.items() if name != "signatures")
    follower.follow_to_head()
    assert all_rows(index.engine) == before == fresh_rows()


def test_reorganisation__within_window_repeatedly__rows_of_the_new_chain(tale, opened, fresh_rows):
    index, follower = opened
    chance = random.Random(3)
    tale.mine(40)
    follower.follow_to_head()
    for round_ in range(1, 9):
        depth = chance.randint(1, 12)
        tale.cut(depth)
        tale.mine(depth + chance.randint(0, 5))
        follower.follow_to_head()
        assert all_rows(index.engine) == fresh_rows()
        assert (follower.status.reorgs, follower.status.rebuilds) == (round_, 0)


def test_reorganisation__deeper_than_window__rebuilds(tale, opened, fresh_rows):
    index, follower = opened
    tale.mine(50)
    follower.follow_to_head()
    tale.cut(20)
    tale.mine(30)
    follower.follow_to_head()
    assert (follower.status.rebuilds, follower.status.reorgs) == (1, 0)
    assert all_rows(index.engine) == fresh_rows()


def test_reorganisation__chain_stays_shorter__goes_back(tale, opened, fresh_rows):
    index, follower = opened
    tale.mine(30)
    follower.follow_to_head()
    tale.cut(4)
    for _patience in range(2):
        with pytest.raises(RpcLied, match="is at block"):
            follower.follow_to_head()
    follower.follow_to_head()
    assert index.head().number == tale.chain.height
    shorter, fresh = all_rows(index.engine), fresh_rows()
    # What lies before the window was final already, so less of it can be gone back to now.
    for rows in (shorter, fresh):
        del rows["journal"], rows["window_blocks"]
    assert shorter == fresh


def test_late_node__answers_again__nothing_undone(tale, opened):
    index, follower = opened
    tale.mine(30)
    follower.follow_to_head()
    before, newest = all_rows(index.engine), tale.chain.blocks[-3:]
    del tale.chain.blocks[-3:]
    with pytest.raises(RpcLied, match="is at block"):
        follower.follow_to_head()
    tale.chain.blocks += newest
    follower.follow_to_head()
    assert all_rows(index.engine) == before
    assert follower.status.reorgs == 0


@pytest.mark.parametrize("depth", [1, 3, 9])
def test_evm_revert__other_trades_afterwards__rows_of_the_new_chain(private_market, tmp_path, depth):
    market, url = private_market, f"sqlite:///{tmp_path / 'one.sqlite'}"
    deposit = market.contracts.market.functions.deposit
    native = "0x" + "00" * 20
    with following(market, url) as (index, follower):
        snapshot = market.rpc("evm_snapshot")
        for amount in range(1, depth + 1):
            market.send(deposit(native, amount, market.buyer), market.buyer, amount)
        follower.follow_to_head()
        rich = index.balances(market.buyer)[0].available
        market.rpc("evm_revert", snapshot)
        for amount in range(depth + 2):
            market.send(deposit(native, 1_000 + amount, market.seller), market.seller, 1_000 + amount)
        follower.follow_to_head()
        assert follower.status.reorgs == 1
        assert index.balances(market.buyer)[0].available == rich - depth * (depth + 1) // 2
        with following(market, f"sqlite:///{tmp_path / 'two.sqlite'}") as (fresh, _follower):
            assert all_rows(index.engine) == all_rows(fresh.engine)
