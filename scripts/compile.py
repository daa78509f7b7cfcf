"""Compile the contracts if any source changed: `make compile`.

Ape compiles a contract again when its own file changes, but not when one that it inherits from did, so any
change compiles everything.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAMP = ROOT / ".cache" / "compiled"
BUILD = ROOT / ".build" / "__local__.json"


def fingerprint() -> str:
    """The hash of every source and of the compiler's settings."""
    digest = hashlib.sha256()
    for path in sorted(
        [*ROOT.glob("contracts/**/*.sol"), ROOT / "ape-config.yaml", ROOT / "package-lock.json"]
    ):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def main() -> int:
    current = fingerprint()
    if BUILD.exists() and STAMP.exists() and STAMP.read_text() == current:
        return 0
    print("compile: the contracts (one to two minutes)", flush=True)
    status = subprocess.run(["ape", "compile", "--force"], cwd=ROOT).returncode
    # Below /tmp Ape leaves its copies of the libraries there, and then overlooks files of ours.
    shutil.rmtree(ROOT / "contracts" / ".cache", ignore_errors=True)
    if status == 0:
        STAMP.parent.mkdir(exist_ok=True)
        STAMP.write_text(current)
    return status


if __name__ == "__main__":
    sys.exit(main())
