"""What only the signed-in see, on the whole dApp in a real browser.

given the wallet screen → after signing in my browser is listed, and gone when I erase it;
                          the same in Chinese on a phone
given a risk reviewer   → after signing in the unusual merchants are there, and a note closes a review
"""

import random
import re

import ape
import pytest
from playwright.sync_api import expect

from dapp.risk import model_file
from dapp.risk.features import NEUTRAL
from dapp.risk.model import AnomalyModel
from dapp.risk.opening import model_path
from dapp.widgets.i18n import text_of
from tests.e2e.wallet_driver import press


@ape.fixture(chain_isolation=False, scope="module")
def odd_sellers(market):
    """A model by which every merchant with sales enough is unusual."""
    chance, usual = random.Random(1), tuple(NEUTRAL.values())
    rows = [tuple(value + chance.gauss(0, 0.02) for value in usual) for _merchant in range(80)]
    model_file.save(AnomalyModel.fit(rows, 7, "a test", 1_700_000_000), model_path(market.settings))


PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.mark.parametrize(("language", "options"), [("en", {}), ("zh", PHONE)], ids=["en", "zh_phone"])
def test_sign_ins__my_browser__is_listed_until_i_erase_it(party, dapp, screenshot, language, options):
    page = party("buyer", "/wallet", **options)
    page.goto(f"{dapp.url}/wallet?lang={language}")
    press(page, text_of("signing.sign_in", language))
    button = page.get_by_role("button", name=text_of("wallet.sign_ins.erase", language), exact=True)
    expect(button).to_be_visible()
    screenshot(page, f"sign_ins_{language}")
    width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width == 0
    button.click()
    expect(page.get_by_text(text_of("wallet.sign_ins.none", language))).to_be_visible()


@pytest.mark.usefixtures("odd_sellers")
def test_unusual_merchants__reviewer__reads_why_and_closes_one(party, screenshot):
    page = party("risk_reviewer", "/operate")
    page.get_by_role("tab", name="Unusual merchants").click()
    press(page, "Sign in with your wallet")
    close = page.get_by_role("button", name="Close the review", exact=True)
    expect(close.first).to_be_visible()
    waiting = close.count()
    screenshot(page, "unusual_merchants")
    close.first.click()
    expect(page.get_by_text("Say what you found first.")).to_be_visible()
    note = page.get_by_label("What you found").first
    note.fill("Seasonal trade, looked at with the seller.")
    note.blur()
    close.first.click()
    expect(page.get_by_text("Say what you found first.")).not_to_be_visible()
    if waiting == 1:
        expect(page.get_by_text("Nobody is unusual enough.")).to_be_visible()
    else:
        expect(page.get_by_text(re.compile("of 100;"))).to_have_count(waiting - 1)
