"""How the bots fare, for Prometheus: beside the dApp or on machines of their own."""

from collections.abc import Iterator, Sequence

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from dapp.bots.status import BotStatus

_WHO = ["bot", "worker"]
_AT_WORK = ("working", "watching")


def bot_metrics(statuses: Sequence[BotStatus]) -> Iterator[Metric]:
    """Health, what is due, what was done, what is left for fees."""
    up = GaugeMetricFamily("hanse_bot_up", "Whether the bot's last round was a whole one", labels=_WHO)
    last = GaugeMetricFamily("hanse_bot_last_round_seconds", "Unix time of its last whole round", labels=_WHO)
    block = GaugeMetricFamily("hanse_bot_block", "The block that it last planned from", labels=_WHO)
    due = GaugeMetricFamily("hanse_bot_due", "What is due, by kind", labels=[*_WHO, "kind"])
    overdue = GaugeMetricFamily("hanse_bot_overdue", "What is due for too long", labels=[*_WHO, "kind"])
    outcomes = CounterMetricFamily(
        "hanse_bot_actions", "What became of actions and alarms", labels=[*_WHO, "kind", "result"]
    )
    errors = CounterMetricFamily("hanse_bot_errors", "Rounds that were cut short", labels=_WHO)
    balance = GaugeMetricFamily("hanse_bot_balance_wei", "Its account's coin for fees", labels=_WHO)
    for status in statuses:
        who = [status.name, status.worker]
        up.add_metric(who, float(status.state in _AT_WORK))
        errors.add_metric(who, status.errors)
        for family, value in ((last, status.round_at), (block, status.block), (balance, status.balance)):
            if value is not None:
                family.add_metric(who, float(value))
        for family, counts in ((due, status.due), (overdue, status.overdue)):
            for kind, count in counts.items():
                family.add_metric([*who, kind], count)
        for (kind, outcome), count in status.outcomes.items():
            outcomes.add_metric([*who, kind, outcome], count)
    yield from (up, last, block, due, overdue, outcomes, errors, balance)
