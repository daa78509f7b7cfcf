// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MoneyActions} from "./MoneyActions.sol";
import {vm} from "./Vm.sol";

/// @notice What people do with orders.
abstract contract OrderActions is MoneyActions {
    // -- orders -----------------------------------------------------------------------------------

    function place(uint8 payer, uint8 buyer, uint8 listing, uint8 quantity, uint8 options) external step {
        if (_liveCount() >= 16) return;
        Wish memory w;
        w.id = _offerOf(listing);
        w.quantity = quantity % 8 == 7 ? 0 : 1 + (quantity % 2);
        w.payer = 2 + (payer % (PEOPLE - 1));
        w.buyer =
            buyer % 4 == 0
                ? 2 + ((buyer / 4) % (PEOPLE - 1))
                : buyer % 64 == 1
                    ? SELLER
                    : w.payer;
        w.consents = options & 1 != 0 || offers[w.id].listing.arbitrator == address(stranger);
        if (options & 64 != 0) w.consents = false;
        w.fromLedger =
            options & 6 == 6 ||
            (numberOfToken(offers[w.id].listing.token) == 2 && options & 8 == 0);
        uint256 listed = offers[w.id].listing.price * w.quantity;
        if (offers[w.id].listing.pricing != address(0) && options & 128 != 0) w.discount = listed / 4;
        uint256 amount = _amountOf(w);
        w.maxAmount = options & 48 == 48 && amount != 0 ? amount - 1 : amount;
        w.stale = options & 0x70 == 0x70;
        address token = offers[w.id].listing.token;
        if (w.fromLedger && available[token][accounts[w.payer]] < amount && options & 128 == 0)
            _fill(w.payer, token, amount);
        _place(w);
    }

    function accept(uint8 order, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, PLACED);
        if (!found) return;
        uint256 by = caller % 8 == 7 ? OUTSIDER : numberOf[orders[i].terms.seller];
        bytes memory data = abi.encodeCall(market.accept, (_sealOf(orders[i].terms)));
        bool legal = _accepts(i, accounts[by]);
        _require(_as(by, data) == legal, "I13: accept");
    }

    function deliver(uint8 order, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, PLACED | IN_PROGRESS);
        if (!found) return;
        uint256 by = caller % 8 == 7 ? OUTSIDER : numberOf[orders[i].terms.seller];
        bytes memory data = abi.encodeCall(market.deliver, (CID, _sealOf(orders[i].terms)));
        bool legal = _delivers(i, accounts[by]);
        _require(_as(by, data) == legal, "I13: deliver");
    }

    function decline(uint8 order, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, PLACED);
        if (!found) return;
        uint256 by = _partyOf(orders[i].terms, caller);
        bool legal = _takesBack(i, accounts[by], true);
        _require(_as(by, abi.encodeCall(market.decline, (orders[i].terms))) == legal, "I8: decline");
    }

    function cancel(uint8 order, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, PLACED);
        if (!found) return;
        uint256 by = _partyOf(orders[i].terms, caller);
        bool legal = _takesBack(i, accounts[by], false);
        _require(_as(by, abi.encodeCall(market.cancel, (orders[i].terms))) == legal, "I8: cancel");
    }

    function release(uint8 order, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, DELIVERED);
        if (!found) return;
        uint256 by = _partyOf(orders[i].terms, caller);
        bool legal = _releases(i, accounts[by]);
        _require(_as(by, abi.encodeCall(market.release, (orders[i].terms))) == legal, "I13: release");
        _checkStock(uint40(orders[i].terms.origin));
    }

    function setReviewEnd(uint8 order, uint8 hour, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, DELIVERED);
        if (!found) return;
        // From an hour before the sealed end to beyond the seven days, and the border itself.
        uint256 from = orders[i].sealedUntil == 0 ? clock : orders[i].sealedUntil;
        uint256 until = hour == 255 ? from + 7 days + 1 : from - 1 hours + uint256(hour % 176) * 1 hours;
        address by = caller % 8 == 7 ? accounts[caller % PEOPLE] : address(this);
        bytes memory data = abi.encodeCall(market.setReviewEnd, (orders[i].terms, until));
        bool legal = _setsReview(i, by, until);
        _require(_send(by, address(market), 0, data) == legal, "I13: setReviewEnd");
    }

    function refund(uint8 order, uint8 caller, uint16 bps) external step {
        (bool found, uint256 i) = _pick(order, PLACED | IN_PROGRESS | DELIVERED | DISPUTED);
        if (!found) return;
        uint256 by = caller % 8 == 7 ? _partyOf(orders[i].terms, 0) : numberOf[orders[i].terms.seller];
        uint256 amount = (orders[i].held * (bps % 10_400)) / 10_000;
        bool legal = _refunds(i, accounts[by], amount);
        _require(_as(by, abi.encodeCall(market.refund, (orders[i].terms, amount))) == legal, "I28: refund");
    }

    function reclaim(uint8 order, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, PLACED | IN_PROGRESS);
        if (!found) return;
        bool legal = _reclaims(i);
        bytes memory data = abi.encodeCall(market.reclaim, (orders[i].terms));
        _require(_as(caller % PEOPLE, data) == legal, "I13: reclaim");
        _checkStock(uint40(orders[i].terms.origin));
    }

    /// @dev Who has standing may add evidence to any order, ended or not, paused or not.
    function submitEvidence(uint8 order, uint8 caller, bool malformed) external step {
        if (orders.length == 0) return;
        _submitEvidence(order % orders.length, caller, malformed);
    }

    function rate(uint8 order, uint8 caller, uint8 stars) external step {
        (bool found, uint256 i) = _pick(order, COMPLETED);
        if (!found) return;
        uint256 by = _partyOf(orders[i].terms, caller);
        bool legal = _rates(i, accounts[by], stars % 7);
        _require(_as(by, abi.encodeCall(market.rate, (orders[i].terms, stars % 7))) == legal, "I25: rate");
    }

    /// @dev Four calls at once, some of them bad: exactly the bad ones are skipped.
    function batch(uint8 order, uint8 caller) external step {
        if (orders.length == 0) return;
        uint256 first = order % orders.length;
        uint256 by = caller % 2 == 0 ? OUTSIDER : numberOf[orders[first].terms.seller];
        uint256[4] memory which;
        bytes[] memory list = new bytes[](4);
        bool[4] memory legal;
        for (uint256 k = 0; k < 4; ++k) {
            which[k] = (first + k / 2) % orders.length;
            uint256 action = (caller / 2 + k) % 4;
            if (action == 0) list[k] = abi.encodeCall(market.accept, (_sealOf(orders[which[k]].terms)));
            else if (action == 1)
                list[k] = abi.encodeCall(market.deliver, (CID, _sealOf(orders[which[k]].terms)));
            else if (action == 2) list[k] = abi.encodeCall(market.release, (orders[which[k]].terms));
            else list[k] = abi.encodeCall(market.reclaim, (orders[which[k]].terms));
            legal[k] =
                action == 0
                    ? _accepts(which[k], accounts[by])
                    : action == 1
                        ? _delivers(which[k], accounts[by])
                        : action == 2
                            ? _releases(which[k], accounts[by])
                            : _reclaims(which[k]);
        }
        vm.prank(accounts[by]);
        bytes[] memory faults = market.batch(list);
        for (uint256 k = 0; k < 4; ++k) {
            _require(
                (faults[k].length == 0) == legal[k],
                "I8: a batch skipped a good call, or took a bad one"
            );
        }
    }
}
