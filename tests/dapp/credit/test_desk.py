# a report in the inbox
# ├── counts → on-chain score, with evidence that says why; its file goes when that is final
# ├── again, by another or after a restart → never twice; refused as a replay once the first is final
# ├── by somebody without the role, whose role was taken, unsigned, stale → refused with the reason
# └── more than a day moves → the rest the next day
# two rounds at once, from one state → one of the two transactions is void
# killed after signing, after sending, before the next round → nothing lost, nothing doubled
# a reorganisation undoes a posting → posted again, from the report that was kept
# evidence is missing → nothing more for that merchant's dimension until it is back

import pytest
from eth_utils.crypto import keccak

from dapp.credit.acceptance import ROLES
from dapp.credit.document import AttestationDocument
from dapp.credit.errors import (
    ForeignReport,
    NotAttestor,
    OverDailyBound,
    Replayed,
    Stale,
    Unsigned,
    WrongSignature,
)
from dapp.credit.report import Report
from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension

from .reports import OUTSIDER

START = [60, 60, 60]


# -- from a report to the score ---------------------------------------------------------------


def test_round__a_report__on_chain_with_evidence_and_gone_when_final(rounds):
    before = rounds.sub_scores()
    made = rounds.submit("two-factor", "key-1", fields={"method": "passkey"})
    plan = rounds.round()
    assert [posting.document.delta for posting in plan.postings] == [14_000]
    after = rounds.sub_scores()
    assert [now - then for now, then in zip(after, before, strict=True)] == [0, 0, 14]
    (entry,) = rounds.attested()
    assert (entry.attestor, entry.delta, entry.applied) == (made.attestor, 14_000, 14_000)
    document = AttestationDocument.parse(rounds.box.get(entry.cid))
    assert (document.rule, document.report) == ("two-factor-on", made)
    assert rounds.box.get(document.rules) == rounds.rules.source
    assert rounds.waiting() == ["key-1"]
    assert rounds.round().postings == ()
    rounds.finalize()
    assert rounds.round().postings == ()
    assert (rounds.waiting(), rounds.refused()) == ([], [])


def test_round__the_three_dimensions_in_one_transaction__each_by_its_rule(rounds):
    before = rounds.sub_scores()
    rounds.submit("certificate", "iso-1")
    rounds.submit("mentoring", "talk-1")
    rounds.submit("log-in-anomalies", "week-1")
    rounds.round()
    assert len(rounds.posted) == 1
    after = rounds.sub_scores()
    assert [now - then for now, then in zip(after, before, strict=True)] == [8, 1, -3]


def test_submit__what_doesnt_count__refused_at_the_door(rounds):
    with pytest.raises(Unsigned):
        rounds.desk.submit(Report(**{**vars_of(rounds.report()), "signature": b""}), *rounds.head)
    forged = Report(**{**vars_of(rounds.report()), "signature": rounds.report(fact="other").signature})
    with pytest.raises(WrongSignature):
        rounds.desk.submit(forged, *rounds.head)
    with pytest.raises(NotAttestor, match="attestor_community"):
        rounds.submit(signer=OUTSIDER)
    with pytest.raises(Stale):
        rounds.submit(age=8 * DAY, valid_until=rounds.head[2] + DAY)
    elsewhere = Report(**{**vars_of(rounds.report()), "chain_id": 1})
    with pytest.raises(ForeignReport):
        rounds.desk.submit(elsewhere, *rounds.head)
    assert rounds.waiting() == []


def vars_of(report):
    return {name: getattr(report, name) for name in Report.__dataclass_fields__}


def test_submit__an_attestor_of_another_dimension__refused(rounds):
    role = ROLES[Dimension.SECURITY]
    rounds.as_admin("grantRole", role, OUTSIDER.address, 0)
    assert rounds.submit("two-factor", "key-1", signer=OUTSIDER)
    with pytest.raises(NotAttestor, match="doesn't hold the role attestor_compliance"):
        rounds.submit("certificate", "iso-1", signer=OUTSIDER)
    rounds.as_admin("revokeRole", role, OUTSIDER.address)
    assert rounds.round().postings == ()
    assert (rounds.waiting(), rounds.refused()) == ([], ["NotAttestor"])


def test_submit__more_than_an_attestor_may_move_a_day__refused_before_it_waits(rounds):
    merchants = [rounds.market.seller, rounds.market.second_seller, rounds.market.third_seller]
    for n in range(13):
        rounds.submit("violation", f"case-{n}", fields={"severity": "9"}, merchant=merchants[n % 3])
    with pytest.raises(OverDailyBound, match="of 200 a day, 5 are left"):
        rounds.submit("violation", "case-13", fields={"severity": "9"})
    assert rounds.submit("violation", "case-14", fields={"severity": "1"})


def test_round__put_there_by_hand__put_aside_with_the_reasons(rounds):
    rounds.inbox.put(rounds.report("mentoring", "a", signer=OUTSIDER))
    rounds.inbox.put(Report(**{**vars_of(rounds.report(fact="b")), "signature": b""}))
    rounds.inbox.put(rounds.report("gossip", "c"))
    good = rounds.report("mentoring", "d")
    rounds.inbox.put(good)
    assert [posting.fact_key for posting in rounds.round().postings] == [good.fact_key]
    assert rounds.refused() == ["NotAttestor", "UnknownKind", "Unsigned"]


# -- never twice ------------------------------------------------------------------------------


def test_round__the_same_fact_again__never_twice(rounds):
    first = rounds.submit("mentoring", "talk-1")
    with pytest.raises(Replayed):
        rounds.submit("mentoring", "talk-1", fields={"hours": "40"})
    rounds.inbox.put(rounds.report("mentoring", "talk-1", fields={"hours": "40"}, age=-1))
    rounds.round()
    rounds.restart()
    assert rounds.round().postings == ()
    assert rounds.waiting() == ["talk-1", "talk-1"]
    rounds.finalize()
    assert rounds.round().postings == ()
    assert (rounds.waiting(), rounds.refused()) == ([], ["Replayed"])
    with pytest.raises(Replayed):
        rounds.desk.submit(first, *rounds.head)
    assert [entry.delta for entry in rounds.attested()] == [1_000]


def test_round__two_at_once_from_one_state__one_transaction_is_void(rounds):
    rounds.submit("mentoring", "talk-1")
    plan = rounds.plan()
    rounds.restart()
    other = rounds.plan()
    assert other == plan
    raw, again = rounds.sign(plan.postings), rounds.sign(other.postings[:1])
    assert rounds.send(raw)["status"] == 1
    assert rounds.send(again) is None
    late = rounds.sign(rounds.plan().postings)
    assert rounds.plan().postings == ()
    rounds.send(late)  # an empty batch, as nothing was due any more
    assert len(rounds.attested()) == 1


def test_round__killed_before_and_after_sending__nothing_lost_nothing_doubled(rounds):
    rounds.submit("mentoring", "talk-1")
    rounds.sign(rounds.plan().postings)  # and killed
    rounds.restart()
    rounds.send(rounds.sign(rounds.plan().postings))  # and killed
    rounds.restart()
    assert rounds.round().postings == ()
    assert len(rounds.attested()) == 1


def test_round__a_reorganisation_undoes_it__posted_again(rounds):
    market = rounds.market
    rounds.market.advance(1)
    base = market.rpc("evm_snapshot")
    before = rounds.sub_scores()
    rounds.submit("mentoring", "talk-1", fields={"hours": "8"})
    rounds.round()
    rounds.finalize()
    market.advance(1)
    rounds.plan()  # the journal has seen it, though not as final by another's count
    seen = rounds.attested()
    assert len(seen) == 1
    assert market.rpc("evm_revert", base)
    for _ in range(9):
        market.advance(7)
    rounds.inbox.put(seen[0].document.report)  # what a longer finality would have kept
    assert rounds.sub_scores() == before
    assert len(rounds.round().postings) == 1
    assert len(rounds.attested()) == 1
    assert [now - then for now, then in zip(rounds.sub_scores(), before, strict=True)] == [0, 2, 0]


def test_round__a_shorter_reorganised_chain__is_followed(rounds):
    market = rounds.market
    base = market.rpc("evm_snapshot")
    rounds.submit("mentoring", "talk-1")
    rounds.round()
    market.advance(1)
    assert len(rounds.attested()) == 1
    market.rpc("evm_revert", base)
    assert rounds.attested() == []
    assert rounds.waiting() == ["talk-1"]
    rounds.round()
    assert len(rounds.attested()) == 1


# -- within the bounds of a day ---------------------------------------------------------------


def test_round__more_than_a_day_moves__the_rest_the_next_day(rounds):
    before = rounds.sub_scores()
    for n in range(2):
        rounds.submit(
            "two-factor", f"key-{n}", fields={"method": "passkey"}, merchant=rounds.market.third_seller
        )
    start = rounds.sub_scores(rounds.market.third_seller)
    plan = rounds.round()
    assert (len(plan.postings), [why for _, why in plan.deferred]) == (1, ["only 6 points may move today"])
    assert rounds.round().postings == ()
    rounds.wait(1)
    assert len(rounds.round().postings) == 1
    end = rounds.sub_scores(rounds.market.third_seller)
    assert [now - then for now, then in zip(end, start, strict=True)] == [0, 0, 28]
    assert rounds.sub_scores() == before


def test_sift__the_contract_takes_one_and_not_the_other__told_apart(rounds):
    for n in range(2):
        rounds.submit("violation", f"case-{n}", fields={"severity": "9"})
    postings = [posting for posting, _ in rounds.plan().deferred] + list(rounds.plan().postings)
    kept, faulty = rounds.desk.sift(postings, rounds.head[0])
    assert (len(kept), len(faulty)) == (1, 1)
    assert faulty[0][1][:4] == keccak(text="Credit_MerchantBoundReached(address,uint8,int256,uint256)")[:4]


# -- evidence ---------------------------------------------------------------------------------


def test_round__evidence_is_missing__nothing_for_that_side_until_it_is_back(rounds):
    rounds.submit("mentoring", "talk-1")
    rounds.round()
    (entry,) = rounds.attested()
    path = next((rounds.market.settings.evidence / "objects").rglob(entry.cid))
    content = path.read_bytes()
    path.unlink()
    rounds.restart()
    rounds.inbox.put(rounds.report("mentoring", "talk-2"))
    rounds.inbox.put(rounds.report("two-factor", "key-1"))
    plan = rounds.round()
    assert [posting.document.rule for posting in plan.postings] == ["two-factor-on"]
    assert [why for _, why in plan.deferred] == [f"missing evidence: {entry.cid}"] * 2
    rounds.box.put(content)
    assert [posting.document.report.fact for posting in rounds.round().postings] == ["talk-2"]
    rounds.finalize()
    rounds.round()
    assert rounds.waiting() == []


def test_round__somebody_elses_attestation__counts_no_fact_and_blocks_nothing(rounds):
    market, credit = rounds.market, rounds.market.contracts.credit.functions
    rounds.submit("mentoring", "talk-1")
    document = rounds.plan().postings[0].document
    cid = rounds.box.put(document.to_json())
    market.send(credit.attest(market.second_seller, int(Dimension.COMMUNITY), 1_000, cid), market.attestor)
    picture = rounds.box.put(b"a picture of it" * 20_000)
    market.send(credit.attest(market.seller, int(Dimension.COMMUNITY), 500, picture), market.attestor)
    rounds.restart()
    assert len(rounds.round().postings) == 1
    assert [entry.merchant for entry in rounds.attested()] == [market.seller]


def test_round__the_poster_lost_a_role__only_that_dimension_waits(rounds):
    rounds.submit("mentoring", "talk-1")
    rounds.submit("two-factor", "key-1")
    role = ROLES[Dimension.COMMUNITY]
    rounds.as_admin("grantRole", role, OUTSIDER.address, 0)
    rounds.inbox.put(rounds.report("mentoring", "talk-2", signer=OUTSIDER))
    rounds.as_admin("revokeRole", role, rounds.desk.poster)
    plan = rounds.round()
    assert [posting.document.rule for posting in plan.postings] == ["two-factor-on"]
    ((posting, why),) = plan.deferred
    assert posting.document.report.fact == "talk-2"
    assert why == f"{rounds.desk.poster} posts, and doesn't hold the role attestor_community without a delay"
    assert rounds.refused() == ["NotAttestor"]
