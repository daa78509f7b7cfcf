"""Evidence and a real Kubo.

a running Kubo
├── content added by its own command line with a profile's parameters: the vectors' CIDs
├── an object of the store pushed
│   ├── in today's profile: added, pinned under exactly its CID, and the node gives the bytes back
│   └── in the old profile: a CAR carries it, pinned under exactly its CID
├── content that only the node has
│   ├── in any layout that Kubo makes: fetched and proved
│   ├── larger than allowed: refused
│   └── nobody has it: missing, in the time allowed
└── stopped: what is put waits; started again: all of it is pushed
"""

import json
import random
import time
from pathlib import Path

import pytest

from dapp.evidence.box import EvidenceBox
from dapp.evidence.errors import EvidenceMissing, EvidenceTooLarge, NodeUnavailable
from dapp.evidence.node import IpfsNode
from dapp.evidence.store import LocalStore
from dapp.evidence.unixfs import V0_2015, cid_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "unixfs_cids.json").read_text())["cids"]
PARAMETERS = {
    "unixfs-v0-2015": ("--cid-version=0", "--chunker=size-262144", "--max-file-links=174"),
    "unixfs-v1-2025": (
        "--cid-version=1",
        "--raw-leaves",
        "--chunker=size-1048576",
        "--max-file-links=1024",
    ),
}
FETCH_SECONDS = 2.0
LIMIT = 16 << 20


@pytest.fixture(scope="module")
def content():
    return random.Random(7).randbytes(62 << 20)


@pytest.fixture
def store(tmp_path):
    return LocalStore(tmp_path)


@pytest.fixture
def node(kubo):
    return IpfsNode(kubo.api, fetch_seconds=FETCH_SECONDS)


@pytest.mark.parametrize(("profile", "size"), [(name, size) for name in PARAMETERS for size in VECTORS[name]])
def test_cid_of__kubos_own_add__the_vectors(kubo, content, profile, size):
    data = b"hello world" if size == "hello" else content[: int(size)]
    added = kubo.run("add", "--quieter", "--only-hash", *PARAMETERS[profile], content=data)
    assert added.decode().strip() == VECTORS[profile][size]


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (5 << 20) + 7])
def test_push__object_of_todays_profile__pinned_under_its_cid(kubo, node, store, content, size):
    cid = store.add(content[:size])
    node.push(store, cid)
    assert node.has(cid)
    assert kubo.run("cat", cid) == content[:size]
    assert cid in kubo.run("pin", "ls", "--type=recursive", "--quiet").decode().split()


@pytest.mark.parametrize("size", [11, 262_145, 3 << 20])
def test_push__object_of_the_old_profile__carried_by_a_car(kubo, node, store, content, size):
    cid = cid_of(content[:size], V0_2015)
    store.adopt(cid, content[:size])
    node.push(store, cid)
    assert node.has(cid)
    assert kubo.run("cat", cid) == content[:size]


@pytest.mark.parametrize(
    "layout",
    [
        (),
        ("--cid-version=1",),
        ("--chunker=rabin",),
        ("--trickle", "--raw-leaves"),
        ("--inline", "--cid-version=1"),
    ],
    ids=lambda layout: " ".join(layout) or "defaults",
)
def test_fetch__any_layout_of_kubo__the_proved_bytes(kubo, node, content, layout):
    data = content[10 << 20 : (13 << 20) + 5]
    cid = kubo.run("add", "--quieter", *layout, content=data).decode().strip()
    assert node.fetch(cid, LIMIT) == data


def test_fetch__larger_than_allowed__refused(kubo, node, content):
    cid = kubo.run("add", "--quieter", "--cid-version=1", content=content[: 4 << 20]).decode().strip()
    with pytest.raises(EvidenceTooLarge):
        node.fetch(cid, (4 << 20) - 1)


def test_fetch__nobody_has_it__missing_in_time(node):
    started = time.monotonic()
    with pytest.raises(EvidenceMissing):
        node.fetch(cid_of(b"nobody ever added this"), LIMIT)
    assert time.monotonic() - started < FETCH_SECONDS + 5


def test_version__another_profile_of_api__understood(node):
    assert node.version().count(".") == 2


def test_push_pending__node_stopped_and_started__nothing_lost(kubo, node, store, content):
    box = EvidenceBox(store, node)
    kubo.stop()
    try:
        cids = {box.put(content[n : n + 1000 * n]) for n in range(1, 6)}
        report = box.push_pending(now=True)
        assert (report.pushed, type(report.error)) == ((), NodeUnavailable)
        assert {item.cid for item in box.waiting()} == cids
    finally:
        kubo.start()
    assert set(box.push_pending(now=True).pushed) == cids
    assert box.waiting() == []
    assert all(node.has(cid) for cid in cids)
    assert all(EvidenceBox(LocalStore(store.root / "empty"), node).get(cid) == box.get(cid) for cid in cids)
