// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CreditReason, Dimension, IMerchants} from "../interfaces/IMerchants.sol";
import {Tier} from "../interfaces/IFeePolicy.sol";
import {Account} from "../libraries/Account.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {Bps} from "../libraries/Bps.sol";
import {Calendar} from "../libraries/Calendar.sol";
import {CreditTable} from "../libraries/CreditTable.sol";
import {Policy} from "../libraries/Policy.sol";
import {Ledger} from "./Ledger.sol";
import {Settings} from "./Settings.sol";

/// @title Merchants: see {IMerchants}.
abstract contract Merchants is Ledger, Settings, IMerchants {
    /// @inheritdoc IMerchants
    // solhint-disable-next-line immutable-vars-naming
    CreditTable public immutable creditTable;

    /// @dev Packed: epoch 128 · weight gained in it 128.
    mapping(address seller => mapping(address buyer => uint256)) private _pairs;

    constructor(CreditTable table) {
        table.check();
        creditTable = table;
    }

    /// @inheritdoc IMerchants
    function stake() external payable {
        Account a = _accounts[msg.sender];
        uint256 units = a.stake() + msg.value / Bounds.STAKE_UNIT;
        if (msg.value == 0 || msg.value % Bounds.STAKE_UNIT != 0 || units > type(uint24).max) {
            revert Merchants_StakeNotKept(msg.value, Bounds.STAKE_UNIT);
        }
        _accounts[msg.sender] = a.withStake(units).withUnstakeDay(0);
        emit Staked(msg.sender, msg.value);
    }

    /// @inheritdoc IMerchants
    function requestUnstake() external {
        Account a = _accounts[msg.sender];
        if (a.stake() == 0) revert Merchants_NoStake(msg.sender);
        uint256 day = Calendar.today() + Bounds.UNSTAKE_DAYS;
        _accounts[msg.sender] = a.withUnstakeDay(day);
        emit UnstakeRequested(msg.sender, day);
    }

    /// @inheritdoc IMerchants
    function unstake() external returns (uint256 amount) {
        Account a = _accounts[msg.sender];
        uint256 day = a.unstakeDay();
        if (day == 0) revert Merchants_NoUnstakeRequested(msg.sender);
        if (a.busyUntilDay() > day) day = a.busyUntilDay();
        if (Calendar.today() < day) revert Merchants_UnstakeTooEarly(Calendar.today(), day);
        amount = a.stake() * Bounds.STAKE_UNIT;
        _accounts[msg.sender] = _plusNative(a.withStake(0).withUnstakeDay(0), msg.sender, amount);
        emit Unstaked(msg.sender, amount);
    }

    /// @inheritdoc IMerchants
    function attestCredit(
        address merchant,
        Dimension dimension,
        int256 delta,
        CreditReason reason,
        bytes32 ref
    ) external restricted returns (int256 applied) {
        if (dimension == Dimension.Trade || dimension == Dimension.Service)
            revert Merchants_NotAttested(dimension);
        (_accounts[merchant], applied) = _accounts[merchant].moveAttested(delta);
        emit CreditChanged(merchant, ref, dimension, reason, applied);
    }

    /// @inheritdoc IMerchants
    function accountOf(address account) external view returns (Account) {
        return _accounts[account];
    }

    /// @inheritdoc IMerchants
    function pairOf(address seller, address buyer) external view returns (uint256 epoch, uint256 gained) {
        uint256 pair = _pairs[seller][buyer];
        return (uint128(pair), pair >> 128);
    }

    // -- for the rest of the market -------------------------------------------------------------

    /// @dev A merchant who asked for his stake back counts as having none.
    function _requireStake(Policy p, Account a, Tier tier, address merchant) internal pure {
        uint256 required = p.stake(tier);
        uint256 staked = a.unstakeDay() == 0 ? a.stake() : 0;
        if (staked < required) {
            revert Merchants_StakeTooLow(merchant, staked * Bounds.STAKE_UNIT, required * Bounds.STAKE_UNIT);
        }
    }

    /// @dev Keeps the stake locked until the day after `time`, when an order's clocks are over.
    function _busyUntil(Account a, uint256 time) internal pure returns (Account) {
        uint256 day = time / 1 days + 1;
        return day > a.busyUntilDay() ? a.withBusyUntilDay(day) : a;
    }

    /// @dev Adds what an order of `weight` gains in the trade dimension, within the pair's cap of this epoch.
    /// @return gained The weight counted; `applied` is what the score rose by.
    function _gain(
        Account a,
        address seller,
        address buyer,
        uint256 weight
    ) internal returns (Account, uint256 gained, uint256 applied) {
        if (weight == 0) return (a, 0, 0);
        uint256 epoch = block.timestamp / creditTable.epoch();
        uint256 pair = _pairs[seller][buyer];
        uint256 used = uint128(pair) == epoch ? pair >> 128 : 0;
        // Never more than the cap was counted.
        unchecked {
            gained = creditTable.pairCap() - used;
            if (gained > weight) gained = weight;
            if (gained == 0) return (a, 0, 0);
            _pairs[seller][buyer] = ((used + gained) << 128) | epoch;
        }
        int256 moved;
        // forge-lint: disable-next-item(unsafe-typecast)
        (a, moved) = a.addEarned(gained).moveTrade(int256(gained));
        // forge-lint: disable-next-line(unsafe-typecast)
        return (a, gained, uint256(moved));
    }

    /// @dev Takes from both market dimensions; returns the sizes of what was applied.
    function _lose(
        address merchant,
        bytes32 orderId,
        CreditReason reason,
        uint256 trade,
        uint256 service
    ) internal returns (uint256 tradeLoss, uint256 serviceLoss) {
        // forge-lint: disable-next-item(unsafe-typecast)
        tradeLoss = uint256(-_moveTrade(merchant, orderId, reason, -int256(trade)));
        // forge-lint: disable-next-item(unsafe-typecast)
        serviceLoss = uint256(-_moveService(merchant, orderId, reason, -int256(service)));
    }

    function _moveTrade(
        address merchant,
        bytes32 orderId,
        CreditReason reason,
        int256 delta
    ) internal returns (int256 applied) {
        (_accounts[merchant], applied) = _accounts[merchant].moveTrade(delta);
        if (applied != 0) emit CreditChanged(merchant, orderId, Dimension.Trade, reason, applied);
    }

    function _moveService(
        address merchant,
        bytes32 orderId,
        CreditReason reason,
        int256 delta
    ) internal returns (int256 applied) {
        (_accounts[merchant], applied) = _accounts[merchant].moveService(delta);
        if (applied != 0) emit CreditChanged(merchant, orderId, Dimension.Service, reason, applied);
    }

    /// @dev A lost dispute takes a part of the stake for the platform, by the share awarded to the buyer.
    function _slash(address merchant, bytes32 orderId, uint256 toBuyer, uint256 held) internal {
        Account a = _accounts[merchant];
        // Stakes are kept in whole units: what is slashed rounds down to them.
        // slither-disable-next-line divide-before-multiply
        uint256 units = (Bps.mulDown(a.stake(), Bounds.SLASH_BPS) * toBuyer) / held;
        if (units == 0) return;
        _accounts[merchant] = a.withStake(a.stake() - units);
        _credit(NATIVE, address(this), units * Bounds.STAKE_UNIT);
        emit StakeSlashed(merchant, orderId, units * Bounds.STAKE_UNIT);
    }
}
