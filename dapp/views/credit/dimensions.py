"""The five dimensions of a merchant's score: where each stands, and between which bounds it moves."""

from dapp.domain.credit import ATTESTED_MAX, SERVICE_MAX, TRADE_MAX, Dimension
from dapp.index.account_rows import MerchantRow

MOST = {
    Dimension.TRADE: TRADE_MAX,
    Dimension.SERVICE: SERVICE_MAX,
    Dimension.COMPLIANCE: ATTESTED_MAX // 3,
    Dimension.COMMUNITY: ATTESTED_MAX // 3,
    Dimension.SECURITY: ATTESTED_MAX // 3,
}


def sub_scores(merchant: MerchantRow) -> dict[Dimension, int]:
    """The five sub-scores in thousandths of a point; they sum to the score."""
    values = (merchant.trade, merchant.service, merchant.compliance, merchant.community, merchant.security)
    return dict(zip(Dimension, values, strict=True))
