// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Case, IArbiterPanel} from "../interfaces/IArbiterPanel.sol";
import {IArbitrable, IArbitrator} from "../interfaces/IArbitrator.sol";
import {IDisputes, ISettlements, Phase} from "../interfaces/IDisputes.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Resolution, Status, Terms} from "../interfaces/IOrders.sol";
import {OrderState} from "../libraries/OrderState.sol";
import {Roles} from "../libraries/Roles.sol";
import {TermsFields} from "../libraries/TermsFields.sol";
import {Arbitration} from "./Arbitration.sol";
import {Settlements} from "./Settlements.sol";

/// @title Disputes: see {IDisputes}.
contract Disputes is ReentrancyGuardTransient, Settlements, Arbitration {
    using TermsFields for uint256;
    using TermsFields for Terms;

    uint256 public constant DEPOSIT_WINDOW = 3 days;
    uint256 public constant ARBITRATION_SECONDS = 30 days;
    uint256 public constant FINAL_SECONDS = 60 days;
    /// @dev Who gets his deposit back in full.
    enum Winner {
        Nobody,
        Buyer,
        Seller
    }

    constructor(
        IMarket market,
        IArbiterPanel panel,
        IArbitrator backup,
        uint256 minDeposit,
        uint256 maxDeposit
    ) EIP712("Hanse Disputes", "1") Arbitration(market, panel, backup, minDeposit, maxDeposit) {}

    /// @inheritdoc IDisputes
    function open(Terms calldata terms, string calldata cid) external payable nonReentrant {
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        bool bySeller = msg.sender == terms.seller;
        bool byRiskModule = !bySeller && msg.sender != terms.buyer;
        if (bySeller) _requireReviewed(id);
        if (byRiskModule && !_isRiskModule()) revert Disputes_NotParty(msg.sender);
        if (!terms.origin.isMetadata(cid)) revert Disputes_NotMetadata(cid);
        // The market refuses an order that isn't in progress or delivered, so none is disputed twice.
        MARKET.markDisputed(terms, block.timestamp + FINAL_SECONDS);
        uint256 deposit = _takeDeposit(terms, msg.value);
        _disputes[id] = DisputeRecord(Phase.Waiting, !bySeller, byRiskModule, 0, uint40(block.timestamp), 0);
        emit MetaEvidence(uint256(id), string.concat("/ipfs/", cid));
        emit DisputeOpened(id, bySeller ? msg.sender : terms.buyer, deposit);
    }

    /// @inheritdoc IDisputes
    function fund(Terms calldata terms) external payable nonReentrant {
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        DisputeRecord memory d = _disputes[id];
        if (d.phase != Phase.Waiting) revert Disputes_WrongPhase(id, d.phase);
        uint256 until = d.openedAt + DEPOSIT_WINDOW;
        if (block.timestamp >= until) revert Disputes_TooLate(block.timestamp, until);
        (Status status, ) = _orderOf(id);
        if (status != Status.Disputed) revert Disputes_WrongPhase(id, Phase.Closed);
        d.phase = Phase.Arbitrating;
        if (!d.byBuyer) d.byRiskModule = _isRiskModule();
        _disputes[id] = d;
        uint256 deposit = _takeDeposit(terms, msg.value);
        emit DisputeFunded(id, msg.sender, deposit);
        if (!_bringBefore(_arbitratorOf(terms), terms, id, d, deposit)) _escalate(terms, id, d);
    }

    /// @inheritdoc IDisputes
    function appeal(Terms calldata terms, uint256 disputeId) external payable nonReentrant {
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        DisputeRecord memory d = _disputes[id];
        if (d.phase != Phase.Arbitrating) revert Disputes_WrongPhase(id, d.phase);
        uint256 until = d.openedAt + ARBITRATION_SECONDS;
        if (block.timestamp >= until) revert Disputes_TooLate(block.timestamp, until);
        IArbitrator arbitrator = _arbitratorOf(terms);
        bytes memory extraData = "";
        IArbiterPanel panel = _panelOf(terms, d.phase);
        if (address(panel) != address(0)) {
            Case memory c = _caseOf(terms);
            disputeId = panel.disputeIdOf(c);
            extraData = abi.encode(keccak256(c.extraData), msg.sender);
        } else if (_cases[address(arbitrator)][disputeId] != id) {
            revert Disputes_UnknownCase(address(arbitrator), disputeId);
        }
        emit DisputeAppealed(id, msg.sender, msg.value);
        arbitrator.appeal{value: msg.value}(disputeId, extraData);
    }

    /// @inheritdoc IArbitrable
    /// @dev Only records, and never reverts. A panel's rulings are read from the panel.
    function rule(uint256 disputeId, uint256 ruling) external {
        if (_isPanel(IArbitrator(msg.sender))) {
            emit Ruling(IArbitrator(msg.sender), disputeId, ruling);
            return;
        }
        bytes32 id = _cases[msg.sender][disputeId];
        DisputeRecord memory d = _disputes[id];
        // A case is bound to its order; once the backup has it, the first arbitrator is late.
        bool due = d.phase == Phase.Arbitrating || (d.phase == Phase.Backup && msg.sender == address(BACKUP));
        if (id == 0 || !due || d.ruling != 0 || ruling > CHOICES) {
            emit RulingIgnored(msg.sender, disputeId, ruling);
            return;
        }
        // forge-lint: disable-next-line(unsafe-typecast)
        _disputes[id].ruling = uint8(ruling + 1);
        emit Ruling(IArbitrator(msg.sender), disputeId, ruling);
    }

    /// @inheritdoc IDisputes
    function execute(Terms calldata terms) external nonReentrant {
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        DisputeRecord memory d = _disputes[id];
        if (d.phase == Phase.None || d.phase == Phase.Closed) revert Disputes_WrongPhase(id, d.phase);
        (Status status, uint256 held) = _orderOf(id);
        if (status != Status.Disputed) {
            // The seller gave everything back in the meantime.
            _closeUndecided(terms, id, d, Winner.Buyer);
        } else if (d.phase == Phase.Waiting) {
            uint256 until = d.openedAt + DEPOSIT_WINDOW;
            if (block.timestamp < until) revert Disputes_TooEarly(block.timestamp, until);
            _resolve(terms, id, d, held, d.byBuyer ? CHOICES : 1);
        } else {
            _decide(terms, id, d, held);
        }
    }

    /// @inheritdoc ISettlements
    function settle(
        Terms calldata terms,
        uint256 toBuyer,
        uint256 deadline,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) external nonReentrant {
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        (Status status, uint256 held) = _orderOf(id);
        if (toBuyer <= held) {
            _checkOffer(terms, Offer(id, status, held, toBuyer, deadline), buyerSignature, sellerSignature);
        }
        // The market refuses an unknown or ended order, and more than it holds.
        MARKET.resolve(terms, toBuyer, Resolution.Settlement);
        DisputeRecord memory d = _disputes[id];
        if (d.phase != Phase.None && d.phase != Phase.Closed) _closeUndecided(terms, id, d, Winner.Nobody);
    }

    /// @inheritdoc IDisputes
    function disputeOf(bytes32 orderId) external view returns (DisputeRecord memory) {
        return _disputes[orderId];
    }

    /// @inheritdoc IDisputes
    function depositOf(Terms calldata terms) public view returns (uint256) {
        return Math.min(Math.max(terms.rates.maxArbitrationCost(), MIN_DEPOSIT), MAX_DEPOSIT);
    }

    /// @inheritdoc IDisputes
    function collect(Terms calldata terms) external nonReentrant {
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        DisputeRecord memory d = _disputes[id];
        if (d.phase != Phase.Closed) revert Disputes_WrongPhase(id, d.phase);
        uint256 fee = d.spent;
        Case memory c = _caseOf(terms);
        IArbiterPanel panel = _lastPanelOf(terms, c);
        _disputes[id].spent = 0;
        if (address(panel) == address(0) || !_regainFee(panel, c, d)) revert Disputes_NothingToCollect(id);
        _giveBack(_buyersSide(terms, d), fee / 2);
        _giveBack(terms.seller, fee - fee / 2);
        emit DisputeClosed(id, fee / 2, fee - fee / 2);
    }

    // -- arbitration ----------------------------------------------------------------------------

    function _decide(Terms calldata terms, bytes32 id, DisputeRecord memory d, uint256 held) private {
        bool known = d.ruling != 0;
        uint256 ruling = known ? d.ruling - 1 : 0;
        IArbiterPanel panel = _panelOf(terms, d.phase);
        if (address(panel) != address(0)) (known, ruling) = _panelRuling(panel, _caseOf(terms), d);
        uint256 until = d.openedAt + (d.phase == Phase.Backup ? FINAL_SECONDS : ARBITRATION_SECONDS);
        if (!known && block.timestamp < until) revert Disputes_TooEarly(block.timestamp, until);
        if (ruling != 0) _resolve(terms, id, d, held, ruling);
        else if (d.phase == Phase.Backup) _splitEvenly(terms, id, d);
        else _escalate(terms, id, d);
    }

    /// @dev The arbitrator decided nothing: the backup takes the case, once. Without it the order waits for the absolute end,
    /// where an even split needs nobody: at once, it would be a prize for making an arbitration fail.
    function _escalate(Terms calldata terms, bytes32 id, DisputeRecord memory d) private {
        d.phase = Phase.Backup;
        d.ruling = 0;
        _disputes[id] = d;
        uint256 left = 2 * depositOf(terms) - d.spent;
        bool taken = BACKUP != _arbitratorOf(terms) && _bringBefore(BACKUP, terms, id, d, left);
        emit DisputeEscalated(id, taken);
    }

    // -- the end --------------------------------------------------------------------------------

    function _resolve(
        Terms calldata terms,
        bytes32 id,
        DisputeRecord memory d,
        uint256 held,
        uint256 ruling
    ) private {
        // Rulings 1 to 5 in quarters of what is held; the seller gets the remainder.
        uint256 quarters = ruling - 1;
        MARKET.resolve(terms, (held * quarters) / 4, Resolution.Ruling);
        Winner winner =
            quarters == 2
                ? Winner.Nobody
                : quarters > 2
                    ? Winner.Buyer
                    : Winner.Seller;
        _close(terms, id, d, winner);
    }

    function _splitEvenly(Terms calldata terms, bytes32 id, DisputeRecord memory d) private {
        (, uint256 held) = _orderOf(id);
        MARKET.resolve(terms, held / 2, Resolution.Fallback);
        _close(terms, id, d, Winner.Nobody);
    }

    /// @dev For an order that ended without its arbitrator, whose case may have expired already.
    function _closeUndecided(
        Terms calldata terms,
        bytes32 id,
        DisputeRecord memory d,
        Winner winner
    ) private {
        IArbiterPanel panel = _panelOf(terms, d.phase);
        if (address(panel) != address(0)) _regainFee(panel, _caseOf(terms), d);
        _close(terms, id, d, winner);
    }

    /// @dev Credits what is left of the deposits: the winner's own first.
    function _close(Terms calldata terms, bytes32 id, DisputeRecord memory d, Winner winner) private {
        uint256 deposit = depositOf(terms);
        uint256 toBuyer;
        uint256 toSeller;
        if (d.phase == Phase.Waiting) {
            (toBuyer, toSeller) = d.byBuyer ? (deposit, uint256(0)) : (uint256(0), deposit);
        } else {
            uint256 left = 2 * deposit - d.spent;
            uint256 first = left < deposit ? left : deposit;
            toBuyer =
                winner == Winner.Buyer
                    ? first
                    : winner == Winner.Seller
                        ? left - first
                        : left / 2;
            toSeller = left - toBuyer;
        }
        // Of two arbitrators' fees, only the one that the backup has not earned yet can still come back ({collect}).
        if (d.phase == Phase.Backup) {
            IArbiterPanel panel = _panelOf(terms, d.phase);
            d.spent = address(panel) == address(0) ? 0 : _feeAtStake(panel, _caseOf(terms));
        }
        d.phase = Phase.Closed;
        _disputes[id] = d;
        _giveBack(_buyersSide(terms, d), toBuyer);
        _giveBack(terms.seller, toSeller);
        emit DisputeClosed(id, toBuyer, toSeller);
    }

    /// @dev Who stays silent loses. So a seller must have delivered, and the deposit window ends no earlier than the review.
    function _requireReviewed(bytes32 id) private view {
        OrderState s = MARKET.orderState(id);
        if (s.status() == Status.InProgress) revert Disputes_NotDelivered(id);
        if (s.status() != Status.Delivered || s.until() <= block.timestamp + DEPOSIT_WINDOW) return;
        revert Disputes_TooEarly(block.timestamp, s.until() - DEPOSIT_WINDOW);
    }

    /// @dev A confirmed hold speaks for the buyer.
    function _isRiskModule() private view returns (bool) {
        IAccessManager authority = IAccessManager(IAccessManaged(address(MARKET)).authority());
        (bool isMember, uint32 delay) = authority.hasRole(Roles.RISK_MODULE, msg.sender);
        return isMember && delay == 0;
    }

    /// @dev Who has the buyer's deposit back: the platform, where its reviewer paid it. A pair in league can't have it.
    function _buyersSide(Terms calldata terms, DisputeRecord memory d) private view returns (address) {
        return d.byRiskModule ? address(MARKET) : terms.buyer;
    }

    function _takeDeposit(Terms calldata terms, uint256 sent) private returns (uint256 deposit) {
        deposit = depositOf(terms);
        if (sent < deposit) revert Disputes_DepositTooLow(sent, deposit);
        _giveBack(msg.sender, sent - deposit);
    }

    function _giveBack(address account, uint256 amount) private {
        // Of native coin exactly what is sent is credited.
        // slither-disable-next-line unused-return
        if (amount != 0) MARKET.deposit{value: amount}(address(0), amount, account);
    }
}
