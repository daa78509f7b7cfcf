"""The referral tree."""

from dapp.index.failures import ForeignHistory
from dapp.index.market_state import MarketState
from dapp.index.records import NOBODY, MemberRecord


def on_registered(s: MarketState, account: bytes, referrer: bytes) -> None:
    """Registered."""
    s.concerns(account)
    level2 = level3 = NOBODY
    if referrer != NOBODY:
        s.concerns(referrer)
        above = s.members.edit(referrer)
        if above is None:
            raise ForeignHistory(f"0x{referrer.hex()} refers somebody, but isn't in the tree.")
        above.count1 += 1
        level2, level3 = above.referrer, above.level2
        if level2 != NOBODY and (second := s.members.edit(level2)):
            second.count2 += 1
        if level3 != NOBODY and (third := s.members.edit(level3)):
            third.count3 += 1
    s.members.add(account, MemberRecord(account, referrer, level2, level3, s.now))
