"""The watch on a real market.

├── a response clock that runs out: told in the log and to the webhook, once, also after a restart
├── the webhook is gone: told as soon as it is back
├── an arbiter whom a keeper replaced at once: told all the same
└── metrics: what is due, what became of it
"""

import json
import logging

from dapp.api.bot_metrics import bot_metrics
from dapp.domain.bounds import DAY
from tests.dapp.bots.test_keeper import case_of, dispute_of, fund
from tests.dapp.bots.test_webhook import Hook


def drawn(kept, market):
    """A case whose arbiter has yet to accept it; gives the dispute and his clock's end."""
    row = dispute_of(kept)
    fund(market, row)
    assert kept.until_quiet()["draw"] == 1
    return row, case_of(kept, row).chairs[0]


def go_to(market, timestamp):
    market.advance(timestamp - market.web3.eth.get_block("latest")["timestamp"])


def look(kept):
    kept.follower.follow_to_head()
    return kept.watch.round()


def test_response_clock__running_out__told_once_also_after_a_restart(keeping, private_market, caplog):
    hook = Hook()
    kept = keeping(webhook=hook.url)
    row, chair = drawn(kept, private_market)
    assert look(kept) == []
    go_to(private_market, chair.until - 600)
    with caplog.at_level(logging.WARNING):
        look(kept)
        look(kept)
    (told,) = [json.loads(body) for _path, _headers, body in hook.taken]
    assert told["kind"] == "response_clock"
    assert told["order"] == "0x" + row.order.id.hex()
    assert (told["arbiter"], told["until"]) == (chair.arbiter, chair.until)
    assert told["id"].startswith("31337/response_clock/0x")
    assert len([r for r in caplog.records if "alarm response_clock" in r.message]) == 1
    assert "secret-token" not in caplog.text

    again = keeping(webhook=hook.url)  # the same folder: a restart
    assert look(again) == []
    assert len(hook.taken) == 1
    hook.close()


def test_webhook__gone__told_when_it_is_back(keeping, private_market, monkeypatch):
    hook = Hook()
    hook.status = 503
    kept = keeping(webhook=hook.url)
    _row, chair = drawn(kept, private_market)
    go_to(private_market, chair.until - 600)
    (result,) = look(kept)
    assert (result.outcome, "status 503" in result.reason) == ("deferred", True)
    (result,) = look(kept)
    assert "left alone" in result.reason
    hook.status = 200
    monkeypatch.setattr(kept.watch._bot._webhook, "_not_before", 0.0)
    (result,) = look(kept)
    assert result.outcome == "done"
    assert look(kept) == []
    hook.close()


def test_silent_arbiter__replaced_before_the_watch_looked__told(keeping, private_market):
    kept = keeping()
    _row, chair = drawn(kept, private_market)
    go_to(private_market, chair.until)
    assert kept.until_quiet()["replace"] == 1
    results = look(kept)
    assert [(r.item.kind, r.outcome.value) for r in results if r.item.kind == "arbiter_silent"] == [
        ("arbiter_silent", "done")
    ]
    assert results[0].item.facts["arbiter"] == chair.arbiter
    assert look(kept) == []
    private_market.advance(2 * DAY)
    assert "arbiter_silent" not in {r.item.kind for r in look(kept)}


def test_metrics__after_rounds__what_is_due_and_what_became_of_it(keeping):
    kept = keeping()
    kept.until_quiet()
    look(kept)
    samples = {
        (
            sample.name,
            sample.labels.get("bot"),
            sample.labels.get("kind"),
            sample.labels.get("result"),
        ): sample
        for metric in bot_metrics(kept.crew.statuses)
        for sample in metric.samples
    }
    assert samples["hanse_bot_up", "keeper", None, None].value == 1
    assert samples["hanse_bot_up", "watch", None, None].value == 1
    assert samples["hanse_bot_actions_total", "keeper", "mature", "done"].value == 3
    assert samples["hanse_bot_balance_wei", "keeper", None, None].value > 0
    assert samples["hanse_bot_block", "keeper", None, None].value == kept.opened.index.head().number
    assert samples["hanse_bot_errors_total", "keeper", None, None].value == 0
    assert ("hanse_bot_balance_wei", "watch", None, None) not in samples
