"""Letting others open what was sealed before they came: an arbiter drawn later, a panel at appeal, a party.

One press passes on the keys of all pieces of an order, as one further piece (see `dapp.evidence.access`).
"""

import base64
import binascii
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import streamlit as st
from web3.contract.contract import ContractFunction

from dapp import wallet
from dapp.domain.orders import LIVE
from dapp.evidence.access import Access
from dapp.evidence.files import KINDS
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.wallet.session import Result, Status
from dapp.widgets.actions import action, begin, busy
from dapp.widgets.i18n import t
from dapp.widgets.opening import identity_options, sealed_file, show_unopened
from dapp.widgets.orders import party_name
from dapp.widgets.sealing import deciding, names_of, publish_key, published_keys
from dapp.widgets.uploads import keep_sealed_bytes

METHOD = "hanse_shareEvidence"
BEGUN = "hanse.granting.begun"


@dataclass(frozen=True)
class _Passed:
    """What the browser made: the keys of the files `shared`, sealed to the accounts."""

    accounts: tuple[str, ...]
    shared: tuple[str, ...]
    sealed: bytes


def closed_files(order: OrderRow, access: Access, me: str | None) -> dict[str, list[str]]:
    """The files that a party can open, by account of those who should and can't yet."""
    terms = order.terms
    if me not in (terms.buyer, terms.seller) or order.status not in LIVE:
        return {}
    mine = {piece.file for piece in access.may_open(me)}
    waiting = [account for account in (terms.buyer, terms.seller, *deciding(order)) if account != me]
    closed = {
        account: [piece.file for piece in access.closed_to(account, me) if piece.file in mine]
        for account in waiting
    }
    return {account: files for account, files in closed.items() if files}


def let_in(order: OrderRow, access: Access, me: str | None, prefix: str) -> None:
    """For a party: who can't open what was sealed, and the button that lets them."""
    closed = closed_files(order, access, me)
    if not closed or me is None:
        return
    keys = published_keys(closed)
    key = f"{prefix}.let_in.{order.id.hex()}"
    with st.container(border=True, key=key):
        without = [account for account in closed if account not in keys]
        if without:
            count = len(_union(closed, without))
            st.caption(t("granting.without_key", names=names_of(order, without, me), n=count))
        if keys:
            files = _union(closed, keys)
            st.markdown(t("granting.explain", names=names_of(order, keys, me), n=len(files)))
            _pass_on(key, files, keys, access, order)


def ask_in(order: OrderRow, access: Access, me: str | None, prefix: str, *, on_desk: bool = False) -> None:
    """For an arbiter: whose sealed pieces he can't open yet, and how he comes to read them.

    on_desk: where his cases are listed, also those of a draw that nobody recorded yet.
    """
    if me is None or me in (order.terms.buyer, order.terms.seller):
        return
    arbiter = me in deciding(order)
    closed = access.closed_to(me)
    if not closed or not (arbiter or on_desk):
        return
    whose = Counter(party_name(order.terms, piece.party, me) for piece in closed)
    told = ", ".join(t("granting.of", n=count, who=who) for who, count in whose.items())
    with st.container(border=True, key=f"{prefix}.ask_in.{order.id.hex()}"):
        st.markdown(f":material/lock: {t('granting.closed', whose=told)}")
        if not published_keys([me]):
            st.caption(t("granting.no_key"))
            if not on_desk:
                publish_key(me, f"{prefix}.ask_in.key")
        else:
            st.caption(t("granting.asked" if arbiter else "granting.accept_first"))


def _pass_on(key: str, files: list[str], keys: Mapping[str, str], access: Access, order: OrderRow) -> None:
    """The button: the browser passes the keys on, and then the wallet is asked to submit them."""
    asking, label = f"{key}.keys", t("granting.label")
    answer = wallet.result(asking)
    passed = _passed(answer, files, keys)
    if passed is None:
        st.button(
            label,
            key=f"{key}.ask",
            type="primary",
            icon=":material/lock_open:",
            help=t("granting.help"),
            disabled=not wallet.connected() or busy(key),
            on_click=_ask,
            args=(asking, files, dict(keys), access),
        )
        show_unopened(answer)
        return

    def call() -> ContractFunction:
        title = t("pieces.sealed.keys_name")
        cid = keep_sealed_bytes(lambda: passed.sealed, passed.accounts, title, passed.shared)
        return market().contracts.evidence.functions.submit(order.terms.pack(), cid)

    _begin_once(answer, key, label, call)
    action(label, call, key=key, kind="primary", help=t("granting.help"))
    if len(passed.shared) < len(files):
        st.caption(t("granting.partly", n=len(passed.shared), total=len(files)))


def _begin_once(answer: Result | None, key: str, label: str, call: object) -> None:
    """Go on to the transaction by itself, the first time that the browser's answer is seen."""
    begun: set[str] = st.session_state.setdefault(BEGUN, set())
    if answer is None or answer.request.id in begun:
        return
    begun.add(answer.request.id)
    begin(key, label, call)  # type: ignore[arg-type]
    st.rerun()


def _ask(asking: str, files: list[str], keys: Mapping[str, str], access: Access) -> None:
    account = wallet.account()
    if account is None:
        return
    options = identity_options(account) | {
        "files": [sealed_file(file, access.keys_of(file)) for file in files],
        "recipients": list(keys.values()),
        "accounts": list(keys),
    }
    wallet.forget(asking)
    wallet.ask(asking, METHOD, [options], t("granting.label"))


def _passed(answer: Result | None, files: Collection[str], keys: Mapping[str, str]) -> _Passed | None:
    """What the browser answered, if it is about these files and accounts and what it should be."""
    if answer is None or answer.status is not Status.DONE or not isinstance(answer.value, dict):
        return None
    asked = answer.request.params[0]
    asked_files = {file["file"] for file in asked["files"]}
    if not set(files) <= asked_files or not set(keys) <= set(asked["accounts"]):
        return None
    shared, sealed = answer.value.get("shared"), answer.value.get("sealed")
    if not isinstance(shared, list) or not isinstance(sealed, str) or not shared:
        return None
    try:
        data = base64.b64decode(sealed, validate=True)
    except (binascii.Error, ValueError):
        return None
    if not set(shared) <= asked_files or not data.startswith(KINDS["age"].starts):
        return None
    return _Passed(tuple(asked["accounts"]), tuple(shared), data)


def _union(closed: Mapping[str, list[str]], accounts: Collection[str]) -> list[str]:
    return list(dict.fromkeys(file for account in accounts for file in closed[account]))
