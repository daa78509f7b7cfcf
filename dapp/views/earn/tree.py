"""The accounts around one in the referral tree, drawn."""

import streamlit as st

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.index.account_rows import Member, Referrals
from dapp.market import market
from dapp.widgets import charts
from dapp.widgets.addresses import short
from dapp.widgets.i18n import t
from dapp.widgets.states import empty

DEPTH = 3
MOST = 60
_ROW = 34


def show_tree(place: Referrals) -> None:
    """Whom I brought and whom they brought, three levels down, and who is above me."""
    st.subheader(t("earn.tree"))
    below = market().index.downline(place.account, DEPTH, MOST)
    if not below:
        empty(t("earn.nobody_yet"), "account_tree")
    else:
        first, second, third = place.counts
        st.caption(t("earn.counts", first=first, second=second, third=third))
    spec = tree_spec(place, below)
    charts.show(spec, height=max(_ROW * (len(below) + 1), 80), key="earn.tree")
    if sum(place.counts) > len(below):
        st.caption(t("earn.more", count=sum(place.counts) - len(below)))


def tree_spec(place: Referrals, below: list[Member]) -> charts.Spec:
    """Points by level from left to right, one row each, in the tree's order, with a line to each referrer."""
    above = [level.account for level in place.upline.levels if level.account != ZERO_ADDRESS]
    column = {account: -1 - level for level, account in enumerate(above)}
    order = _depth_first(place.account, below)
    row = {account: float(number) for number, account in enumerate(order)}
    row |= dict.fromkeys(above, 0.0)
    column |= {place.account: 0} | {member.account: member.level for member in below}
    parent = {member.account: member.referrer for member in below}
    parent |= dict(zip([place.account, *above], above, strict=False))
    points = [
        {
            "x": column[account],
            "y": row[account],
            "name": t("earn.me") if account == place.account else short(account),
            "account": account,
            "kind": t(f"earn.kinds.{_kind(column[account])}"),
        }
        for account in row
    ]
    lines = [
        {"x": column[account], "y": row[account], "x2": column[up], "y2": row[up]}
        for account, up in parent.items()
        if up in row
    ]
    x = {
        "field": "x",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [-len(above) - 0.2, DEPTH + 0.8]},
    }
    y = {"field": "y", "type": "quantitative", "axis": None, "sort": "descending"}
    kinds = [t(f"earn.kinds.{name}") for name in ("above", "me", "below")]
    color = {
        "field": "kind",
        "type": "nominal",
        "title": None,
        "scale": {"domain": kinds, "range": [charts.COLORS[1], charts.COLORS[0], charts.COLORS[2]]},
        "legend": {"orient": "bottom"},
    }
    tooltip = [{"field": "account", "type": "nominal"}]
    return {
        "layer": [
            {
                "data": {"values": lines},
                "mark": {"type": "rule", "color": "#8C8C8C", "opacity": 0.6},
                "encoding": {"x": x, "y": y, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
            },
            {
                "data": {"values": points},
                "mark": {"type": "circle", "size": 160, "opacity": 1},
                "encoding": {"x": x, "y": y, "color": color, "tooltip": tooltip},
            },
            {
                "data": {"values": points},
                "mark": {"type": "text", "align": "left", "dx": 10, "dy": -8, "color": "#8C8C8C"},
                "encoding": {"x": x, "y": y, "text": {"field": "name"}, "tooltip": tooltip},
            },
        ],
        "view": {"stroke": None},
    }


def _depth_first(root: str, below: list[Member]) -> list[str]:
    children: dict[str, list[str]] = {}
    for member in below:
        children.setdefault(member.referrer, []).append(member.account)
    order, waiting = [], [root]
    while waiting:
        account = waiting.pop()
        order.append(account)
        waiting += reversed(children.get(account, []))
    return order


def _kind(column: int) -> str:
    return "me" if column == 0 else "above" if column < 0 else "below"
