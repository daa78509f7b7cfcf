// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IEvidenceLog} from "../../contracts/interfaces/IEvidenceLog.sol";
import {Status, Terms} from "../../contracts/interfaces/IOrders.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {Record} from "./Record.sol";
import {vm} from "./Vm.sol";

/// @notice Smaller actions, and at the end of a run the way out for everybody: time and an outsider, while paused.
abstract contract Exits is Record {
    function numberOfToken(address token) internal view returns (uint256) {
        return
            token == address(0)
                ? 0
                : token == tokens[1]
                    ? 1
                    : 2;
    }

    function _donate(uint256 token, uint256 amount) internal {
        if (token == 0) vm.deal(address(market), address(market).balance + amount);
        else TokenMock(tokens[token]).mint(address(market), amount);
        donated[tokens[token]] += amount;
    }

    function _fill(uint256 number, address token, uint256 amount) internal {
        uint256 sum = token == tokens[2] ? (amount * 103) / 100 + 1 : amount;
        uint256 value = token == address(0) ? sum : 0;
        bytes memory data = abi.encodeCall(market.deposit, (token, sum, accounts[number]));
        if (!_send(accounts[number], address(market), value, data)) return;
        _credit(token, accounts[number], token == tokens[2] ? sum - (sum * 100) / 10_000 : sum, false);
    }

    function _mature(address account, address token, uint256 day, address caller) internal {
        uint256 slot = day % 64;
        bool due = slotDay[token][account][slot] == day && day <= _today();
        uint256 amount = due ? slotAmount[token][account][slot] : 0;
        uint256[] memory dueDays = new uint256[](2);
        (dueDays[0], dueDays[1]) = (day, day);
        bytes memory data = abi.encodeCall(market.mature, (account, token, dueDays));
        _require(_send(caller, address(market), 0, data), "I6: maturing failed");
        slotAmount[token][account][slot] -= amount;
        maturing[token][account] -= amount;
        _credit(token, account, amount, true);
    }

    function _unstake(address account) internal {
        Merchant storage m = merchants[account];
        uint256 day = m.unstakeDay > m.busyUntilDay ? m.unstakeDay : m.busyUntilDay;
        bool legal = m.unstakeDay != 0 && _today() >= day;
        bool ok = _send(account, address(market), 0, abi.encodeCall(market.unstake, ()));
        _require(ok == legal, "I12: a stake was freed early, or kept though it is free");
        if (!ok) return;
        _credit(address(0), account, m.stake, true);
        (m.stake, m.unstakeDay) = (0, 0);
    }

    function _register(uint256 number, uint256 referrer) internal {
        (address a, address r) = (accounts[number], referrer == PEOPLE ? address(0) : accounts[referrer]);
        bool legal = registeredAt[a] == 0 && a != r && (r == address(0) || registeredAt[r] != 0);
        bool ok = _as(number, abi.encodeCall(market.register, (r, uplines[r])));
        _require(ok == legal, "I19: a registration that isn't legal passed, or a legal one failed");
        if (ok) _noteRegistration(a, r);
    }

    /// Pieces of evidence by order and standing.
    mapping(bytes32 id => mapping(IEvidenceLog.Standing => uint256)) private _pieces;

    function _submitEvidence(uint256 index, uint256 caller, bool malformed) internal {
        Terms memory t = orders[index].terms;
        address[4] memory all = [t.buyer, t.seller, t.payer, accounts[OUTSIDER]];
        address by = all[caller % 4];
        bool party = by == t.buyer || by == t.seller || by == t.payer;
        IEvidenceLog.Standing standing =
            by == t.buyer
                ? IEvidenceLog.Standing.Buyer
                : by == t.seller
                    ? IEvidenceLog.Standing.Seller
                    : IEvidenceLog.Standing.Payer;
        mapping(IEvidenceLog.Standing => uint256) storage pieces = _pieces[orders[index].id];
        bool legal = party && !malformed && pieces[standing] < 50;
        bytes memory data = abi.encodeCall(evidence.submit, (t, malformed ? "bafk" : CID));
        bool ok = _send(by, address(evidence), 0, data);
        _require(ok == legal, "I30: evidence was refused to a party, or taken from a stranger");
        if (ok) ++pieces[standing];
        if (!party) return;
        uint256 count = evidence.countOf(orders[index].id, standing);
        _require(count == pieces[standing], "I30: a piece of evidence wasn't counted, or another's was");
    }

    function _signedDeposit(
        uint256 number,
        uint256 amount,
        uint256 fault
    ) internal view returns (bytes memory) {
        TokenMock token = TokenMock(tokens[1]);
        address owner = accounts[number];
        uint256 deadline = fault == 2 ? clock - 1 : clock + 1 hours;
        bytes32 permit = keccak256(
            abi.encode(
                keccak256(
                    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
                ),
                owner,
                market,
                fault == 3 ? amount + 1 : amount,
                token.nonces(owner),
                deadline
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), permit));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(fault == 1 ? number + 2 : number + 1, digest);
        return abi.encodeCall(market.depositWithPermit, (address(token), amount, owner, deadline, v, r, s));
    }

    function _serve(uint256 number, uint256 action) internal {
        bytes memory data;
        if (action < 6) data = abi.encodeCall(panel.setOnDuty, (true));
        else if (action == 6) data = abi.encodeCall(panel.setOnDuty, (false));
        else if (action == 7) data = abi.encodeCall(panel.requestLeave, ());
        else if (action == 8) data = abi.encodeCall(panel.vacate, (accounts[number]));
        else if (action == 9) data = abi.encodeCall(panel.withdraw, (accounts[number]));
        else data = abi.encodeCall(panel.stake, ());
        bool ok = _send(accounts[number], address(panel), action > 9 ? 0.3 ether : 0, data);
        // Who left may come back, so that the pool doesn't run dry.
        if (ok && action == 8) panel.appoint(accounts[number]);
        panelMoved = true;
    }

    // -- the end of a run -------------------------------------------------------------------------

    /// @notice I12 and I30 at a run's end: the market is paused, then time and an outsider end every order; stakes come
    /// free, all that matures matures, and everybody takes his money out. What is left is what was donated.
    function takeAllOut() external {
        _now();
        if (!paused) market.pause();
        paused = true;
        _compareAll();
        for (uint256 i = 0; i < orders.length; ++i) _leaveOrder(i);
        _tick(100 days);
        for (uint256 i = SELLER; i <= SECOND_SELLER; ++i) {
            if (merchants[accounts[i]].stake == 0) continue;
            _require(_as(i, abi.encodeCall(market.requestUnstake, ())), "I12: a stake can't be asked back");
            merchants[accounts[i]].unstakeDay = _today() + 7;
        }
        _tick(100 days);
        for (uint256 i = SELLER; i <= SECOND_SELLER; ++i) _unstake(accounts[i]);
        for (uint256 i = 0; i < ACCOUNTS; ++i) _leaveAccount(i);
        _compareAll();
        for (uint256 k = 0; k < 3; ++k) {
            uint256 held = k == 0 ? address(market).balance : IERC20(tokens[k]).balanceOf(address(market));
            _require(held == donated[tokens[k]] && owed[tokens[k]] == 0, "I12: money is stuck at the end");
        }
        _require(deposits == 0, "I12: a dispute's deposit is stuck at the end");
    }

    function _leaveOrder(uint256 i) private {
        Order storage o = orders[i];
        address outsider = accounts[OUTSIDER];
        if (o.status == Status.Disputed) _leaveDispute(i);
        if (!_isLive(i)) {
            // A refund in full leaves the deposits to be called.
            if (_kept(o, _recordOf(o)) != 0) _execute(i, outsider);
            return;
        }
        if (o.until > clock) _tick(o.until - clock);
        bool released = o.status == Status.Delivered;
        bool legal = released ? _releases(i, outsider) : _reclaims(i);
        bytes memory data =
            released ? abi.encodeCall(market.release, (o.terms)) : abi.encodeCall(market.reclaim, (o.terms));
        _require(_as(OUTSIDER, data) && legal, "I12: time and an outsider don't end an order");
        _require(!_isLive(i), "I12: time and an outsider don't end an order");
    }

    /// @dev At most three calls: default or ruling, escalation, absolute end.
    function _leaveDispute(uint256 i) private {
        Order storage o = orders[i];
        uint256 openedAt = _recordOf(o).openedAt;
        uint256[3] memory ends = [openedAt + 3 days, openedAt + 30 days, openedAt + 60 days];
        for (uint256 k = 0; k < 3 && o.status == Status.Disputed; ++k) {
            if (ends[k] > clock) _tick(ends[k] - clock);
            _execute(i, accounts[OUTSIDER]);
        }
        _require(o.status != Status.Disputed, "I12: time and an outsider don't end a dispute");
    }

    function _leaveAccount(uint256 number) private {
        address a = accounts[number];
        hostile.setRefuses(false);
        for (uint256 k = 0; k < 3; ++k) {
            address token = tokens[k];
            for (uint256 slot = 0; slot < 64 && maturing[token][a] != 0; ++slot) {
                if (slotAmount[token][a][slot] != 0)
                    _mature(a, token, slotDay[token][a][slot], accounts[OUTSIDER]);
            }
            uint256 sum = available[token][a];
            if (sum == 0) continue;
            bytes memory data =
                number == PLATFORM
                    ? abi.encodeCall(market.withdrawTreasury, (token, sum, address(this)))
                    : abi.encodeCall(market.withdraw, (token, type(uint256).max, a));
            bool ok = number == PLATFORM ? _send(address(this), address(market), 0, data) : _as(number, data);
            _require(ok, "I30: a withdrawal failed while paused");
            if (ok) _debit(token, a, sum, false);
        }
    }

    receive() external payable {}
}
