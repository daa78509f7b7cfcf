// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IDisputes, Phase} from "../interfaces/IDisputes.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Terms} from "../interfaces/IOrders.sol";
import {HoldStatus, IRiskHolds} from "../interfaces/IRiskHolds.sol";
import {Calendar} from "../libraries/Calendar.sol";
import {Cid} from "../libraries/Cid.sol";
import {Lines} from "../libraries/Lines.sol";
import {TermsFields} from "../libraries/TermsFields.sol";

/// @title RiskHolds: see {IRiskHolds}.
contract RiskHolds is AccessManaged, IRiskHolds {
    using TermsFields for uint256;
    using TermsFields for Terms;

    uint256 private constant DAILY_BOUND = 100;
    uint256 private constant CLEAR_NOTICE = 1 days;

    IMarket public immutable MARKET;
    bytes32 private immutable ORDER_DOMAIN;

    mapping(bytes32 orderId => Hold) private _holds;
    mapping(address account => mapping(uint256 day => uint256)) private _placed;

    constructor(address authority_, IMarket market) AccessManaged(authority_) {
        if (authority_ == address(0) || address(market) == address(0)) revert RiskHolds_ZeroAddress();
        MARKET = market;
        ORDER_DOMAIN = market.ORDER_DOMAIN();
    }

    /// @inheritdoc IRiskHolds
    function hold(
        Terms calldata terms,
        uint256 until,
        uint256 score,
        string calldata cid
    ) external restricted {
        if (score > 100) revert RiskHolds_ScoreOutOfRange(score);
        Cid.check(cid);
        _requireNoPart(terms);
        if (terms.clocks.has(TermsFields.FOREIGN_ARBITRATOR))
            revert RiskHolds_ForeignArbitrator(terms.arbitrator);
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        HoldStatus status = _holds[id].status;
        if (status != HoldStatus.None) revert RiskHolds_AlreadyHeld(id, status);
        if (leftToday(msg.sender) == 0) revert RiskHolds_DailyBoundReached(msg.sender, DAILY_BOUND);
        ++_placed[msg.sender][Calendar.today()];
        uint256 sealedUntil = MARKET.orderState(id).until();
        if (until <= sealedUntil) revert RiskHolds_NotLonger(until, sealedUntil);
        // The market's bounds keep both in 40 bits, the check above the score in 8.
        // forge-lint: disable-next-line(unsafe-typecast)
        _holds[id] = Hold(HoldStatus.Held, uint40(sealedUntil), uint40(until), uint8(score), msg.sender);
        emit HoldPlaced(id, terms.seller, msg.sender, until, score, cid);
        MARKET.setReviewEnd(terms, until);
    }

    /// @inheritdoc IRiskHolds
    function clear(Terms calldata terms, string calldata cid) external restricted {
        (bytes32 id, Hold storage held) = _decide(terms, cid, HoldStatus.Cleared);
        emit HoldCleared(id, msg.sender, cid);
        // Who counted on the longer review has a day's notice.
        uint256 notice = Math.max(held.sealedUntil, block.timestamp + CLEAR_NOTICE);
        MARKET.setReviewEnd(terms, Math.min(notice, held.until));
    }

    /// @inheritdoc IRiskHolds
    function confirm(
        Terms calldata terms,
        string calldata metadataCid,
        string calldata cid
    ) external payable restricted {
        // slither-disable-next-line unused-return
        (bytes32 id, ) = _decide(terms, cid, HoldStatus.Confirmed);
        emit HoldConfirmed(id, msg.sender, cid);
        IDisputes disputes = IDisputes(MARKET.moduleAt(terms.rates.moduleIndex()));
        uint256 deposit = disputes.depositOf(terms);
        if (msg.value != deposit) revert RiskHolds_WrongDeposit(msg.value, deposit);
        IDisputes.DisputeRecord memory d = disputes.disputeOf(id);
        // The seller may have opened it already; then the buyer's side is what lacks.
        if (d.phase == Phase.Waiting && !d.byBuyer) disputes.fund{value: deposit}(terms);
        else disputes.open{value: deposit}(terms, metadataCid);
    }

    /// @inheritdoc IRiskHolds
    function holdOf(bytes32 orderId) external view returns (Hold memory) {
        return _holds[orderId];
    }

    /// @inheritdoc IRiskHolds
    function leftToday(address account) public view returns (uint256) {
        return DAILY_BOUND - _placed[account][Calendar.today()];
    }

    /// @dev The market and the disputes module refuse what came too late.
    function _decide(
        Terms calldata terms,
        string calldata cid,
        HoldStatus decision
    ) private returns (bytes32 id, Hold storage held) {
        Cid.check(cid);
        _requireNoPart(terms);
        id = terms.idOf(ORDER_DOMAIN);
        held = _holds[id];
        if (held.status != HoldStatus.Held) revert RiskHolds_NotHeld(id, held.status);
        held.status = decision;
    }

    function _requireNoPart(Terms calldata terms) private view {
        // Through the Authority's `execute` anybody could be behind the call.
        if (msg.sender == authority()) revert RiskHolds_HiddenCaller(msg.sender);
        bool isParty = msg.sender == terms.seller || msg.sender == terms.buyer || msg.sender == terms.payer;
        bool earns =
            msg.sender == Lines.referrerOf(terms.line1) ||
                msg.sender == Lines.referrerOf(terms.line2) ||
                msg.sender == Lines.referrerOf(terms.line3);
        if (isParty || earns || msg.sender == terms.arbitrator) revert RiskHolds_IsParty(msg.sender);
    }
}
