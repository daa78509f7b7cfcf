// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Claim, IScoreProofs} from "../../contracts/interfaces/IScoreProofs.sol";
import {Roles} from "../../contracts/libraries/Roles.sol";
import {Stage} from "./Stage.sol";
import {vm} from "../invariants/Vm.sol";

// score proofs
// ├── verify: as it should be → its id · every fault → its error
// └── revoke: by holder and admin → ended · twice → error
contract ProofUnits is Stage {
    uint256 private constant KEY = 77;

    IScoreProofs private proofs;
    IAccessManager private authority;

    function setUp() public override {
        super.setUp();
        authority = IAccessManager(IAccessManaged(address(market)).authority());
        proofs = IScoreProofs(vm.deployCode("ScoreProofs.sol:ScoreProofs", abi.encode(authority)));
        authority.grantRole(Roles.SCORE_SIGNER, vm.addr(KEY), 0);
        _tick(12);
        _now();
    }

    /// @dev Of a merchant with 800 points or more, a month from now, for anybody; the block is forgotten.
    function _proof() private view returns (IScoreProofs.Proof memory p) {
        p.signer = vm.addr(KEY);
        p.holder = accounts[SELLER];
        p.value = 800;
        p.blockHash = keccak256("block");
        p.blockTime = block.timestamp;
        p.until = block.timestamp + 30 days;
    }

    function _verifying(IScoreProofs.Proof memory p) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, proofs.idOf(p));
        return abi.encodeCall(proofs.verify, (p, abi.encodePacked(r, s, v), accounts[SELLER]));
    }

    function _refused(IScoreProofs.Proof memory p, bytes4 fault) private {
        _fails(accounts[OUTSIDER], address(proofs), 0, _verifying(p), fault);
    }

    function test_verify__as_it_should_be__its_id() external {
        IScoreProofs.Proof memory p = _proof();
        bytes memory id = _call(accounts[OUTSIDER], address(proofs), 0, _verifying(p));
        _same(uint256(bytes32(id)), uint256(proofs.idOf(p)));
        (p.claim, p.value, p.audience) = (Claim.TierIs, 3, accounts[BUYER]);
        id = _call(accounts[BUYER], address(proofs), 0, _verifying(p));
        _same(uint256(bytes32(id)), uint256(proofs.idOf(p)));
    }

    function test_verify__faults__reverts() external {
        IScoreProofs.Proof memory p = _proof();
        p.value = 1_001;
        _refused(p, IScoreProofs.ScoreProofs_NoSuchValue.selector);
        (p.claim, p.value) = (Claim.TierIs, 4);
        _refused(p, IScoreProofs.ScoreProofs_NoSuchValue.selector);
        p = _proof();
        ++p.blockTime;
        _refused(p, IScoreProofs.ScoreProofs_NotYet.selector);
        p = _proof();
        p.until = block.timestamp;
        _refused(p, IScoreProofs.ScoreProofs_Expired.selector);
        p.until += 90 days + 1;
        _refused(p, IScoreProofs.ScoreProofs_LivesTooLong.selector);
        p = _proof();
        p.holder = accounts[BUYER];
        _refused(p, IScoreProofs.ScoreProofs_OtherHolder.selector);
        p = _proof();
        p.audience = accounts[BUYER];
        _refused(p, IScoreProofs.ScoreProofs_OtherAudience.selector);
        p = _proof();
        p.signer = accounts[BUYER];
        _refused(p, IScoreProofs.ScoreProofs_NotSigner.selector);
        authority.grantRole(Roles.SCORE_SIGNER, accounts[BUYER], 0);
        _refused(p, IScoreProofs.ScoreProofs_BadSignature.selector);
        authority.grantRole(Roles.SCORE_SIGNER, accounts[BUYER], 1 days);
        _refused(p, IScoreProofs.ScoreProofs_NotSigner.selector);
    }

    function test_verify__block_reorganised_away__reverts() external {
        IScoreProofs.Proof memory p = _proof();
        p.blockNumber = block.number - 1;
        p.blockHash = ~blockhash(p.blockNumber);
        _refused(p, IScoreProofs.ScoreProofs_OtherBlock.selector);
        p.blockHash = blockhash(p.blockNumber);
        _call(accounts[OUTSIDER], address(proofs), 0, _verifying(p));
    }

    function test_revoke__by_holder_or_admin__ends() external {
        IScoreProofs.Proof memory p = _proof();
        bytes memory revoking = abi.encodeCall(proofs.revoke, (proofs.idOf(p)));
        _call(accounts[OUTSIDER], address(proofs), 0, revoking);
        _call(accounts[OUTSIDER], address(proofs), 0, _verifying(p));
        _call(p.holder, address(proofs), 0, revoking);
        _fails(p.holder, address(proofs), 0, revoking, IScoreProofs.ScoreProofs_AlreadyRevoked.selector);
        _refused(p, IScoreProofs.ScoreProofs_Revoked.selector);
        p.value = 700;
        revoking = abi.encodeCall(proofs.revokeAny, (proofs.idOf(p)));
        _fails(p.holder, address(proofs), 0, revoking, IAccessManaged.AccessManagedUnauthorized.selector);
        _call(address(this), address(proofs), 0, revoking);
        _refused(p, IScoreProofs.ScoreProofs_Revoked.selector);
    }

    function test_construction__zero_authority__reverts() external {
        try this.make(address(0)) {
            revert Unexpected(IScoreProofs.ScoreProofs_ZeroAddress.selector, true, "");
        } catch (bytes memory fault) {
            _same(uint32(bytes4(fault)), uint32(IScoreProofs.ScoreProofs_ZeroAddress.selector));
        }
    }

    function make(address given) external returns (address) {
        return vm.deployCode("ScoreProofs.sol:ScoreProofs", abi.encode(given));
    }
}
