"""Puts actions into transactions: weighs them, simulates them, and batches those of the market."""

from collections.abc import Iterator, Sequence
from typing import Any

from hexbytes import HexBytes
from web3 import Web3
from web3.contract import Contract
from web3.exceptions import ContractLogicError
from web3.types import TxParams

from dapp.bots import gas
from dapp.bots.actions import Action, Outcome
from dapp.bots.courier import Envelope, Round
from dapp.bots.fees import Price, Worth, is_worth, price_of
from dapp.bots.sender import Letter
from dapp.bots.settings import BotSettings
from dapp.chain.actors import DEVELOPMENT_CHAIN
from dapp.market import Market

BATCHED, CLAIM = "Market", "claim"
CLAIMS = 20
"""Orders whose points are claimed in one transaction."""


class Packer:
    """Packs for one account, `address`."""

    def __init__(self, opened: Market, address: str, settings: BotSettings) -> None:
        self._opened, self._address, self._settings = opened, address, settings
        self._contracts: dict[str, Contract] = {}
        credit_unit = opened.contracts.market.functions.creditUnit
        self._worth = Worth(lambda token: int(credit_unit(Web3.to_checksum_address(token)).call()))
        self._stretched: dict[str, float] = {}
        # On the development chain a block comes with a transaction alone: time goes on in the pending one.
        self._block: Any = "pending" if opened.chain_id == DEVELOPMENT_CHAIN else "latest"

    def pack(self, actions: Sequence[Action], round_: Round) -> None:
        """Fill the round's envelopes with what works now and is worth it; tell of the rest."""
        self._worth.forget()
        for action in actions:
            if action.call.contract != BATCHED and action.kind != CLAIM:
                self._wrap(action, round_)
        batched = [a for a in actions if a.call.contract == BATCHED and self._pays(a, gas.usual(a), round_)]
        for chunk in self._chunks(batched, round_.price):
            self._wrap_batch(chunk, round_)
        claims = [a for a in actions if a.kind == CLAIM and self._pays(a, gas.usual(a), round_)]
        for first in range(0, len(claims), CLAIMS):
            self._wrap_claims(claims[first : first + CLAIMS], round_)

    def too_dear(self, actions: Sequence[Action]) -> set[tuple[str, str]]:
        """Kind and subject of what would cost too much in a batch now."""
        round_ = Round(price_of(self._opened.web3, self._settings))
        return {
            (action.kind, action.subject)
            for action in actions
            if action.call.contract == BATCHED and not self._pays(action, gas.usual(action), round_)
        }

    def contract(self, name: str) -> Contract:
        """A contract of the deployment."""
        if name not in self._contracts:
            record = self._opened.contracts.record[name]
            self._contracts[name] = self._opened.web3.eth.contract(record.address, abi=record.abi)
        return self._contracts[name]

    def ran_out(self, kind: str) -> None:
        """An action of this kind ran out of gas in a batch: the next one gets more."""
        self._stretched[kind] = self._stretched.get(kind, 1) * 1.5

    def _pays(self, action: Action, units: int, round_: Round) -> bool:
        cost = units * round_.price.expected
        value = self._worth.value(action.money.token, action.money.amount)
        if is_worth(cost, value, self._settings):
            return True
        percent = self._settings.max_cost_percent
        round_.tell([action], Outcome.TOO_DEAR, f"It costs {cost} wei, more than {percent} % of {value} wei.")
        return False

    def _wrap(self, action: Action, round_: Round) -> None:
        """A transaction of its own, if the chain would take it."""
        contract = self.contract(action.call.contract)
        data = HexBytes(contract.encode_abi(action.call.function, args=list(action.call.arguments)))
        call: TxParams = {"from": self._address, "to": contract.address, "data": data}
        try:
            units = self._opened.web3.eth.estimate_gas(call, self._block)
        except ContractLogicError as error:
            round_.tell_refused(action, self._opened.errors.decode(error.data))
            return
        if self._pays(action, units, round_):
            letter = Letter(contract.address, data, units * 5 // 4)
            round_.envelopes.append(Envelope(letter, [action], units * round_.price.expected))

    def _chunks(self, actions: Sequence[Action], price: Price) -> Iterator[list[Action]]:
        """The market's calls, as many at a time as a transaction's gas and the round's money allow."""
        most_units = min(self._settings.batch_gas, self._settings.round_spend // max(price.expected, 1))
        chunk, bounds, units = list[Action](), gas.BASE, gas.BASE
        for action in actions:
            bounds, units = bounds + self._bound(action), units + gas.usual(action)
            if chunk and (bounds > self._settings.batch_gas or units > most_units):
                yield chunk
                chunk, bounds, units = [], gas.BASE + self._bound(action), gas.BASE + gas.usual(action)
            chunk.append(action)
        if chunk:
            yield chunk

    def _wrap_batch(self, chunk: Sequence[Action], round_: Round) -> None:
        """A batch of those that work now."""
        market = self.contract(BATCHED)
        calls = [market.encode_abi(a.call.function, args=list(a.call.arguments)) for a in chunk]
        limit = gas.BASE + sum(map(self._bound, chunk))
        faults = market.functions.batch(calls).call({"from": self._address, "gas": limit}, self._block)
        works = []
        for action, call, fault in zip(chunk, calls, faults, strict=True):
            if fault:
                round_.tell_refused(action, self._opened.errors.decode(bytes(fault)))
            else:
                works.append((action, call))
        if works:
            actions = [action for action, _call in works]
            data = HexBytes(market.encode_abi("batch", args=[[call for _action, call in works]]))
            letter = Letter(market.address, data, gas.BASE + sum(map(self._bound, actions)))
            cost = (gas.BASE + sum(map(gas.usual, actions))) * round_.price.expected
            round_.envelopes.append(Envelope(letter, actions, cost, is_batch=True))

    def _wrap_claims(self, claims: Sequence[Action], round_: Round) -> None:
        """One call that claims the points of several orders; it passes over what was claimed."""
        rewards = self.contract("Rewards")
        data = HexBytes(rewards.encode_abi("claim", args=[[a.call.arguments[0][0] for a in claims]]))
        call: TxParams = {"from": self._address, "to": rewards.address, "data": data}
        units = self._opened.web3.eth.estimate_gas(call, self._block)
        letter = Letter(rewards.address, data, units * 5 // 4)
        round_.envelopes.append(Envelope(letter, claims, units * round_.price.expected))

    def _bound(self, action: Action) -> int:
        return int(gas.bound(action) * self._stretched.get(action.kind, 1))
