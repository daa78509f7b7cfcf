"""A bot's journal.

├── lines come back as they were written, oldest first, over all files
├── full: turned over, the oldest file goes
├── cut off by a crash: that line is passed over, the next one is whole
├── two processes: no line is lost or torn
├── a disk that can't be written: told once, nobody stops
├── a rehearsal writes nothing
└── its tail: the last whole lines, however long it is
"""

import json
import logging
import subprocess
import sys

import pytest

from dapp.bots import journal as module
from dapp.bots.journal import KEPT_FILES, Journal

ROOT = module.Path(__file__).resolve().parents[3]


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "bots", "keeper", clock=lambda: 1_800_000_000)


def numbers(journal):
    return [entry["number"] for entry in journal.entries()]


def test_write__some__come_back_with_event_and_time(journal):
    journal.write("sending", transaction="0xab", what=["release 0x01"])
    journal.write("result", outcome="done", reason="付")
    first, second = journal.entries()
    assert first == {
        "written": "2027-01-15T08:00:00Z",
        "event": "sending",
        "transaction": "0xab",
        "what": ["release 0x01"],
    }
    assert (second["event"], second["reason"]) == ("result", "付")
    assert journal.path.stat().st_mode & 0o077 == 0


def test_write__full__turned_over_and_the_oldest_goes(journal, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 500)
    for number in range(100):
        journal.write("result", number=number)
    files = sorted(path.name for path in journal.path.parent.glob("*.jsonl"))
    assert files == [*(f"keeper.{n}.jsonl" for n in range(1, KEPT_FILES)), "keeper.jsonl"]
    kept = numbers(journal)
    assert kept == list(range(kept[0], 100))
    assert 0 < kept[0] < 90


def test_entries__line_cut_off__passed_over(journal):
    journal.write("result", number=1)
    with journal.path.open("ab") as file:
        file.write(b'{"written": "2027", "event": "res')
    journal.write("result", number=2)
    with journal.path.open("ab") as file:
        file.write(b"\xff\xfe\n[1]\n")
    journal.write("result", number=3)
    assert numbers(journal) == [1, 2, 3]


def test_write__two_processes__no_line_lost(journal, monkeypatch):
    program = (
        "import sys, pathlib\n"
        "from dapp.bots import journal\n"
        "journal.MOST_BYTES, journal.KEPT_FILES = 4_000, 100\n"
        "j = journal.Journal(pathlib.Path(sys.argv[1]), 'keeper')\n"
        "for number in range(150): j.write('result', number=int(sys.argv[2]) + number)\n"
    )
    folder = str(journal.path.parent)
    running = [
        subprocess.Popen([sys.executable, "-c", program, folder, str(start)], cwd=ROOT)
        for start in (0, 1_000)
    ]
    assert [process.wait(60) for process in running] == [0, 0]
    monkeypatch.setattr(module, "KEPT_FILES", 100)
    assert sorted(numbers(journal)) == [*range(150), *range(1_000, 1_150)]
    for path in journal.path.parent.glob("*.jsonl"):
        assert all(json.loads(line) for line in path.read_text().splitlines())


def test_write__disk_gone__told_once(tmp_path, caplog):
    (tmp_path / "bots").write_text("a file where the folder should be")
    journal = Journal(tmp_path / "bots", "keeper")
    with caplog.at_level(logging.ERROR):
        journal.write("result", number=1)
        journal.write("result", number=2)
    assert len(caplog.records) == 1
    assert "keeper.jsonl can't be written" in caplog.text
    assert list(journal.entries()) == []


def test_write__rehearsal__nothing(tmp_path):
    Journal(tmp_path / "bots", "keeper", writes=False).write("result", number=1)
    assert list(tmp_path.iterdir()) == []


def test_tail__long_journal__the_last_lines_of_the_newest_file(journal):
    for number in range(2_000):
        journal.write("result", number=number, text="x" * 60)
    assert [entry["number"] for entry in journal.tail(3)] == [1997, 1998, 1999]
    assert len(journal.tail(10_000)) < 1_000  # what 64 KiB hold, the first of them whole


def test_tail__no_file_or_a_torn_line__what_is_whole(journal):
    assert journal.tail(5) == []
    journal.write("result", number=1)
    with journal.path.open("ab") as file:
        file.write(b'{"event": "resu')
    assert [entry["number"] for entry in journal.tail(5)] == [1]
