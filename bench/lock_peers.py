"""Write the peers' lock files anew: `python -m bench.lock_peers`, after a change of their package.json.

As in `scripts/lock.py`, npm's lock leaves out the platform packages that this machine's registry doesn't
carry, and `npm ci` then refuses it; so they are named here, without a hash.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

PEERS = Path(__file__).resolve().parent / "peers"


def lock(folder: Path) -> None:
    """Let npm write one peer's lock and complete it."""
    subprocess.run(["npm", "install", "--package-lock-only"], cwd=folder, check=True)
    path = folder / "package-lock.json"
    document: dict[str, Any] = json.loads(path.read_text())
    packages: dict[str, Any] = document["packages"]
    for entry in list(packages.values()):
        for dependency, version in entry.get("optionalDependencies", {}).items():
            if version[0].isdigit():  # exact: one platform's part of a package
                packages.setdefault(f"node_modules/{dependency}", _absent(dependency, version))
    document["packages"] = dict(sorted(packages.items()))
    path.write_text(json.dumps(document, indent=2) + "\n")


def _absent(dependency: str, version: str) -> dict[str, Any]:
    system, processor = dependency.split("/")[-1].removeprefix("rollup-").split("-")[:2]
    return {"version": version, "cpu": [processor], "optional": True, "os": [system]}


if __name__ == "__main__":
    for name in ("ponder", "subsquid"):
        lock(PEERS / name)
