"""Pieces of evidence: what a CID holds, whether the bytes are the ones it names, and how that is shown.

All texts and names in a piece are foreign.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import streamlit as st

from dapp.domain.terms import Terms
from dapp.evidence.access import Access, access_of
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import EvidenceError, EvidenceMissing, WrongContent
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.evidence.files import FILE_LIMIT
from dapp.evidence.text import file_name
from dapp.index.dispute_rows import EvidenceRow
from dapp.market import market
from dapp.widgets.addresses import short
from dapp.widgets.i18n import language, t
from dapp.widgets.links import screen_link
from dapp.widgets.opening import open_button
from dapp.widgets.orders import party_name
from dapp.widgets.text import clean_lines, foreign_text, plain
from dapp.widgets.times import moment

LONGEST_TEXT = 2_000


class Mark(Enum):
    """What came of comparing bytes with the CID that the chain names."""

    VERIFIED = "verified"
    MISSING = "missing"
    WRONG = "wrong"
    UNCHECKED = "unchecked"


_BADGES = {
    Mark.VERIFIED: ("green", "verified"),
    Mark.MISSING: ("orange", "cloud_off"),
    Mark.WRONG: ("red", "dangerous"),
    Mark.UNCHECKED: ("gray", "help"),
}


@dataclass(frozen=True)
class Content:
    """What is behind a CID: a document, a short text or only bytes; `problem` if it isn't verified.

    file: the CID of what can be downloaded, `size` its bytes, `name` a harmless name for it.
    """

    mark: Mark
    document: EvidenceDocument | None = None
    text: str = ""
    file: str = ""
    size: int = 0
    name: str = ""
    problem: EvidenceError | None = None


def content_of(cid: str) -> Content:
    """Read and check what a CID names, and the file that its document points to. Never raises."""
    try:
        data = market().store.get(cid, limit=FILE_LIMIT)
    except EvidenceError as error:
        return Content(_mark_of(error), problem=error)
    document = EvidenceDocument.found_in(data)
    if document is None:
        return Content(Mark.VERIFIED, text=_text(data), file=cid, size=len(data), name="delivery")
    if not document.file:
        return Content(Mark.VERIFIED, document)
    try:
        size = len(market().store.get(document.file, limit=FILE_LIMIT))
    except EvidenceError as error:
        return Content(_mark_of(error), document, problem=error)
    return Content(Mark.VERIFIED, document, file=document.file, size=size, name=document.download_name)


def access_to(rows: Sequence[EvidenceRow]) -> Access:
    """Who can open what of an order's pieces, by their documents; one that is missing tells nothing."""
    store = str(market().settings.evidence)
    found = ((row.party, _cached_document(row.cid, store)) for row in rows)
    return access_of((party, document) for party, document in found if document is not None)


@st.cache_data(ttl=30, max_entries=512, show_spinner=False)
def _cached(cid: str, _store: str) -> Content:
    return content_of(cid)


@st.cache_data(ttl=30, max_entries=2_048, show_spinner=False)
def _cached_document(cid: str, _store: str) -> EvidenceDocument | None:
    try:
        return EvidenceDocument.found_in(market().store.get(cid, limit=DOCUMENT_LIMIT))
    except EvidenceError:
        return None


def show_piece(row: EvidenceRow, terms: Terms, me: str | None, key: str, access: Access) -> None:
    """Draw a piece: what it is, by whom and when, its text, its file, and whether it is genuine."""
    content = _cached(row.cid, str(market().settings.evidence))
    with st.container(border=True, key=f"{key}.piece"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{_title(row, content)}**", width="content")
            _badge(content.mark)
        who = f" · {party_name(terms, row.party, me)}" if row.party else ""
        moment(row.timestamp, f"{t(f'pieces.kind.{row.kind}')}{who} ·")
        text = content.document.description if content.document else content.text
        if text:
            foreign_text(text, LONGEST_TEXT)
        if content.problem is not None:
            st.caption(plain(content.problem.sentence(language()), 400))
        if content.document and content.document.opens:
            names = ", ".join(party_name(terms, reader, me) for reader in content.document.readers)
            st.caption(t("pieces.opens", n=len(content.document.opens), names=names))
        if content.document and content.document.link:
            st.caption(t("pieces.outside", link=plain(content.document.link)))
        with st.container(horizontal=True, vertical_alignment="center"):
            if content.file and content.mark is Mark.VERIFIED:
                if content.document and content.document.sealed and not content.document.opens:
                    open_button(content.file, key, access.keys_of(content.file))
                _download(content, key)
            screen_link("explorer", t("pieces.transaction"), tx=f"0x{row.transaction.hex()}")
            with st.popover(f"`{short(row.cid)}`", type="tertiary", help=t("pieces.cid_help")):
                st.code(row.cid, language=None, wrap_lines=True)


def _title(row: EvidenceRow, content: Content) -> str:
    if content.document:
        return plain(content.document.name, 120)
    return t(f"pieces.title.{row.kind}")


def _badge(mark: Mark) -> None:
    color, icon = _BADGES[mark]
    st.badge(
        t(f"pieces.mark.{mark.value}"),
        icon=f":material/{icon}:",
        color=color,  # type: ignore[arg-type]
        help=t(f"pieces.mark_help.{mark.value}"),
    )


def _download(content: Content, key: str) -> None:
    sealed = bool(content.document and content.document.sealed)
    name = file_name(content.name)
    st.download_button(
        t(
            "pieces.download_sealed" if sealed else "pieces.download",
            name=plain(name, 60),
            size=_size(content.size),
        ),
        data=lambda: market().store.get(content.file, limit=FILE_LIMIT),
        file_name=name,
        mime="application/octet-stream",  # a browser must never open it in this page
        key=f"{key}.download",
        icon=":material/lock:" if sealed else ":material/download:",
        on_click="ignore",
    )


def _size(count: int) -> str:
    if count < 1_000:
        return f"{count} B"
    return f"{count / 1e3:.1f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def _mark_of(error: EvidenceError) -> Mark:
    if isinstance(error, EvidenceMissing):
        return Mark.MISSING
    return Mark.WRONG if isinstance(error, WrongContent) else Mark.UNCHECKED


def _text(data: bytes) -> str:
    if len(data) > LONGEST_TEXT * 4:
        return ""
    try:
        return clean_lines(data.decode("utf-8"), LONGEST_TEXT)
    except UnicodeDecodeError:
        return ""
