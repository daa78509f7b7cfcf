"""`make model`: how well the anomaly model and the rules find frauds, on made-up markets they haven't seen.

Each round fits the model to one market and judges the merchants of another. A merchant's risk by the rules is
the highest score of his newest orders, as if each were under review.
"""

import argparse
import statistics
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sklearn.metrics import roc_auc_score  # type: ignore[import-untyped]

from bench.chain import ROOT
from bench.report import put_section
from dapp.domain.bounds import DAY
from dapp.domain.dealings import MoneyLink, Sale
from dapp.risk.engine import Dossier, assess
from dapp.risk.features import WINDOW, context_of
from dapp.risk.model import REVIEW_FROM, AnomalyModel, Verdict
from dapp.risk.rules import RiskRules, load_rules
from dapp.risk.simulation import FRAUD_SHARE, FRAUDS, Kind, SimulatedMarket, simulate
from dapp.risk.training import FEWEST_SALES, rows_of, train_simulated

DOCUMENT = ROOT / "docs" / "risk-model.md"
OPENING, CLOSING = "<!-- model: written by `make model ARGS=--write` -->", "<!-- /model -->"
MERCHANTS = 600
NEWEST = 20
ROUNDS = 5
RULES_ALONE, MODEL_ALONE, BOTH = "the rules alone", "the model alone", "both"


@dataclass
class Market:
    """A made-up market with what a dossier is made of at hand."""

    made: SimulatedMarket
    rules: RiskRules
    bought: dict[str, list[Sale]] = field(default_factory=dict)
    sold: dict[str, list[Sale]] = field(default_factory=dict)
    links: dict[str, list[MoneyLink]] = field(default_factory=dict)
    hubs: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        for sale in self.made.sales:
            self.bought.setdefault(sale.buyer, []).append(sale)
            self.sold.setdefault(sale.seller, []).append(sale)
        for link in self.made.links:
            for end in (link.source, link.target):
                self.links.setdefault(end, []).append(link)
        most = self.rules.hub_counterparties
        self.hubs = frozenset(account for account, links in self.links.items() if len(links) > most)

    def dossier(self, sale: Sale) -> Dossier:
        """What the market tells of an order."""
        near = [link for end in (sale.buyer, sale.seller) for link in self.links.get(end, [])]
        lately = [other for other in self.sold[sale.seller] if 0 <= sale.placed_at - other.placed_at < DAY]
        return Dossier(
            sale,
            self.made.now,
            bought=tuple(self.bought[sale.buyer]),
            sold=tuple(lately),
            links=tuple(dict.fromkeys(near)),
            hubs=self.hubs,
            first_seen=self.made.first_seen,
        )


@dataclass(frozen=True)
class Round:
    """One round's scores, 0 to 1, by way and merchant; `kinds` of the merchants."""

    scores: Mapping[str, Mapping[str, float]]
    kinds: Mapping[str, Kind]

    def of(self, way: str, kinds: Iterable[Kind]) -> list[float]:
        """The scores that a way gave merchants of these kinds."""
        wanted = set(kinds)
        return [score for merchant, score in self.scores[way].items() if self.kinds[merchant] in wanted]


@dataclass(frozen=True)
class Quality:
    """How well a way finds frauds of some kinds: medians over the rounds."""

    auc: float
    precision: float
    recall: float
    level: float


def judge(model: AnomalyModel, market: Market) -> Round:
    """Every merchant with sales enough, by the rules, by the model and by both."""
    made, rules = market.made, market.rules
    rows = rows_of(made.sales, context_of(made.sales, made.first_seen), made.now)
    anomaly = dict(zip(rows, model.scores(list(rows.values())), strict=True))
    by_rules = {merchant: _rules_score(market, merchant) for merchant in rows}
    scale = REVIEW_FROM * 100 / rules.threshold  # so that a hold and a review begin at the same score
    both = {
        merchant: max(score, _rules_score(market, merchant, Verdict(score, ())) * scale)
        for merchant, score in anomaly.items()
    }
    return Round({RULES_ALONE: by_rules, MODEL_ALONE: anomaly, BOTH: both}, made.kinds)


def _rules_score(market: Market, merchant: str, verdict: Verdict | None = None) -> float:
    newest = [s for s in market.sold[merchant] if s.placed_at > market.made.now - WINDOW][-NEWEST:]
    return (
        max(assess(replace(market.dossier(sale), verdict=verdict), market.rules).score for sale in newest)
        / 100
    )


def quality(rounds: Sequence[Round], way: str, kinds: Sequence[Kind], cut: float) -> Quality:
    """The way's medians over the rounds, a merchant being reported from `cut` on.

    level: the recall where as many honest merchants are reported as the model reports from its own cut on.
    """
    found = []
    honest_kinds = [kind for kind in Kind if kind not in FRAUDS]
    for each in rounds:
        frauds, honest = each.of(way, kinds), each.of(way, honest_kinds)
        hits, alarms = sum(s >= cut for s in frauds), sum(s >= cut for s in honest)
        allowed = sum(s >= REVIEW_FROM for s in each.of(MODEL_ALONE, honest_kinds))
        beyond = sorted(honest, reverse=True)[allowed]
        found.append(
            (
                roc_auc_score([0] * len(honest) + [1] * len(frauds), honest + frauds),
                hits / (hits + alarms) if hits + alarms else 1.0,
                hits / len(frauds),
                sum(s > beyond for s in frauds) / len(frauds),
            )
        )
    return Quality(*(statistics.median(column) for column in zip(*found, strict=True)))


def alarms(rounds: Sequence[Round], way: str, cut: float, kinds: Sequence[Kind]) -> float:
    """The share of merchants of these kinds that a way reports: the median over the rounds."""
    return statistics.median(
        sum(score >= cut for score in each.of(way, kinds)) / len(each.of(way, kinds)) for each in rounds
    )


def section(rounds: Sequence[Round], rules: RiskRules, seconds: float) -> str:
    """The figures as the model card shows them."""
    cuts = {RULES_ALONE: rules.threshold / 100, MODEL_ALONE: REVIEW_FROM, BOTH: REVIEW_FROM}
    judged = sum(len(each.scores[BOTH]) for each in rounds)
    lines = [
        OPENING,
        f"{len(rounds)} rounds: fitted to seeds 101 to {100 + len(rounds)}, judged on 201 to "
        f"{200 + len(rounds)}, {MERCHANTS} merchants each, {FRAUD_SHARE:.0%} of them frauds, of each kind "
        f"alike. {judged:,} merchants were judged: those with {FEWEST_SALES} sales or more in 90 days. "
        f"Medians over the rounds. The model reports a merchant from a score of {REVIEW_FROM} on, the rules "
        f"from {rules.threshold} points on for one of his newest {NEWEST} orders. The last column is the "
        f"recall where as many honest merchants are reported as the model alone reports. "
        f"{seconds:.0f} s of processor time.",
        "",
        "| fraud | by | AUC | precision | recall | recall at the model's false alarms |",
        "|---|---|---|---|---|---|",
    ]
    for name, kinds in [*((kind.value, [kind]) for kind in FRAUDS), ("all three", list(FRAUDS))]:
        for way, cut in cuts.items():
            q = quality(rounds, way, kinds, cut)
            lines.append(
                f"| {name} | {way} | {q.auc:.2f} | {q.precision:.0%} | {q.recall:.0%} | {q.level:.0%} |"
            )
    lines += ["", "Honest merchants reported, of the usual and of the lazy ones:", ""]
    lines += [
        f"- by {way}: {alarms(rounds, way, cut, [Kind.HONEST]):.1%} and "
        f"{alarms(rounds, way, cut, [Kind.LAZY]):.1%}"
        for way, cut in cuts.items()
    ]
    return "\n".join([*lines, "", CLOSING])


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Measure the anomaly model and the rules on made-up markets."
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"pairs of markets ({ROUNDS})")
    parser.add_argument("--write", action="store_true", help="write the figures into docs/risk-model.md")
    arguments = parser.parse_args()
    rules, rounds, started = load_rules(), [], time.process_time()
    for number in range(1, arguments.rounds + 1):
        model = train_simulated(100 + number, MERCHANTS)
        rounds.append(judge(model, Market(simulate(200 + number, MERCHANTS), rules)))
        print(f"model: round {number} of {arguments.rounds}", flush=True)
    text = section(rounds, rules, time.process_time() - started)
    print(text)
    if arguments.write:
        put_section(DOCUMENT, OPENING, CLOSING, text)


if __name__ == "__main__":
    main()
