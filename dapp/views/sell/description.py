"""What a service is: its texts, tags and picture, which become the document behind its CID."""

import streamlit as st

from dapp.evidence.document import ServiceDocument
from dapp.evidence.errors import BadDocument, EvidenceError
from dapp.evidence.fields import DOCUMENT_LIMIT, TEXT_LIMIT, TITLE_LIMIT
from dapp.evidence.files import Upload
from dapp.index.rows import ServiceRow
from dapp.market import market
from dapp.widgets.i18n import language, t
from dapp.widgets.text import plain
from dapp.widgets.uploads import PICTURES, file_upload

_NO_DOCUMENT = ServiceDocument(title=" ")


def describe(service: ServiceRow | None, key: str) -> tuple[ServiceDocument | None, Upload | None, str]:
    """The fields, filled with what is known: the document, a new picture, and why there is no document."""
    known = _known_document(service) or _NO_DOCUMENT
    title, chinese = st.columns(2)
    fields = {
        "title": title.text_input(
            t("sell.form.title"), known.title.strip(), key=f"{key}.title", max_chars=TITLE_LIMIT
        ),
        "title_zh": chinese.text_input(
            t("sell.form.title_zh"), known.title_zh, key=f"{key}.title_zh", max_chars=TITLE_LIMIT
        ),
        "description": title.text_area(
            t("sell.form.description"),
            known.description,
            key=f"{key}.description",
            max_chars=TEXT_LIMIT,
            height=160,
        ),
        "description_zh": chinese.text_area(
            t("sell.form.description_zh"),
            known.description_zh,
            key=f"{key}.description_zh",
            max_chars=TEXT_LIMIT,
            height=160,
        ),
    }
    tags = st.text_input(t("sell.form.tags"), ", ".join(known.tags), key=f"{key}.tags", max_chars=300)
    picture = file_upload(
        t("sell.form.picture"), key=f"{key}.picture", kinds=PICTURES, help=t("sell.form.picture_help")
    )
    if known.picture and picture is None:
        st.caption(t("sell.form.picture_kept"))
    fields = {name: text.strip() for name, text in fields.items()}
    if not fields["title"] and not fields["title_zh"]:
        return None, picture, t("sell.form.no_title")
    fields["title"] = fields["title"] or fields["title_zh"]
    words = tuple(word.strip() for word in tags.split(",") if word.strip())
    try:
        return ServiceDocument(**fields, picture=known.picture, tags=words), picture, ""
    except BadDocument as error:
        st.error(plain(error.sentence(language())))
        return None, picture, error.sentence(language())


def _known_document(service: ServiceRow | None) -> ServiceDocument | None:
    """The document of the service that is edited; None for a new one, and where nobody holds it."""
    if service is None:
        return None
    try:
        return ServiceDocument.parse(market().store.get(service.cid, limit=DOCUMENT_LIMIT))
    except EvidenceError:
        st.caption(t("sell.form.document_missing"))
        return None
