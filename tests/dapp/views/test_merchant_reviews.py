"""Unusual merchants before a reviewer, on a real index of a real chain, in both languages.

given a model by which the demo's sellers are odd
├── not signed in → nobody is named
├── signed in → each with score and reasons; without a note nothing is closed, with one it is, and stays so
└── closed → kept with who, when and the score
given no model → that is said
"""

import random

import pytest

from dapp.risk import model_file
from dapp.risk.features import NEUTRAL
from dapp.risk.model import AnomalyModel
from dapp.risk.opening import model_path
from dapp.risk.reviews import decisions_of
from dapp.risk.training import ranking
from dapp.widgets.i18n import text_of
from tests.dapp.views.pages import shown
from tests.dapp.wallet.seeding import sign_in


def open_tab(screens, language="en", *, signed=True):
    at = screens.open("operate", "reviewer", language)
    at.session_state["operate.tabs"] = text_of("operate.tabs.merchants", language)
    if signed:
        sign_in(at, screens.running.reviewer)
    at.run()
    assert not at.exception
    return at


@pytest.fixture
def no_model(screens):
    """The market without a model; the one that it had comes back."""
    path = model_path(screens.market.settings)
    before = path.read_bytes() if path.exists() else None
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)
    if before is not None:
        path.write_bytes(before)


@pytest.fixture
def odd(screens, no_model):
    """The demo's merchants whom the model finds unusual, with the verdicts; nothing is decided of them."""
    chance, usual = random.Random(1), tuple(NEUTRAL.values())
    rows = [tuple(value + chance.gauss(0, 0.02) for value in usual) for _merchant in range(80)]
    settings = screens.market.settings
    model_file.save(AnomalyModel.fit(rows, 7, "a test", screens.market.now()), no_model)
    found = ranking(screens.market.index.dealings, model_file.load(no_model))
    assert found, "the demo has no merchant with sales enough"
    assert all(verdict.wants_review for _merchant, verdict in found)
    yield dict(found)
    for merchant, _verdict in found:
        for decision in decisions_of(settings).on(merchant):
            decisions_of(settings).forget(merchant, decision)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reviews__not_signed_in__names_nobody(screens, odd, language):
    at = open_tab(screens, language, signed=False)
    assert text_of("reviews.reason", language) in shown(at)
    assert not [button for button in at.button if str(button.key).startswith("operate.merchants.0x")]
    assert all(merchant not in shown(at) for merchant in odd)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_reviews__signed_in__tell_why_and_are_closed_with_a_note(screens, odd, language):
    merchant, verdict = next(iter(odd.items()))
    at = open_tab(screens, language)
    told = shown(at)
    assert text_of("reviews.score", language, score=round(verdict.score * 100), mark=50) in told
    assert text_of(f"risk.feature_{verdict.reasons[0].feature}", language) in told
    key = f"operate.merchants.{merchant}"
    at.button(key=f"{key}.close").click().run()
    assert text_of("reviews.needs_note", language) in shown(at)
    assert decisions_of(screens.market.settings).on(merchant) == []
    at.text_area(key=f"{key}.note").set_value("Seasonal <b>trade</b>.").run()
    at.button(key=f"{key}.close").click().run()
    assert not at.exception
    [kept] = decisions_of(screens.market.settings).on(merchant)
    assert (kept.reviewer, kept.note) == (screens.running.reviewer, "Seasonal <b>trade</b>.")
    assert (kept.permille, kept.decided_at) == (round(verdict.score * 1_000), screens.market.now())
    again = open_tab(screens, language)
    assert not [button for button in again.button if button.key == f"{key}.close"]


@pytest.mark.usefixtures("no_model")
def test_reviews__no_model__is_said(screens):
    assert text_of("reviews.no_model", "en") in shown(open_tab(screens))
