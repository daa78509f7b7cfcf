"""Who holds which role, and who sits on the panels."""

import streamlit as st

from dapp.market import market
from dapp.views.operate.restricted import restricted_action
from dapp.widgets.addresses import address, is_address, short
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import t
from dapp.widgets.text import plain
from dapp.widgets.times import duration_text

ROLES = tuple(range(15))
UNDELAYED = (4, 5, 6, 9, 11, 13, 14)
"""Roles that can do nothing with a delay: contracts refuse it, or a program or a contract holds them."""
NATIVE = "0x" + "0" * 40
MOST_DAYS = 30
DAY = 86_400


def show_people() -> None:
    """Arbiters first, then the roles."""
    _arbiters()
    _roles()


def _arbiters() -> None:
    contracts = market().contracts
    panels = {"ArbiterPanel": contracts.panel, "BackupPanel": contracts.backup_panel}
    st.subheader(t("operate.arbiters"))
    for arbiter in market().index.arbiters():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            address(arbiter.account, key=f"operate.arbiter.{arbiter.panel}.{arbiter.seat}")
            duty = t(f"operate.duties.{arbiter.duty.name.lower()}")
            facts = (t(f"operate.panels.{arbiter.panel}"), duty, amount_text(arbiter.stake, NATIVE))
            st.caption(" · ".join(facts), width="content")
            st.caption(t("operate.ruled", count=arbiter.ruled), width="content")
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            panel = st.selectbox(
                t("operate.panel"), list(panels), format_func=lambda name: t(f"operate.panels.{name}")
            )
            who = _account("operate.arbiter.who")
        if who is None:
            return
        functions, name = panels[panel].functions, plain(short(who))
        restricted_action(
            t("operate.appoint", who=name), functions.appoint(who), key=f"operate.appoint.{panel}.{who}"
        )
        restricted_action(
            t("operate.dismiss", who=name), functions.dismiss(who), key=f"operate.dismiss.{panel}.{who}"
        )


def _roles() -> None:
    from dapp.views.operate import role_name

    st.subheader(t("operate.roles_title"))
    for row in market().index.roles():
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{role_name(row.role)}**", width=200)
            address(row.account, key=f"operate.role.{row.role}.{row.account}")
            delay = t("operate.after", delay=duration_text(row.delay)) if row.delay else t("operate.no_delay")
            st.caption(t("operate.role_delay", delay=delay), width="content")
    authority = market().contracts.authority.functions
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            role = st.selectbox(t("operate.role"), ROLES, format_func=role_name, key="operate.role")
            who = _account("operate.role.who")
            days = _delay_days(role)
        if who is None:
            return
        name = plain(short(who))
        restricted_action(
            t("operate.grant", role=role_name(role), who=name),
            authority.grantRole(role, who, days * DAY),
            key=f"operate.grant.{role}.{who}",
        )
        restricted_action(
            t("operate.revoke", role=role_name(role), who=name),
            authority.revokeRole(role, who),
            key=f"operate.revoke.{role}.{who}",
        )


def _delay_days(role: int) -> int:
    if role in UNDELAYED:
        st.caption(t("operate.no_delay_help"))
        return 0
    return int(st.number_input(t("operate.delay_days"), 0, MOST_DAYS, 0, key="operate.role.days"))


def _account(key: str) -> str | None:
    typed = st.text_input(t("operate.account"), key=key, max_chars=42).strip()
    if not typed:
        return None
    if not is_address(typed):
        st.caption(f":red[{t('operate.not_an_address')}]")
        return None
    return str(market().web3.to_checksum_address(typed))
