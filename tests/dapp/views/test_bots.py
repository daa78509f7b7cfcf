"""How the bots fare, on the operate screen.

where they run
├── nowhere → that is said; Redis silent → that is said, and nothing else breaks
├── beside the pages: a real crew → working, with what it sent
└── as workers: what each told; a keeper nobody told of → silent; a bot without a key → not running
a bot
├── told nothing for three minutes → silent; stopped on purpose → not
└── what waits, what is overdue, what it sent and what became of it are named
errors and journals
├── not signed in, or without a role → not shown, a sign-in is offered
└── signed in with a role → shown, foreign text as letters; no journal here → that is said
"""

import time
from dataclasses import replace

import pytest

from dapp import background
from dapp.background import Background, Bots
from dapp.bots.actions import Outcome
from dapp.bots.journal import Journal
from dapp.bots.settings import BotSettings
from dapp.bots.status import SILENT_SECONDS, BotStatus
from dapp.credit.document import Change
from dapp.widgets.i18n import has_text, text_of
from tests.dapp.views.pages import shown
from tests.dapp.wallet.seeding import sign_in

KEEPER = BotStatus(
    "keeper",
    "here-1",
    state="working",
    account="0x" + "a" * 40,
    round_at=0.0,
    block=1_234,
    due={"release": 2, "draw": 1},
    overdue={"draw": 1},
    outcomes={("release", "done"): 3, ("mature", "lost"): 1, ("dance", "odd"): 1},
    balance=10**17,
    sent=7,
)


def told(status, *, ago=0.0, **news):
    now = time.time()
    return replace(status, told_at=now - ago, round_at=now - ago, **news)


@pytest.fixture
def seen(monkeypatch):
    """Set what the process knows of bots."""

    def set_to(where, *statuses, silent_redis=False):
        known = Bots(where, None if silent_redis else list(statuses))
        monkeypatch.setattr(background, "bots", lambda: known)

    return set_to


def open_tab(screens, language="en", account=None, *, signed=False):
    at = screens.open("operate", account, language)
    at.session_state["operate.tabs"] = text_of("operate.tabs.bots", language)
    if signed:
        sign_in(at, screens.running.actors[account])
    at.run()
    assert not at.exception
    return at


def badge(language, state):
    return f"-badge[{said(language, f'states.{state}')}]"


def said(language, key, **values):
    return text_of(f"boards.bots.{key}", language, **values)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bots__nowhere__is_said(screens, seen, language):
    seen("none")
    assert said(language, "none") in shown(open_tab(screens, language))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bots__redis_silent__is_said(screens, seen, language):
    seen("workers", silent_redis=True)
    at = open_tab(screens, language)
    assert said(language, "no_board") in shown(at)
    assert badge(language, "silent") not in shown(at)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bots__workers__each_with_what_it_told_and_the_lost_ones(screens, seen, language):
    watch = BotStatus("watch", "there-2", state="failing", failures=3, error="no route")
    seen("workers", told(watch))
    text = shown(open_tab(screens, language))
    assert said(language, "lost") in text
    assert badge(language, "failing") in text
    assert said(language, "failing", count=3) in text
    assert text.count(said(language, "absent")) == 2  # credit, risk
    assert "no route" not in text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_bots__one_at_work__what_waits_what_it_did_what_it_has(screens, seen, language):
    seen("here", told(KEEPER, ago=5))
    text = shown(open_tab(screens, language))
    release, draw = text_of("boards.kinds.release", language), text_of("boards.kinds.draw", language)
    done = text_of("boards.results.done", language)
    assert badge(language, "working") in text
    assert badge(language, "silent") not in text
    for expected in (f"{draw} 1, {release} 2", f"{release}: {done} 3", "1,234", "0.1 ETH", "dance: odd 1"):
        assert expected in text
    assert f">{said(language, 'sent')}<" in text
    assert ">7<" in text


def test_bots__quiet_for_three_minutes__is_silent(screens, seen):
    seen("here", told(KEEPER, ago=SILENT_SECONDS + 1))
    assert badge("en", "silent") in shown(open_tab(screens))
    seen("here", told(KEEPER, ago=SILENT_SECONDS - 20))
    assert badge("en", "silent") not in shown(open_tab(screens))
    seen("here", told(KEEPER, ago=SILENT_SECONDS + 1, state="stopped"))
    assert badge("en", "stopped") in shown(open_tab(screens))


def test_bots__beside_the_pages__tell_what_they_sent(private_screens):
    settings = private_screens.market.settings
    running = Background(settings, BotSettings())
    background._current.append(running)
    running.start()
    try:
        deadline = time.monotonic() + 60
        while not any(status.sent for status in running.bots.statuses or []):
            assert time.monotonic() < deadline, "the keeper of a filled market has something to do"
            time.sleep(0.1)
        at = open_tab(private_screens, account="operator", signed=True)
    finally:
        background._current.remove(running)
        running.stop()
    text = shown(at)
    assert said("en", "where.here") in text
    assert badge("en", "working") in text
    assert "sending" in text  # the keeper's journal


@pytest.fixture
def journal(screens):
    kept = Journal(screens.market.settings.data / "bots", "keeper")
    kept.write("result", kind="release", subject="0x" + "12" * 32, outcome="failed", reason="<b>No</b>\nway")
    yield kept
    kept.path.unlink()


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("account", "signed"), [(None, False), ("operator", False), ("outsider", True)])
def test_errors_and_journals__no_proved_role__are_not_shown(screens, seen, account, signed, language):
    seen("here", told(KEEPER, state="failing", failures=1, error="secret.example"))
    at = open_tab(screens, language, account, signed=signed)
    text = shown(at)
    assert "secret.example" not in text
    assert "way" not in text
    assert said(language, "no_role" if signed else "sign_in") in text


@pytest.mark.usefixtures("journal")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_errors_and_journals__role_signed_in__are_shown(screens, seen, language):
    seen("here", told(KEEPER, state="failing", failures=1, error="secret.example"))
    at = open_tab(screens, language, "operator", signed=True)
    assert "secret" in shown(at)
    [text] = [each.value for each in at.code if "release" in each.value]
    assert text.endswith(" · result · release · 0x121212…1212 · failed · <b>No</b> way")


def test_journals__none_here__is_said(screens, seen):
    seen("workers", told(KEEPER))
    assert said("en", "no_journal") in shown(open_tab(screens, account="operator", signed=True))


def test_words__every_kind_and_outcome__have_some():
    kinds = ["release", "reclaim", "mature", "draw", "replace", "execute", "expire", "collect", "claim"]
    kinds += ["expire_appeal", "hold", "report", *(f"attest_{change}" for change in Change)]
    assert all(has_text(f"boards.kinds.{kind}") for kind in kinds)
    assert all(has_text(f"boards.results.{outcome}") for outcome in Outcome)
