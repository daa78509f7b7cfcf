// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IListings, Listing} from "../../contracts/interfaces/IListings.sol";
import {Status} from "../../contracts/interfaces/IOrders.sol";
import {Bounds} from "../../contracts/libraries/Bounds.sol";
import {Exits} from "./Exits.sol";

/// @notice What people do with time, money and listings, with arguments that a person can replay. Seeds choose among what is
/// there.
abstract contract MoneyActions is Exits {
    uint256 internal constant PLACED = 1 << uint256(Status.Placed);
    uint256 internal constant IN_PROGRESS = 1 << uint256(Status.InProgress);
    uint256 internal constant DELIVERED = 1 << uint256(Status.Delivered);
    uint256 internal constant DISPUTED = 1 << uint256(Status.Disputed);
    uint256 internal constant COMPLETED = 1 << uint256(Status.Completed);

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

    /// @dev A permit is all the allowance that the market has here, and acts once.
    /// @param fault 0 none, 1 somebody else's signature, 2 expired, 3 for another amount.
    function depositWithPermit(uint8 caller, uint96 amount, uint8 fault) external step {
        uint256 number = caller % PEOPLE;
        address owner = accounts[number];
        fault = fault % 8 < 4 ? fault % 8 : 0;
        _send(owner, tokens[1], 0, abi.encodeCall(IERC20.approve, (address(market), 0)));
        bytes memory data = _signedDeposit(number, amount, fault);
        bool ok = _send(owner, address(market), 0, data);
        _require(
            ok == (amount != 0 && fault == 0 && number != HOSTILE),
            "I29: a permit acted that may not, or not"
        );
        if (ok) _credit(tokens[1], owner, amount, false);
        if (ok) _require(!_send(owner, address(market), 0, data), "I29: a permit acted twice");
        _send(owner, tokens[1], 0, abi.encodeCall(IERC20.approve, (address(market), type(uint256).max)));
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

    /// @dev Another service, now and then with a pricing policy; by its seller, or somebody else.
    function list(
        uint8 caller,
        uint8 token,
        uint64 price,
        uint16 commissionBps,
        uint16 limits
    ) external step {
        if (offers.length > 12) return;
        uint256 seller = caller % 2;
        uint256 stock = limits % 4 == 0 ? limits % 9 : 0;
        uint256 places = limits % 8 == 1 ? 1 : 0;
        uint256 cap = _capOf(token % 3);
        Listing memory l = _listing(
            seller,
            token % 3,
            uint256(price) % cap,
            commissionBps % 3_100,
            stock | (places << 40)
        );
        if (limits & 256 != 0) l.pricing = address(coupons);
        _offer(l, caller % 8 == 7 ? OUTSIDER : seller);
    }

    function _capOf(uint256 token) internal pure returns (uint256) {
        return
            token == 0
                ? 1 ether
                : token == 1
                    ? 300e6
                    : 100e18;
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
        uint256 cap = _capOf(token);
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

    // -- inside -----------------------------------------------------------------------------------

    /// @dev An order in one of the statuses of `mask`, from the latest 24; now and then any order.
    function _pick(uint256 seed, uint256 mask) internal returns (bool, uint256) {
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

    function _liveCount() internal view returns (uint256 count) {
        uint256 first = orders.length > 24 ? orders.length - 24 : 0;
        for (uint256 i = first; i < orders.length; ++i) {
            if (_isLive(i)) ++count;
        }
    }
}
