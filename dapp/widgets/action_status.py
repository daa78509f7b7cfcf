"""How a request to the wallet stands, under its button and in the header's list of transactions.

Nothing waits here: one fragment in the header looks again every second while something is under way, and
draws the whole page when a transaction has come to its end.
"""

import time

import streamlit as st
from hexbytes import HexBytes

from dapp import wallet
from dapp.chain.errors import explain
from dapp.chain.transactions import Fate
from dapp.market import market
from dapp.wallet.fates import Transaction, follow, to_look_at, transaction, transactions, under_way
from dapp.wallet.lookup import sent_with_nonce
from dapp.wallet.preparation import UNREACHABLE
from dapp.wallet.session import Request, Result, Status, box, found
from dapp.widgets.addresses import short
from dapp.widgets.i18n import language, t
from dapp.widgets.links import has_pages, screen_link
from dapp.widgets.text import clean, plain

LOOK_EVERY_SECONDS = 1.0
SHOWN_SECONDS = 60.0
NOT_FOUND = "hanse.not_found"
_ICONS = {
    Fate.PENDING: ":material/progress_activity:",
    Fate.CONFIRMED: ":material/check_circle:",
    Fate.REVERTED: ":material/error:",
    Fate.REPLACED: ":material/swap_horiz:",
    Fate.DROPPED: ":material/help:",
}


def busy(key: str) -> bool:
    """Whether the wallet is being asked under this key, or what it sent is still under way.

    A lost transaction may have been sent: the key is busy until the user has looked or says that it wasn't.
    """
    result = wallet.result(key)
    if result is None:
        return False
    if result.status == Status.OPEN or (result.status == Status.LOST and result.request.is_transaction):
        return True
    sent = transaction(result.request) if result.status == Status.DONE else None
    return sent is not None and sent.settled_at is None


def show_status(key: str, place: str = "") -> None:
    """One line on how the last request of a key stands; nothing without one.

    place: tells this one from others of the same key on the page.
    """
    result = wallet.result(key)
    if result is None:
        return
    if result.status == Status.OPEN:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f":material/account_balance_wallet: {t('signing.waiting')}")
            if time.time() - result.request.made_at > 20:
                st.button(
                    t("signing.stop_waiting"),
                    key=f"{key}{place}.stop",
                    type="tertiary",
                    on_click=_stop,
                    args=(result.request,),
                )
    elif result.status == Status.REJECTED:
        st.caption(f":material/undo: {t('signing.rejected_retry')}")
    elif result.status == Status.FAILED:
        st.warning(t("signing.wallet_failed", message=plain(result.message)), icon=":material/warning:")
    elif result.status == Status.LOST and not result.request.is_transaction:
        st.caption(f":material/undo: {t('signing.no_answer')}")
    elif result.status == Status.LOST:
        _show_lost(result)
    elif result.request.is_transaction:
        sent = transaction(result.request)
        if sent is not None and (
            sent.settled_at is None or time.monotonic() - sent.settled_at < SHOWN_SECONDS
        ):
            _show_fate(sent)


def activity() -> None:
    """The header's list of this session's transactions, and the watch over those under way. Once a page."""
    shown = transactions()
    lost = [
        result
        for result in box().results.values()
        if result.status == Status.LOST and result.request.is_transaction
    ]
    pending = under_way()
    if shown or lost:
        label = t("signing.pending", n=len(pending)) if pending else t("signing.transactions")
        with st.popover(
            label, icon=":material/sync:" if pending else ":material/receipt_long:", type="tertiary"
        ):
            for result in lost:
                _show_lost(result, "activity.")
            for sent in reversed(shown[-10:]):
                st.markdown(f"**{plain(sent.request.label)}**")
                _show_fate(sent)
    if to_look_at():
        st.fragment(_watch, run_every=LOOK_EVERY_SECONDS if pending else None)()
    for sent in shown:
        if sent.settled_at is not None and not sent.told:
            sent.told = True
            st.toast(f"{plain(sent.request.label)}: {fate_text(sent)}", icon=_ICONS[sent.fate])


def fate_text(sent: Transaction) -> str:
    """What became of a transaction, as markdown."""
    if sent.fate == Fate.CONFIRMED and sent.settled_at is None:
        return t("signing.fate.indexing", block=f"{sent.block:,}")
    if sent.fate == Fate.CONFIRMED:
        return t("signing.fate.confirmed", block=f"{sent.block:,}")
    if sent.fate == Fate.REVERTED:
        if sent.error is None:
            return t("signing.fate.reverted")
        reason = explain(sent.error, language(), token_of=market().token)
        return t("signing.fate.reverted_because", reason=plain(reason, 600))
    return t(f"signing.fate.{sent.fate.value}")


def _watch() -> None:
    """Look once at what is under way; draw the page anew when the user has something to see."""
    handles = market()
    try:
        head = handles.index.head()
        indexed = head.number if head is not None else None
        changed = [follow(sent, handles.web3, handles.errors, indexed) for sent in to_look_at()]
    except UNREACHABLE:
        return  # the header tells of a chain out of reach; look again
    if any(changed):
        st.rerun()


def _show_fate(sent: Transaction) -> None:
    line = f"{_ICONS[sent.fate]} {fate_text(sent)}"
    if sent.fate in (Fate.REVERTED, Fate.DROPPED):
        st.warning(line)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if sent.fate not in (Fate.REVERTED, Fate.DROPPED):
            st.caption(line, width="content")
        transaction_link(sent.hash)


def transaction_link(hash_: HexBytes) -> None:
    """A transaction by its short hash, leading to the explorer where the page has one."""
    if has_pages():
        screen_link("explorer", f"`{short(hash_)}`", tx=hash_.to_0x_hex())
    else:
        st.caption(f"`{short(hash_)}`", width="content")


def _show_lost(result: Result, prefix: str = "") -> None:
    """The page was reloaded while the wallet was open: nobody told it what the user did."""
    request = result.request
    with st.container(border=True):
        st.markdown(f":material/help: {t('signing.lost', label=plain(request.label))}")
        if st.session_state.get(NOT_FOUND) == request.id:
            st.caption(t("signing.not_found"))
        with st.container(horizontal=True):
            key = f"{prefix}{request.key}"
            st.button(t("signing.look"), key=f"{key}.look", on_click=_look_for, args=(result,))
            st.button(
                t("signing.give_up"), key=f"{key}.drop", type="tertiary", on_click=_give_up, args=(request,)
            )


def _stop(request: Request) -> None:
    box().record(Result(request, Status.LOST))


def _give_up(request: Request) -> None:
    wallet.forget(request.key)


def _look_for(result: Result) -> None:
    """Whether the chain has a transaction of the sender with the nonce that was next then."""
    request = result.request
    st.session_state[NOT_FOUND] = request.id
    if request.account is None or request.nonce is None:
        return
    try:
        known = sent_with_nonce(market().web3, request.account, request.nonce, request.block)
    except UNREACHABLE as error:
        st.toast(t("signing.chain_unreachable", message=clean(error)))
        return
    if known is not None:
        st.session_state.pop(NOT_FOUND, None)
        box().record(found(result, known["hash"].to_0x_hex()))
