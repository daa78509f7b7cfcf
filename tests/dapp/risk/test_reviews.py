# open_reviews
# ├── usual merchants → none · unusual ones → open, in the order given
# └── decided → closed for 30 days · half-way there but worse by a tenth → open again, with what was decided
# Decisions, on SQLite and on PostgreSQL
# ├── decide → the newest of each merchant, all of one · twice in a second → the first one
# └── no note, too long a one, no address → refused, nothing kept · control characters → gone
#     (forget: tests/dapp/privacy/held)

import pytest

from dapp.domain.bounds import DAY
from dapp.risk.failures import BadDecision
from dapp.risk.model import Verdict
from dapp.risk.reviews import CLOSED_FOR, NOTE_LIMIT, Decision, Decisions, open_reviews
from tests.dapp.index.conftest import postgres  # noqa: F401  (a fixture)
from tests.dapp.index.story import account
from tests.dapp.risk.sales import NOW

ODD, ODDER, USUAL, REVIEWER = (account(number) for number in range(1, 5))
RANKED = [(ODDER, Verdict(0.9, ())), (ODD, Verdict(0.5, ())), (USUAL, Verdict(0.49, ()))]


def decision(merchant, at=NOW, permille=500, note="Looked at: seasonal trade."):
    return Decision(merchant, REVIEWER, permille, at, note)


def of(last, now=NOW, ranked=RANKED):
    return [review.merchant for review in open_reviews(ranked, last, now)]


def test_open_reviews__unusual_merchants__are_open():
    assert of({}) == [ODDER, ODD]
    assert of({}, ranked=[]) == []
    assert of({USUAL: decision(USUAL)}) == [ODDER, ODD]


def test_open_reviews__decided__are_closed_for_a_month():
    last = {ODD: decision(ODD)}
    assert of(last) == of(last, NOW + CLOSED_FOR - 1) == [ODDER]
    assert of(last, NOW + CLOSED_FOR) == [ODDER, ODD]


def test_open_reviews__worse_since__is_open_again_with_what_was_decided():
    for permille, expected in ((801, [ODD]), (800, [ODDER, ODD])):
        last = {ODDER: decision(ODDER, permille=permille)}
        assert of(last, NOW + DAY) == expected
    [first, _second] = open_reviews(RANKED, last, NOW + DAY)
    assert first.last == last[ODDER]


@pytest.fixture(params=["sqlite", "postgresql"])
def decisions(request, tmp_path):
    database_url = f"sqlite:///{tmp_path / 'private.sqlite'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        name = f"reviews_{request.node.name.split('[')[0][-40:]}"
        server.create(name)
        database_url = server.url(name)
    made = Decisions(database_url)
    yield made
    made.close()


def test_decide__several__the_newest_of_each_is_last(decisions):
    assert decisions.last() == {}
    first, second, other = decision(ODD), decision(ODD, NOW + DAY, 700, "Worse."), decision(ODDER, NOW - DAY)
    for each in (second, first, other):
        decisions.decide(each)
    assert decisions.last() == {ODD: second, ODDER: other}
    assert decisions.on(ODD) == [second, first]
    assert decisions.on(USUAL) == []


def test_decide__twice_in_a_second__keeps_the_first(decisions):
    decisions.decide(decision(ODD))
    decisions.decide(decision(ODD, note="Once more."))
    assert decisions.on(ODD) == [decision(ODD)]


def test_decide__note__is_plain_and_not_too_long(decisions):
    decisions.decide(decision(ODD, note="  Fine\x00\u202e.  "))
    assert decisions.on(ODD)[0].note == "Fine."
    for note in ("", " \n ", "\x00"):
        with pytest.raises(BadDecision, match="needs a word"):
            decisions.decide(decision(ODDER, note=note))
    with pytest.raises(BadDecision, match="2,001 characters"):
        decisions.decide(decision(ODDER, note="x" * (NOTE_LIMIT + 1)))
    with pytest.raises(ValueError, match="isn't an address"):
        decisions.decide(decision("0x12"))
    assert decisions.on(ODDER) == []
