"""Checking an order's record against the chain and the content.

verify_order
├── untouched: every piece is sound, metadata before delivery and meta-evidence
├── held and confirmed: the assessment and the reviewer's grounds among them
├── content deleted: missing, and named; others stay sound
├── content changed on the disk: wrong
├── metadata that isn't a document: unreadable
├── meta-evidence other than the metadata: wrong
├── evidence with a sealed file, with a link outside, bare, hostile
├── Kleros v2's event, with the JSON in it or with a CID; data that can't be read
└── no such order: NotFound
hanse verify-order: 0, 1 and 2 with sentences in both languages
"""

import json
from dataclasses import replace

import pytest
from eth_abi import encode

from dapp.chain.failures import NotFound
from dapp.cli import main
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import EvidenceMissing, WrongContent
from dapp.evidence.report import lines_of
from dapp.evidence.trail import EVIDENCE_V1, EVIDENCE_V2, pieces_of
from dapp.evidence.verify import Verdict, check, verify_order

# Emits what it is called with: three topics, then the data of the log.
EMITTER = "60603603806060600037604035602035600035836000a300"
ABSENT = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"


def found(report):
    return [(finding.piece.kind, finding.part, finding.verdict) for finding in report.findings]


def object_path(box, cid):
    return box.store.root / "objects" / cid[-2:] / cid


@pytest.fixture
def emitter(private_market):
    """A contract that emits any event, as a foreign arbitrator may."""
    code = "0x" + f"60{len(EMITTER) // 2:02x}80600a5f395ff3".ljust(20, "0") + EMITTER
    web3, sender = private_market.web3, private_market.outsider
    receipt = web3.eth.wait_for_transaction_receipt(web3.eth.send_transaction({"from": sender, "data": code}))
    address = receipt["contractAddress"]

    def emit(topics, data):
        word = b"".join(topic.rjust(32, b"\0") for topic in topics)
        transaction = {"from": sender, "to": address, "data": "0x" + (word + data).hex()}
        web3.eth.wait_for_transaction_receipt(web3.eth.send_transaction(transaction), poll_latency=0.01)

    return address, emit


def test_verify_order__untouched__every_piece_is_sound(running_market, market_box, orders, disputed):
    for order in orders:
        report = verify_order(running_market.contracts, market_box, order.id)
        assert report.is_sound, lines_of(report)
        assert report.findings[0].piece.kind == "metadata"
    report = verify_order(running_market.contracts, market_box, disputed.id)
    kinds = [finding.piece.kind for finding in report.findings if not finding.part]
    assert kinds[:3] == ["metadata", "delivery", "meta"]
    assert report.findings[0].title


def test_verify_order__held_and_confirmed__assessment_and_grounds_are_sound(
    running_market, market_box, orders
):
    holds = running_market.contracts.risk_holds.functions
    (confirmed,) = (order for order in orders if holds.holdOf(order.id).call()[0] == 3)
    report = verify_order(running_market.contracts, market_box, confirmed.id)
    pieces = {finding.piece.kind: finding.piece.party for finding in report.findings if not finding.part}
    assert list(pieces) == ["metadata", "delivery", "hold", "review", "meta"]
    assert (pieces["hold"], pieces["review"]) == (running_market.risk_bot, running_market.reviewer)
    assert any("assessment of a hold" in line for line in lines_of(report))


def test_verify_order__content_deleted__named_as_missing(running_market, market_box, disputed):
    before = verify_order(running_market.contracts, market_box, disputed.id)
    delivery = next(finding for finding in before.findings if finding.piece.kind == "delivery")
    object_path(market_box, delivery.cid).unlink()
    report = verify_order(running_market.contracts, market_box, disputed.id)
    (fault,) = report.faults
    assert (fault.piece.kind, fault.verdict, fault.cid) == ("delivery", Verdict.MISSING, delivery.cid)
    assert isinstance(fault.error, EvidenceMissing)
    lines = lines_of(report)
    assert any(delivery.cid in line and "missing" in line for line in lines)
    assert lines[-1] == f"1 of {len(report.findings)} pieces are missing or wrong."
    assert lines_of(report, "zh")[-1] == f"{len(report.findings)} 项内容中有 1 项缺失或不符。"


def test_verify_order__content_changed_on_disk__wrong(running_market, market_box, disputed):
    cid = verify_order(running_market.contracts, market_box, disputed.id).findings[0].cid
    path = object_path(market_box, cid)
    path.write_bytes(path.read_bytes() + b" ")
    faults = verify_order(running_market.contracts, market_box, disputed.id).faults
    assert {fault.piece.kind for fault in faults} == {"metadata", "meta"}
    assert all(fault.verdict is Verdict.WRONG for fault in faults)


def test_verify_order__unknown__not_found(running_market, market_box):
    with pytest.raises(NotFound):
        verify_order(running_market.contracts, market_box, bytes(32))


def test_check__metadata_is_no_document__unreadable(running_market, market_box, disputed, monkeypatch):
    piece = pieces_of(running_market.contracts, disputed)[0]
    monkeypatch.setattr(market_box, "get", lambda *_: b"<html>")
    (finding,) = check(piece, market_box, disputed)
    assert finding.verdict is Verdict.UNREADABLE
    assert str(finding.error) == "This can't be read as a document: it isn't JSON."


def test_check__other_meta_evidence__contradicts_the_terms(running_market, market_box, disputed):
    meta = next(p for p in pieces_of(running_market.contracts, disputed) if p.kind == "meta")
    (finding,) = check(replace(meta, value=f"/ipfs/{ABSENT}"), market_box, disputed)
    assert (finding.verdict, type(finding.error)) == (Verdict.WRONG, WrongContent)


def test_verify_order__evidence_submitted__document_and_file(private_market):
    from dapp.evidence.box import EvidenceBox

    contracts, box = private_market.contracts, EvidenceBox.of(private_market.settings)
    order = next(
        o for o in map(contracts.order, contracts.order_ids()) if o.terms.buyer == private_market.buyer
    )
    sealed = box.put(b"age-encryption.org/v1\n...")
    documents = [
        EvidenceDocument("Sealed evidence", file=sealed, file_type="age", sealed=True),
        EvidenceDocument("A link", link="https://example.org/a"),
        EvidenceDocument("Gone", file=ABSENT),
    ]
    cids = [box.put(document.to_json()) for document in documents]
    for cid in (*cids, box.put(b"<script>alert(1)</script>")):
        private_market.send(
            contracts.evidence.functions.submit(order.terms.pack(), cid), private_market.buyer
        )
    report = verify_order(contracts, box, order.id)
    assert [entry for entry in found(report) if entry[0] == "evidence"] == [
        ("evidence", "", Verdict.SOUND),
        ("evidence", "file", Verdict.SOUND),
        ("evidence", "", Verdict.SOUND),
        ("evidence", "file", Verdict.UNCHECKABLE),
        ("evidence", "", Verdict.SOUND),
        ("evidence", "file", Verdict.MISSING),
        ("evidence", "", Verdict.SOUND),
    ]
    assert [f.cid for f in report.faults] == [ABSENT]
    piece = next(f.piece for f in report.findings if f.piece.kind == "evidence")
    assert (piece.party, piece.contract) == (private_market.buyer, contracts.evidence.address)
    assert any(line.endswith("sealed") for line in lines_of(report))


def test_verify_order__events_of_a_foreign_arbitrator__both_shapes(private_market, emitter):
    from dapp.evidence.box import EvidenceBox

    contracts, box = private_market.contracts, EvidenceBox.of(private_market.settings)
    address, emit = emitter
    order = contracts.order(contracts.order_ids()[0])
    order = replace(order, terms=replace(order.terms, arbitrator=address))
    party = bytes.fromhex(private_market.buyer[2:])
    cid = box.put(EvidenceDocument("By CID").to_json())
    inline = json.dumps({"name": "Inline", "description": "x", "fileURI": f"/ipfs/{ABSENT}"})
    for text in (inline, f"ipfs://{cid}", "", "not a cid"):
        emit([EVIDENCE_V2, order.id, party], encode(["string"], [text]))
    emit([EVIDENCE_V2, order.id, party], b"\xff" * 40)
    emit([EVIDENCE_V1, bytes(32), order.id], encode(["string"], [f"/ipfs/{cid}"]))
    pieces = [piece for piece in pieces_of(contracts, order) if piece.contract == address]
    results = [[(f.part, f.verdict, f.title) for f in check(piece, box, order)] for piece in pieces]
    assert results == [
        [("", Verdict.SOUND, "Inline"), ("file", Verdict.MISSING, "")],
        [("", Verdict.SOUND, "By CID")],
        [("", Verdict.UNREADABLE, "")],
        [("", Verdict.UNREADABLE, "")],
        [("", Verdict.UNREADABLE, "")],
        [("", Verdict.SOUND, "By CID")],
    ]
    assert {piece.party for piece in pieces[:5]} == {private_market.buyer}


def test_cli__verify_order__tells_and_exits(running_market, market_box, disputed, monkeypatch, capsys):
    for name, value in running_market.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HANSE_DATA", str(market_box.store.root.parent))
    market_box.store.root.rename(market_box.store.root.parent / "evidence")
    identity = f"0x{disputed.id.hex()}"
    assert main(["verify-order", identity]) == 0
    assert "pieces are there, and each is exactly what the chain names." in capsys.readouterr().out
    assert main(["verify-order", identity, "--language", "zh"]) == 0
    assert "内容齐全" in capsys.readouterr().out
    for path in (market_box.store.root.parent / "evidence" / "objects").glob("*/*"):
        path.unlink()
    assert main(["verify-order", identity]) == 1
    assert "is missing: neither the local store nor the IPFS node has it." in capsys.readouterr().out
    for wrong in ("0x12", "zz", "0x" + "00" * 32):
        assert main(["verify-order", wrong]) == 2
        assert capsys.readouterr().err.startswith("hanse: ")
    monkeypatch.setenv("HANSE_RPC_URL", "http://127.0.0.1:9")
    assert main(["verify-order", identity]) == 2
    assert "hanse: " in capsys.readouterr().err
