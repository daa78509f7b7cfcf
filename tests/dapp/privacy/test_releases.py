# publish
# ├── new → drawn once, kept, its cost counted · again, also after a restart → the same bytes, at no cost
# ├── more than is left of the day → refused with what is left, and nothing is drawn; tomorrow it goes on
# ├── a fault while drawing → nothing kept, nothing spent · another market → a ledger of its own
# ├── two processes at once → one draws, both have the same; together they stay within the budget
# └── a clock that was set back → refused: a day could be spent twice
# mean: of stars by the noisy counts; nothing where nothing is left, or cells are no numbers

import multiprocessing
import threading

import pytest

from dapp.domain.bounds import DAY
from dapp.privacy.errors import BudgetSpent, ClockBehind
from dapp.privacy.statistics.releases import Release, Releases

MARKET = "31337:0x1"
TODAY = 20_000 * DAY + 5_000
BUDGET = 1_000


def release(figure="orders", week="2026-W40", value=7.0, cost=200):
    return Release(MARKET, week, figure, TODAY, 0, 7 * DAY, cost, 50.0, 149.9, 2, {"1": value, "2": -1.5})


class Drawing:
    """Draws releases and counts how often."""

    def __init__(self):
        self.drawn = 0

    def __call__(self):
        self.drawn += 1
        return release(value=float(self.drawn))


def publish(ledger, draw, figure="orders", week="2026-W40", cost=200, now=TODAY, budget=BUDGET):
    return ledger.publish(draw, week, figure, cost, budget, now)


@pytest.fixture
def ledger(tmp_path):
    return Releases(tmp_path, MARKET)


def test_publish__new_then_again__drawn_once_and_paid_once(ledger, tmp_path):
    draw = Drawing()
    assert ledger.spent() == 0
    first = publish(ledger, draw)
    for again in (ledger, Releases(tmp_path, MARKET)):
        assert publish(again, draw, now=TODAY + 99 * DAY, budget=0) == first
        assert again.find("2026-W40", "orders") == first
    assert draw.drawn == 1
    assert ledger.spent(TODAY) == ledger.spent() == 200


def test_publish__more_than_the_days_budget__refused_till_tomorrow(ledger):
    draw = Drawing()
    for number in range(5):
        publish(ledger, draw, figure=f"figure {number}")
    with pytest.raises(BudgetSpent, match=r"of today's 1\.0 only 0\.0 is left"):
        publish(ledger, draw, figure="one more")
    assert draw.drawn == 5
    assert ledger.find("2026-W40", "one more") is None
    midnight = (TODAY // DAY + 1) * DAY
    with pytest.raises(BudgetSpent):
        publish(ledger, draw, figure="one more", now=midnight - 1)
    publish(ledger, draw, figure="one more", now=midnight)
    assert (ledger.spent(midnight), ledger.spent(TODAY), ledger.spent()) == (200, 1_000, 1_200)


@pytest.mark.parametrize(("cost", "fits"), [(800, True), (801, False)])
def test_publish__to_the_last_thousandth__fits(ledger, cost, fits):
    publish(ledger, Drawing())
    if fits:
        publish(ledger, Drawing(), figure="tiers", cost=cost)
    else:
        with pytest.raises(BudgetSpent):
            publish(ledger, Drawing(), figure="tiers", cost=cost)
    assert ledger.spent(TODAY) == 200 + cost * fits


def test_publish__fault_while_drawing__nothing_kept_or_spent(ledger):
    def broken():
        raise RuntimeError("no entropy")

    with pytest.raises(RuntimeError, match="no entropy"):
        publish(ledger, broken)
    assert ledger.spent() == 0
    assert publish(ledger, Drawing()).values["1"] == 1.0


def test_publish__another_market__a_ledger_of_its_own(ledger, tmp_path):
    publish(ledger, Drawing())
    other = Releases(tmp_path, "31337:0x2")
    assert other.find("2026-W40", "orders") is None
    assert (other.spent(), other.page(10, 0)) == (0, ([], 0))


def test_publish__clock_set_back__refused(ledger):
    """With a day that comes again its budget would come again, too."""
    publish(ledger, Drawing())
    with pytest.raises(ClockBehind):
        publish(ledger, Drawing(), figure="tiers", now=TODAY - DAY)
    publish(ledger, Drawing(), figure="tiers", now=TODAY - 1)


def test_publish__many_threads__one_draws_and_all_have_the_same(tmp_path):
    draw, got = Drawing(), []
    threads = [
        threading.Thread(target=lambda: got.append(publish(Releases(tmp_path, MARKET), draw)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert draw.drawn == 1
    assert got == [got[0]] * 8


def _publish_all(folder, name, told):
    ledger, draw, refused = Releases(folder, MARKET), Drawing(), 0
    for number in range(5):
        try:
            publish(ledger, draw, figure=f"{name} {number}")
        except BudgetSpent:
            refused += 1
    told.put(refused)


def test_publish__several_processes__within_the_budget_together(tmp_path):
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    processes = [
        context.Process(target=_publish_all, args=(tmp_path, name, told)) for name in ("one", "two", "three")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    ledger = Releases(tmp_path, MARKET)
    assert ledger.spent(TODAY) == BUDGET
    assert ledger.page(100, 0)[1] == 5
    assert sum(told.get() for _ in processes) == 10


def test_page__several_weeks__newest_first(ledger):
    for week in ("2026-W09", "2026-W10", "2025-W52"):
        for figure in ("orders", "tiers"):
            content = release(figure, week)
            publish(ledger, lambda content=content: content, figure, week, budget=10_000)
    page, total = ledger.page(3, 1)
    assert total == 6
    assert [(each.week, each.figure) for each in page] == [
        ("2026-W10", "tiers"),
        ("2026-W09", "orders"),
        ("2026-W09", "tiers"),
    ]
    assert [each.figure for each in ledger.page(9, 0, "2026-W09")[0]] == ["orders", "tiers"]


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ({"1": 1.0, "5": 3.0}, 4.0),
        ({"1": -9.0, "5": 3.0}, 5.0),
        ({"1": -9.0, "5": 0.0}, None),
        ({"watch": 3.0, "gold": 1.0}, None),
    ],
)
def test_mean__noisy_counts__of_what_is_left(values, mean):
    made = Release(MARKET, "2026-W40", "ratings", TODAY, 0, 1, 200, 50.0, 149.9, 2, values)
    assert made.mean == mean
