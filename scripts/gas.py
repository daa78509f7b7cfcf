"""Measure the gas benchmark: `ape run gas` writes snapshots/gas.json and docs/gas.md.

Figures are `gasUsed` of receipts in steady state (the second identical act) unless a key ends in `_first`.
"""

import json
import tempfile
from pathlib import Path

import click
from ape.cli import ConnectedProviderCommand

from operations.benchmark import Bench, measure

ROOT = Path(__file__).resolve().parent.parent
SNAPSHOT = ROOT / "snapshots" / "gas.json"
PAGE = ROOT / "docs" / "gas.md"
GOALS = {
    "list": 65_000,
    "lifecycle": 165_000,
    "lifecycle_t1": 175_000,
    "lifecycle_erc20": 195_000,
    "release_batch50": 32_000,
    "register_referrer": 56_000,
    "evidence": 40_000,
    "dispute_ruling": 250_000,
}
KEYS = {
    "list": "`list` of a second listing, CIDv1 of 59 characters",
    "place": "`place` on an instant listing: native coin, platform fee, three referrers, sealed terms",
    "accept": "`accept` of an order that isn't instant",
    "deliver": "`deliver` straight from Placed, CIDv1 of 59 characters",
    "release": "`release` by the buyer: seller, platform and three referrers credited, score updated",
    "lifecycle": "place + deliver + release",
    "lifecycle_first": "the same, for the first order of a buyer with a seller (every slot new)",
    "lifecycle_t1": "place + deliver + release with settlement on the next day (the day's second order)",
    "lifecycle_erc20": "place (allowance in place) + deliver + release in an ERC-20 token",
    "release_batch50": "a `batch` of 50 releases by a keeper, per order: one seller, 50 buyers, one upline",
    "register_referrer": "`register` under a referrer who has three levels above him",
    "evidence": "`EvidenceLog.submit`, a party's second piece: existence and standing checked",
    "dispute_ruling": "open + fund + giveRuling + execute through the market's panel of five arbiters, with "
    "clocks and both deposits; the order pays fee and no commission, the ruling is for the seller",
    "withdraw": "`withdraw` of native coin, a part of the balance",
}
PEERS = """\
| | list | place | accept | deliver | release | place…release |
|---|---|---|---|---|---|---|
| Kleros escrow v2 + 0xSplits v2 push (no credit, no tree) | – | 126 k | – | – | 65 k + 93 k | 284 k |
| Base commerce-payments (ERC-20, one fee, no affiliates, no dispute) | – | 160 k | – | – | 62 k | 222 k |
| Origin marketplace, one affiliate | 77 k | 197 k | 49 k | – | 81 k | 327 k |
| Boson 2.5, one agent | 617 k | 375 k | 143 k | – | 129 k | 647 k |
| TalentLayer | 433 k | 505 k | – | – | 180 k | 685 k |
"""


NOTES = """\
## What the goals cost, rule by rule

- `lifecycle`: the score's cap per buyer–seller pair and epoch (rule 7) is a storage slot of its own, read and
  written at each release that gains: 5.2 k. Without it the life of an order would be below its goal. The
  first order that a seller gets on a new day costs 3 k more: it moves the day till which his stake is locked.
- `dispute_ruling`: four transactions, so 84 k of intrinsic gas and 16 k of calldata before anything happens.
  Deposits of both sides (rule 4) are a transaction of their own; the draw from a later block, the arbiter's
  clocks and slashing keep a slot in the panel (22 k), the dispute's phase and deposits one in the disputes
  module (22 k). The peers' figures are for one party's fee and a mock arbitrator.
- In a category with a rule of its own (not 0) `place` reads one slot more: 2.1 k. Limited stock or a limit of
  open orders adds a slot each to `place` and, for the latter, to the end of the order.
- The order of the words in `Terms`, `Listing` and `Placement` gives `place`, `release` and `deliver` small
  selectors: the dispatcher compares one after the other, 22 gas each.
"""


def steady(figures: dict[str, int]) -> dict[str, int]:
    """The recorded figure where the new one is within 0.1 %: timestamps and block hashes move some gas."""
    recorded = json.loads(SNAPSHOT.read_text()) if SNAPSHOT.exists() else {}
    return {
        key: recorded[key] if abs(gas - recorded.get(key, 0)) * 1_000 <= gas else gas
        for key, gas in figures.items()
    }


def page(figures: dict[str, int]) -> str:
    """docs/gas.md."""
    rows = []
    for key, what in KEYS.items():
        goal = GOALS.get(key)
        verdict = "" if goal is None else ("met" if figures[key] <= goal else "missed")
        rows.append(f"| `{key}` | {figures[key]:,} | {f'{goal:,}' if goal else ''} | {verdict} | {what} |")
    ours = [
        f"{figures[k] / 1000:.0f} k" for k in ("list", "place", "accept", "deliver", "release", "lifecycle")
    ]
    return "\n".join(
        [
            "# Gas",
            "",
            "Written by `make gas` (scripts/gas.py); CI fails when it is stale. Figures are `gasUsed` of",
            "receipts on anvil, steady state unless a key ends in `_first`: every slot that an act writes",
            "was written before.",
            "",
            "| key | gas | goal | | receipts |",
            "|---|---|---|---|---|",
            *rows,
            "",
            NOTES,
            "",
            "## Beside the peers",
            "",
            PEERS + f"| **Hanse** (platform fee, three referrers, credit) | {' | '.join(ours)} |",
            "",
        ]
    )


@click.command(cls=ConnectedProviderCommand)
def cli() -> None:
    """Measure the gas benchmark and write snapshots/gas.json and docs/gas.md."""
    with tempfile.TemporaryDirectory() as folder:
        measured = measure(Bench(Path(folder)))
    figures = steady({key: measured[key] for key in KEYS})
    SNAPSHOT.parent.mkdir(exist_ok=True)
    SNAPSHOT.write_text(json.dumps(figures, indent=2) + "\n")
    PAGE.write_text(page(figures))
    for key, gas in figures.items():
        goal = GOALS.get(key)
        click.echo(f"{key:<18} {gas:>9,}" + (f"   goal {goal:,}" if goal else ""))
