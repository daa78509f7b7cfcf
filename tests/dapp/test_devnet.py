"""`make run`, as a process of its own.

devnet
├── opens the dApp on the filled market; Ctrl-C ends all it started
└── a port that is taken, or none at all: a sentence
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from operations.processes import ROOT, free_port, is_free
from operations.snapshot import ensure_snapshot

SECONDS = 120


def start(chain_port, dapp_port, *arguments):
    return subprocess.Popen(
        [
            "bash",
            "-c",
            '. scripts/env.sh; exec "$@"',
            "bash",
            sys.executable,
            "scripts/devnet.py",
            *arguments,
        ],
        cwd=ROOT,
        env={**os.environ, "HANSE_PORT": str(chain_port), "HANSE_DAPP_PORT": str(dapp_port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


@pytest.fixture
def ports():
    ensure_snapshot()
    return free_port(), free_port()


def read_until(process, text):
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError("".join(lines))


def test_devnet__filled_before__opens_the_dapp_and_ends_with_all(ports):
    chain_port, dapp_port = ports
    process = start(*ports)
    try:
        lines = read_until(process, "It runs until you press Ctrl-C.")
        assert any(re.search(rf"open at .*http://localhost:{dapp_port}$", line.strip()) for line in lines)
        assert any("Plain release, three levels" in line for line in lines)
        with urllib.request.urlopen(f"http://127.0.0.1:{dapp_port}/api/v1/services", timeout=30) as reply:
            assert json.load(reply)["total"] == 8
        assert any("keeper, watch, credit and risk, beside the dApp" in line for line in lines)
        with urllib.request.urlopen(f"http://127.0.0.1:{dapp_port}/metrics", timeout=30) as reply:
            assert 'hanse_bot_up{bot="keeper"' in reply.read().decode()
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=SECONDS)[0].strip() == "devnet: stopped."
        assert process.returncode == 0
        assert is_free(chain_port)
        assert is_free(dapp_port)
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=SECONDS)
        shutil.rmtree(ROOT / ".cache" / f"data-{chain_port}", ignore_errors=True)


def test_devnet__unusable_port__says_so(ports):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(ports[0], port)
        said = process.communicate(timeout=SECONDS)[0]
        assert process.returncode == 1
        assert f"Port {port} is taken" in said
        assert f"make run HANSE_DAPP_PORT={port + 1}" in said
    process = start("much", ports[1])
    assert "HANSE_PORT is 'much': set it to a number" in process.communicate(timeout=SECONDS)[0]
