"""A call made ready for the wallet: simulated first, so that a refusal is said before the wallet opens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from web3 import Web3
from web3.contract.contract import ContractFunction
from web3.exceptions import ContractLogicError, Web3Exception, Web3RPCError

from dapp.chain.errors import ErrorBook
from dapp.chain.fail_over import RpcUnavailable
from dapp.chain.failures import ChainError
from dapp.chain.transactions import Reverted, simulate

Call = ContractFunction | Callable[[], ContractFunction]
Value = int | Callable[[], int]


# What a chain that gives no answer raises, also through the fail-over.
UNREACHABLE = (Web3Exception, RpcUnavailable, OSError)


class Refused(ChainError):  # noqa: N818
    """An action that can't be done; the message is a sentence in the user's language, to be shown as text."""


class NotEnoughCoin(ChainError):  # noqa: N818
    """The account can't pay the value and the gas."""


class Unreachable(ChainError):  # noqa: N818
    """The chain gave no answer; the message is its client's."""


@dataclass(frozen=True)
class Prepared:
    """`transaction`: to, data, value (wei), gas with a reserve of a fifth; the wallet adds nonce and fees.

    nonce: the sender's next one; block: the chain's head.
    """

    transaction: dict[str, Any]
    nonce: int
    block: int


def prepare(call: Call, sender: str, book: ErrorBook, value: Value = 0) -> Prepared:
    """Build and simulate. Raises Reverted with the contract's reason, Refused, NotEnoughCoin or Unreachable.

    What `call` itself raises beside these comes through.
    """
    account = Web3.to_checksum_address(sender)
    function = call if isinstance(call, ContractFunction) else call()
    wei = value() if callable(value) else value
    try:
        return _prepare(function, account, book, wei)
    except ContractLogicError as error:  # changed its mind between simulation and estimate
        raise Reverted(book.decode(error.data)) from error
    except Web3RPCError as error:
        if "insufficient funds" in str(error).lower():
            raise NotEnoughCoin(str(error)) from error
        raise Unreachable(str(error)) from error
    except UNREACHABLE as error:
        raise Unreachable(str(error)) from error


def _prepare(function: ContractFunction, account: str, book: ErrorBook, wei: int) -> Prepared:
    sender = Web3.to_checksum_address(account)
    simulate(function, sender, book, wei)
    eth = function.w3.eth
    gas = function.estimate_gas({"from": sender, "value": Web3.to_wei(wei, "wei")})
    transaction = {
        "to": function.address,
        "data": function._encode_transaction_data(),
        "value": wei,
        "gas": gas * 6 // 5,
    }
    return Prepared(transaction, eth.get_transaction_count(sender, "pending"), eth.block_number)
