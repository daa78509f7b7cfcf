# hanse export-data, hanse erase-data, on the filled market
# ├── export → everything of the account, of every place, nothing of others; to a file for its owner alone
# ├── erase → asked first, no without an answer · yes → gone from every file, others' stay · again → nothing
# ├── unknown account → nothing, and a word on what isn't held here
# ├── no address, a typing error, the zero address → refused
# └── a place that can't be read → said, nothing written · stopped or killed → the next run goes on

import io
import json
import re
import shutil
import signal
import stat
import subprocess
import sys
from dataclasses import replace

import pytest

from dapp.bots.journal import Journal
from dapp.chain.keys import development_account
from dapp.cli import FAILED, main
from dapp.credit.errors import Unsigned
from dapp.credit.inbox import Inbox
from dapp.evidence.store import LocalStore
from dapp.privacy.held.places import NOT_HERE
from dapp.privacy.issued import IssuedProofs
from dapp.privacy.proof import Claim
from dapp.risk.opening import block_list_path
from dapp.risk.reviews import CLOSED_FOR, Decision, Decisions
from dapp.risk.sign_ins import SignIns
from tests.dapp.credit.reports import report
from tests.dapp.privacy.held.test_accounts import in_files

MINE, OTHER, REVIEWER = (development_account(name).address for name in ("outsider", "payer", "reviewer"))
KILLED = """
import os, signal, sys
from unittest.mock import patch
from dapp.cli import main
from pkgutil import resolve_name
erase = resolve_name(sys.argv[1])
def erase_and_die(*arguments):
    erase(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
with patch(sys.argv[1], erase_and_die):
    main(sys.argv[2:])
"""
"""`hanse`, killed with -9 right after it erased in the place that its first argument names."""
PLACES = {"sign_ins", "decisions", "score_proofs", "reports", "block_list", "journals"}


@pytest.fixture
def settings(running_market, tmp_path):
    """The market's, with data of the test's own: two accounts, each with something in every place."""
    settings = replace(
        running_market.settings, data=tmp_path / "data", database_url=f"sqlite:///{tmp_path}/index"
    )
    now = running_market.web3.eth.get_block("latest")["timestamp"]
    sign_ins, decisions = SignIns.of(settings), Decisions.of(settings)
    inbox, issued = Inbox(settings.data), IssuedProofs(settings.data)
    lines = []
    for number, who in enumerate((MINE, OTHER)):
        sign_ins.note(who, f"{number:032x}", now)
        decisions.decide(Decision(who, REVIEWER, 500, now - CLOSED_FOR, "Looks fine."))
        issued.count(who, Claim.TIER_IS, now)
        inbox.put(report(merchant=who))
        inbox.refuse(inbox.put(report(fact="refused", merchant=who)), Unsigned())
        lines.append(f"{who} until 2020-01-01 long ago\n")
        Journal(settings.data / "bots", "credit").write("result", subject=f"{who}/compliance")
    block_list_path(settings).parent.mkdir()
    block_list_path(settings).write_text("".join(lines))
    LocalStore(settings.evidence)
    sign_ins.close()
    decisions.close()
    return settings


@pytest.fixture
def hanse(running_market, settings, monkeypatch, capsysbinary):
    """Runs a command on the market; gives its exit code and what it said."""
    environment = {
        **running_market.environment,
        "HANSE_DATA": str(settings.data),
        "DATABASE_URL": settings.database_url,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def hanse(*arguments, answer=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        code = main(arguments)
        said = capsysbinary.readouterr()
        return code, said.out.decode(), said.err.decode()

    return hanse


def exported(hanse, account):
    code, out, err = hanse("export-data", account)
    assert code == 0, err
    return json.loads(out)


def test_export__account__is_everything_of_it_and_nothing_of_others(hanse, settings, running_market):
    document = exported(hanse, MINE.lower())
    assert document["account"] == MINE
    assert document["market"] == running_market.contracts.market.address
    assert document["not_included"] == NOT_HERE
    assert "chain" in NOT_HERE["index"]
    held = document["held"]
    assert {place for place, records in held.items() if records} == PLACES
    assert [len(held[place]) for place in ("sign_ins", "decisions", "reports", "journals")] == [1, 1, 2, 1]
    assert held["decisions"][0] | {"decided_at": ""} == {
        "merchant": MINE,
        "reviewer": REVIEWER,
        "permille": 500,
        "decided_at": "",
        "note": "Looks fine.",
    }
    assert OTHER[2:].lower() not in json.dumps(document).lower()
    assert in_files(settings.data, MINE)  # nothing was erased by it


def test_export__to_a_file__is_for_its_owner_alone(hanse, tmp_path):
    out = tmp_path / "mine.json"
    out.touch(mode=0o666)
    assert hanse("export-data", MINE, "--out", str(out))[:2] == (0, "")
    assert json.loads(out.read_text())["account"] == MINE
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("answer", ["", "no\n", "y\n"])
def test_erase__not_confirmed__erases_nothing(hanse, answer):
    before = exported(hanse, MINE)["held"]
    code, out, _err = hanse("erase-data", MINE, answer=answer)
    assert code == 1
    assert out.rstrip().endswith("Nothing was erased.")
    assert "to erase  sign_ins: 1" in out
    assert "not here  index: " in out
    assert exported(hanse, MINE)["held"] == before


def test_erase__confirmed__is_gone_everywhere_and_others_have_theirs(hanse, settings):
    others = exported(hanse, OTHER)["held"]
    code, out, err = hanse("erase-data", MINE, answer="yes\n")
    assert (code, err) == (0, "")
    assert set(re.findall(r"erased    (\w+): \d", out)) == PLACES
    assert not in_files(settings.data, MINE)
    assert not any(exported(hanse, MINE)["held"].values())
    assert exported(hanse, OTHER)["held"] == others
    code, out, _err = hanse("erase-data", MINE)
    assert code == 0
    assert "Nothing is held about it." in out
    assert "erased" not in out


def test_erase__what_must_stay__is_told_and_stays(hanse, settings, running_market):
    shutil.rmtree(settings.evidence)
    shutil.copytree(running_market.settings.evidence, settings.evidence)
    before = sorted(LocalStore(settings.evidence).cids())
    decisions = Decisions.of(settings)
    decisions.decide(Decision(running_market.seller, OTHER, 500, 4_000_000_000, "Still open."))
    code, out, _err = hanse("erase-data", running_market.seller, "--yes")
    assert code == 0
    assert "stays     decisions: 1, it closes a review until 2096-" in out
    assert "stays     evidence: 1, the service 1 is on offer" in out
    assert decisions.on(running_market.seller)[0].note == "Still open."
    assert sorted(LocalStore(settings.evidence).cids()) == before
    decisions.close()


def test_held__unknown_account__is_nothing(hanse):
    unknown = "0x" + "12" * 20
    assert not any(exported(hanse, unknown)["held"].values())
    code, out, _err = hanse("erase-data", unknown, "--yes")
    assert code == 0
    assert "Nothing is held about it." in out


@pytest.mark.parametrize("command", ["export-data", "erase-data"])
@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("0x12", "is no address"),
        ("outsider", "is no address"),
        (MINE.replace("E2e", "E2E"), "has a typing error"),
        ("0x" + "0" * 40, "nobody's"),
    ],
)
def test_held__no_account__is_refused(hanse, capsysbinary, command, address, why):
    with pytest.raises(SystemExit) as stopped:
        hanse(command, address)
    assert stopped.value.code == 2
    assert why in capsysbinary.readouterr().err.decode()


def test_held__a_place_that_cant_be_read__is_said(hanse, settings, tmp_path):
    block_list_path(settings).write_text(f"{MINE}\n")
    code, out, err = hanse("export-data", MINE, "--out", str(tmp_path / "mine.json"))
    assert (code, out) == (FAILED, "")
    assert "block-list.txt, line 1" in err
    assert not (tmp_path / "mine.json").exists()
    assert hanse("erase-data", MINE, "--yes")[0] == FAILED
    assert in_files(settings.data, MINE)


def test_erase__stopped_half_way__the_next_run_goes_on(hanse, settings, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("dapp.credit.inbox.Inbox.forget", full)
        code, _out, err = hanse("erase-data", MINE, "--yes")
    assert code == FAILED
    assert "No space left on device" in err
    assert "run it again" in err
    held = exported(hanse, MINE)["held"]
    assert not held["sign_ins"]
    assert held["reports"]
    assert held["journals"]
    assert hanse("erase-data", MINE, "--yes")[0] == 0
    assert not in_files(settings.data, MINE)
    assert in_files(settings.data, OTHER)


@pytest.mark.parametrize(
    "last", ["dapp.privacy.issued.IssuedProofs.forget", "dapp.credit.inbox.Inbox.forget"]
)
def test_erase__killed_half_way__the_next_run_goes_on(hanse, settings, last):
    others = exported(hanse, OTHER)["held"]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, last, "erase-data", MINE, "--yes"], capture_output=True, timeout=300
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    held = exported(hanse, MINE)["held"]
    assert not held["sign_ins"]
    assert held["journals"]
    assert hanse("erase-data", MINE, "--yes")[0] == 0
    assert not in_files(settings.data, MINE)
    assert exported(hanse, OTHER)["held"] == others
