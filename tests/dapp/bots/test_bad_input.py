"""What the credit bot is given wrong, and what fails around it: log line and metric, nothing lost or doubled.

reports
├── unsigned, of another, foreign, stale, expired, from the future, without the role, with NaN, negative and
│   huge values, no reports at all: each refused with its reason, told once and counted; the sound one counts
├── the same again, and a fact that counts: refused, nothing attested twice
├── over the attestor's daily bound: refused; over the merchant's day: deferred, posted the next day
└── a round that is cut short before it could tell: the next one tells
rules that contradict each other, overflow or aren't the market's: the bot is down and says the line, others
    work; once they are mended it works
a reorganisation under a post that isn't mined yet: posted once
the chain gone before and after sending: told and counted, then posted once
a clock that is years off: the chain's counts
Redis gone: see tests/interop/test_redis.py; the metric says so
"""

import json
import logging
import shutil
import time
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from dapp.api.bot_metrics import bot_metrics
from dapp.api.metrics import _bots_metrics
from dapp.background import Bots
from dapp.credit.report import Report
from dapp.domain.bounds import DAY
from dapp.risk.rules import DEFAULT
from tests.dapp.bots.keeping import Keeping, outcomes
from tests.dapp.bots.test_credit_bot import post, posting, rounds
from tests.dapp.bots.test_races import paused_mining, relay
from tests.dapp.credit.reports import OUTSIDER

__all__ = ["paused_mining", "posting", "relay", "rounds"]


class Metrics:
    """What Prometheus would scrape of some metrics."""

    def __init__(self, families):
        registry = CollectorRegistry()
        registry.register(self)
        self._families = families
        self.text = generate_latest(registry).decode()

    def collect(self):
        """For the registry."""
        return self._families

    def __getitem__(self, start):
        """The value of the one sample that starts so."""
        (line,) = [line for line in self.text.splitlines() if line.startswith(start)]
        return float(line.rsplit(" ", 1)[1])


def metrics_of(kept):
    return Metrics(list(bot_metrics([kept.host("credit").status])))


def refused_count(kept):
    who = kept.host("credit").status.worker
    return metrics_of(kept)[
        f'hanse_bot_actions_total{{bot="credit",kind="report",result="refused",worker="{who}"}}'
    ]


def altered(report, **parts):
    """A signed report's file, changed after it was signed."""
    return json.dumps({**report.to_plain(), **parts}).encode()


def bad_reports(rounds):
    """Every kind of bad report by the refusal that it must get, as its file's bytes."""
    now = rounds.head[2]

    def signed(*given, **changes):
        return rounds.report(*given, **changes).to_json()

    sound = rounds.report("mentoring", "x")
    return {
        "Unsigned": Report.of({k: v for k, v in sound.to_plain().items() if k != "signature"}).to_json(),
        "WrongSignature": altered(sound, fact="y"),
        "WrongSignature/other": altered(
            rounds.report("mentoring", "y", signer=OUTSIDER), attestor=sound.attestor
        ),
        "ForeignReport/chain": altered(sound, chainId=1),
        "ForeignReport/contract": altered(sound, credit="0x" + "d" * 40),
        "Stale": signed("mentoring", "old", age=8 * DAY, valid_until=now + DAY),
        "Expired": signed("mentoring", "over", age=DAY, valid_until=now - 1),
        "FromTheFuture": signed("mentoring", "early", age=-3_600),
        "NotAttestor": signed("mentoring", "z", signer=OUTSIDER),
        "SelfReport": signed("mentoring", "me", merchant=sound.attestor),
        "UnknownKind": signed("gossip", "g"),
        "BadField/nan": signed("mentoring", "n", fields={"hours": "NaN"}),
        "BadField/negative": signed("mentoring", "m", fields={"hours": "-4"}),
        "BadField/huge": signed("mentoring", "h", fields={"hours": "9" * 80}),
        "BadField/infinite": signed("mentoring", "i", fields={"hours": "1e999"}),
        "BadReport/number": sound.to_json().replace(b'"hours": "4"', b'"hours": NaN'),
        "BadReport/time": altered(sound, issuedAt=1 << 300),
        "BadReport/nothing": b"{",
        "BadReport/large": b" " * 300_000,
    }


def put_files(rounds, files):
    folder = rounds.market.settings.data / "reports" / "waiting"
    for name, content in files.items():
        (folder / f"{name.replace('/', '-')}.json").write_bytes(content)


def test_reports__bad_ones__each_refused_told_and_counted_and_the_sound_one_counts(posting, rounds, caplog):
    kept, bad = posting(), bad_reports(rounds)
    assert b"NaN" in bad["BadReport/number"]
    put_files(rounds, bad)
    rounds.submit("two-factor", "key-1")
    with caplog.at_level(logging.WARNING):
        found = outcomes(post(kept))
    assert found == {("attest_grant", "done"): 1, ("report", "refused"): len(bad)}
    assert rounds.refused() == sorted(name.split("/")[0] for name in bad)
    told = [record.message for record in caplog.records if "report of" in record.message]
    assert len(told) == len(bad)
    for name in bad:
        (line,) = [line for line in told if f"report of {name.replace('/', '-')}: refused. " in line]
        assert len(line) > 60
    assert refused_count(kept) == len(bad)
    assert len(rounds.attested()) == 1
    entries = [entry for entry in kept.crew.journal("credit").entries() if entry.get("kind") == "report"]
    assert {entry["refusal"] for entry in entries} == {name.split("/")[0] for name in bad}
    assert post(kept) == []


def test_reports__again_after_they_count__refused_and_never_twice(posting, rounds):
    kept = posting()
    made = rounds.submit("mentoring", "talk-1")
    assert outcomes(post(kept)) == {("attest_grant", "done"): 1}
    other = rounds.report("mentoring", "talk-1", fields={"hours": "8"})
    put_files(rounds, {"again": made.to_json(), "other": other.to_json()})
    for _block in range(kept.opened.settings.confirmations):
        rounds.market.rpc("evm_mine")
    again = posting("after-a-restart")
    assert outcomes(post(again)) == {("report", "refused"): 1}
    assert (rounds.refused(), rounds.waiting()) == (["Replayed"], [])
    assert refused_count(again) == 1
    put_files(rounds, {"again": made.to_json()})  # the very report: it counts already, its file goes
    assert post(again) == []
    assert len(rounds.attested()) == 1
    assert rounds.waiting() == []


def test_reports__over_an_attestors_day__refused_and_counted(posting, rounds):
    kept = posting()
    merchants = [rounds.market.seller, rounds.market.second_seller, rounds.market.third_seller]
    for number in range(14):  # 15 points each, 200 a day
        fields, merchant = {"severity": "9"}, merchants[number % 3]
        rounds.inbox.put(rounds.report("violation", f"case-{number}", fields=fields, merchant=merchant))
    found = outcomes(post(kept))
    assert found[("report", "refused")] == 1
    assert rounds.refused() == ["OverDailyBound"]
    assert refused_count(kept) == 1
    assert found[("attest_grant", "deferred")] == 13 - found[("attest_grant", "done")]
    for _day in range(5):
        rounds.wait(1)
        post(kept)
    assert len(rounds.attested()) == 13  # what a merchant's day had no room for, on the next ones


def test_round__cut_short_before_it_told__the_next_one_tells(posting, rounds, monkeypatch):
    kept = posting()
    put_files(rounds, {"a": b"{"})
    rounds.submit("mentoring", "talk-1")
    kept.follower.follow_to_head()
    bot = kept.host("credit")._bot.made

    def silent(*_arguments):
        raise ConnectionError("The chain is silent.")

    with monkeypatch.context() as patch:
        patch.setattr(bot, "_wrap", silent)
        assert kept.host("credit").round() is None
    assert (rounds.refused(), metrics_of(kept)["hanse_bot_errors_total{"]) == (["BadReport"], 1)
    assert outcomes(post(kept)) == {("attest_grant", "done"): 1, ("report", "refused"): 1}
    assert refused_count(kept) == 1


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("pair_cap: 30", "pair_cap: 29", "pair_cap"),
        ("    max: 20\n", "    max: 21\n", "line "),
        ('operator: ">=", value: 3 }', 'operator: ">", value: 5 }', "line "),
    ],
    ids=["not the market's", "more than a day moves", "contradicts"],
)
def test_rules__that_cant_be_used__the_bot_is_down_until_they_are_mended(
    private_market, tmp_path, caplog, good, bad, said
):
    rules = tmp_path / "rules.yaml"
    shutil.copy(private_market.settings.credit_rules, rules)
    text = rules.read_text()
    assert good in text
    rules.write_text(text.replace(good, bad, 1))
    running = replace(private_market, settings=replace(private_market.settings, credit_rules=rules))
    kept = Keeping(running, tmp_path / "one")
    kept.follower.follow_to_head()
    for _round in range(3):
        assert kept.host("credit").round() is None
    told = [record.message for record in caplog.records if "credit waits" in record.message]
    assert len(told) == 1
    assert said in told[0]
    assert metrics_of(kept)["hanse_bot_up{"] == 0
    assert metrics_of(kept)["hanse_bot_errors_total{"] == 3
    assert kept.round()
    rules.write_text(text)
    assert post(kept) == []
    assert metrics_of(kept)["hanse_bot_up{"] == 1
    kept.close()


def test_risk_rules__that_cant_be_used__the_risk_bot_is_down_until_they_are_mended(
    private_market, tmp_path, caplog
):
    rules = tmp_path / "one" / "risk" / "rules.yaml"
    rules.parent.mkdir(parents=True)
    rules.write_text(DEFAULT.read_text().replace("threshold: 75", "threshold: NaN"))
    kept = Keeping(private_market, tmp_path / "one")
    kept.follower.follow_to_head()
    risk = kept.host("risk")
    for _round in range(2):
        assert risk.round() is None
    told = [record.message for record in caplog.records if "risk waits" in record.message]
    assert told == [
        "bots: risk waits: rules.yaml, line 5: threshold is “NaN”: must be a whole number from 1 to 100"
    ]
    assert Metrics(list(bot_metrics([risk.status])))["hanse_bot_up{"] == 0
    rules.write_text(DEFAULT.read_text())
    assert risk.round() is not None
    assert Metrics(list(bot_metrics([risk.status])))["hanse_bot_up{"] == 1
    kept.close()


def test_reorganised__under_a_post_that_isnt_mined__posted_once(posting, rounds, paused_mining):
    kept = posting(stuck_seconds=1)
    market = rounds.market
    paused_mining()
    kept.follower.follow_to_head()
    rounds.submit("two-factor", "key-1")
    assert outcomes(post(kept)) == {("attest_grant", "pending"): 1}
    market.rpc("anvil_reorg", 1, [])
    rounds.restart()
    assert rounds.attested() == []
    for _round in range(4):
        post(kept)
        paused_mining()
    rounds.restart()
    assert len(rounds.attested()) == 1
    assert post(kept) == []
    assert rounds.sub_scores()[2] == 68


def test_chain_gone__before_and_after_sending__posted_once(posting, rounds, relay, caplog):
    kept = posting(urls=(relay.url,))
    kept.follower.follow_to_head()
    rounds.submit("two-factor", "key-1")
    relay.down()
    with caplog.at_level(logging.WARNING):
        for _round in range(4):
            assert kept.host("credit").round() is None
    told = [record.message for record in caplog.records if "credit waits" in record.message]
    assert told == [f"bots: credit waits: The chain doesn't answer at {relay.url}."]
    assert metrics_of(kept)["hanse_bot_up{"] == 0
    assert metrics_of(kept)["hanse_bot_errors_total{"] == 4
    relay.up()
    sender = kept.host("credit")._bot.made._courier._sender
    send = sender.send

    def send_then_lose(*arguments):
        sent = send(*arguments)
        relay.down()
        return sent

    sender.send = send_then_lose
    assert kept.host("credit").round() is None
    sender.send = send
    relay.up()
    assert post(kept) == []
    assert metrics_of(kept)["hanse_bot_up{"] == 1
    assert len(rounds.attested()) == 1
    assert rounds.waiting() == ["key-1"]  # until its attestation is final


@pytest.mark.parametrize("skew", [-40 * 365 * DAY, 40 * 365 * DAY])
def test_clock__hosts_is_wrong__the_chains_counts(posting, rounds, monkeypatch, skew):
    kept, real = posting(), time.time
    monkeypatch.setattr(time, "time", lambda: real() + skew)
    rounds.submit("two-factor", "key-1")
    put_files(rounds, {"early": rounds.report("mentoring", "early", age=-3_600).to_json()})
    assert outcomes(post(kept)) == {("attest_grant", "done"): 1, ("report", "refused"): 1}
    assert rounds.refused() == ["FromTheFuture"]


def test_redis__gone__the_metric_says_so():
    assert Metrics(list(_bots_metrics(Bots("workers", None))))["hanse_redis_up "] == 0
    assert Metrics(list(_bots_metrics(Bots("workers", []))))["hanse_redis_up "] == 1
    assert "hanse_redis_up" not in Metrics(list(_bots_metrics(Bots("here", [])))).text
