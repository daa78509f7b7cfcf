# request-proof, prove-score, verify-proof, show-proof
# ├── the merchant asks, the signer answers, the holder shows, the verifier checks → it counts
# ├── for another, by another signer, unshown, damaged, over → 1 and the fault
# └── no file, no proof, no key, no chain, odd arguments → one sentence, 2

import json

import pytest
from eth_account import Account

from dapp.cli import main
from dapp.privacy.proof import SignedProof

from .conftest import ALIAS, AUDIENCE, MERCHANT, SIGNER


@pytest.fixture
def hanse(settled_market, monkeypatch, capfdbinary, tmp_path):
    """Runs the command on the settled market, with a data folder of the test's own."""
    for name, value in settled_market.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HANSE_DATA", str(tmp_path / "data"))

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        out, error = capfdbinary.readouterr()
        return code, out.decode(), error.decode()

    return run


@pytest.fixture
def proof(hanse, tmp_path):
    """A proof's file, from a request of the merchant's."""
    asked, proved = tmp_path / "request.json", tmp_path / "proof.json"
    claim = ("--at-least", 600, "--holder", ALIAS.address, "--for", AUDIENCE)
    assert hanse("request-proof", "--account", "third_seller", *claim, "--out", asked) == (0, "", "")
    assert hanse("prove-score", asked, "--out", proved) == (0, "", "")
    return proved


def test_proof__asked_answered_shown_checked__counts(hanse, proof, monkeypatch):
    assert MERCHANT.address[2:].lower() not in proof.read_text().lower()
    code, shown, _ = hanse("show-proof", proof, "--challenge", "bank 77", "--account", "outsider")
    assert code == 0
    checks = ("--as", AUDIENCE, "--challenge", "bank 77", "--shown", shown.strip())
    code, out, _ = hanse("verify-proof", proof, *checks)
    assert code == 0
    assert out.splitlines()[0] == "claim    a merchant with a score of 600 or more"
    assert out.splitlines()[-1] == "sound    It counts."
    assert "note" not in out
    at = SignedProof.parse(proof.read_bytes()).proof.block_time
    for now, expected in ((at + 60, 0), (at - 60, 1)):  # offline the machine's clock counts
        monkeypatch.setattr("time.time", lambda now=now: float(now))
        code, out, _ = hanse("verify-proof", proof, *checks, "--offline", "--signer", SIGNER.address)
        assert code == expected
        assert ("FAULT    It counts from" in out) == bool(expected)
        assert "note     Checked without the chain" in out


def test_request_proof__a_tier_to_the_output__answered(hanse, tmp_path):
    code, out, _ = hanse("request-proof", "--account", "third_seller", "--tier", "silver", "--days", 1)
    assert code == 0
    (tmp_path / "request.json").write_text(out)
    code, out, _ = hanse("prove-score", tmp_path / "request.json")
    assert code == 0
    (tmp_path / "proof.json").write_text(out)
    code, out, _ = hanse("verify-proof", tmp_path / "proof.json")
    assert (code, out.splitlines()[0]) == (0, "claim    a merchant of the tier Silver")
    assert f"holder   {MERCHANT.address}" in out
    assert "for      anybody" in out
    assert "note     Nothing was shown by the holder" in out


def test_verify_proof__for_another_or_by_another_signer__one(hanse, proof):
    code, out, _ = hanse("verify-proof", proof, "--as", MERCHANT.address)
    assert code == 1
    assert "FAULT    The contract refuses it: The proof was made for" in out
    code, out, _ = hanse("verify-proof", proof, "--signer", ALIAS.address)
    assert code == 1
    assert f"FAULT    {SIGNER.address} signed it, and {ALIAS.address} is the one to trust." in out


def test_verify_proof__not_shown_by_its_holder__one(hanse, proof):
    code, out, _ = hanse("verify-proof", proof, "--challenge", "bank 77")
    assert code == 1
    assert f"FAULT    Nothing proves that {ALIAS.address} shows it" in out
    _, shown, _ = hanse("show-proof", proof, "--challenge", "bank 76", "--account", "outsider")
    assert hanse("verify-proof", proof, "--challenge", "bank 77", "--shown", shown.strip())[0] == 1


def test_show_proof__another_than_the_holder__refused(hanse, proof):
    code, out, error = hanse("show-proof", proof, "--challenge", "bank", "--account", "third_seller")
    assert (code, out) == (2, "")
    assert f"Nothing proves that {ALIAS.address} shows it" in error


def test_verify_proof__raised_threshold__one(hanse, proof):
    plain = json.loads(proof.read_text())
    plain["message"]["value"] = 900
    proof.write_text(json.dumps(plain))
    code, out, _ = hanse("verify-proof", proof)
    assert code == 1
    assert "The signature isn't that of" in out
    assert "score of 900 or more" in out


@pytest.mark.parametrize("command", ["verify-proof", "prove-score"])
@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "can't be read (No such file"), ("no json", "it isn't JSON"), ("{}", "it has no “domain”")],
)
def test_commands__no_such_file_or_no_such_document__two(hanse, tmp_path, command, content, reason):
    path = tmp_path / "given.json"
    if content is not None:
        path.write_text(content)
    code, out, error = hanse(command, path)
    assert (code, out) == (2, "")
    assert error.startswith("hanse: This isn't a ")
    assert reason in error


def test_prove_score__what_isnt_so__a_sentence(hanse, tmp_path):
    asked = tmp_path / "request.json"
    hanse("request-proof", "--account", "third_seller", "--at-least", 700, "--out", asked)
    code, out, error = hanse("prove-score", asked)
    assert (code, out) == (2, "")
    assert "that is not so: nothing is signed." in error


def test_prove_score__a_keystore__signs_with_it(hanse, proof, tmp_path, monkeypatch):
    """Another key than the development chain's own: it has no role there, and is told so."""
    keystore = tmp_path / "signer.json"
    keystore.write_text(json.dumps(Account.encrypt(ALIAS.key, "open sesame", kdf="pbkdf2", iterations=1)))
    monkeypatch.setenv("HANSE_SCORE_SIGNER_KEYSTORE", str(keystore))
    request = tmp_path / "request.json"
    code, _, error = hanse("prove-score", request)
    assert (code, "HANSE_SCORE_SIGNER_PASSPHRASE" in error) == (2, True)
    monkeypatch.setenv("HANSE_SCORE_SIGNER_PASSPHRASE", "open sesame")
    asked = ("--account", "third_seller", "--at-least", 600, "--out", request)
    hanse("request-proof", *asked)
    code, _, error = hanse("prove-score", request)
    assert (code, f"{ALIAS.address} may not sign score proofs" in error) == (2, True)
    assert SignedProof.parse(proof.read_bytes()).proof.signer == SIGNER.address


def test_verify_proof__silent_chain__two_but_offline_goes_on(hanse, proof, monkeypatch):
    monkeypatch.setenv("HANSE_RPC_URL", "http://127.0.0.1:9")
    code, out, error = hanse("verify-proof", proof)
    assert (code, out) == (2, "")
    assert error.startswith("hanse: ")
    assert hanse("verify-proof", proof, "--offline")[1].startswith("claim    a merchant with a score")


@pytest.mark.parametrize(
    "arguments",
    [
        ("request-proof", "--account", "third_seller"),
        ("request-proof", "--account", "third_seller", "--at-least", "600", "--tier", "gold"),
        ("request-proof", "--account", "third_seller", "--tier", "platinum"),
        ("request-proof", "--account", "third_seller", "--at-least", "600", "--for", "bank"),
        ("verify-proof", "x", "--shown", "0xzz"),
    ],
)
def test_commands__odd_arguments__usage(hanse, arguments):
    with pytest.raises(SystemExit) as stopped:
        hanse(*arguments)
    assert stopped.value.code == 2
