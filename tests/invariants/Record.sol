// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ICredit} from "../../contracts/interfaces/ICredit.sol";
import {Tier} from "../../contracts/interfaces/IFeePolicy.sol";
import {Dimension} from "../../contracts/interfaces/IMerchants.sol";
import {Status} from "../../contracts/interfaces/IOrders.sol";
import {Policy} from "../../contracts/libraries/Policy.sol";
import {Justice} from "./Justice.sol";

/// @notice Attestations, appeals and what the roles may do.
abstract contract Record is Justice {
    mapping(address account => mapping(Dimension => int256)) private _subs;
    bytes32[] internal attestations;
    uint256 private _bonds;
    uint256 internal modules = 1;

    function _openBonds() internal view override returns (uint256) {
        return _bonds;
    }

    // -- attestations and appeals -----------------------------------------------------------------

    function _attest(address merchant, uint256 dimension, int256 delta, address caller) internal {
        Dimension d = Dimension(dimension);
        uint256 left = caller == address(this) ? credit.leftToday(caller, merchant, d) : 0;
        bool legal = caller == address(this) && dimension >= 2 && delta != 0;
        legal = legal && uint256(delta < 0 ? -delta : delta) <= left;
        bool ok = _send(caller, address(credit), 0, abi.encodeCall(credit.attest, (merchant, d, delta, CID)));
        _require(ok == legal, "I18: an attestation passed its bounds, or failed within them");
        if (!ok) return;
        bytes32 id = keccak256(abi.encode(block.chainid, address(credit), credit.attestationCount()));
        attestations.push(id);
        int256 applied = _moveSub(merchant, d, delta);
        _require(
            credit.attestationOf(id).applied == applied,
            "I22: an attestation tells another size than it had"
        );
    }

    function _moveSub(address merchant, Dimension d, int256 delta) private returns (int256 applied) {
        int256 old = _subs[merchant][d];
        int256 next = _clamp(old + delta, -60_000, 40_000);
        _subs[merchant][d] = next;
        applied = next - old;
        merchants[merchant].attested += applied;
    }

    function _appealAttestation(uint256 seed, address caller) internal {
        if (attestations.length == 0) return;
        bytes32 id = attestations[seed % attestations.length];
        ICredit.Attestation memory a = credit.attestationOf(id);
        bool legal =
            a.applied < 0 && caller == a.merchant && credit.appealOf(id).status == ICredit.AppealStatus.None;
        _sendAppeal(caller, abi.encodeCall(credit.appealAttestation, (id, CID)), legal);
    }

    function _appealOrder(uint256 index, address caller) internal {
        Order storage o = orders[index];
        bool legal = !_isLive(index) && caller == o.terms.seller;
        legal = legal && credit.appealOf(o.id).status == ICredit.AppealStatus.None;
        _sendAppeal(caller, abi.encodeCall(credit.appealOrder, (o.terms, CID)), legal);
    }

    function _sendAppeal(address caller, bytes memory data, bool legal) private {
        bool ok = _send(caller, address(credit), 0.05 ether, data);
        _require(ok == legal, "I25: an appeal was taken that may not be, or not taken though it may");
        if (ok) _bonds += 0.05 ether;
        panelMoved = true;
    }

    function _decideAttestation(uint256 seed, bool upheld, address caller) internal {
        if (attestations.length == 0) return;
        bytes32 id = attestations[seed % attestations.length];
        ICredit.Appeal memory appeal = credit.appealOf(id);
        bool legal = appeal.status == ICredit.AppealStatus.Open && clock < appeal.decideUntil;
        legal = legal && caller == address(this);
        bool ok = _send(
            caller,
            address(credit),
            0,
            abi.encodeCall(credit.decideAttestation, (id, upheld, CID))
        );
        _require(ok == legal, "I25: an appeal was decided that may not be, or not though it may");
        if (!ok) return;
        ICredit.Attestation memory a = credit.attestationOf(id);
        if (upheld) _moveSub(a.merchant, a.dimension, -int256(a.applied));
        _returnBond(appeal.bond, upheld ? appeal.merchant : address(market));
    }

    function _decideOrder(uint256 index, bool upheld, address caller) internal {
        Order storage o = orders[index];
        ICredit.Appeal memory appeal = credit.appealOf(o.id);
        bool legal = appeal.status == ICredit.AppealStatus.Open && clock < appeal.decideUntil;
        legal = legal && caller == address(this) && (!upheld || o.tradeLoss + o.serviceLoss != 0);
        bool ok = _send(
            caller,
            address(credit),
            0,
            abi.encodeCall(credit.decideOrder, (o.terms, upheld, CID))
        );
        _require(ok == legal, "I25: an order's appeal was decided that may not be, or not though it may");
        if (!ok) return;
        if (upheld) _reverses(o);
        _returnBond(appeal.bond, upheld ? appeal.merchant : address(market));
    }

    function _reverses(Order storage o) internal {
        _moveTrade(o.terms.seller, int256(o.tradeLoss));
        _moveService(o.terms.seller, int256(o.serviceLoss));
        (o.tradeLoss, o.serviceLoss) = (0, 0);
    }

    function _expireAppeal(bytes32 ref, address caller) internal {
        ICredit.Appeal memory appeal = credit.appealOf(ref);
        bool legal = appeal.status == ICredit.AppealStatus.Open && clock >= appeal.decideUntil;
        bool ok = _send(caller, address(credit), 0, abi.encodeCall(credit.expireAppeal, (ref)));
        _require(ok == legal, "I13: an appeal expired though it may not, or didn't though it may");
        if (ok) _returnBond(appeal.bond, appeal.merchant);
    }

    function _returnBond(uint256 bond, address account) private {
        _bonds -= bond;
        _credit(address(0), account, bond, false);
        panelMoved = true;
    }

    // -- roles ------------------------------------------------------------------------------------

    /// @dev One call of a role: nothing but settings may change, and they stay within their hard bounds.
    function _role(uint256 action, uint256 a, uint256 b, address caller) internal {
        bool legal = caller == address(this);
        address to = address(market);
        bytes memory data;
        if (action == 0) {
            data = abi.encodeCall(market.pause, ());
        } else if (action == 1) {
            data = abi.encodeCall(market.unpause, ());
        } else if (action == 2) {
            (to, data) = (address(fees), abi.encodeCall(fees.setBaseFee, (a % 1_000)));
            legal = legal && a % 1_000 <= 834;
        } else if (action == 3) {
            (to, data) = (
                address(fees),
                abi.encodeCall(fees.setStakes, (a % 200 ether, b % 2 ether, b % 1 ether))
            );
            legal = legal && a % 200 ether < 100.001 ether;
        } else if (action == 4) {
            (to, data) = (
                address(fees),
                abi.encodeCall(fees.setCreditScale, (1e14 + (a % 1e16), 1_000 + (b % 64_000)))
            );
        } else if (action == 5) {
            uint256[3] memory rates = [a % 2_000, b % 1_000, (a ^ b) % 800];
            data = abi.encodeCall(market.setCommissionRule, (0, rates));
            legal = legal && rates[0] + rates[1] + rates[2] <= 3_000;
        } else if (action == 6) {
            data = abi.encodeCall(market.setPolicy, (Policy.wrap(a)));
            legal = legal && _isWithinBounds(Policy.wrap(a));
        } else if (action == 7) {
            data = abi.encodeCall(
                market.addModule,
                (a % 2 == 0 ? address(disputes) : address(secondDisputes))
            );
            legal = legal && modules < 12;
            if (caller == address(this) && modules >= 12) return;
        } else {
            (to, data) = (address(panel), abi.encodeCall(panel.setArbitrationCost, ((a % 25) * 1e15)));
        }
        bool ok = caller == address(this) ? _asRole(to, data) : _send(caller, to, 0, data);
        _require(ok == legal, "I18: a role call passed its bounds, or failed within them");
        checkAll = true;
        if (!ok) return;
        if (action < 2) paused = action == 0;
        if (action == 7) ++modules;
        _require(_isWithinBounds(market.policy()), "I18: a rate is out of its hard bounds");
    }

    function _asRole(address to, bytes memory data) private returns (bool ok) {
        (ok, ) = to.call(data);
    }

    function _isWithinBounds(Policy p) private pure returns (bool) {
        for (uint256 tier = 0; tier < 4; ++tier) {
            if (p.feeBps(Tier(tier)) > 1_000 || p.stake(Tier(tier)) > 100_000) return false;
        }
        return true;
    }

    function _reverseDirectly(uint256 index) internal {
        Order storage o = orders[index];
        bool legal = o.tradeLoss + o.serviceLoss != 0;
        bool ok = _asRole(address(market), abi.encodeCall(market.reverseOrderCredit, (o.terms)));
        _require(ok == legal, "I25: a loss was reversed twice, or not at all");
        if (ok) _reverses(o);
    }

    function _isLive(uint256 index) internal view returns (bool) {
        Status status = orders[index].status;
        return status != Status.Completed && status != Status.Cancelled;
    }
}
