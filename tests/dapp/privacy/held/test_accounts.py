# What is held in tables, of two accounts
# ├── sign-ins → each browser, and nothing of it in the files after it is erased · the other's stay
# ├── decisions
# │   ├── on the account, older than 30 days → erased · younger → stay, with the day until which
# │   ├── by it on another → its name alone goes · its address in another's note → struck out
# │   └── others' → as they were
# └── score proofs → by day and kind, erased

import pytest

from dapp.chain.formats import time as time_text
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.privacy.held.accounts import decisions, score_proofs, sign_ins
from dapp.privacy.held.tasks import erase
from dapp.privacy.issued import IssuedProofs
from dapp.privacy.proof import Claim
from dapp.risk.reviews import CLOSED_FOR, Decision, Decisions
from dapp.risk.sign_ins import SignIns
from tests.dapp.index.conftest import postgres  # noqa: F401  (a fixture)
from tests.dapp.index.story import account
from tests.dapp.risk.sales import NOW

MINE, OTHER, REVIEWER = account(1), account(2), account(3)
PHONE, LAPTOP = "ab" * 16, "cd" * 16
LONG_AGO = NOW - CLOSED_FOR


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'private.sqlite'}"
    server = request.getfixturevalue("postgres")
    name = f"held_{request.node.name.split('[')[0][-40:]}"
    server.create(name)
    return server.url(name)


@pytest.fixture
def store(database_url):
    """Opens a store on the database, closed after the test."""
    opened = []

    def store(kind):
        opened.append(kind(database_url))
        return opened[-1]

    yield store
    for each in opened:
        each.close()


def contents(records):
    return [record.content for record in records]


def in_files(folder, address):
    """Whether an address is anywhere in the files of a folder, as a table or as a person writes it."""
    needles = (bytes.fromhex(address[2:]), address[2:].lower().encode(), address[2:].encode())
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file()]
    return any(needle in content for content in files for needle in needles)


def test_sign_ins__two_accounts__one_is_erased_to_the_last_byte(store, tmp_path):
    kept = store(SignIns)
    for who, device in ((MINE, PHONE), (MINE, LAPTOP), (OTHER, PHONE)):
        kept.note(who, device, NOW)
    found = list(sign_ins(MINE, kept))
    assert {content["first_at"] for content in contents(found)} == {time_text(NOW)}
    others = contents(sign_ins(OTHER, kept))
    assert len(found) == 2
    assert len(others) == 1
    assert erase(found) == 2
    assert erase(found) == 2  # again, as after a kill: nothing is there to be erased
    assert list(sign_ins(MINE, kept)) == []
    assert contents(sign_ins(OTHER, kept)) == others
    if kept._engine.dialect.name == "sqlite":
        assert not in_files(tmp_path, MINE)
        assert in_files(tmp_path, OTHER)


def test_decisions__on_the_account__go_when_they_close_nothing_any_more(store, tmp_path):
    kept = store(Decisions)
    old, new = (Decision(MINE, REVIEWER, 600, at, "Looks fine.") for at in (LONG_AGO, LONG_AGO + 1))
    others = Decision(OTHER, REVIEWER, 600, LONG_AGO, "Looks fine, too.")
    for each in (old, new, others):
        kept.decide(each)
    stays, goes = decisions(MINE, kept, NOW)
    assert stays.erase is None
    assert stays.content["decided_at"] == time_text(LONG_AGO + 1)
    assert stays.stays.startswith("it closes a review until ")
    assert not goes.stays
    assert goes.content["note"] == "Looks fine."
    assert goes.content["reviewer"] == REVIEWER
    erase([stays, goes])
    assert kept.on(MINE) == [new]
    assert kept.on(OTHER) == [others]
    erase(list(decisions(MINE, kept, NOW + 1)))
    assert kept.on(MINE) == []
    assert kept.on(OTHER) == [others]
    if kept._engine.dialect.name == "sqlite":
        assert not in_files(tmp_path, MINE)


def test_decisions__by_the_account_or_naming_it__keep_all_but_the_address(store):
    kept = store(Decisions)
    kept.decide(Decision(OTHER, MINE, 600, LONG_AGO, "I looked."))
    kept.decide(Decision(OTHER, REVIEWER, 700, LONG_AGO - DAY, f"Buys from {MINE.lower()} alone."))
    found = list(decisions(MINE, kept, NOW))
    assert {content["merchant"] for content in contents(found)} == {OTHER}
    assert len(found) == 2
    erase(found)
    assert kept.on(OTHER) == [
        Decision(OTHER, ZERO_ADDRESS, 600, LONG_AGO, "I looked."),
        Decision(OTHER, REVIEWER, 700, LONG_AGO - DAY, "Buys from (erased) alone."),
    ]
    assert list(decisions(MINE, kept, NOW)) == []
    assert len(list(decisions(REVIEWER, kept, NOW))) == 1


def test_score_proofs__two_accounts__one_is_erased(tmp_path):
    issued = IssuedProofs(tmp_path)
    for who, claim in ((MINE, Claim.SCORE_AT_LEAST), (MINE, Claim.SCORE_AT_LEAST), (OTHER, Claim.TIER_IS)):
        issued.count(who, claim, 20_000 * DAY + 5)
    found = list(score_proofs(MINE, issued))
    assert contents(found) == [{"day": "2024-10-04 00:00:00 UTC", "claim": "score_at_least", "count": 2}]
    erase(found)
    assert list(score_proofs(MINE, issued)) == []
    assert len(issued.of(OTHER)) == 1
    assert not in_files(tmp_path, MINE)
    assert in_files(tmp_path, OTHER)


def test_held__unknown_account__is_nothing(store, tmp_path):
    unknown = account(9)
    assert list(sign_ins(unknown, store(SignIns))) == []
    assert list(decisions(unknown, store(Decisions), NOW)) == []
    assert list(score_proofs(unknown, IssuedProofs(tmp_path / "none"))) == []
