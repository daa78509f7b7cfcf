# SignIns, on SQLite and on PostgreSQL
# ├── note → one device an account and browser, its first and last time; the number itself is nowhere
# ├── what is written is on the disk when it is said to be, unlike the index
# ├── another market → another hash of the same browser
# ├── forget → that account's, all of them, no others' · 90 days unseen → gone · more than 20 → the oldest go
# ├── anything that isn't a browser's number, or an account → refused, nothing kept
# └── several at once → nothing lost or doubled

from concurrent.futures import ThreadPoolExecutor

import pytest

from dapp.domain.bounds import DAY
from dapp.risk.failures import BadDevice
from dapp.risk.sign_ins import KEPT, MOST_DEVICES, SignIns
from dapp.settings import load_settings
from tests.dapp.index.conftest import postgres  # noqa: F401  (a fixture)
from tests.dapp.index.story import account
from tests.dapp.risk.sales import NOW

ALICE, BOB = account(1), account(2)
PHONE, LAPTOP = "ab" * 16, "cd" * 16


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sign-ins.sqlite'}"
    server = request.getfixturevalue("postgres")
    name = f"sign_ins_{request.node.name.split('[')[0][-40:]}"
    server.create(name)
    return server.url(name)


@pytest.fixture
def sign_ins(database_url):
    made = SignIns(database_url)
    yield made
    made.close()


def of(sign_ins, *accounts):
    return [(each.account, each.first_at, each.last_at) for each in sign_ins.devices(accounts)]


def test_writing__unlike_the_index__waits_for_the_disk(sign_ins):
    with sign_ins._writing() as connection:
        if connection.dialect.name == "postgresql":
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        else:
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
            assert connection.exec_driver_sql("PRAGMA secure_delete").scalar() == 1


def test_note__same_browser_again__is_one_device(sign_ins):
    for at in (NOW, NOW + 5, NOW + DAY):
        sign_ins.note(ALICE, PHONE, at)
    sign_ins.note(ALICE.lower(), LAPTOP, NOW + DAY)
    sign_ins.note(BOB, PHONE, NOW)
    assert of(sign_ins, ALICE) == [(ALICE, NOW, NOW + DAY), (ALICE, NOW + DAY, NOW + DAY)]
    phone = {each.account: each.device for each in sign_ins.devices([ALICE, BOB]) if each.first_at == NOW}
    assert phone[ALICE] == phone[BOB]
    assert PHONE not in phone.values()
    assert sign_ins.devices([]) == sign_ins.devices([account(3)]) == ()


def test_note__kept__without_the_number_and_in_another_market_otherwise(tmp_path):
    hashes = []
    for name in ("one", "other"):
        settings = load_settings({"HANSE_DATA": str(tmp_path / name)})
        made = SignIns.of(settings)
        made.note(ALICE, PHONE, NOW)
        hashes.append(made.devices([ALICE])[0].device)
        made.close()
        again = SignIns.of(settings)
        assert [each.device for each in again.devices([ALICE])] == hashes[-1:]
        again.close()
        [file] = (tmp_path / name).glob("*.sqlite")
        assert bytes.fromhex(PHONE) not in file.read_bytes()
    assert hashes[0] != hashes[1]


def test_forget__account__loses_all_and_others_none(sign_ins):
    for device in (PHONE, LAPTOP):
        sign_ins.note(ALICE, device, NOW)
        sign_ins.note(BOB, device, NOW)
    assert sign_ins.forget(ALICE) == 2
    assert (of(sign_ins, ALICE), len(of(sign_ins, BOB))) == ([], 2)
    assert sign_ins.forget(ALICE) == 0


def test_note__long_unseen_devices__are_forgotten(sign_ins):
    sign_ins.note(ALICE, PHONE, NOW)
    sign_ins.note(BOB, LAPTOP, NOW + KEPT)
    assert len(of(sign_ins, ALICE)) == 1
    sign_ins.note(BOB, LAPTOP, NOW + KEPT + 1)
    assert (of(sign_ins, ALICE), len(of(sign_ins, BOB))) == ([], 1)


def test_note__many_browsers__keeps_the_newest(sign_ins):
    for number in range(MOST_DEVICES + 3):
        sign_ins.note(ALICE, f"{number:032x}", NOW + number)
    found = of(sign_ins, ALICE)
    assert [first for _account, first, _last in found] == [NOW + n for n in range(3, MOST_DEVICES + 3)]


@pytest.mark.parametrize("device", ["", "ab", "AB" * 16, "ab" * 17, "zz" * 16, "ab" * 15 + "\n\n"])
def test_note__not_a_browser_s_number__is_refused(sign_ins, device):
    with pytest.raises(BadDevice, match="isn't a browser's number"):
        sign_ins.note(ALICE, device, NOW)
    assert sign_ins.devices([ALICE]) == ()


def test_note__not_an_account__is_refused(sign_ins):
    with pytest.raises(ValueError, match="isn't an address"):
        sign_ins.note("0x12", PHONE, NOW)


def test_note__several_at_once__lose_and_double_nothing(database_url):
    def sign_in(number):
        made = SignIns(database_url)
        for at in range(5):
            made.note(ALICE, f"{number % 4:032x}", NOW + at)
        made.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(sign_in, range(8)))
    made = SignIns(database_url)
    assert of(made, ALICE) == [(ALICE, NOW, NOW + 4)] * 4
    made.close()
