# explain_score
# ├── every account of a filled market → ends at the chain's score, change by change as the formula has it
# ├── with reports counted and aged → each change with its rule and sound evidence
# └── evidence that is missing, or doesn't bear the attestation out → said at that change
# dry_run
# ├── the market's own rules → every score as it is
# └── other rules → who gains and loses, by orders and by reports

from dataclasses import replace

import pytest

from dapp.credit import parse_rules
from dapp.credit.document import AttestationDocument, Change
from dapp.credit.dry_run import dry_run
from dapp.credit.explain import explain_score
from dapp.domain.bounds import DAY
from dapp.domain.credit import CreditReason, Dimension, Tier


def explained(rounds, merchant=None):
    market = rounds.market
    return explain_score(market.contracts, rounds.box, rounds.rules, merchant or market.seller)


@pytest.fixture
def history(rounds):
    """A market with reports counted, aged and appealed."""
    rounds.submit("certificate", "iso-1", fields={"audited": "true"}, age=3)
    rounds.submit("log-in-anomalies", "week-1", fields={"attempts": "100"}, age=2)
    rounds.submit("violation", "case-1", merchant=rounds.market.second_seller, age=1)
    rounds.round()
    rounds.wait(65)
    rounds.submit("knowledge", "post-1", fields={"format": "talk", "readers": "100"})
    rounds.round()
    return rounds


def test_explain_score__every_account_of_the_market__ends_where_the_chain_is(history):
    moved = 0
    for name, account in history.market.actors.items():
        explanation = explained(history, account)
        assert explanation.is_sound, (name, explanation)
        assert explanation.total == explanation.on_chain
        moved += len(explanation.steps)
    assert moved > 12


def test_explain_score__reports__each_change_with_rule_and_evidence(history):
    steps = [step for step in explained(history).steps if step.cid]
    ours = [step for step in steps if step.rule]
    assert [(step.rule, step.applied) for step in ours] == [
        ("certificate-held", 10_000),
        ("log-in-anomalies", -5_000),
        ("log-in-anomalies", 2_000),
        ("knowledge-shared", 4_000),
    ]
    assert all(step.reason is CreditReason.ATTESTATION for step in ours)
    reasons = {
        step.reason: step.rule for step in explained(history).steps if step.dimension is Dimension.TRADE
    }
    assert reasons[CreditReason.SETTLEMENT] == "order-settled"


def test_explain_score__evidence_is_missing__said_and_not_sound(history):
    (entry, *_) = history.attested()
    next((history.market.settings.evidence / "objects").rglob(entry.cid)).unlink()
    explanation = explained(history)
    (step,) = [step for step in explanation.steps if step.missing]
    assert step.cid == entry.cid
    assert explanation.total == explanation.on_chain
    assert not explanation.is_sound


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"delta": 12_000}, "by the rule it is 10000 thousandths"),
        ({"rule": "mentoring", "delta": 10_000}, "the rule is of another dimension"),
        ({"rule": "identity-verified", "delta": 10_000}, "the rule reads other reports"),
        ({"rules": "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"}, "can't be read"),
    ],
)
def test_explain_score__an_attestor_posts_what_no_rule_gives__told(rounds, change, fault):
    rounds.inbox.put(rounds.report("certificate", "iso-1", fields={"audited": "true"}))
    (posting,) = rounds.plan().postings
    document = replace(posting.document, **{"delta": 10_000, **change})
    post(rounds, document)
    (step,) = [step for step in explained(rounds).steps if step.fault]
    assert fault in step.fault
    assert step.score - step.applied == explained(rounds).total - step.applied


def post(rounds, document):
    """Attest by hand with such evidence."""
    rounds.desk.call([])
    rounds.box.put(rounds.rules.source)
    cid = rounds.box.put(document.to_json())
    assert AttestationDocument.parse(rounds.box.get(cid)) == document
    call = rounds.market.contracts.credit.functions.attest(
        document.merchant, int(document.dimension), document.delta, cid
    )
    rounds.market.send(call, rounds.market.attestor)


def test_explain_score__a_fact_counted_twice_and_taken_back_too_early__both_told(rounds):
    rounds.submit("certificate", "iso-1", fields={"audited": "true"})
    rounds.round()
    (entry,) = rounds.attested()
    post(rounds, entry.document)
    early = replace(entry.document, report=None, grant=entry.id, change=Change.EXPIRY, delta=-10_000)
    rounds.wait(1)
    post(rounds, early)
    faults = [step.fault for step in explained(rounds).steps if step.fault]
    assert faults == [f"the fact counts already, by 0x{entry.id.hex()}", "what it takes back isn't due"]


# -- other rules ------------------------------------------------------------------------------


def tried(rounds, *changes):
    source = rounds.rules.source.decode()
    for old, new in changes:
        assert old in source
        source = source.replace(old, new)
    return dry_run(rounds.market.contracts, rounds.box, parse_rules(source.encode()))


def test_dry_run__the_markets_own_rules__every_score_as_it_is(history):
    run = tried(history)
    assert len(run.rows) >= 3
    assert {row.difference for row in run.rows} == {0}
    credit = history.market.contracts.credit.functions
    for row in run.rows:
        assert row.now == sum(credit.subScoresOf(row.merchant).call())
    assert run.unread == ()


def test_dry_run__reports_are_worth_more_and_age_faster__who_gains_and_loses(history):
    run = tried(
        history,
        ('contains: "ISO 27001", bonus: 6', 'contains: "ISO 27001", bonus: 2'),
        ("- { from: 1, to: 4, penalty: 3 }", "- { from: 1, to: 4, penalty: 7 }"),
        ("after_days: 30, every_days: 30", "after_days: 1, every_days: 1"),
        ("to: 1000, bonus: 1 }", "to: 1000, bonus: 1.5 }"),
    )
    gained = {row.merchant: row.difference for row in run.rows if row.difference}
    # The certificate 5 less, the anomalies forgiven 3 more, the talk half a point more.
    assert gained == {history.market.seller: -1_500, history.market.second_seller: -4_000}


def test_dry_run__a_kind_that_no_rule_reads_any_more__moves_nothing(history):
    start = history.rules.source.decode().index("  - name: certificate-held")
    end = history.rules.source.decode().index("  - name: rule-broken")
    run = tried(history, (history.rules.source.decode()[start:end], ""))
    assert {row.difference for row in run.rows if row.merchant == history.market.seller} == {-10_000}


def test_dry_run__other_market_rules__orders_scored_again(history):
    run = tried(
        history,
        ("field: weight, multiplier: 5", "field: weight, multiplier: 25"),
        ("field: gained, multiplier: 3", "field: gained, multiplier: 9"),
    )
    lost = [row for row in run.rows if row.difference < 0]
    assert lost
    assert all(row.tiers[1] is Tier.WATCH for row in lost if row.then < 600_000)
    heavier = tried(history, ("max_weight: 10", "max_weight: 0.5"))
    assert any(row.difference < 0 for row in heavier.rows)
    lighter = tried(history, ("max_weight: 10", "max_weight: 30"))
    assert all(row.difference >= 0 for row in lighter.rows)


def test_dry_run__after_an_upheld_appeal__the_same_again(history):
    market, credit = history.market, history.market.contracts.credit.functions
    grant = history.attested()[1]
    cid = history.box.put(b"{}")
    market.send(credit.appealAttestation(grant.id, cid), market.seller, credit.appealBond().call())
    market.send(credit.decideAttestation(grant.id, True, cid), market.judge)
    history.round()
    assert explained(history).is_sound
    assert {row.difference for row in tried(history).rows} == {0}
    market.advance(40 * DAY)
    history.round()
    assert explained(history).is_sound
