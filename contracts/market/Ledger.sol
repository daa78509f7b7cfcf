// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {ILedger} from "../interfaces/ILedger.sol";
import {Account} from "../libraries/Account.sol";
import {Calendar} from "../libraries/Calendar.sol";

/// @title Ledger: see {ILedger}.
abstract contract Ledger is AccessManaged, ReentrancyGuardTransient, ILedger {
    using SafeERC20 for IERC20;

    address internal constant NATIVE = address(0);
    /// More than the longest settlement delay, so that a bucket in use for another day is due.
    uint256 private constant RING = 64;

    /// @dev Native balances and merchants' records; see {Account}.
    mapping(address account => Account) internal _accounts;
    mapping(address token => mapping(address account => uint256)) private _balances;
    /// @dev Per-day buckets, packed: amount 224 · day 32. A bucket keeps its day when it empties, so that its next use is cheap.
    mapping(address account => mapping(address token => uint256[RING])) private _buckets;

    /// @inheritdoc ILedger
    function deposit(
        address token,
        uint256 amount,
        address account
    ) external payable nonReentrant returns (uint256 credited) {
        return _deposit(token, amount, account);
    }

    /// @inheritdoc ILedger
    function depositWithPermit(
        address token,
        uint256 amount,
        address account,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant returns (uint256 credited) {
        if (token.code.length == 0) revert Ledger_UnsupportedToken(token);
        // Anybody can have sent the permit already; what counts is the allowance.
        try IERC20Permit(token).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        return _deposit(token, amount, account);
    }

    /// @inheritdoc ILedger
    function withdraw(
        address token,
        uint256 amount,
        address to
    ) external nonReentrant returns (uint256 sent) {
        return _withdraw(msg.sender, token, amount, to);
    }

    /// @inheritdoc ILedger
    function withdrawTreasury(
        address token,
        uint256 amount,
        address to
    ) external restricted nonReentrant returns (uint256 sent) {
        return _withdraw(address(this), token, amount, to);
    }

    /// @inheritdoc ILedger
    function transfer(address token, address to, uint256 amount) external {
        if (amount == 0) revert Ledger_ZeroAmount();
        if (to == address(0)) revert Ledger_ZeroAddress();
        _debit(token, msg.sender, amount);
        _credit(token, to, amount);
        emit Transferred(msg.sender, to, token, amount);
    }

    /// @inheritdoc ILedger
    function mature(
        address account,
        address token,
        uint256[] calldata dueDays
    ) external returns (uint256 amount) {
        uint256 today = Calendar.today();
        for (uint256 i = 0; i < dueDays.length; ++i) {
            uint256 slot = dueDays[i] % RING;
            uint256 bucket = _buckets[account][token][slot];
            uint256 day = uint32(bucket);
            uint256 held = bucket >> 32;
            if (day != dueDays[i] || day > today || held == 0) continue;
            _buckets[account][token][slot] = day;
            amount += held;
            emit Matured(account, token, day, held);
        }
        _credit(token, account, amount);
    }

    /// @inheritdoc ILedger
    function balanceOf(address account, address token) external view returns (uint256) {
        return _available(token, account);
    }

    /// @inheritdoc ILedger
    function bucketsOf(address account, address token) external view returns (uint256[64] memory) {
        return _buckets[account][token];
    }

    receive() external payable {
        revert Ledger_UnexpectedEther(msg.sender, msg.value);
    }

    // -- for the rest of the market -------------------------------------------------------------

    function _available(address token, address account) internal view returns (uint256) {
        return token == NATIVE ? _accounts[account].native() : _balances[token][account];
    }

    function _credit(address token, address account, uint256 amount) internal {
        if (amount == 0) return;
        if (token == NATIVE) _accounts[account] = _plusNative(_accounts[account], account, amount);
        else _balances[token][account] += amount;
    }

    function _plusNative(Account a, address account, uint256 amount) internal pure returns (Account) {
        if (a.native() + amount > type(uint112).max) revert Ledger_BalanceOverflow(account);
        return a.addNative(amount);
    }

    function _debit(address token, address account, uint256 amount) internal {
        uint256 available = _available(token, account);
        if (available < amount) revert Ledger_InsufficientBalance(account, token, available, amount);
        if (token == NATIVE) _accounts[account] = _accounts[account].subNative(amount);
        else _balances[token][account] = available - amount;
    }

    /// @dev Adds to the bucket of `day`. Whatever the same bucket still holds for an earlier day is due: it becomes available.
    function _addMaturing(address token, address account, uint256 day, uint256 amount) internal {
        uint256 slot = day % RING;
        uint256 bucket = _buckets[account][token][slot];
        uint256 held = bucket >> 32;
        if (uint32(bucket) != day && held != 0) {
            emit Matured(account, token, uint32(bucket), held);
            _credit(token, account, held);
            held = 0;
        }
        _buckets[account][token][slot] = ((held + amount) << 32) | day;
    }

    /// @dev Takes exactly `amount` from the caller, out of the ledger or from outside.
    function _take(address token, uint256 amount, bool fromLedger) internal {
        uint256 needed = token == NATIVE && !fromLedger ? amount : 0;
        if (msg.value != needed) revert Ledger_WrongValue(msg.value, needed);
        if (fromLedger) {
            _debit(token, msg.sender, amount);
        } else if (token != NATIVE) {
            uint256 arrived = _pullGuarded(token, amount);
            if (arrived != amount) revert Ledger_TokenTookFee(token, amount, arrived);
        }
    }

    function _deposit(address token, uint256 amount, address account) private returns (uint256 credited) {
        if (amount == 0) revert Ledger_ZeroAmount();
        if (account == address(0)) revert Ledger_ZeroAddress();
        uint256 needed = token == NATIVE ? amount : 0;
        if (msg.value != needed) revert Ledger_WrongValue(msg.value, needed);
        if (token != NATIVE && token.code.length == 0) revert Ledger_UnsupportedToken(token);
        credited = token == NATIVE ? amount : _pull(token, amount);
        _credit(token, account, credited);
        emit Deposited(account, token, credited, msg.sender);
    }

    /// @dev The caller has made sure that the token has code; a listing's was checked when it was listed.
    function _pull(address token, uint256 amount) private returns (uint256 arrived) {
        uint256 before = IERC20(token).balanceOf(address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        arrived = IERC20(token).balanceOf(address(this)) - before;
    }

    function _pullGuarded(address token, uint256 amount) private nonReentrant returns (uint256 arrived) {
        return _pull(token, amount);
    }

    function _withdraw(address account, address token, uint256 amount, address to) private returns (uint256) {
        if (to == address(0)) revert Ledger_ZeroAddress();
        if (amount == type(uint256).max) amount = _available(token, account);
        if (amount == 0) revert Ledger_ZeroAmount();
        _debit(token, account, amount);
        emit Withdrawn(account, token, amount, to);
        if (token == NATIVE) {
            // Debited above, and `to` is the owner's own choice.
            // slither-disable-next-line arbitrary-send-eth
            (bool ok, ) = to.call{value: amount}("");
            if (!ok) revert Ledger_SendFailed(to, amount);
        } else {
            IERC20(token).safeTransfer(to, amount);
        }
        return amount;
    }
}
