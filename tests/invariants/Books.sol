// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Status, Terms} from "../../contracts/interfaces/IOrders.sol";
import {Account} from "../../contracts/libraries/Account.sol";
import {Bounds} from "../../contracts/libraries/Bounds.sol";
import {OrderState} from "../../contracts/libraries/OrderState.sol";
import {World} from "./World.sol";

/// @notice What the market should have in its books by now: kept beside it, compared with it:
/// what a step touched at once, all the rest by turns, and everything after a role's call and at the end of a run.
abstract contract Books is World {
    uint256 private constant UNIT = 1e15;

    struct Order {
        Terms terms;
        bytes32 id;
        Status status;
        uint256 until;
        /// Of a delivered order: when its review was to end before any hold.
        uint256 sealedUntil;
        uint256 held;
        uint256 gained;
        uint256 tradeLoss;
        uint256 serviceLoss;
        uint256 stars;
        bool ended;
    }

    struct Merchant {
        int256 trade;
        int256 service;
        int256 attested;
        uint256 earned;
        uint256 stake;
        uint256 busyUntilDay;
        uint256 unstakeDay;
    }

    struct Pair {
        uint256 epoch;
        uint256 used;
    }

    Order[] internal orders;
    mapping(address account => Merchant) internal merchants;
    mapping(address seller => mapping(address buyer => Pair)) internal pairs;
    mapping(address token => mapping(address account => uint256)) internal available;
    mapping(address token => mapping(address account => uint256)) internal maturing;
    mapping(address token => mapping(address account => mapping(uint256 slot => uint256))) internal slotDay;
    mapping(address token => mapping(address account => mapping(uint256 slot => uint256)))
        internal slotAmount;
    /// All that the market owes in a token: available, maturing, escrowed, staked.
    mapping(address token => uint256) internal owed;
    mapping(address token => uint256) internal donated;
    /// Deposits that the disputes module holds.
    uint256 internal deposits;

    /// Which of the rest is compared after this step.
    uint256 public calls;
    address internal lastToken;
    uint256 internal lastOrder;
    bool internal checkAll;
    bool internal panelMoved;

    // -- money ------------------------------------------------------------------------------------

    /// @dev Money that comes in, or moves within what is owed already (`inside`).
    function _credit(address token, address account, uint256 amount, bool inside) internal {
        available[token][account] += amount;
        if (!inside) owed[token] += amount;
        lastToken = token;
    }

    function _debit(address token, address account, uint256 amount, bool inside) internal {
        available[token][account] -= amount;
        if (!inside) owed[token] -= amount;
        lastToken = token;
    }

    /// @dev Money that settles later. What another day left in the slot must be due: it becomes available.
    function _addMaturing(address token, address account, uint256 day, uint256 amount) internal {
        uint256 slot = day % 64;
        uint256 old = slotAmount[token][account][slot];
        if (slotDay[token][account][slot] != day && old != 0) {
            _require(slotDay[token][account][slot] <= _today(), "I6: a bucket was emptied early");
            maturing[token][account] -= old;
            slotAmount[token][account][slot] = 0;
            _credit(token, account, old, true);
        }
        slotDay[token][account][slot] = day;
        slotAmount[token][account][slot] += amount;
        maturing[token][account] += amount;
        lastToken = token;
    }

    function _today() internal view returns (uint256) {
        return clock / 1 days;
    }

    // -- score ------------------------------------------------------------------------------------

    function _clamp(int256 value, int256 min, int256 max) internal pure returns (int256) {
        return
            value < min
                ? min
                : value > max
                    ? max
                    : value;
    }

    function _moveTrade(address account, int256 delta) internal returns (int256 applied) {
        Merchant storage m = merchants[account];
        int256 next = _clamp(m.trade + delta, -240_000, 160_000);
        (applied, m.trade) = (next - m.trade, next);
    }

    function _moveService(address account, int256 delta) internal returns (int256 applied) {
        Merchant storage m = merchants[account];
        int256 next = _clamp(m.service + delta, -180_000, 120_000);
        (applied, m.service) = (next - m.service, next);
    }

    function _gain(address seller, address buyer, uint256 weight) internal returns (uint256 gained) {
        Pair storage p = pairs[seller][buyer];
        uint256 epoch = clock / 30 days;
        if (p.epoch != epoch) (p.epoch, p.used) = (epoch, 0);
        gained = weight < 30_000 - p.used ? weight : 30_000 - p.used;
        p.used += gained;
        uint256 earned = merchants[seller].earned + gained;
        merchants[seller].earned = earned > type(uint24).max ? type(uint24).max : earned;
        _moveTrade(seller, int256(gained));
    }

    function _busy(address account, uint256 time) internal {
        uint256 day = time / 1 days + 1;
        if (day > merchants[account].busyUntilDay) merchants[account].busyUntilDay = day;
    }

    function _scoreOf(address account) internal view returns (int256) {
        Merchant storage m = merchants[account];
        return 600_000 + m.trade + m.service + m.attested;
    }

    // -- comparing --------------------------------------------------------------------------------

    /// @notice Compares the market with the books: what the last step touched, and by turns all the rest.
    /// @dev Forge keeps nothing that this changes.
    function check() external {
        _now();
        _compareTokens();
        for (uint256 k = 0; k < 3; ++k) _compareBalance(tokens[k], accounts[calls % ACCOUNTS]);
        _compareBalance(lastToken, address(market));
        _compareMerchant(accounts[SELLER]);
        _compareMerchant(accounts[SECOND_SELLER]);
        if (orders.length != 0) {
            _compareBalance(lastToken, orders[lastOrder].terms.buyer);
            _compareBalance(lastToken, orders[lastOrder].terms.seller);
            _compareOrder(lastOrder);
            _compareOrder(calls % orders.length);
        }
        if (calls % 25 == 0) _compareAll();
        if (checkAll) _compareAll();
        if (panelMoved) _comparePanel();
    }

    function _compareAll() internal {
        for (uint256 k = 0; k < 3; ++k) {
            for (uint256 i = 0; i < ACCOUNTS; ++i) _compareBalance(tokens[k], accounts[i]);
        }
        uint256 first = orders.length > 24 ? orders.length - 24 : 0;
        for (uint256 i = first; i < orders.length; ++i) _compareOrder(i);
        for (uint256 i = SELLER; i <= SECOND_SELLER; ++i) {
            uint256[5] memory subs = credit.subScoresOf(accounts[i]);
            int256 sum = int256(subs[0] + subs[1] + subs[2] + subs[3] + subs[4]);
            _require(sum == _scoreOf(accounts[i]), "I23: sub-scores don't give the score");
        }
        for (uint256 i = 0; i < PEOPLE; ++i) {
            (uint256 time, ) = market.nodeOf(accounts[i]);
            _require(time == registeredAt[accounts[i]], "I19: a node of the tree changed");
        }
    }

    function _compareTokens() private {
        uint256 held = address(market).balance;
        _require(
            held == owed[address(0)] + donated[address(0)],
            "I1: native coin held differs from what is owed"
        );
        for (uint256 k = 1; k < 3; ++k) {
            held = IERC20(tokens[k]).balanceOf(address(market));
            _require(
                held == owed[tokens[k]] + donated[tokens[k]],
                "I1: tokens held differ from what is owed"
            );
        }
        uint256 kept = address(disputes).balance + panel.balanceOf(address(disputes));
        kept += address(secondDisputes).balance + panel.balanceOf(address(secondDisputes));
        _require(kept >= deposits, "I27: deposits are missing");
    }

    function _compareBalance(address token, address account) private {
        uint256 real = market.balanceOf(account, token);
        if (real == available[token][account]) return;
        _break(
            real < available[token][account] ? "I5: a balance fell by itself" : "I2: a balance rose by itself"
        );
    }

    function _compareMerchant(address account) private {
        Account a = market.accountOf(account);
        Merchant storage m = merchants[account];
        int256 score = a.score();
        _require(score >= 0 && score <= 1_000_000, "I21: a score is out of its range");
        _require(score == _scoreOf(account), "I22: a score isn't the sum of its changes");
        _require(
            a.trade() == m.trade && a.service() == m.service && a.attested() == m.attested,
            "I23: a sub-score isn't the sum of its changes"
        );
        _require(a.earned() == m.earned, "I24: the weight earned isn't that of the orders settled");
        _require(a.stake() * UNIT == m.stake, "I1: a stake changed by itself");
        _require(
            a.busyUntilDay() == m.busyUntilDay && a.unstakeDay() == m.unstakeDay,
            "I12: a stake's lock is wrong"
        );
    }

    function _compareOrder(uint256 index) private {
        Order storage o = orders[index];
        OrderState s = market.orderState(o.id);
        (Status status, uint256 until, uint256 held) = (s.status(), s.until(), s.held());
        _require(status != Status.None, "I11: an order's slot is empty");
        _require(status == o.status && until == o.until, "I8: an order left the machine's edges");
        _require(held == o.held, "I3: what orders hold isn't what is escrowed");
        _require(s.stars() == o.stars, "I25: a rating changed");
        bool ended = status == Status.Completed || status == Status.Cancelled;
        _require(!ended || held == 0, "I9: an ended order holds money");
        _require(o.ended == ended, "I10: an ended order came back");
    }

    function _comparePanel() private {
        uint256 owedByPanel = panel.balanceOf(address(panel)) + panel.balanceOf(address(disputes));
        owedByPanel += panel.balanceOf(address(secondDisputes));
        for (uint256 i = 0; i < ACCOUNTS - 1; ++i) owedByPanel += panel.balanceOf(accounts[i]);
        for (uint256 i = 0; i < ARBITERS + 1; ++i) owedByPanel += panel.seatAt(i).stake;
        _require(
            address(panel).balance == owedByPanel + _panelFees(),
            "I7: the panel's stakes, fees and bonds don't add up"
        );
        _require(address(credit).balance == _openBonds(), "I7: the bonds of appeals don't add up");
    }

    function _panelFees() internal view virtual returns (uint256);

    function _openBonds() internal view virtual returns (uint256);

    // -- for the handlers -------------------------------------------------------------------------

    function _stakeAll() internal {
        for (uint256 i = SELLER; i <= SECOND_SELLER; ++i) {
            _stake(accounts[i], 5 ether);
        }
    }

    function _stake(address account, uint256 amount) internal {
        if (!_send(account, address(market), amount, abi.encodeCall(market.stake, ()))) return;
        merchants[account].stake += amount;
        merchants[account].unstakeDay = 0;
        owed[address(0)] += amount;
        _require(amount % Bounds.STAKE_UNIT == 0, "I1: a broken unit was staked");
    }
}
