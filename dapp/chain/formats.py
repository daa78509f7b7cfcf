"""How the values of errors are shown: amounts with units, times in UTC, ids and addresses shortened."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, localcontext
from typing import Any

from dapp.domain.bounds import DAY, MONTH_END


@dataclass(frozen=True)
class Token:
    """How amounts of a token are shown."""

    symbol: str
    decimals: int


NATIVE = Token("ETH", 18)

_MAX_TIME = 253_402_300_799  # the last second of the year 9999
_ENUMS = {
    "status": (
        ("none", "placed", "in progress", "delivered", "disputed", "completed", "cancelled"),
        ("不存在", "等待接单", "服务进行中", "待支付", "争议中", "已完成", "已取消"),
    ),
    "listing_status": (("unknown", "active", "paused", "retired"), ("不存在", "在售", "已暂停", "已下架")),
    "phase": (
        (
            "not opened",
            "waiting for the other side's deposit",
            "before the arbitrator",
            "before the backup",
            "closed",
        ),
        ("未开启", "等待对方押金", "仲裁中", "备用仲裁中", "已结束"),
    ),
    "stage": (
        ("unknown", "open", "appealed", "final", "executed"),
        ("不存在", "进行中", "已上诉", "已终局", "已执行"),
    ),
    "step": (("to be drawn", "drawn", "accepted", "ruled"), ("待抽选", "已抽中", "已接受", "已裁决")),
    "dimension": (
        ("trade", "service", "compliance", "community", "security"),
        ("交易", "服务", "合规", "社区", "安全"),
    ),
    "role": (
        (
            "admin",
            "pauser",
            "rates",
            "treasurer",
            "compliance attestor",
            "community attestor",
            "security attestor",
            "appeals",
            "auditor",
            "credit module",
            "arbiters",
            "risk bot",
            "risk reviewer",
            "risk module",
            "score signer",
        ),
        (
            "管理员",
            "暂停",
            "费率",
            "财务",
            "合规评证",
            "社区评证",
            "安全评证",
            "申诉",
            "审计",
            "信用模块",
            "仲裁员管理",
            "风控机器人",
            "风控复核",
            "风控模块",
            "信用签发",
        ),
    ),
}
_PANICS = {
    0x01: ("an internal check failed", "内部检查失败"),
    0x11: ("a number is out of range", "数值超出范围"),
    0x12: ("division by zero", "除以零"),
    0x21: ("an unknown choice was passed", "传入了未知选项"),
    0x32: ("an unknown index was passed", "传入了未知序号"),
}


def amount(value: int, token: Token) -> str:
    """Token units as a decimal number with the token's symbol, exact, without trailing zeros."""
    with localcontext() as context:
        context.prec = 100
        number = Decimal(value).scaleb(-token.decimals)
        text = f"{number:,f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {token.symbol}"


def points_text(thousandths: int) -> str:
    """Thousandths of a point as points, exact."""
    whole, rest = divmod(abs(thousandths), 1_000)
    decimals = f".{rest:03d}".rstrip("0").rstrip(".")
    return f"{'−' if thousandths < 0 else ''}{whole}{decimals}"


def time(value: int) -> str:
    """A Unix time in UTC, to the second."""
    if not 0 <= value <= _MAX_TIME:
        return str(value)
    return datetime.fromtimestamp(value, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def day(value: int) -> str:
    """A day since the epoch as a date."""
    return (
        datetime.fromtimestamp(value * DAY, UTC).strftime("%Y-%m-%d")
        if value * DAY <= _MAX_TIME
        else str(value)
    )


def duration(value: int, language: str) -> str:
    """Seconds in the largest unit that gives a whole number."""
    units = ((DAY, "day", "天"), (3_600, "hour", "小时"), (60, "minute", "分钟"), (1, "second", "秒"))
    size, english, chinese = next(unit for unit in units if value % unit[0] == 0)
    count = value // size
    return f"{count} {chinese}" if language == "zh" else f"{count} {english}{'' if count == 1 else 's'}"


def short(value: Any) -> str:
    """An id or address with its middle left out."""
    text = (
        value
        if isinstance(value, str)
        else f"0x{bytes(value).hex()}"
        if not isinstance(value, int)
        else hex(value)
    )
    return text if len(text) <= 14 else f"{text[:8]}…{text[-4:]}"


def _choice(kind: str) -> Callable[[Any, Token, str], str]:
    english, chinese = _ENUMS[kind]

    def show(value: Any, _token: Token, language: str) -> str:
        names = chinese if language == "zh" else english
        return names[value] if value < len(names) else str(value)

    return show


def _panic(value: Any, _token: Token, language: str) -> str:
    english, chinese = _PANICS.get(value, (f"code {value:#x}", f"代码 {value:#x}"))
    return chinese if language == "zh" else english


def _settle_days(value: Any, _token: Token, language: str) -> str:
    if value == MONTH_END:
        return "月底" if language == "zh" else "the month's end"
    return duration(value * DAY, language)


FORMATS: dict[str, Callable[[Any, Token, str], str]] = {
    "plain": lambda value, _token, _language: str(value),
    "number": lambda value, _token, _language: f"{value:,}",
    "units": lambda value, token, _language: amount(value, token),
    "wei": lambda value, _token, _language: amount(value, NATIVE),
    "time": lambda value, _token, _language: time(value),
    "day": lambda value, _token, _language: day(value),
    "duration": lambda value, _token, language: duration(value, language),
    "percent": lambda value, _token, _language: f"{Decimal(value) / 100:f} %",
    "points": lambda value, _token, _language: f"{Decimal(value) / 1_000:f}",
    "short": lambda value, _token, _language: short(value),
    "panic": _panic,
    "settle_days": _settle_days,
    **{kind: _choice(kind) for kind in _ENUMS},
}
