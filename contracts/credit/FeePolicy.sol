// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IFeePolicy, Tier} from "../interfaces/IFeePolicy.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {CreditFormula} from "../libraries/CreditFormula.sol";
import {Policy, PolicyFields} from "../libraries/Policy.sol";

/// @title FeePolicy: see {IFeePolicy}.
/// @dev Keeps nothing: it reads the market's policy word and writes it back. The market enforces the bounds by itself.
contract FeePolicy is AccessManaged, IFeePolicy {
    IMarket public immutable MARKET;

    constructor(address authority, IMarket market) AccessManaged(authority) {
        MARKET = market;
    }

    /// @inheritdoc IFeePolicy
    function setBaseFee(uint256 baseFeeBps) external restricted {
        uint256 watchFee = _bounded(
            (_bounded(baseFeeBps, Bounds.MAX_FEE_BPS) * 120) / 100,
            Bounds.MAX_FEE_BPS
        );
        Policy p = MARKET.policy();
        _write([watchFee, baseFeeBps, (baseFeeBps * 90) / 100, (baseFeeBps * 80) / 100], _stakes(p), p);
    }

    /// @inheritdoc IFeePolicy
    function setStakes(uint256 watch, uint256 silver, uint256 gold) external restricted {
        Policy p = MARKET.policy();
        _write(_fees(p), [_stakeUnits(watch), _stakeUnits(silver), _stakeUnits(gold)], p);
    }

    /// @inheritdoc IFeePolicy
    function setCreditScale(uint256 nativeUnit, uint256 watchOrderUnits) external restricted {
        Policy p = MARKET.policy();
        uint256 gweis = _bounded(nativeUnit / 1 gwei, type(uint40).max);
        uint256 units = _bounded(watchOrderUnits, type(uint16).max);
        MARKET.setPolicy(PolicyFields.make(_fees(p), _stakes(p), units, gweis));
    }

    /// @inheritdoc IFeePolicy
    function feeBpsOf(Tier tier) external view returns (uint256) {
        return MARKET.policy().feeBps(tier);
    }

    /// @inheritdoc IFeePolicy
    function feeBpsFor(address merchant) external view returns (uint256) {
        return MARKET.policy().feeBps(CreditFormula.tierOf(MARKET.accountOf(merchant).score()));
    }

    /// @inheritdoc IFeePolicy
    function requiredStake(Tier tier) external view returns (uint256) {
        return MARKET.policy().stake(tier) * Bounds.STAKE_UNIT;
    }

    /// @inheritdoc IFeePolicy
    function watchOrderLimit(address token) external view returns (uint256) {
        return MARKET.policy().watchOrderUnits() * MARKET.creditUnit(token);
    }

    /// @inheritdoc IFeePolicy
    function tierOf(uint256 score) external pure returns (Tier) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return CreditFormula.tierOf(int256(_bounded(score, 1_000) * 1_000));
    }

    function _write(uint256[4] memory fees, uint256[3] memory stakes, Policy p) private {
        MARKET.setPolicy(PolicyFields.make(fees, stakes, p.watchOrderUnits(), p.nativeUnit() / 1 gwei));
    }

    function _fees(Policy p) private pure returns (uint256[4] memory) {
        return [p.feeBps(Tier.Watch), p.feeBps(Tier.Silver), p.feeBps(Tier.Gold), p.feeBps(Tier.Diamond)];
    }

    function _stakes(Policy p) private pure returns (uint256[3] memory) {
        return [p.stake(Tier.Watch), p.stake(Tier.Silver), p.stake(Tier.Gold)];
    }

    function _stakeUnits(uint256 amount) private pure returns (uint256) {
        return _bounded(amount / Bounds.STAKE_UNIT, Bounds.MAX_REQUIRED_STAKE);
    }

    function _bounded(uint256 value, uint256 max) private pure returns (uint256) {
        if (value > max) revert FeePolicy_OutOfBounds(value, max);
        return value;
    }
}
