# What is held in files, of two accounts
# ├── reports: waiting about the account → erased · about another, by it → stay, with whose it is
# │   · refused → erased with its reason · no report, left half written → erased · being written → stays
# ├── block list: comments, entries that ended → taken out, the rest to the letter · one that holds → stays
# │   · one about another that names it → stays · no file → nothing · a bad line → said
# └── journals: the address is taken out of every line of every file, the lines stay, also one cut off

import os
import stat

import pytest

from dapp.bots.journal import Journal
from dapp.credit.errors import Unsigned
from dapp.credit.inbox import Inbox
from dapp.lined_yaml import BadRuleFile
from dapp.privacy.held.files import block_list, journals, reports
from dapp.privacy.held.tasks import erase
from dapp.risk.block_list import load_block_list
from tests.dapp.credit.reports import ATTESTOR, OUTSIDER, SELLER, report

MINE, OTHER = SELLER.address, OUTSIDER.address
NEW_YEAR = 1_798_761_600  # 2027-01-01 00:00 UTC


def names(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_reports__waiting__about_the_account_go_and_others_stay(tmp_path):
    inbox = Inbox(tmp_path)
    mine, others = report(), report(merchant=OTHER)
    inbox.put(mine)
    inbox.put(others)
    (record,) = reports(MINE, inbox)
    assert record.content["file"] == f"waiting/{mine.digest.hex()}.json"
    assert MINE.lower() in record.content["content"].lower()
    assert not record.stays
    by_attestor = list(reports(ATTESTOR.address, inbox))
    assert {each.stays for each in by_attestor} == {f"it is a report about {who}" for who in (MINE, OTHER)}
    assert erase(by_attestor) == 0
    erase([record])
    erase([record])
    assert [each.report for each in inbox.waiting()] == [others]
    assert list(reports(MINE, inbox)) == []


def test_reports__refused_and_left_over__go_with_the_reason(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.refuse(inbox.put(report()), Unsigned())
    inbox.refuse(inbox.put(report(merchant=OTHER)), Unsigned())
    refused, waiting = tmp_path / "reports" / "refused", tmp_path / "reports" / "waiting"
    before = set(names(tmp_path))
    (refused / "odd.json").write_bytes(b"\xff" + b" " * (1 << 20) + MINE.upper().encode()[2:])
    (refused / "odd.json.reason").write_text("no report")
    (waiting / "old.part").write_text(f'{{"merchant": "{MINE}"')
    os.utime(waiting / "old.part", (0, 0))
    (waiting / "young.part").write_text(f'{{"merchant": "{MINE}"')
    found = list(reports(MINE, inbox))
    assert [each.stays for each in found if each.stays] == ["it is being written"]
    assert erase(found) == 3
    gone = f"{report().digest.hex()}.json"
    assert set(names(tmp_path)) == (before | {"young.part"}) - {gone, f"{gone}.reason"}


def test_block_list__lines_about_the_account__go_unless_they_hold(tmp_path):
    path = tmp_path / "block-list.txt"
    rest = f"# ours\r\n\n{OTHER} until 2026-12-30  asked for by the police  \n"
    path.write_text(f"# {MINE.lower()} wrote twice\n{rest}{MINE} until 2026-12-31 case 17\n", newline="")
    path.chmod(0o640)
    comment, entry = block_list(MINE, path, NEW_YEAR - 1)
    assert (comment.stays, entry.content["line"][:42]) == ("", MINE)
    assert entry.stays == "it blocks somebody; operators take it out by hand"
    erase([comment, entry])
    assert load_block_list(path).reasons([MINE, OTHER], NEW_YEAR - 1) == {MINE: "case 17"}
    erase(list(block_list(MINE, path, NEW_YEAR)))
    assert path.read_bytes() == rest.encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names(tmp_path) == ["block-list.txt"]
    assert list(block_list(MINE, path, 0)) == []


def test_block_list__another_account_that_holds_and_names_it__stays(tmp_path):
    path = tmp_path / "block-list.txt"
    path.write_text(f"{OTHER} works with {MINE}\n")
    (record,) = block_list(MINE, path, NEW_YEAR)
    assert record.stays
    assert record.erase is None


def test_block_list__no_file_or_a_bad_line__nothing_or_said(tmp_path):
    assert list(block_list(MINE, tmp_path / "none.txt", 0)) == []
    path = tmp_path / "block-list.txt"
    path.write_text(f"\n{MINE}\n")
    with pytest.raises(BadRuleFile, match=r"block-list.txt, line 2: "):
        list(block_list(MINE, path, 0))


def test_journals__the_address__is_taken_out_of_lines_that_stay(tmp_path):
    folder = tmp_path / "bots"
    watch, credit = Journal(folder, "watch", clock=lambda: 0), Journal(folder, "credit", clock=lambda: 0)
    watch.write("result", subject=f"0x1/0/{MINE.lower()}", outcome="done")
    (folder / "watch.jsonl").replace(folder / "watch.1.jsonl")
    watch.write("result", subject=f"0x1/0/{OTHER}")
    with (folder / "watch.jsonl").open("a") as file:
        file.write(f'{{"event": "result", "subject": "{MINE}')  # a crash cut it off
    credit.write("result", merchant=MINE)
    found = list(journals(MINE, folder))
    assert [each.content["bot"] for each in found] == ["credit", "watch", "watch"]
    erase(found)
    erase(found)
    assert list(journals(MINE, folder)) == []
    assert [(entry["subject"], entry.get("outcome")) for entry in watch.entries()] == [
        ("0x1/0/(erased)", "done"),
        (f"0x1/0/{OTHER}", None),
    ]
    watch.write("result", subject="next")
    assert [entry["subject"] for entry in watch.entries()][-1] == "next"
    assert next(credit.entries())["merchant"] == "(erased)"
    assert not list(folder.glob("*.part"))
    assert stat.S_IMODE((folder / "watch.jsonl").stat().st_mode) == 0o600


def test_journals__no_folder__is_nothing_and_makes_none(tmp_path):
    assert list(journals(MINE, tmp_path / "bots")) == []
    assert names(tmp_path) == []
