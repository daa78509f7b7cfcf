// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";

import {ICredit} from "../interfaces/ICredit.sol";
import {Tier} from "../interfaces/IFeePolicy.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {CreditReason, Dimension} from "../interfaces/IMerchants.sol";
import {Status, Terms} from "../interfaces/IOrders.sol";
import {Account} from "../libraries/Account.sol";
import {Calendar} from "../libraries/Calendar.sol";
import {Cid} from "../libraries/Cid.sol";
import {CreditFormula} from "../libraries/CreditFormula.sol";
import {Roles} from "../libraries/Roles.sol";
import {TermsFields} from "../libraries/TermsFields.sol";

/// @title Credit: see {ICredit}.
contract Credit is AccessManaged, ICredit {
    using TermsFields for Terms;

    /// @dev The market bounds the sum of the three attested dimensions; each has a third of it here, so that the market's
    /// own clamp never bites.
    int256 private constant SUB_BASE = CreditFormula.ATTESTED_BASE / 3;
    int256 private constant SUB_MAX = CreditFormula.ATTESTED_MAX / 3;

    uint256 private constant DAILY_PER_DIMENSION = 20_000;
    uint256 private constant DAILY_PER_ATTESTOR = 2_000_000;
    uint256 private constant DECISION_TIME = 14 days;
    uint256 private constant MIN_BOND = 0.001 ether;
    uint256 private constant MAX_BOND = 1 ether;

    struct SubScore {
        /// Distance from {SUB_BASE}, so that an empty slot is a new merchant.
        int64 shift;
        uint64 day;
        /// Sizes asked for on that day.
        uint64 asked;
    }

    struct Workday {
        uint64 day;
        uint64 asked;
    }

    IMarket private immutable MARKET;
    bytes32 private immutable ORDER_DOMAIN;

    /// @inheritdoc ICredit
    uint256 public attestationCount;
    /// @inheritdoc ICredit
    uint256 public appealBond = 0.05 ether;

    mapping(address merchant => mapping(Dimension => SubScore)) private _subScores;
    mapping(address attestor => Workday) private _workdays;
    mapping(bytes32 id => Attestation) private _attestations;
    mapping(bytes32 ref => Appeal) private _appeals;

    constructor(address authority_, IMarket market_) AccessManaged(authority_) {
        if (authority_ == address(0) || address(market_) == address(0)) revert Credit_ZeroAddress();
        MARKET = market_;
        ORDER_DOMAIN = market_.ORDER_DOMAIN();
    }

    // -- attestations ---------------------------------------------------------------------------

    /// @inheritdoc ICredit
    function attest(
        address merchant,
        Dimension dimension,
        int256 delta,
        string calldata cid
    ) external returns (bytes32 id, int256 applied) {
        bytes memory fault = _faultOf(merchant, dimension, delta, cid);
        if (fault.length != 0) {
            assembly ("memory-safe") {
                revert(add(fault, 0x20), mload(fault))
            }
        }
        return _attest(merchant, dimension, delta, cid);
    }

    /// @inheritdoc ICredit
    function attestMany(Request[] calldata requests) external returns (bytes[] memory faults) {
        faults = new bytes[](requests.length);
        for (uint256 i = 0; i < requests.length; ++i) {
            Request calldata r = requests[i];
            bytes memory fault = _faultOf(r.merchant, r.dimension, r.delta, r.cid);
            if (fault.length == 0) _attest(r.merchant, r.dimension, r.delta, r.cid);
            else emit AttestationSkipped(i, r.merchant, fault);
            faults[i] = fault;
        }
    }

    // -- appeals --------------------------------------------------------------------------------

    /// @inheritdoc ICredit
    function appealAttestation(bytes32 id, string calldata cid) external payable {
        Attestation memory a = _attestations[id];
        if (a.merchant == address(0)) revert Credit_UnknownAttestation(id);
        if (a.applied >= 0) revert Credit_NothingToReverse(id);
        _openAppeal(id, a.merchant, cid);
    }

    /// @inheritdoc ICredit
    function appealOrder(Terms calldata terms, string calldata cid) external payable {
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        Status status = MARKET.orderState(id).status();
        if (status != Status.Completed && status != Status.Cancelled) revert Credit_OrderNotEnded(id, status);
        _openAppeal(id, terms.seller, cid);
    }

    /// @inheritdoc ICredit
    function decideAttestation(bytes32 id, bool upheld, string calldata cid) external restricted {
        Attestation memory a = _attestations[id];
        if (a.merchant == address(0)) revert Credit_UnknownAttestation(id);
        Appeal memory appeal = _decide(id, upheld, cid);
        if (upheld) _move(a.merchant, a.dimension, -int256(a.applied), CreditReason.Reversal, id);
        _payBond(appeal, upheld ? appeal.merchant : address(MARKET));
    }

    /// @inheritdoc ICredit
    function decideOrder(Terms calldata terms, bool upheld, string calldata cid) external restricted {
        Appeal memory appeal = _decide(terms.idOf(ORDER_DOMAIN), upheld, cid);
        // The market's own event tells what was given back.
        // slither-disable-next-line unused-return
        if (upheld) MARKET.reverseOrderCredit(terms);
        _payBond(appeal, upheld ? appeal.merchant : address(MARKET));
    }

    /// @inheritdoc ICredit
    function expireAppeal(bytes32 ref) external {
        Appeal memory appeal = _openAppealOf(ref);
        if (block.timestamp < appeal.decideUntil) revert Credit_TooEarly(block.timestamp, appeal.decideUntil);
        _appeals[ref].status = AppealStatus.Expired;
        emit AppealExpired(ref, appeal.merchant);
        _payBond(appeal, appeal.merchant);
    }

    /// @inheritdoc ICredit
    function setAppealBond(uint256 bond) external restricted {
        if (bond < MIN_BOND || bond > MAX_BOND) revert Credit_BondOutOfBounds(bond, MIN_BOND, MAX_BOND);
        appealBond = bond;
        emit AppealBondSet(bond);
    }

    // -- views ----------------------------------------------------------------------------------

    /// @inheritdoc ICredit
    function scoreOf(address merchant) external view returns (uint256 points) {
        // The bounds keep all scores non-negative.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint256(MARKET.accountOf(merchant).score()) / 1_000;
    }

    /// @inheritdoc ICredit
    function subScoresOf(address merchant) external view returns (uint256[5] memory scores) {
        Account a = MARKET.accountOf(merchant);
        // forge-lint: disable-start(unsafe-typecast)
        scores[uint256(Dimension.Trade)] = uint256(CreditFormula.TRADE_BASE + a.trade());
        scores[uint256(Dimension.Service)] = uint256(CreditFormula.SERVICE_BASE + a.service());
        for (uint256 i = uint256(Dimension.Compliance); i <= uint256(Dimension.Security); ++i) {
            scores[i] = uint256(SUB_BASE + _subScores[merchant][Dimension(i)].shift);
        }
        // forge-lint: disable-end(unsafe-typecast)
    }

    /// @inheritdoc ICredit
    function tierOf(address merchant) external view returns (Tier) {
        return CreditFormula.tierOf(MARKET.accountOf(merchant).score());
    }

    /// @inheritdoc ICredit
    function leftToday(
        address attestor,
        address merchant,
        Dimension dimension
    ) external view returns (uint256) {
        uint256 forMerchant = _leftForDimension(merchant, dimension);
        uint256 forAttestor = _leftForAttestor(attestor);
        return forMerchant < forAttestor ? forMerchant : forAttestor;
    }

    /// @inheritdoc ICredit
    function attestationOf(bytes32 id) external view returns (Attestation memory) {
        return _attestations[id];
    }

    /// @inheritdoc ICredit
    function appealOf(bytes32 ref) external view returns (Appeal memory) {
        return _appeals[ref];
    }

    /// @inheritdoc ICredit
    function market() external view returns (IMarket) {
        return MARKET;
    }

    // -- inside: attestations -------------------------------------------------------------------

    /// @dev Why the caller can't attest this, as an ABI-encoded error; empty if he can.
    function _faultOf(
        address merchant,
        Dimension dimension,
        int256 delta,
        string calldata cid
    ) private view returns (bytes memory) {
        if (dimension == Dimension.Trade || dimension == Dimension.Service) {
            return abi.encodeWithSelector(Credit_NotAttested.selector, dimension);
        }
        uint64 role = _roleOf(dimension);
        // A role with an execution delay must not act at once.
        (bool isMember, uint32 delay) = IAccessManager(authority()).hasRole(role, msg.sender);
        if (!isMember || delay != 0)
            return abi.encodeWithSelector(Credit_NotAttestor.selector, msg.sender, role);
        if (merchant == address(0)) return abi.encodeWithSelector(Credit_ZeroAddress.selector);
        if (merchant == msg.sender) return abi.encodeWithSelector(Credit_SelfAttestation.selector, merchant);
        if (delta == 0) return abi.encodeWithSelector(Credit_ZeroDelta.selector);
        if (bytes(cid).length > Cid.MAX_LENGTH) {
            return abi.encodeWithSelector(Cid.Cid_TooLong.selector, bytes(cid).length, Cid.MAX_LENGTH);
        }
        if (!Cid.isValid(cid)) return abi.encodeWithSelector(Cid.Cid_Malformed.selector, cid);
        return _boundFaultOf(merchant, dimension, delta);
    }

    function _boundFaultOf(
        address merchant,
        Dimension dimension,
        int256 delta
    ) private view returns (bytes memory) {
        uint256 left = _leftForDimension(merchant, dimension);
        if (!_isWithin(delta, left)) {
            return
                abi.encodeWithSelector(
                    Credit_MerchantBoundReached.selector,
                    merchant,
                    dimension,
                    delta,
                    left
                );
        }
        left = _leftForAttestor(msg.sender);
        if (!_isWithin(delta, left)) {
            return abi.encodeWithSelector(Credit_AttestorBoundReached.selector, msg.sender, delta, left);
        }
        return "";
    }

    function _attest(
        address merchant,
        Dimension dimension,
        int256 delta,
        string calldata cid
    ) private returns (bytes32 id, int256 applied) {
        // forge-lint: disable-next-item(unsafe-typecast)
        uint64 size = uint64(uint256(delta < 0 ? -delta : delta));
        uint64 today = uint64(Calendar.today());
        SubScore storage sub = _subScores[merchant][dimension];
        (sub.asked, sub.day) = (sub.day == today ? sub.asked + size : size, today);
        Workday storage work = _workdays[msg.sender];
        (work.asked, work.day) = (work.day == today ? work.asked + size : size, today);
        // Unique for ever, also beside orders' ids and the attestations of a later module.
        id = keccak256(abi.encode(block.chainid, address(this), ++attestationCount));
        applied = _move(merchant, dimension, delta, CreditReason.Attestation, id);
        // forge-lint: disable-next-line(unsafe-typecast)
        _attestations[id] = Attestation(merchant, uint40(block.timestamp), int32(applied), dimension);
        emit Attested(id, merchant, msg.sender, dimension, delta, applied, cid);
    }

    /// @dev Moves a sub-score within its bounds, here and at the market.
    function _move(
        address merchant,
        Dimension dimension,
        int256 delta,
        CreditReason reason,
        bytes32 ref
    ) private returns (int256 applied) {
        SubScore storage sub = _subScores[merchant][dimension];
        int256 old = sub.shift;
        int256 next = old + delta;
        if (next > SUB_MAX - SUB_BASE) next = SUB_MAX - SUB_BASE;
        if (next < -SUB_BASE) next = -SUB_BASE;
        // forge-lint: disable-next-line(unsafe-typecast)
        sub.shift = int64(next);
        applied = MARKET.attestCredit(merchant, dimension, next - old, reason, ref);
        if (applied != next - old) revert Credit_OutOfStep(next - old, applied);
    }

    function _leftForDimension(address merchant, Dimension dimension) private view returns (uint256) {
        SubScore storage sub = _subScores[merchant][dimension];
        return sub.day == Calendar.today() ? DAILY_PER_DIMENSION - sub.asked : DAILY_PER_DIMENSION;
    }

    function _leftForAttestor(address attestor) private view returns (uint256) {
        Workday storage work = _workdays[attestor];
        return work.day == Calendar.today() ? DAILY_PER_ATTESTOR - work.asked : DAILY_PER_ATTESTOR;
    }

    /// @dev Compares on both sides, as the smallest integer has no absolute value.
    function _isWithin(int256 delta, uint256 size) private pure returns (bool) {
        // forge-lint: disable-next-line(unsafe-typecast)
        return delta <= int256(size) && delta >= -int256(size);
    }

    function _roleOf(Dimension dimension) private pure returns (uint64) {
        if (dimension == Dimension.Compliance) return Roles.ATTESTOR_COMPLIANCE;
        return dimension == Dimension.Community ? Roles.ATTESTOR_COMMUNITY : Roles.ATTESTOR_SECURITY;
    }

    // -- inside: appeals ------------------------------------------------------------------------

    function _openAppeal(bytes32 ref, address merchant, string calldata cid) private {
        if (msg.sender != merchant) revert Credit_NotMerchant(msg.sender, merchant);
        if (_appeals[ref].status != AppealStatus.None) revert Credit_AlreadyAppealed(ref);
        if (msg.value != appealBond) revert Credit_WrongBond(msg.value, appealBond);
        Cid.check(cid);
        uint40 until = uint40(block.timestamp + DECISION_TIME);
        _appeals[ref] = Appeal(merchant, until, AppealStatus.Open, uint128(msg.value));
        emit AppealOpened(ref, merchant, msg.value, until, cid);
    }

    function _openAppealOf(bytes32 ref) private view returns (Appeal memory appeal) {
        appeal = _appeals[ref];
        if (appeal.status != AppealStatus.Open) revert Credit_NoOpenAppeal(ref);
    }

    function _decide(bytes32 ref, bool upheld, string calldata cid) private returns (Appeal memory appeal) {
        appeal = _openAppealOf(ref);
        if (msg.sender == appeal.merchant) revert Credit_DecidesForSelf(msg.sender);
        // Through the Authority's `execute` the merchant himself could be behind the call.
        if (msg.sender == authority()) revert Credit_HiddenCaller(msg.sender);
        if (block.timestamp >= appeal.decideUntil) revert Credit_TooLate(block.timestamp, appeal.decideUntil);
        Cid.check(cid);
        _appeals[ref].status = upheld ? AppealStatus.Upheld : AppealStatus.Rejected;
        emit AppealDecided(ref, appeal.merchant, upheld, cid);
    }

    function _payBond(Appeal memory appeal, address account) private {
        // Of native coin exactly what is sent is credited.
        // slither-disable-next-line unused-return
        MARKET.deposit{value: appeal.bond}(address(0), appeal.bond, account);
    }
}
