"""The local store: nothing half there, nothing forgotten, nothing believed.

add
├── bytes, a stream, nothing at all, twice: one object under the CID of the content; damaged before: healed
├── more than the limit: refused, and nothing is left behind
├── killed before the rename: no object, the next store goes on; killed after it: object and mark
└── killed anywhere, again and again, with two writers: every object is whole, and waits
read / open / verify: whole, missing, changed, larger than the limit, not a CID
adopt: content of older profiles under its own CID; other content refused
the disk fails: StoreUnavailable
"""

import io
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dapp.evidence.errors import (
    EvidenceMissing,
    EvidenceTooLarge,
    NotACid,
    StoreUnavailable,
    WrongContent,
)
from dapp.evidence.store import LocalStore
from dapp.evidence.unixfs import PROFILES, V0_2015, cid_of

ROOT = Path(__file__).parents[3]
DATA = random.Random(3).randbytes(3_000_001)
ABSENT = cid_of(b"absent")

STOPS_AT = """
import sys, time
from pathlib import Path
from dapp.evidence import store
real, point = {original}, {point!r}

def stop(*arguments):
    if point == "after":
        real(*arguments)
    print("here", flush=True)
    time.sleep(600)

{target} = stop
store.LocalStore(Path(sys.argv[1])).add(b"killed" * 1000)
"""
WRITES_ON = """
import random, sys
from pathlib import Path
from dapp.evidence.store import LocalStore
store = LocalStore(Path(sys.argv[1]))
print("here", flush=True)
while True:
    store.add(random.randbytes(random.choice([10, 70_000, 1_500_000])))
"""


def start(code, root):
    """A process that runs the code and has said that it is where it should be."""
    process = subprocess.Popen([sys.executable, "-c", code, str(root)], cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"here\n"
    return process


def kill(process):
    process.kill()
    process.wait()
    process.stdout.close()


def object_path(store, cid):
    return store.root / "objects" / cid[-2:] / cid


@pytest.mark.parametrize("content", [b"", b"a", DATA, bytearray(DATA), memoryview(DATA)])
def test_add__bytes_or_stream__one_object_under_its_cid(store, content):
    cid = store.add(content)
    assert cid == cid_of(content) == store.add(io.BytesIO(content))
    assert store.read(cid) == bytes(content)
    assert list(store.cids()) == [cid]
    assert [item.size for item in store.waiting()] == [len(content)]
    assert store.verify(cid) == store.size(cid) == len(content)
    assert not list((store.root / "incoming").iterdir())


def test_add__object_is_damaged__healed(store):
    cid = store.add(DATA)
    object_path(store, cid).write_bytes(b"")
    store.mark_pushed(cid)
    assert store.add(DATA) == cid
    assert store.read(cid) == DATA
    assert store.waiting() == []  # the node has it


def test_add__more_than_the_limit__leaves_nothing(store):
    assert store.add(DATA, limit=len(DATA))
    for source in (DATA + b"x", io.BytesIO(DATA + b"x")):
        with pytest.raises(EvidenceTooLarge, match="3,000,001 bytes"):
            store.add(source, limit=len(DATA))
    assert list(store.cids()) == [cid_of(DATA)]
    assert not list((store.root / "incoming").iterdir())


def test_add__killed_before_the_rename__no_object_and_the_store_goes_on(store):
    cid = cid_of(b"killed" * 1000)
    code = STOPS_AT.format(original="Path.replace", point="before", target="store.Path.replace")
    kill(start(code, store.root))
    again = LocalStore(store.root)
    assert not again.has(cid)
    assert again.waiting() == []
    (left,) = (store.root / "incoming").iterdir()
    os.utime(left, (0, 0))  # long ago
    assert LocalStore(store.root).add(b"killed" * 1000) == cid
    assert not left.exists()
    assert [item.cid for item in again.waiting()] == [cid]


def test_add__killed_after_the_rename__object_and_mark(store):
    cid = cid_of(b"killed" * 1000)
    code = STOPS_AT.format(original="Path.replace", point="after", target="store.Path.replace")
    kill(start(code, store.root))
    again = LocalStore(store.root)
    assert again.read(cid) == b"killed" * 1000
    assert [item.cid for item in again.waiting()] == [cid]


def test_add__killed_anywhere__every_object_is_whole_and_waits(store):
    dice = random.Random(11)
    for _ in range(5):
        writers = [start(WRITES_ON, store.root) for _ in range(2)]
        before = len(list(store.cids()))
        deadline = time.monotonic() + 30
        while len(list(store.cids())) < before + dice.randint(1, 12) and time.monotonic() < deadline:
            pass
        for writer in writers:
            kill(writer)
        again = LocalStore(store.root)
        for cid in again.cids():
            assert again.verify(cid) >= 10
        assert {item.cid for item in again.waiting()} == set(again.cids())
    assert len(list(store.cids())) >= 5


def test_sweep__another_writes__its_file_stays(store):
    code = STOPS_AT.format(original="Path.replace", point="before", target="store.Path.replace")
    writer = start(code, store.root)
    (left,) = (store.root / "incoming").iterdir()
    os.utime(left, (0, 0))
    LocalStore(store.root)
    assert left.exists()
    kill(writer)
    LocalStore(store.root)
    assert not left.exists()


def test_read__missing_changed_or_large__said(store):
    cid = store.add(DATA)
    with pytest.raises(EvidenceMissing, match=ABSENT):
        store.read(ABSENT)
    with pytest.raises(EvidenceTooLarge, match="100 bytes"):
        store.read(cid, limit=100)
    object_path(store, cid).write_bytes(DATA[:-1] + b"!")
    for read in (store.read, store.open, store.verify):
        with pytest.raises(WrongContent, match=cid):
            read(cid)


@pytest.mark.parametrize("text", ["", "x", "../../etc/passwd", "Qm" + "0" * 44, ABSENT.upper(), ABSENT + "a"])
def test_read__not_a_cid__refused(store, text):
    with pytest.raises(NotACid):
        store.read(text)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_adopt__older_profiles__under_their_own_cid(store, profile):
    cid = cid_of(DATA, profile)
    store.adopt(cid, DATA)
    with store.open(cid) as file:
        assert file.read() == DATA
    assert store.waiting() == []  # it came from the node


def test_adopt__other_content__refused(store):
    with pytest.raises(WrongContent):
        store.adopt(cid_of(DATA, V0_2015), DATA[1:])
    assert list(store.cids()) == []


def test_store__disk_fails__said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match="Not a directory"):
        LocalStore(tmp_path / "file" / "store")
