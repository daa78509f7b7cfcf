// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Tier} from "./IFeePolicy.sol";
import {IMarket} from "./IMarket.sol";
import {Dimension} from "./IMerchants.sol";
import {Status, Terms} from "./IOrders.sol";

/// @title Attested events of a merchant's score, appeals, and the score as one view.
/// @dev Attestations move the dimensions Compliance, Community and Security, each by its own role, with evidence, within daily
/// bounds. A merchant can appeal, with a bond, what took from his score: an attestation or an ended order; each once. A
/// decision reverses by another event, never by erasing. Scores are in thousandths of a point where not said otherwise.
/// Nothing here looks at the market's pause; bonds come back without anybody's leave.
interface ICredit {
    enum AppealStatus {
        None,
        Open,
        Upheld,
        Rejected,
        Expired
    }

    /// @notice What an attestor asks for in a batch.
    struct Request {
        address merchant;
        Dimension dimension;
        int256 delta;
        string cid;
    }

    /// @notice An attestation as stored; the rest is in its event.
    struct Attestation {
        address merchant;
        uint40 attestedAt;
        /// What was left of the delta asked for after clamping.
        int32 applied;
        Dimension dimension;
    }

    struct Appeal {
        address merchant;
        /// The decision comes before this timestamp; from it on, anyone may expire the appeal.
        uint40 decideUntil;
        AppealStatus status;
        /// Wei, paid by the merchant.
        uint128 bond;
    }

    /// @notice `attestor` asked for `delta`, of which `applied` was left after clamping.
    /// @param id What {IMerchants-CreditChanged} and an appeal refer to.
    event Attested(
        bytes32 indexed id,
        address indexed merchant,
        address indexed attestor,
        Dimension dimension,
        int256 delta,
        int256 applied,
        string cid
    );
    /// @notice The request at `index` of a batch failed with the error `fault`; the others went on.
    event AttestationSkipped(uint256 indexed index, address indexed merchant, bytes fault);
    /// @notice `merchant` appealed against an attestation or an order, both named by `ref`.
    event AppealOpened(
        bytes32 indexed ref,
        address indexed merchant,
        uint256 bond,
        uint256 decideUntil,
        string cid
    );
    /// @notice Upheld: the loss was reversed and the bond went back. Rejected: the bond went to the platform.
    event AppealDecided(bytes32 indexed ref, address indexed merchant, bool upheld, string cid);
    /// @notice Nobody decided in time: the bond went back.
    event AppealExpired(bytes32 indexed ref, address indexed merchant);
    event AppealBondSet(uint256 bond);

    error Credit_ZeroAddress();
    error Credit_ZeroDelta();
    /// @notice The caller lacks the dimension's role, or holds it with an execution delay.
    error Credit_NotAttestor(address caller, uint64 role);
    /// @notice Trade and Service move by settlements only.
    error Credit_NotAttested(Dimension dimension);
    error Credit_SelfAttestation(address merchant);
    /// @notice Of what may move a merchant's dimension in a day, only `left` is left.
    error Credit_MerchantBoundReached(address merchant, Dimension dimension, int256 delta, uint256 left);
    /// @notice Of what an attestor may move in a day, only `left` is left.
    error Credit_AttestorBoundReached(address attestor, int256 delta, uint256 left);
    /// @notice The market's sum of the attested dimensions isn't that of the sub-scores kept here.
    error Credit_OutOfStep(int256 expected, int256 applied);

    error Credit_UnknownAttestation(bytes32 id);
    error Credit_NotMerchant(address caller, address merchant);
    /// @notice The attestation took nothing from the score.
    error Credit_NothingToReverse(bytes32 ref);
    error Credit_OrderNotEnded(bytes32 id, Status status);
    error Credit_AlreadyAppealed(bytes32 ref);
    error Credit_NoOpenAppeal(bytes32 ref);
    error Credit_WrongBond(uint256 sent, uint256 needed);
    error Credit_BondOutOfBounds(uint256 bond, uint256 min, uint256 max);
    /// @notice A merchant can't decide his own appeal.
    error Credit_DecidesForSelf(address merchant);
    /// @notice The call must come from the member himself, not through the Authority.
    error Credit_HiddenCaller(address authority);
    error Credit_TooEarly(uint256 timestamp, uint256 from);
    error Credit_TooLate(uint256 timestamp, uint256 until);

    // -- attestations ---------------------------------------------------------------------------

    /// @notice Moves a dimension of `merchant` by `delta` thousandths of a point, within 0 to 100 points.
    /// @dev Callable by the dimension's attestor role, for others than himself. In one day (UTC) the sizes asked for add up
    /// to at most 20 points per merchant and dimension and to 2,000 points per attestor.
    /// Reverts {Cid_Malformed}, {Cid_TooLong} and the errors above.
    /// @param cid The evidence, by any CIDv0 or CIDv1.
    /// @return id The attestation's id; `applied` is what was left of `delta` after clamping.
    function attest(
        address merchant,
        Dimension dimension,
        int256 delta,
        string calldata cid
    ) external returns (bytes32 id, int256 applied);

    /// @notice {attest} for many; those that fail are skipped and reported.
    /// @return faults For each request, empty or the ABI-encoded error.
    function attestMany(Request[] calldata requests) external returns (bytes[] memory faults);

    // -- appeals --------------------------------------------------------------------------------

    /// @notice Appeals an attestation that took from the caller's score. Callable once, by its merchant; `msg.value` is the bond.
    /// @param cid The grounds, by any CIDv0 or CIDv1.
    function appealAttestation(bytes32 id, string calldata cid) external payable;

    /// @notice Appeals what an order took from its seller's score. Callable once, by its seller, after the order ended;
    /// `msg.value` is the bond. A later rating of the order can't be appealed again.
    function appealOrder(Terms calldata terms, string calldata cid) external payable;

    /// @notice Decides the appeal against an attestation. Callable by the appeals role, before the appeal's clock ends.
    /// @dev Upheld: reverses what was applied (within the dimension's bounds) and credits the bond to the merchant's ledger
    /// balance. Rejected: credits it to the platform's.
    /// @param cid The reasons, by any CIDv0 or CIDv1.
    function decideAttestation(bytes32 id, bool upheld, string calldata cid) external;

    /// @notice Decides the appeal against an order, as {decideAttestation} does.
    /// @dev Upholding reverts {Orders_NothingToReverse} if the order took nothing.
    function decideOrder(Terms calldata terms, bool upheld, string calldata cid) external;

    /// @notice Gives the bond of an appeal that nobody decided in time back, as ledger balance. Callable by anyone.
    function expireAppeal(bytes32 ref) external;

    /// @notice Sets the bond of future appeals, 0.001 to 1 coin. Callable by the rates role.
    function setAppealBond(uint256 bond) external;

    // -- views ----------------------------------------------------------------------------------

    /// @notice The score of `merchant` in whole points, 0 to 1000, rounded down.
    function scoreOf(address merchant) external view returns (uint256 points);

    /// @notice The sub-scores in the order of {Dimension}, in thousandths of a point; their sum is the market's score.
    function subScoresOf(address merchant) external view returns (uint256[5] memory);

    function tierOf(address merchant) external view returns (Tier);

    /// @notice What `attestor` may still move of the dimension of `merchant` today, in thousandths of a point.
    function leftToday(
        address attestor,
        address merchant,
        Dimension dimension
    ) external view returns (uint256);

    /// @notice The attestation of this id; all zero if there is none.
    function attestationOf(bytes32 id) external view returns (Attestation memory);

    /// @notice The appeal against an attestation or an order.
    function appealOf(bytes32 ref) external view returns (Appeal memory);

    /// @notice The bond of an appeal opened now, in wei.
    function appealBond() external view returns (uint256);

    /// @notice How many attestations were ever made here.
    function attestationCount() external view returns (uint256);

    function market() external view returns (IMarket);
}
