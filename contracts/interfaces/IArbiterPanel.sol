// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbiters} from "./IArbiters.sol";
import {IArbitrator} from "./IArbitrator.sol";

/// @notice What a dispute is about. Its hash is the dispute's id; callers pass it back, storage keeps one slot.
struct Case {
    address arbitrable;
    /// Rulings are 1 to `choices`, in ascending order of what they mean; 0 is a refusal to rule.
    uint256 choices;
    /// abi.encode(bytes32 orderId, uint256 placedAt, address[] excluded): arbiters staked at `placedAt` or later, and the
    /// excluded ones (at most 8), are never drawn.
    bytes extraData;
}

/// @notice Where a chair stands: to be drawn, drawn (acceptance clock), accepted (ruling clock), ruled.
enum Step {
    Drawing,
    Drawn,
    Accepted,
    Ruled
}

enum Stage {
    None,
    /// Before the first arbiter, or in the appeal window after his ruling.
    Open,
    /// Before the panel of three.
    Appealed,
    /// The ruling stands, to be executed.
    Final,
    Executed
}

/// @notice The place of one arbiter in one dispute.
struct Chair {
    Step step;
    /// Index of the arbiter's seat in the pool; without meaning while Drawing.
    uint256 seat;
    uint256 ruling;
    /// Drawing: the first draw block. Drawn, Accepted: until when the arbiter must act. Ruled: until when the ruling can be
    /// appealed.
    uint256 clock;
}

/// @notice A dispute, as stored.
struct DisputeView {
    Stage stage;
    uint256 choices;
    /// Wei, for each arbiter; sealed when the dispute opened.
    uint256 fee;
    /// From when an undecided dispute, or appeal, can be expired.
    uint256 expiresAt;
    /// Seats that were drawn and can't be drawn again, one bit each.
    uint256 tried;
    /// The first arbiter; after an appeal `ruling` is the final one.
    Chair first;
}

/// @title The market's own arbitrator (ERC-792): a staked arbiter drawn by lot, one appeal to a panel of three.
///
/// @dev **The draw.** A dispute (a replacement, an appeal) names a draw block two blocks ahead. From then on
/// every 256 blocks there is another one, and the latest past one counts: exactly one at any time, and its
/// hash can always be read. Of the seats that were on duty before that block, the one with the smallest hash
/// of (block hash, dispute, seat) is drawn, so seats that come or go move the draw only if they were drawn
/// themselves. {draw} records the result, and so do {accept} and {giveRuling} of the drawn arbiter. Nobody
/// can wait for a better draw unless all the others (the other party, the drawn arbiter with a fee to earn,
/// any keeper) let 256 blocks pass without recording it. The block's proposer can trade its reward for
/// another draw; that the stake of one dispute is small beside it, and the appeal, are what stands against
/// that. An arbiter who goes off duty between the draw and its record has declined; the next one of the same
/// order takes his place.
///
/// **The clocks** are half-open. Acceptance runs from the record of the draw (default 2 hours,
/// {setAcceptSeconds}), the ruling 3 days from the acceptance, the appeal window 1 day from the ruling. Who
/// rules straight from an unrecorded draw needs no acceptance. Who is silent loses a fixed part of his stake
/// to the treasury, goes off duty and is replaced ({replace}, by anyone). An undecided dispute expires after 14 days as
/// refused (ruling 0), its fee back to the arbitrable. An undecided appeal expires 7 days after it was made:
/// the first ruling stands, the fees left and the bond go back. So every dispute is final after at most 22
/// days.
///
/// **The money.** A ruling earns its arbiter the dispute's fee at once. An appeal costs five fees: three for
/// the panel, two as a bond, which goes back if the ruling changed, else to the treasury. The panel's ruling
/// is the median; it is known once two agree, and the third's fee then goes back to the appellant. What goes
/// back is credited ({balanceOf}), never sent.
interface IArbiterPanel is IArbitrator, IArbiters {
    /// @notice `extraData` in full, so that nobody depends on a server for it; `fee` in wei.
    event DisputeOpened(uint256 indexed id, uint256 choices, uint256 fee, bytes extraData);
    /// @notice Chair 0 is the first arbiter's, 1 to 3 are the panel's.
    event ArbiterDrawn(uint256 indexed id, uint256 indexed chair, address indexed arbiter, uint256 until);
    event ArbiterAccepted(uint256 indexed id, uint256 indexed chair, address indexed arbiter, uint256 until);
    /// @notice The arbiter ruled and earned the dispute's fee.
    event ArbiterRuled(uint256 indexed id, uint256 indexed chair, address indexed arbiter, uint256 ruling);
    /// @notice The arbiter was silent; a new one is drawn from `drawBlock` on.
    event ArbiterReplaced(
        uint256 indexed id,
        uint256 indexed chair,
        address indexed arbiter,
        uint256 drawBlock
    );
    event DisputeAppealed(uint256 indexed id, address indexed appellant, uint256 fees, uint256 bond);
    /// @notice The panel decided; `refunded` wei went back to the appellant, `forfeited` to the treasury.
    event AppealDecided(uint256 indexed id, uint256 ruling, uint256 refunded, uint256 forfeited);
    /// @notice Time ran out: `refunded` wei were credited to `account`, and `ruling` stands.
    event DisputeExpired(uint256 indexed id, address indexed account, uint256 refunded, uint256 ruling);
    event DisputeExecuted(uint256 indexed id, uint256 ruling);
    event ArbitrationCostSet(uint256 cost);
    event AcceptSecondsSet(uint256 acceptSeconds);

    error ArbiterPanel_WrongValue(uint256 sent, uint256 needed);
    error ArbiterPanel_ChoicesOutOfBounds(uint256 choices, uint256 max);
    /// @notice 128 to 384 bytes for a dispute, 64 for an appeal.
    error ArbiterPanel_MalformedExtraData(uint256 length);
    error ArbiterPanel_Duplicate(uint256 id);
    error ArbiterPanel_Unknown(uint256 id);
    error ArbiterPanel_WrongStage(uint256 id, Stage stage);
    error ArbiterPanel_WrongStep(uint256 id, uint256 chair, Step step);
    error ArbiterPanel_UnknownChair(uint256 id, uint256 chair);
    /// @notice The draw block is not in the past yet.
    error ArbiterPanel_DrawPending(uint256 blockNumber, uint256 drawBlock);
    /// @notice Nobody on duty is eligible for this dispute.
    error ArbiterPanel_NoArbiter(uint256 id);
    error ArbiterPanel_NotDrawn(address caller, address drawn);
    error ArbiterPanel_RulingOutOfRange(uint256 ruling, uint256 min, uint256 max);
    error ArbiterPanel_TooEarly(uint256 timestamp, uint256 from);
    error ArbiterPanel_TooLate(uint256 timestamp, uint256 until);
    error ArbiterPanel_NotArbitrable(uint256 id, address caller);
    /// @notice Fewer than three arbiters on duty are left for a panel.
    error ArbiterPanel_PanelTooSmall(uint256 available);
    error ArbiterPanel_OutOfBounds(uint256 value, uint256 min, uint256 max);

    /// @notice Sets what future disputes cost, in whole gwei given as wei. Callable by the arbiters' role.
    function setArbitrationCost(uint256 cost) external;

    /// @notice Sets the acceptance clock of draws to come, 1 to 24 hours. Callable by the arbiters' role.
    function setAcceptSeconds(uint256 acceptSeconds) external;

    /// @notice Records who was drawn for a chair and starts his acceptance clock. Callable by anyone once the draw block is past.
    function draw(Case calldata c, uint256 chair) external;

    /// @notice Accepts the case and starts the ruling clock; records the draw if nobody did. Callable by the drawn arbiter.
    function accept(Case calldata c, uint256 chair) external;

    /// @notice Rules, which earns the fee. Callable by the drawn arbiter within his running clock, also straight from the draw.
    /// @param ruling 0 to `choices`; a panelist can't refuse: 1 to `choices`.
    function giveRuling(Case calldata c, uint256 chair, uint256 ruling) external;

    /// @notice Slashes an arbiter whose clock ran out and schedules another draw. Callable by anyone.
    function replace(Case calldata c, uint256 chair) external;

    /// @notice Ends what was not decided in time and frees its money. Callable by anyone.
    /// @return refunded Wei credited to the arbitrable, or to the appellant.
    function expire(Case calldata c) external returns (uint256 refunded);

    /// @notice Gives the final ruling to the arbitrable, once. Callable by anyone, after the appeal window or the appeal.
    /// @return ruling What `arbitrable.rule` was called with.
    function executeRuling(Case calldata c) external returns (uint256 ruling);

    /// @notice The id of a dispute on this chain and panel.
    function disputeIdOf(Case calldata c) external view returns (uint256 id);
    function disputeOf(uint256 id) external view returns (DisputeView memory);
    /// @notice A chair of the dispute: 0 = first arbiter, 1 to 3 = panel.
    function chairOf(uint256 id, uint256 chair) external view returns (Chair memory);
    /// @notice Who sits on the chair, or would if the draw were recorded in this block.
    function arbiterOf(Case calldata c, uint256 chair) external view returns (address arbiter);
    /// @notice Who gets what goes back from an appeal.
    function appellantOf(uint256 id) external view returns (address);
    /// @notice The acceptance clock, in seconds.
    function acceptSeconds() external view returns (uint256);
}
