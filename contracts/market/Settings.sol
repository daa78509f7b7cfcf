// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {ISettings, Tier} from "../interfaces/IFeePolicy.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {Policy} from "../libraries/Policy.sol";

/// @title Settings: see {ISettings}.
abstract contract Settings is AccessManaged, ISettings {
    Policy public policy;
    mapping(address token => uint256) private _creditUnits;
    address[] private _modules;
    mapping(address arbitrator => bool) public arbitratorAllowed;

    /// @inheritdoc ISettings
    function pause() external restricted {
        policy = policy.withPaused(true);
        emit Paused(msg.sender);
    }

    /// @inheritdoc ISettings
    function unpause() external restricted {
        policy = policy.withPaused(false);
        emit Unpaused(msg.sender);
    }

    /// @inheritdoc ISettings
    function setPolicy(Policy next) external restricted {
        for (uint256 tier = 0; tier < 4; ++tier) {
            _checkBound(next.feeBps(Tier(tier)), Bounds.MAX_FEE_BPS);
            _checkBound(next.stake(Tier(tier)), Bounds.MAX_REQUIRED_STAKE);
        }
        next = policy.withPolicy(next);
        policy = next;
        emit PolicySet(next);
    }

    /// @inheritdoc ISettings
    function setCreditUnit(address token, uint256 unit) external restricted {
        if (token == address(0)) revert Settings_ZeroAddress();
        _checkBound(unit, type(uint128).max);
        _creditUnits[token] = unit;
        emit CreditUnitSet(token, unit);
    }

    /// @inheritdoc ISettings
    function addModule(address module) external restricted returns (uint256 index) {
        if (module == address(0)) revert Settings_ZeroAddress();
        index = _modules.length;
        _checkBound(index, type(uint8).max);
        _modules.push(module);
        policy = policy.withModule(index);
        emit ModuleAdded(index, module);
    }

    /// @inheritdoc ISettings
    function allowArbitrator(address arbitrator, bool allowed) external restricted {
        arbitratorAllowed[arbitrator] = allowed;
        emit ArbitratorAllowed(arbitrator, allowed);
    }

    /// @inheritdoc ISettings
    function creditUnit(address token) external view returns (uint256) {
        return _creditUnit(policy, token);
    }

    /// @inheritdoc ISettings
    function moduleAt(uint256 index) public view returns (address) {
        return _modules[index];
    }

    // -- for the rest of the market -------------------------------------------------------------

    function _openPolicy() internal view returns (Policy p) {
        p = policy;
        if (p.paused()) revert MarketPaused();
    }

    function _creditUnit(Policy p, address token) internal view returns (uint256) {
        return token == address(0) ? p.nativeUnit() : _creditUnits[token];
    }

    function _checkBound(uint256 value, uint256 max) private pure {
        if (value > max) revert Settings_OutOfBounds(value, max);
    }
}
