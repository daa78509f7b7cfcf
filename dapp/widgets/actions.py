"""A button that does something on the chain through the user's wallet, and what becomes of it.

Pressing it simulates the call: what the contract would refuse is said in the user's language and no wallet
opens. Else the wallet is asked, once, and the transaction's fate is shown until it is known.
"""

from collections.abc import Callable
from typing import Literal

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from dapp import wallet
from dapp.chain.errors import explain
from dapp.chain.formats import NATIVE, Token
from dapp.chain.transactions import Fate, Reverted
from dapp.market import market
from dapp.wallet.fates import transaction
from dapp.wallet.preparation import Call, NotEnoughCoin, Refused, Unreachable, Value, prepare
from dapp.wallet.session import Status, box
from dapp.widgets.action_status import activity, busy, show_status
from dapp.widgets.i18n import language, t
from dapp.widgets.links import OnItsWay
from dapp.widgets.text import clean, plain

__all__ = ["Refused", "action", "activity", "begin", "busy", "refusal"]

REFUSALS = "hanse.refusals"


def action(
    label: str,
    call: Call,
    *,
    key: str,
    value: Value = 0,
    help: str | None = None,  # noqa: A002  (Streamlit's name)
    on_confirmed: Callable[[], None] | None = None,
    disabled: bool = False,
    kind: Literal["primary", "secondary", "tertiary"] = "secondary",
    token: Token = NATIVE,
    wide: bool = False,
) -> None:
    """Draw the button and, under it, what became of it.

    label: plain text; the wallet's prompt and the list of transactions show it too.
    call: what to do, or a function that makes it when the button is pressed; that one may raise Refused
    with a sentence. value: native coin sent along, in wei. key: unique to the action and what it acts on
    (f"orders.accept.{id.hex()}"): under it an unfinished transaction is found again, also after a restart.
    on_confirmed: run once, in the script's body, when the transaction is mined and indexed; again if it was
    cut short by a newer run, so it must stand that.
    token: what amounts in a refusal are in, where the contract's error doesn't tell.
    """
    with st.container():
        st.button(
            label,
            key=f"{key}.button",
            help=help if wallet.connected() else t("signing.connect_first"),
            disabled=disabled or not wallet.connected() or busy(key),
            type=kind,
            width="stretch" if wide else "content",
            on_click=begin,
            args=(key, label, call, value, token),
        )
        sentence = refusal(key)
        if sentence:
            st.error(plain(sentence, 600), icon=":material/block:")
        show_status(key)
    _hand_over(key)
    _tell_confirmed(key, on_confirmed)


def refusal(key: str) -> str | None:
    """Why the action was not begun when its button was last pressed."""
    sentences: dict[str, str] = st.session_state.setdefault(REFUSALS, {})
    return sentences.get(key)


def begin(key: str, label: str, call: Call, value: Value = 0, token: Token = NATIVE) -> None:
    """Do an action without its button, as the next step of what another one began.

    Call it in a callback, so that the request is there before the page with the wallet is drawn; else
    `st.rerun()` after it.
    """
    sentences: dict[str, str] = st.session_state.setdefault(REFUSALS, {})
    sentences.pop(key, None)
    account = wallet.account()
    if account is None:
        sentences[key] = t("signing.connect_first")
        return
    try:
        ready = prepare(call, account, market().errors, value)
    except Reverted as refused:
        sentences[key] = explain(refused.error, language(), token_of=market().token, order_token=token)
    except Refused as refused:
        sentences[key] = str(refused)
    except NotEnoughCoin:
        sentences[key] = t("signing.not_enough_coin")
    except Unreachable as error:
        sentences[key] = t("signing.chain_unreachable", message=clean(error, 200))
    else:
        if not busy(key):
            wallet.forget(key)
        wallet.send(key, ready.transaction, label, nonce=ready.nonce, block=ready.block)


def _hand_over(key: str) -> None:
    """See that a request made where the wallet isn't drawn (in a fragment) reaches it: draw the page once."""
    kept = box()
    request_id = kept.latest.get(key)
    if not kept.mounted or request_id is None or request_id in kept.given or request_id in kept.results:
        return
    kept.given.add(request_id)
    st.rerun()


def _tell_confirmed(key: str, on_confirmed: Callable[[], None] | None) -> None:
    result = wallet.result(key)
    if on_confirmed is None or result is None or result.status != Status.DONE:
        return
    sent = transaction(result.request)
    if sent is not None and sent.fate == Fate.CONFIRMED and sent.settled_at is not None and not sent.acted_on:
        sent.acted_on = True
        try:
            on_confirmed()
        except OnItsWay:  # which the newer run knows of
            raise
        except StopException:  # a newer run took over before this was done
            sent.acted_on = False
            raise
