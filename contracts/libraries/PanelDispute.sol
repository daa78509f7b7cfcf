// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Chair, DisputeView, Stage, Step} from "../interfaces/IArbiterPanel.sol";

/// @notice A dispute's packed slot in the panel; zero if there is none.
/// @dev From bit 0: first chair 64 · stage 8 · choices 8 · expiresAt 40 · fee 48 (gwei) · tried 64 (seats).
/// A chair, from bit 0: clock 40 · ruling 8 · seat 8 · step 8.
type PanelDispute is uint256;

using PanelDisputeFields for PanelDispute global;

/// @title Reads and writes of {PanelDispute}, and of the word that holds the three chairs of an appeal.
library PanelDisputeFields {
    uint256 private constant STAGE = 64;
    uint256 private constant CHOICES = 72;
    uint256 private constant EXPIRES_AT = 80;
    uint256 private constant FEE = 120;
    uint256 private constant TRIED = 168;

    uint256 private constant CHAIR_BITS = 64;
    uint256 private constant CHAIR_MASK = type(uint64).max;

    function open(
        uint256 choices_,
        uint256 drawBlock,
        uint256 expiresAt_,
        uint256 feeGwei
    ) internal pure returns (PanelDispute) {
        return
            PanelDispute.wrap(
                drawBlock |
                    (uint256(Stage.Open) << STAGE) |
                    (choices_ << CHOICES) |
                    (expiresAt_ << EXPIRES_AT) |
                    (feeGwei << FEE)
            );
    }

    function stage(PanelDispute d) internal pure returns (Stage) {
        return Stage(uint8(PanelDispute.unwrap(d) >> STAGE));
    }

    function choices(PanelDispute d) internal pure returns (uint256) {
        return uint8(PanelDispute.unwrap(d) >> CHOICES);
    }

    function expiresAt(PanelDispute d) internal pure returns (uint256) {
        return uint40(PanelDispute.unwrap(d) >> EXPIRES_AT);
    }

    /// @dev Wei.
    function fee(PanelDispute d) internal pure returns (uint256) {
        return uint256(uint48(PanelDispute.unwrap(d) >> FEE)) * 1 gwei;
    }

    function tried(PanelDispute d) internal pure returns (uint256) {
        return uint64(PanelDispute.unwrap(d) >> TRIED);
    }

    function first(PanelDispute d) internal pure returns (Chair memory) {
        return chairIn(PanelDispute.unwrap(d), 0);
    }

    function withStage(PanelDispute d, Stage stage_) internal pure returns (PanelDispute) {
        return _with(d, STAGE, type(uint8).max, uint256(stage_));
    }

    function withExpiresAt(PanelDispute d, uint256 timestamp) internal pure returns (PanelDispute) {
        return _with(d, EXPIRES_AT, type(uint40).max, timestamp);
    }

    function withTried(PanelDispute d, uint256 seat) internal pure returns (PanelDispute) {
        return PanelDispute.wrap(PanelDispute.unwrap(d) | (1 << (TRIED + seat)));
    }

    function withFirst(PanelDispute d, Chair memory chair) internal pure returns (PanelDispute) {
        return PanelDispute.wrap(withChair(PanelDispute.unwrap(d), 0, chair));
    }

    function toView(PanelDispute d) internal pure returns (DisputeView memory) {
        return DisputeView(d.stage(), d.choices(), d.fee(), d.expiresAt(), d.tried(), d.first());
    }

    /// @dev The chair at `position` (0 to 2) of a word.
    function chairIn(uint256 word, uint256 position) internal pure returns (Chair memory chair) {
        uint256 bits = word >> (position * CHAIR_BITS);
        chair.clock = uint40(bits);
        chair.ruling = uint8(bits >> 40);
        chair.seat = uint8(bits >> 48);
        chair.step = Step(uint8(bits >> 56));
    }

    function withChair(uint256 word, uint256 position, Chair memory chair) internal pure returns (uint256) {
        uint256 bits = chair.clock | (chair.ruling << 40) | (chair.seat << 48) | (uint256(chair.step) << 56);
        uint256 shift = position * CHAIR_BITS;
        return (word & ~(CHAIR_MASK << shift)) | (bits << shift);
    }

    /// @dev Three chairs to be drawn.
    function drawingPanel(uint256 drawBlock) internal pure returns (uint256 word) {
        return drawBlock | (drawBlock << CHAIR_BITS) | (drawBlock << (2 * CHAIR_BITS));
    }

    /// @dev The median of the three chairs' rulings once it is known, else 0. Panelists rule 1 or more.
    function medianIn(uint256 word) internal pure returns (uint256) {
        uint256 a = chairIn(word, 0).ruling;
        uint256 b = chairIn(word, 1).ruling;
        uint256 c = chairIn(word, 2).ruling;
        if (a == b || a == c) return a;
        if (b == c) return b;
        if (a == 0 || b == 0 || c == 0) return 0;
        return a > b ? (b > c ? b : (a > c ? c : a)) : (a > c ? a : (b > c ? c : b));
    }

    function _with(
        PanelDispute d,
        uint256 shift,
        uint256 mask,
        uint256 value
    ) private pure returns (PanelDispute) {
        return PanelDispute.wrap((PanelDispute.unwrap(d) & ~(mask << shift)) | (value << shift));
    }
}
