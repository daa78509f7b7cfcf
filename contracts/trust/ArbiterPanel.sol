// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Case, Chair, DisputeView, IArbiterPanel, Stage, Step} from "../interfaces/IArbiterPanel.sol";
import {IArbitrable, IArbitrator} from "../interfaces/IArbitrator.sol";
import {PanelDispute, PanelDisputeFields} from "../libraries/PanelDispute.sol";
import {Seat} from "../libraries/Seat.sol";
import {Chairs} from "./Chairs.sol";

/// @title The market's own ERC-792 arbitrator.
contract ArbiterPanel is Chairs {
    uint256 public constant MAX_ARBITRATION_COST = 1_000 ether;
    uint256 public constant MAX_CHOICES = 254;
    uint256 public constant MIN_ACCEPT_SECONDS = 1 hours;
    uint256 public constant MAX_ACCEPT_SECONDS = 24 hours;
    uint256 public constant RULING_SECONDS = 3 days;
    uint256 public constant APPEAL_WINDOW = 1 days;
    uint256 public constant MAX_DURATION = 14 days;
    uint256 public constant MAX_APPEAL_DURATION = 7 days;
    /// The bond of an appeal, in fees.
    uint256 public constant BOND_FEES = 2;

    /// Two words, and a list with none to eight excluded: a longer one could single out the arbiter to be drawn.
    uint256 private constant MIN_EXTRA_DATA = 128;
    uint256 private constant MAX_EXTRA_DATA = 384;
    uint256 private constant APPEAL_DATA = 64;

    mapping(uint256 id => address) private _appellants;

    constructor(address authority, uint256 cost, uint256 required, uint256 slash) AccessManaged(authority) {
        _setArbitrationCost(cost);
        _setAcceptSeconds(2 hours);
        _setStakeTerms(required, slash);
    }

    // -- the dispute, in order of its life --------------------------------------------------------

    /// @inheritdoc IArbitrator
    function createDispute(uint256 choices, bytes calldata extraData) external payable returns (uint256 id) {
        uint256 cost = _costGwei;
        if (msg.value != cost * 1 gwei) revert ArbiterPanel_WrongValue(msg.value, cost * 1 gwei);
        if (choices == 0 || choices > MAX_CHOICES)
            revert ArbiterPanel_ChoicesOutOfBounds(choices, MAX_CHOICES);
        if (extraData.length < MIN_EXTRA_DATA || extraData.length > MAX_EXTRA_DATA) {
            revert ArbiterPanel_MalformedExtraData(extraData.length);
        }
        id = _idOf(msg.sender, choices, keccak256(extraData));
        if (_disputes[id].stage() != Stage.None) revert ArbiterPanel_Duplicate(id);
        _disputes[id] = PanelDisputeFields.open(
            choices,
            block.number + DRAW_DELAY,
            block.timestamp + MAX_DURATION,
            cost
        );
        emit DisputeCreation(id, IArbitrable(msg.sender));
        emit DisputeOpened(id, choices, msg.value, extraData);
    }

    /// @inheritdoc IArbiterPanel
    function draw(Case calldata c, uint256 index) external {
        Hearing memory h = _undecided(c, index);
        if (h.chair.step != Step.Drawing) revert ArbiterPanel_WrongStep(h.id, index, h.chair.step);
        Seat seat = _draw(h, c.extraData);
        _seats[h.chair.seat] = seat.withAssigned(seat.assigned() + 1);
        h.chair.step = Step.Drawn;
        h.chair.clock = block.timestamp + _acceptSeconds;
        _save(h);
        emit ArbiterDrawn(h.id, index, seat.arbiter(), h.chair.clock);
    }

    /// @inheritdoc IArbiterPanel
    function accept(Case calldata c, uint256 index) external {
        Hearing memory h = _undecided(c, index);
        if (h.chair.step == Step.Accepted) revert ArbiterPanel_WrongStep(h.id, index, h.chair.step);
        bool recorded = h.chair.step == Step.Drawn;
        Seat seat = _callersSeat(h, c.extraData);
        if (!recorded) _seats[h.chair.seat] = seat.withAssigned(seat.assigned() + 1);
        h.chair.step = Step.Accepted;
        h.chair.clock = block.timestamp + RULING_SECONDS;
        _save(h);
        emit ArbiterAccepted(h.id, index, msg.sender, h.chair.clock);
    }

    /// @inheritdoc IArbiterPanel
    function giveRuling(Case calldata c, uint256 index, uint256 ruling) external {
        Hearing memory h = _undecided(c, index);
        uint256 min = index == 0 ? 0 : 1;
        if (ruling < min || ruling > c.choices) revert ArbiterPanel_RulingOutOfRange(ruling, min, c.choices);
        bool recorded = h.chair.step != Step.Drawing;
        Seat seat = _callersSeat(h, c.extraData);
        if (recorded) _seats[h.chair.seat] = seat.withAssigned(seat.assigned() - 1);
        h.chair.step = Step.Ruled;
        h.chair.ruling = ruling;
        h.chair.clock = block.timestamp + APPEAL_WINDOW;
        _balances[msg.sender] += h.dispute.fee();
        _save(h);
        emit ArbiterRuled(h.id, index, msg.sender, ruling);
        if (index == 0) emit AppealPossible(h.id, IArbitrable(c.arbitrable));
        else _decideAppeal(h.id, h.dispute);
    }

    /// @inheritdoc IArbiterPanel
    function replace(Case calldata c, uint256 index) external {
        Hearing memory h = _hearing(c, index);
        Step step = h.chair.step;
        if (step != Step.Drawn && step != Step.Accepted) revert ArbiterPanel_WrongStep(h.id, index, step);
        if (block.timestamp < h.chair.clock) revert ArbiterPanel_TooEarly(block.timestamp, h.chair.clock);
        address silent = _release(h.chair);
        h.chair.step = Step.Drawing;
        h.chair.clock = block.number + DRAW_DELAY;
        _save(h);
        emit ArbiterReplaced(h.id, index, silent, h.chair.clock);
    }

    /// @inheritdoc IArbitrator
    /// @dev Callable by the arbitrable within the appeal window, once. `extraData` is abi.encode(bytes32 the keccak256 of the
    /// dispute's extraData, address appellant): what goes back is credited to the appellant, zero = to the arbitrable.
    function appeal(uint256 id, bytes calldata extraData) external payable {
        PanelDispute d = _existing(id);
        if (extraData.length != APPEAL_DATA) revert ArbiterPanel_MalformedExtraData(extraData.length);
        (bytes32 extraDataHash, address appellant) = abi.decode(extraData, (bytes32, address));
        if (id != _idOf(msg.sender, d.choices(), extraDataHash))
            revert ArbiterPanel_NotArbitrable(id, msg.sender);
        if (d.stage() != Stage.Open) revert ArbiterPanel_WrongStage(id, d.stage());
        Chair memory first = d.first();
        if (first.step != Step.Ruled) revert ArbiterPanel_WrongStep(id, 0, first.step);
        if (block.timestamp >= first.clock) revert ArbiterPanel_TooLate(block.timestamp, first.clock);
        uint256 cost = _appealCost(d);
        if (msg.value != cost) revert ArbiterPanel_WrongValue(msg.value, cost);
        uint256 available = _count(onDutySeats & ~d.tried());
        if (available < PANEL_SIZE) revert ArbiterPanel_PanelTooSmall(available);

        _disputes[id] = d.withStage(Stage.Appealed).withExpiresAt(block.timestamp + MAX_APPEAL_DURATION);
        _panels[id] = PanelDisputeFields.drawingPanel(block.number + DRAW_DELAY);
        if (appellant == address(0)) appellant = msg.sender;
        _appellants[id] = appellant;
        emit AppealDecision(id, IArbitrable(msg.sender));
        emit DisputeAppealed(id, appellant, PANEL_SIZE * d.fee(), BOND_FEES * d.fee());
    }

    /// @inheritdoc IArbiterPanel
    function expire(Case calldata c) external returns (uint256 refunded) {
        uint256 id = disputeIdOf(c);
        PanelDispute d = _existing(id);
        Stage stage = d.stage();
        if (stage != Stage.Open && stage != Stage.Appealed) revert ArbiterPanel_WrongStage(id, stage);
        Chair memory first = d.first();
        if (stage == Stage.Open && first.step == Step.Ruled) revert ArbiterPanel_WrongStep(id, 0, first.step);
        if (block.timestamp < d.expiresAt()) revert ArbiterPanel_TooEarly(block.timestamp, d.expiresAt());

        address account = c.arbitrable;
        _disputes[id] = d.withStage(Stage.Final);
        if (stage == Stage.Open) {
            _release(first);
            refunded = d.fee();
        } else {
            account = _appellants[id];
            refunded = _appealCost(d) - _closePanel(_panels[id]) * d.fee();
        }
        _balances[account] += refunded;
        emit DisputeExpired(id, account, refunded, first.ruling);
    }

    /// @inheritdoc IArbiterPanel
    function executeRuling(Case calldata c) external returns (uint256 ruling) {
        uint256 id = disputeIdOf(c);
        PanelDispute d = _existing(id);
        Chair memory first = d.first();
        if (d.stage() == Stage.Open && first.step == Step.Ruled) {
            if (block.timestamp < first.clock) revert ArbiterPanel_TooEarly(block.timestamp, first.clock);
        } else if (d.stage() != Stage.Final) {
            revert ArbiterPanel_WrongStage(id, d.stage());
        }
        // Before the call: the arbitrable may be the caller, and may call again.
        _disputes[id] = d.withStage(Stage.Executed);
        ruling = first.ruling;
        emit DisputeExecuted(id, ruling);
        IArbitrable(c.arbitrable).rule(id, ruling);
    }

    // -- roles ------------------------------------------------------------------------------------

    /// @inheritdoc IArbiterPanel
    function setArbitrationCost(uint256 cost) external restricted {
        _setArbitrationCost(cost);
    }

    /// @inheritdoc IArbiterPanel
    function setAcceptSeconds(uint256 newAcceptSeconds) external restricted {
        _setAcceptSeconds(newAcceptSeconds);
    }

    // -- views ------------------------------------------------------------------------------------

    /// @inheritdoc IArbitrator
    function arbitrationCost(bytes calldata) external view returns (uint256 cost) {
        return uint256(_costGwei) * 1 gwei;
    }

    /// @inheritdoc IArbitrator
    function appealCost(uint256 id, bytes calldata) external view returns (uint256 cost) {
        return _appealCost(_existing(id));
    }

    /// @inheritdoc IArbitrator
    function appealPeriod(uint256 id) external view returns (uint256 start, uint256 end) {
        PanelDispute d = _existing(id);
        Chair memory first = d.first();
        if (d.stage() == Stage.Open && first.step == Step.Ruled) {
            (start, end) = (first.clock - APPEAL_WINDOW, first.clock);
        }
    }

    /// @inheritdoc IArbitrator
    function disputeStatus(uint256 id) external view returns (DisputeStatus status) {
        PanelDispute d = _existing(id);
        Chair memory first = d.first();
        if (d.stage() == Stage.Open && first.step == Step.Ruled) {
            return block.timestamp < first.clock ? DisputeStatus.Appealable : DisputeStatus.Solved;
        }
        bool waiting = d.stage() == Stage.Open || d.stage() == Stage.Appealed;
        return waiting ? DisputeStatus.Waiting : DisputeStatus.Solved;
    }

    /// @inheritdoc IArbitrator
    function currentRuling(uint256 id) external view returns (uint256 ruling) {
        return _existing(id).first().ruling;
    }

    /// @inheritdoc IArbiterPanel
    function disputeOf(uint256 id) external view returns (DisputeView memory) {
        return _disputes[id].toView();
    }

    /// @inheritdoc IArbiterPanel
    function chairOf(uint256 id, uint256 index) external view returns (Chair memory) {
        return index == 0 ? _disputes[id].first() : PanelDisputeFields.chairIn(_panels[id], index - 1);
    }

    /// @inheritdoc IArbiterPanel
    function arbiterOf(Case calldata c, uint256 index) external view returns (address arbiter) {
        Hearing memory h = _hearing(c, index);
        Seat seat = h.chair.step == Step.Drawing ? _draw(h, c.extraData) : _seats[h.chair.seat];
        return seat.arbiter();
    }

    /// @inheritdoc IArbiterPanel
    function appellantOf(uint256 id) external view returns (address) {
        return _appellants[id];
    }

    /// @inheritdoc IArbiterPanel
    function acceptSeconds() external view returns (uint256) {
        return _acceptSeconds;
    }

    // -- appeal -----------------------------------------------------------------------------------

    /// @dev Ends the appeal if the median is known: two panelists agree, or all three have ruled.
    function _decideAppeal(uint256 id, PanelDispute d) private {
        uint256 word = _panels[id];
        uint256 median = PanelDisputeFields.medianIn(word);
        if (median == 0) return;

        Chair memory first = d.first();
        uint256 bond = BOND_FEES * d.fee();
        uint256 forfeited = median == first.ruling ? bond : 0;
        uint256 refunded = (PANEL_SIZE - _closePanel(word)) * d.fee() + bond - forfeited;
        first.ruling = median;
        _disputes[id] = d.withFirst(first).withStage(Stage.Final);
        if (forfeited != 0) _balances[address(this)] += forfeited;
        if (refunded != 0) _balances[_appellants[id]] += refunded;
        emit AppealDecided(id, median, refunded, forfeited);
    }

    /// @dev Frees who has not ruled yet.
    /// @return ruled How many have.
    function _closePanel(uint256 word) private returns (uint256 ruled) {
        for (uint256 i = 0; i < PANEL_SIZE; ++i) {
            Chair memory chair = PanelDisputeFields.chairIn(word, i);
            if (chair.step == Step.Ruled) ++ruled;
            else _release(chair);
        }
    }

    // -- the rest ---------------------------------------------------------------------------------

    function _setArbitrationCost(uint256 cost) private {
        if (cost > MAX_ARBITRATION_COST || cost % 1 gwei != 0) {
            revert ArbiterPanel_OutOfBounds(cost, 0, MAX_ARBITRATION_COST);
        }
        _costGwei = uint48(cost / 1 gwei);
        emit ArbitrationCostSet(cost);
    }

    function _setAcceptSeconds(uint256 value) private {
        if (value < MIN_ACCEPT_SECONDS || value > MAX_ACCEPT_SECONDS) {
            revert ArbiterPanel_OutOfBounds(value, MIN_ACCEPT_SECONDS, MAX_ACCEPT_SECONDS);
        }
        _acceptSeconds = uint24(value);
        emit AcceptSecondsSet(value);
    }

    function _appealCost(PanelDispute d) private pure returns (uint256) {
        return (PANEL_SIZE + BOND_FEES) * d.fee();
    }

    function _count(uint256 bits) private pure returns (uint256 count) {
        for (; bits != 0; bits &= bits - 1) ++count;
    }
}
