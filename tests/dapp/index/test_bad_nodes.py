"""Nodes that fail or lie: the follower says so, counts, goes on with another one, and indexes nothing wrong.

one node
├── refuses large ranges, or answers at great length: asked for smaller ones
├── answers with an error, with something else than JSON, or not at all
├── gives logs of other blocks, twice, removed, of other contracts, or malformed
├── gives the last final block another hash than its logs, or doesn't have it
├── gives logs in another order: brought into the chain's
├── leaves logs out: later events don't fit, and the index is made anew
└── logs without the block's time: headers are asked for
two nodes
└── the first one fails: the second one is used
"""

import threading

import pytest

from dapp.index import Index, transport
from dapp.index.failures import ForeignHistory, MalformedLog, RpcFailed
from dapp.index.follow import Follower
from tests.dapp.index.fake_node import FakeNode
from tests.dapp.index.rows import all_rows


def of_logs(change):
    """A fault that changes answers with logs."""

    def fault(method, _params, result):
        return change([dict(log) for log in result]) if method == "eth_getLogs" and result else result

    return fault


def changed(**fields):
    return of_logs(lambda logs: [*logs[:-1], {**logs[-1], **fields}])


def with_topics(change):
    return of_logs(lambda logs: [*logs[:-1], {**logs[-1], "topics": change(logs[-1]["topics"])}])


LIES = {
    "twice": of_logs(lambda logs: [*logs, logs[-1]]),
    "removed": changed(removed=True),
    "another contract": changed(address="0x" + "12" * 20),
    "another block": changed(blockNumber="0xffff"),
    "no number": changed(blockNumber="five"),
    "huge index": changed(logIndex=hex(1 << 21)),
    "negative index": changed(logIndex="-0x1"),
    "no index": changed(logIndex="x"),
    "short data": changed(data="0x1234"),
    "long data": of_logs(lambda logs: [*logs[:-1], {**logs[-1], "data": logs[-1]["data"] + "00" * 32}]),
    "no hexadecimal": changed(data="0x" + "zz" * 32),
    "spaces": of_logs(lambda logs: [*logs[:-1], {**logs[-1], "data": logs[-1]["data"] + "  "}]),
    "a topic too many": with_topics(lambda topics: [*topics, "0x" + "00" * 32]),
    "a topic too few": with_topics(lambda topics: topics[:-1]),
    "a short hash": changed(transactionHash="0x12"),
    "a list of nothing": of_logs(lambda _logs: [None]),
    "no list": of_logs(lambda _logs: {"a": 1}),
    "nothing": of_logs(lambda _logs: None),
}


@pytest.mark.parametrize("lie", LIES)
def test_follow__node_lies__refused_and_nothing_indexed_of_it(tale, node, opened, fresh_rows, lie):
    index, follower = opened
    tale.mine(20)
    node.fault = LIES[lie]
    with pytest.raises(RpcFailed):
        follower.follow_to_head()
    assert index.head() is None
    node.fault = None
    follower.follow_to_head()
    assert all_rows(index.engine) == fresh_rows()


@pytest.mark.parametrize(
    ("lie", "message"),
    [
        (lambda header: {**header, "hash": "0x" + "12" * 32}, "another block"),
        (lambda _header: None, "doesn't have"),
    ],
)
def test_follow__last_final_block_is_another__refused_and_nothing_indexed(
    tale, node, opened, fresh_rows, lie, message
):
    index, follower = opened
    tale.mine(20)
    final = hex(tale.chain.height - 12)

    def fault(method, params, result):
        return lie(result) if method == "eth_getBlockByNumber" and params[0] == final else result

    node.fault = fault
    with pytest.raises(RpcFailed, match=message):
        follower.follow_to_head()
    assert index.head() is None
    node.fault = None
    follower.follow_to_head()
    assert all_rows(index.engine) == fresh_rows()


def test_follow__logs_in_another_order__brought_into_the_chains(tale, node, opened, fresh_rows):
    index, follower = opened
    tale.mine(40)
    expected = fresh_rows()
    node.fault = of_logs(lambda logs: logs[::-1])
    follower.follow_to_head()
    assert all_rows(index.engine) == expected


@pytest.mark.parametrize("raw", [b"<html>", b"[]", b"{}", b'{"result": 5}', b"\xff\xfe", b""])
def test_follow__something_else_than_json_rpc__refused(tale, node, opened, raw):
    tale.mine(20)
    node.raw = raw or b" "
    with pytest.raises(RpcFailed):
        opened[1].follow_to_head()


def test_follow__padding_not_zero__malformed(tale, node, opened):
    tale.mine(20)

    def spoil(logs):
        for log in logs:
            if len(log["topics"]) > 1 and log["topics"][1].startswith("0x" + "00" * 12):
                log["topics"][1] = "0x01" + log["topics"][1][4:]
        return logs

    node.fault = of_logs(spoil)
    with pytest.raises(MalformedLog, match="not its words"):
        opened[1].follow_to_head()


def test_follow__large_ranges_refused__asked_for_smaller_ones(tale, node, opened, fresh_rows):
    index, follower = opened
    tale.mine(80)

    def refuse(method, params, result):
        if method == "eth_getLogs" and "fromBlock" in params[0]:
            count = int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1
            if count > 7:
                raise LookupError("query exceeds max block range 7")
        return result

    node.fault = refuse
    follower.follow_to_head()
    node.fault = None
    assert all_rows(index.engine) == fresh_rows()


def test_follow__replies_too_long__smaller_ranges_asked_for(tale, node, opened, fresh_rows, monkeypatch):
    tale.mine(80)
    expected, asked = fresh_rows(), []

    def note(method, params, result):
        if method == "eth_getLogs" and "fromBlock" in params[0]:
            asked.append(int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) + 1)
        return result

    node.fault = note
    monkeypatch.setattr(transport, "MAX_REPLY_BYTES", 40_000)
    opened[1].follow_to_head()
    assert asked[0] > min(asked) < asked[-1]
    assert all_rows(opened[0].engine) == expected


def test_follow__logs_without_time__headers_asked_for(tale, node, opened, fresh_rows):
    index, follower = opened
    tale.mine(40)
    expected = fresh_rows()

    def forget(logs):
        for log in logs:
            del log["blockTimestamp"]
        return logs

    node.fault = of_logs(forget)
    follower.follow_to_head()
    assert all_rows(index.engine) == expected


def test_follow__logs_left_out__misfit_found(tale, node, opened):
    tale.mine(60)
    tops = [told.name for events in tale.told for told in events]
    assert "OrderAccepted" in tops
    placed = tale.encoder.log(next(t for events in tale.told for t in events if t.name == "OrderPlaced"))
    node.fault = of_logs(lambda logs: [log for log in logs if log["topics"][0] != placed["topics"][0]])
    with pytest.raises(ForeignHistory, match="whose placement isn't indexed"):
        opened[1].follow_to_head()


def test_follower__first_node_fails__second_is_used(tale, node, record, database_url, fresh_rows):
    tale.mine(30)
    bad = FakeNode(tale.chain)
    bad.raw = b"Service unavailable"
    index = Index.open(database_url, record)
    urls = ("http://127.0.0.1:9", bad.url, node.url)
    follower = Follower(index.engine, record, urls, poll_seconds=0.05)
    follower.start()
    try:
        wait_for(lambda: index.head() is not None and index.head().number == tale.chain.height)
        wait_for(lambda: follower.status.state == "following")
        status = follower.status
        assert status.rpc_url == node.url
        assert dict(status.rpc_errors)["http://127.0.0.1:9"] >= 1
        assert dict(status.rpc_errors)[bad.url] >= 1
        assert (status.lag, status.last_error) == (0, None)
    finally:
        follower.stop()
        bad.close()
    assert all_rows(index.engine) == fresh_rows()
    index.engine.dispose()


def test_follower__only_node_down__says_so_and_goes_on_later(tale, node, record, database_url):
    tale.mine(30)
    index = Index.open(database_url, record)
    node.raw = b"down"
    follower = Follower(index.engine, record, (node.url,), poll_seconds=0.05)
    follower.start()
    try:
        wait_for(lambda: follower.status.state == "failing")
        assert "something else than JSON-RPC" in follower.status.last_error
        node.raw = None
        wait_for(lambda: follower.status.state == "following")
        assert follower.status.lag == 0
    finally:
        follower.stop()
        index.engine.dispose()


def test_follower__logs_left_out_once__made_anew(tale, node, record, database_url, fresh_rows):
    tale.mine(60)
    index = Index.open(database_url, record)
    placed = tale.encoder.log(next(t for events in tale.told for t in events if t.name == "OrderPlaced"))
    topic = placed["topics"][0]
    node.fault = of_logs(
        lambda logs: [log for log in logs if log["topics"][0] != topic or int(log["blockNumber"], 16) < 10]
    )
    follower = Follower(index.engine, record, (node.url,), poll_seconds=0.05)
    follower.start()
    try:
        wait_for(lambda: follower.status.state == "failing")
        node.fault = None
        wait_for(lambda: follower.status.state == "following", seconds=60)
    finally:
        follower.stop()
    assert all_rows(index.engine) == fresh_rows()
    index.engine.dispose()


def wait_for(condition, seconds=30):
    """Wait until something is so."""
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        threading.Event().wait(0.02)
    raise AssertionError("it didn't come true")
