"""The named accounts of development chains, in the order of the test mnemonic: roles, never people."""

DEVELOPMENT_CHAIN = 31337
MNEMONIC = "test test test test test test test test test test test junk"
"""Of the accounts that development chains give money to: everybody's, and so nobody's."""
ACTORS = (
    "operator",  # deploys, and holds the operators' roles
    "attestor",
    "judge",  # decides appeals and audits
    "seller",
    "second_seller",
    "third_seller",
    "buyer",
    "second_buyer",
    "third_buyer",
    "payer",
    "referrer",  # the buyer's; referred by the next, and that one by the third
    "second_referrer",
    "third_referrer",
    "arbiter",
    "second_arbiter",
    "third_arbiter",
    "fourth_arbiter",
    "fifth_arbiter",
    "keeper",
    "outsider",
    "risk_bot",
    "reviewer",  # decides about holds
    "score_signer",
)
