"""The form of a service: what it is, its price and times, and what the seller offers to others."""

from dataclasses import dataclass, replace

import streamlit as st
from eth_utils.address import to_checksum_address

from dapp.domain.bounds import MAX_COMMISSION_BPS, MAX_FEE_BPS, ZERO_ADDRESS
from dapp.domain.terms import Listing, metadata_hash
from dapp.evidence.document import ServiceDocument
from dapp.evidence.files import Upload
from dapp.index.rows import ServiceRow
from dapp.market import market
from dapp.views.sell.description import describe
from dapp.views.sell.windows import HOUR, ask_times
from dapp.widgets.actions import Refused
from dapp.widgets.addresses import is_address
from dapp.widgets.amounts import amount_input, number_text, token_of
from dapp.widgets.i18n import t
from dapp.widgets.services import category_name
from dapp.widgets.uploads import keep_picture

CATEGORIES = (1, 2, 3, 4)
_DEFAULTS = Listing(
    seller=ZERO_ADDRESS,
    price=0,
    accept_seconds=24 * HOUR,
    deliver_seconds=72 * HOUR,
    review_seconds=72 * HOUR,
    metadata=bytes(32),
    category=1,
    max_commission_bps=1_000,
    max_fee_bps=300,
    max_arbitration_cost=3 * 10**16,
)


@dataclass(frozen=True)
class Draft:
    """What the form says. `base` carries what it doesn't ask; price None while it says nothing usable."""

    texts: ServiceDocument | None
    picture: Upload | None
    problem: str
    base: Listing
    price: int | None

    @property
    def token(self) -> str:
        return self.base.token

    @property
    def max_commission_bps(self) -> int:
        return self.base.max_commission_bps

    @property
    def max_fee_bps(self) -> int:
        return self.base.max_fee_bps

    def document(self) -> ServiceDocument:
        """The metadata document, its picture kept in the store. Raises Refused."""
        if self.texts is None:
            raise Refused(self.problem)
        return replace(self.texts, picture=keep_picture(self.picture)) if self.picture else self.texts

    def listing(self, cid: str) -> Listing:
        """The listing on this document. Raises Refused."""
        if self.problem:
            raise Refused(self.problem)
        if self.price is None:
            raise Refused(t("sell.form.no_price"))
        return replace(self.base, price=self.price, metadata=metadata_hash(cid))


def fill_in(account: str, service: ServiceRow | None) -> Draft:
    """Draw the form, filled with the service that is edited."""
    key = f"sell.form.{service.id if service else 'new'}"
    before = service.listing if service else _DEFAULTS
    texts, picture, problem = describe(service, key)
    price, base = _price(before, key)
    base = ask_times(base, key)
    base = _offers(base, key)
    base, wrong = _advanced(base, key)
    return Draft(texts, picture, problem or wrong, replace(base, seller=account), price)


def _price(before: Listing, key: str) -> tuple[int | None, Listing]:
    """Category, price and stock."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        categories = sorted({*CATEGORIES, before.category, *market().index.categories()} - {0})
        category = st.selectbox(
            t("sell.form.category"),
            categories,
            categories.index(before.category) if before.category in categories else 0,
            format_func=category_name,
            key=f"{key}.category",
            width=260,
        )
        token = _token(before.token, key)
        shown = number_text(before.price, before.token) if before.price else ""
        price = amount_input(t("sell.form.price"), token, key=f"{key}.price", value=shown)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        stock = _count("stock", before.stock, 2**40 - 1, key)
        most = _count("max_open", before.max_open_per_buyer, 2**16 - 1, key)
    changed = replace(before, category=int(category), token=token, stock=stock, max_open_per_buyer=most)
    return price, changed


def _token(before: str, key: str) -> str:
    known = [ZERO_ADDRESS, *(total.token for total in market().index.statistics().tokens), before]
    tokens = list(dict.fromkeys(known))
    chosen = st.selectbox(
        t("sell.form.token"),
        tokens,
        tokens.index(before),
        format_func=lambda address: token_of(address).symbol,
        key=f"{key}.token",
        width=160,
    )
    return str(chosen)


def _count(name: str, before: int, most: int, key: str) -> int:
    number = st.number_input(
        t(f"sell.form.{name}"), 0, most, before, 1, key=f"{key}.{name}", help=t(f"sell.form.{name}_help")
    )
    return int(number)


def _offers(before: Listing, key: str) -> Listing:
    st.markdown(f"**{t('sell.form.offers')}**")
    commission, fee = st.columns(2)
    share = commission.slider(
        t("sell.form.commission"),
        0.0,
        MAX_COMMISSION_BPS / 100,
        before.max_commission_bps / 100,
        0.5,
        format="%.1f %%",
        key=f"{key}.commission",
        help=t("sell.form.commission_help"),
    )
    most = fee.slider(
        t("sell.form.max_fee"),
        0.0,
        MAX_FEE_BPS / 100,
        before.max_fee_bps / 100,
        0.1,
        format="%.1f %%",
        key=f"{key}.max_fee",
        help=t("sell.form.max_fee_help"),
    )
    return replace(before, max_commission_bps=round(share * 100), max_fee_bps=round(most * 100))


def _advanced(before: Listing, key: str) -> tuple[Listing, str]:
    """What few need; the sentence tells what can't be used."""
    with st.expander(t("sell.form.advanced")):
        cost = amount_input(
            t("sell.form.deposit"),
            ZERO_ADDRESS,
            key=f"{key}.deposit",
            value=number_text(before.max_arbitration_cost, ZERO_ADDRESS),
            help=t("sell.form.deposit_help"),
        )
        accounts = {}
        for name in ("arbitrator", "pricing"):
            now = getattr(before, name)
            typed = st.text_input(
                t(f"sell.form.{name}"),
                "" if now == ZERO_ADDRESS else now,
                key=f"{key}.{name}",
                help=t(f"sell.form.{name}_help"),
                max_chars=60,
            ).strip()
            if typed and not is_address(typed):
                return before, t("sell.form.bad_address", name=t(f"sell.form.{name}"))
            accounts[name] = to_checksum_address(typed) if typed else ZERO_ADDRESS
    if cost is None or cost >= 2**96:
        return before, t("sell.form.bad_deposit")
    return replace(
        before, max_arbitration_cost=cost, arbitrator=accounts["arbitrator"], pricing=accounts["pricing"]
    ), ""
