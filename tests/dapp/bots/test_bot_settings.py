"""What the environment says of bots.

load_bot_settings
├── nothing set: the defaults
├── everything set: read, in wei and seconds; keys by the bot's name
├── a value that can't be: a sentence with the setting and the value
└── shown: no secret
"""

from pathlib import Path

import pytest

from dapp.bots.settings import BotSettings, load_bot_settings
from dapp.settings import SettingsError


def test_load__nothing_set__defaults():
    assert load_bot_settings({}) == BotSettings()


def test_load__everything_set__read():
    settings = load_bot_settings(
        {
            "HANSE_BOTS": "off",
            "REDIS_URL": "redis://127.0.0.1:6379/0",
            "HANSE_KEEPER_KEYSTORE": "/keys/keeper.json",
            "HANSE_KEEPER_PASSPHRASE": "secret words",
            "HANSE_CREDIT_KEYSTORE": "/keys/credit.json",
            "HANSE_MAX_BASE_FEE_GWEI": "0.5",
            "HANSE_MAX_TIP_GWEI": "2",
            "HANSE_ROUND_SPEND": "0.25",
            "HANSE_MAX_COST_PERCENT": "7",
            "HANSE_BATCH_GAS": "1000000",
            "HANSE_STUCK_SECONDS": "30",
            "HANSE_STANDBY_SECONDS": "600",
            "HANSE_OVERDUE_SECONDS": "60",
            "HANSE_ALARM_BEFORE_SECONDS": "0",
            "HANSE_ALARM_WEBHOOK": "https://127.0.0.1/hook?token=abc",
            "HANSE_ALARM_SECRET": "key of the hook",
        }
    )
    assert settings == BotSettings(
        enabled=False,
        redis_url="redis://127.0.0.1:6379/0",
        keystores={"keeper": Path("/keys/keeper.json"), "credit": Path("/keys/credit.json")},
        passphrases={"keeper": "secret words"},
        max_base_fee=5 * 10**8,
        max_tip=2 * 10**9,
        round_spend=25 * 10**16,
        max_cost_percent=7,
        batch_gas=1_000_000,
        stuck_seconds=30,
        standby_seconds=600,
        overdue_seconds=60,
        alarm_before_seconds=0,
        webhook="https://127.0.0.1/hook?token=abc",
        webhook_secret="key of the hook",
    )
    shown = repr(settings)
    assert not [secret for secret in ("secret words", "token=abc", "key of") if secret in shown]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANSE_BOTS", "maybe"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("HANSE_MAX_BASE_FEE_GWEI", "-1"),
        ("HANSE_MAX_BASE_FEE_GWEI", "NaN"),
        ("HANSE_MAX_TIP_GWEI", "Infinity"),
        ("HANSE_MAX_TIP_GWEI", "0.0000000001"),
        ("HANSE_ROUND_SPEND", "1e99"),
        ("HANSE_ROUND_SPEND", "much"),
        ("HANSE_MAX_COST_PERCENT", "0"),
        ("HANSE_MAX_COST_PERCENT", "101"),
        ("HANSE_BATCH_GAS", "5"),
        ("HANSE_STUCK_SECONDS", "0"),
        ("HANSE_STUCK_SECONDS", "٣"),
        ("HANSE_OVERDUE_SECONDS", "1.5"),
    ],
)
def test_load__bad_value__named_with_its_setting(name, value):
    with pytest.raises(SettingsError) as caught:
        load_bot_settings({name: value})
    assert name in str(caught.value)
    assert value in str(caught.value) or name == "REDIS_URL"


def test_load__bad_webhook__not_repeated():
    with pytest.raises(SettingsError) as caught:
        load_bot_settings({"HANSE_ALARM_WEBHOOK": "ftp://host/secret"})
    assert "HANSE_ALARM_WEBHOOK" in str(caught.value)
    assert "secret" not in str(caught.value)
