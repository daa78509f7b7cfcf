"""Ways from one screen to another.

go
├── given a screen                          → it, with the parameters and the language
├── given that a newer run cuts it short
│   ├── before the address changed          → nothing happened
│   └── after it                            → the newer run goes on: no screen sees another's parameters
└── given that the browser asks for the screen that was left
    ├── at once, or with the other one's parameters → the other one
    └── later, with its own                         → it
"""

from itertools import count

import pytest
from streamlit.testing.v1 import AppTest

from dapp.widgets import links
from tests.dapp.wallet.cutting import cut_at

NOTHING, THERE = "market {'lang': 'zh'}", "orders {'lang': 'zh', 'order': '0x12'}"


def script():
    import streamlit as st

    from dapp.screens import run
    from dapp.widgets.links import go

    def show(name):
        st.text(f"{name} {dict(sorted(st.query_params.to_dict().items()))}")
        if st.button("Go"):
            go("orders", order="0x12")

    run(show)


@pytest.fixture
def opened():
    def open_page():
        at = AppTest.from_function(script)
        at.query_params["lang"] = "zh"
        return at.run()

    return open_page


def said(at):
    assert not at.exception
    return at.text[0].value


def test_go__screen__shown_with_its_parameters(opened):
    at = opened()
    assert said(at) == NOTHING
    assert said(at.button[0].click().run()) == THERE
    assert said(at.run()) == THERE


def test_go__cut_anywhere__here_or_there(opened):
    seen = []
    for place in count():
        at = opened()
        with cut_at(place) as cut:
            at.button[0].click().run()
        seen.append(said(at.run()))
        if not cut:
            break
    assert set(seen) == {NOTHING, THERE}
    assert seen == sorted(seen)  # once it is on its way, it arrives


@pytest.mark.parametrize("parameters", [{"lang": "zh"}, {"lang": "zh", "order": "0x12"}])
def test_go__browser_asks_at_once_for_what_was_left__goes_on(opened, parameters):
    at = opened()
    left = at.session_state[links._PAGES]["market"]._script_hash
    at.button[0].click().run()
    assert said(ask(at, left, parameters)) == THERE
    assert said(ask(at, left, parameters)) == THERE


def test_go__browser_asks_late_with_the_parameters_of_the_other__goes_on(opened, monkeypatch):
    at = opened()
    left = at.session_state[links._PAGES]["market"]._script_hash
    monkeypatch.setattr(links, "STALE_SECONDS", 0.0)
    at.button[0].click().run()
    assert said(ask(at, left, {"lang": "zh", "order": "0x12"})) == THERE


def test_go__back_later__stays_there(opened, monkeypatch):
    at = opened()
    left = at.session_state[links._PAGES]["market"]._script_hash
    monkeypatch.setattr(links, "STALE_SECONDS", 0.0)
    at.button[0].click().run()
    assert said(ask(at, left, {"lang": "zh"})) == NOTHING
    assert said(ask(at, left, {"lang": "zh", "order": "0x12"})) == "market {'lang': 'zh', 'order': '0x12'}"


def ask(at, page, parameters):
    """A run of a page and an address, as a browser asks for them."""
    at._page_hash = page
    at.query_params.clear()
    for name, value in parameters.items():
        at.query_params[name] = value
    return at.run()
