"""The credit screen, on a real index of a real chain.

render
├── nobody without an address is asked for one; what is no address is refused
├── ?merchant shows that merchant to everyone, in both languages: score, parts that sum to it, what it grants
└── the chain is silent: the score stays, what it grants can't be told
├── where it stands among the others who sell, and how many there are
├── what would raise it: orders and reports, by the rules; other rules than the market's: said
├── the handbook opens in the session's language
appealing
├── only the merchant has the form, and only for what took points
└── grounds become a document in the store, its CID and the bond go to the contract
points_text
└── exact, also below zero
"""

import json
from dataclasses import replace

import pytest

from dapp.chain.formats import points_text
from dapp.credit import compile_table, load_rules
from dapp.credit.advice import orders_until, usual_order
from dapp.credit.loading import SHIPPED
from dapp.index.rows import OrderQuery
from dapp.views.credit.dimensions import sub_scores
from dapp.widgets.amounts import percent_text
from dapp.widgets.i18n import text_of
from dapp.widgets.tiers import next_tier
from tests.dapp.views.pages import asked_for, press, shown, value_of
from tests.dapp.wallet.seeding import asked


def own(at):
    """The key of the field with the merchant's address."""
    return next(field.key for field in at.text_input if field.key.startswith("credit.whose"))


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("merchant", ["", "0x12", "<script>", "x" * 42])
def test_render__nobody__is_asked_for_an_address(screens, merchant, language):
    at = screens.open("credit", None, language, merchant=merchant)
    assert not at.exception
    assert not at.subheader
    at.text_input(key=own(at)).set_value("not an address").run()
    assert at.error


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("account", [None, "buyer", "operator"])
@pytest.mark.parametrize("name", ["seller", "second_seller", "outsider"])
def test_render__merchant__is_shown_to_everyone(screens, name, account, language):
    address = screens.running.actors[name]
    at = screens.open("credit", account, language, merchant=address.lower())
    assert not at.exception
    merchant = screens.market.index.merchant(address)
    assert sum(sub_scores(merchant).values()) == merchant.score
    assert points_text(merchant.score) in [metric.value for metric in at.metric]
    fee = screens.market.contracts.fee_policy.functions.feeBpsOf(int(merchant.tier)).call()
    assert percent_text(fee) in shown(at)
    assert not any(area.key == "credit.appeal.grounds" for area in at.text_area)


@pytest.mark.usefixtures("silent_chain")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_render__silent_chain__keeps_the_score(screens, language):
    at = screens.open("credit", "seller", language)
    assert not at.exception
    assert at.metric
    assert at.warning


@pytest.mark.parametrize("language", ["en", "zh"])
def test_standing__merchant__among_how_many(screens, language):
    index, seller = screens.market.index, screens.running.seller
    found = index.standing(seller, index.merchant(seller).score)
    values = {"percent": found.percentile, "below": found.below, "others": found.others}
    at = screens.open("credit", None, language, merchant=seller)
    assert text_of("advice.standing", language, **values) in shown(at)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_advice__merchant__orders_to_the_next_tier_and_reports(screens, language):
    index, seller = screens.market.index, screens.running.seller
    merchant, table = index.merchant(seller), compile_table(load_rules())
    tier, missing = next_tier(merchant.score)
    recent = index.orders(OrderQuery(seller, "seller"), 20).items
    token, amount = usual_order([(order.terms.token, order.terms.base) for order in recent])
    contracts = screens.market.contracts
    fee = contracts.fee_policy.functions.feeBpsOf(int(merchant.tier)).call()
    weight = table.weight_of(amount, fee, contracts.market.functions.creditUnit(token).call())
    rated = orders_until(missing, merchant.trade, merchant.service, weight, table, stars=5)
    text = shown(screens.open("credit", None, language, merchant=seller))
    name = text_of(f"services.tiers.{tier.name.lower()}", language)
    assert text_of("advice.next", language, tier=name, points=points_text(missing)) in text
    assert f" {rated} " in text
    assert points_text(weight) in text
    for rule in load_rules().rules:
        if rule.report and rule.sign > 0:
            assert text_of(f"advice.rules.{rule.name}", language) in text
        elif rule.report:
            assert rule.name not in text


def test_advice__other_rules_than_deployed__are_said(screens, monkeypatch, tmp_path):
    other = tmp_path / "other.yaml"
    other.write_text(SHIPPED.read_text().replace("pair_cap: 30", "pair_cap: 40"))
    market = screens.market
    monkeypatch.setattr(market, "settings", replace(market.settings, credit_rules=other))
    at = screens.open("credit", "seller")
    assert not at.exception
    assert any("pair_cap" in each.value.replace("\\", "") for each in at.warning)


@pytest.mark.parametrize(("language", "said"), [("en", "What an order weighs"), ("zh", "订单的权重")])
def test_handbook__pressed__opens_in_the_language_without_links(screens, language, said):
    at = screens.open("credit", None, language, merchant=screens.running.seller)
    assert said not in shown(at)
    at.button(key="credit.handbook").click().run()
    assert not at.exception
    [text] = [each.value for each in at.markdown if f"## {said}" in each.value]
    assert "](" not in text
    assert all(f"`{rule.name}`" in text for rule in load_rules().rules)


def test_appeal__own_loss__keeps_the_grounds_and_sends_the_bond(screens):
    at = screens.open("credit", "seller")
    change = at.selectbox(key="credit.appeal.change").value
    assert change.applied < 0
    at.text_area(key="credit.appeal.grounds").set_value("The buyer <b>changed</b> the brief.").run()
    at = press(at, f"credit.appeal.{change.ref.hex()}")
    name, arguments, transaction = asked_for(screens, at, "credit")
    bond = screens.market.contracts.credit.functions.appealBond().call()
    assert (name, value_of(transaction)) == ("appealOrder", bond)
    cid = next(value for value in arguments.values() if isinstance(value, str))
    kept = json.loads(screens.market.store.get(cid, 10_000))
    assert kept["description"] == "The buyer <b>changed</b> the brief."


def test_appeal__nothing_lost__has_no_form(screens):
    at = screens.open("credit", "outsider")
    assert not [area for area in at.text_area if area.key.startswith("credit.appeal")]
    assert "nothing" in shown(at).lower()
    assert not asked(at)


@pytest.mark.parametrize(
    ("thousandths", "text"),
    [(597_870, "597.87"), (-33_330, "−33.33"), (0, "0"), (-1, "−0.001"), (600_000, "600")],
)
def test_points_text__any__is_exact(thousandths, text):
    assert points_text(thousandths) == text
