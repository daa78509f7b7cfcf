// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CreditReason} from "../interfaces/IMerchants.sol";
import {IOrders, Status, Terms} from "../interfaces/IOrders.sol";
import {Account} from "../libraries/Account.sol";
import {Bps} from "../libraries/Bps.sol";
import {Calendar} from "../libraries/Calendar.sol";
import {Lines} from "../libraries/Lines.sol";
import {OrderFields, OrderState} from "../libraries/OrderState.sol";
import {TermsFields} from "../libraries/TermsFields.sol";
import {Listings} from "./Listings.sol";

/// @title Escrow: the state of orders, and how what they hold is paid out and scored.
abstract contract Escrow is Listings, IOrders {
    using TermsFields for uint256;
    using TermsFields for Terms;

    /// @inheritdoc IOrders
    bytes32 public immutable ORDER_DOMAIN = keccak256(abi.encode(block.chainid, address(this)));

    mapping(bytes32 id => OrderState) internal _orders;

    function _load(Terms calldata terms) internal view returns (bytes32 id, OrderState s) {
        id = terms.idOf(ORDER_DOMAIN);
        s = _orders[id];
        if (OrderState.unwrap(s) == 0) revert Orders_Unknown(id);
    }

    // -- money ----------------------------------------------------------------------------------

    /// @dev Sends all that is held back to the buyer and ends the order as Cancelled.
    function _giveBack(Terms calldata t, bytes32 id, OrderState s) internal returns (uint256 refunded) {
        refunded = s.held();
        _orders[id] = OrderFields.makeEnded(Status.Cancelled, 0, 0);
        _credit(t.token, t.buyer, refunded);
        _closeSale(t.clocks, t.origin, t.buyer, true);
    }

    /// @dev Splits `earned` by the sealed lines, and scores it with `weight`. The caller writes the order's slot.
    /// @return gained Credit weight that counted; `applied` is what the seller's trade score rose by.
    function _payOut(
        Terms calldata t,
        uint256 earned,
        uint256 weight
    ) internal returns (uint256 gained, uint256 applied) {
        address token = t.token;
        uint256 base = t.base;
        uint256 toSeller = earned;
        if (earned != 0) {
            uint256 fee = Bps.mulDown(base, t.rates.feeBps());
            if (earned != base) fee = Lines.scaleDown(fee, earned, base);
            _credit(token, address(this), fee);
            // Fee and commissions together stay below 40 % of what was earned.
            unchecked {
                toSeller -= fee;
                toSeller -= _payLine(token, t.line1, base, earned);
                toSeller -= _payLine(token, t.line2, base, earned);
                toSeller -= _payLine(token, t.line3, base, earned);
            }
        }
        // The seller's slot comes last: it holds his record too, and nobody else's credit may come in between.
        address seller = t.seller;
        Account old = _accounts[seller];
        Account a = old;
        if (earned != base) weight = Lines.scaleDown(weight, earned, base);
        (a, gained, applied) = _gain(a, seller, t.buyer, weight);
        uint256 settleDays = t.clocks.settleDays();
        if (settleDays == 0 && token == NATIVE) a = _plusNative(a, seller, toSeller);
        if (Account.unwrap(a) != Account.unwrap(old)) _accounts[seller] = a;
        if (settleDays != 0) {
            _addMaturing(token, seller, Calendar.dueDay(Calendar.today(), settleDays), toSeller);
        } else if (token != NATIVE) {
            _credit(token, seller, toSeller);
        }
    }

    function _payLine(
        address token,
        uint256 line,
        uint256 base,
        uint256 earned
    ) private returns (uint256 amount) {
        if (line == 0) return 0;
        amount = Lines.amountOf(line, base, earned);
        _credit(token, Lines.referrerOf(line), amount);
    }

    // -- score ----------------------------------------------------------------------------------

    /// @dev What was refunded of an order that the seller had accepted, when it ends with `earned` for him.
    function _loseRefunded(Terms calldata t, bytes32 id, uint256 earned) internal {
        if (earned == t.base) return;
        uint256 lost = Lines.scaleDown(t.rates.weight(), t.base - earned, t.base);
        _penalize(t, id, CreditReason.Refund, creditTable.refundLoss(lost), 0);
    }

    function _loseMissedDeadline(Terms calldata t, bytes32 id) internal {
        _penalize(t, id, CreditReason.DeadlineMissed, creditTable.missedLoss(t.rates.weight()), 0);
    }

    /// @dev A ruling that gave the buyer something: score and stake go down with the share.
    function _loseRuling(Terms calldata t, bytes32 id, uint256 toBuyer, uint256 held) internal {
        uint256 weight = t.rates.weight();
        // Orders that can't earn credit (an odd token, an arbitrator of the parties' own) can't cost any either.
        if (toBuyer == 0 || weight == 0) return;
        uint256 lost = Lines.scaleDown(weight, toBuyer, t.base);
        _penalize(
            t,
            id,
            CreditReason.DisputeRuled,
            creditTable.ruledTradeLoss(lost),
            creditTable.ruledServiceLoss(lost)
        );
        _slash(t.seller, id, toBuyer, held);
    }

    /// @dev Remembers in the order's slot what was applied, so that an appeal can give it back once.
    function _penalize(
        Terms calldata t,
        bytes32 id,
        CreditReason reason,
        uint256 trade,
        uint256 service
    ) private {
        if (trade == 0) return;
        (uint256 tradeLoss, uint256 serviceLoss) = _lose(t.seller, id, reason, trade, service);
        _orders[id] = _orders[id].addLosses(tradeLoss, serviceLoss);
    }
}
