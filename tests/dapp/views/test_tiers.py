"""What each tier promises, where it is shown.

each tier, on the credit page and at the seller's stake
├── fee and stake as the contracts have them; Diamond: no stake
├── points: twice from Gold on
├── Diamond: shown first; nobody else
└── Watch, and newcomers of any tier: the order's limit, longer review, later settlement
a service's page
└── says of its seller's tier what concerns who orders
the market
└── Diamond's services in front, then Gold's, Silver's, Watch's; and says so
"""

from dataclasses import replace

import pytest
import sqlalchemy

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.index import schema
from dapp.index.queries.values import account_bytes
from dapp.widgets.amounts import amount_text, percent_text
from dapp.widgets.i18n import text_of
from dapp.widgets.services import tier_badge
from tests.dapp.views.pages import shown

TRADE = {Tier.WATCH: 0, Tier.SILVER: 240_000, Tier.GOLD: 240_000, Tier.DIAMOND: 400_000}
SERVICE = {Tier.WATCH: 0, Tier.SILVER: 180_000, Tier.GOLD: 300_000, Tier.DIAMOND: 300_000}
ATTESTED = {Tier.WATCH: 60_000, Tier.SILVER: 60_000, Tier.GOLD: 90_000, Tier.DIAMOND: 80_000}


@pytest.fixture
def as_tier(screens, monkeypatch):
    """From now on the index has the seller at this tier; seasoned unless told otherwise."""
    ask = type(screens.market.index).merchant

    def set_to(tier, *, seasoned=True):
        def merchant(account):
            row = ask(screens.market.index, account)
            attested = dict.fromkeys(("compliance", "community", "security"), ATTESTED[tier])
            earned = row.seasoned if seasoned else 0
            return replace(row, trade=TRADE[tier], service=SERVICE[tier], earned=earned, **attested)

        monkeypatch.setattr(screens.market.index, "merchant", merchant)
        assert merchant(screens.running.seller).tier is tier

    return set_to


def said(language, key, **values):
    return text_of(f"tiers.{key}", language, **values)


def policy(screens, tier):
    functions = screens.market.contracts.fee_policy.functions
    fee, stake = functions.feeBpsOf(int(tier)).call(), functions.requiredStake(int(tier)).call()
    return fee, stake, amount_text(functions.watchOrderLimit(ZERO_ADDRESS).call(), ZERO_ADDRESS)


def pages(screens, language):
    credit = screens.open("credit", "seller", language)
    sell = screens.open("sell", "seller", language, state={"sell.desk": "stake"})
    return {"credit": credit, "sell": sell}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tier", list(Tier))
def test_grants__each_tier__credit_and_stake_tell_them(screens, as_tier, tier, language):
    as_tier(tier)
    fee, stake, limit = policy(screens, tier)
    for name, at in pages(screens, language).items():
        assert not at.exception, name
        # The credit page also tells what the next tier would bring, further in.
        lines = [line for each in at.markdown for line in each.value.split("\n") if line.startswith("- ")]
        text = "\n".join(lines)
        assert said(language, "fee", fee=percent_text(fee)) in text
        assert (said(language, "no_stake") in text) == (tier is Tier.DIAMOND) == (stake == 0)
        if stake:
            assert said(language, "stake", stake=amount_text(stake, ZERO_ADDRESS)) in text
        assert (said(language, "points_twice") in text) == (tier in (Tier.GOLD, Tier.DIAMOND))
        assert (said(language, "points_once") in text) == (tier in (Tier.WATCH, Tier.SILVER))
        assert (said(language, "first") in text) == (tier is Tier.DIAMOND)
        assert (said(language, "order_limit", limit=limit) in text) == (tier is Tier.WATCH)
        assert (limits(language) in text) == (tier is Tier.WATCH)


def limits(language):
    review = {"en": "3 days", "zh": "3 天"}[language]
    return said(language, "held", review=review, days=3)


@pytest.mark.parametrize("tier", [Tier.SILVER, Tier.DIAMOND])
def test_grants__newcomer__has_watchs_limits_and_is_told_until_when(screens, as_tier, tier):
    as_tier(tier, seasoned=False)
    text = shown(screens.open("credit", "seller"))
    assert said("en", "order_limit", limit=policy(screens, tier)[2]) in text
    assert limits("en") in text
    assert said("en", "newcomer", points="20") in text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("tier", list(Tier))
def test_service__each_tier__tells_buyers(screens, as_tier, tier, language):
    as_tier(tier)
    _fee, stake, limit = policy(screens, tier)
    text = shown(screens.open("service", "buyer", language, listing=1))
    assert tier_badge(tier).split(":")[2] in text
    needed = said(language, "stake", stake=amount_text(stake, ZERO_ADDRESS))
    assert (said(language, "no_stake") if tier is Tier.DIAMOND else needed) in text
    assert (said(language, "first") in text) == (tier is Tier.DIAMOND)
    assert (said(language, "order_limit", limit=limit) in text) == (tier is Tier.WATCH)
    assert (limits(language) in text) == (tier is Tier.WATCH)


def test_market__tiers__diamond_in_front_and_said(private_screens):
    screens, running = private_screens, private_screens.running
    wanted = {running.second_seller: Tier.DIAMOND, running.seller: Tier.GOLD}
    table = schema.merchants
    with screens.market.index.engine.begin() as connection:
        for account, tier in wanted.items():
            score = TRADE[tier] + SERVICE[tier] + 3 * ATTESTED[tier]
            here = table.c.account == account_bytes(account)
            connection.execute(sqlalchemy.update(table).where(here).values(score=score))
    at = screens.open("market")
    badges = [line for each in at.markdown for line in each.value.split("\n\n") if "-badge[" in line]
    tiers = [next(tier for tier in Tier if tier_badge(tier) in line) for line in badges]
    assert tiers == sorted(tiers, reverse=True)
    assert {tiers[0], *tiers} >= {Tier.DIAMOND, Tier.GOLD}
    assert said("en", "sorted") in shown(at)
    at.selectbox(key="market.sort").set_value("newest").run()
    assert said("en", "sorted") not in shown(at)
