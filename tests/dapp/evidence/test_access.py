"""Who can open sealed files: by their readers, and by keys that were passed on later.

closed_to: not named / named / let in later / a replaced arbiter's successor and a panel of three are new
           the other side's claim about my piece doesn't relieve me; its own piece is its own affair
may_open: named, let in, or untold
keys_of: latest first, bounded for each party, only those that name the file
"""

from dapp.evidence.access import KEYS_TRIED, access_of
from dapp.evidence.document import EvidenceDocument

BUYER, SELLER, ARBITER, SECOND, THIRD, FOURTH = (f"0x{n:040x}" for n in range(1, 7))


def piece(file, *readers):
    return EvidenceDocument("Sealed evidence", "", file, "age", sealed=True, readers=readers)


def keys(file, opens, *readers):
    return EvidenceDocument("Keys", "", file, "age", sealed=True, readers=readers, opens=tuple(opens))


def files(pieces):
    return [piece.file for piece in pieces]


TWO = [(BUYER, piece("a", BUYER, SELLER)), (SELLER, piece("b", SELLER, BUYER))]


def test_closed_to__arbiter_drawn_later__until_he_is_let_in():
    access = access_of([*TWO, (BUYER, EvidenceDocument("Open", "", "c", "pdf"))])
    assert files(access.closed_to(ARBITER)) == ["a", "b"]
    assert access.closed_to(BUYER) == access.closed_to(SELLER) == []
    partly = access_of([*TWO, (BUYER, keys("k", ["a"], ARBITER))])
    assert files(partly.closed_to(ARBITER)) == ["b"]
    wholly = access_of([*TWO, (BUYER, keys("k", ["a", "b"], ARBITER))])
    assert wholly.closed_to(ARBITER) == []


def test_closed_to__panel_of_three__each_is_let_in_by_name():
    let_in = (SELLER, keys("k", ["a", "b"], ARBITER))
    access = access_of([*TWO, let_in])
    for panelist in (SECOND, THIRD, FOURTH):
        assert files(access.closed_to(panelist)) == ["a", "b"]
    access = access_of([*TWO, let_in, (BUYER, keys("l", ["a", "b"], SECOND, THIRD))])
    assert [files(access.closed_to(who)) for who in (SECOND, THIRD, FOURTH)] == [[], [], ["a", "b"]]


def test_closed_to__others_claim_about_my_piece__does_not_relieve_me():
    access = access_of([*TWO, (SELLER, keys("false", ["a", "b"], ARBITER))])
    assert access.closed_to(ARBITER) == []
    assert files(access.closed_to(ARBITER, asker=BUYER)) == [
        "a"
    ]  # his own; the seller's is the seller's affair
    assert access.closed_to(ARBITER, asker=SELLER) == []


def test_may_open__named_let_in_or_untold():
    access = access_of([(BUYER, piece("a", BUYER)), (BUYER, piece("old")), (BUYER, keys("k", ["a"], SELLER))])
    assert files(access.may_open(SELLER)) == ["a", "old"]
    assert files(access.may_open(ARBITER)) == ["old"]
    assert files(access.closed_to(ARBITER)) == ["a", "old"]


def test_keys_of__flood_of_one_party__does_not_hide_the_others():
    flood = [(SELLER, keys(f"k{n}", ["a"], ARBITER)) for n in range(10)]
    access = access_of(
        [*TWO, (BUYER, keys("mine", ["a"], ARBITER)), *flood, (BUYER, keys("x", ["b"], ARBITER))]
    )
    assert access.keys_of("a") == [f"k{n}" for n in range(9, 9 - KEYS_TRIED, -1)] + ["mine"]
    assert access.keys_of("nothing") == []


def test_access_of__same_file_submitted_twice__counts_for_the_first():
    access = access_of([(BUYER, piece("a", BUYER)), (SELLER, piece("a", SELLER, ARBITER))])
    assert [each.party for each in access.pieces] == [BUYER]
