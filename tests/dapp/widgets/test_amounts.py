"""Amounts in and out.

amount_text, number_text
└── any units, any decimals: what is typed back gives the same units
parse_amount
├── a decimal number: its units, separators or not
└── too many decimals, no number, too large: refused with a sentence
percent_text
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.chain.formats import Token
from dapp.widgets.amounts import BadAmount, amount_text, number_text, parse_amount, percent_text

ETH = Token("ETH", 18)


@given(units=st.integers(0, 2**256 - 1), decimals=st.integers(0, 36))
def test_amount_text__any_units__lose_no_digit(units, decimals):
    token = Token("T", decimals)
    text, symbol = amount_text(units, token).rsplit(" ", 1)
    assert symbol == "T"
    assert parse_amount(text, token) == parse_amount(number_text(units, token), token) == units


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("1", 10**18),
        (" 0.000000000000000001 ", 1),
        (".5", 5 * 10**17),
        ("1,234.5", 12345 * 10**17),
        ("1.500000000000000000000", 15 * 10**17),
        ("0", 0),
    ],
)
def test_parse_amount__number__its_units(text, units):
    assert parse_amount(text, ETH) == units


@pytest.mark.parametrize(
    "text", ["", ".", "-1", "1e3", "0x10", "1,5", "1.2.3", "1 ETH", "NaN", "9" * 60, "0." + "0" * 18 + "1"]
)
def test_parse_amount__no_amount__refused_with_a_sentence(text):
    with pytest.raises(BadAmount, match=r"\.$"):
        parse_amount(text, ETH)


def test_percent_text__basis_points__as_percentage():
    shown = [percent_text(bps) for bps in (0, 5, 250, 1_000, 10_000)]
    assert shown == ["0 %", "0.05 %", "2.5 %", "10 %", "100 %"]
