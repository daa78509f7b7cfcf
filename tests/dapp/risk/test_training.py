# train, ranking: from an index
# ├── nothing indexed, or fewer than 50 merchants with five sales → TooFewMerchants with the number
# ├── one merchant → the same verdict as in the ranking; without sales enough → none
# ├── enough of them → a model whose source names block and merchants; the same index → the same model
# └── ranking → each of them, the most unusual first, as the assessor has it
# train_simulated: the same seed → the same model, marked as made up

import pytest

from dapp.index import Index
from dapp.risk.assessor import Assessor
from dapp.risk.failures import TooFewMerchants
from dapp.risk.rules import load_rules
from dapp.risk.training import ranking, train, train_simulated, verdict_on
from tests.dapp.index.story import account
from tests.dapp.risk.sales import COIN
from tests.dapp.risk.scene import Scene, indexed

BUYERS = [account(number) for number in range(900, 907)]


def trade(scene, merchants):
    """Five sales of each merchant, one of whom sells to a single buyer for a hundred times as much."""
    for number in range(merchants):
        for at in range(5):
            odd = number == 7
            buyer = BUYERS[0] if odd else BUYERS[(number + at) % len(BUYERS)]
            scene.place(buyer, account(number), (100 if odd else 1) * COIN, hours=3.7)


@pytest.fixture
def scene(running_market):
    return Scene(running_market.contracts.record)


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'index.sqlite'}"


def test_train__enough_merchants__gives_a_model_that_finds_the_odd_one(scene, database_url):
    trade(scene, 50)
    with indexed(scene, database_url) as (index, _follow):
        model = train(index.dealings)
        assert model.source == f"the index up to block {scene.chain.height}, 50 with 5 sales or more"
        assert (model.trained_at, model.is_simulated) == (scene.now, False)
        assert train(index.dealings) == model
        ranked = ranking(index.dealings, model)
        assert len(ranked) == 50
        assert ranking(index.dealings, model, most=3) == ranked[:3]
        scores = [verdict.score for _merchant, verdict in ranked]
        assert scores == sorted(scores, reverse=True)
        odd = dict(ranked)[account(7)]
        assert odd.score == scores[0] > 0.9
        assert odd.reasons[0].feature == "amount_level"
        assessor = Assessor(index.dealings, load_rules(), model=model)
        assert assessor.verdict(account(7)) == odd
        assert Assessor(index.dealings, load_rules()).verdict(account(7)) is None
        assert {
            merchant: verdict_on(index.dealings, model, merchant) for merchant, _verdict in ranked[:3]
        } == dict(ranked[:3])
        assert verdict_on(index.dealings, model, BUYERS[0]) is None


def test_train__too_few_merchants__says_how_many(scene, database_url):
    trade(scene, 8)
    scene.place(BUYERS[0], account(400), COIN)
    told = pytest.raises(TooFewMerchants, match=r"^8 merchants have 5 sales or more")
    with indexed(scene, database_url) as (index, _follow), told:
        train(index.dealings)


def test_train__nothing_indexed__says_so(scene, database_url, model):
    index = Index.open(database_url, scene.record)
    try:
        with pytest.raises(TooFewMerchants, match="Nothing is indexed"):
            train(index.dealings)
        assert ranking(index.dealings, model) == []
        assessor = Assessor(index.dealings, load_rules(), model=model)
        assert (assessor.verdict(account(1)), assessor.assess(bytes(32))) == (None, None)
    finally:
        index.engine.dispose()


def test_train_simulated__seed__decides_and_the_source_says_so():
    one, again, other = (train_simulated(seed, 120) for seed in (3, 3, 4))
    assert (one, one.is_simulated) == (again, True)
    assert one.rows != other.rows
    assert one.source.startswith("simulated: seed 3, 120 merchants")
