"""How usual a merchant's trade looks to the anomaly model, for himself alone. It moves no score."""

import streamlit as st

from dapp import wallet
from dapp.index.account_rows import MerchantRow
from dapp.market import market
from dapp.risk.model import REVIEW_FROM, AnomalyModel, Verdict
from dapp.risk.training import FEWEST_SALES, verdict_on
from dapp.risk.wording import feature_words
from dapp.widgets.anomaly import trained_model
from dapp.widgets.i18n import language, t
from dapp.widgets.sign_in import sign_in_panel, signed_in
from dapp.widgets.times import local_date

REASONS = 3
_KEY = "credit.unusual"
_GRAY = "background:color-mix(in srgb,currentColor 15%,transparent)"
_TRACK = f"position:relative;height:.8rem;border-radius:.4rem;{_GRAY}"
_MARK = "position:absolute;top:-.2rem;bottom:-.2rem;width:2px;background:currentColor;opacity:.6"


def show_unusual(merchant: MerchantRow) -> None:
    """Closed at first, and asks nothing until it is opened. Nothing without a model."""
    model = trained_model() if wallet.account() == merchant.account else None
    if model is None:
        return
    drawn = st.expander(t("advice.unusual"), icon=":material/speed:", key=_KEY, on_change="rerun")
    if drawn.open:
        with drawn:
            _opened(merchant, model)


def _opened(merchant: MerchantRow, model: AnomalyModel) -> None:
    st.caption(t("advice.unusual_help"))
    if signed_in() != merchant.account:
        sign_in_panel(t("advice.unusual_sign_in"), ".unusual")
        return
    verdict = _verdict(merchant.account, model.source, model.seed)
    if verdict is None:
        st.markdown(t("advice.too_few_sales", count=FEWEST_SALES))
        return
    kind = "simulated" if model.is_simulated else "trained"
    st.html(_gauge(verdict.score))
    st.markdown(_text(verdict))
    st.caption(t(f"reviews.{kind}", day=local_date(model.trained_at), count=len(model.rows)))


def _gauge(score: float) -> str:
    """A bar from 0 to 1 with a mark where a person looks."""
    color = "#D55E00" if score >= REVIEW_FROM else "#009E73"
    fill = f"width:{score:.1%};height:100%;border-radius:.4rem;background:{color}"
    said = f'role="meter" aria-valuemin="0" aria-valuemax="1" aria-valuenow="{score:.2f}"'
    return (
        f'<div {said} style="{_TRACK}"><div style="{fill}"></div>'
        f'<div style="{_MARK};left:{REVIEW_FROM:.0%}"></div></div>'
    )


def _text(verdict: Verdict) -> str:
    head = t("advice.unusual_score", score=f"{verdict.score:.2f}", mark=f"{REVIEW_FROM:g}")
    reasons = [
        t(
            "reviews.because",
            share=f"{reason.share:.0%}",
            feature=feature_words(reason.feature, language()),
            value=f"{reason.value:.2g}",
            usual=f"{reason.usual:.2g}",
        )
        for reason in verdict.reasons[:REASONS]
    ]
    return "\n".join([head, "", *reasons])


@st.cache_data(ttl=300, max_entries=256, show_spinner=False)
def _verdict(merchant: str, _source: str, _seed: int) -> Verdict | None:
    model = trained_model()
    return None if model is None else verdict_on(market().index.dealings, model, merchant)
