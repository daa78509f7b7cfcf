// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

import {Case, IArbiterPanel, Stage, Step} from "../interfaces/IArbiterPanel.sol";
import {IArbitrable, IArbitrator} from "../interfaces/IArbitrator.sol";
import {IDisputes, ISettlements, Phase} from "../interfaces/IDisputes.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Resolution, Status, Terms} from "../interfaces/IOrders.sol";
import {Lines} from "../libraries/Lines.sol";
import {TermsFields} from "../libraries/TermsFields.sol";
import {Settlements} from "./Settlements.sol";

/// @title Disputes: see {IDisputes}.
contract Disputes is ReentrancyGuardTransient, Settlements, IDisputes {
    using TermsFields for uint256;
    using TermsFields for Terms;

    uint256 public constant CHOICES = 5;
    uint256 public constant DEPOSIT_WINDOW = 3 days;
    uint256 public constant ARBITRATION_SECONDS = 30 days;
    uint256 public constant FINAL_SECONDS = 60 days;
    /// @dev A foreign arbitrator gets at most this much gas; a caller must leave more, so that he can't make the call fail.
    uint256 private constant COST_GAS = 100_000;
    uint256 private constant CREATE_GAS = 1_000_000;
    uint256 private constant FOREIGN_GAS = 2_500_000;

    /// @dev Who gets his deposit back in full.
    enum Winner {
        Nobody,
        Buyer,
        Seller
    }

    IMarket public immutable MARKET;
    IArbiterPanel public immutable PANEL;
    IArbitrator public immutable BACKUP;
    uint256 public immutable MIN_DEPOSIT;
    uint256 public immutable MAX_DEPOSIT;
    bytes32 private immutable ORDER_DOMAIN;

    mapping(bytes32 orderId => DisputeRecord) private _disputes;
    /// @dev Cases at other arbitrators than the panel.
    mapping(address arbitrator => mapping(uint256 disputeId => bytes32 orderId)) private _cases;

    constructor(
        IMarket market,
        IArbiterPanel panel,
        IArbitrator backup,
        uint256 minDeposit,
        uint256 maxDeposit
    ) EIP712("Hanse Disputes", "1") {
        if (address(backup) == address(panel) || address(backup).code.length == 0) {
            revert Disputes_BadBackup(address(backup));
        }
        if (minDeposit < panel.arbitrationCost("") || maxDeposit < minDeposit || maxDeposit > type(uint96).max) {
            revert Disputes_BadDeposits(minDeposit, maxDeposit);
        }
        MARKET = market;
        MIN_DEPOSIT = minDeposit;
        MAX_DEPOSIT = maxDeposit;
        PANEL = panel;
        BACKUP = backup;
        ORDER_DOMAIN = market.ORDER_DOMAIN();
    }

    /// @inheritdoc IDisputes
    function open(Terms calldata terms, string calldata cid) external payable nonReentrant {
        if (msg.sender != terms.buyer && msg.sender != terms.seller) revert Disputes_NotParty(msg.sender);
        if (!terms.origin.isMetadata(cid)) revert Disputes_NotMetadata(cid);
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        // The market refuses an order that isn't in progress or delivered, so none is disputed twice.
        MARKET.markDisputed(terms, block.timestamp + FINAL_SECONDS);
        uint256 deposit = _takeDeposit(terms);
        _disputes[id] = DisputeRecord(Phase.Waiting, msg.sender == terms.buyer, 0, uint40(block.timestamp), 0);
        emit MetaEvidence(uint256(id), string.concat("/ipfs/", cid));
        emit DisputeOpened(id, msg.sender, deposit);
    }

    /// @inheritdoc IDisputes
    function fund(Terms calldata terms) external payable nonReentrant {
        bytes32 id = terms.idOf(ORDER_DOMAIN);
        DisputeRecord memory d = _disputes[id];
        if (d.phase != Phase.Waiting) revert Disputes_WrongPhase(id, d.phase);
        uint256 until = d.openedAt + DEPOSIT_WINDOW;
        if (block.timestamp >= until) revert Disputes_TooLate(block.timestamp, until);
        (Status status, , , ) = MARKET.orderState(id);
        if (status != Status.Disputed) revert Disputes_WrongPhase(id, Phase.Closed);
        uint256 deposit = _takeDeposit(terms);
        emit DisputeFunded(id, msg.sender, deposit);
        d.phase = Phase.Arbitrating;
        _disputes[id] = d;
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
        bytes memory extraData;
        if (_isPanel(arbitrator)) {
            Case memory c = _caseOf(terms);
            disputeId = PANEL.disputeIdOf(c);
            extraData = abi.encode(keccak256(c.extraData), msg.sender);
        } else if (_cases[address(arbitrator)][disputeId] != id) {
            revert Disputes_UnknownCase(address(arbitrator), disputeId);
        }
        emit DisputeAppealed(id, msg.sender, msg.value);
        arbitrator.appeal{value: msg.value}(disputeId, extraData);
    }

    /// @inheritdoc IArbitrable
    /// @dev Only records, and never reverts. The panel's rulings are read from the panel.
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
        (Status status, , uint256 held, ) = MARKET.orderState(id);
        if (status != Status.Disputed) {
            // The seller gave everything back in the meantime.
            _close(terms, id, d, Winner.Buyer);
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
        (Status status, , uint256 held, ) = MARKET.orderState(id);
        if (toBuyer <= held) {
            _checkOffer(terms, Offer(id, status, held, toBuyer, deadline), buyerSignature, sellerSignature);
        }
        // The market refuses an unknown or ended order, and more than it holds.
        MARKET.resolve(terms, toBuyer, Resolution.Settlement);
        DisputeRecord memory d = _disputes[id];
        if (d.phase != Phase.None) _close(terms, id, d, Winner.Nobody);
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
        if (!_isPanel(_arbitratorOf(terms)) || !_regainFee(_caseOf(terms), d)) revert Disputes_NothingToCollect(id);
        _disputes[id].spent = 0;
        _giveBack(terms.buyer, fee / 2);
        _giveBack(terms.seller, fee - fee / 2);
        emit DisputeClosed(id, fee / 2, fee - fee / 2);
    }

    /// @inheritdoc IDisputes
    function extraDataOf(Terms calldata terms) public view returns (bytes memory) {
        address[6] memory all = [
            terms.seller,
            terms.buyer,
            terms.payer == terms.buyer ? address(0) : terms.payer,
            Lines.referrerOf(terms.line1),
            Lines.referrerOf(terms.line2),
            Lines.referrerOf(terms.line3)
        ];
        address[] memory excluded = new address[](6);
        uint256 count;
        for (uint256 i = 0; i < 6; ++i) {
            if (all[i] != address(0)) excluded[count++] = all[i];
        }
        assembly ("memory-safe") {
            mstore(excluded, count)
        }
        return abi.encode(terms.idOf(ORDER_DOMAIN), terms.clocks.placedAt(), excluded);
    }

    /// @dev Fees that an expired case gives back.
    receive() external payable {
        if (!_isPanel(IArbitrator(msg.sender))) revert Disputes_UnexpectedEther(msg.sender, msg.value);
    }

    // -- arbitration ----------------------------------------------------------------------------

    function _decide(Terms calldata terms, bytes32 id, DisputeRecord memory d, uint256 held) private {
        bool known = d.ruling != 0;
        uint256 ruling = known ? d.ruling - 1 : 0;
        if (d.phase == Phase.Arbitrating && _isPanel(_arbitratorOf(terms))) {
            (known, ruling) = _panelRuling(_caseOf(terms), d);
        }
        uint256 until = d.openedAt + (d.phase == Phase.Backup ? FINAL_SECONDS : ARBITRATION_SECONDS);
        if (!known && block.timestamp < until) revert Disputes_TooEarly(block.timestamp, until);
        if (ruling != 0) _resolve(terms, id, d, held, ruling);
        else if (d.phase == Phase.Backup) _splitEvenly(terms, id, d);
        else _escalate(terms, id, d);
    }

    /// @dev The panel's final ruling, executed or expired there if nobody did that yet.
    function _panelRuling(Case memory c, DisputeRecord memory d) private returns (bool known, uint256 ruling) {
        uint256 caseId = PANEL.disputeIdOf(c);
        try PANEL.executeRuling(c) returns (uint256 given) {
            (known, ruling) = (true, given);
        } catch {
            if (PANEL.disputeOf(caseId).stage == Stage.Executed) {
                (known, ruling) = (true, PANEL.currentRuling(caseId));
            } else {
                try PANEL.expire(c) {
                    (known, ruling) = (true, PANEL.executeRuling(c));
                } catch {}
            }
        }
        if (known) _regainFee(c, d);
    }

    /// @dev A case that expired at the panel without a ruling gave its fee back to us. Only for cases that were paid.
    function _regainFee(Case memory c, DisputeRecord memory d) private returns (bool regained) {
        if (d.spent == 0) return false;
        uint256 caseId = PANEL.disputeIdOf(c);
        Stage stage = PANEL.disputeOf(caseId).stage;
        if (stage != Stage.Final && stage != Stage.Executed) return false;
        if (PANEL.chairOf(caseId, 0).step == Step.Ruled) return false;
        d.spent = 0;
        if (PANEL.balanceOf(address(this)) != 0) PANEL.withdraw(address(this));
        return true;
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

    /// @dev Opens the case at an arbitrator for at most `budget` wei. Nothing that a foreign one does can stop the dispute.
    function _bringBefore(
        IArbitrator arbitrator,
        Terms calldata terms,
        bytes32 id,
        DisputeRecord memory d,
        uint256 budget
    ) private returns (bool taken) {
        bytes memory extraData = extraDataOf(terms);
        uint256 caseId;
        uint256 cost;
        if (_isPanel(arbitrator)) {
            cost = arbitrator.arbitrationCost(extraData);
            if (cost > budget) return false;
            caseId = arbitrator.createDispute{value: cost}(CHOICES, extraData);
            taken = true;
        } else {
            (taken, caseId, cost) = _createForeign(address(arbitrator), extraData, budget);
            // An id that was used before is no case of this order; the clocks go on.
            if (taken && _cases[address(arbitrator)][caseId] == 0) _cases[address(arbitrator)][caseId] = id;
        }
        d.spent += uint96(cost);
        _disputes[id].spent = d.spent;
        if (taken) emit Dispute(arbitrator, caseId, uint256(id), uint256(id));
    }

    /// @dev Opens a case at a foreign arbitrator. Whatever it does costs a bounded amount of gas and at most `budget`.
    function _createForeign(
        address arbitrator,
        bytes memory extraData,
        uint256 budget
    ) private returns (bool taken, uint256 caseId, uint256 cost) {
        if (gasleft() < FOREIGN_GAS) revert Disputes_TooLittleGas(gasleft(), FOREIGN_GAS);
        if (arbitrator.code.length == 0) return (false, 0, 0);
        (bool ok, bytes memory result) = arbitrator.staticcall{gas: COST_GAS}(
            abi.encodeCall(IArbitrator.arbitrationCost, (extraData))
        );
        if (!ok || result.length < 32) return (false, 0, 0);
        cost = abi.decode(result, (uint256));
        if (cost > budget) return (false, 0, 0);
        (ok, result) = arbitrator.call{value: cost, gas: CREATE_GAS}(
            abi.encodeCall(IArbitrator.createDispute, (CHOICES, extraData))
        );
        if (!ok) return (false, 0, 0);
        taken = result.length >= 32;
        if (taken) caseId = abi.decode(result, (uint256));
    }

    // -- the end --------------------------------------------------------------------------------

    function _resolve(Terms calldata terms, bytes32 id, DisputeRecord memory d, uint256 held, uint256 ruling) private {
        // Rulings 1 to 5 in quarters of what is held; the seller gets the remainder.
        uint256 quarters = ruling - 1;
        MARKET.resolve(terms, (held * quarters) / 4, Resolution.Ruling);
        Winner winner = quarters == 2 ? Winner.Nobody : quarters > 2 ? Winner.Buyer : Winner.Seller;
        _close(terms, id, d, winner);
    }

    function _splitEvenly(Terms calldata terms, bytes32 id, DisputeRecord memory d) private {
        (, , uint256 held, ) = MARKET.orderState(id);
        MARKET.resolve(terms, held / 2, Resolution.Fallback);
        _close(terms, id, d, Winner.Nobody);
    }

    /// @dev Credits what is left of the deposits: the winner's own first.
    function _close(Terms calldata terms, bytes32 id, DisputeRecord memory d, Winner winner) private {
        if (d.phase == Phase.Closed) return;
        // The panel's case may have expired before the order ended otherwise.
        if (d.phase == Phase.Arbitrating && _isPanel(_arbitratorOf(terms))) _regainFee(_caseOf(terms), d);
        uint256 deposit = depositOf(terms);
        uint256 toBuyer;
        uint256 toSeller;
        if (d.phase == Phase.Waiting) {
            (toBuyer, toSeller) = d.byBuyer ? (deposit, uint256(0)) : (uint256(0), deposit);
        } else {
            uint256 left = 2 * deposit - d.spent;
            uint256 first = left < deposit ? left : deposit;
            toBuyer = winner == Winner.Buyer ? first : winner == Winner.Seller ? left - first : left / 2;
            toSeller = left - toBuyer;
        }
        // Only a fee that the panel still has can come back ({collect}).
        if (d.phase == Phase.Backup) d.spent = 0;
        d.phase = Phase.Closed;
        _disputes[id] = d;
        _giveBack(terms.buyer, toBuyer);
        _giveBack(terms.seller, toSeller);
        emit DisputeClosed(id, toBuyer, toSeller);
    }

    function _takeDeposit(Terms calldata terms) private returns (uint256 deposit) {
        deposit = depositOf(terms);
        if (msg.value < deposit) revert Disputes_DepositTooLow(msg.value, deposit);
        _giveBack(msg.sender, msg.value - deposit);
    }

    function _giveBack(address account, uint256 amount) private {
        if (amount != 0) MARKET.deposit{value: amount}(address(0), amount, account);
    }

    function _arbitratorOf(Terms calldata terms) private view returns (IArbitrator) {
        return terms.arbitrator == address(0) ? PANEL : IArbitrator(terms.arbitrator);
    }

    function _isPanel(IArbitrator arbitrator) private view returns (bool) {
        return address(arbitrator) == address(PANEL);
    }

    function _caseOf(Terms calldata terms) private view returns (Case memory) {
        return Case(address(this), CHOICES, extraDataOf(terms));
    }
}
