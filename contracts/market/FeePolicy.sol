// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IFeePolicy, Modules, Tier} from "../interfaces/IFeePolicy.sol";
import {Bounds} from "../libraries/Bounds.sol";

/// @title FeePolicy: see {IFeePolicy}.
abstract contract FeePolicy is AccessManaged, IFeePolicy {
    /// @dev All that a placement reads, in one slot. Fees in basis points, stakes in thousandths of a coin.
    struct Policy {
        bool paused;
        uint8 modules;
        uint16 watchFee;
        uint16 silverFee;
        uint16 goldFee;
        uint16 diamondFee;
        uint24 watchStake;
        uint24 silverStake;
        uint24 goldStake;
        uint48 nativeUnitGwei;
        uint24 watchOrderUnits;
    }

    Policy internal _policy;
    mapping(address token => uint256) private _creditUnits;
    Modules[] private _modules;
    mapping(address arbitrator => bool) public arbitratorAllowed;

    constructor() {
        _setBaseFee(200);
    }

    /// @inheritdoc IFeePolicy
    function pause() external restricted {
        _policy.paused = true;
        emit Paused(msg.sender);
    }

    /// @inheritdoc IFeePolicy
    function unpause() external restricted {
        _policy.paused = false;
        emit Unpaused(msg.sender);
    }

    /// @inheritdoc IFeePolicy
    function setBaseFee(uint256 baseFeeBps) external restricted {
        _setBaseFee(baseFeeBps);
    }

    /// @inheritdoc IFeePolicy
    function setStakes(uint256 watch, uint256 silver, uint256 gold) external restricted {
        // forge-lint: disable-next-item(unsafe-typecast)
        _policy.watchStake = uint24(_bounded(watch, Bounds.MAX_REQUIRED_STAKE));
        _policy.silverStake = uint24(_bounded(silver, Bounds.MAX_REQUIRED_STAKE));
        _policy.goldStake = uint24(_bounded(gold, Bounds.MAX_REQUIRED_STAKE));
        emit StakesSet(watch, silver, gold);
    }

    /// @inheritdoc IFeePolicy
    function setCreditUnit(address token, uint256 unit) external restricted {
        if (token == address(0)) {
            _policy.nativeUnitGwei = uint48(_bounded(unit / 1 gwei, type(uint48).max));
            unit = (unit / 1 gwei) * 1 gwei;
        } else {
            _creditUnits[token] = _bounded(unit, type(uint128).max);
        }
        emit CreditUnitSet(token, unit);
    }

    /// @inheritdoc IFeePolicy
    function setWatchOrderUnits(uint256 units) external restricted {
        _policy.watchOrderUnits = uint24(_bounded(units, type(uint24).max));
        emit WatchOrderUnitsSet(units);
    }

    /// @inheritdoc IFeePolicy
    function addModules(Modules calldata m) external restricted returns (uint256 index) {
        if (m.disputes == address(0) || m.arbitrator == address(0) || m.backup == address(0)) {
            revert FeePolicy_ZeroAddress();
        }
        index = _bounded(_modules.length, type(uint8).max);
        _modules.push(m);
        _policy.modules = uint8(index);
        emit ModulesAdded(index, m);
    }

    /// @inheritdoc IFeePolicy
    function allowArbitrator(address arbitrator, bool allowed) external restricted {
        arbitratorAllowed[arbitrator] = allowed;
        emit ArbitratorAllowed(arbitrator, allowed);
    }

    /// @inheritdoc IFeePolicy
    function paused() external view returns (bool) {
        return _policy.paused;
    }

    /// @inheritdoc IFeePolicy
    function feeBpsOf(Tier tier) external view returns (uint256) {
        return _feeBpsOf(_policy, tier);
    }

    /// @inheritdoc IFeePolicy
    function requiredStake(Tier tier) external view returns (uint256) {
        return _requiredStake(_policy, tier) * Bounds.STAKE_UNIT;
    }

    /// @inheritdoc IFeePolicy
    function creditUnit(address token) external view returns (uint256) {
        return _creditUnit(_policy, token);
    }

    /// @inheritdoc IFeePolicy
    function watchOrderLimit(address token) external view returns (uint256) {
        return _policy.watchOrderUnits * _creditUnit(_policy, token);
    }

    /// @inheritdoc IFeePolicy
    function modules(uint256 index) public view returns (Modules memory) {
        return _modules[index];
    }

    /// @inheritdoc IFeePolicy
    function currentModules() external view returns (uint256) {
        return _policy.modules;
    }

    // -- for the rest of the market -------------------------------------------------------------

    function _requireNotPaused(Policy memory p) internal pure {
        if (p.paused) revert MarketPaused();
    }

    function _feeBpsOf(Policy memory p, Tier tier) internal pure returns (uint256) {
        if (tier == Tier.Diamond) return p.diamondFee;
        if (tier == Tier.Gold) return p.goldFee;
        return tier == Tier.Silver ? p.silverFee : p.watchFee;
    }

    /// @dev In thousandths of a coin.
    function _requiredStake(Policy memory p, Tier tier) internal pure returns (uint256) {
        if (tier == Tier.Diamond) return 0;
        if (tier == Tier.Gold) return p.goldStake;
        return tier == Tier.Silver ? p.silverStake : p.watchStake;
    }

    function _creditUnit(Policy memory p, address token) internal view returns (uint256) {
        return token == address(0) ? uint256(p.nativeUnitGwei) * 1 gwei : _creditUnits[token];
    }

    function _setBaseFee(uint256 baseFeeBps) private {
        // Each tier's fee follows from the base, so that the discounts are the published ones.
        _policy.watchFee = uint16(_bounded((baseFeeBps * 120) / 100, Bounds.MAX_FEE_BPS));
        _policy.silverFee = uint16(baseFeeBps);
        _policy.goldFee = uint16((baseFeeBps * 90) / 100);
        _policy.diamondFee = uint16((baseFeeBps * 80) / 100);
        emit BaseFeeSet(baseFeeBps);
    }

    function _bounded(uint256 value, uint256 max) private pure returns (uint256) {
        if (value > max) revert FeePolicy_OutOfBounds(value, max);
        return value;
    }
}
