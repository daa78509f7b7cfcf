"""The page: the wallet on top, an action that works, one that is refused, signatures, a second page."""

import streamlit as st

from tests.e2e.wallet_page.handles import handles  # first: it stands in for the market

from dapp import wallet  # isort: skip
from tests.e2e.wallet_page.note import note  # isort: skip
from dapp.widgets.actions import action, activity  # isort: skip
from dapp.risk.sign_ins import sign_ins_of  # isort: skip
from dapp.widgets.sign_in import sign_in_panel, signed_in  # isort: skip

RECEIVER = "0x" + "11" * 20


def send() -> None:
    st.header("Send")
    token = handles().token_contract
    st.session_state.setdefault("sent", 0)
    action(
        "Send one token",
        token.functions.transfer(RECEIVER, 1),
        key="send.one",
        on_confirmed=lambda: st.session_state.update(sent=st.session_state.sent + 1),
    )
    st.text(f"Confirmed here: {st.session_state.sent}")
    action("Send too much", token.functions.transfer(RECEIVER, 10**60), key="send.too_much")

    @st.fragment
    def part() -> None:
        action("Send from a fragment", token.functions.transfer(RECEIVER, 2), key="send.fragment")

    part()
    st.button(
        "Sign a note", on_click=lambda: wallet.sign_typed("note", note(handles().chain_id), "Sign a note")
    )
    signed = wallet.result("note")
    st.text(f"Signature: {signed.status} {signed.value}" if signed else "No signature")
    if signed_in():
        st.text(f"Signed in: {signed_in()}")
        reported = sign_ins_of(handles().settings).devices([str(signed_in())])
        st.text(f"Browsers of this account: {len(reported)}")
    else:
        sign_in_panel("Only you may see this.")


def other() -> None:
    st.header("Other")
    st.text("Nothing here.")


st.set_page_config("Wallet", layout="wide")
network = wallet.Network(handles().chain_id, "Local chain", (handles().web3.provider.endpoint_uri,))
_, header = st.columns([1, 2])
with header:
    wallet.mount(network)
    activity()
st.text(f"Connected: {wallet.account()}")
st.navigation([st.Page(send, title="Send", default=True), st.Page(other, title="Other")]).run()
