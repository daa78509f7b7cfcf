"""The risk bot: lengthens the review of deliveries that look like fraud, so that a person can look.

It judges nobody: a hold moves no money, ends by itself and is cleared or confirmed by a reviewer.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dapp.bots.actions import Action, Call, Item, Moment, Money, Outcome, Result
from dapp.bots.performing import Performer
from dapp.domain.orders import Status
from dapp.evidence.errors import EvidenceError
from dapp.index.rows import OrderRow
from dapp.lined_yaml import BadRuleFile
from dapp.market import Market
from dapp.risk.document import Finding, Origin, keep
from dapp.risk.engine import hold_until
from dapp.risk.features import HOUR
from dapp.risk.opening import assessor_of, risk_folder

_LOG = logging.getLogger(__name__)
ASSESSED_AGAIN_SECONDS = 6 * HOUR
"""How long an order that nothing spoke against, or that can't be held, is left alone, by the chain's time."""
MOST = 50
"""Orders that a round assesses."""
_REVIEWED = 10_000
_HELD = 1
_IN_VAIN = (Outcome.TOO_DEAR, Outcome.REFUSED, Outcome.FAILED)


@dataclass(frozen=True)
class Suspicion:
    """A delivered order that a hold is proposed for; `until` is the end of the review that it proposes."""

    finding: Finding
    order: OrderRow
    until: int

    kind = "hold"

    @property
    def subject(self) -> str:
        """The order."""
        return "0x" + self.order.id.hex()

    @property
    def due_at(self) -> int:
        """When it was delivered."""
        return self.order.changed_at


class RiskBot:
    """See {Bot}."""

    name = "risk"

    def __init__(self, opened: Market, performer: Performer) -> None:
        self._opened, self._performer = opened, performer
        self._assessor = assessor_of(opened.index, opened.settings)
        self._files = self._state_of_files()
        self._assessed: dict[bytes, int] = {}

    @property
    def account(self) -> str | None:
        """Who places the holds."""
        return self._performer.account

    def balance(self) -> int | None:
        """The account's coin in wei."""
        return self._performer.balance()

    def read(self, moment: Moment) -> list[Suspicion]:
        """The orders under review that a hold is proposed for and that were never held.

        The dearest are assessed first: a flood of small ones hides nothing. What nothing spoke against,
        or what can't be held, isn't assessed again for some hours. That only saves work: whoever starts anew
        assesses all of them.
        """
        self._renew()
        dealings, known = self._opened.index.dealings, self._assessed
        reviewed = dealings.under_review(moment.now, _REVIEWED)
        self._assessed = {each.id: known[each.id] for each in reviewed if each.id in known}
        due = [each for each in reviewed if moment.now - known.get(each.id, 0) >= ASSESSED_AGAIN_SECONDS]
        if len(due) > MOST:
            units = dealings.units()
            due.sort(key=lambda sale: sale.base / units.get(sale.token, 1), reverse=True)
        found = [suspect for sale in due[:MOST] if (suspect := self._suspect(sale.id, moment))]
        return sorted(found, key=lambda suspect: (-suspect.finding.assessment.score, suspect.subject))

    def plan(self, state: Sequence[Suspicion], moment: Moment) -> list[Suspicion]:
        """Those whose review still runs and can be lengthened, the most suspicious first."""
        return [each for each in state if moment.now < each.order.until < each.until]

    def perform(self, items: Sequence[Item], moment: Moment) -> list[Result]:
        """Place the holds, each assessment kept as evidence before."""
        told, actions, suspects = list[Result](), list[Action](), dict[str, Suspicion]()
        for item in items:
            if not isinstance(item, Suspicion):
                continue
            try:
                actions.append(self._action(item))
                suspects[item.subject] = item
            except EvidenceError as error:
                told.append(Result(item, Outcome.DEFERRED, error.sentence()))
        results = self._performer.perform(actions, moment) if actions else []
        for result in results:
            if result.outcome in _IN_VAIN:
                self._assessed[suspects[result.item.subject].order.id] = moment.now
        facts = {name: each.finding.assessment for name, each in suspects.items()}
        return told + [
            replace(
                result,
                item=suspects[result.item.subject],
                facts={**result.facts, "score": facts[result.item.subject].score},
            )
            for result in results
        ]

    # -- inside ---------------------------------------------------------------------------------

    def _suspect(self, order_id: bytes, moment: Moment) -> Suspicion | None:
        finding, order = self._assessor.assess(order_id), self._opened.index.order(order_id)
        if finding is None or order is None or order.status is not Status.DELIVERED:
            return None
        if not finding.proposes_hold or self._was_held(order_id):
            self._assessed[order_id] = moment.now
            return None
        return Suspicion(finding, order, hold_until(order.until, self._assessor.rules))

    def _was_held(self, order_id: bytes) -> bool:
        status, *_rest = self._opened.contracts.risk_holds.functions.holdOf(order_id).call()
        return int(status) >= _HELD

    def _action(self, suspect: Suspicion) -> Action:
        order, opened = suspect.order, self._opened
        token = opened.token(order.terms.token)
        origin = Origin(opened.chain_id, opened.contracts.market.address, token)
        cid = keep(suspect.finding, opened.store, origin)
        score = suspect.finding.assessment.score
        call = Call("RiskHolds", "hold", (order.terms.pack(), suspect.until, score, cid))
        money = Money(order.terms.token, order.held)
        return Action(suspect.kind, suspect.subject, suspect.due_at, call, money)

    def _renew(self) -> None:
        """Read rules, block list and model again when their files change; bad ones leave the old ones."""
        files = self._state_of_files()
        if files == self._files:
            return
        self._files = files
        try:
            self._assessor = assessor_of(self._opened.index, self._opened.settings)
        except BadRuleFile as error:
            _LOG.error("bots: risk goes on by the files that it knew: %s", error)
        else:
            self._assessed.clear()

    def _state_of_files(self) -> list[tuple[str, int, int]]:
        folder = risk_folder(self._opened.settings)
        found = []
        for path in sorted(folder.glob("*")) if folder.is_dir() else []:
            try:
                state = path.stat()
            except OSError:
                continue  # it has just gone
            found.append((path.name, state.st_mtime_ns, state.st_size))
        return found
