"""Amounts: token units in, exact decimal numbers out, and the other way round."""

import re
from decimal import Decimal, localcontext

import streamlit as st

from dapp.chain.formats import NATIVE, Token, amount
from dapp.market import market
from dapp.widgets.i18n import t
from dapp.widgets.text import clean

_NUMBER = re.compile(r"[0-9]{1,78}(\.[0-9]{0,78})?|\.[0-9]{1,78}")
_MAX_UNITS = 2**256 - 1
_LONG = re.compile(r"(\D?[\d,]+\.\d{4})(\d{3,})(\D.*)?")


class BadAmount(ValueError):  # noqa: N818
    """What was typed is no amount of the token; the sentence is in the session's language."""


def token_of(address: str) -> Token:
    """Symbol and decimals of a token by its address, the zero address being the chain's coin.

    A token that doesn't tell is shown by its address and in its smallest units.
    """
    return market().token(address)


def amount_text(units: int, token: Token | str) -> str:
    """An amount with its token's symbol, no digit lost. token: a Token or a token's address."""
    return amount(units, _token(token))


def split_digits(text: str) -> tuple[str, str, str]:
    """An amount's text in three: up to the fourth decimal, the decimals beyond that, and the rest.

    One without that many decimals, or with nothing but zeros before them, stays whole.
    """
    found = _LONG.fullmatch(text)
    if found is None or not re.search(r"[1-9]", found[1]):
        return text, "", ""
    return found[1], found[2], found[3] or ""


def amount_markdown(units: int, token: Token | str) -> str:
    """An amount as markdown, no digit lost: those beyond the fourth decimal are small."""
    head, tail, rest = split_digits(amount_text(units, token))
    return f"{head}:small[:gray[{tail}]]{rest}" if tail else head


def number_text(units: int, token: Token | str) -> str:
    """An amount without its symbol, as it can be typed: no separators."""
    with localcontext() as context:
        context.prec = 100
        text = f"{Decimal(units).scaleb(-_token(token).decimals):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_amount(text: str, token: Token | str) -> int:
    """Token units of a typed decimal number. Raises BadAmount: too many decimals, not a number, too large."""
    shown = _token(token)
    typed = text.strip().replace(" ", "").replace(" ", "")
    if "," in typed:
        if not re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d*)?", typed):
            raise BadAmount(t("frame.amount_bad", text=clean(text, 40)))
        typed = typed.replace(",", "")
    if not _NUMBER.fullmatch(typed):
        raise BadAmount(t("frame.amount_bad", text=clean(text, 40)))
    whole, _, decimals = typed.partition(".")
    decimals = decimals.rstrip("0")
    if len(decimals) > shown.decimals:
        raise BadAmount(t("frame.amount_decimals", symbol=shown.symbol, decimals=shown.decimals))
    units: int = int(whole or "0") * 10**shown.decimals + int(decimals.ljust(shown.decimals, "0") or "0")
    if units > _MAX_UNITS:
        raise BadAmount(t("frame.amount_large"))
    return units


def amount_input(
    label: str,
    token: Token | str,
    *,
    key: str,
    value: str = "",
    help: str | None = None,  # noqa: A002
) -> int | None:
    """A field for an amount; its token units, or None while it is empty or says nothing usable."""
    shown = _token(token)
    typed = st.text_input(f"{label} ({shown.symbol})", value, key=key, help=help, max_chars=100)
    if not typed.strip():
        return None
    try:
        return parse_amount(typed, shown)
    except BadAmount as error:
        st.caption(f":red[{error}]")
        return None


def percent_text(basis_points: int) -> str:
    """A rate in basis points as a percentage: 250 gives "2.5 %"."""
    return f"{number_text(basis_points, Token('', 2))} %"


def _token(token: Token | str) -> Token:
    return token if isinstance(token, Token) else NATIVE if not int(token, 16) else token_of(token)
