# submit-report
# ├── a draft and whose key → signed, checked, in the inbox
# ├── signed elsewhere → checked, in the inbox
# └── what doesn't count, or can't be read → one sentence, 2, nothing in the inbox
# explain-score: ends at the chain's score → 0 and where it ends; bad evidence → 1
# dry-run-rules: a table of who would gain and lose; a bad file → every mistake, 2
# rules that aren't the market's → refused with the numbers

import json

import pytest
from eth_account import Account

from dapp.cli import main
from dapp.credit.loading import SHIPPED
from dapp.credit.report import Report
from dapp.evidence.box import EvidenceBox

from .reports import ATTESTOR, OUTSIDER


@pytest.fixture
def hanse(rounds, monkeypatch, capsys):
    """Runs the command on the test's market: the exit code and what was printed."""
    for name, value in rounds.market.environment.items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def draft(rounds, tmp_path):
    path = tmp_path / "draft.json"
    fields = {"standards": ["ISO 27001", "SOC 2"], "audited": True, "until": "2090-01-01"}
    plain = {"merchant": rounds.market.seller, "kind": "certificate", "fact": "iso-1", "fields": fields}
    path.write_text(json.dumps(plain))
    return path


def test_submit_report__a_draft_and_an_actor__signed_and_in_the_inbox(rounds, hanse, draft):
    code, out, _ = hanse("submit-report", draft, "--account", "attestor")
    assert code == 0
    (waiting,) = rounds.inbox.waiting()
    assert waiting.report.attestor == ATTESTOR.address
    assert waiting.report.fields == (
        ("audited", "true"),
        ("standards", "ISO 27001, SOC 2"),
        ("until", "2090-01-01"),
    )
    assert f"report    0x{waiting.report.digest.hex()}" in out
    assert "standards contains SOC 2: + 4" in out
    assert "points    +15 (compliance)" in out
    assert [posting.document.delta for posting in rounds.round().postings] == [15_000]


def test_submit_report__a_keystore_and_a_file_signed_elsewhere__the_same(
    rounds, hanse, draft, tmp_path, monkeypatch
):
    keystore = tmp_path / "key.json"
    keystore.write_text(json.dumps(Account.encrypt(ATTESTOR.key, "open sesame", kdf="pbkdf2", iterations=1)))
    code, _, error = hanse("submit-report", draft, "--account", keystore)
    assert (code, error) == (2, "hanse: Set HANSE_KEYSTORE_PASSPHRASE to the passphrase of key.json.\n")
    monkeypatch.setenv("HANSE_KEYSTORE_PASSPHRASE", "wrong")
    code, _, error = hanse("submit-report", draft, "--account", keystore)
    assert (code, error) == (2, "hanse: key.json isn't a keystore that this passphrase opens.\n")
    monkeypatch.setenv("HANSE_KEYSTORE_PASSPHRASE", "open sesame")
    assert hanse("submit-report", draft, "--account", keystore)[0] == 0
    signed = tmp_path / "signed.json"
    signed.write_bytes(rounds.report("mentoring", "talk-1").to_json())
    assert hanse("submit-report", signed)[0] == 0
    assert rounds.waiting() == ["iso-1", "talk-1"]


def test_submit_report__an_ape_account__by_its_alias(rounds, hanse, draft, tmp_path, monkeypatch):
    folder = tmp_path / "ape" / "accounts"
    folder.mkdir(parents=True)
    monkeypatch.setenv("APE_DATA_FOLDER", str(tmp_path / "ape"))
    keystore = Account.encrypt(ATTESTOR.key, "sesame", kdf="pbkdf2", iterations=1)
    (folder / "mine.json").write_text(json.dumps(keystore))
    code, _, error = hanse("submit-report", draft, "--account", "mine")
    assert (code, error) == (2, "hanse: Set APE_ACCOUNTS_mine_PASSPHRASE to the passphrase of mine.json.\n")
    monkeypatch.setenv("APE_ACCOUNTS_mine_PASSPHRASE", "sesame")
    assert hanse("submit-report", draft, "--account", "mine")[0] == 0
    assert rounds.waiting() == ["iso-1"]
    code, _, error = hanse("submit-report", draft, "--account", "yours")
    assert code == 2
    assert "neither a keystore file nor one of Ape's accounts" in error


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "it lacks “schema”"),
        (("--account", "outsider"), f"{OUTSIDER.address} doesn't hold the role attestor_compliance"),
    ],
)
def test_submit_report__what_doesnt_count__refused_in_a_sentence(rounds, hanse, draft, arguments, error):
    code, out, told = hanse("submit-report", draft, *arguments)
    assert (code, out) == (2, "")
    assert error in told or "its “schema” isn't" in told
    assert rounds.waiting() == []


def test_submit_report__no_file_or_no_report__refused(rounds, hanse, tmp_path):
    assert "can't be read: No such file" in hanse("submit-report", tmp_path / "none.json")[2]
    bad = tmp_path / "bad.json"
    bad.write_text('{"chainId": NaN')
    assert "This isn't a report: it isn't JSON" in hanse("submit-report", bad, "--account", "attestor")[2]
    unsigned = tmp_path / "unsigned.json"
    plain = Report.parse(rounds.report().to_json()).to_plain()
    unsigned.write_text(json.dumps({key: plain[key] for key in plain if key != "signature"}))
    assert hanse("submit-report", unsigned)[1:] == ("", "hanse: The report isn't signed.\n")


def test_explain_score__and_bad_evidence__zero_then_one(rounds, hanse, draft):
    hanse("submit-report", draft, "--account", "attestor")
    rounds.round()
    code, out, _ = hanse("explain-score", rounds.market.seller)
    assert code == 0
    assert "certificate-held (attestation)" in out
    assert "order-settled (settlement)" in out
    assert "  sound\n" in out
    assert out.rstrip().endswith("they agree.")
    (entry,) = rounds.attested()
    EvidenceBox.of(rounds.market.settings)
    path = next((rounds.market.settings.evidence / "objects").rglob(entry.cid))
    path.write_bytes(b"something else")
    code, out, _ = hanse("explain-score", rounds.market.seller)
    assert code == 1
    assert "1 of " in out.splitlines()[-1]
    assert hanse("explain-score", "somebody")[2] == "hanse: “somebody” is no address.\n"


def test_dry_run_rules__other_rules__a_table(hanse, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(SHIPPED.read_text().replace("max_weight: 10", "max_weight: 1"))
    code, out, _ = hanse("dry-run-rules", path)
    assert code == 0
    assert "would gain" in out.splitlines()[-1]
    assert any("−" in line for line in out.splitlines()[1:-1])
    path.write_text(SHIPPED.read_text().replace("max_weight: 10", "max_weight: ten").replace("3 }", "x }", 1))
    code, out, error = hanse("dry-run-rules", path)
    assert (code, out) == (2, "")
    assert error.count("mine.yaml, line ") == 2


def test_commands__rules_that_arent_the_markets__refused_with_the_numbers(
    rounds, hanse, tmp_path, monkeypatch
):
    path = tmp_path / "other.yaml"
    path.write_text(SHIPPED.read_text().replace("max_weight: 10", "max_weight: 12"))
    monkeypatch.setenv("HANSE_CREDIT_RULES", str(path))
    code, out, error = hanse("explain-score", rounds.market.seller)
    assert (code, out) == (2, "")
    assert "other.yaml isn't what the market was deployed with: max_weight 10000 on chain, 12000 by" in error
