"""Builds Kubo and geth from their Go modules into .cache/interop: `python -m tests.interop.build`.

The versions are pinned by go.mod and go.sum beside this file. Minutes the first time, on two cores; then only
when they change. Without Go nothing is built, and the tests that need it say so and are skipped.
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
BUILT = FOLDER.parents[1] / ".cache" / "interop"
PACKAGES = {"kubo": ("ipfs", "github.com/ipfs/kubo/cmd/ipfs")}
PACKAGES |= {"geth": ("geth", "github.com/ethereum/go-ethereum/cmd/geth")}
NICENESS = 10


def program(name: str) -> Path | None:
    """The program built from a module of today's go.sum; None if there is none."""
    binary, _package = PACKAGES[name]
    built, stamp = BUILT / binary, BUILT / f"{binary}.sum"
    return built if built.exists() and stamp.exists() and stamp.read_bytes() == _pins(name) else None


def missing(name: str) -> str:
    """Why a module's program isn't there, in one sentence."""
    if shutil.which("go") is None:
        return f"Go is missing, so {name} could not be built: install Go and run `make interop`."
    return f"{name} isn't built: run `make interop`, which builds it."


def build(name: str) -> bool:
    """Build one module's program, unless it is there. Tells whether it is there now."""
    if program(name):
        return True
    binary, package = PACKAGES[name]
    BUILT.mkdir(parents=True, exist_ok=True)
    print(f"interop: building {name} from its Go module (minutes the first time) ...", end="", flush=True)
    started = time.monotonic()
    done = subprocess.run(
        ["go", "build", "-p", "2", "-trimpath", "-mod=readonly", "-o", str(BUILT / binary), package],
        cwd=FOLDER / name,
        env={**os.environ, "GOFLAGS": "-buildvcs=false", "GOTOOLCHAIN": "local", "CGO_ENABLED": "1"},
        preexec_fn=lambda: os.nice(NICENESS),
        capture_output=True,
        text=True,
    )
    print(f" {time.monotonic() - started:.0f} s", flush=True)
    if done.returncode:
        print(f"interop: {name} could not be built:\n{done.stderr[-2000:]}", file=sys.stderr)
        return False
    (BUILT / f"{binary}.sum").write_bytes(_pins(name))
    return True


def _pins(name: str) -> bytes:
    return (FOLDER / name / "go.mod").read_bytes() + (FOLDER / name / "go.sum").read_bytes()


def main() -> int:
    if shutil.which("go") is None:
        print("interop: Go is missing: the tests with Kubo and geth are skipped.")
        return 0
    built = [build(name) for name in PACKAGES]  # all, even if one fails
    return 0 if all(built) else 1


if __name__ == "__main__":
    sys.exit(main())
