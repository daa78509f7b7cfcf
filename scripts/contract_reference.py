"""Write docs/contracts.md from the contracts' ABIs and NatSpec; --check fails when it is stale.

Reads what `ape compile` left in .build, and the roles from operations/roles.py. Run as a module, from the
checkout: `python -m scripts.contract_reference`.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from operations.roles import WIRING

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / ".build" / "__local__.json"
PAGE = ROOT / "docs" / "contracts.md"

CONTRACTS = {
    "Market": ("ILedger", "IListings", "IOrders", "IAffiliates", "IMerchants", "ISettings", "IMarket"),
    "Lens": ("ILens",),
    "FeePolicy": ("IFeePolicy",),
    "Credit": ("ICredit",),
    "Disputes": ("IDisputes", "ISettlements", "IArbitrable", "IEvidence"),
    "ArbiterPanel": ("IArbiterPanel", "IArbiters", "IArbitrator"),
    "EvidenceLog": ("IEvidenceLog", "IEvidence"),
    "RiskHolds": ("IRiskHolds",),
    "Rewards": ("IRewards",),
    "ScoreProofs": ("IScoreProofs",),
}
"""Every deployed contract but the Authority and the BackupPanel, and the interfaces that it is made of."""

SEAMS = ("IPricing",)
"""Interfaces that others implement."""

INTRODUCTION = """# Contract reference

Written by `make docs` from the contracts' ABIs and the NatSpec of `contracts/interfaces/`; `make docs-check`
fails when it is stale. Amounts are token units unless said otherwise, times are Unix timestamps, rates are
basis points. Structs and packed words are described where they are declared, in the interfaces and in
`contracts/libraries/`. Roles are those of [security.md](security.md#roles).

The `Authority`, who may call what, is OpenZeppelin's `AccessManager` without additions. The `BackupPanel` is
another `ArbiterPanel`.
"""

Abi = dict[str, Any]


def type_of(parameter: Abi) -> str:
    """The parameter's type as the ABI's signatures have it."""
    kind = str(parameter["type"])
    if not kind.startswith("tuple"):
        return kind
    return "(" + ",".join(map(type_of, parameter["components"])) + ")" + kind.removeprefix("tuple")


def shown_parameter(parameter: Abi) -> str:
    """The parameter as Solidity shows it: structs and enums by their names."""
    kind = str(parameter.get("internalType") or parameter["type"])
    kind = re.sub(r"^(struct|enum|contract) ", "", kind).split(".")[-1]
    words = [kind, "indexed" if parameter.get("indexed") else "", parameter.get("name", "")]
    return " ".join(filter(None, words))


def signature_of(entry: Abi) -> str:
    return f"{entry['name']}({','.join(map(type_of, entry.get('inputs', [])))})"


def heading_of(entry: Abi) -> str:
    shown = f"{entry['name']}({', '.join(map(shown_parameter, entry.get('inputs', [])))})"
    if entry["type"] != "function":
        return f"`{shown}`"
    mutability = entry["stateMutability"]
    shown += "" if mutability == "nonpayable" else f" {mutability}"
    if outputs := entry.get("outputs"):
        shown += f" → {', '.join(map(shown_parameter, outputs))}"
    return f"`{shown}`"


def plain(text: str) -> str:
    """NatSpec as Markdown: {IMarket-batch} is `IMarket.batch`; powers and bold paragraph openings survive."""
    text = re.sub(r"\{([\w-]+)\}", lambda match: f"`{match[1].replace('-', '.')}`", " ".join(text.split()))
    text = re.sub(r"\b2\*\*\d+\b", r"`\g<0>`", text)
    return re.sub(r" (?=\*\*[A-Z][^*]*\*\* )", "\n\n", text)


class Reference:
    """The page's text, from a manifest's contract types."""

    def __init__(self, contract_types: dict[str, Any]) -> None:
        self.types = contract_types

    def page(self) -> str:
        lines = [INTRODUCTION]
        for contract, interfaces in CONTRACTS.items():
            lines.append(f"\n## {contract}\n")
            lines += self.contract(contract, interfaces)
        for interface in SEAMS:
            lines.append(f"\n## {interface}\n")
            lines += self.about(interface)
            lines += self.entries(interface, interface, self.types[interface]["abi"])
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"

    def contract(self, contract: str, interfaces: tuple[str, ...]) -> Iterator[str]:
        left = {(e["type"], signature_of(e)): e for e in self.types[contract]["abi"] if "name" in e}
        # What an interface inherits belongs to the smaller one that declares it.
        owned: dict[str, list[Abi]] = {}
        for interface in sorted(interfaces, key=lambda name: len(self.types[name]["abi"])):
            keys = [(e["type"], signature_of(e)) for e in self.types[interface]["abi"]]
            owned[interface] = [left.pop(key) for key in keys if key in left]
        yield f"`{self.types[contract]['sourceId']}`\n"
        for interface in interfaces:
            if len(interfaces) > 1:
                yield f"\n### {contract}: {interface}\n"
            yield from self.about(interface)
            yield from self.entries(contract, interface, owned[interface])
        if left:
            yield "\n**Also in the ABI** (constants, errors of libraries and of OpenZeppelin)\n"
            yield from (f"- {heading_of(entry)}" for entry in left.values())

    def about(self, name: str) -> Iterator[str]:
        """The title and prose of an interface."""
        devdoc, userdoc = self.types[name]["devdoc"], self.types[name]["userdoc"]
        texts = [devdoc.get("title"), userdoc.get("notice"), devdoc.get("details")]
        yield from (plain(text) + "\n" for text in texts if text)

    def entries(self, contract: str, interface: str, abi: list[Abi]) -> Iterator[str]:
        for kind, title in (("function", "Functions"), ("event", "Events"), ("error", "Errors")):
            if chosen := [entry for entry in abi if entry["type"] == kind]:
                yield f"\n**{title}**\n"
                yield from (self.entry(contract, interface, entry) for entry in chosen)
        yield ""

    def entry(self, contract: str, interface: str, entry: Abi) -> str:
        texts = [*self.role(contract, entry), *self.prose(contract, interface, entry)]
        return "\\\n  ".join([f"- {heading_of(entry)}", *texts])

    def role(self, contract: str, entry: Abi) -> Iterator[str]:
        for role, functions in WIRING.get(contract, {}).items():
            if entry["type"] == "function" and entry["name"] in functions:
                yield f"**Role `{role.name}`.**"

    def prose(self, contract: str, interface: str, entry: Abi) -> Iterator[str]:
        section = {"function": "methods", "event": "events", "error": "errors"}[entry["type"]]
        user: Abi = {}
        dev: Abi = {}
        for name in (contract, interface):
            for kind, found in (("userdoc", user), ("devdoc", dev)):
                doc = self.types[name][kind].get(section, {}).get(signature_of(entry), {})
                found.update(doc[0] if isinstance(doc, list) else doc)
        yield from (plain(text) for text in (user.get("notice"), dev.get("details")) if text)
        values = {**dev.get("params", {}), **dev.get("returns", {})}
        names = [parameter["name"] for parameter in (*entry.get("inputs", []), *entry.get("outputs", []))]
        yield from (f"`{name}`: {plain(values[name])}" for name in names if name in values)


def main() -> int:
    text = Reference(json.loads(MANIFEST.read_text())["contractTypes"]).page()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(text)
    elif not PAGE.exists() or PAGE.read_text() != text:
        print("docs/contracts.md is stale: run `make docs` and commit it.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
