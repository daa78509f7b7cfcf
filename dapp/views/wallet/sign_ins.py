"""Which browsers my account signed in from: what this server holds of it and the chain doesn't."""

import json
from collections.abc import Sequence

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dapp.market import market
from dapp.risk.engine import Device
from dapp.risk.sign_ins import SignIns, sign_ins_of
from dapp.widgets.i18n import t
from dapp.widgets.sign_in import sign_in_panel, signed_in
from dapp.widgets.times import local_time, utc_time

_ERASED = "wallet.sign_ins.erased"


def show_sign_ins(account: str) -> None:
    """What is kept, for whoever proves to be the account; to take along, and to be erased."""
    st.subheader(t("wallet.sign_ins.title"))
    if signed_in() != account:
        sign_in_panel(t("wallet.sign_ins.reason"))
        return
    st.caption(t("wallet.sign_ins.help"))
    kept = sign_ins_of(market().settings)
    try:
        devices = kept.devices([account])
    except SQLAlchemyError:
        st.error(t("wallet.sign_ins.silent"))
        return
    erased = st.session_state.pop(_ERASED, None)
    if erased is not None:
        st.success(t("wallet.sign_ins.erased", n=erased))
    if not devices:
        st.caption(t("wallet.sign_ins.none"))
        return
    for device in devices:
        name = t("wallet.sign_ins.browser", number=device.device[:8])
        times = t("wallet.sign_ins.times", first=local_time(device.first_at), last=local_time(device.last_at))
        st.markdown(f"**{name}** · {times}", help=f"{utc_time(device.first_at)} – {utc_time(device.last_at)}")
    with st.container(horizontal=True):
        st.download_button(
            t("wallet.sign_ins.save"), as_json(devices), f"sign-ins-{account}.json", "application/json"
        )
        st.button(
            t("wallet.sign_ins.erase"), key="wallet.sign_ins.erase", on_click=_erase, args=(kept, account)
        )


def as_json(devices: Sequence[Device]) -> bytes:
    """The reports as a file."""
    rows = [
        {
            "account": each.account,
            "browser": each.device,
            "first": utc_time(each.first_at),
            "last": utc_time(each.last_at),
        }
        for each in devices
    ]
    return json.dumps(rows, indent=1).encode()


def _erase(kept: SignIns, account: str) -> None:
    """In the button's callback, for the account that is signed in then."""
    if signed_in() == account:
        st.session_state[_ERASED] = kept.forget(account)
