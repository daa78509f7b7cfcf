"""Killed at any point, with two keepers at work: nothing is lost, nothing is done twice.

the dApp's own threads and `hanse keep`, each with its key, killed with -9 again and again while orders come,
run out and blocks are mined
└── in the end every order is ended once, every matured bucket was made available once, the escrow is empty
"""

import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from dapp.domain.bounds import DAY
from dapp.domain.orders import Status
from tests.dapp.bots.keeping import LIVE, PASSPHRASE, keystore_of

KILLS = 6
WAIT_SECONDS = 120
EMBEDDED = """
import signal, sys, threading
from dapp.background import start_background, stop_background
from dapp.settings import load_settings
background = start_background(load_settings())
threading.Event().wait()
"""
KEEP = [sys.executable, "-m", "dapp.cli", "keep"]
COMMANDS = {"keeper": [sys.executable, "-c", EMBEDDED], "outsider": KEEP}


class Keepers:
    """Two processes, one of each kind; one that was killed is started again."""

    def __init__(self, market, folder):
        self._market, self._folder, self.running = market, folder, {}
        for actor in COMMANDS:
            self.start(actor)

    def start(self, actor):
        place = self._folder / actor
        place.mkdir(exist_ok=True)
        environment = {
            **os.environ,
            **self._market.environment,
            "HANSE_DATA": str(place),
            "HANSE_KEEPER_KEYSTORE": str(keystore_of(actor, place)),
            "HANSE_KEEPER_PASSPHRASE": PASSPHRASE,
            "HANSE_STUCK_SECONDS": "5",
            "PYTHONWARNINGS": "default",
        }
        with (place / "log").open("ab") as log:
            self.running[actor] = subprocess.Popen(
                COMMANDS[actor], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )

    def kill(self, actor):
        process = self.running.pop(actor)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, (self._folder / actor / "log").read_text()[-2_000:]

    def close(self):
        for actor in list(self.running):
            self.kill(actor)


@pytest.fixture
def blocks(private_market):
    """Blocks come by time, as on a real chain, so that transactions wait."""
    private_market.rpc("evm_setAutomine", False)
    done = threading.Event()

    def mine():
        while not done.wait(0.3):
            private_market.rpc("evm_mine")

    miner = threading.Thread(target=mine)
    miner.start()
    yield
    done.set()
    miner.join()
    private_market.rpc("evm_setAutomine", True)


@pytest.fixture
def keepers(private_market, blocks, tmp_path):
    assert blocks is None
    keepers = Keepers(private_market, tmp_path)
    yield keepers
    keepers.close()


def place_some(market, chance):
    """Orders of the first service, some of them delivered."""
    for _ in range(3):
        call, value = market.contracts.place(1, market.second_buyer, salt=chance.getrandbits(60))
        market.send(call, market.second_buyer, value)
    for order_id in market.contracts.order_ids()[-2:]:
        terms = market.contracts.order(order_id).terms
        if chance.random() < 0.7:
            deliver = market.contracts.market.functions.deliver(
                "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku", terms.seal().pack()
            )
            market.send(deliver, terms.seller)


def until(reached, keepers):
    deadline = time.monotonic() + WAIT_SECONDS
    while not reached():
        for actor, process in keepers.running.items():
            assert process.poll() is None, (actor, process.returncode)
        assert time.monotonic() < deadline, "it was not reached"
        time.sleep(0.1)


def states(market):
    return {order: market.contracts.order_state(order).status for order in market.contracts.order_ids()}


def test_keepers__killed_again_and_again__nothing_lost_or_doubled(private_market, keepers):
    market, chance = private_market, random.Random(5)
    count = {}
    for number in range(KILLS):
        place_some(market, chance)
        due = {order for order, status in states(market).items() if status in LIVE}
        market.advance(4 * DAY)
        assert len(due) >= 3
        # Somebody has begun on it, somebody is killed in the middle of it.
        until(lambda due=due: any(states(market)[order] not in LIVE for order in due), keepers)
        time.sleep(chance.random() * 0.5)
        victim = ("keeper", "outsider")[number % 2]
        keepers.kill(victim)
        keepers.start(victim)
        count[victim] = count.get(victim, 0) + 1
    assert count == {"keeper": KILLS // 2, "outsider": KILLS // 2}
    until(lambda: not any(status in LIVE for status in states(market).values()), keepers)
    market.advance(35 * DAY)  # whatever matures is due by then
    until(lambda: not matures(market), keepers)
    assert_each_once(market)


def matures(market):
    sellers = {market.contracts.order(order).terms.seller for order in market.contracts.order_ids()}
    zero = "0x" + "0" * 40
    buckets = (market.contracts.market.functions.bucketsOf(seller, zero).call() for seller in sellers)
    return sum(word >> 32 for ring in buckets for word in ring)


def assert_each_once(market):
    events = market.contracts.market.events
    endings = [
        log["args"]["id"]
        for name in ("OrderReleased", "OrderReclaimed", "OrderResolved", "OrderCancelled", "OrderDeclined")
        for log in events[name]().get_logs(from_block=0)
    ]
    assert len(endings) == len(set(endings))
    found = states(market)
    assert set(endings) <= set(found)
    assert set(found.values()) <= {Status.COMPLETED, Status.CANCELLED}
    held = [market.contracts.order_state(order).held for order in found]
    assert sum(held) == 0
    matured = [
        (log["args"]["account"], log["args"]["token"], log["args"]["day"], log["args"]["amount"])
        for log in events.Matured().get_logs(from_block=0)
    ]
    assert len(matured) == len(set(matured))
