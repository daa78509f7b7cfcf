"""How usual the merchant's own trade looks, on the credit page.

given a model by which the demo's sellers are odd
├── somebody else, or nobody connected → nothing
├── the merchant, closed → nothing is asked; opened, not signed in → a sign-in, no score
├── signed in → the gauge, the score with the strongest reasons, and that it moves no score
└── signed in, hardly any sales → that is said
given no model → nothing
"""

import pytest

from dapp.risk.training import FEWEST_SALES
from dapp.widgets.i18n import text_of
from tests.dapp.views.pages import raw_html, shown
from tests.dapp.views.test_merchant_reviews import no_model, odd

__all__ = ["no_model", "odd"]


def label(at, language):
    wanted = text_of("advice.unusual", language)
    return [each for each in at.expander if each.label == wanted]


def open_page(screens, account, language="en", *, merchant=None, opened=True, signed=True):
    parameters = {"merchant": merchant} if merchant else {}
    state = {"credit.unusual": opened}
    at = screens.open("credit", account, language, state=state, signed_in=signed, **parameters)
    assert not at.exception
    return at


@pytest.mark.parametrize("account", [None, "buyer"])
def test_unusual__somebody_elses__is_not_shown(screens, odd, account):
    merchant, _verdict = next(iter(odd.items()))
    assert not label(open_page(screens, account, merchant=merchant), "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unusual__not_signed_in__asks_for_it(screens, odd, language):
    merchant, verdict = next(iter(odd.items()))
    at = open_page(screens, merchant, language, signed=False)
    assert label(at, language)
    text = shown(at)
    assert text_of("advice.unusual_sign_in", language) in text
    score = text_of("advice.unusual_score", language, score=f"{verdict.score:.2f}", mark="0.5")
    assert score not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_unusual__signed_in__the_gauge_and_why(screens, odd, language):
    merchant, verdict = next(iter(odd.items()))
    at = open_page(screens, merchant, language)
    text = shown(at)
    assert text_of("advice.unusual_score", language, score=f"{verdict.score:.2f}", mark="0.5") in text
    assert text_of("advice.unusual_help", language) in text
    for reason in verdict.reasons[:3]:
        assert text_of(f"risk.feature_{reason.feature}", language) in text
    assert any(f'aria-valuenow="{verdict.score:.2f}"' in each for each in raw_html(at))
    closed = open_page(screens, merchant, language, opened=False)
    assert text_of("advice.unusual_help", language) not in shown(closed)


def test_unusual__hardly_any_sales__is_said(screens, odd):
    assert odd
    at = open_page(screens, "outsider")
    assert text_of("advice.too_few_sales", "en", count=FEWEST_SALES) in shown(at)


@pytest.mark.usefixtures("no_model")
def test_unusual__no_model__nothing(screens):
    assert not label(open_page(screens, "seller"), "en")
