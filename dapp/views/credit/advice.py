"""What would raise a merchant's score: to the next tier by orders, and by each dimension's own rules."""

from collections.abc import Mapping
from functools import lru_cache

import streamlit as st
from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.chain.formats import points_text
from dapp.credit import CreditError, RuleBook, compile_table
from dapp.credit.advice import Way, buyers_for, held_by_rule, orders_until, usual_order, ways
from dapp.credit.deployed import deployed_rules
from dapp.credit.document import AttestationDocument
from dapp.domain.bounds import DAY
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.credit_table import TENTHS, CreditTable
from dapp.evidence.errors import EvidenceError
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.index.account_rows import CreditChange, MerchantRow
from dapp.index.rows import OrderQuery, ServiceQuery
from dapp.market import Market, market
from dapp.settings import Settings
from dapp.views.credit.dimensions import MOST, sub_scores
from dapp.views.credit.handbook import handbook_button
from dapp.views.credit.history import CHARTED
from dapp.widgets.amounts import amount_text, percent_text
from dapp.widgets.i18n import has_text, t
from dapp.widgets.services import tier_name
from dapp.widgets.states import problem
from dapp.widgets.text import plain
from dapp.widgets.tiers import grant_lines, grants_of, next_tier

LATELY = 20
"""Orders of a merchant whose median is his usual one."""
_MARKET = (Dimension.TRADE, Dimension.SERVICE)


def show_advice(merchant: MerchantRow) -> None:
    """Where there is room, the nearest tier first. By the market's rules as they are, not by heart."""
    st.subheader(t("advice.title"))
    handbook_button()
    opened = market()
    try:
        rules, table = _rules(opened.settings)
        usual, weight = _weigh(opened, merchant, table)
        lines = [f":small[{usual}]", _to_next_tier(merchant, weight, table)]
    except (ChainError, CreditError, Web3Exception, OSError) as error:
        problem(t("tiers.no_answer", reason=plain(error)))
        return
    scores = sub_scores(merchant)
    changes = opened.index.credit_history(merchant.account, CHARTED).items
    held = held_by_rule(_attested(opened, changes))
    for each in sorted(Dimension, key=lambda each: scores[each] - MOST[each]):
        room = MOST[each] - scores[each]
        if room and each in _MARKET:
            lines.append(_market_text(each, room, table, weight))
        elif room:
            lines.append(_attested_text(each, room, rules, held))
    losses = _losses(changes)
    st.markdown("\n\n".join([*lines, *([losses] if losses else [])]))  # one element: each costs a message


@lru_cache(maxsize=4)
def _rules(settings: Settings) -> tuple[RuleBook, CreditTable]:
    """A market's rules and their numbers, which never change."""
    rules = deployed_rules(market(settings).contracts, settings.credit_rules)
    return rules, compile_table(rules)


# -- by orders ----------------------------------------------------------------------------------


def _weigh(opened: Market, merchant: MerchantRow, table: CreditTable) -> tuple[str, int]:
    """What the merchant's usual order weighs now, in words and thousandths of a point; 0 without one."""
    usual, fee = _usual(opened, merchant), grants_of(merchant.tier).fee_bps
    weight = table.weight_of(usual[1], fee, _unit(opened, usual[0])) if usual else 0
    if not usual or not weight:
        return t("advice.no_usual"), 0
    shown, points = amount_text(usual[1], usual[0]), points_text(weight)
    return t("advice.usual", amount=shown, fee=percent_text(fee), points=points), weight


def _usual(opened: Market, merchant: MerchantRow) -> tuple[str, int] | None:
    orders = opened.index.orders(OrderQuery(merchant.account, "seller"), LATELY).items
    found = usual_order([(order.terms.token, order.terms.base) for order in orders])
    if found is not None:
        return found
    offered = opened.index.services(ServiceQuery(seller=merchant.account), LATELY).items
    return usual_order([(each.listing.token, each.listing.price) for each in offered])


def _unit(opened: Market, token: str) -> int:
    call = opened.contracts.market.functions.creditUnit
    return opened.at_head(("unit", token), lambda: int(call(token).call()))


def _to_next_tier(merchant: MerchantRow, weight: int, table: CreditTable) -> str:
    above, new = next_tier(merchant.score), merchant.earned < merchant.seasoned
    if above is None:
        return t("advice.top")
    tier, missing = above
    brings = grant_lines(tier, grants_of(tier), limited=new)
    lines = [t("advice.next", tier=tier_name(tier), points=points_text(missing))]
    if weight:
        lines.append(_orders_text(merchant, missing, weight, table))
    if new:
        lines.append(_newcomer_text(merchant.seasoned - merchant.earned, weight, table))
    first, *rest = [f"- {line}" for line in lines]
    return "\n".join([first, *(f"    - {line}" for line in brings), *rest])


def _newcomer_text(left: int, weight: int, table: CreditTable) -> str:
    text = t("advice.newcomer", points=points_text(left))
    count = orders_until(left, 0, 0, weight, table)
    return text if count is None else f"{text} {t('advice.newcomer_orders', count=count)}"


def _orders_text(merchant: MerchantRow, missing: int, weight: int, table: CreditTable) -> str:
    unrated = orders_until(missing, merchant.trade, merchant.service, weight, table)
    rated = orders_until(missing, merchant.trade, merchant.service, weight, table, stars=5)
    if rated is None:
        return t("advice.orders_not_enough")
    buyers = buyers_for(rated, weight, table)
    if unrated is None:
        text = t("advice.orders_rated", rated=rated)
    else:
        text = t("advice.orders", count=unrated, rated=rated)
    cap = t("advice.buyers", buyers=buyers, points=points_text(table.pair_cap), days=table.epoch_days)
    return f"{text} {cap}"


# -- by dimension -------------------------------------------------------------------------------


def _head(dimension: Dimension, room: int) -> str:
    return f"**{t(f'credit.dimensions.{dimension.name.lower()}')}** (+{points_text(room)})"


def _market_text(dimension: Dimension, room: int, table: CreditTable, weight: int) -> str:
    if dimension is Dimension.TRADE:
        factors = {name: _factor(getattr(table, name)) for name in ("missed", "ruled_trade", "refund")}
        text = t("advice.trade", most=points_text(table.max_weight), **factors)
        gain, loss = weight, weight * table.missed // TENTHS
    else:
        good, bad = _factor(table.stars[4]), _factor(-table.stars[0])
        text = t("advice.service", good=good, bad=bad, ruled=_factor(table.ruled_service))
        gain, loss = table.rating_delta(5, weight), -table.rating_delta(1, weight)
    if weight:
        yours = f"advice.{dimension.name.lower()}_yours"
        text += " " + t(yours, gain=points_text(gain), loss=points_text(loss))
    return f"{_head(dimension, room)}: {text}"


def _attested_text(dimension: Dimension, room: int, rules: RuleBook, held: Mapping[str, int]) -> str:
    found = [f"- {_way_text(way, held.get(way.rule.name, 0))}" for way in ways(rules, dimension, room)]
    return "\n".join([f"{_head(dimension, room)}: {t('advice.by_reports')}", "", *found])


def _way_text(way: Way, held: int) -> str:
    rule, key = way.rule, f"advice.rules.{way.rule.name}"
    parts = [t(key) if has_text(key) else plain(rule.name), t("advice.up_to", points=points_text(way.most))]
    if rule.limit:
        parts.append(t("advice.limit", points=points_text(rule.limit.points), days=rule.limit.days))
    if rule.expires:
        parts.append(t("advice.expires"))
    if rule.decay:
        step, every = points_text(rule.decay.points), rule.decay.every // DAY
        parts.append(t("advice.decays", points=step, every=every, after=rule.decay.after // DAY))
    if held > 0:
        parts.append(t("advice.held", points=points_text(held)))
    return "; ".join(parts)


def _attested(opened: Market, changes: tuple[CreditChange, ...]) -> list[tuple[str, int]]:
    """By which rule each attestation moved the score, of those whose evidence is here and says so."""
    here = [(each.cid, each.applied) for each in changes if each.cid and opened.store.has(each.cid)]
    return [(_rule_of(cid, opened.settings), applied) for cid, applied in here]


@lru_cache(maxsize=4_096)
def _rule_of(cid: str, settings: Settings) -> str:
    """The rule that kept evidence names; empty for evidence of another kind. A CID's bytes never change."""
    try:
        document = AttestationDocument.parse(market(settings).store.get(cid, DOCUMENT_LIMIT))
    except (EvidenceError, CreditError, ValueError):
        return ""
    return document.rule if document else ""


def _losses(changes: tuple[CreditChange, ...]) -> str:
    """What the merchant's own record lost, the most first, and what an appeal gave back."""
    lost: dict[CreditReason | None, list[int]] = {}
    for change in changes:
        if change.applied < 0 or change.reason is CreditReason.REVERSAL:
            lost.setdefault(change.reason, []).append(change.applied)
    parts = [
        t(
            "advice.lost",
            reason=t(f"credit.reasons.{'release' if reason is None else reason.name.lower()}"),
            points=f"{'+' if sum(applied) > 0 else ''}{points_text(sum(applied))}",
            count=len(applied),
        )
        for reason, applied in sorted(lost.items(), key=lambda each: sum(each[1]))
    ]
    return f"**{t('advice.record')}**: {'; '.join(parts)}" if parts else ""


def _factor(tenths: int) -> str:
    return f"{tenths / TENTHS:g}"
