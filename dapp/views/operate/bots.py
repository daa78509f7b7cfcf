"""How the bots fare: what each does, when it last told, what waits; and its journal, for who holds a role."""

import time

import streamlit as st

from dapp import background
from dapp.bots.crew import JOURNALS
from dapp.bots.journal import Journal
from dapp.bots.status import BotStatus
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.market import market
from dapp.widgets.addresses import short
from dapp.widgets.amounts import amount_text, split_digits
from dapp.widgets.figures import Figure, figures
from dapp.widgets.i18n import has_text, t
from dapp.widgets.sign_in import sign_in_panel, signed_in
from dapp.widgets.states import empty, problem
from dapp.widgets.text import clean, clean_lines, plain
from dapp.widgets.times import duration_text

NAMES = ("keeper", "watch", "credit", "risk")
ALWAYS = ("keeper", "watch")
"""Those that run wherever any bot does; the others need a key."""
LINES = 20
_COLORS = {"working": "green", "watching": "blue", "starting": "gray", "failing": "orange", "stopped": "gray"}


def show_bots() -> None:
    """Each bot's card, and for who has signed in and holds a role the errors and journals."""
    seen, now = background.bots(), time.time()
    st.caption(t(f"boards.bots.where.{seen.where}"))
    trusted = _is_trusted()
    if seen.statuses is None:
        problem(t("boards.bots.no_board"))
    elif seen.where == "none" and not seen.statuses:
        empty(t("boards.bots.none"), "smart_toy")
    else:
        for name in NAMES:
            told = [status for status in seen.statuses if status.name == name]
            for status in told:
                _card(status, now, trusted=trusted)
            if not told:
                _absent(name, seen.where)
    _journals(trusted=trusted)


def _card(status: BotStatus, now: float, *, trusted: bool) -> None:
    silent = status.is_silent(now)
    state = "silent" if silent else status.state
    color = "red" if silent else _COLORS.get(state, "gray")
    shown = t(f"boards.bots.states.{state}") if has_text(f"boards.bots.states.{state}") else plain(state)
    head = [f"**{_name(status.name)}** :{color}-badge[{shown}]", f":small[:gray[{_who(status)}]]"]
    with st.container(border=True, gap="small"):
        st.markdown("  \n".join([" ".join(head), f":small[{t(f'boards.bots.does.{status.name}')}]"]))
        figures(_figures(status, now), least=6)
        lines = [_outcomes(status)] if status.outcomes else []
        if status.failures:
            lines.append(t("boards.bots.failing", count=status.failures))
        if status.error and trusted:
            lines.append(f":orange[{plain(status.error, 400)}]")
        if lines:
            st.markdown("\n\n".join(f":small[{line}]" for line in lines))


def _figures(status: BotStatus, now: float) -> list[Figure]:
    due, overdue = sum(status.due.values()), sum(status.overdue.values())
    waits = ", ".join(f"{_kind(kind)} {count}" for kind, count in sorted(status.due.items()))
    found = [
        Figure(t("boards.bots.told"), _ago(status.told_at, now), t("boards.bots.told_help")),
        Figure(t("boards.bots.round"), _ago(status.round_at, now), t("boards.bots.round_help")),
        Figure(t("boards.bots.block"), "—" if status.block is None else f"{status.block:,}"),
        Figure(t("boards.bots.due"), f"{due:,}", t("boards.bots.due_help"), waits),
        Figure(t("boards.bots.overdue"), f"{overdue:,}", t("boards.bots.overdue_help")),
    ]
    if status.account is not None:
        found.append(Figure(t("boards.bots.sent"), f"{status.sent:,}", t("boards.bots.sent_help")))
    if status.balance is not None:
        head, _small, symbol = split_digits(amount_text(status.balance, ZERO_ADDRESS))
        found.append(Figure(t("boards.bots.balance"), head + symbol))
    return found


def _outcomes(status: BotStatus) -> str:
    counts = sorted(status.outcomes.items(), key=lambda each: (-each[1], each[0]))
    parts = [f"{_kind(kind)}: {_outcome(outcome)} {count:,}" for (kind, outcome), count in counts]
    return t("boards.bots.outcomes", list=" · ".join(parts))


def _absent(name: str, where: str) -> None:
    key = "lost" if where == "workers" and name in ALWAYS else "absent"
    color = "red" if key == "lost" else "gray"
    state = t(f"boards.bots.states.{'silent' if key == 'lost' else 'absent'}")
    with st.container(border=True):
        st.markdown(
            f"**{_name(name)}** :{color}-badge[{state}]  \n:small[{t(f'boards.bots.does.{name}')}]"
            f"\n\n:small[{t(f'boards.bots.{key}')}]"
        )


# -- journals -----------------------------------------------------------------------------------


def _is_trusted() -> bool:
    """Whether somebody with a role has proved himself: errors and journals may name nodes and machines."""
    account = signed_in()
    return account is not None and bool(market().index.roles(account))


def _journals(*, trusted: bool) -> None:
    st.subheader(t("boards.bots.journals"))
    if not trusted:
        if signed_in() is None:
            sign_in_panel(t("boards.bots.sign_in"))
        else:
            st.caption(t("boards.bots.no_role"))
        return
    folder = market().settings.data / JOURNALS
    kept = [name for name in NAMES if (folder / f"{name}.jsonl").exists()]
    if not kept:
        empty(t("boards.bots.no_journal"), "receipt_long")
        return
    name = st.selectbox(t("boards.bots.journal_of"), kept, format_func=_name, key="boards.bots.journal")
    entries = Journal(folder, name, writes=False).tail(LINES)
    text = "\n".join(_line(entry) for entry in reversed(entries))
    st.code(clean_lines(text) or "—", language=None, wrap_lines=True)


def _line(entry: dict[str, object]) -> str:
    """An entry of a journal: its time, what it is about, what became of it."""
    facts = [entry.get(name) for name in ("written", "event", "kind")]
    facts += [short(str(entry["subject"])) if "subject" in entry else None, entry.get("outcome")]
    facts += [entry.get("reason"), short(str(entry["transaction"])) if "transaction" in entry else None]
    return clean(" · ".join(str(fact) for fact in facts if fact), 400)


# -- words --------------------------------------------------------------------------------------


def _who(status: BotStatus) -> str:
    if status.account is None and status.name == "watch":
        return plain(status.worker, 60)
    account = short(status.account) if status.account else t("boards.bots.no_key")
    return f"{plain(account)} · {plain(status.worker, 60)}"


def _name(name: str) -> str:
    return t(f"boards.bots.names.{name}")


def _kind(kind: str) -> str:
    key = f"boards.kinds.{kind}"
    return t(key) if has_text(key) else plain(kind)


def _outcome(outcome: str) -> str:
    key = f"boards.results.{outcome}"
    return t(key) if has_text(key) else plain(outcome)


def _ago(at: float | None, now: float) -> str:
    return "—" if at is None else t("boards.bots.ago", duration=duration_text(int(now - at)))
