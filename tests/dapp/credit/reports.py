"""Reports as tests make them: signed by an actor of the development chain."""

from dataclasses import replace

from eth_account import Account

from dapp.chain.actors import ACTORS
from dapp.credit.report import Report
from dapp.domain.bounds import DAY

MNEMONIC = "test test test test test test test test test test test junk"
NOON = 40_000 * DAY + 43_200
"""A chain time to test by."""
CREDIT = "0x" + "c" * 40
FIELDS = {
    "identity": {"level": "2", "until": "2090-01-01"},
    "certificate": {"standards": "ISO 27001", "audited": "false", "until": "2090-01-01"},
    "violation": {"severity": "2", "repeated": "false"},
    "knowledge": {"format": "answer", "readers": "0"},
    "mentoring": {"hours": "4", "rating": "4"},
    "two-factor": {"method": "totp", "until": "2090-01-01"},
    "log-in-anomalies": {"attempts": "50", "succeeded": "false"},
}
"""A sound report's fields by kind."""


def key_of(actor):
    """An actor's account, which signs."""
    Account.enable_unaudited_hdwallet_features()
    return Account.from_mnemonic(MNEMONIC, account_path=f"m/44'/60'/0'/0/{ACTORS.index(actor)}")


ATTESTOR, SELLER, OUTSIDER = (key_of(name) for name in ("attestor", "seller", "outsider"))


def report(kind="mentoring", fact="fact-1", *, signer=ATTESTOR, fields=None, issued_at=NOON, **changes):
    """A signed report; whatever is changed is signed as well."""
    plain = Report(
        chain_id=changes.pop("chain_id", 31337),
        credit=changes.pop("credit", CREDIT).lower(),
        attestor=signer.address,
        merchant=changes.pop("merchant", SELLER.address),
        kind=kind,
        fact=fact,
        fields=tuple(sorted((FIELDS[kind] | (fields or {})).items())) if kind in FIELDS else (),
        issued_at=issued_at,
        valid_until=changes.pop("valid_until", issued_at + 7 * DAY),
    )
    # As it comes out of a file: addresses in their checked form.
    return Report.of(replace(plain, **changes).to_plain()).signed_by(signer)
