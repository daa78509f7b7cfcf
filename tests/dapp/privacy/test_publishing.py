# publish (on the running market)
# ├── a week that is over → every figure once, near the exact counts; again → the same, no cost
# ├── a small budget → what it allows, the rest on the next day
# └── a week that isn't over, or not confirmed → refused, nothing is kept
# span: orders, ratings and scores of the time, counted from the chain's own events
# hanse publish-statistics, /api/v1/statistics: the same figures, described

from dataclasses import replace

import pytest
from starlette.applications import Starlette

from dapp.api import routes as api
from dapp.cli import main
from dapp.domain.bounds import DAY
from dapp.index.queries.spans import Span
from dapp.market import close_market, market
from dapp.privacy.errors import BadWeek, WeekNotOver
from dapp.privacy.statistics.figures import Record, figures
from dapp.privacy.statistics.publishing import publish, releases_of
from dapp.privacy.statistics.week import Week
from tests.dapp.api.test_routes import Client, check
from tests.dapp.screens import screens_on

NOW = 1_900_000_000
FIGURES = figures(5)


@pytest.fixture(scope="module")
def month_later(settled_market):
    """The settled market, indexed, after its weeks are over."""
    settled_market.advance(30 * DAY)
    for _ in range(13):
        settled_market.advance(1)
    with screens_on(settled_market) as screens:
        yield screens


@pytest.fixture
def opened(month_later, tmp_path):
    """Its handles, with a data folder of the test's own."""
    return replace(
        month_later.market, settings=replace(month_later.market.settings, data=tmp_path, epsilon_milli=1_000)
    )


@pytest.fixture
def week(opened):
    """The last week in which something was ordered."""
    return Week.before(max(placements(opened)) + 7 * DAY)


def placements(opened):
    """When each order was placed, by the chain's events."""
    return [event["terms"]["clocks"] & (1 << 40) - 1 for event in opened.contracts.events("OrderPlaced")]


def test_span__of_a_week__what_the_chains_events_say(opened, week):
    span = opened.index.span(week.start, week.end)
    within = [at for at in placements(opened) if week.start <= at < week.end]
    assert len(span.placed) == len(within) > 0
    whole = opened.index.span(0, week.end)
    assert len(whole.placed) == len(opened.contracts.events("OrderPlaced"))
    rated = opened.contracts.events("OrderRated")
    assert sorted(dealing.stars for dealing in whole.rated) == sorted(event["stars"] for event in rated)
    assert whole.scores
    for account, score in whole.scores.items():
        assert score == opened.index.merchant(account).score
    assert opened.index.span(0, 1) == Span([], [], {})
    for dealing in whole.placed:
        assert {dealing.buyer, dealing.seller} <= set(opened.contracts.web3.eth.accounts)


def test_publish__a_week_thats_over__every_figure_once(opened, week):
    published = publish(opened, week, NOW)
    assert (published.new, published.refused) == (len(FIGURES), None)
    assert [release.figure for release in published.releases] == [figure.name for figure in FIGURES]
    record = Record(opened.index.span(week.start, week.end))
    for figure, release in zip(FIGURES, published.releases, strict=True):
        exact = [count / figure.unit for count in figure.exact(record)]
        # Fourteen scales off: less likely than one in a million.
        assert all(
            abs(value - count) < 14 * release.scale
            for value, count in zip(release.values.values(), exact, strict=True)
        )
        assert release.epsilon_milli == 200
        assert 2.9 * release.scale < release.error < 3.1 * release.scale + 1
    again = publish(opened, week, NOW + DAY)
    assert (again.new, again.releases) == (0, published.releases)
    assert releases_of(opened).spent() == 1_000


def test_publish__small_budget__the_rest_tomorrow(opened, week):
    poor = replace(opened, settings=replace(opened.settings, epsilon_milli=500))
    first = publish(poor, week, NOW)
    assert (first.new, str(first.refused)) == (
        2,
        "A figure costs 0.2 epsilon, and of today's 0.5 only 0.1 is left: go on tomorrow (UTC).",
    )
    assert publish(poor, week, NOW).new == 0
    second = publish(poor, week, NOW + DAY)
    third = publish(poor, week, NOW + 2 * DAY)
    assert (second.new, third.new, third.refused) == (2, 1, None)
    assert third.releases[:2] == first.releases


def test_publish__not_over_or_not_confirmed__refused(opened):
    head = opened.index.head()
    running = Week.before(head.timestamp + 7 * DAY)
    with pytest.raises(WeekNotOver, match=running.name):
        publish(opened, running, NOW)
    last = Week.before(head.timestamp)
    deep = replace(opened, settings=replace(opened.settings, confirmations=10**6))
    with pytest.raises(WeekNotOver):
        publish(deep, last, NOW)
    assert releases_of(opened).page(10, 0) == ([], 0)
    assert publish(opened, last, NOW).new == len(FIGURES)


# -- from the shell and over HTTP -------------------------------------------------------------


@pytest.fixture
def shared(month_later, monkeypatch, tmp_path):
    """The same market for this process, with a data folder of the test's own."""
    monkeypatch.setenv("DATABASE_URL", month_later.market.settings.database_url)
    monkeypatch.setenv("HANSE_DATA", str(tmp_path))
    yield market()
    close_market(market().settings)


def test_publish_statistics__from_the_shell__then_over_http(shared, week, capsys):
    assert main(["publish-statistics", "--week", week.name]) == 0
    out = capsys.readouterr().out
    assert f"{week.name}: 5 new; epsilon of today 1 of 1" in out
    assert "orders: epsilon 0.2, scale 125, ±" in out
    assert main(["publish-statistics", "--week", week.name]) == 0
    assert "0 new; epsilon of today 1 of 1" in capsys.readouterr().out
    assert main(["publish-statistics"]) == 1  # the last week: today's budget is spent
    assert "go on tomorrow (UTC)" in capsys.readouterr().err

    client = Client(Starlette(routes=api.routes()))
    reply = client.get("/api/v1/statistics", params={"week": week.name})
    assert reply.status_code == 200
    description = client.get("/api/v1/openapi.json").json()
    check(description, "/api/v1/statistics", reply)
    body = reply.json()
    assert (body["total"], body["epsilon_total"]) == (5, 1.0)
    kept = {release.figure: release for release in releases_of(shared).page(10, 0)[0]}
    for figure in body["figures"]:
        release = kept[figure["figure"]]
        assert (figure["values"], figure["scale"], figure["epsilon"]) == (release.values, release.scale, 0.2)
    assert client.get("/api/v1/statistics", params={"limit": 2}).json()["total"] == 5
    unchanged = client.get(
        "/api/v1/statistics", params={"week": week.name}, headers={"if-none-match": reply.headers["etag"]}
    )
    assert unchanged.status_code == 304


@pytest.mark.usefixtures("shared")
@pytest.mark.parametrize("name", ["2026", "2026-W99", "x" * 300])
def test_statistics__no_such_week__400(name):
    reply = Client(Starlette(routes=api.routes())).get("/api/v1/statistics", params={"week": name})
    assert reply.status_code == 400
    with pytest.raises(BadWeek):
        Week.named(name)


@pytest.mark.usefixtures("shared")
def test_publish_statistics__no_such_week__a_sentence(capsys):
    assert main(["publish-statistics", "--week", "last"]) == 2
    assert capsys.readouterr().err == "hanse: “last” is no calendar week: give one as 2026-W47.\n"
