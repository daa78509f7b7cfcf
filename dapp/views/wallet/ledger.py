"""The ledger: every move of an account's money with the balance after it, and as a file."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dapp.index.account_rows import Entry, EntryKind
from dapp.market import market
from dapp.widgets.addresses import short, whole
from dapp.widgets.amounts import amount_text, number_text, token_of
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.states import empty, page_offset, pager
from dapp.widgets.times import day_text, local_time, utc_time

PAGE = 20
MOST_LINES = 100_000
FILE_COLUMNS = ("time", "kind", "delta", "balance", "maturing", "order", "with", "transaction", "token")


def show_ledger(account: str, token: str) -> None:
    """A page of the ledger in a token, newest first, and the whole of it to download."""
    st.subheader(t("wallet.ledger"))
    key = f"wallet.ledger.{token}"
    page = market().index.entries(account, token, PAGE, page_offset(key, PAGE))
    if not page.total:
        empty(t("wallet.nothing_yet"), "receipt_long")
        return
    for entry in page.items:
        _show(entry)
    pager(page, key, PAGE)
    st.download_button(
        t("wallet.export"),
        _export(account, token),
        file_name=f"ledger-{account}-{token_of(token).symbol}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
        key=f"{key}.export",
    )


def _show(entry: Entry) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width=190, gap=None):
            st.markdown(f"**{t(f'wallet.kinds.{entry.kind.name.lower()}')}**")
            st.caption(local_time(entry.timestamp), help=utc_time(entry.timestamp))
        with st.container(width=310, gap=None):
            _amounts(entry)
        with st.container(width=190, gap=None):
            if entry.order_id:
                label = t("wallet.of_order", id=short(entry.order_id))
                screen_link("orders", label, order=whole(entry.order_id))
            if entry.counterparty:
                st.caption(t("wallet.with", who=short(entry.counterparty)))


def _amounts(entry: Entry) -> None:
    """What moved, and the balance after it; money that only matures moves no balance yet."""
    if entry.delta:
        color = "green" if entry.delta > 0 else "red"
        st.markdown(f":{color}[**{_signed(entry.delta, entry.token)}**]")
    if entry.maturing > 0:
        day = t("wallet.settles", day=day_text(entry.due_day)) if entry.due_day else ""
        st.markdown(f":orange[**{_signed(entry.maturing, entry.token)}**] {day}")
    st.caption(t("wallet.balance_after", amount=amount_text(entry.balance, entry.token)))


def _signed(units: int, token: str) -> str:
    return f"{'+' if units > 0 else '−'}{amount_text(abs(units), token)}"


def _export(account: str, token: str) -> Callable[[], bytes]:
    """Writes the whole ledger when asked for, in a thread that knows no session: its texts come along."""
    headings = [t(f"wallet.columns.{name}") for name in FILE_COLUMNS]
    kinds = {kind: t(f"wallet.kinds.{kind.name.lower()}") for kind in EntryKind}
    symbol = harmless_cell(token_of(token).symbol)
    return lambda: _csv(account, token, headings, kinds, symbol)


def _csv(
    account: str, token: str, headings: Sequence[str], kinds: Mapping[EntryKind, str], symbol: str
) -> bytes:
    """Oldest first, amounts exact; opens in a spreadsheet."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(headings)
    for entry in reversed(market().index.entries(account, token, MOST_LINES).items):
        lines.writerow(
            [
                utc_time(entry.timestamp),
                kinds[entry.kind],
                number_text(entry.delta, token),
                number_text(entry.balance, token),
                number_text(entry.maturing, token),
                whole(entry.order_id) if entry.order_id else "",
                entry.counterparty or "",
                whole(entry.transaction),
                symbol,
            ]
        )
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # the mark by which spreadsheets know UTF-8


def harmless_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@" else text
