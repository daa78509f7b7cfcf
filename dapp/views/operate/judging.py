"""Attestations of the three attested dimensions, and decisions of appeals, each with its evidence."""

import streamlit as st

from dapp.domain.credit import Dimension
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import EvidenceError
from dapp.index.account_rows import AppealRow
from dapp.market import market
from dapp.views.operate.restricted import restricted_action
from dapp.widgets.actions import Refused, action
from dapp.widgets.addresses import address, is_address, short
from dapp.widgets.i18n import language, t
from dapp.widgets.states import empty
from dapp.widgets.text import clean_lines, plain
from dapp.widgets.times import clock_text

FIRST_ATTESTOR, APPEALS = 4, 7
POINT = 1_000
DAILY_POINTS = 20
EVIDENCE_SHOWN = 64 * 1024


def show_judging(roles: set[int]) -> None:
    """What the account's roles allow."""
    dimensions = [each for each in Dimension if int(each) + 2 in roles and int(each) + 2 >= FIRST_ATTESTOR]
    if dimensions:
        _attest(dimensions)
    if APPEALS in roles:
        _appeals()


def _attest(dimensions: list[Dimension]) -> None:
    st.subheader(t("operate.attest"))
    st.caption(t("operate.attest_help", points=DAILY_POINTS))
    with st.container(border=True):
        dimension = st.selectbox(
            t("operate.dimension"),
            dimensions,
            format_func=lambda each: t(f"credit.dimensions.{each.name.lower()}"),
            key="operate.dimension",
        )
        merchant = st.text_input(t("operate.merchant"), key="operate.merchant", max_chars=42).strip()
        points = st.number_input(
            t("operate.points"),
            -float(DAILY_POINTS),
            float(DAILY_POINTS),
            0.0,
            step=0.5,
            key="operate.points",
        )
        reason = st.text_area(t("operate.reason"), key="operate.reason", max_chars=10_000).strip()
        delta = round(points * POINT)
        if not delta or not reason or not is_address(merchant):
            return
        who = market().web3.to_checksum_address(merchant)
        name = t("operate.attestation_of", who=short(who))
        action(
            t("operate.attest_points", points=f"{points:+g}", who=plain(short(who))),
            lambda: market().contracts.credit.functions.attest(
                who, int(dimension), delta, _keep(name, reason)
            ),
            key=f"operate.attest.{who}.{int(dimension)}",
            kind="primary",
            on_confirmed=st.rerun,
        )


def _appeals() -> None:
    st.subheader(t("operate.appeals"))
    waiting = market().index.appeals(open_only=True)
    if not waiting:
        empty(t("operate.no_appeals"), "balance")
    for appeal in waiting:
        _appeal(appeal)


def _appeal(appeal: AppealRow) -> None:
    key = f"operate.appeal.{appeal.ref.hex()}"
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            address(appeal.merchant, t("operate.merchant_of"), key=f"{key}.merchant")
            address(appeal.ref, t("operate.against"), key=f"{key}.ref")
            st.caption(plain(clock_text(appeal.decide_until, market().now())), width="content")
        try:
            grounds = market().store.get(appeal.cid, limit=EVIDENCE_SHOWN)
            st.code(clean_lines(grounds.decode(errors="replace")), language=None, wrap_lines=True)
        except EvidenceError as error:
            st.caption(plain(error.sentence(language()), 400))
        reasons = st.text_area(t("operate.reason"), key=f"{key}.reason", max_chars=10_000).strip()
        if not reasons:
            return
        for upheld in (True, False):
            _decision(appeal, upheld, reasons, key)


def _decision(appeal: AppealRow, upheld: bool, reasons: str, key: str) -> None:
    credit, order = market().contracts.credit.functions, market().index.order(appeal.ref)
    try:
        cid = _keep(t("operate.decision_of", ref=short(appeal.ref)), reasons)
    except Refused as refused:
        st.error(plain(refused, 400))
        return
    call = (
        credit.decideAttestation(appeal.ref, upheld, cid)
        if order is None
        else credit.decideOrder(order.terms.pack(), upheld, cid)
    )
    label = t("operate.uphold" if upheld else "operate.reject")
    restricted_action(label, call, key=f"{key}.{'uphold' if upheld else 'reject'}", himself=True)


def _keep(name: str, text: str) -> str:
    """Store the evidence and give its CID."""
    try:
        return market().store.put(EvidenceDocument(name, text).to_json())
    except EvidenceError as error:
        raise Refused(error.sentence(language())) from error
