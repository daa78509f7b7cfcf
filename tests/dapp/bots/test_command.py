"""`hanse keep` as a shell starts it.

├── --dry-run: what would be done, and nothing is sent
├── --once: does it, says so; then nothing is due
├── without a key, without a chain: a sentence and status 2
└── running: works until Ctrl-C, which ends it with status 0
"""

import os
import signal
import subprocess
import sys
import time

import pytest

from operations.processes import free_port
from tests.dapp.bots.keeping import key_of, past_every_clock


@pytest.fixture
def start(private_market, tmp_path):
    """Starts `hanse keep` on the private market; its index is its own."""

    def start(*arguments, **environment):
        inherited = {**os.environ, "PYTHONWARNINGS": "default", "PYTHONUNBUFFERED": "1"}
        place = {"HANSE_DATA": str(tmp_path / "keep")}
        return subprocess.Popen(
            [sys.executable, "-m", "dapp.cli", "keep", *arguments],
            env={**inherited, **private_market.environment, **place, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def keep(start):
    """Runs it to its end: status, output and errors."""

    def keep(*arguments, **environment):
        process = start(*arguments, **environment)
        output, errors = process.communicate(timeout=120)
        return process.returncode, output, errors

    return keep


def test_keep__dry_run_then_once__says_then_does(keep, private_market):
    block = private_market.web3.eth.block_number
    status, output, _errors = keep("--dry-run")
    assert status == 0
    matured = [line for line in output.splitlines() if line.startswith("mature ")]
    assert len(matured) == 3
    assert all("deferred: Nothing is sent." in line for line in matured)
    assert private_market.web3.eth.block_number == block

    status, output, _errors = keep("--once")
    assert status == 0
    done = [line.split()[0] for line in output.splitlines() if "  done  0x" in line]
    assert done.count("mature") == 3
    assert private_market.web3.eth.block_number == block + 2  # a batch, and a claim of points

    status, output, _errors = keep("--once")
    assert status == 0
    assert "done" not in output
    assert "mature" not in output


def test_keep__no_key__a_sentence(keep, tmp_path):
    status, output, errors = keep("--once", HANSE_KEEPER_KEYSTORE=str(tmp_path / "none.json"))
    assert (status, output) == (2, "")
    assert "hanse: The keeper has no key" in errors
    assert "Traceback" not in errors


def test_keep__no_chain__a_sentence(keep, private_market):
    for chain in ("31337.json", "5.json"):  # two deployments: which one is meant, the chain would say
        (private_market.settings.deployments / chain).write_text(
            (private_market.settings.deployments / "31337.json").read_text()
        )
    status, output, errors = keep("--once", HANSE_RPC_URL=f"http://127.0.0.1:{free_port()}")
    assert (status, output) == (2, "")
    assert "The chain doesn't answer" in errors
    assert "Traceback" not in errors


def test_keep__running__works_until_interrupted(start, private_market):
    process = start()
    eth, keeper = private_market.web3.eth, key_of("keeper").address
    try:
        before = eth.get_transaction_count(keeper)
        _await(lambda: eth.get_transaction_count(keeper) > before, process)
        past_every_clock(private_market)
        released = private_market.contracts.market.events.OrderReleased()
        count = len(released.get_logs(from_block=0))
        _await(lambda: len(released.get_logs(from_block=0)) > count, process)
    finally:
        process.send_signal(signal.SIGINT)
    _output, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert f"keep: account {keeper}, until Ctrl-C" in errors.splitlines()
    assert "Traceback" not in errors


def _await(reached, process):
    deadline = time.monotonic() + 90
    while not reached():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline, "the keeper did nothing"
        time.sleep(0.1)
