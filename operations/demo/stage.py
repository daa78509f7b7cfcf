"""The demo's stage: arbiters on duty, shops with a stake, the referral tree, eight services on offer."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.terms import NO_FLAGS, Flag, Listing, metadata_hash
from dapp.evidence.document import ServiceDocument
from operations.actors import ARBITERS
from operations.demo.clock import Clock
from operations.documents import keep
from operations.trading import TradedOrder, Trading

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
SELLERS = ("seller", "second_seller", "third_seller")
SHOP_STAKE = 3 * 10**17
TOKEN_DECIMALS = 6
TOKEN_SYMBOL = "DUSD"
HOUR = 3_600
MAX_COMMISSION_BPS = 1_750
MAX_FEE_BPS = 300
MAX_ARBITRATION_COST = 3 * 10**16
LOGO, PHOTOS, PODCAST, TRANSLATION, LESSON, REVIEW, ANALYSIS, WEBSITE = range(1, 9)


@dataclass(frozen=True)
class Stage:
    """What the demo plays on; `titles` of the services by listing id."""

    trading: Trading
    clock: Clock
    token: Any
    titles: dict[int, str]

    def __getattr__(self, name: str) -> Any:
        """`stage.buyer` and so on: the named actors."""
        try:
            return self.__dict__["trading"].actors[name]
        except KeyError:
            raise AttributeError(name) from None


def set_up(project: Any, trading: Trading) -> Stage:
    """Make an empty market ready for the demo's trades. Time passes: arbiters and uplines must age."""
    clock, actors = Clock(project.provider.web3), trading.actors
    token = actors["operator"].deploy(project.TokenMock, "Demo Dollar", TOKEN_SYMBOL, TOKEN_DECIMALS)
    _staff_panel(trading)
    for name in SELLERS:
        trading.market.stake(sender=actors[name], value=SHOP_STAKE)
    _plant_tree(trading)
    clock.advance(DAY + HOUR)
    stage = Stage(trading, clock, token, _list_services(trading, token))
    _season_shops(stage)
    return stage


def _staff_panel(trading: Trading) -> None:
    panel = trading.deployment.arbiter_panel
    for name in ARBITERS:
        arbiter = trading.actors[name]
        panel.appoint(arbiter, sender=trading.actors["operator"])
        panel.stake(sender=arbiter, value=trading.deployment.parameters.panel_stake)
        panel.setOnDuty(True, sender=arbiter)


def _plant_tree(trading: Trading) -> None:
    """third_referrer ← second_referrer ← referrer ← buyer, and a second buyer under the second referrer."""
    actors = trading.actors
    trading.register(actors["third_referrer"])
    for name, referrer in (
        ("second_referrer", "third_referrer"),
        ("referrer", "second_referrer"),
        ("buyer", "referrer"),
        ("second_buyer", "second_referrer"),
    ):
        trading.register(actors[name], actors[referrer])


def _list_services(trading: Trading, token: Any) -> dict[int, str]:
    titles = {}
    for number, service in enumerate(yaml.safe_load(CATALOGUE.read_text()), 1):
        cid = keep(ServiceDocument(**{key: service[key] for key in ("title", "title_zh", "description")}))
        seller, in_token = trading.actors[service["seller"]], service.get("token", False)
        listing = Listing(
            seller=seller.address,
            price=int(Decimal(service["price"]).scaleb(TOKEN_DECIMALS if in_token else 18)),
            accept_seconds=24 * HOUR,
            deliver_seconds=service["deliver_hours"] * HOUR,
            review_seconds=72 * HOUR,
            metadata=metadata_hash(cid),
            token=token.address if in_token else ZERO_ADDRESS,
            settle_days=service.get("settle_days", 0),
            flags=Flag.INSTANT if service.get("instant") else NO_FLAGS,
            category=service["category"],
            stock=service.get("stock", 0),
            max_open_per_buyer=service.get("max_open_per_buyer", 0),
            max_commission_bps=MAX_COMMISSION_BPS,
            max_fee_bps=MAX_FEE_BPS,
            max_arbitration_cost=MAX_ARBITRATION_COST,
        )
        trading.market.list(listing.pack(), cid, sender=seller)
        titles[number] = service["title"]
    return titles


def _season_shops(stage: Stage) -> None:
    """Two good orders for each shop: newcomers have the limits and the later settlement of Watch."""
    for listing_id, quantity in ((LOGO, 2), (LESSON, 13), (WEBSITE, 1)):
        for customer in (stage.third_buyer, stage.payer):
            order = stage.trading.listing(listing_id).buy(customer, quantity=quantity)
            hand_in(stage, order)
            order.release()
    stage.clock.advance(4 * DAY)


def hand_in(stage: Stage, order: TradedOrder) -> None:
    """The seller accepts where that is needed and delivers a document about the work."""
    if not order.terms.has(Flag.INSTANT):
        stage.clock.advance(HOUR)
        order.accept()
    title = stage.titles[order.terms.listing_id]
    order.deliver(keep(f"Delivery of “{title}” for order 0x{order.id.hex()}\n".encode()))
