"""The commands of `dapp.privacy`: `hanse request-proof`, `prove-score`, `show-proof`, `verify-proof` …"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from eth_account.messages import encode_typed_data
from eth_utils.address import is_address, to_checksum_address

from dapp.chain.contracts import MarketContracts
from dapp.chain.formats import time as time_text
from dapp.chain.keys import account_named
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.credit import Tier
from dapp.privacy.errors import BadProof, BadRequest, NoSigner, NotShown
from dapp.privacy.examination import Examination, Examiner, check_shown, examine, examine_offline
from dapp.privacy.held import command as held
from dapp.privacy.presentation import shown_message
from dapp.privacy.proof import Claim, Proof, SignedProof
from dapp.privacy.request import ProofRequest, Wish
from dapp.privacy.signing import score_signer
from dapp.settings import Settings

SOUND, FAULTY = 0, 1
_TIERS: Final = {tier.name.lower(): tier for tier in Tier}
Command = Callable[[str, Callable[[argparse.Namespace, Settings], int]], argparse.ArgumentParser]


def add_commands(command: Command) -> None:
    """Put the commands on the command line."""
    requesting = command("request-proof", request)
    requesting.add_argument("--account", required=True, help="the merchant's: a keystore file or Ape's alias")
    claim = requesting.add_mutually_exclusive_group(required=True)
    claim.add_argument("--at-least", type=int, metavar="POINTS", help="the score was so many points or more")
    claim.add_argument("--tier", choices=_TIERS, help="the tier was this one")
    requesting.add_argument("--holder", type=_address, help="who will show it; otherwise the merchant")
    requesting.add_argument("--for", dest="audience", type=_address, help="whom alone it is for")
    requesting.add_argument("--days", type=int, default=30, help="how long it shall count (30)")
    proving = command("prove-score", prove)
    proving.add_argument("request", type=Path, help="a merchant's request")
    for made in (requesting, proving):
        made.add_argument("--out", type=Path, help="where to write it; otherwise to the standard output")
    showing = command("show-proof", show)
    showing.add_argument("file", type=Path, help="a score proof")
    showing.add_argument("--challenge", required=True, help="what the verifier asks to be signed")
    showing.add_argument("--account", required=True, help="the holder's: a keystore file or Ape's alias")
    verifying = command("verify-proof", verify)
    verifying.add_argument("file", type=Path, help="a score proof")
    verifying.add_argument("--as", dest="asker", type=_address, help="your address, if it must be for you")
    verifying.add_argument("--signer", type=_address, help="the only signer to trust")
    verifying.add_argument("--challenge", help="what you asked the holder to sign")
    verifying.add_argument("--shown", type=_bytes, help="his signature, from `hanse show-proof`")
    verifying.add_argument("--offline", action="store_true", help="without a chain, by the signature alone")
    publishing = command("publish-statistics", publish)
    held.add_commands(command, _account)
    publishing.add_argument("--week", help="as 2026-W47; otherwise the last one that is over")


def request(arguments: argparse.Namespace, settings: Settings) -> int:
    """Sign a request for a proof of one's own score, for the score signer to answer."""
    contracts = _contracts(settings)
    account = account_named(arguments.account, contracts.record.chain_id)
    by_tier = arguments.tier is not None
    wish = Wish(
        merchant=account.address,
        holder=arguments.holder or account.address,
        claim=Claim.TIER_IS if by_tier else Claim.SCORE_AT_LEAST,
        value=int(_TIERS[arguments.tier]) if by_tier else arguments.at_least,
        life_seconds=arguments.days * DAY,
        audience=arguments.audience or ZERO_ADDRESS,
    )
    now = int(contracts.web3.eth.get_block("latest")["timestamp"])
    asked = ProofRequest(contracts.record.chain_id, contracts.score_proofs.address, wish, now)
    _write(asked.signed_by(account).to_json(), arguments.out)
    return SOUND


def prove(arguments: argparse.Namespace, settings: Settings) -> int:
    """Answer a merchant's request with a proof, signed by this machine's score signer."""
    asked = ProofRequest.parse(_read(arguments.request, BadRequest))
    signer = score_signer(_contracts(settings), settings)
    if signer is None:
        raise NoSigner
    _write(signer.answer(asked).to_json(), arguments.out)
    return SOUND


def show(arguments: argparse.Namespace, settings: Settings) -> int:
    """Sign a verifier's challenge as a proof's holder, and print the signature."""
    del settings
    proof = SignedProof.parse(_read(arguments.file, BadProof)).proof
    account = account_named(arguments.account, proof.chain_id)
    if account.address != proof.holder:
        raise NotShown(holder=proof.holder)
    message = encode_typed_data(full_message=shown_message(proof, arguments.challenge))
    print(f"0x{account.sign_message(message).signature.hex()}")
    return SOUND


def verify(arguments: argparse.Namespace, settings: Settings) -> int:
    """Check a score proof, on chain unless told otherwise; 1 if it doesn't count."""
    signed = SignedProof.parse(_read(arguments.file, BadProof))
    examiner = Examiner(arguments.asker, arguments.signer)
    contracts = None if arguments.offline else _contracts(settings)
    if contracts is None:
        found = examine_offline(signed, int(time.time()), examiner)
    else:
        found = examine(signed, contracts, examiner)
    if arguments.challenge is not None:
        try:
            check_shown(signed.proof, arguments.challenge, arguments.shown or b"", contracts)
        except NotShown as fault:
            found.faults.append(fault)
    print("\n".join(lines_of(found, shown=arguments.challenge is not None)))
    return SOUND if found.is_sound else FAULTY


def publish(arguments: argparse.Namespace, settings: Settings) -> int:
    """Publish a week's figures with noise, as far as today's epsilon allows; 1 if some must wait."""
    from dapp.privacy.statistics.command import (
        publish_statistics,
    )  # with the index, which the others don't need

    return publish_statistics(arguments, settings)


def lines_of(found: Examination, *, shown: bool) -> Iterator[str]:
    """What a proof says, and what was found."""
    proof = found.proof
    yield f"claim    {claim_text(proof)}"
    yield f"at       {time_text(proof.block_time)}, block {proof.block_number} (0x{proof.block_hash.hex()})"
    yield f"until    {time_text(proof.until)}"
    yield f"holder   {proof.holder}"
    yield f"for      {'anybody' if proof.audience == ZERO_ADDRESS else proof.audience}"
    yield f"mark     0x{proof.mark.hex()}"
    yield f"signer   {proof.signer}"
    yield f"proof    0x{proof.id.hex()}"
    for fault in found.faults:
        yield f"FAULT    {fault.sentence()}"
    if not shown:
        yield "note     Nothing was shown by the holder: ask for his signature with a challenge of yours."
    if not found.asked_chain:
        yield "note     Checked without the chain: not the signer's role, nor revocations, nor the block."
    if found.is_sound:
        yield "sound    It counts."


def claim_text(proof: Proof) -> str:
    """The claim in words."""
    if proof.claim is Claim.TIER_IS:
        return f"a merchant of the tier {Tier(proof.value).name.capitalize()}"
    return f"a merchant with a score of {proof.value} or more"


# -- inside -----------------------------------------------------------------------------------


def _contracts(settings: Settings) -> MarketContracts:
    return MarketContracts.connect(settings.rpc_urls, settings.deployments)


def _read(path: Path, error: type[BadProof | BadRequest]) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise error(reason=f"{path} can't be read ({fault.strerror})") from fault


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content + b"\n")
    else:
        out.write_bytes(content + b"\n")


def _address(text: str) -> str:
    if not is_address(text):
        raise argparse.ArgumentTypeError(f"“{text[:80]}” is no address")
    address = str(to_checksum_address(text))
    if text.removeprefix("0x") not in (address[2:], address[2:].lower(), address[2:].upper()):
        raise argparse.ArgumentTypeError(f"“{text}” has a typing error: its capitals don't fit its digits")
    return address


def _account(text: str) -> str:
    if (account := _address(text)) == ZERO_ADDRESS:
        raise argparse.ArgumentTypeError("the zero address is nobody's")
    return account


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        raise argparse.ArgumentTypeError("a signature is 0x and hexadecimal digits") from None
