"""Reading chains.yaml: every fault is named with its place.

load
├── a chain with an entry: its overrides over the default
├── a chain without: the default
└── a value that can't be, lacks or means nothing: a sentence with its place
"""

import copy
import re

import pytest
import yaml

from operations.errors import BadParameters
from operations.fields import parse_amount
from operations.parameters import CHAINS_FILE, load_parameters, parse_parameters
from operations.roles import Role


@pytest.fixture
def document():
    return yaml.safe_load(CHAINS_FILE.read_text())


def test_load__chain_with_an_entry__overrides_field_by_field():
    development, other = load_parameters(31337), load_parameters(1)
    assert development.roles[Role.ADMIN].delay == 3_600
    assert development.roles[Role.ADMIN].members == other.roles[Role.ADMIN].members == ("deployer",)
    assert other.roles[Role.ADMIN].delay == 172_800
    assert other.base_fee == 200
    assert other.commissions == {0: (1_000, 500, 250)}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("base_fee",), 834, "base_fee is 834: it must be a whole number from 0 to 833."),
        (("base_fee",), "2 %", "base_fee is '2 %': it must be a whole number from 0 to 833."),
        (("base_fee",), True, "base_fee is True: it must be a whole number from 0 to 833."),
        (("stakes", "gold"), "1 wei", "stakes.gold is 1 wei: it must be a multiple of 1000000000000000 wei."),
        (("stakes", "gold"), "much", "stakes.gold is 'much': write a number with `ether` or `gwei`"),
        (("commissions",), {0: [2_000, 1_000, 1]}, "commissions.0 adds up to 3001: at most 3000 may be."),
        (("commissions",), {1: [0, 0, 0]}, "commissions must have the rates of category 0."),
        (("commissions",), {0: [1, 2]}, "commissions.0 must be a list of three numbers"),
        (("arbitrators",), ["0x12"], "arbitrators: '0x12' is no address."),
        (("panel", "slash"), "2 ether", "panel.slash is 2000000000000000000: it must be a whole number"),
        (("deposits", "min"), "1 gwei", "deposits.min is 1000000000: it must be a whole number from 2000"),
        (("roles", "admin", "members"), [], "members is empty: somebody must hold the admin role."),
        (("roles", "pauser", "members"), "deployer", "roles.pauser.members must be a list."),
        (
            ("roles", "attestor_community", "delay"),
            5,
            "must be 0: attestor_community can do nothing",
        ),
        (("colour",), "red", "has `colour`, which means nothing."),
    ],
)
def test_load__bad_value__names_its_place(document, path, value, message):
    broken = copy.deepcopy(document)
    place = broken["default"]
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(BadParameters, match=re.escape(message)):
        parse_parameters(broken, 1)


def test_load__missing_value__names_it(document):
    del document["default"]["panel"]["cost"]
    with pytest.raises(BadParameters, match=re.escape("panel lacks `cost`.")):
        parse_parameters(document, 1)


def test_parse_amount__units__wei():
    assert parse_amount("0.1 ether") == 10**17
    assert parse_amount("5gwei") == 5 * 10**9
    assert parse_amount(7) == 7
    with pytest.raises(BadParameters):
        parse_amount("0.5 wei")
