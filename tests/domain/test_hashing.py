"""Addresses in the spelling of EIP-55.

to_checksum_address
├── any 20 bytes, as bytes or text in any case: the library's spelling
└── anything else: refused
"""

import pytest
from eth_utils.address import to_checksum_address as of_the_library
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain.hashing import to_checksum_address


@given(st.binary(min_size=20, max_size=20))
def test_to_checksum_address__any_account__as_the_library(account):
    expected = of_the_library(account)
    assert to_checksum_address(account) == expected
    for text in (expected, expected.lower(), "0x" + account.hex().upper()):
        assert to_checksum_address(text) == expected


@pytest.mark.parametrize(
    "text", ["", "0x", "12" * 20, "0x" + "zz" * 20, "0x" + "12" * 19, "0x" + "12" * 19 + " 12"]
)
def test_to_checksum_address__no_address__refused(text):
    with pytest.raises(ValueError, match=r"address|hexadecimal"):
        to_checksum_address(text)


def test_to_checksum_address__other_lengths__refused():
    with pytest.raises(ValueError, match="isn't an address"):
        to_checksum_address(bytes(19))
