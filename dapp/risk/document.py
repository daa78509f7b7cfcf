"""An assessment as an evidence document (ERC-1497): what was found, by which rules, as of which block.

It is kept in the local store before anything is posted, and anybody can read it under its CID. Of what only
the server knows of an account (sign-ins), it has the points, which the score needs, and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec

from dapp.chain.formats import NATIVE, Token, amount
from dapp.domain.dealings import Sale
from dapp.evidence.box import EvidenceBox
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import BadDocument
from dapp.evidence.fields import parse_object, to_json
from dapp.index.rows import Head
from dapp.risk.engine import Factor, RiskAssessment
from dapp.risk.wording import AMOUNTS, sentence, words

SCHEMA: Final = "risk-assessment"
PRIVATE_NAME: Final = "private"
_Whole = Annotated[int, msgspec.Meta(ge=0, le=100)]
_Text = Annotated[str, msgspec.Meta(max_length=200)]


@dataclass(frozen=True)
class Finding:
    """An order's assessment, the order and the block that it is as of."""

    assessment: RiskAssessment
    sale: Sale
    head: Head

    @property
    def proposes_hold(self) -> bool:
        """Whether the review should go on for longer."""
        return self.assessment.proposes_hold


@dataclass(frozen=True)
class Origin:
    """What a document is about: the market's chain and address, and how its tokens are shown."""

    chain_id: int
    market: str
    token: Token = NATIVE


class _Factor(msgspec.Struct):
    name: _Text
    points: _Whole
    values: Annotated[dict[_Text, _Text | list[_Text]], msgspec.Meta(max_length=20)] = {}


class _Assessment(msgspec.Struct):
    schema: str
    order: Annotated[str, msgspec.Meta(pattern="^0x[0-9a-f]{64}$")]
    score: _Whole
    threshold: _Whole
    rules: _Text
    assessed_at: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(name="assessedAt")
    factors: Annotated[list[_Factor], msgspec.Meta(max_length=50)]


def keep(finding: Finding, box: EvidenceBox, origin: Origin) -> str:
    """Put an assessment's document into the local store; returns its CID. Raises StoreUnavailable."""
    return box.put(document_of(finding, origin))


def document_of(finding: Finding, origin: Origin) -> bytes:
    """The document: the same assessment of the same block gives the same bytes."""
    found, sale, head = finding.assessment, finding.sale, finding.head

    def shown(units: int) -> str:
        return amount(units, origin.token)

    lines = [f"{factor.points}: {sentence(factor, shown)}" for factor in found.factors]
    arithmetic = " + ".join(str(factor.points) for factor in found.factors) or "0"
    told = words("score", score=found.score, threshold=found.threshold)
    title = words("title", order=f"0x{sale.id.hex()[:8]}…")
    document = EvidenceDocument(title, "\n".join([told, *(lines or [words("nothing")])]))
    facts = {
        "schema": SCHEMA,
        "order": f"0x{sale.id.hex()}",
        "chainId": origin.chain_id,
        "market": origin.market,
        "block": {"number": head.number, "hash": f"0x{head.hash.hex()}", "timestamp": head.timestamp},
        "assessedAt": found.assessed_at,
        "rules": found.rules,
        "score": found.score,
        "threshold": found.threshold,
        "arithmetic": f"min({arithmetic}, 100) = {found.score}",
        "factors": [_fact(factor) for factor in found.factors],
        "seller": sale.seller,
        "buyer": sale.buyer,
        "amount": str(sale.base),
        "token": sale.token,
    }
    return to_json({**parse_object(document.to_json()), **facts})


def read_assessment(data: bytes) -> RiskAssessment:
    """The assessment of a document, whoever wrote it. Raises BadDocument."""
    fields = parse_object(data)
    if fields.get("schema") != SCHEMA:
        raise BadDocument(reason="it isn't a risk assessment")
    try:
        kept = msgspec.convert(fields, type=_Assessment)
        factors = tuple(Factor(each.name, each.points, _values(each.values)) for each in kept.factors)
    except (msgspec.ValidationError, ValueError) as error:
        raise BadDocument(reason=str(error)) from error
    order = bytes.fromhex(kept.order[2:])
    return RiskAssessment(order, kept.score, kept.threshold, factors, kept.assessed_at, kept.rules)


def _fact(factor: Factor) -> dict[str, Any]:
    if factor.is_private:
        return {"name": PRIVATE_NAME, "points": factor.points}
    values = {
        name: list(value) if isinstance(value, tuple) else str(value) for name, value in factor.values.items()
    }
    return {"name": factor.name, "points": factor.points, "values": values}


def _values(values: Mapping[str, str | list[str]]) -> dict[str, int | str | tuple[str, ...]]:
    """Back as the engine had them: lists as tuples, whole numbers as such."""
    found: dict[str, int | str | tuple[str, ...]] = {}
    for name, value in values.items():
        if isinstance(value, list):
            found[name] = tuple(value)
        elif name in AMOUNTS or value.isdecimal():
            found[name] = int(value)
        else:
            found[name] = value
    return found
