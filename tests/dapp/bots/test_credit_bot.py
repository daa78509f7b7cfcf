"""The credit bot on a real market.

├── a report in the inbox: posted with its evidence, once; its file goes when that is final
├── what the contract's bounds leave for another day: deferred
├── a limit leaves a report out: put aside with its reason
├── killed between sending and mining: the same transaction's nonce, one attestation
├── two processes with one key: both plan the same post, one is mined
└── a chain that reorganises under a post: posted again, once
    (bad input: test_bad_input.py)
"""

import pytest

from dapp.domain.credit import Dimension
from tests.dapp.bots.keeping import Keeping, outcomes
from tests.dapp.bots.test_races import paused_mining
from tests.dapp.credit.conftest import Rounds

__all__ = ["paused_mining"]


@pytest.fixture
def rounds(private_market):
    """Reports for the market, and what became of them. See {Rounds}."""
    rounds = Rounds(private_market)
    rounds.wait(1)
    return rounds


@pytest.fixture
def posting(private_market, tmp_path):
    """`posting("name")` is a process with the credit bot; all share inbox and evidence. See {Keeping}."""
    opened = []

    def make(name="one", **options):
        data = private_market.settings.data
        opened.append(Keeping(private_market, tmp_path / name, data=data, **options))
        return opened[-1]

    yield make
    for made in opened:
        made.close()


def post(kept, *, catch_up=True):
    if catch_up:
        kept.follower.follow_to_head()
    results = kept.host("credit").round()
    assert results is not None, kept.host("credit").status.error
    return results


def test_report__in_the_inbox__posted_once_with_its_evidence(posting, rounds):
    kept = posting()
    before = rounds.sub_scores()
    rounds.submit("two-factor", "key-1", fields={"method": "passkey"})
    assert outcomes(post(kept)) == {("attest_grant", "done"): 1}
    assert [now - then for now, then in zip(rounds.sub_scores(), before, strict=True)] == [0, 0, 14]
    (entry,) = rounds.attested()
    assert (entry.document.rule, entry.dimension) == ("two-factor-on", Dimension.SECURITY)
    assert post(kept) == []
    sent, done = list(kept.crew.journal("credit").entries())
    assert sent["transaction"] == done["transaction"]
    assert (done["kind"], done["outcome"]) == ("attest_grant", "done")
    for _block in range(kept.opened.settings.confirmations):
        rounds.market.rpc("evm_mine")
    assert post(kept) == []
    assert (rounds.waiting(), rounds.refused()) == ([], [])


def test_report__beyond_what_may_move_today__deferred(posting, rounds, monkeypatch):
    kept = posting()
    rounds.submit("mentoring", "talk-1")
    desk = kept.host("credit")._bot.made._desk
    monkeypatch.setattr(desk, "_left", lambda _side, _number: 1)
    (result,) = post(kept)
    assert result.outcome == "deferred"
    assert "may move today" in result.reason
    monkeypatch.undo()
    assert outcomes(post(kept)) == {("attest_grant", "done"): 1}


def test_reports__over_their_rules_limit__one_is_put_aside(posting, rounds):
    kept = posting()
    for number in range(5):  # three points each, ten at most
        fields = {"format": "talk", "readers": 10}
        rounds.inbox.put(rounds.report("knowledge", f"talk-{number}", fields=fields))
    found = outcomes(post(kept))
    assert found == {("attest_grant", "done"): 4, ("report", "refused"): 1}
    assert rounds.refused() == ["LimitReached"]


def test_killed__between_sending_and_mining__one_attestation(posting, rounds, paused_mining):
    rounds.submit("two-factor", "key-1", fields={"method": "passkey"})
    killed = posting("killed", stuck_seconds=1)
    assert outcomes(post(killed)) == {("attest_grant", "pending"): 1}
    again = posting("again", stuck_seconds=1)
    (result,) = post(again)  # it doesn't know of the other one, but the nonce does
    assert result.outcome in ("deferred", "pending")
    paused_mining()
    assert post(again) == []
    assert len(rounds.attested()) == 1


def test_two_processes__same_plan__one_is_mined(posting, rounds):
    first, second = posting("first"), posting("second")
    rounds.submit("two-factor", "key-1", fields={"method": "passkey"})
    for kept in (first, second):
        kept.follower.follow_to_head()
    assert outcomes(post(first, catch_up=False)) == {("attest_grant", "done"): 1}
    # The second one's index doesn't have it yet: it plans the same post, which still works by itself.
    results = post(second, catch_up=False)
    assert outcomes(results) == {("attest_grant", "deferred"): 1}
    assert results[0].reason == "This account did something else since the plan's block."
    assert post(second) == []
    assert len(rounds.attested()) == 1


def test_reorganised__under_a_post__posted_again_once(posting, rounds, private_market):
    kept = posting()
    rounds.submit("two-factor", "key-1", fields={"method": "passkey"})
    snapshot = private_market.rpc("evm_snapshot")
    assert outcomes(post(kept)) == {("attest_grant", "done"): 1}
    kept.follower.follow_to_head()
    private_market.rpc("evm_revert", snapshot)
    for _block in range(3):
        private_market.rpc("evm_mine")
    rounds.restart()
    assert rounds.attested() == []
    assert outcomes(post(kept)) == {("attest_grant", "done"): 1}
    assert post(kept) == []
    assert len(rounds.attested()) == 1
