"""The parameters of a market on one chain, read from `scripts/chains.yaml` and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from eth_utils.address import is_address, to_checksum_address

from dapp.credit import CreditError, compile_table, load_rules
from dapp.domain.bounds import (
    BPS,
    MAX_COMMISSION_BPS,
    MAX_FEE_BPS,
    MAX_REBATE_BPS,
    MAX_REQUIRED_STAKE,
    STAKE_UNIT,
    ZERO_ADDRESS,
)
from operations.actors import NAMES
from operations.errors import BadParameters
from operations.fields import Reader, bounded
from operations.roles import MODULES, UNDELAYED, Role

ROOT = Path(__file__).resolve().parent.parent
CHAINS_FILE = ROOT / "scripts" / "chains.yaml"
DEPLOYER = "deployer"
OWN = "own"
MAX_DELAY = 30 * 86_400


@dataclass(frozen=True)
class RoleParameters:
    """Who holds a role (addresses, `deployer` or actors' names) and the delay of their acts in seconds."""

    members: tuple[str, ...]
    delay: int


@dataclass(frozen=True)
class Caps:
    """Caps of a category's commissions in a token, in token units per order and level; 0 = none."""

    category: int
    token: str
    caps: tuple[int, int, int]


@dataclass(frozen=True)
class Parameters:
    """What a market is deployed with. Amounts in wei, rates in basis points, times in seconds.

    backup_arbitrator: None for a second panel of the market's own; credit_table: packed as the market's
    constructor takes it.
    """

    chain_id: int
    base_fee: int
    watch_stake: int
    silver_stake: int
    gold_stake: int
    credit_unit: int
    watch_order_units: int
    appeal_bond: int
    rebate: int
    credit_table: int
    commissions: dict[int, tuple[int, int, int]]
    commission_caps: tuple[Caps, ...]
    credit_units: dict[str, int]
    arbitrators: tuple[str, ...]
    backup_arbitrator: str | None
    min_deposit: int
    max_deposit: int
    panel_cost: int
    panel_stake: int
    panel_slash: int
    panel_accept_seconds: int
    roles: dict[Role, RoleParameters]

    @property
    def stakes(self) -> tuple[int, int, int]:
        """The stakes of Watch, Silver and Gold."""
        return self.watch_stake, self.silver_stake, self.gold_stake


def load_parameters(chain_id: int, path: Path = CHAINS_FILE) -> Parameters:
    """The parameters for a chain. Raises BadParameters, with the place of the fault."""
    try:
        document = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise BadParameters(f"{path.name} can't be read: {error}") from error
    return parse_parameters(document, chain_id, path.name)


def parse_parameters(document: Any, chain_id: int, where: str = "chains.yaml") -> Parameters:
    """The same from a parsed document."""
    top = Reader(document, where)
    default, chains = top.take("default"), top.take("chains")
    top.done()
    if not isinstance(chains, Mapping) or not all(isinstance(key, int) for key in chains):
        raise BadParameters(f"{where}: `chains` must map chain ids (numbers) to overrides.")
    merged = _merge(default, chains.get(chain_id) or {})
    merged.pop("name", None)
    source = f"{where}, chain {chain_id}: " + ("default" if chain_id not in chains else "parameters")
    return _parse(Reader(merged, source), chain_id)


def _parse(r: Reader, chain_id: int) -> Parameters:
    stakes, panel, roles = r.reader("stakes"), r.reader("panel"), r.reader("roles")
    deposits, cost = r.reader("deposits"), panel.amount("cost", 0, 1_000 * 10**18, unit=10**9)
    backup = r.take("backup_arbitrator")
    least = deposits.amount("min", cost, 2**96 - 1)
    most = MAX_REQUIRED_STAKE * STAKE_UNIT
    required = panel.amount("required_stake", STAKE_UNIT, 1_000 * 10**18, unit=STAKE_UNIT)
    parameters = Parameters(
        chain_id=chain_id,
        base_fee=r.number("base_fee", 0, MAX_FEE_BPS * 100 // 120),
        watch_stake=stakes.amount("watch", 0, most, unit=STAKE_UNIT),
        silver_stake=stakes.amount("silver", 0, most, unit=STAKE_UNIT),
        gold_stake=stakes.amount("gold", 0, most, unit=STAKE_UNIT),
        credit_unit=r.amount("credit_unit", 0, (2**40 - 1) * 10**9, unit=10**9),
        watch_order_units=r.number("watch_order_units", 0, 2**16 - 1),
        appeal_bond=r.amount("appeal_bond", 10**15, 10**18),
        rebate=r.number("rebate", 0, MAX_REBATE_BPS),
        credit_table=_credit_table(r.take("credit_rules"), r.at("credit_rules")),
        commissions=_commissions(r.take("commissions"), r.at("commissions")),
        commission_caps=tuple(
            _caps(item, r.at("commission_caps")) for item in r.take("commission_caps") or ()
        ),
        credit_units={
            _address(token, r.at("credit_units")): bounded(unit, r.at(f"credit_units.{token}"), 0, 2**128 - 1)
            for token, unit in (r.take("credit_units") or {}).items()
        },
        arbitrators=tuple(_address(item, r.at("arbitrators")) for item in r.take("arbitrators") or ()),
        backup_arbitrator=None if backup == OWN else _address(backup, r.at("backup_arbitrator")),
        min_deposit=least,
        max_deposit=deposits.amount("max", least, 2**96 - 1),
        panel_cost=cost,
        panel_stake=required,
        panel_slash=panel.amount("slash", 0, required, unit=STAKE_UNIT),
        panel_accept_seconds=panel.number("accept_seconds", 3_600, 86_400),
        roles={role: _role(roles, role) for role in Role if role not in MODULES},
    )
    for reader in (stakes, deposits, panel, roles, r):
        reader.done()
    return parameters


def _role(roles: Reader, role: Role) -> RoleParameters:
    fields = roles.reader(role.label)
    where = fields.at("members")
    members = fields.take("members")
    if not isinstance(members, list):
        raise BadParameters(f"{where} must be a list.")
    delay = fields.number("delay", 0, MAX_DELAY)
    fields.done()
    if role is Role.ADMIN and not members:
        raise BadParameters(f"{where} is empty: somebody must hold the admin role.")
    if role in UNDELAYED and delay:
        raise BadParameters(f"{fields.at('delay')} must be 0: {role.label} can do nothing with a delay.")
    names = tuple(item if item in (DEPLOYER, *NAMES) else _address(item, where) for item in members)
    return RoleParameters(names, delay)


def _credit_table(path: Any, where: str) -> int:
    """What a file of credit rules, named from the checkout, compiles to."""
    try:
        return compile_table(load_rules(ROOT / str(path))).pack()
    except (OSError, CreditError) as error:
        raise BadParameters(f"{where}: {error}") from error


def _commissions(values: Any, where: str) -> dict[int, tuple[int, int, int]]:
    if not isinstance(values, Mapping) or 0 not in values:
        raise BadParameters(f"{where} must have the rates of category 0.")
    rules = {}
    for category, rates in values.items():
        place = f"{where}.{category}"
        bounded(category, place, 0, 2**16 - 1)
        rules[category] = _three(rates, place, BPS)
        if sum(rules[category]) > MAX_COMMISSION_BPS:
            raise BadParameters(
                f"{place} adds up to {sum(rules[category])}: at most {MAX_COMMISSION_BPS} may be."
            )
    return rules


def _caps(item: Any, where: str) -> Caps:
    fields = Reader(item, where)
    category = fields.number("category", 0, 2**16 - 1)
    token = _address(fields.take("token"), fields.at("token"), zero="native")
    caps = _three(fields.take("caps"), fields.at("caps"), 2**80 - 1)
    fields.done()
    return Caps(category, token, caps)


def _three(values: Any, where: str, most: int) -> tuple[int, int, int]:
    if not isinstance(values, list) or len(values) != 3:
        raise BadParameters(f"{where} must be a list of three numbers, for levels 1 to 3.")
    first, second, third = (bounded(value, where, 0, most) for value in values)
    return first, second, third


def _address(value: Any, where: str, *, zero: str | None = None) -> str:
    if zero is not None and value == zero:
        return ZERO_ADDRESS
    if isinstance(value, int):  # YAML reads 0x… as a number
        value = f"0x{value:040x}"
    if not isinstance(value, str) or not is_address(value):
        raise BadParameters(f"{where}: {value!r} is no address{f' (or `{zero}`)' if zero else ''}.")
    return str(to_checksum_address(value))


def _merge(default: Any, override: Any) -> dict[Any, Any]:
    if not isinstance(default, Mapping) or not isinstance(override, Mapping):
        raise BadParameters(f"chains.yaml: {override!r} must be a mapping.")
    merged = dict(default)
    for key, value in override.items():
        both = isinstance(merged.get(key), Mapping) and isinstance(value, Mapping)
        merged[key] = _merge(merged[key], value) if both else value
    return merged
