"""Score proofs on the credit screen, with the running market's own signer.

getting one
├── only the merchant sees the form; only once signed in is there a button
├── pressed → one proof that the contract accepts, to download; a name of his choice needs an audience
├── a newcomer, an address that is none → the reason, nothing is signed
└── a server without a key says so
checking one
├── good → it counts, with what it says · changed, another market's, no proof → the reason, in both languages
├── its holder can revoke it, nobody else
└── the chain is silent → by the file alone, and that is said
"""

import json

import pytest
from eth_account.messages import encode_typed_data

from dapp.chain.keys import development_account
from dapp.domain.bounds import DAY
from dapp.privacy.examination import examine
from dapp.privacy.proof import Claim, Proof, SignedProof
from dapp.views.credit import proofs as view
from tests.dapp.views.pages import asked_for, press, shown
from tests.dapp.wallet.seeding import sign_in

MERCHANT = "third_seller"
SIGNER = development_account("score_signer")


def merchants_page(screens, account=MERCHANT, language="en", signed=True):
    at = screens.open("credit", account, language)
    if signed:
        sign_in(at, screens.running.actors[account])
        at.run()
    return at


def fill(at, **values):
    for name, value in values.items():
        at.text_input(key=f"credit.proofs.{name}").set_value(value)
    return at.run()


def made(at):
    """The proof that the page offers, None without one."""
    key = "credit.proofs.made"
    return at.session_state[key][1] if key in at.session_state else None


def paste(at, content):
    return at.text_area(key="credit.proofs.paste").set_value(content).run()


@pytest.fixture
def proof(screens):
    """A proof of the head's block, held by the buyer."""
    contracts = screens.market.contracts
    head = screens.market.web3.eth.get_block("latest")
    proof = Proof(
        chain_id=contracts.record.chain_id,
        contract=contracts.score_proofs.address,
        signer=SIGNER.address,
        holder=screens.running.buyer,
        claim=Claim.SCORE_AT_LEAST,
        value=600,
        block_number=head["number"],
        block_hash=bytes(head["hash"]),
        block_time=head["timestamp"],
        until=head["timestamp"] + 30 * DAY,
    )
    signed = SIGNER.sign_message(encode_typed_data(full_message=proof.message))
    return SignedProof(proof, bytes(signed.signature))


@pytest.mark.parametrize("account", [None, "buyer"])
def test_prove__not_the_merchant__has_no_form(screens, account):
    at = screens.open("credit", account, merchant=screens.running.actors[MERCHANT])
    assert not at.exception
    assert not any(field.key == "credit.proofs.audience" for field in at.text_input)
    assert any(field.key == "credit.proofs.paste" for field in at.text_area)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_prove__not_signed_in__asked_to_and_no_button(screens, language):
    at = merchants_page(screens, language=language, signed=False)
    assert not at.exception
    keys = [button.key for button in at.button]
    assert "hanse.sign_in.button" in keys
    assert "credit.proofs.make" not in keys


def test_make__pressed__one_proof_that_counts(screens):
    at = merchants_page(screens)
    options = at.selectbox(key="credit.proofs.claim").options
    assert len(options) == 1 + 622 // 50
    at.button(key="credit.proofs.make").click().run()
    assert not at.exception
    signed = made(at)
    assert (signed.proof.claim, signed.proof.value) == (Claim.TIER_IS, 1)
    assert signed.proof.holder == screens.running.actors[MERCHANT]
    assert examine(signed, screens.market.contracts).is_sound
    assert SignedProof.parse(signed.to_json()) == signed
    again = at.run()
    assert made(again) == signed


def test_make__under_another_name__for_an_audience_alone(screens):
    at = merchants_page(screens)
    holder = screens.running.outsider
    at = fill(at, holder=holder.lower())
    at.button(key="credit.proofs.make").click().run()
    assert "must name whom it is for" in at.error[0].value
    at = fill(at, audience=screens.running.payer)
    at.button(key="credit.proofs.make").click().run()
    proof = made(at).proof
    assert (proof.holder, proof.audience) == (holder, screens.running.payer)


def test_make__no_address__button_is_off(screens):
    at = fill(merchants_page(screens), audience="my bank")
    assert at.error
    assert at.button(key="credit.proofs.make").disabled


def test_make__newcomer__told_why_not(screens):
    at = merchants_page(screens, "outsider")
    at.button(key="credit.proofs.make").click().run()
    assert "traded too little" in at.error[0].value
    assert not isinstance(made(at), SignedProof)


def test_made__another_account_connects__sees_nothing_of_it(screens):
    at = merchants_page(screens)
    at.button(key="credit.proofs.make").click().run()
    assert made(at)
    sign_in(at, screens.running.seller)
    at.run()
    assert "Signed. Keep the file" not in shown(at)


def test_prove__server_without_a_key__says_so(screens, monkeypatch):
    monkeypatch.setattr(view, "_signer", lambda _settings: None)
    at = merchants_page(screens)
    assert "issues no score proofs" in at.info[0].value
    assert not any(button.key == "credit.proofs.make" for button in at.button)


def test_prove__unusable_key__says_so(screens, monkeypatch, tmp_path):
    view._signer.cache_clear()
    monkeypatch.setenv("HANSE_SCORE_SIGNER_KEYSTORE", str(tmp_path / "key.json"))
    at = merchants_page(screens)
    assert not at.exception
    assert any("HANSE" in warning.value and "PASSPHRASE" in warning.value for warning in at.warning)


# -- checking ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("account", [None, "buyer"])
def test_check__good__counts_and_says_what(screens, proof, account, language):
    at = paste(
        screens.open("credit", account, language, merchant=screens.running.seller), proof.to_json().decode()
    )
    assert not at.exception
    assert not at.error
    assert at.success
    assert screens.running.buyer in shown(at)
    assert "600" in shown(at)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda p: p["message"].update(value=900), "The contract refuses it"),
        (lambda p: p["domain"].update(chainId=1), "this market's is"),
        (lambda p: p["message"].update(value=2_000), "This isn't a score proof"),
        (lambda p: p.update(signature="0x<script>"), "This isn't a score proof"),
    ],
)
def test_check__bad__the_reason(screens, proof, change, reason):
    plain = json.loads(proof.to_json())
    change(plain)
    at = paste(screens.open("credit", None, merchant=screens.running.seller), json.dumps(plain))
    assert not at.exception
    assert not at.success
    assert reason.replace("'", "\\'") in at.error[0].value


def test_check__chinese__the_reason_in_chinese(screens, proof):
    plain = json.loads(proof.to_json())
    plain["message"]["value"] = 900
    at = paste(screens.open("credit", None, "zh", merchant=screens.running.seller), json.dumps(plain))
    assert "合约拒绝它" in at.error[0].value


def test_check__own_proof__can_be_revoked(screens, proof):
    at = paste(screens.open("credit", "buyer", merchant=screens.running.seller), proof.to_json().decode())
    key = f"credit.proofs.revoke.{proof.proof.id.hex()}"
    at = press(at, key)
    name, arguments, _ = asked_for(screens, at, "score_proofs")
    assert (name, bytes(arguments["id"])) == ("revoke", proof.proof.id)
    at = paste(screens.open("credit", "seller"), proof.to_json().decode())
    assert not any(button.key == f"{key}.button" for button in at.button)


def test_check__silent_chain__by_the_file_alone(screens, proof, request):
    at = screens.open("credit", None, merchant=screens.running.seller)
    request.getfixturevalue("silent_chain")
    at = paste(at, proof.to_json().decode())
    assert not at.exception
    assert any("checked by the file alone" in warning.value for warning in at.warning)
    assert not any("The proof counts" in success.value for success in at.success)
