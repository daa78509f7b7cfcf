"""The frame around a screen: what it shows when all works, and when something doesn't.

draw_header
├── all works: the indexed block, no warning
├── the index is behind: by how many blocks
└── the chain is silent: a sentence, and the screen below it stays
show_framed
├── no market on this chain: the reason, no traceback
├── the database is lost: a sentence
└── ?ref= of the first run stays, also after a rerun without it; one that is no address does not
language
├── chosen by the browser's address, then by the session
└── the switch: everything of the same run speaks it
"""

import pytest
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from dapp.market import market
from tests.dapp.screens import TIMEOUT_SECONDS


@pytest.fixture
def framed(screens):
    """A screen with its frame, after its first run."""
    screens.market._head = None  # what another test let it see

    def open_framed(name="market", **parameters):
        at = AppTest.from_function(_framed, kwargs={"name": name}, default_timeout=TIMEOUT_SECONDS)
        for parameter, value in parameters.items():
            at.query_params[parameter] = value
        return at.run()

    return open_framed


def _framed(name):
    from dapp.header import show_framed
    from dapp.screens import run

    run(show_framed, default=name)


def warnings_of(at):
    assert not at.exception
    return [each.value for each in at.warning]


def test_draw_header__all_works__tells_the_block(framed, screens):
    screens.catch_up()
    at = framed()
    assert warnings_of(at) == []
    block = f"{market().index.head().number:,}"
    assert any(f"Block {block}" in each.value for each in at.markdown)


def test_draw_header__index_behind__tells_by_how_much(framed, screens, monkeypatch):
    for _ in range(3):
        screens.running.rpc("evm_mine")
    monkeypatch.setattr("dapp.market._HEAD_SECONDS", -1)
    at = framed()
    assert any("The index is 3 blocks behind" in each.value for each in at.markdown)
    screens.catch_up()


def test_draw_header__chain_silent__says_so_and_the_screen_stays(framed, monkeypatch):
    monkeypatch.setattr("dapp.market._HEAD_SECONDS", -1)
    monkeypatch.setattr(market().provider, "_providers", [])
    at = framed()
    assert "The chain doesn't answer." in warnings_of(at)[0]
    assert at.title[0].value == "Market"


def test_show_framed__no_market__gives_the_reason(framed, monkeypatch, tmp_path):
    monkeypatch.setenv("HANSE_DEPLOYMENTS", str(tmp_path))
    assert "No market is deployed on chain 31337" in warnings_of(framed())[0].replace("\\", "")


def test_show_framed__database_lost__says_so(framed, monkeypatch):
    def lost(*_arguments, **_options):
        raise OperationalError("SELECT 1", {}, Exception("disk I/O error"))

    monkeypatch.setattr(market().index, "services", lost)
    assert "can't be read now" in warnings_of(framed())[0]


def test_keep_referrer__first_run__stays(framed, running_market):
    at = framed(ref=running_market.referrer)
    assert at.session_state["referrer"] == running_market.referrer
    del at.query_params["ref"]
    assert at.run().session_state["referrer"] == running_market.referrer
    assert "referrer" not in framed(ref="<script>").session_state


def test_language__address_then_switch__is_used(framed):
    at = framed("wallet", lang="zh")
    assert at.title[0].value == "钱包"
    at.session_state["language"] = "en"
    assert at.run().title[0].value == "Wallet"


def test_language__switch__is_spoken_in_the_same_run(framed):
    at = framed("wallet")
    (switch,) = at.get("button_group")
    at = switch.set_value("zh").run()
    assert at.title[0].value == "钱包"
    assert at.query_params["lang"] == "zh"
    assert at.run().title[0].value == "钱包"
