# the market's events after a missed and a released order, an attestation and two appeals
# └── replayed → its balances, orders and scores

from dapp.domain.credit import Dimension
from dapp.domain.orders import OrderState
from dapp.domain.replay import Event, replay
from dapp.domain.terms import order_id

from .conftest import BOND, CID


def events_of(market, networks):
    """All of the market's events so far, decoded."""
    provider = networks.active_provider
    logs = provider.make_request("eth_getLogs", [{"address": market.address, "fromBlock": "0x0"}])
    decoded = list(provider.network.ecosystem.decode_logs(logs, *market.contract_type.events))
    assert len(decoded) == len(logs)
    return [Event(log.event_name, log.event_arguments, log.timestamp) for log in decoded]


def test_replay__lost_appealed_and_reversed__equals_the_market(
    chain, networks, market, credit, actors, buy, missed_order
):
    terms = missed_order.terms
    assert missed_order.id == order_id(terms, chain.chain_id, market.address)
    attested = credit.attest(actors.seller, Dimension.SECURITY, -9_000, CID, sender=actors.attestor)
    credit.appealAttestation(attested.return_value[0], CID, sender=actors.seller, value=BOND)
    credit.decideAttestation(attested.return_value[0], False, CID, sender=actors.judge)
    credit.appealOrder(terms.pack(), CID, sender=actors.seller, value=BOND)
    lost = replay(market.address, events_of(market, networks))
    assert (lost.score(actors.seller.address).trade, lost.order(missed_order.id).trade_loss) == (
        200_000,
        40_000,
    )
    credit.decideOrder(terms.pack(), True, CID, sender=actors.judge)

    released = buy(chain, salt=1)
    market.deliver(CID, released.terms.seal().pack(), sender=actors.seller)
    market.refund(released.terms.pack(), 10**17, sender=actors.seller)
    market.release(released.terms.pack(), sender=actors.buyer)
    market.rate(released.terms.pack(), 2, sender=actors.buyer)
    waiting = replay(market.address, events_of(market, networks)).ring(actors.seller.address, terms.token)
    packed = {
        bucket & 0xFFFFFFFF: bucket >> 32 for bucket in market.bucketsOf(actors.seller, terms.token) if bucket
    }
    assert waiting.buckets == packed
    chain.pending_timestamp += 3 * 86_400
    market.mature(actors.seller, terms.token, list(packed), sender=actors.outsider)

    books = replay(market.address, events_of(market, networks))
    accounts = {actors.buyer.address, actors.seller.address, market.address}
    assert {account for account, _ in books.available} == accounts
    for (account, token), amount in books.available.items():
        assert amount == market.balanceOf(account, token)
    assert books.liabilities(terms.token) == market.balance
    for key, order in books.orders.items():
        assert order.state == OrderState.unpack(market.orderState(key))
    assert books.order(missed_order.id).terms == terms
    assert books.order(missed_order.id).trade_loss == 0
    assert books.order(released.id).gained == 7_200
    score = books.score(actors.seller.address)
    trade, service, *attested_scores = credit.subScoresOf(actors.seller)
    assert (score.trade, score.service, score.attested) == (trade, service, sum(attested_scores))
    account = market.accountOf(actors.seller)
    assert account >> 172 & 0xFFFFFF == score.earned == 7_200
    assert account >> 196 & 0xFFFF == books.shop(actors.seller.address).busy_until_day
