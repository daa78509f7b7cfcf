"""Settings from the environment.

load_settings
├── given the server's RPC address, which may carry a key → no wallet is told of it
├── given a loopback address                              → wallets on this machine may use it
└── given public addresses                                → these and no others are told
"""

import pytest

from dapp.settings import load_settings

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
