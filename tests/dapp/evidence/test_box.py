"""The box: local first, a node behind it that may be down, slow, full or lying.

push_pending
├── node up: everything arrives under its CID, older layouts as archives; nothing waits
├── node chunks otherwise: the archive is pushed instead
├── node down, then up: nothing is lost, also over a restart; it is left alone for longer and longer
├── node refuses or can't pin: said, and it still waits
└── an object damaged here: said, the others go on
get
├── here: the node isn't asked; there: fetched, checked, kept
├── nowhere: missing, and not asked again at once; node down: missing
├── node lies: wrong; cuts off: missing; too large: refused without holding it
└── CID with the content in it, an unusual layout, a folder
Pusher: pushes what is put; stops
"""

import io
import random
import socket
import threading

import pytest

from dapp.evidence.box import EvidenceBox
from dapp.evidence.car import read_car
from dapp.evidence.cid import DAG_PB, IDENTITY, RAW, Cid, uvarint
from dapp.evidence.errors import (
    EvidenceMissing,
    EvidenceTooLarge,
    NodeUnavailable,
    NotAFile,
    WrongContent,
)
from dapp.evidence.node import IpfsNode, multiaddress
from dapp.evidence.pusher import Pusher
from dapp.evidence.store import LocalStore
from dapp.evidence.unixfs import PROFILES, Profile, build, cid_of, memory_chunks
from tests.dapp.evidence.fake_node import fake_node

DATA = random.Random(5).randbytes(2_500_000)
ABSENT = cid_of(b"absent")


@pytest.fixture
def node():
    with fake_node() as running:
        yield running


@pytest.fixture
def box(store, node):
    return EvidenceBox(store, IpfsNode(node.address, fetch_seconds=5))


@pytest.fixture
def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_push__node_is_up__everything_arrives(box, node):
    cids = [box.put(data) for data in (b"", b"small", DATA)]
    for profile in PROFILES:
        box.store.adopt(cid_of(DATA, profile), DATA)
        box.store.mark_waiting(cid_of(DATA, profile))
    report = box.push_pending()
    assert report.error is None
    assert set(report.pushed) == {*cids, *(cid_of(DATA, profile) for profile in PROFILES)}
    assert set(node.content) == set(report.pushed)
    assert box.waiting() == []
    assert node.calls.count("dag/import") == 3  # the layouts that `add` isn't asked for
    asked = node.arguments[node.calls.index("add")]
    assert {
        name: asked[name] for name in ("raw-leaves", "cid-version", "chunker", "max-file-links", "pin")
    } == {
        "raw-leaves": ["True"],
        "cid-version": ["1"],
        "chunker": ["size-1048576"],
        "max-file-links": ["1024"],
        "pin": ["True"],
    }
    assert box.node.has(cids[0])
    assert not box.node.has(ABSENT)
    assert box.node.version() == "0.43.0"


def test_push__node_chunks_otherwise__archive_instead(box, node):
    node.faults.add("add chunks otherwise")
    cid = box.put(DATA)
    assert box.push_pending().pushed == (cid,)
    assert node.content == {cid: DATA}


def test_push__node_down_then_up__nothing_is_lost(store, free_port):
    box = EvidenceBox(store, IpfsNode(f"http://127.0.0.1:{free_port}"))
    cids = {box.put(b"first"), box.put(DATA)}
    report = box.push_pending()
    assert (report.pushed, type(report.error)) == ((), NodeUnavailable)
    pauses = [round(box.pause_seconds)]
    assert box.push_pending().error is report.error  # left alone
    for _ in range(10):
        box.push_pending(now=True)
        pauses.append(round(box.pause_seconds))
    assert pauses == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert {item.cid for item in box.waiting()} == cids

    again = EvidenceBox(LocalStore(store.root), IpfsNode(f"http://127.0.0.1:{free_port}"))
    cids.add(again.put(b"third"))
    with fake_node(free_port) as node:
        assert set(again.push_pending().pushed) == cids == set(node.content)
        assert box.push_pending(now=True).error is None
    assert (again.waiting(), again.pause_seconds) == ([], 0)


@pytest.mark.parametrize(
    ("faults", "reason"),
    [({"add refused"}, "no space left"), ({"add chunks otherwise", "pin fails"}, "pin failed")],
)
def test_push__node_refuses__said_and_still_waits(box, node, faults, reason):
    node.faults |= faults
    cid = box.put(DATA)
    report = box.push_pending()
    assert reason in str(report.error)
    assert [item.cid for item in box.waiting()] == [cid]
    node.faults.clear()
    assert box.push_pending(now=True).pushed == (cid,)


def test_push__object_is_damaged__the_others_go_on(box, node):
    damaged, sound = box.put(b"to be damaged"), box.put(b"sound")
    (box.store.root / "objects" / damaged[-2:] / damaged).write_bytes(b"other")
    report = box.push_pending()
    assert report.pushed == (sound,)
    assert isinstance(report.error, WrongContent)
    assert [item.cid for item in box.waiting()] == [damaged]
    assert set(node.content) == {sound}


def test_get__here__node_not_asked(box, node):
    cid = box.put(DATA)
    assert box.get(f"/ipfs/{cid}") == box.get(f"ipfs://{cid}") == DATA
    assert node.calls == []


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_get__on_the_node__fetched_checked_and_kept(box, node, profile):
    cid = cid_of(DATA, profile)
    node.content[cid] = DATA
    assert not box.has(cid)
    assert box.get(cid) == DATA
    assert box.has(cid)
    assert box.get(cid) == DATA
    assert node.calls == ["dag/export"]
    assert box.waiting() == []


@pytest.mark.usefixtures("node")
def test_get__damaged_here__healed_from_the_node(box):
    cid = box.put(DATA)
    box.push_pending()
    (box.store.root / "objects" / cid[-2:] / cid).write_bytes(b"rotten")
    assert box.get(cid) == DATA
    assert box.store.verify(cid) == len(DATA)


def test_get__nowhere__missing_and_not_asked_at_once_again(box, node):
    for _ in range(3):
        with pytest.raises(EvidenceMissing, match=ABSENT):
            box.get(ABSENT)
    assert node.calls == ["dag/export"]


def test_get__node_down__missing(store, free_port):
    box = EvidenceBox(store, IpfsNode(f"http://127.0.0.1:{free_port}"))
    with pytest.raises(EvidenceMissing):
        box.get(ABSENT)
    assert isinstance(box.node_error, NodeUnavailable)
    assert box.pause_seconds > 0


@pytest.mark.parametrize(("fault", "error"), [("lies", WrongContent), ("cuts off", EvidenceMissing)])
def test_get__node_lies_or_cuts_off__nothing_kept(box, node, fault, error):
    cid = cid_of(DATA)
    node.content[cid] = DATA
    node.faults.add(fault)
    with pytest.raises(error):
        box.get(cid)
    assert not box.has(cid)


def test_get__larger_than_the_limit__refused(box, node):
    cid = cid_of(DATA)
    node.content[cid] = DATA
    with pytest.raises(EvidenceTooLarge, match="100,000"):
        box.get(cid, limit=100_000)
    box.put(DATA)
    with pytest.raises(EvidenceTooLarge):
        box.get(cid, limit=100_000)
    assert box.get(cid, limit=len(DATA)) == DATA


def test_get__content_in_the_cid__no_look_up(box, node):
    assert box.get(str(Cid(1, RAW, IDENTITY, b"tiny"))) == b"tiny"
    wrapped = b"\x0a\x0a\x08\x02\x12\x04tiny\x18\x04"
    assert box.get(str(Cid(1, DAG_PB, IDENTITY, wrapped))) == b"tiny"
    assert node.calls == []


def test_read_car__unusual_layout_or_folder__content_or_not_a_file():
    blocks = []
    odd = Profile("odd", 1, 1000, 3, False)
    data = DATA[:10_000]
    root = build(memory_chunks(data, 1000), odd, lambda cid, pieces: blocks.append((cid, b"".join(pieces))))
    assert read_car([_archive(root.cid, blocks)], str(root.cid), 20_000) == data
    folder = b"\x0a\x02\x08\x01"
    cid = Cid.of_block(folder, DAG_PB)
    with pytest.raises(NotAFile):
        read_car([_archive(cid, [(cid, folder)])], str(cid), 100)


def test_read_car__the_same_block_again_and_again__bounded():
    leaf = b"\0" * 1000
    cid = Cid.of_block(leaf)
    blocks = [(cid, leaf)]
    for _ in range(12):  # each node links the one below a hundred times: 10^24 bytes in a few kilobytes
        link = b"\x0a\x24" + bytes(cid) + b"\x12\x00\x18\x01"
        node = (b"\x12" + uvarint(len(link)) + link) * 100 + b"\x0a\x02\x08\x02"
        cid = Cid.of_block(node, DAG_PB)
        blocks.append((cid, node))
    with pytest.raises(EvidenceTooLarge):
        read_car([_archive(cid, blocks)], str(cid), 1_000_000)


def test_pusher__something_is_put__pushed_without_waiting(box, node):
    arrived = threading.Event()
    push = box.node.push

    def pushed(store, cid):
        push(store, cid)
        arrived.set()

    box.node.push = pushed
    pusher = Pusher(box, idle_seconds=60)
    pusher.start()
    cid = box.put(b"pushed by the thread")
    assert arrived.wait(20)
    pusher.stop()
    assert cid in node.content


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/ip4/127.0.0.1/tcp/5001", "/ip4/127.0.0.1/tcp/5001"),
        ("http://127.0.0.1:5001", "/ip4/127.0.0.1/tcp/5001/http"),
        ("http://[::1]:5001", "/ip6/::1/tcp/5001/http"),
        ("https://ipfs.example", "/dns/ipfs.example/tcp/443/https"),
    ],
)
def test_multiaddress__as_people_write_it__understood(address, expected):
    assert multiaddress(address) == expected


@pytest.mark.parametrize("address", ["127.0.0.1:5001", "/ip4/nowhere", "ftp://x", "http://"])
def test_node__address_is_none__said(address):
    with pytest.raises(NodeUnavailable, match="isn't an address"):
        IpfsNode(address)


def _archive(root: Cid, blocks: list[tuple[Cid, bytes]]) -> bytes:
    out = io.BytesIO()
    header = b"\xa2\x65roots\x81\xd8\x2a\x58" + bytes([len(bytes(root)) + 1]) + b"\0" + bytes(root)
    header += b"\x67version\x01"
    out.write(uvarint(len(header)) + header)
    for cid, block in blocks:
        out.write(uvarint(len(bytes(cid)) + len(block)) + bytes(cid) + block)
    return out.getvalue()
