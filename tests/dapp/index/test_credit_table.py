# a market deployed with another table → its index counts what pairs gain, and seasons newcomers, by that one

from dataclasses import replace

import pytest

from dapp.chain.records import load_deployment
from dapp.domain.credit import PairEpochs
from dapp.domain.credit_table import TABLE, CreditTable
from dapp.domain.replay import replay
from dapp.index import Index
from dapp.index.follow import Follower

from .conftest import Tale
from .fake_node import FakeNode

OTHER = CreditTable(pair_cap=10_000, epoch_days=1, seasoned=9_000)


@pytest.fixture
def other_record(record):
    market = record["Market"]
    given = (market.constructor[0], str(OTHER.pack()))
    return replace(record, contracts=record.contracts | {"Market": replace(market, constructor=given)})


def test_load_deployment__its_table__what_the_market_was_deployed_with(running_market, record):
    recorded = load_deployment(record.chain_id, running_market.settings.deployments)
    assert recorded.credit_table == TABLE
    assert recorded.credit_table.pack() == running_market.contracts.market.functions.creditTable().call()


def test_index__another_table__agrees_with_the_replay_by_it(other_record, tmp_path):
    tale = Tale(other_record, 11)
    tale.story.pairs = PairEpochs(OTHER)
    tale.mine(60)
    books = replay(tale.story.market, tale.events(), OTHER)
    node = FakeNode(tale.chain)
    index = Index.open(f"sqlite:///{tmp_path / 'index.sqlite'}", other_record)
    follower = Follower(index.engine, other_record, (node.url,))
    try:
        follower.follow_to_head()
        seasoned = set()
        for account, score in books.scores.items():
            row = index.merchant(account)
            assert (row.earned, row.score, row.is_limited) == (score.earned, score.score, score.is_limited)
            seasoned.add(score.earned >= OTHER.seasoned)
        assert seasoned == {True, False}
        assert any(9_000 <= score.earned < TABLE.seasoned for score in books.scores.values())
        for service in index.services(limit=100).items:
            assert service.limited == index.merchant(service.listing.seller).is_limited
    finally:
        follower.stop()
        index.engine.dispose()
        node.close()
