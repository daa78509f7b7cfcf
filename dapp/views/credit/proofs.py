"""Proving one's score to somebody without showing it, and checking what somebody else shows."""

import time
from functools import lru_cache

import streamlit as st

from dapp import wallet
from dapp.chain.keys import KeyUnusable
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.index.account_rows import MerchantRow
from dapp.market import market
from dapp.privacy.errors import BadProof, PrivacyError
from dapp.privacy.examination import Examination, examine, examine_offline
from dapp.privacy.proof import Claim, Proof, SignedProof
from dapp.privacy.request import Wish
from dapp.privacy.signing import STEP, ScoreSigner, score_signer
from dapp.settings import Settings, SettingsError
from dapp.wallet.preparation import UNREACHABLE
from dapp.widgets.actions import action
from dapp.widgets.addresses import is_address, short
from dapp.widgets.figures import Figure, facts
from dapp.widgets.i18n import language, t
from dapp.widgets.services import tier_name
from dapp.widgets.sign_in import sign_in_panel, signed_in
from dapp.widgets.states import problem
from dapp.widgets.text import plain
from dapp.widgets.times import local_time

DAYS = (1, 7, 30, 90)
LONGEST_FILE = 8_000
_POINT = 1_000
_MADE = "credit.proofs.made"


def show_proofs(merchant: MerchantRow) -> None:
    """For the merchant himself the way to a proof; for everybody the check of one."""
    st.subheader(t("proofs.title"))
    if wallet.account() == merchant.account:
        with st.expander(t("proofs.prove"), icon=":material/verified_user:", key="credit.proofs.prove"):
            _prove(merchant)
    with st.expander(t("proofs.check"), icon=":material/fact_check:", key="credit.proofs.check"):
        _check()


# -- getting one ------------------------------------------------------------------------------


@lru_cache(maxsize=4)
def _signer(settings: Settings) -> ScoreSigner | None:
    """This process's signer: opening a keystore takes a second, on purpose."""
    return score_signer(market(settings).contracts, settings)


def _prove(merchant: MerchantRow) -> None:
    st.markdown(t("proofs.what"))
    try:
        signer = _signer(market().settings)
    except (KeyUnusable, SettingsError) as error:
        problem(plain(error, 400))
        return
    if signer is None:
        st.info(t("proofs.no_signer"))
        return
    wish = _wish(merchant)
    if signed_in() != merchant.account:
        sign_in_panel(t("proofs.sign_in"))
        return
    st.button(
        t("proofs.make"),
        key="credit.proofs.make",
        type="primary",
        disabled=wish is None,
        on_click=_make,
        args=(signer, wish, language()),
    )
    _made(merchant)


def _wish(merchant: MerchantRow) -> Wish | None:
    """What the fields say; None while something is wrong with them, which is said."""
    thresholds = range(merchant.score // (STEP * _POINT) * STEP, 0, -STEP)
    claims = [(Claim.SCORE_AT_LEAST, value) for value in thresholds]
    claims.insert(0, (Claim.TIER_IS, int(merchant.tier)))
    claim, value = st.selectbox(
        t("proofs.claim"),
        claims,
        format_func=_claim_text,
        key="credit.proofs.claim",
        help=t("proofs.claim_help"),
    )
    audience = _account_field("audience")
    holder = _account_field("holder")
    days = st.selectbox(
        t("proofs.days"),
        DAYS,
        index=2,
        format_func=lambda n: t("proofs.n_days", n=n),
        key="credit.proofs.days",
    )
    if audience is None or holder is None:
        return None
    life = days * DAY
    return Wish(merchant.account, holder or merchant.account, claim, value, life, audience or ZERO_ADDRESS)


def _account_field(name: str) -> str | None:
    """An address, the empty text for none, None for what is no address."""
    given = st.text_input(
        t(f"proofs.{name}"), key=f"credit.proofs.{name}", max_chars=42, help=t(f"proofs.{name}_help")
    ).strip()
    if given and not is_address(given):
        st.error(t("credit.not_an_address"))
        return None
    return str(market().web3.to_checksum_address(given)) if given else ""


def _make(signer: ScoreSigner, wish: Wish, spoken: str) -> None:
    """Issue it: a callback, so that one press is one proof."""
    try:
        st.session_state[_MADE] = (wish.merchant, signer.issue(wish))
    except PrivacyError as error:
        st.session_state[_MADE] = (wish.merchant, error.sentence(spoken))
    except UNREACHABLE as error:
        st.session_state[_MADE] = (wish.merchant, str(error))


def _made(merchant: MerchantRow) -> None:
    owner, made = st.session_state.get(_MADE, (None, None))
    if owner != merchant.account:
        return
    if not isinstance(made, SignedProof):
        st.error(plain(made, 400), icon=":material/block:")
        return
    st.success(t("proofs.ready"))
    _facts(made.proof)
    st.download_button(
        t("proofs.download"),
        made.to_json(),
        file_name=f"score-proof-{made.proof.id.hex()[:8]}.json",
        mime="application/json",
        icon=":material/download:",
        on_click="ignore",
        key="credit.proofs.download",
    )
    st.caption(t("proofs.hand_over"))


# -- checking one -----------------------------------------------------------------------------


def _check() -> None:
    st.markdown(t("proofs.check_what"))
    text = st.text_area(
        t("proofs.paste"), key="credit.proofs.paste", max_chars=LONGEST_FILE, height=160, placeholder="{…}"
    ).strip()
    if not text:
        return
    try:
        signed = SignedProof.parse(text.encode(errors="replace"))
    except BadProof as error:
        st.error(plain(error.sentence(language()), 400), icon=":material/block:")
        return
    found = _examined(signed)
    if found.is_sound:
        st.success(
            t("proofs.sound" if found.asked_chain else "proofs.sound_offline"), icon=":material/verified:"
        )
    for fault in found.faults:
        st.error(plain(fault.sentence(language()), 600), icon=":material/block:")
    _facts(signed.proof)
    st.caption(t("proofs.show_challenge"))
    if wallet.account() == signed.proof.holder and found.asked_chain:
        _revoke(signed.proof)


def _examined(signed: SignedProof) -> Examination:
    """By the chain; while it is silent, by the file alone."""
    try:
        return examine(signed, market().contracts, language=language())
    except UNREACHABLE as error:
        problem(t("proofs.silent_chain", reason=plain(error)))
        return examine_offline(signed, int(time.time()))


def _revoke(proof: Proof) -> None:
    action(
        t("proofs.revoke"),
        lambda: market().contracts.score_proofs.functions.revoke(proof.id),
        key=f"credit.proofs.revoke.{proof.id.hex()}",
        help=t("proofs.revoke_help"),
        on_confirmed=st.rerun,
    )


def _facts(proof: Proof) -> None:
    open_to_all = proof.audience == ZERO_ADDRESS
    facts(
        [
            Figure(t("proofs.says"), _claim_text((proof.claim, proof.value))),
            Figure(
                t("proofs.when"), local_time(proof.block_time), "", t("proofs.block", n=proof.block_number)
            ),
            Figure(t("proofs.until"), local_time(proof.until)),
            Figure(t("proofs.shown_by"), proof.holder),
            Figure(t("proofs.shown_to"), t("proofs.anybody") if open_to_all else proof.audience),
            Figure(t("proofs.mark"), "—" if open_to_all else short(proof.mark), t("proofs.mark_help")),
            Figure(t("proofs.signed_by"), proof.signer),
        ]
    )


def _claim_text(claim: tuple[Claim, int]) -> str:
    kind, value = claim
    if kind is Claim.TIER_IS:
        return t("proofs.tier_is", tier=tier_name(Tier(value)))
    return t("proofs.at_least", points=value)
