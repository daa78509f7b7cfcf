// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Case, Chair, IArbiterPanel, Stage, Step} from "../interfaces/IArbiterPanel.sol";
import {PanelDispute, PanelDisputeFields} from "../libraries/PanelDispute.sol";
import {Seat, SeatFields} from "../libraries/Seat.sol";
import {Arbiters} from "./Arbiters.sol";

/// @title The chairs of disputes and the lot that fills them.
abstract contract Chairs is IArbiterPanel, Arbiters {
    uint256 public constant DRAW_DELAY = 2;
    /// How far back a block hash can be read: with draw blocks this far apart, exactly one counts at any time.
    uint256 public constant DRAW_PERIOD = 256;
    uint256 public constant PANEL_SIZE = 3;

    /// @dev One chair of one dispute, while a call works on it.
    struct Hearing {
        uint256 id;
        PanelDispute dispute;
        uint256 index;
        Chair chair;
    }

    mapping(uint256 id => PanelDispute) internal _disputes;
    /// The three chairs of an appeal.
    mapping(uint256 id => uint256) internal _panels;

    /// @inheritdoc IArbiterPanel
    function disputeIdOf(Case calldata c) public view returns (uint256 id) {
        return _idOf(c.arbitrable, c.choices, keccak256(c.extraData));
    }

    function _hearing(Case calldata c, uint256 index) internal view returns (Hearing memory h) {
        h.id = disputeIdOf(c);
        h.dispute = _existing(h.id);
        h.index = index;
        if (index > PANEL_SIZE) revert ArbiterPanel_UnknownChair(h.id, index);
        Stage stage = h.dispute.stage();
        if (stage != (index == 0 ? Stage.Open : Stage.Appealed)) revert ArbiterPanel_WrongStage(h.id, stage);
        h.chair = index == 0 ? h.dispute.first() : PanelDisputeFields.chairIn(_panels[h.id], index - 1);
    }

    /// @dev A chair that may still act.
    function _undecided(Case calldata c, uint256 index) internal view returns (Hearing memory h) {
        h = _hearing(c, index);
        if (h.chair.step == Step.Ruled) revert ArbiterPanel_WrongStep(h.id, index, Step.Ruled);
        uint256 until = h.dispute.expiresAt();
        if (block.timestamp >= until) revert ArbiterPanel_TooLate(block.timestamp, until);
    }

    function _save(Hearing memory h) internal {
        if (h.index == 0) {
            _disputes[h.id] = h.dispute.withFirst(h.chair);
        } else {
            _disputes[h.id] = h.dispute;
            _panels[h.id] = PanelDisputeFields.withChair(_panels[h.id], h.index - 1, h.chair);
        }
    }

    /// @dev The seat of the chair's arbiter, drawn now if need be, who must be the caller and in time.
    function _callersSeat(Hearing memory h, bytes calldata extraData) internal view returns (Seat seat) {
        if (h.chair.step == Step.Drawing) {
            seat = _draw(h, extraData);
        } else {
            uint256 until = h.chair.clock;
            if (block.timestamp >= until) revert ArbiterPanel_TooLate(block.timestamp, until);
            seat = _seats[h.chair.seat];
        }
        if (msg.sender != seat.arbiter()) revert ArbiterPanel_NotDrawn(msg.sender, seat.arbiter());
    }

    /// @dev Draws a seat and notes it in `h`. The hash doesn't depend on the chair, so a panel's three are the first three of one
    /// order, whichever chair is recorded first.
    function _draw(Hearing memory h, bytes calldata extraData) internal view returns (Seat seat) {
        uint256 drawBlock = h.chair.clock;
        if (block.number <= drawBlock) revert ArbiterPanel_DrawPending(block.number, drawBlock);
        // Whole periods, rounded down.
        // slither-disable-next-line divide-before-multiply
        drawBlock += ((block.number - 1 - drawBlock) / DRAW_PERIOD) * DRAW_PERIOD;
        bytes32 seed = Hashes.efficientKeccak256(blockhash(drawBlock), bytes32(h.id));
        (, uint256 placedAt, address[] memory excluded) = abi.decode(
            extraData,
            (bytes32, uint256, address[])
        );

        uint256 left = onDutySeats & ~h.dispute.tried();
        while (left != 0) {
            uint256 index = _nextOf(left, seed);
            seat = _seats[index];
            if (_isEligible(seat, placedAt, drawBlock, excluded)) {
                h.chair.seat = index;
                h.dispute = h.dispute.withTried(index);
                return seat;
            }
            left &= ~(1 << index);
        }
        revert ArbiterPanel_NoArbiter(h.id);
    }

    /// @dev Frees the arbiter of a chair from it, slashed if his clock has run out.
    function _release(Chair memory chair) internal returns (address arbiter) {
        if (chair.step != Step.Drawn && chair.step != Step.Accepted) return address(0);
        Seat seat = _seats[chair.seat];
        arbiter = seat.arbiter();
        seat = seat.withAssigned(seat.assigned() - 1);
        if (block.timestamp >= chair.clock) seat = _slash(chair.seat, seat);
        _seats[chair.seat] = seat;
    }

    function _idOf(
        address arbitrable,
        uint256 choices,
        bytes32 extraDataHash
    ) internal view returns (uint256) {
        return
            uint256(keccak256(abi.encode(block.chainid, address(this), arbitrable, choices, extraDataHash)));
    }

    function _existing(uint256 id) internal view returns (PanelDispute d) {
        d = _disputes[id];
        if (d.stage() == Stage.None) revert ArbiterPanel_Unknown(id);
    }

    /// @dev The seat in `left` with the smallest hash.
    function _nextOf(uint256 left, bytes32 seed) private pure returns (uint256 winner) {
        bytes32 smallest = bytes32(type(uint256).max);
        for (uint256 index = 0; left >> index != 0; ++index) {
            if ((left >> index) & 1 == 0) continue;
            bytes32 rank = Hashes.efficientKeccak256(seed, bytes32(index));
            if (rank < smallest) (smallest, winner) = (rank, index);
        }
    }

    function _isEligible(
        Seat seat,
        uint256 placedAt,
        uint256 drawBlock,
        address[] memory excluded
    ) private pure returns (bool) {
        if (seat.stakedAt() >= placedAt || seat.since() >= drawBlock) return false;
        if (seat.assigned() == SeatFields.MAX_ASSIGNED) return false;
        address arbiter = seat.arbiter();
        for (uint256 i = 0; i < excluded.length; ++i) {
            if (excluded[i] == arbiter) return false;
        }
        return true;
    }
}
