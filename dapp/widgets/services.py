"""How services and their sellers look wherever they are shown: titles, pictures, tiers, ratings, prices."""

import streamlit as st

from dapp.domain.credit import Tier
from dapp.evidence.errors import EvidenceError
from dapp.evidence.images import safe_picture
from dapp.index.rows import Document, DocumentStatus, Rating, ServiceRow
from dapp.market import market
from dapp.widgets.amounts import amount_markdown, amount_text
from dapp.widgets.i18n import has_text, language, t
from dapp.widgets.text import plain

POINT = 1_000
PICTURE_LIMIT = 5 * 1024 * 1024
_TIER_COLORS = {Tier.WATCH: "gray", Tier.SILVER: "blue", Tier.GOLD: "orange", Tier.DIAMOND: "violet"}
_TIER_ICONS = {
    Tier.WATCH: "visibility",
    Tier.SILVER: "verified",
    Tier.GOLD: "workspace_premium",
    Tier.DIAMOND: "diamond",
}
_CATEGORY_LOOKS = {
    1: ("#9A4F7D", "palette"),
    2: ("#B06000", "graphic_eq"),
    3: ("#00705A", "translate"),
    4: ("#0B5E8D", "code"),
}
_DRAWING = "height:8rem;border-radius:.6rem;display:flex;align-items:center;justify-content:center"
_SYMBOL = "font-family:Material Symbols Rounded;font-size:3rem;color:#fff"


def category_name(category: int) -> str:
    """The name of a category, or its number."""
    key = f"services.categories.{category}"
    return t(key) if has_text(key) else t("services.category", number=category)


def service_title(document: Document, listing_id: int) -> str:
    """The title in the session's language, harmless as markdown; the listing's number without one."""
    title = document.title_zh if language() == "zh" and document.title_zh else document.title
    return plain(title or document.title_zh or t("services.untitled", number=listing_id), 120)


def service_description(document: Document) -> str:
    """The description in the session's language, foreign text as it is; empty without one."""
    english, chinese = document.description or "", document.description_zh or ""
    return (chinese or english) if language() == "zh" else (english or chinese)


def document_problem(document: Document, cid: str) -> str | None:
    """Why there is no description, in one sentence as markdown; None if it was read."""
    if document.status is DocumentStatus.READ:
        return None
    return t(
        f"services.document.{document.status.name.lower()}",
        cid=plain(cid),
        reason=plain(document.reason or ""),
    )


def tier_name(tier: Tier) -> str:
    """The name of a tier."""
    return t(f"services.tiers.{tier.name.lower()}")


def tier_badge(tier: Tier) -> str:
    """A tier as markdown."""
    return f":{_TIER_COLORS[tier]}-badge[:material/{_TIER_ICONS[tier]}: {tier_name(tier)}]"


def score_text(score: int) -> str:
    """A score in thousandths of a point, rounded down to the point."""
    return str(score // POINT)


def rating_text(rating: Rating) -> str:
    """Stars and how many gave them, as markdown."""
    if rating.average is None:
        return t("services.unrated")
    return t("services.rated", average=f"{rating.average:.1f}", count=rating.count)


def price_markdown(service: ServiceRow) -> str:
    """The price of one as markdown, no digit lost."""
    return amount_markdown(service.listing.price, service.listing.token)


def price_text(service: ServiceRow) -> str:
    """The price of one, with its token."""
    return amount_text(service.listing.price, service.listing.token)


def service_picture(document: Document, category: int) -> None:
    """The service's picture, made safe; a drawing of its category where there is none."""
    picture = _picture(document.picture, str(market().settings.evidence)) if document.picture else None
    if picture is not None:
        st.image(picture, width="stretch")
        return
    color, icon = _CATEGORY_LOOKS.get(category, ("#5F6B73", "design_services"))
    st.html(
        f'<div aria-hidden="true" style="{_DRAWING};background:linear-gradient(135deg,{color},{color}B0)">'
        f'<span style="{_SYMBOL}">{icon}</span></div>'
    )


@st.cache_data(max_entries=512, ttl=600, show_spinner=False)
def _picture(cid: str, _store: str) -> bytes | None:
    try:
        return safe_picture(market().store.get(cid, limit=PICTURE_LIMIT), 800)
    except EvidenceError:
        return None
