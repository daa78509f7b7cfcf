"""Write both lock files anew, with nothing in them that names a registry or a machine."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV_VERSION = "0.13.9"
PROCESSORS = {"amd64": "x64", "arm64": "arm64"}


def run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)


def lock_python() -> None:
    uv = ROOT / ".cache" / "uv" / "bin" / "uv"
    if not uv.exists():
        run(sys.executable, "-m", "venv", ".cache/uv")
        run(".cache/uv/bin/python", "-m", "pip", "install", "--quiet", f"uv=={UV_VERSION}")
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"]
    silent = ["--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    run(str(uv), "pip", "compile", *options, *silent, "requirements.in", "-o", "requirements.lock")


def lock_node() -> None:
    """Let npm write its lock, then name the platform packages that this machine's registry doesn't carry.

    `npm ci` refuses a lock that leaves out an optional dependency. Without a hash here, npm checks such a
    package against the registry it comes from.
    """
    run("npm", "install", "--package-lock-only")
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text())
    packages = lock["packages"]
    for name, entry in list(packages.items()):
        if not name.startswith("node_modules/@foundry-rs/"):
            continue
        for dependency, version in entry.get("optionalDependencies", {}).items():
            system, processor = dependency.split("-")[-2:]
            packages.setdefault(
                f"node_modules/{dependency}",
                {
                    "version": version,
                    "cpu": [PROCESSORS[processor]],
                    "dev": True,
                    "license": entry["license"],
                    "optional": True,
                    "os": [system],
                },
            )
    lock["packages"] = dict(sorted(packages.items()))
    path.write_text(json.dumps(lock, indent=2) + "\n")


if __name__ == "__main__":
    lock_python()
    lock_node()
