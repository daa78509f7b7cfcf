"""What differs between one operator's bots and another's, read from the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path

from dapp.settings import SettingsError

GWEI, COIN = 10**9, 10**18


@dataclass(frozen=True)
class BotSettings:
    """Amounts in wei, times in seconds.

    enabled: whether they run beside the dApp at all. redis_url: they run as Silverback workers instead.
    keystores, passphrases: by the bot's name. max_base_fee: above it nothing is sent. max_tip: the most
    that is offered on top. round_spend: the most that one round may cost. max_cost_percent: what an action
    may cost of the money that it moves. batch_gas: of one transaction. stuck_seconds: after that a
    transaction is sent again, for more. standby_seconds: how long others get to do what is due before this
    keeper does. overdue_seconds: what is due longer than that is overdue. alarm_before_seconds: how long
    before an arbiter's clock ends he counts as late. webhook, webhook_secret: where alarms go, and the key
    that signs them.
    """

    enabled: bool = True
    redis_url: str | None = None
    keystores: Mapping[str, Path] = field(default_factory=dict)
    passphrases: Mapping[str, str] = field(default_factory=dict, repr=False)
    max_base_fee: int = 100 * GWEI
    max_tip: int = 3 * GWEI
    round_spend: int = COIN // 10
    max_cost_percent: int = 20
    batch_gas: int = 8_000_000
    stuck_seconds: int = 60
    standby_seconds: int = 0
    overdue_seconds: int = 900
    alarm_before_seconds: int = 1_800
    webhook: str | None = field(default=None, repr=False)
    webhook_secret: str | None = field(default=None, repr=False)


def load_bot_settings(environment: Mapping[str, str] = os.environ) -> BotSettings:
    """The settings of this process's bots. Raises SettingsError."""
    plain = BotSettings()
    switch = environment.get("HANSE_BOTS", "on")
    if switch not in ("on", "off"):
        raise SettingsError(f"HANSE_BOTS is {switch!r}: give on or off.")
    webhook = environment.get("HANSE_ALARM_WEBHOOK") or None
    if webhook and not webhook.startswith(("http://", "https://")):
        raise SettingsError("HANSE_ALARM_WEBHOOK isn't an http(s) address.")
    redis_url = environment.get("REDIS_URL") or None
    if redis_url and not redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("REDIS_URL isn't a redis:// address.")
    return BotSettings(
        enabled=switch == "on",
        redis_url=redis_url,
        keystores={name: Path(path) for name, path in _by_bot(environment, "KEYSTORE").items()},
        passphrases=_by_bot(environment, "PASSPHRASE"),
        max_base_fee=_amount(environment, "HANSE_MAX_BASE_FEE_GWEI", GWEI, plain.max_base_fee),
        max_tip=_amount(environment, "HANSE_MAX_TIP_GWEI", GWEI, plain.max_tip),
        round_spend=_amount(environment, "HANSE_ROUND_SPEND", COIN, plain.round_spend),
        max_cost_percent=_number(environment, "HANSE_MAX_COST_PERCENT", 1, 100, plain.max_cost_percent),
        batch_gas=_number(environment, "HANSE_BATCH_GAS", 500_000, 60_000_000, plain.batch_gas),
        stuck_seconds=_number(environment, "HANSE_STUCK_SECONDS", 1, 86_400, plain.stuck_seconds),
        standby_seconds=_number(environment, "HANSE_STANDBY_SECONDS", 0, 86_400, plain.standby_seconds),
        overdue_seconds=_number(environment, "HANSE_OVERDUE_SECONDS", 60, 864_000, plain.overdue_seconds),
        alarm_before_seconds=_number(
            environment, "HANSE_ALARM_BEFORE_SECONDS", 0, 86_400, plain.alarm_before_seconds
        ),
        webhook=webhook,
        webhook_secret=environment.get("HANSE_ALARM_SECRET") or None,
    )


def _by_bot(environment: Mapping[str, str], what: str) -> dict[str, str]:
    """HANSE_<BOT>_<what>, by the bot's name in lower case."""
    ending = f"_{what}"
    return {
        name.removeprefix("HANSE_").removesuffix(ending).lower(): value
        for name, value in environment.items()
        if name.startswith("HANSE_") and name.endswith(ending) and value
    }


def _number(environment: Mapping[str, str], name: str, least: int, most: int, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise SettingsError(f"{name} is {text!r}: give a whole number from {least} to {most}.")
    return int(text)


def _amount(environment: Mapping[str, str], name: str, unit: int, default: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    try:
        amount = Decimal(text) * unit
        fits = amount.is_finite() and 0 <= amount <= 10**6 * COIN and amount == amount.to_integral_value()
    except InvalidOperation:
        fits = False
    if not fits:
        raise SettingsError(f"{name} is {text!r}: give a number of {'gwei' if unit == GWEI else 'coins'}.")
    return int(amount)
