"""Settings from the environment.

load_settings
├── given the server's RPC address, which may carry a key → no wallet is told of it
├── given a loopback address                              → wallets on this machine may use it
├── given public addresses                                → these and no others are told
└── a day's epsilon: one unless given, in thousandths; what is none is refused with its value
"""

import pytest

from dapp.settings import SettingsError, load_settings

KEYED = "https://rpc.example/v1/secret"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"HANSE_RPC_URL": KEYED}, ()),
        ({"HANSE_RPC_URL": f"{KEYED},http://127.0.0.1:8545"}, ("http://127.0.0.1:8545",)),
        ({}, ("http://127.0.0.1:8545",)),
        (
            {"HANSE_RPC_URL": KEYED, "HANSE_PUBLIC_RPC_URL": "https://a.example, https://b.example"},
            ("https://a.example", "https://b.example"),
        ),
    ],
    ids=["keyed", "keyed and loopback", "default", "public"],
)
def test_public_rpc_urls__environment__never_the_servers_own(environment, told):
    assert load_settings(environment).public_rpc_urls == told


@pytest.mark.parametrize(
    ("given", "milli"), [(None, 1_000), ("", 1_000), ("0.2", 200), ("10", 10_000), ("1.005", 1_005)]
)
def test_epsilon__a_number__in_thousandths(given, milli):
    environment = {} if given is None else {"HANSE_EPSILON_PER_DAY": given}
    assert load_settings(environment).epsilon_milli == milli


@pytest.mark.parametrize(
    "given", ["0", "0.000", "-1", "10.001", "11", "1e3", "nan", "inf", "0.0001", "1,5", "١"]
)
def test_epsilon__no_such_number__refused_with_its_value(given):
    with pytest.raises(SettingsError, match="HANSE_EPSILON_PER_DAY is"):
        load_settings({"HANSE_EPSILON_PER_DAY": given})


@pytest.mark.parametrize("given", ["0", "-1", "1001", "5.0", "five", "٥"])
def test_orders_each__no_such_number__refused_with_its_value(given):
    with pytest.raises(SettingsError, match="HANSE_ORDERS_EACH is"):
        load_settings({"HANSE_ORDERS_EACH": given})
    assert load_settings({"HANSE_ORDERS_EACH": "7"}).orders_each == 7
