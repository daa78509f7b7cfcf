"""What `ape console` knows on a running market: contracts, named actors, `order(id)` and `listing(id)`."""

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from dapp.domain.bounds import ZERO_ADDRESS
from operations.actors import named_actors
from operations.deployment import DEVELOPMENT_CHAINS, connect_market
from operations.errors import OperationsError
from operations.journal import journal_path, read_journal
from operations.parameters import load_parameters
from operations.trading import Trading


def ape_init_extras(accounts: Any, project: Any) -> dict[str, Any]:
    """The console's names; without a market on this chain, only the actors and a sentence that says so."""
    chain_id = project.provider.chain_id
    actors = named_actors(accounts.test_accounts) if chain_id in DEVELOPMENT_CHAINS else {}
    try:
        deployment = connect_market(project, read_journal(journal_path(chain_id)), load_parameters(chain_id))
    except OperationsError as error:
        print(f"console: {error}")
        return actors
    trading = Trading(project.provider.web3, deployment, actors)
    return {
        **actors,
        "market": deployment.market,
        "credit": deployment.credit,
        "evidence": deployment.evidence_log,
        "panel": deployment.arbiter_panel,
        "disputes": deployment.disputes,
        "lens": deployment.lens,
        "fee_policy": deployment.fee_policy,
        "authority": deployment.authority,
        "order": trading.order,
        "orders": trading.orders,
        "listing": trading.listing,
        "native": ZERO_ADDRESS,
    }
