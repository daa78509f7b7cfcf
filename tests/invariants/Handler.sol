// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IListings} from "../../contracts/interfaces/IListings.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Status} from "../../contracts/interfaces/IOrders.sol";
import {Bounds} from "../../contracts/libraries/Bounds.sol";
import {Exits} from "./Exits.sol";
import {vm} from "./Vm.sol";

/// @notice Every action that anybody can take, with arguments that a person can replay. Seeds choose among what is there.
contract Handler is Exits {
    uint256 private constant PLACED = 1 << uint256(Status.Placed);
    uint256 private constant IN_PROGRESS = 1 << uint256(Status.InProgress);
    uint256 private constant DELIVERED = 1 << uint256(Status.Delivered);
    uint256 private constant DISPUTED = 1 << uint256(Status.Disputed);
    uint256 private constant COMPLETED = 1 << uint256(Status.Completed);

    modifier step() {
        ++calls;
        (checkAll, panelMoved) = (false, false);
        _tick(1);
        _;
    }

    // -- time -------------------------------------------------------------------------------------

    function waitMinutes(uint16 minutes_) external step {
        _tick(uint256(minutes_ % 600) * 1 minutes);
    }

    function waitDays(uint8 days_) external step {
        _tick(uint256(days_ % 12) * 1 days);
    }

    /// @dev To the second before an order's clock ends, or to that second itself: where half-open clocks show.
    function waitForOrder(uint8 seed, bool over) external step {
        (bool found, uint256 i) = _pick(seed, PLACED | IN_PROGRESS | DELIVERED);
        if (!found || orders[i].until == 0) return;
        uint256 to = over ? orders[i].until : orders[i].until - 1;
        if (to > clock + 1) _tick(to - clock - 1);
        clock = to > clock ? to : clock;
        _now();
    }

    // -- ledger -----------------------------------------------------------------------------------

    function deposit(uint8 caller, uint8 account, uint8 token, uint96 amount) external step {
        address t = tokens[token % 3];
        address from = accounts[caller % PEOPLE];
        address to = accounts[account % ACCOUNTS];
        uint256 value = t == address(0) ? uint256(amount) % 100 ether : 0;
        uint256 sum = t == address(0) ? value : amount;
        bool ok = _send(from, address(market), value, abi.encodeCall(market.deposit, (t, sum, to)));
        _require(ok == (sum != 0), "I1: a deposit failed");
        if (ok) _credit(t, to, t == tokens[2] ? sum - (sum * 100) / 10_000 : sum, false);
    }

    function withdraw(uint8 caller, uint8 token, uint128 amount, bool all, bool refused) external step {
        address t = tokens[token % 3];
        address from = accounts[caller % PEOPLE];
        uint256 there = available[t][from];
        uint256 sum = all ? there : amount;
        hostile.setRefuses(refused);
        bool legal = sum != 0 && sum <= there && !(refused && from == address(hostile) && t == address(0));
        uint256 before = t == address(0) ? from.balance : IERC20(t).balanceOf(from);
        uint256 asked = all ? type(uint256).max : sum;
        bool ok = _send(from, address(market), 0, abi.encodeCall(market.withdraw, (t, asked, from)));
        _require(ok == legal, "I30: a withdrawal failed, or passed though it may not");
        if (!ok) return;
        _debit(t, from, sum, false);
        uint256 got = (t == address(0) ? from.balance : IERC20(t).balanceOf(from)) - before;
        _require(
            got == (t == tokens[2] ? sum - (sum * 100) / 10_000 : sum),
            "I1: a withdrawal sent another amount"
        );
    }

    /// @dev A receiver that calls back while its withdrawal runs gets nothing twice.
    function withdrawAndReenter(uint96 amount, bool deposits_) external step {
        uint256 there = available[address(0)][address(hostile)];
        uint256 sum = uint256(amount) < there ? amount : there;
        if (sum == 0) return;
        hostile.setRefuses(false);
        bytes memory again =
            deposits_
                ? abi.encodeCall(market.deposit, (tokens[1], 1, address(hostile)))
                : abi.encodeCall(market.withdraw, (address(0), 1, address(hostile)));
        hostile.arm(address(market), again);
        bool ok = _as(HOSTILE, abi.encodeCall(market.withdraw, (address(0), sum, address(hostile))));
        _require(ok && !hostile.succeeded(), "I1: a receiver re-entered a money movement");
        if (ok) _debit(address(0), address(hostile), sum, false);
    }

    function transfer(uint8 caller, uint8 to, uint8 token, uint128 amount) external step {
        (address t, address from, address into) = (
            tokens[token % 3],
            accounts[caller % PEOPLE],
            accounts[to % ACCOUNTS]
        );
        bool legal = amount != 0 && amount <= available[t][from];
        bool ok = _send(from, address(market), 0, abi.encodeCall(market.transfer, (t, into, amount)));
        _require(ok == legal, "I5: a transfer failed, or passed though it may not");
        if (!ok) return;
        _debit(t, from, amount, true);
        _credit(t, into, amount, true);
    }

    function mature(uint8 caller, uint8 account, uint8 token, uint8 day) external step {
        _mature(
            accounts[account % 2],
            tokens[token % 3],
            _today() + 40 - (day % 100),
            accounts[caller % PEOPLE]
        );
    }

    function donate(uint8 token, uint64 amount) external step {
        _donate(token % 3, amount);
    }

    // -- merchants and listings -------------------------------------------------------------------

    function stake(uint8 caller, uint8 units) external step {
        if (units != 0) _stake(accounts[caller % 2], uint256(units) * Bounds.STAKE_UNIT);
    }

    function requestUnstake(uint8 caller) external step {
        if (caller % 4 != 0) return;
        address a = accounts[(caller / 4) % 2];
        bool ok = _send(a, address(market), 0, abi.encodeCall(market.requestUnstake, ()));
        _require(ok == (merchants[a].stake != 0), "I12: a stake can't be asked back");
        if (ok) merchants[a].unstakeDay = _today() + 7;
    }

    function unstake(uint8 caller) external step {
        _unstake(accounts[caller % 2]);
    }

    function edit(
        uint8 caller,
        uint8 listing,
        uint64 price,
        uint8 stock,
        uint16 commissionBps
    ) external step {
        uint256 id = _offerOf(listing);
        uint256 token = numberOfToken(offers[id].listing.token);
        uint256 cap =
            token == 0
                ? 1 ether
                : token == 1
                    ? 300e6
                    : 100e18;
        uint256 seller = caller % 4 == 3 ? OUTSIDER : numberOf[offers[id].listing.seller];
        _edit(id, uint256(price) % cap, stock % 12, commissionBps % 3_100, seller);
    }

    function setListingStatus(uint8 caller, uint8 listing, uint8 status) external step {
        uint256 id = _offerOf(listing);
        uint256 seller = caller % 4 == 3 ? OUTSIDER : numberOf[offers[id].listing.seller];
        // Mostly on sale, so that there is something to buy; retired only now and then, as that is for ever.
        uint256 to =
            status == 77
                ? 3
                : status % 8 == 0
                    ? 0
                    : status % 8 == 1
                        ? 2
                        : 1;
        _setStatus(id, IListings.ListingStatus(to), seller);
    }

    function register(uint8 caller, uint8 referrer) external step {
        _register(caller % PEOPLE, referrer % (PEOPLE + 1));
    }

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
        uint256 amount = offers[w.id].listing.price * w.quantity;
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

    // -- disputes and the panel -------------------------------------------------------------------

    function openDispute(uint8 order, uint8 caller, uint8 extra) external step {
        (bool found, uint256 i) = _pick(order, IN_PROGRESS | DELIVERED);
        if (!found) return;
        uint256 value = _moduleOf(orders[i]).depositOf(orders[i].terms) + (extra % 4 == 0 ? extra : 0);
        _open(
            i,
            _partyOf(orders[i].terms, caller),
            extra % 16 == 1 && value != 0 ? value - 1 : value,
            extra % 16 != 2
        );
    }

    function fundDispute(uint8 order, uint8 caller, uint8 extra) external step {
        (bool found, uint256 i) = _pick(order, DISPUTED);
        if (!found) return;
        uint256 value = _moduleOf(orders[i]).depositOf(orders[i].terms) + (extra % 4 == 0 ? extra : 0);
        _fund(i, caller % PEOPLE, extra % 16 == 1 && value != 0 ? value - 1 : value);
    }

    function appealRuling(uint8 order, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, DISPUTED);
        if (found) _appeal(i, caller % PEOPLE);
    }

    function executeDispute(uint8 order, uint8 caller) external step {
        if (disputed.length == 0) return;
        _execute(disputed[order % disputed.length], accounts[caller % PEOPLE]);
    }

    function collectFee(uint8 order, uint8 caller) external step {
        if (disputed.length != 0) _collect(disputed[order % disputed.length], accounts[caller % PEOPLE]);
    }

    function settle(uint8 order, uint16 buyerBps, uint8 fault, uint8 caller) external step {
        (bool found, uint256 i) = _pick(order, PLACED | IN_PROGRESS | DELIVERED | DISPUTED);
        if (!found) return;
        uint256 toBuyer = (orders[i].held * (buyerBps % 10_100)) / 10_000;
        _settle(i, toBuyer, fault % 12 < 6 ? fault % 12 : 0, accounts[caller % PEOPLE]);
    }

    /// @dev The foreign and the backup arbitrator rule, in any order and as often as they like.
    function ruleFromOutside(uint8 arbitrator, uint8 caseId, uint8 ruling) external step {
        address[3] memory all = [address(foreign), address(stranger), address(backup)];
        address to = all[arbitrator % 3];
        (bool ok, ) = to.call(abi.encodeCall(foreign.giveRuling, (caseId % 6, ruling % 7)));
        if (!ok) return;
        _send(to, address(disputes), 0, abi.encodeCall(disputes.rule, (caseId % 6, (ruling + 1) % 6)));
    }

    function hear(uint8 order, uint8 chair, uint8 action, uint8 ruling, uint8 caller) external step {
        if (disputed.length == 0) return;
        uint256 by = caller % 8 == 7 ? OUTSIDER : PEOPLE + (caller % ARBITERS);
        _hear(disputed[order % disputed.length], chair % 2 == 0 ? 0 : chair % 4, action % 6, ruling % 7, by);
    }

    function serve(uint8 arbiter, uint8 action) external step {
        _serve(PEOPLE + (arbiter % ARBITERS), action % 12);
    }

    // -- score and roles --------------------------------------------------------------------------

    function attest(uint8 merchant, uint8 dimension, int16 delta, uint8 caller) external step {
        address by = caller % 8 == 7 ? accounts[OUTSIDER] : address(this);
        _attest(accounts[merchant % 2], dimension % 16 < 2 ? dimension % 16 : 2 + (dimension % 3), delta, by);
    }

    function appealAttestation(uint8 attestation, uint8 caller) external step {
        _appealAttestation(attestation, accounts[caller % 3]);
    }

    function appealOrder(uint8 order, uint8 caller) external step {
        if (orders.length == 0) return;
        uint256 i = order % orders.length;
        _appealOrder(i, caller % 4 == 3 ? accounts[OUTSIDER] : orders[i].terms.seller);
    }

    function decideAppeal(uint8 seed, bool upheld, bool ofOrder, uint8 caller) external step {
        address by = caller % 8 == 7 ? accounts[OUTSIDER] : address(this);
        if (!ofOrder) _decideAttestation(seed, upheld, by);
        else if (orders.length != 0) _decideOrder(seed % orders.length, upheld, by);
    }

    function expireAppeal(uint8 seed, bool ofOrder, uint8 caller) external step {
        if (ofOrder ? orders.length == 0 : attestations.length == 0) return;
        bytes32 ref = ofOrder ? orders[seed % orders.length].id : attestations[seed % attestations.length];
        _expireAppeal(ref, accounts[caller % PEOPLE]);
    }

    function reverseOrder(uint8 order) external step {
        if (order % 4 == 0 && orders.length != 0) _reverseDirectly((order / 4) % orders.length);
    }

    function useRole(uint8 action, uint256 a, uint256 b, uint8 caller) external step {
        // Paused half of the time would be a market without orders.
        uint256 which = action % 12 > 8 ? 1 : action % 12;
        _role(which, a, b, caller % 4 == 3 ? accounts[OUTSIDER] : address(this));
    }

    // -- inside -----------------------------------------------------------------------------------

    /// @dev An order in one of the statuses of `mask`, from the latest 24; now and then any order.
    function _pick(uint256 seed, uint256 mask) private returns (bool, uint256) {
        uint256 count = orders.length;
        if (count == 0) return (false, 0);
        uint256 range = count < 24 ? count : 24;
        for (uint256 k = 0; k < range; ++k) {
            uint256 index = count - 1 - ((seed + k) % range);
            bool fits = (mask >> uint256(orders[index].status)) & 1 != 0;
            if (!fits && seed < 240) continue;
            lastOrder = index;
            return (true, index);
        }
        return (false, 0);
    }

    function _liveCount() private view returns (uint256 count) {
        uint256 first = orders.length > 24 ? orders.length - 24 : 0;
        for (uint256 i = first; i < orders.length; ++i) {
            if (_isLive(i)) ++count;
        }
    }
}
