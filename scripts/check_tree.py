"""Checks of the tree itself: nothing names a registry or a machine, and Ape and forge compile alike."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parent.parent
HOME_PATH = re.compile(r"(?<![\w.:}/])/(?:home|Users|root)/[\w.-]+/")
LOCK_FILES = {
    "requirements.lock": re.compile(r"https?://|file://|--(?:extra-)?index-url|--find-links"),
    "scripts/pip.lock": re.compile(r"https?://|file://|--(?:extra-)?index-url|--find-links"),
    "package-lock.json": re.compile(r'"resolved":'),
    ".npmrc": re.compile(r"registry\s*=|//"),
}


def output(*command: str) -> str:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def registry_hosts() -> set[str]:
    """The hosts of the registries that this machine uses, whichever they are."""
    addresses = [output("npm", "config", "get", "registry")]
    addresses += [output(sys.executable, "-m", "pip", "config", "get", "global.index-url")]
    return {host for address in addresses if (host := urlsplit(address).hostname) and host != "localhost"}


def text_faults() -> list[str]:
    hosts = registry_hosts()
    faults = []
    for name in output("git", "ls-files").splitlines():
        try:
            text = (ROOT / name).read_text()
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        faults += [f"{name} names the package registry {host}" for host in hosts if host in text]
        if str(ROOT) + "/" in text or HOME_PATH.search(text):
            faults.append(f"{name} holds an absolute path of a machine")
        if name in LOCK_FILES and LOCK_FILES[name].search(text):
            faults.append(f"{name} says where packages come from: run `make lock`")
    return faults


def compiler_faults() -> list[str]:
    ape = yaml.safe_load((ROOT / "ape-config.yaml").read_text())["solidity"]
    forge = tomllib.loads((ROOT / "foundry.toml").read_text())["profile"]["default"]
    names = {
        "evm_version": "evm_version",
        "optimize": "optimizer",
        "optimization_runs": "optimizer_runs",
        "via_ir": "via_ir",
    }
    return [
        f"ape-config.yaml has {mine}={ape[mine]} and foundry.toml {theirs}={forge[theirs]}"
        for mine, theirs in names.items()
        if ape[mine] != forge[theirs]
    ]


def main() -> int:
    faults = text_faults() + compiler_faults()
    print("\n".join(faults) or "tree: no registry, no path of a machine; Ape and forge compile alike")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
