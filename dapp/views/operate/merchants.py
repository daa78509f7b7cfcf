"""Unusual merchants, for reviewers: what makes each so, and what a reviewer found. It changes no score."""

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dapp.market import market
from dapp.risk.failures import BadDecision
from dapp.risk.model import REVIEW_FROM, Verdict
from dapp.risk.reviews import (
    NOTE_LIMIT,
    Decision,
    Review,
    decisions_of,
    open_reviews,
    permille_of,
)
from dapp.risk.training import ranking
from dapp.risk.wording import feature_words
from dapp.widgets.addresses import address
from dapp.widgets.anomaly import trained_model
from dapp.widgets.i18n import language, t
from dapp.widgets.links import screen_link
from dapp.widgets.sign_in import sign_in_panel, signed_in
from dapp.widgets.states import empty, problem
from dapp.widgets.text import foreign_text
from dapp.widgets.times import local_date, local_time

REVIEWER = 12
MOST = 20
REASONS = 5
_REFUSED = "operate.merchants.refused"


def show_merchants() -> None:
    """The open reviews, the most unusual merchant first, for a reviewer who has signed in."""
    st.caption(t("reviews.help"))
    account = signed_in()
    if account is None:
        sign_in_panel(t("reviews.reason"))
        return
    model = trained_model()
    if model is None:
        empty(t("reviews.no_model"), "model_training")
        return
    kind = "simulated" if model.is_simulated else "trained"
    st.caption(t(f"reviews.{kind}", day=local_date(model.trained_at), count=len(model.rows)))
    try:
        last = decisions_of(market().settings).last()
    except SQLAlchemyError:
        problem(t("reviews.silent"))
        return
    found = open_reviews(_ranking(model.source, model.seed), last, market().now())
    if not found:
        empty(t("reviews.none"), "verified_user")
    for review in found[:MOST]:
        _entry(review, account)


def _entry(review: Review, account: str) -> None:
    key = f"operate.merchants.{review.merchant}"
    with st.container(border=True, key=key):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            address(review.merchant, t("reviews.merchant"), key=f"{key}.merchant")
            screen_link("credit", t("reviews.credit"), merchant=review.merchant)
        score, mark = round(review.verdict.score * 100), round(REVIEW_FROM * 100)
        st.markdown(t("reviews.score", score=score, mark=mark))
        st.markdown(_reasons(review.verdict))
        if review.last is not None:
            st.caption(t("reviews.last", time=local_time(review.last.decided_at)))
            foreign_text(review.last.note)
        st.text_area(t("reviews.note"), key=f"{key}.note", max_chars=NOTE_LIMIT)
        st.button(
            t("reviews.close"), key=f"{key}.close", on_click=_close, args=(review, account, f"{key}.note")
        )
        refused = st.session_state.get(_REFUSED)
        if refused == review.merchant:
            st.error(t("reviews.needs_note"))


def _reasons(verdict: Verdict) -> str:
    return "\n".join(
        t(
            "reviews.because",
            share=f"{reason.share:.0%}",
            feature=feature_words(reason.feature, language()),
            value=f"{reason.value:.2g}",
            usual=f"{reason.usual:.2g}",
        )
        for reason in verdict.reasons[:REASONS]
    )


def _close(review: Review, account: str, note_key: str) -> None:
    """In the button's callback, by the reviewer who is signed in then."""
    st.session_state.pop(_REFUSED, None)
    if signed_in() != account or not _is_reviewer(account):
        return
    note = str(st.session_state.get(note_key, ""))
    permille, now = permille_of(review.verdict), market().now()
    try:
        decisions_of(market().settings).decide(Decision(review.merchant, account, permille, now, note))
    except BadDecision:
        st.session_state[_REFUSED] = review.merchant


def _is_reviewer(account: str) -> bool:
    return any(row.role == REVIEWER for row in market().index.roles(account))


@st.cache_data(ttl=300, max_entries=4)
def _ranking(_source: str, _seed: int) -> list[tuple[str, Verdict]]:
    model = trained_model()
    return [] if model is None else ranking(market().index.dealings, model)
