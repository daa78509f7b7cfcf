# load_block_list
# ├── no file → nobody · entries with and without an end → until that day is over
# ├── any case of an address → the same account; a typing error in a checksum → refused
# └── no address, no reason, no day, twice, not UTF-8, a folder → refused with the line

import pytest

from dapp.lined_yaml import BadRuleFile
from dapp.risk.block_list import NOBODY, load_block_list

ONE = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"
TWO = "0x15d34AAf54267DB7D7c367839AAf71A00a2C6A65"
NEW_YEAR = 1_798_761_600  # 2027-01-01 00:00 UTC


@pytest.fixture
def listed(tmp_path):
    def listed(text):
        path = tmp_path / "block-list.txt"
        path.write_text(text, encoding="utf-8")
        return load_block_list(path)

    return listed


def test_block_list__no_file__blocks_nobody(tmp_path):
    assert load_block_list(tmp_path / "none.txt") == NOBODY
    assert NOBODY.reasons([ONE], 0) == {}


def test_block_list__entries__hold_until_their_day_is_over(listed):
    found = listed(f"# ours\n\n{ONE.lower()}  stolen cards, case 17 # note\n{TWO} until 2026-12-31 police\n")
    assert found.reasons([ONE, TWO], NEW_YEAR - 1) == {ONE: "stolen cards, case 17", TWO: "police"}
    assert found.reasons([TWO, ONE], NEW_YEAR) == {ONE: "stolen cards, case 17"}


def test_block_list__capitals__are_checked_only_where_they_mean_something(listed):
    assert set(listed(f"0x{ONE[2:].upper()} why").entries) == {ONE}
    wrong = ONE.replace("F79", "f79")
    with pytest.raises(BadRuleFile, match=r"line 1: .* has a typing error"):
        listed(f"{wrong} why")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (ONE, "isn't an address"),
        (f"{ONE[:-1]} too short", "isn't an address"),
        ("somebody why", "isn't an address"),
        (f"{ONE} until 2026-13-01 why", "isn't a day"),
        (f"{ONE} until tomorrow why", "isn't a day"),
        (f"{TWO} again", f"{TWO} is there twice"),
    ],
)
def test_block_list__lines_that_say_nothing__are_refused(listed, line, reason):
    with pytest.raises(BadRuleFile, match=f"^block-list.txt, line 3: .*{reason}"):
        listed(f"# first\n{TWO} why\n{line}\n")


def test_block_list__not_a_text_file__is_refused(tmp_path):
    path = tmp_path / "block-list.txt"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadRuleFile, match="UTF-8"):
        load_block_list(path)
    with pytest.raises(BadRuleFile, match="can't be read"):
        load_block_list(tmp_path)
