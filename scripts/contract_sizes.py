"""Record every contract's deployed size in snapshots/sizes.json; --check fails over the limit or when stale.

Reads what `ape compile` left in .build. Only what gets deployed counts: no mocks, no interfaces, no libraries
whose functions are all internal.
"""

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / ".build" / "__local__.json"
SNAPSHOT = ROOT / "snapshots" / "sizes.json"
LIMIT_BYTES = 24_576  # EIP-170


def measure() -> dict[str, int]:
    contracts = json.loads(MANIFEST.read_text())["contractTypes"]
    sizes = {}
    for name, contract in sorted(contracts.items()):
        source = contract["sourceId"]
        code = (contract.get("runtimeBytecode") or {}).get("bytecode", "").removeprefix("0x")
        is_callable = any(entry["type"] in ("function", "receive", "fallback") for entry in contract["abi"])
        is_current = (ROOT / source).exists()  # Ape keeps what was deleted
        if code and is_callable and is_current and not source.startswith("contracts/mocks/"):
            sizes[name] = len(code) // 2
    return sizes


def main() -> int:
    sizes = measure()
    text = json.dumps(sizes, indent=2) + "\n"
    faults = [
        f"{name} has {size:,} bytes of code, {size - LIMIT_BYTES:,} over the limit of {LIMIT_BYTES:,}."
        for name, size in sizes.items()
        if size > LIMIT_BYTES
    ]
    if "--check" not in sys.argv[1:]:
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(text)
    elif not SNAPSHOT.exists() or SNAPSHOT.read_text() != text:
        faults.append("snapshots/sizes.json is stale: run `make sizes` and commit it.")
    for name, size in sizes.items():
        print(f"{size:>7,} bytes  {name}")
    for fault in faults:
        print(f"contract sizes: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
