"""Files and statements that people hand in: looked at, wrapped in a document, kept under their CID."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import streamlit as st

from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import EvidenceError
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.evidence.files import KINDS, MIB, Upload, check_upload
from dapp.evidence.images import safe_picture
from dapp.evidence.seal import SealedFile, seal
from dapp.evidence.submission import put_sealed
from dapp.evidence.text import file_name
from dapp.market import market
from dapp.widgets.actions import Refused
from dapp.widgets.i18n import language, t
from dapp.widgets.text import plain

PICTURES = tuple(kind.extension for kind in KINDS.values() if kind.is_picture)


def file_upload(
    label: str,
    *,
    key: str,
    kinds: Collection[str] = tuple(KINDS),
    help: str | None = None,  # noqa: A002  (Streamlit's name)
) -> Upload | None:
    """A field for one file; None while it is empty or holds nothing that is taken, which is said."""
    given = st.file_uploader(
        label,
        sorted({*kinds, *(["jpeg"] if "jpg" in kinds else [])}),
        key=key,
        help=help,
        max_upload_size=max(KINDS[kind].limit for kind in kinds) // MIB,
    )
    if given is None:
        return None
    try:
        return check_upload(given.getvalue(), given.name)
    except EvidenceError as error:
        st.error(plain(error.sentence(language()), 400), icon=":material/block:")
        return None


def keep_piece(name: str, text: str, upload: Upload | None) -> str:
    """Keep a statement, with a file or without, as an ERC-1497 document; returns its CID.

    Raises Refused with the reason in the session's language.
    """
    try:
        file = market().store.put(upload.data) if upload else ""
        kind = upload.kind.extension if upload else ""
        document = EvidenceDocument(name or _name_of(upload), text, file, kind)
        return str(market().store.put(document.to_json(), limit=DOCUMENT_LIMIT))
    except EvidenceError as error:
        raise Refused(error.sentence(language())) from error


def keep_sealed(
    name: str, text: str, upload: Upload | None, keys: Mapping[str, str], title: str | None = None
) -> str:
    """Keep a statement and its file sealed to accounts' keys (age), inside a document that tells neither.

    title: what the document is called to everybody. Returns the document's CID. Raises Refused with the
    reason in the session's language.
    """
    if not keys:
        raise Refused(t("pieces.sealed.nobody"))
    data = upload.data if upload else text.encode()
    inner = SealedFile(
        upload.name if upload else f"{file_name(name or t('pieces.statement'))}.txt", data, text
    )
    return keep_sealed_bytes(lambda: seal(inner, list(keys.values())), keys, title or t("pieces.sealed.name"))


def keep_sealed_bytes(
    sealed: Callable[[], bytes], readers: Iterable[str], title: str, opens: Sequence[str] = ()
) -> str:
    """Keep a file that is sealed to these accounts; returns its document's CID. Raises Refused."""
    try:
        document = put_sealed(market().store, sealed(), readers, title, opens=opens)
        return str(market().store.put(document.to_json(), limit=DOCUMENT_LIMIT))
    except EvidenceError as error:
        raise Refused(error.sentence(language())) from error


def keep_picture(upload: Upload) -> str:
    """Keep a picture's pixels, without what the file says beside them; returns its CID. Raises Refused."""
    try:
        return str(market().store.put(safe_picture(upload.data)))
    except EvidenceError as error:
        raise Refused(error.sentence(language())) from error


def _name_of(upload: Upload | None) -> str:
    return upload.name if upload else t("pieces.statement")
