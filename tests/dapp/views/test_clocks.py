"""The clocks of disputes, on the operate screen.

├── the market's open disputes: each clock with what it waits for, a link to the dispute, in both languages
├── time passes: what ran out comes first and is marked
├── more than a page: the rest is on the next
└── no dispute is open: that is said
"""

from dataclasses import replace

import pytest

from dapp.index.dispute_rows import Phase
from dapp.index.rows import Page
from dapp.index.running_clocks import running_clocks
from dapp.views.operate.clocks import PAGE
from dapp.widgets.i18n import text_of
from tests.dapp.views.pages import shown


def open_tab(screens, language="en"):
    at = screens.open("operate", None, language)
    at.session_state["operate.tabs"] = text_of("operate.tabs.clocks", language)
    at.run()
    assert not at.exception
    return at


@pytest.fixture
def disputes(screens, monkeypatch):
    """Set what the index answers."""

    def set_to(rows):
        page = Page(tuple(rows), len(rows), 0)
        monkeypatch.setattr(screens.market.index, "disputes", lambda **_options: page)

    return set_to


@pytest.mark.parametrize("language", ["en", "zh"])
def test_clocks__open_disputes__each_with_what_it_waits_for(screens, language):
    clocks = running_clocks(screens.market.index.disputes(open_only=True).items)
    assert clocks, "the filled market has open disputes"
    text = shown(open_tab(screens, language))
    for clock in clocks:
        waits = text_of(f"boards.clocks.kinds.{clock.kind}", language, arbiter="\0").split("\0")[-1]
        assert waits in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_clocks__one_ran_out__comes_first_and_is_marked(screens, disputes, language):
    row = screens.market.index.disputes(open_only=True).items[0]
    now, waiting = screens.market.now(), replace(row, phase=Phase.WAITING)
    running, over = replace(waiting, fund_until=now + 60), replace(waiting, fund_until=now)
    disputes([running, over])
    at = open_tab(screens, language)
    rows = [
        each.value for each in at.markdown if text_of("boards.clocks.kinds.deposit", language) in each.value
    ]
    mark = f":material/alarm: {text_of('boards.clocks.over', language)}]"
    assert [mark in each for each in rows] == [True, False]
    assert text_of("boards.clocks.count", language, clocks=2, disputes=2, over=1) in shown(at)


def test_clocks__more_than_a_page__on_the_next(screens, disputes):
    row = screens.market.index.disputes(open_only=True).items[0]
    now = screens.market.now()
    disputes([replace(row, phase=Phase.WAITING, fund_until=now + place) for place in range(1, PAGE + 3)])
    at = open_tab(screens)
    deposit = text_of("boards.clocks.kinds.deposit", "en")
    assert sum(deposit in each.value for each in at.markdown) == PAGE
    at.button(key="boards.clocks.page.next").click().run()
    assert sum(deposit in each.value for each in at.markdown) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_clocks__no_dispute__is_said(screens, disputes, language):
    disputes([])
    assert text_of("boards.clocks.none", language) in shown(open_tab(screens, language))
