"""CIDs of files, against vectors of a real node and the reference importer, and the structure of the tree.

cid_of
├── every vector of both profiles: exactly that CID, from memory and from a stream that reads little at a time
└── any content and any profile: the blocks read back give the content, each node within its bounds
"""

import io
import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapp.evidence.car import _dag_pb, _fields, read_car, write_car
from dapp.evidence.cid import RAW, Cid
from dapp.evidence.unixfs import PROFILES, Profile, build, cid_of, cid_of_stream, memory_chunks

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "unixfs_cids.json").read_text())["cids"]
BY_NAME = {profile.name: profile for profile in PROFILES}
CASES = [(name, size) for name, cids in VECTORS.items() for size in cids]


@pytest.fixture(scope="module")
def content():
    return random.Random(7).randbytes(62 << 20)


class Dripping(io.BytesIO):
    """A stream that gives less than is asked, as sockets do."""

    def read(self, size=-1):
        return super().read(min(size, 100_003))


@pytest.mark.parametrize(("name", "size"), CASES)
def test_cid_of__vector__exactly_its_cid(content, name, size):
    data = b"hello world" if size == "hello" else memoryview(content)[: int(size)]
    assert cid_of(data, BY_NAME[name]) == VECTORS[name][size]


@pytest.mark.parametrize("name", VECTORS)
def test_cid_of_stream__short_reads__same_cid(content, name):
    assert cid_of_stream(Dripping(content[: 5 << 20]), BY_NAME[name]) == VECTORS[name][str(5 << 20)]


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=3_000),
    repeat=st.integers(1, 3),
    chunk=st.integers(1, 400),
    width=st.integers(2, 7),
    raw_leaves=st.booleans(),
    version=st.sampled_from([0, 1]),
)
def test_build__any_content_and_profile__a_tree_that_gives_it_back(
    data, repeat, chunk, width, raw_leaves, version
):
    content, profile = data * repeat, Profile("any", version, chunk, width, raw_leaves and version == 1)
    blocks = {}
    root = build(
        memory_chunks(content, chunk), profile, lambda cid, pieces: blocks.update({cid: b"".join(pieces)})
    )
    assert root.size == len(content)
    leaves = max(1, -(-len(content) // chunk))
    assert len(check_node(root.cid, blocks, width)) == leaves
    assert all(cid.names(block) for cid, block in blocks.items())
    archive = io.BytesIO()
    assert write_car(io.BytesIO(content), profile, archive) == root
    assert read_car([archive.getvalue()], str(root.cid), 10_000) == content


def check_node(cid: Cid, blocks: dict[Cid, bytes], width: int) -> list[Cid]:
    """The leaves below a node, after checking that its links' sizes are those of what they name."""
    links = [] if cid.codec == RAW else _dag_pb(blocks[cid])[0]
    if not links:
        return [cid]
    assert len(links) <= width
    leaves = [check_node(link, blocks, width) for link in links]
    totals = [dict(_fields(value))[3] for number, value in _fields(blocks[cid]) if number == 2]
    assert totals == [total_of(link, blocks) for link in links]
    full = [len(below) for below in leaves[:-1]]
    assert len(set(full)) <= 1  # every subtree but the last is full
    return [leaf for below in leaves for leaf in below]


def total_of(cid: Cid, blocks: dict[Cid, bytes]) -> int:
    """The bytes of all blocks below a node and its own, counted as often as they are linked."""
    links = [] if cid.codec == RAW else _dag_pb(blocks[cid])[0]
    return len(blocks[cid]) + sum(total_of(link, blocks) for link in links)
