"""The evidence of an attestation: inputs, version of the rules, arithmetic. The chain's event has its CID."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from dapp.chain.formats import points_text
from dapp.credit.errors import Refusal
from dapp.credit.report import Report
from dapp.domain.credit import Dimension
from dapp.evidence.cid import cid_in
from dapp.evidence.errors import BadDocument, NotACid
from dapp.evidence.fields import parse_object, text_in, to_json

SCHEMA: Final = "credit-attestation"
_MOST_STEPS: Final = 100_000
_DIMENSIONS: Final = {dimension.name.lower(): dimension for dimension in Dimension}


class Change(StrEnum):
    """Why the rule moves the score: a report, or what later becomes of what the report gave."""

    GRANT = "grant"
    DECAY = "decay"
    EXPIRY = "expiry"
    CORRECTION = "correction"


@dataclass(frozen=True)
class AttestationDocument:
    """What an attestation rests on. delta: thousandths of a point asked for.

    rules: the CID of the rule file. A grant has the whole signed `report`; the other changes name the grant's
    attestation by its id on chain, and a decay the `steps` that have passed.
    """

    chain_id: int
    credit: str
    merchant: str
    dimension: Dimension
    rule: str
    rules: str
    change: Change
    delta: int
    arithmetic: tuple[str, ...]
    report: Report | None = None
    grant: bytes = b""
    steps: int = 0

    def to_json(self) -> bytes:
        """As it is stored; name and description are what any reader of ERC-1497 evidence shows."""
        sign = "+" if self.delta > 0 else ""
        plain: dict[str, Any] = {
            "schema": SCHEMA,
            "name": f"{self.rule}: {sign}{points_text(self.delta)} ({self.change})",
            "description": "\n".join(self.arithmetic),
            "chainId": self.chain_id,
            "credit": self.credit,
            "merchant": self.merchant,
            "dimension": self.dimension.name.lower(),
            "rule": self.rule,
            "rules": f"/ipfs/{self.rules}",
            "change": self.change.value,
            "delta": self.delta,
            "arithmetic": list(self.arithmetic),
        }
        if self.report is not None:
            plain["report"] = self.report.to_plain()
        if self.grant:
            plain["grant"] = "0x" + self.grant.hex()
        if self.steps:
            plain["steps"] = self.steps
        return to_json(plain)

    @classmethod
    def parse(cls, data: bytes) -> "AttestationDocument | None":
        """Read the stored form; None for a document of another kind. Raises BadDocument."""
        plain = parse_object(data)
        if plain.get("schema") != SCHEMA:
            return None
        try:
            return _read(plain)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise BadDocument(reason="it lacks what an attestation's evidence has") from error
        except Refusal as refusal:
            raise BadDocument(reason=f"its report is none: {refusal}") from refusal
        except NotACid as error:
            raise BadDocument(reason="it doesn't say by which rules") from error


def _read(plain: dict[str, Any]) -> AttestationDocument:
    change = Change(plain["change"])
    report = Report.of(plain["report"]) if change is Change.GRANT else None
    grant = b"" if report else bytes.fromhex(plain["grant"].removeprefix("0x"))
    numbers = (plain["chainId"], plain["delta"], plain.get("steps", 0))
    if not all(isinstance(number, int) for number in numbers) or not 0 <= numbers[2] <= _MOST_STEPS:
        raise ValueError(numbers)
    return AttestationDocument(
        chain_id=numbers[0],
        credit=text_in(plain, "credit", lines=False),
        merchant=text_in(plain, "merchant", lines=False),
        dimension=_DIMENSIONS[plain["dimension"]],
        rule=text_in(plain, "rule", lines=False),
        rules=cid_in(text_in(plain, "rules", lines=False)),
        change=change,
        delta=numbers[1],
        arithmetic=tuple(str(line) for line in plain["arithmetic"][:100]),
        report=report,
        grant=grant,
        steps=numbers[2],
    )
