"""The wallet extension that browser tests inject: it remembers what it was asked and answers as told."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext
from web3 import Web3

_SCRIPT = (Path(__file__).parent / "mock_wallet.js").read_text()
_SLOW = ["eth_sendTransaction", "eth_signTypedData_v4", "personal_sign"]
_REJECTED = {"code": 4001, "message": "User rejected the request."}
_UNKNOWN_CHAIN = {"code": 4902, "message": "Unrecognized chain ID."}


class MockWallet:
    """Signs with the node's unlocked accounts. `chain_id` is where it is, `known` where it could switch to.

    rejects: methods that its user says no to; calls: every (method, params) it was asked.
    """

    def __init__(self, web3: Web3, accounts: list[str], name: str = "MockWallet") -> None:
        self.web3, self.accounts, self.name = web3, accounts, name
        self.chain_id = web3.eth.chain_id
        self.known = {self.chain_id}
        self.granted = False
        self.rejects: set[str] = set()
        self.calls: list[tuple[str, list[Any]]] = []

    def inject(self, context: BrowserContext, *, legacy: bool = False) -> None:
        """Install it in a browser profile, before a page is opened."""
        options = json.dumps({"name": self.name, "legacy": legacy, "slow": _SLOW})
        context.expose_function("mockWalletAnswer", self.answer)
        context.add_init_script(_SCRIPT.replace("__OPTIONS__", options))

    def count(self, method: str) -> int:
        return sum(1 for called, _ in self.calls if called == method)

    def answer(self, method: str, params: list[Any]) -> dict[str, Any]:
        self.calls.append((method, params))
        if method in self.rejects:
            return {"error": _REJECTED}
        own = getattr(self, f"_{method}", None)
        return own(params) if own else self._ask_chain(method, params)

    def _eth_requestAccounts(self, _: list[Any]) -> dict[str, Any]:  # noqa: N802
        self.granted = True
        return {"result": self.accounts}

    def _eth_accounts(self, _: list[Any]) -> dict[str, Any]:
        return {"result": self.accounts if self.granted else []}

    def _eth_chainId(self, _: list[Any]) -> dict[str, Any]:  # noqa: N802
        return {"result": hex(self.chain_id)}

    def _wallet_revokePermissions(self, _: list[Any]) -> dict[str, Any]:  # noqa: N802
        self.granted = False
        return {"result": None}

    def _wallet_switchEthereumChain(self, params: list[Any]) -> dict[str, Any]:  # noqa: N802
        wanted = int(params[0]["chainId"], 16)
        if wanted not in self.known:
            return {"error": _UNKNOWN_CHAIN}
        self.chain_id = wanted
        return {"result": None, "event": ["chainChanged", hex(wanted)]}

    def _wallet_addEthereumChain(self, params: list[Any]) -> dict[str, Any]:  # noqa: N802
        self.known.add(int(params[0]["chainId"], 16))
        return {"result": None}

    def _ask_chain(self, method: str, params: list[Any]) -> dict[str, Any]:
        if method == "eth_signTypedData_v4":
            params = [params[0], json.loads(params[1])]
        reply: Any = self.web3.provider.make_request(method, params)  # type: ignore[arg-type]
        return {"error": reply["error"]} if "error" in reply else {"result": reply["result"]}
