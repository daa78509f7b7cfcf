"""Where a score stands among those of who sells now.

├── the filled market → as counting its sellers one by one
├── oneself isn't counted, the same score isn't lower, a seller without a record has what all begin with
└── nobody else → no percentile
"""

from dapp.domain.credit import BASE
from dapp.index.queries.standing import Standing
from dapp.index.rows import ServiceQuery


def test_standing__filled_market__as_counted_one_by_one(screens):
    index = screens.market.index
    sellers = {service.listing.seller for service in index.services(ServiceQuery(), 100).items}
    assert len(sellers) > 1
    for account in (*sellers, screens.running.outsider):
        others = sellers - {account}
        for score in (0, 599_000, BASE, index.merchant(account).score, 1_000_000):
            below = sum(index.merchant(other).score < score for other in others)
            assert index.standing(account, score) == Standing(below, len(others))


def test_percentile__some__rounded_down():
    assert [Standing(0, 3).percentile, Standing(2, 3).percentile, Standing(3, 3).percentile] == [0, 66, 100]


def test_percentile__nobody_else__none():
    assert Standing(0, 0).percentile is None
