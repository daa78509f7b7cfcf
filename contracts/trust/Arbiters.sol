// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Duty, IArbiters, SeatView} from "../interfaces/IArbiters.sol";
import {Seat, SeatFields} from "../libraries/Seat.sol";

/// @title The pool of arbiters, their stakes and everybody's pull balances.
abstract contract Arbiters is IArbiters, AccessManaged {
    uint256 public constant MAX_SEATS = 64;
    uint256 public constant LEAVE_COOLDOWN = 7 days;
    /// The largest stake that going on duty may need: 1,000 coins.
    uint256 public constant MAX_REQUIRED_STAKE = 1_000 ether;

    // One slot, read by every draw.
    uint64 public onDutySeats;
    uint64 private _occupiedSeats;
    uint24 private _requiredUnits;
    uint24 private _slashUnits;
    uint48 internal _costGwei;
    uint24 internal _acceptSeconds;

    mapping(uint256 index => Seat) internal _seats;
    /// Index + 1; 0 = no seat.
    mapping(address arbiter => uint256) private _seatNumbers;
    mapping(address account => uint256) internal _balances;

    /// @inheritdoc IArbiters
    function appoint(address arbiter) external restricted {
        if (arbiter == address(0)) revert Arbiters_ZeroAddress();
        if (_seatNumbers[arbiter] != 0) revert Arbiters_AlreadyAppointed(arbiter);
        uint256 index = _freeSeat();
        _occupiedSeats |= uint64(1 << index);
        _seatNumbers[arbiter] = index + 1;
        _seats[index] = SeatFields.make(arbiter);
        emit ArbiterAppointed(arbiter, index);
    }

    /// @inheritdoc IArbiters
    function dismiss(address arbiter) external restricted {
        emit ArbiterDismissed(arbiter);
        _leave(arbiter);
    }

    /// @inheritdoc IArbiters
    function setStakeTerms(uint256 required, uint256 slash) external restricted {
        _setStakeTerms(required, slash);
    }

    /// @inheritdoc IArbiters
    function stake() external payable {
        (uint256 index, Seat seat) = _seat(msg.sender);
        if (msg.value == 0) revert Arbiters_ZeroAmount();
        if (seat.duty() == Duty.Leaving) revert Arbiters_Leaving(msg.sender);
        uint256 before = seat.stake();
        uint256 units = before + msg.value / SeatFields.STAKE_UNIT;
        if (msg.value % SeatFields.STAKE_UNIT != 0 || units > SeatFields.MAX_STAKE) {
            revert Arbiters_StakeOutOfBounds(
                before * SeatFields.STAKE_UNIT + msg.value,
                SeatFields.STAKE_UNIT,
                SeatFields.MAX_STAKE * SeatFields.STAKE_UNIT
            );
        }
        // Who buys in, or again, when a dispute is already in sight must not be drawn for it.
        if (before < _requiredUnits || before == 0) seat = seat.withStakedAt(block.timestamp);
        _seats[index] = seat.withStake(units);
        emit Staked(msg.sender, msg.value, units * SeatFields.STAKE_UNIT);
    }

    /// @inheritdoc IArbiters
    function setOnDuty(bool onDuty) external {
        (uint256 index, Seat seat) = _seat(msg.sender);
        Duty duty = seat.duty();
        if (duty == Duty.Leaving) revert Arbiters_Leaving(msg.sender);
        if (onDuty) {
            if (duty == Duty.On) revert Arbiters_AlreadyOnDuty(msg.sender);
            if (seat.stake() < _requiredUnits || seat.stake() == 0) {
                revert Arbiters_StakeTooLow(seat.stake() * SeatFields.STAKE_UNIT, requiredStake());
            }
            _seats[index] = seat.withDuty(Duty.On, block.number);
            onDutySeats |= uint64(1 << index);
            emit DutyChanged(msg.sender, Duty.On);
        } else {
            if (duty == Duty.Off) revert Arbiters_NotOnDuty(msg.sender);
            _seats[index] = _offDuty(index, seat, Duty.Off, 0);
        }
    }

    /// @inheritdoc IArbiters
    function requestLeave() external {
        _leave(msg.sender);
    }

    /// @inheritdoc IArbiters
    function vacate(address arbiter) external {
        (uint256 index, Seat seat) = _seat(arbiter);
        if (seat.duty() != Duty.Leaving) revert Arbiters_NotLeaving(arbiter);
        uint256 from = seat.since() + LEAVE_COOLDOWN;
        if (block.timestamp < from) revert Arbiters_TooEarly(block.timestamp, from);
        if (seat.assigned() != 0) revert Arbiters_Assigned(arbiter, seat.assigned());
        uint256 amount = seat.stake() * SeatFields.STAKE_UNIT;
        _seats[index] = Seat.wrap(0);
        delete _seatNumbers[arbiter];
        _occupiedSeats &= ~uint64(1 << index);
        _balances[arbiter] += amount;
        emit ArbiterLeft(arbiter, amount);
    }

    /// @inheritdoc IArbiters
    function withdraw(address to) external returns (uint256 amount) {
        return _withdraw(msg.sender, to);
    }

    /// @inheritdoc IArbiters
    function withdrawTreasury(address to) external restricted returns (uint256 amount) {
        return _withdraw(address(this), to);
    }

    /// @inheritdoc IArbiters
    function balanceOf(address account) external view returns (uint256) {
        return _balances[account];
    }

    /// @inheritdoc IArbiters
    function seatAt(uint256 index) external view returns (SeatView memory) {
        return _seats[index].toView();
    }

    /// @inheritdoc IArbiters
    function seatOf(address arbiter) external view returns (uint256 index, SeatView memory) {
        Seat seat;
        (index, seat) = _seat(arbiter);
        return (index, seat.toView());
    }

    /// @inheritdoc IArbiters
    function requiredStake() public view returns (uint256) {
        return _requiredUnits * SeatFields.STAKE_UNIT;
    }

    /// @inheritdoc IArbiters
    function slashAmount() external view returns (uint256) {
        return _slashUnits * SeatFields.STAKE_UNIT;
    }

    /// @dev Takes the fixed amount, or what is left, from a silent arbiter, who is off duty from now on.
    function _slash(uint256 index, Seat seat) internal returns (Seat) {
        uint256 units = seat.stake();
        uint256 taken = units < _slashUnits ? units : _slashUnits;
        units -= taken;
        _balances[address(this)] += taken * SeatFields.STAKE_UNIT;
        emit Slashed(seat.arbiter(), taken * SeatFields.STAKE_UNIT, units * SeatFields.STAKE_UNIT);
        if (seat.duty() == Duty.On) seat = _offDuty(index, seat, Duty.Off, 0);
        return seat.withStake(units);
    }

    function _setStakeTerms(uint256 required, uint256 slash) internal {
        if (required > MAX_REQUIRED_STAKE) revert Arbiters_OutOfBounds(required, MAX_REQUIRED_STAKE);
        if (slash > required) revert Arbiters_OutOfBounds(slash, required);
        if (required % SeatFields.STAKE_UNIT != 0 || slash % SeatFields.STAKE_UNIT != 0) {
            revert Arbiters_StakeOutOfBounds(required, SeatFields.STAKE_UNIT, MAX_REQUIRED_STAKE);
        }
        _requiredUnits = uint24(required / SeatFields.STAKE_UNIT);
        _slashUnits = uint24(slash / SeatFields.STAKE_UNIT);
        emit StakeTermsSet(requiredStake(), _slashUnits * SeatFields.STAKE_UNIT);
    }

    function _leave(address arbiter) private {
        (uint256 index, Seat seat) = _seat(arbiter);
        if (seat.duty() == Duty.Leaving) revert Arbiters_Leaving(arbiter);
        _seats[index] = _offDuty(index, seat, Duty.Leaving, block.timestamp);
    }

    function _offDuty(uint256 index, Seat seat, Duty duty, uint256 since) private returns (Seat) {
        onDutySeats &= ~uint64(1 << index);
        emit DutyChanged(seat.arbiter(), duty);
        return seat.withDuty(duty, since);
    }

    function _withdraw(address account, address to) private returns (uint256 amount) {
        if (to == address(0)) revert Arbiters_ZeroAddress();
        amount = _balances[account];
        if (amount == 0) revert Arbiters_ZeroAmount();
        _balances[account] = 0;
        emit Withdrawn(account, to, amount);
        // slither-disable-next-line low-level-calls
        (bool sent, ) = to.call{value: amount}("");
        if (!sent) revert Arbiters_SendFailed(to, amount);
    }

    function _seat(address arbiter) private view returns (uint256 index, Seat seat) {
        uint256 number = _seatNumbers[arbiter];
        if (number == 0) revert Arbiters_NotArbiter(arbiter);
        index = number - 1;
        seat = _seats[index];
    }

    function _freeSeat() private view returns (uint256 index) {
        uint256 occupied = _occupiedSeats;
        while (index < MAX_SEATS && (occupied >> index) & 1 != 0) ++index;
        if (index == MAX_SEATS) revert Arbiters_PoolFull(MAX_SEATS);
    }
}
