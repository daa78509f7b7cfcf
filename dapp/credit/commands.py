"""`hanse explain-score`, `dry-run-rules` and `submit-report`."""

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from eth_utils.address import is_address

from dapp.chain.contracts import MarketContracts
from dapp.chain.formats import points_text, short
from dapp.chain.formats import time as time_text
from dapp.chain.keys import account_named
from dapp.credit.deployed import deployed_rules
from dapp.credit.desk import Desk
from dapp.credit.dry_run import DryRun, dry_run
from dapp.credit.errors import BadReport, CreditError
from dapp.credit.explain import Explanation, Step, explain_score
from dapp.credit.inbox import Inbox
from dapp.credit.loading import load_rules
from dapp.credit.report import SCHEMA, Report
from dapp.domain.bounds import DAY
from dapp.evidence.box import EvidenceBox
from dapp.evidence.errors import BadDocument
from dapp.evidence.fields import parse_object
from dapp.settings import Settings

SOUND, FAULTY = 0, 1
VALID_DAYS: Final = 7
Command = Callable[[str, Callable[[argparse.Namespace, Settings], int]], argparse.ArgumentParser]


def add_commands(command: Command) -> None:
    """Put the commands on the command line."""
    explaining = command("explain-score", explain)
    explaining.add_argument("merchant", help="the merchant's address")
    trying = command("dry-run-rules", try_rules)
    trying.add_argument("file", type=Path, help="a rule file")
    submitting = command("submit-report", submit)
    submitting.add_argument("file", type=Path, help="a report as JSON; signing fills in what is left out")
    submitting.add_argument("--account", help="who signs it: a keystore file, or the alias of one of Ape's")


def explain(arguments: argparse.Namespace, settings: Settings) -> int:
    """Replay a merchant's score from the chain's events; 1 if it ends elsewhere, or evidence is bad."""
    if not is_address(arguments.merchant):
        raise CreditError(f"“{arguments.merchant}” is no address.")
    contracts = _contracts(settings)
    rules = deployed_rules(contracts, settings.credit_rules)
    explanation = explain_score(contracts, EvidenceBox.of(settings), rules, arguments.merchant)
    print("\n".join(lines_of(explanation)))
    return SOUND if explanation.is_sound else FAULTY


def try_rules(arguments: argparse.Namespace, settings: Settings) -> int:
    """Replay the market's history by other rules: who would gain and lose, and whose tier would change."""
    try:
        rules = load_rules(arguments.file)
    except OSError as error:
        raise CreditError(f"{arguments.file} can't be read: {error.strerror}.") from error
    print("\n".join(rows_of(dry_run(_contracts(settings), EvidenceBox.of(settings), rules))))
    return SOUND


def submit(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check a report, sign it if it isn't yet, and put it into the inbox that attestations are made from."""
    contracts = _contracts(settings)
    block = contracts.web3.eth.get_block("latest")
    try:
        data = arguments.file.read_bytes()
    except OSError as error:
        raise CreditError(f"{arguments.file} can't be read: {error.strerror}.") from error
    report = _signed(data, contracts, block["timestamp"], arguments.account)
    rules = deployed_rules(contracts, settings.credit_rules)
    desk = Desk(contracts, EvidenceBox.of(settings), Inbox(settings.data), rules, report.attestor)
    accepted = desk.submit(report, block["number"], bytes(block["hash"]), block["timestamp"])
    print(f"report    0x{report.digest.hex()}\nrule      {accepted.rule.name}")
    print("\n".join(f"          {line}" for line in accepted.outcome.arithmetic))
    print(f"points    {_signed_points(accepted.outcome.delta)} ({accepted.rule.dimension.name.lower()})")
    return SOUND


# -- what is printed --------------------------------------------------------------------------


def lines_of(explanation: Explanation) -> Iterator[str]:
    """An explanation as a table, and where it ends."""
    yield f"{explanation.merchant} at block {explanation.block}"
    yield f"{'':23}  {'':10}  {'points':>8}  {'score':>8}  by"
    yield f"{'':23}  {'':10}  {'':8}  {600:>8}  every merchant's beginning"
    for step in explanation.steps:
        yield _step(step)
    total, on_chain = points_text(explanation.total), points_text(explanation.on_chain)
    agree = "they agree" if explanation.total == explanation.on_chain else "they DON'T agree"
    yield f"{total} points by the events, {on_chain} on the chain: {agree}."
    bad = sum(1 for step in explanation.steps if step.fault or step.missing)
    if bad:
        yield f"{bad} of {len(explanation.steps)} changes have something wrong or missing."


def _step(step: Step) -> str:
    reason = step.reason.name.lower().replace("_", " ")
    by = f"{step.rule} ({reason})" if step.rule else reason
    what = f"/ipfs/{step.cid}" if step.cid else short(step.ref)
    state = f"  {'missing: ' if step.missing else 'WRONG: '}{step.fault}" if step.fault else ""
    sound = "  sound" if step.cid and not state else ""
    moved = f"{_signed_points(step.applied):>8}  {points_text(step.score):>8}"
    return (
        f"{time_text(step.timestamp)}  {step.dimension.name.lower():10}  {moved}  {by}  {what}{state}{sound}"
    )


def rows_of(run: DryRun) -> Iterator[str]:
    """A dry run as a table."""
    yield f"{'merchant':42}  {'now':>8}  {'then':>8}  {'change':>8}  tier"
    for row in run.rows:
        now, then = (tier.name.capitalize() for tier in row.tiers)
        tier = now if now == then else f"{now} → {then}"
        scores = f"{points_text(row.now):>8}  {points_text(row.then):>8}  {_signed_points(row.difference):>8}"
        yield f"{row.merchant}  {scores}  {tier}"
    gain = sum(1 for row in run.rows if row.difference > 0)
    lose = sum(1 for row in run.rows if row.difference < 0)
    tiers = sum(1 for row in run.rows if row.tiers[0] is not row.tiers[1])
    yield f"Of {len(run.rows)} merchants {gain} would gain, {lose} would lose; {tiers} would change tier."
    if run.unread:
        yield f"The evidence of {len(run.unread)} attestations is missing: they are taken as they are."


def _signed_points(thousandths: int) -> str:
    return f"{'+' if thousandths > 0 else ''}{points_text(thousandths)}"


# -- inside -----------------------------------------------------------------------------------


def _signed(data: bytes, contracts: MarketContracts, now: int, account: str | None) -> Report:
    """The report in a file, signed by `account` if it isn't signed yet."""
    try:
        plain: dict[str, Any] = parse_object(data)
    except BadDocument as error:
        raise BadReport(reason=error.values["reason"]) from error
    if account is None or plain.get("signature"):
        return Report.of(plain)
    signer = account_named(account, contracts.record.chain_id)
    filled = {
        "schema": SCHEMA,
        "chainId": contracts.record.chain_id,
        "credit": contracts.credit.address,
        "attestor": signer.address,
        "issuedAt": now,
        "validUntil": now + VALID_DAYS * DAY,
    }
    return Report.of(filled | plain).signed_by(signer)


def _contracts(settings: Settings) -> MarketContracts:
    return MarketContracts.connect(settings.rpc_urls, settings.deployments)
