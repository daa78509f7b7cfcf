"""Make a fresh checkout ready: virtual environment, locked dependencies, compiler, chain binaries.

Everything lands inside the checkout. Each step leaves a stamp with the hash of what it was made from in the
folder it made, so a second run does nothing, and only what changed is made again.
Runs on any Python 3, standard library only, so that it can say that Python is too old.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE_MODULES = ROOT / "node_modules"
PACKAGE = ROOT / "hanse.egg-info"
SOLCX = ROOT / ".cache" / "solcx"
BIN = ROOT / ".cache" / "bin"
LOG = ROOT / ".cache" / "setup.log"

PIP_LOCK = "scripts/pip.lock"
SOLC_VERSION = "0.8.37"
NATIVE_SOLC_TIMEOUT_SECONDS = 90
CHAIN_BINARIES = ("anvil", "forge", "cast")


def fail(sentence):
    sys.exit(f"setup: {sentence}")


def require_tools():
    """Say in one sentence what is missing on this machine, if anything."""
    if sys.version_info < (3, 11):
        fail(
            f"Python 3.11 or newer is needed and {sys.executable} is {platform.python_version()}: "
            "install a newer one and run the command again with PYTHON=python3.12 (or its path)."
        )
    try:
        import ensurepip  # noqa: F401  (Debian splits it off)
    except ImportError:
        fail(
            "This Python can't make virtual environments: install the package python3-venv and run it again."
        )
    if shutil.which("git") is None:
        fail("git is missing: install it with your system's package manager and run the command again.")
    if shutil.which("node") is None or shutil.which("npm") is None:
        fail("Node.js is missing: install version 20 or newer (with npm) from nodejs.org and run it again.")
    node = subprocess.run(["node", "--version"], capture_output=True, text=True).stdout.strip()
    if int(node.lstrip("v").split(".")[0]) < 20:
        fail(f"Node.js 20 or newer is needed and this is {node}: get it from nodejs.org and run it again.")


def run_logged(command, sentence):
    """Run a slow command with its output in the log and a dot on the screen now and then."""
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        log.flush()
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            while process.poll() is None:
                try:
                    process.wait(timeout=3)
                except subprocess.TimeoutExpired:
                    print(".", end="", flush=True)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
    if process.returncode != 0:
        tail = LOG.read_text(errors="replace").splitlines()[-15:]
        print("\n" + "\n".join(tail), file=sys.stderr)
        fail(f"{sentence} The whole output is in {LOG.relative_to(ROOT)}.")


def has_this_python(environment):
    """Whether the virtual environment is there and of this version: then only what changed is installed."""
    python = environment / "bin" / "python"
    version = [str(python), "-c", "import pip, platform; print(platform.python_version())"]
    try:
        found = subprocess.run(version, capture_output=True, text=True).stdout.strip()
    except OSError:
        return False
    return found == platform.python_version()


def install_python():
    if not has_this_python(VENV):
        base_python = getattr(sys, "_base_executable", sys.executable)  # this may run in the .venv it renews
        shutil.rmtree(VENV, ignore_errors=True)
        run_logged([base_python, "-m", "venv", str(VENV)], "The virtual environment could not be made.")
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
    for lock in (PIP_LOCK, "requirements.lock"):
        run_logged(
            [*pip, "--no-compile", "--no-deps", "--require-hashes", "-r", lock],
            "Python packages could not be installed: check the connection to the index and try again.",
        )


def install_package():
    """The `hanse` command and the browser component, run from this checkout."""
    PACKAGE.mkdir(exist_ok=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "install"]
    run_logged(
        [*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", "."],
        "The project's own package could not be installed.",
    )


def install_node():
    run_logged(["npm", "ci"], "Node packages could not be installed: check the connection and run it again.")


def install_compiler():
    """The native compiler where it can be downloaded, else npm's WebAssembly build of the same version."""
    shutil.rmtree(SOLCX, ignore_errors=True)
    SOLCX.mkdir(parents=True)
    solc = SOLCX / f"solc-v{SOLC_VERSION}"
    script = f"import solcx; solcx.install_solc('{SOLC_VERSION}')"
    try:
        download = subprocess.run(
            [str(VENV / "bin" / "python"), "-c", script],
            env={**os.environ, "SOLCX_BINARY_PATH": str(SOLCX)},
            capture_output=True,
            timeout=NATIVE_SOLC_TIMEOUT_SECONDS,
        )
        native = download.returncode == 0 and subprocess.run([str(solc), "--version"]).returncode == 0
    except (subprocess.TimeoutExpired, OSError):
        native = False
    if not native:
        solc.unlink(missing_ok=True)
        solc.symlink_to(os.path.relpath(ROOT / "scripts" / "solc.cjs", SOLCX))


def npm_binary(tool):
    """Where npm put the real executable of a Foundry tool, or None."""
    arch = "arm64" if platform.machine() in ("arm64", "aarch64") else "amd64"
    scope = NODE_MODULES / "@foundry-rs"
    candidates = (scope / f"{tool}-{sys.platform}-{arch}" / "bin" / tool, scope / tool / tool)
    return next((binary for binary in candidates if binary.exists()), None)


def system_binary(tool):
    """The tool as installed outside this checkout, or None."""
    folders = [folder for folder in os.environ["PATH"].split(os.pathsep) if not folder.startswith(str(ROOT))]
    found = shutil.which(tool, path=os.pathsep.join(folders))
    return found and Path(found)


def link_chain_binaries():
    """Put the real executables on the project's PATH: npm's wrappers lose signals and forge's exit code."""
    shutil.rmtree(BIN, ignore_errors=True)
    BIN.mkdir(parents=True)
    for tool in CHAIN_BINARIES:
        if npm_binary(tool) is None:  # no package for this platform in the lock file: try its own download
            script = NODE_MODULES / "@foundry-rs" / tool / "postinstall.mjs"
            subprocess.run(["node", str(script), tool], capture_output=True)
        binary = npm_binary(tool) or system_binary(tool)
        if binary is None:
            fail(f"npm has no {tool} for this machine: install Foundry 1.7.1 and run the command again.")
        (BIN / tool).symlink_to(os.path.relpath(binary, BIN))


def digest(*parts):
    sha = hashlib.sha256(str(ROOT).encode())
    for part in parts:
        sha.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return sha.hexdigest()


def step(label, folder, key, action):
    """Run the action unless its folder carries the stamp of the same inputs."""
    stamp = folder / ".stamp"
    if stamp.exists() and stamp.read_text() == key:
        return
    print(f"setup: {label} ", end="", flush=True)
    started = time.monotonic()
    action()
    stamp.write_text(key)
    print(f" {time.monotonic() - started:.0f} s", flush=True)


def main():
    require_tools()
    LOG.parent.mkdir(exist_ok=True)
    python_key = digest(ROOT / PIP_LOCK, ROOT / "requirements.lock", platform.python_version())
    node_key = digest(ROOT / "package-lock.json", ROOT / ".npmrc")
    step("Python packages (a minute or two)", VENV, python_key, install_python)
    step("The hanse command", PACKAGE, digest(ROOT / "pyproject.toml", python_key), install_package)
    step("Node packages", NODE_MODULES, node_key, install_node)
    step(
        f"Solidity compiler {SOLC_VERSION}",
        SOLCX,
        digest(SOLC_VERSION, python_key, node_key),
        install_compiler,
    )
    step("anvil, forge, cast", BIN, node_key, link_chain_binaries)


if __name__ == "__main__":
    main()
