// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Case, DisputeView, IArbiterPanel, Stage, Step} from "../interfaces/IArbiterPanel.sol";
import {IArbitrator} from "../interfaces/IArbitrator.sol";
import {IDisputes, Phase} from "../interfaces/IDisputes.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Status, Terms} from "../interfaces/IOrders.sol";
import {Lines} from "../libraries/Lines.sol";
import {OrderState} from "../libraries/OrderState.sol";
import {TermsFields} from "../libraries/TermsFields.sol";

/// @title Arbitration: how cases come before arbitrators, and rulings back. Part of {Disputes}.
abstract contract Arbitration is IDisputes {
    using TermsFields for uint256;
    using TermsFields for Terms;

    uint256 public constant CHOICES = 5;
    /// @dev A foreign arbitrator gets at most this much gas; a caller must leave more, so that he can't make the call fail.
    uint256 private constant COST_GAS = 100_000;
    uint256 private constant CREATE_GAS = 1_000_000;
    uint256 private constant FOREIGN_GAS = 2_500_000;

    IMarket public immutable MARKET;
    IArbiterPanel public immutable PANEL;
    IArbitrator public immutable BACKUP;
    uint256 public immutable MIN_DEPOSIT;
    uint256 public immutable MAX_DEPOSIT;
    bytes32 internal immutable ORDER_DOMAIN;
    /// @dev Whether the backup is a panel like ours; else it is treated as any foreign arbitrator.
    bool private immutable BACKUP_IS_PANEL;

    mapping(bytes32 orderId => DisputeRecord) internal _disputes;
    /// @dev Cases at other arbitrators than the panels.
    mapping(address arbitrator => mapping(uint256 disputeId => bytes32 orderId)) internal _cases;

    constructor(
        IMarket market,
        IArbiterPanel panel,
        IArbitrator backup,
        uint256 minDeposit,
        uint256 maxDeposit
    ) {
        if (address(backup) == address(panel) || address(backup).code.length == 0) {
            revert Disputes_BadBackup(address(backup));
        }
        if (
            minDeposit < panel.arbitrationCost("") || maxDeposit < minDeposit || maxDeposit > type(uint96).max
        ) {
            revert Disputes_BadDeposits(minDeposit, maxDeposit);
        }
        MARKET = market;
        MIN_DEPOSIT = minDeposit;
        MAX_DEPOSIT = maxDeposit;
        PANEL = panel;
        BACKUP = backup;
        ORDER_DOMAIN = market.ORDER_DOMAIN();
        BACKUP_IS_PANEL = _numbersLikeAPanel(address(backup));
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

    // -- for the disputes -----------------------------------------------------------------------

    /// @dev The panel that the case lies before; zero if it lies before another arbitrator, or nobody.
    function _panelOf(Terms calldata terms, Phase phase) internal view returns (IArbiterPanel) {
        IArbitrator arbitrator = _arbitratorOf(terms);
        if (phase == Phase.Backup) {
            // Who decided nothing as the order's own arbitrator isn't asked again.
            if (arbitrator == BACKUP) return IArbiterPanel(address(0));
            arbitrator = BACKUP;
        }
        return IArbiterPanel(_isPanel(arbitrator) ? address(arbitrator) : address(0));
    }

    /// @dev The last panel that the case of a closed dispute lay before: only that one may owe its fee.
    function _lastPanelOf(Terms calldata terms, Case memory c) internal view returns (IArbiterPanel) {
        if (BACKUP_IS_PANEL) {
            IArbiterPanel backup = IArbiterPanel(address(BACKUP));
            if (backup.disputeOf(backup.disputeIdOf(c)).stage != Stage.None) return backup;
        }
        return _panelOf(terms, Phase.Arbitrating);
    }

    /// @dev A panel's final ruling, executed or expired there if nobody did that yet.
    function _panelRuling(
        IArbiterPanel panel,
        Case memory c,
        DisputeRecord memory d
    ) internal returns (bool known, uint256 ruling) {
        try panel.executeRuling(c) returns (uint256 given) {
            (known, ruling) = (true, given);
        } catch {
            uint256 caseId = panel.disputeIdOf(c);
            if (panel.disputeOf(caseId).stage == Stage.Executed) {
                (known, ruling) = (true, panel.currentRuling(caseId));
            } else {
                // What it gave back is counted by {_regainFee}.
                // slither-disable-next-line unused-return
                try panel.expire(c) {
                    (known, ruling) = (true, panel.executeRuling(c));
                } catch {}
            }
        }
        if (known && ruling == 0) _regainFee(panel, c, d);
    }

    /// @dev A case that expired at a panel without a ruling gave its fee back to us. Only for cases that were paid.
    function _regainFee(
        IArbiterPanel panel,
        Case memory c,
        DisputeRecord memory d
    ) internal returns (bool regained) {
        if (d.spent == 0) return false;
        DisputeView memory v = panel.disputeOf(panel.disputeIdOf(c));
        if (v.stage != Stage.Final && v.stage != Stage.Executed) return false;
        if (v.first.step == Step.Ruled) return false;
        // forge-lint: disable-next-line(unsafe-typecast)
        d.spent -= uint96(v.fee);
        // May take fees of other disputes along; each of them counts its own.
        // slither-disable-next-line unused-return
        if (panel.balanceOf(address(this)) != 0) panel.withdraw(address(this));
        return true;
    }

    /// @dev What an undecided case gives back if it expires.
    function _feeAtStake(IArbiterPanel panel, Case memory c) internal view returns (uint96) {
        DisputeView memory v = panel.disputeOf(panel.disputeIdOf(c));
        // forge-lint: disable-next-line(unsafe-typecast)
        return v.stage == Stage.Open && v.first.step != Step.Ruled ? uint96(v.fee) : 0;
    }

    /// @dev Opens the case at an arbitrator for at most `budget` wei. Nothing that a foreign one does can stop the dispute.
    function _bringBefore(
        IArbitrator arbitrator,
        Terms calldata terms,
        bytes32 id,
        DisputeRecord memory d,
        uint256 budget
    ) internal returns (bool taken) {
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
        // Written alone, and after the call: an arbitrator may rule within it. Re-entering pays nobody: {nonReentrant}.
        // slither-disable-next-line reentrancy-eth
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

    /// @dev Where the order stands at the market, and what it holds.
    function _orderOf(bytes32 id) internal view returns (Status status, uint256 held) {
        OrderState s = MARKET.orderState(id);
        (status, held) = (s.status(), s.held());
    }

    function _arbitratorOf(Terms calldata terms) internal view returns (IArbitrator) {
        return terms.arbitrator == address(0) ? PANEL : IArbitrator(terms.arbitrator);
    }

    function _isPanel(IArbitrator arbitrator) internal view returns (bool) {
        return address(arbitrator) == address(PANEL) || (BACKUP_IS_PANEL && arbitrator == BACKUP);
    }

    function _caseOf(Terms calldata terms) internal view returns (Case memory) {
        return Case(address(this), CHOICES, extraDataOf(terms));
    }

    /// @dev A panel like ours gives a case the id that ours would; other arbitrators have no such function.
    function _numbersLikeAPanel(address arbitrator) private view returns (bool) {
        (bool ok, bytes memory result) = arbitrator.staticcall(
            abi.encodeCall(IArbiterPanel.disputeIdOf, (Case(address(this), CHOICES, "")))
        );
        bytes32 id = keccak256(abi.encode(block.chainid, arbitrator, address(this), CHOICES, keccak256("")));
        return ok && result.length == 32 && bytes32(result) == id;
    }
}
