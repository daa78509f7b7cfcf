"""What a session keeps of its wallet's requests.

ask
├── given nothing open under the key → a new request
└── given one still open             → that one again
take_up
├── of a request of this session     → its result, once; later reports change nothing
├── lost, then done                  → done: it turned up
├── given a fresh session
│   ├── a transaction                → taken up with its key and label
│   └── a signature                  → means nothing here
└── malformed                        → no result, but heard
forget                               → the key is free; a late hash is taken up all the same
"""

import pytest

from dapp.wallet.session import SEND, Box, Connection, Status, connection_of, new_request

ACCOUNT = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
HASH = "0x" + "ab" * 32


def transfer(key="send", **more):
    return new_request(
        key, SEND, [{"to": ACCOUNT, "data": "0x", "value": "0x1"}], "Send", account=ACCOUNT, **more
    )


def entry_of(request, status="done", value=HASH):
    asked = {
        "method": request.method,
        "key": request.key,
        "label": request.label,
        "params": list(request.params),
        "account": request.account,
        "nonce": 7,
        "block": 42,
    }
    return {"status": status, "value": value, "request": asked}


def test_ask__one_still_open_under_the_key__that_one_again():
    box = Box()
    first = box.ask(transfer())
    assert box.ask(transfer()) is first
    assert box.open_requests() == [first]


def test_ask__last_one_rejected__new_request():
    box = Box()
    first = box.ask(transfer())
    box.take_up({first.id: {"status": "rejected", "code": 4001, "message": "no"}})
    second = box.ask(transfer())
    assert second.id != first.id
    assert box.result("send").status == Status.OPEN


def test_take_up__reported_again__first_result_stays():
    box = Box()
    request = box.ask(transfer())
    box.take_up({request.id: entry_of(request)})
    box.take_up({request.id: entry_of(request, "failed", None)})
    assert (box.result("send").status, box.result("send").value) == (Status.DONE, HASH)
    assert box.open_requests() == []


def test_take_up__lost_then_done__done():
    box = Box()
    request = box.ask(transfer())
    box.take_up({request.id: entry_of(request, "lost", None)})
    assert box.result("send").status == Status.LOST
    box.take_up({request.id: entry_of(request)})
    assert box.result("send").value == HASH


def test_take_up__fresh_session_transaction__known_by_its_key():
    box, before = Box(), transfer()
    box.take_up({before.id: entry_of(before)})
    result = box.result("send")
    assert (result.value, result.request.label, result.request.account) == (HASH, "Send", ACCOUNT)
    assert (result.request.nonce, result.request.block) == (7, 42)
    assert box.open_requests() == []


def test_take_up__fresh_session_signature__means_nothing():
    box, before = Box(), new_request("note", "personal_sign", ["0x00"], "Sign", account=ACCOUNT)
    box.take_up({before.id: entry_of(before, value="0x" + "00" * 65)})
    assert box.result("note") is None
    assert box.heard["results"] == {before.id: "done"}


@pytest.mark.parametrize(
    "entry",
    [None, [], "done", {}, {"status": "done"}, {"status": "done", "request": {"method": SEND}}],
    ids=repr,
)
def test_take_up__malformed__no_result(entry):
    box = Box()
    box.take_up({"x" * 32: entry})
    assert box.results == {}


def test_take_up__hash_of_the_wrong_shape__failed():
    box = Box()
    request = box.ask(transfer())
    box.take_up({request.id: {"status": "done", "value": "<script>"}})
    assert (box.result("send").status, box.result("send").value) == (Status.FAILED, None)


def test_forget__hash_arrives_late__taken_up():
    box = Box()
    request = box.ask(transfer())
    box.forget("send")
    assert box.result("send") is None
    box.take_up({request.id: entry_of(request)})
    assert box.results[request.id].value == HASH
    assert box.settled == [request.id]


@pytest.mark.parametrize("account", [None, 5, "0x12", "javascript:alert(1)"], ids=repr)
def test_connection_of__malformed_account__nobody(account):
    assert connection_of({"account": account, "chainId": 1, "wallet": "W"}) == Connection()


def test_connection_of__lower_case__checksummed():
    assert connection_of({"account": ACCOUNT.lower(), "chainId": "1", "wallet": "W" * 99}) == Connection(
        ACCOUNT, None, "W" * 40
    )
