# put → on the disk, whole, under the report's own name; the same again → once
# waiting
# ├── reports as they are; other files told with the reason (look)
# └── a file that changed → read anew
# refuse, done → gone from what waits, with the reason in both languages

import pytest

from dapp.credit.errors import Unsigned
from dapp.credit.inbox import Inbox, InboxUnavailable

from .reports import report


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path)


def reports_in(inbox):
    return [each.report for each in inbox.waiting()]


def test_put__the_same_twice__once_and_found_by_another_process(inbox, tmp_path):
    made = report()
    path = inbox.put(made)
    assert inbox.put(made) == path
    inbox.put(report(fact="fact-2"))
    assert reports_in(Inbox(tmp_path)) == reports_in(inbox)
    assert {each.fact for each in reports_in(inbox)} == {"fact-1", "fact-2"}
    assert path.name == f"{made.digest.hex()}.json"
    assert not list(tmp_path.rglob("*.part"))


def test_look__no_reports__told_with_the_reason_and_left(inbox, tmp_path):
    made = report()
    inbox.put(made)
    waiting = tmp_path / "reports" / "waiting"
    (waiting / "a.json").write_text("{")
    (waiting / "b.json").write_bytes(b" " * 300_000)
    (waiting / "c.json").mkdir()
    (waiting / "half.part").write_text("{")
    found, faulty = inbox.look()
    assert [each.report for each in found] == reports_in(inbox) == [made]
    reasons = {path.name: refusal.sentence() for path, refusal in faulty}
    assert reasons["a.json"].startswith("This isn't a report: it isn't JSON")
    assert "its file has 300,000 bytes" in reasons["b.json"]
    assert set(reasons) == {"a.json", "b.json", "c.json"} <= {path.name for path in waiting.iterdir()}


def test_waiting__a_file_that_changed__read_anew(inbox):
    path = inbox.put(report())
    assert reports_in(inbox) == reports_in(inbox) == [report()]
    path.write_bytes(report(fact="another").to_json())
    assert reports_in(inbox) == [report(fact="another")]
    path.unlink()
    assert reports_in(inbox) == []


def test_refuse__and_done__gone(inbox, tmp_path):
    path, other = inbox.put(report()), inbox.put(report(fact="fact-2"))
    inbox.refuse(path, Unsigned())
    inbox.refuse(path, Unsigned())  # another process was faster
    inbox.done(other)
    inbox.done(other)
    assert reports_in(inbox) == []
    aside = tmp_path / "reports" / "refused" / path.name
    assert aside.exists()
    assert (
        aside.with_name(f"{path.name}.reason").read_text(encoding="utf-8")
        == "Unsigned: The report isn't signed.\n这份报告没有签名。\n"
    )


def test_inbox__where_nothing_can_be_written__says_so(tmp_path):
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(InboxUnavailable, match="can't be made"):
        Inbox(tmp_path)
