"""What speaks against an order, from the evidence document of a hold: its factors, drawn and told.

Values in a document are foreign: whoever holds the risk bot's role can publish any.
"""

from typing import Any

import streamlit as st

from dapp.chain.formats import amount
from dapp.evidence.errors import EvidenceError
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.market import market
from dapp.risk.document import read_assessment
from dapp.risk.engine import Factor, RiskAssessment
from dapp.risk.wording import sentence
from dapp.widgets.charts import COLORS, Spec
from dapp.widgets.charts import show as show_chart
from dapp.widgets.i18n import has_text, language, t
from dapp.widgets.text import clean, plain

_BAR = 28  # pixels


def assessment_of(cid: str, order_id: bytes) -> RiskAssessment | None:
    """The assessment that a hold rests on; None if nobody has it, or it is none of this order."""
    found = _read(cid, str(market().settings.evidence))
    return found if found is not None and found.order_id == order_id else None


@st.cache_data(ttl=30, max_entries=256, show_spinner=False)
def _read(cid: str, _store: str) -> RiskAssessment | None:
    try:
        return read_assessment(market().store.get(cid, limit=DOCUMENT_LIMIT))
    except EvidenceError:
        return None


def reasons(assessment: RiskAssessment, token: str) -> str:
    """The factors as a list of sentences, most points first; markdown."""
    shown = market().token(token)

    def told(factor: Factor) -> str:
        return plain(sentence(factor, lambda units: amount(units, shown), language()), 400)

    return "\n".join(
        t("holds.reason", points=factor.points, reason=told(factor)) for factor in assessment.factors
    )


def factor_chart(assessment: RiskAssessment, *, key: str) -> None:
    """Draw each factor's points, and the mark from which on a review is held."""
    show_chart(
        factor_spec(assessment), height=_BAR * (len(assessment.factors) + 1) + _BAR, key=f"{key}.factors"
    )


def factor_spec(assessment: RiskAssessment) -> Spec:
    """The chart: a bar for each factor and one for the score, and the threshold across them."""
    rows: list[dict[str, Any]] = [
        {"name": _name(factor), "points": factor.points, "kind": "part"} for factor in assessment.factors
    ]
    rows.append({"name": t("holds.together"), "points": assessment.score, "kind": "sum"})
    y = {"field": "name", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 220}}
    x = {
        "field": "points",
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 100]},
        "axis": {"values": [0, 25, 50, 75, 100]},
    }
    color = {
        "field": "kind",
        "type": "nominal",
        "scale": {"domain": ["part", "sum"], "range": [COLORS[4], COLORS[0]]},
        "legend": None,
    }
    tooltip = [{"field": "name", "type": "nominal"}, {"field": "points", "type": "quantitative"}]
    mark = {"threshold": assessment.threshold, "name": t("holds.threshold", points=assessment.threshold)}
    return {
        "layer": [
            {
                "data": {"values": rows},
                "mark": {"type": "bar", "cornerRadiusEnd": 3},
                "encoding": {"y": y, "x": x, "color": color, "tooltip": tooltip},
            },
            {
                "data": {"values": rows},
                "mark": {"type": "text", "align": "left", "dx": 4, "color": COLORS[6]},
                "encoding": {"y": y, "x": x, "text": {"field": "points"}},
            },
            {
                "data": {"values": [mark]},
                "mark": {"type": "rule", "strokeDash": [4, 3], "color": COLORS[5], "strokeWidth": 2},
                "encoding": {
                    "x": {"field": "threshold", "type": "quantitative"},
                    "tooltip": [{"field": "name", "type": "nominal"}],
                },
            },
        ]
    }


def _name(factor: Factor) -> str:
    key = f"holds.rule.{factor.name}"
    return t(key) if has_text(key) else clean(factor.name, 40)
