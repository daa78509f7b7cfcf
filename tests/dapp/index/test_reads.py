"""Every question to the index has the same answer on PostgreSQL as on SQLite.

the filled market, with disputes, appeals and a tree
└── each method of `Index`, about each actor, order and service → equal on both
"""

import pytest

from dapp.index.rows import EventQuery, OrderQuery, ServiceQuery
from tests.dapp.index.conftest import following


@pytest.fixture(scope="module")
def both(running_market, tmp_path_factory, postgres):
    """The market's index on SQLite and on PostgreSQL."""
    postgres.create("reads")
    sqlite = f"sqlite:///{tmp_path_factory.mktemp('reads') / 'index.sqlite'}"
    with (
        following(running_market, sqlite) as (one, _),
        following(running_market, postgres.url("reads")) as (other, _),
    ):
        yield one, other


@pytest.fixture
def same(both):
    """Asks both and returns the answer that both give."""

    def same(name, *arguments, **options):
        answers = [getattr(index, name)(*arguments, **options) for index in both]
        assert answers[0] == answers[1], (name, arguments, options)
        return answers[0]

    return same


def test_reads__of_the_market__agree(same):
    assert same("services").total
    assert same("services", ServiceQuery(text="logo", sort="price")) is not None
    for name in ("head", "categories", "event_names", "blocks", "roles", "statistics", "arbiters"):
        assert same(name), name
    assert same("disputes").total
    assert same("panel_cases")
    assert same("overdue", 1 << 40)
    events = same("events", limit=500)
    assert same("events", limit=20, before_key=events[20].key) == events[21:41]
    assert same("events", EventQuery(block=events[0].block))
    assert same("events", EventQuery(transaction=events[0].transaction))
    assert same("events", EventQuery(contract="Market", name="OrderPlaced"))


def test_reads__of_each_actor__agree(same, running_market):
    told = dict.fromkeys(("entries", "credit_history", "earnings", "seller_days", "referrer_days"), 0)
    for account in running_market.actors.values():
        for name in told:
            found = same(name, account)
            told[name] += len(found if isinstance(found, list) else found.items)
        for name in (
            "balances",
            "merchant",
            "appeals",
            "referrals",
            "downline",
            "disputes",
            "roles",
            "recipient",
        ):
            same(name, account)
        same("orders", OrderQuery(account=account))
        same("events", EventQuery(account=account))
        for balance in same("balances", account):
            same("maturing", account, balance.token)
            same("entries", account, balance.token)
    assert all(told.values()), told


def test_reads__of_each_order_and_service__agree(same):
    for order in same("orders", limit=200).items:
        assert same("order", order.id) == order
        assert same("order_steps", order.id)
        same("order_entries", order.id)
        same("order_evidence", order.id)
        same("dispute", order.id)
    for service in same("services", ServiceQuery(status=None), limit=100).items:
        assert same("service", service.id) == service
        assert same("service_versions", service.id)
