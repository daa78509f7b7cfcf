// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {IEvidenceLog, IPanelOwner} from "../interfaces/IEvidenceLog.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Status, Terms} from "../interfaces/IOrders.sol";
import {Cid} from "../libraries/Cid.sol";
import {Roles} from "../libraries/Roles.sol";
import {TermsFields} from "../libraries/TermsFields.sol";

/// @title Evidence of one market's orders.
contract EvidenceLog is IEvidenceLog {
    using TermsFields for Terms;
    using TermsFields for uint256;

    /// Pieces per order and standing.
    uint256 public constant MAX_PIECES = 50;

    IMarket public immutable MARKET;
    IAccessManager public immutable AUTHORITY;
    bytes32 private immutable ORDER_DOMAIN;

    uint256 private constant COUNTERS = 160;
    uint256 private constant COUNTER_BITS = 8;

    /// @dev From bit 0: the order's arbitrator 160 · a counter of 8 bits for each standing. Zero before the first piece.
    mapping(bytes32 id => uint256) private _records;

    constructor(IMarket market, IAccessManager authority) {
        if (address(market) == address(0) || address(authority) == address(0))
            revert EvidenceLog_ZeroAddress();
        MARKET = market;
        AUTHORITY = authority;
        ORDER_DOMAIN = market.ORDER_DOMAIN();
    }

    /// @inheritdoc IEvidenceLog
    function submit(Terms calldata terms, string calldata cid) external {
        Cid.check(cid);
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        uint256 record = _records[id];
        if (record == 0) record = _firstRecord(id, terms);
        address arbitrator = address(uint160(record));
        uint256 shift = _shiftOf(_standingOf(id, terms, arbitrator));
        if (uint8(record >> shift) == MAX_PIECES) revert EvidenceLog_TooMany(id, msg.sender, MAX_PIECES);
        _records[id] = record + (1 << shift);
        emit Evidence(IArbitrator(arbitrator), uint256(id), msg.sender, string.concat("/ipfs/", cid));
    }

    /// @inheritdoc IEvidenceLog
    function publishRecipient(bytes32 recipient) external {
        emit RecipientPublished(msg.sender, recipient);
    }

    /// @inheritdoc IEvidenceLog
    function countOf(bytes32 id, Standing standing) external view returns (uint256) {
        return uint8(_records[id] >> _shiftOf(standing));
    }

    /// @inheritdoc IEvidenceLog
    function arbitratorOf(bytes32 id) external view returns (address) {
        return address(uint160(_records[id]));
    }

    function _firstRecord(bytes32 id, Terms calldata terms) private view returns (uint256 record) {
        Status status = MARKET.orderState(id).status();
        if (status == Status.None) revert EvidenceLog_UnknownOrder(id);
        address arbitrator = terms.arbitrator;
        if (arbitrator == address(0)) {
            arbitrator = IPanelOwner(MARKET.moduleAt(terms.rates.moduleIndex())).PANEL();
        }
        return uint160(arbitrator);
    }

    function _standingOf(
        bytes32 id,
        Terms calldata terms,
        address arbitrator
    ) private view returns (Standing) {
        if (msg.sender == terms.buyer) return Standing.Buyer;
        if (msg.sender == terms.seller) return Standing.Seller;
        if (msg.sender == terms.payer) return Standing.Payer;
        if (msg.sender == arbitrator) return Standing.Arbitrator;
        // The role's delay is for scheduled calls; evidence needs none.
        // slither-disable-next-line unused-return
        (bool isAuditor, ) = AUTHORITY.hasRole(Roles.AUDITOR, msg.sender);
        if (!isAuditor) revert EvidenceLog_NoStanding(id, msg.sender);
        return Standing.Auditor;
    }

    function _shiftOf(Standing standing) private pure returns (uint256) {
        return COUNTERS + uint256(standing) * COUNTER_BITS;
    }
}
