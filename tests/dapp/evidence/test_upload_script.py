"""`ape run upload_evidence`: a file becomes evidence of an order, by an account of Ape's.

--open: kept, submitted by the account, sound / sealed: told who has no key, opened by who has one
no standing, unknown order, type that isn't taken: one sentence, exit 1, nothing sent
"""

import os
import subprocess
from pathlib import Path

import pytest

from dapp.evidence.box import EvidenceBox
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.seal import identity_of_signature, open_sealed, recipient_key, recipient_of
from dapp.evidence.verify import verify_order

ROOT = Path(__file__).parents[3]
IDENTITY = identity_of_signature(bytes(65))


@pytest.fixture
def upload(private_market, tmp_path):
    """Runs the script on the market; its status and what it said."""

    def run(order_id, name, data, *options):
        path = tmp_path / name
        path.write_bytes(data)
        command = ["ape", "run", "upload_evidence", order_id, str(path), *options]
        done = subprocess.run(
            [*command, "--network", f"ethereum:devnet:{private_market.url}"],
            cwd=ROOT,
            env={**os.environ, **private_market.environment},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    return run


def test_upload_evidence__open_and_sealed__submitted(private_market, upload):
    contracts, box = private_market.contracts, EvidenceBox.of(private_market.settings)
    orders = map(contracts.order, contracts.order_ids())
    order = next(order for order in orders if order.terms.buyer == private_market.buyer)
    identity = f"0x{order.id.hex()}"
    publish = contracts.evidence.functions.publishRecipient(recipient_key(recipient_of(IDENTITY)))
    private_market.send(publish, private_market.buyer)

    status, said = upload(identity, "plan.txt", b"The plan\n", "--open", "--description", "As agreed")
    assert (status, "sealed" in said) == (0, False), said
    status, said = upload(identity, "secret.txt", b"A secret\n")
    assert status == 0, said
    assert f"seller {order.terms.seller} has published no key" in said

    report = verify_order(contracts, box, order.id)
    assert report.is_sound
    pieces = [finding for finding in report.findings if finding.piece.kind == "evidence"]
    assert {finding.piece.party for finding in pieces} == {private_market.buyer}
    documents = [EvidenceDocument.parse(box.get(piece.cid)) for piece in pieces if not piece.part]
    assert documents[0] == EvidenceDocument("plan.txt", "As agreed", documents[0].file, "txt")
    assert open_sealed(box.get(documents[1].file), IDENTITY).data == b"A secret\n"

    before = contracts.web3.eth.block_number
    for wrong, name, options, reason in (
        (identity, "a.txt", ("--open", "--account", "outsider"), "is neither a party of order"),
        ("0x" + "00" * 32, "a.txt", ("--open",), "There is no order"),
        (identity, "a.html", ("--open",), "is of a type that isn't taken"),
    ):
        status, said = upload(wrong, name, b"x", *options)
        assert status == 1
        assert reason in said, said
        assert "Traceback" not in said
        assert "tx.origin" not in said
    assert contracts.web3.eth.block_number == before
