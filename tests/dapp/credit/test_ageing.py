# what a report gave
# ├── ends → taken back, once, as much as was applied
# ├── ages → step by step, however late somebody looks
# └── an appeal is open → untouched; upheld → corrected

from dapp.chain.formats import day
from dapp.credit.document import Change
from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension


def test_round__a_certificate_ends__taken_back_once_and_later_is_too_late_to_matter(rounds):
    before = rounds.sub_scores()
    end = rounds.head[2] // DAY + 40
    rounds.submit("certificate", "iso-1", fields={"until": day(end), "audited": "true"})
    rounds.round()
    assert rounds.sub_scores()[0] == before[0] + 10
    rounds.finalize()
    rounds.wait(39)
    assert rounds.round().postings == ()
    rounds.wait(1)
    (posting,) = rounds.round().postings
    assert (posting.document.change, posting.document.delta) == (Change.EXPIRY, -10_000)
    assert posting.due_at == end * DAY
    assert rounds.sub_scores() == before
    rounds.restart()
    rounds.wait(300)
    assert rounds.round().postings == ()


def test_round__a_penalty_ages__given_back_step_by_step_whenever_somebody_looks(rounds):
    before = rounds.sub_scores()
    rounds.submit("log-in-anomalies", "week-1", fields={"attempts": "100"})
    rounds.round()
    issued = rounds.attested()[0].document.report.issued_at
    rounds.finalize()
    moved = []
    for days in (29, 31, 61, 400, 500):
        rounds.market.advance(issued + days * DAY - rounds.head[2])
        moved.append(sum(posting.document.delta for posting in rounds.round().postings))
        rounds.restart()
    assert moved == [0, 1_000, 1_000, 3_000, 0]
    assert rounds.sub_scores() == before
    assert [entry.document.change for entry in rounds.attested()] == [Change.GRANT, *[Change.DECAY] * 3]


def test_round__at_the_top_already__only_what_was_applied_is_taken_back(rounds):
    market = rounds.market
    credit = market.contracts.credit.functions
    for _ in range(3):
        left = credit.leftToday(market.attestor, market.seller, int(Dimension.COMMUNITY)).call()
        cid = rounds.box.put(b"{}")
        market.send(credit.attest(market.seller, int(Dimension.COMMUNITY), left, cid), market.attestor)
        rounds.wait(1)
    room = 100 - rounds.sub_scores()[1]
    assert room == 0
    rounds.submit("mentoring", "talk-1", fields={"hours": "8"})
    rounds.round()
    (entry,) = rounds.attested()
    assert (entry.delta, entry.applied) == (2_000, 0)
    rounds.wait(400)
    assert rounds.round().postings == ()
    assert rounds.sub_scores()[1] == 100


def test_round__an_appeal__untouched_while_open_and_corrected_when_upheld(rounds):
    market, credit = rounds.market, rounds.market.contracts.credit.functions
    before = rounds.sub_scores()
    rounds.submit("log-in-anomalies", "week-1", fields={"attempts": "100"})
    rounds.round()
    rounds.wait(35)
    rounds.round()
    assert rounds.sub_scores()[2] == before[2] - 4
    (grant, _) = rounds.attested()
    cid = rounds.box.put(b"{}")
    bond = credit.appealBond().call()
    market.send(credit.appealAttestation(grant.id, cid), market.seller, bond)
    rounds.wait(10)
    market.advance(20 * DAY)
    assert rounds.round().postings == ()


def test_round__an_upheld_appeal__what_was_given_back_before_is_taken_again(rounds):
    market, credit = rounds.market, rounds.market.contracts.credit.functions
    before = rounds.sub_scores()
    rounds.submit("log-in-anomalies", "week-1", fields={"attempts": "100"})
    rounds.round()
    rounds.wait(35)
    rounds.round()
    (grant, _) = rounds.attested()
    cid = rounds.box.put(b"{}")
    market.send(credit.appealAttestation(grant.id, cid), market.seller, credit.appealBond().call())
    market.send(credit.decideAttestation(grant.id, True, cid), market.judge)
    assert rounds.sub_scores()[2] == before[2] + 1
    (posting,) = rounds.round().postings
    assert (posting.document.change, posting.document.delta) == (Change.CORRECTION, -1_000)
    assert rounds.sub_scores() == before
    rounds.wait(400)
    assert rounds.round().postings == ()
