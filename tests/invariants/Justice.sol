// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Case, Chair, DisputeView, Stage, Step} from "../../contracts/interfaces/IArbiterPanel.sol";
import {IDisputes, Phase} from "../../contracts/interfaces/IDisputes.sol";
import {Status, Terms} from "../../contracts/interfaces/IOrders.sol";
import {Trade} from "./Trade.sol";
import {vm} from "./Vm.sol";

/// @notice Disputes, their panel and mutual settlements, as the design has them.
abstract contract Justice is Trade {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant SETTLEMENT_TYPEHASH = keccak256(
        "Settlement(bytes32 order,uint8 status,uint256 held,uint256 toBuyer,uint256 toSeller,uint256 nonce,uint256 deadline)"
    );
    uint256 private constant NOBODY = 2;

    /// Indexes of orders that were ever disputed.
    uint256[] internal disputed;

    function _moduleOf(Order storage o) internal view returns (IDisputes) {
        return IDisputes(market.moduleAt(uint8(o.terms.rates >> 40)));
    }

    function _recordOf(Order storage o) internal view returns (IDisputes.DisputeRecord memory) {
        return _moduleOf(o).disputeOf(o.id);
    }

    function _caseOf(Order storage o) internal view returns (Case memory) {
        IDisputes module = _moduleOf(o);
        return Case(address(module), 5, module.extraDataOf(o.terms));
    }

    /// @dev What the module holds of a dispute's deposits.
    function _kept(Order storage o, IDisputes.DisputeRecord memory d) internal view returns (uint256) {
        if (d.phase == Phase.None || d.phase == Phase.Closed) return 0;
        uint256 deposit = _moduleOf(o).depositOf(o.terms);
        return d.phase == Phase.Waiting ? deposit : 2 * deposit - d.spent;
    }

    // -- the dispute ------------------------------------------------------------------------------

    function _open(uint256 index, uint256 caller, uint256 value, bool rightCid) internal {
        Order storage o = orders[index];
        uint256 deposit = _moduleOf(o).depositOf(o.terms);
        bool party = accounts[caller] == o.terms.buyer || accounts[caller] == o.terms.seller;
        bool legal = party && rightCid && value >= deposit && clock < o.until;
        bool delivered = o.status == Status.Delivered;
        legal = legal && (o.status == Status.InProgress || delivered);
        if (accounts[caller] == o.terms.seller) legal = legal && delivered && o.until <= clock + 3 days;
        bytes memory data = abi.encodeCall(IDisputes.open, (o.terms, rightCid ? CID : "QmWrong"));
        bool ok = _send(accounts[caller], address(_moduleOf(o)), value, data);
        _require(ok == legal, "I13: a dispute opened though it may not, or didn't though it may");
        if (!ok) return;
        (o.status, o.until) = (Status.Disputed, clock + 60 days);
        _busy(o.terms.seller, clock + 60 days);
        _refundExcess(accounts[caller], value - deposit);
        deposits += deposit;
        disputed.push(index);
    }

    function _fund(uint256 index, uint256 caller, uint256 value) internal {
        Order storage o = orders[index];
        IDisputes.DisputeRecord memory d = _recordOf(o);
        uint256 deposit = _moduleOf(o).depositOf(o.terms);
        bool legal = d.phase == Phase.Waiting && clock < d.openedAt + 3 days && o.status == Status.Disputed;
        legal = legal && value >= deposit;
        bool ok = _send(
            accounts[caller],
            address(_moduleOf(o)),
            value,
            abi.encodeCall(IDisputes.fund, (o.terms))
        );
        _require(ok == legal, "I13: a deposit came in though it may not, or didn't though it may");
        if (!ok) return;
        _refundExcess(accounts[caller], value - deposit);
        deposits += deposit;
        d.phase = Phase.Arbitrating;
        _afterEscalation(o, d);
        panelMoved = true;
    }

    /// @dev The case lies before an arbitrator now, or nobody took it and the order was split.
    function _afterEscalation(Order storage o, IDisputes.DisputeRecord memory d) private {
        IDisputes.DisputeRecord memory next = _recordOf(o);
        deposits -= _kept(o, d);
        deposits += _kept(o, next);
        _require(
            next.phase == Phase.Arbitrating || next.phase == Phase.Backup,
            "I8: a dispute left its phases"
        );
        _require(next.spent >= d.spent, "I27: an arbitrator's fee came back by itself");
    }

    function _execute(uint256 index, address caller) internal {
        Order storage o = orders[index];
        IDisputes.DisputeRecord memory d = _recordOf(o);
        bool ok = _send(caller, address(_moduleOf(o)), 0, abi.encodeCall(IDisputes.execute, (o.terms)));
        if (!ok) return;
        panelMoved = true;
        _require(d.phase != Phase.None && d.phase != Phase.Closed, "I10: a dispute was closed twice");
        if (o.status != Status.Disputed) {
            _close(o, d, 0);
        } else if (d.phase == Phase.Waiting) {
            _require(
                clock >= d.openedAt + 3 days,
                "I13: a default was declared while the other side may pay"
            );
            _ruled(o, d, d.byBuyer ? 5 : 1);
        } else {
            _decided(o, d);
        }
    }

    function _decided(Order storage o, IDisputes.DisputeRecord memory d) private {
        bool known = d.ruling != 0;
        uint256 ruling = known ? d.ruling - 1 : 0;
        if (d.phase == Phase.Arbitrating && o.terms.arbitrator == address(0)) {
            uint256 id = panel.disputeIdOf(_caseOf(o));
            known = panel.disputeOf(id).stage == Stage.Executed;
            ruling = known ? panel.currentRuling(id) : 0;
            _regains(o, d);
        }
        uint256 until = d.openedAt + (d.phase == Phase.Backup ? 60 days : 30 days);
        _require(known || clock >= until, "I13: a dispute was executed before it was due");
        _require(ruling <= 5, "I26: a ruling that is none counted");
        if (ruling != 0) return _ruled(o, d, ruling);
        if (d.phase == Phase.Arbitrating) return _afterEscalation(o, d);
        uint256 held = o.held;
        _completes(o, held / 2, 0);
        _losesRefunded(o, held);
        _close(o, d, NOBODY);
    }

    function _ruled(Order storage o, IDisputes.DisputeRecord memory d, uint256 ruling) private {
        uint256 held = o.held;
        uint256 toBuyer = (held * (ruling - 1)) / 4;
        uint256 weight = _weight(o);
        _completes(o, toBuyer, weight);
        if (toBuyer != 0 && weight != 0) {
            uint256 lost = (weight * toBuyer) / o.terms.base;
            _loses(o, 5 * lost, 3 * lost);
            Merchant storage m = merchants[o.terms.seller];
            uint256 units = ((((m.stake / 1e15) * 2_500) / 10_000) * toBuyer) / held;
            m.stake -= units * 1e15;
            _credit(address(0), address(market), units * 1e15, true);
        }
        _losesRefunded(o, held);
        _close(
            o,
            d,
            ruling == 3
                ? NOBODY
                : ruling > 3
                    ? 0
                    : 1
        );
    }

    /// @param winner 0 buyer, 1 seller, 2 nobody.
    function _close(Order storage o, IDisputes.DisputeRecord memory d, uint256 winner) internal {
        if (d.phase == Phase.None || d.phase == Phase.Closed) return;
        _require(_recordOf(o).phase == Phase.Closed, "I10: an ended order's dispute stays open");
        _regains(o, d);
        uint256 left = _kept(o, d);
        deposits -= left;
        _sharesDeposits(o, left, d.phase == Phase.Waiting ? (d.byBuyer ? 0 : 1) : winner);
    }

    /// @dev A case that expired at the panel without a ruling gave its fee back to the deposits.
    function _regains(Order storage o, IDisputes.DisputeRecord memory d) private {
        if (d.phase != Phase.Arbitrating || !_isRegainable(o)) return;
        deposits += d.spent;
        d.spent = 0;
    }

    function _isRegainable(Order storage o) private view returns (bool) {
        if (o.terms.arbitrator != address(0)) return false;
        uint256 id = panel.disputeIdOf(_caseOf(o));
        Stage stage = panel.disputeOf(id).stage;
        return (stage == Stage.Final || stage == Stage.Executed) && panel.chairOf(id, 0).step != Step.Ruled;
    }

    /// @dev The fee of a case that expired after its order had ended otherwise.
    function _collect(uint256 index, address caller) internal {
        Order storage o = orders[index];
        IDisputes.DisputeRecord memory d = _recordOf(o);
        bool legal = d.phase == Phase.Closed && d.spent != 0 && _isRegainable(o);
        bool ok = _send(caller, address(_moduleOf(o)), 0, abi.encodeCall(IDisputes.collect, (o.terms)));
        _require(ok == legal, "I27: a fee was collected that isn't there, or not though it is");
        if (!ok) return;
        _credit(address(0), o.terms.buyer, d.spent / 2, false);
        _credit(address(0), o.terms.seller, d.spent - d.spent / 2, false);
        panelMoved = true;
    }

    function _sharesDeposits(Order storage o, uint256 left, uint256 winner) private {
        uint256 deposit = _moduleOf(o).depositOf(o.terms);
        uint256 first = left < deposit ? left : deposit;
        uint256 toBuyer =
            winner == 0
                ? first
                : winner == 1
                    ? left - first
                    : left / 2;
        _credit(address(0), o.terms.buyer, toBuyer, false);
        _credit(address(0), o.terms.seller, left - toBuyer, false);
    }

    function _refundExcess(address account, uint256 amount) private {
        _credit(address(0), account, amount, false);
    }

    function _appeal(uint256 index, uint256 caller) internal {
        Order storage o = orders[index];
        IDisputes.DisputeRecord memory d = _recordOf(o);
        if (d.phase != Phase.Arbitrating || o.terms.arbitrator != address(0)) return;
        uint256 id = panel.disputeIdOf(_caseOf(o));
        uint256 cost = panel.appealCost(id, "");
        bytes memory data = abi.encodeCall(IDisputes.appeal, (o.terms, 0));
        Chair memory first = panel.chairOf(id, 0);
        bool legal =
            panel.disputeOf(id).stage == Stage.Open && first.step == Step.Ruled && clock < first.clock;
        bool ok = _send(accounts[caller], address(_moduleOf(o)), cost, data);
        _require(!ok || legal, "I26: a ruling was appealed that can't be");
        panelMoved = true;
    }

    // -- the panel --------------------------------------------------------------------------------

    function _hear(uint256 index, uint256 chair, uint256 action, uint256 ruling, uint256 caller) internal {
        Order storage o = orders[index];
        Case memory c = _caseOf(o);
        uint256 id = panel.disputeIdOf(c);
        if (panel.disputeOf(id).stage == Stage.None) return;
        bytes memory data;
        if (action == 0) data = abi.encodeCall(panel.draw, (c, chair));
        else if (action == 1) data = abi.encodeCall(panel.accept, (c, chair));
        else if (action == 2) data = abi.encodeCall(panel.giveRuling, (c, chair, ruling));
        else if (action == 3) data = abi.encodeCall(panel.replace, (c, chair));
        else if (action == 4) data = abi.encodeCall(panel.expire, (c));
        else data = abi.encodeCall(panel.executeRuling, (c));
        address by = accounts[caller];
        if (action == 1 || action == 2) {
            // The one who may, if there is one and the caller isn't meant to be a stranger.
            try panel.arbiterOf(c, chair) returns (address arbiter) {
                if (caller != OUTSIDER) by = arbiter;
            } catch {}
        }
        Step before = panel.chairOf(id, chair).step;
        bool ok = _send(by, address(panel), 0, data);
        panelMoved = true;
        if (!ok) return;
        if (action == 2)
            _require(before != Step.Ruled && by != accounts[OUTSIDER], "I26: a second ruling in a round");
        if (action < 2) {
            address drawn = panel.arbiterOf(c, chair);
            bool party = drawn == o.terms.buyer || drawn == o.terms.seller || drawn == o.terms.payer;
            _require(!party, "I15: a party of the order is its arbiter");
        }
    }

    /// @dev Fees and bonds in open cases.
    function _panelFees() internal view override returns (uint256 open) {
        for (uint256 i = 0; i < disputed.length; ++i) {
            Order storage o = orders[disputed[i]];
            uint256 id = panel.disputeIdOf(_caseOf(o));
            DisputeView memory d = panel.disputeOf(id);
            if (d.stage == Stage.Open && d.first.step != Step.Ruled) open += d.fee;
            if (d.stage != Stage.Appealed) continue;
            open += 5 * d.fee;
            for (uint256 k = 1; k <= 3; ++k) {
                if (panel.chairOf(id, k).step == Step.Ruled) open -= d.fee;
            }
        }
    }

    // -- settlements ------------------------------------------------------------------------------

    /// @param fault 0 none, 1 revoked, 2 another order's, 3 expired, 4 another chain's, 5 other parts.
    function _settle(uint256 index, uint256 toBuyer, uint256 fault, address caller) internal {
        Order storage o = orders[index];
        IDisputes.DisputeRecord memory d = _recordOf(o);
        bool live = o.status != Status.Completed && o.status != Status.Cancelled;
        bool legal = live && fault == 0 && toBuyer <= o.held && o.terms.buyer != accounts[HOSTILE];
        bytes memory data = _signedSettlement(o, toBuyer, fault);
        if (fault == 1)
            _send(o.terms.seller, address(_moduleOf(o)), 0, abi.encodeCall(disputes.revokeOffers, (o.id)));
        bool ok = _send(caller, address(_moduleOf(o)), 0, data);
        _require(ok == legal, "I29: a settlement acted without both signatures, or didn't with them");
        if (!ok) return;
        bool accepted = o.status != Status.Placed;
        uint256 earned = o.held - toBuyer;
        _completes(o, toBuyer, _weight(o));
        if (accepted) _losesRefunded(o, earned);
        _close(o, d, NOBODY);
        ok = _send(caller, address(_moduleOf(o)), 0, data);
        _require(!ok, "I29: a settlement's signatures acted twice");
    }

    function _signedSettlement(
        Order storage o,
        uint256 toBuyer,
        uint256 fault
    ) private view returns (bytes memory) {
        uint256 deadline = fault == 3 ? clock - 1 : clock + 1 hours;
        bytes memory bySeller = _sign(o, o.terms.seller, toBuyer, deadline, fault);
        bytes memory byBuyer = _sign(o, o.terms.buyer, toBuyer, deadline, 0);
        return abi.encodeCall(disputes.settle, (o.terms, toBuyer, deadline, byBuyer, bySeller));
    }

    function _sign(
        Order storage o,
        address party,
        uint256 toBuyer,
        uint256 deadline,
        uint256 fault
    ) private view returns (bytes memory) {
        uint256[8] memory words;
        words[0] = uint256(SETTLEMENT_TYPEHASH);
        words[1] = fault == 2 ? uint256(o.id) ^ 1 : uint256(o.id);
        words[2] = uint256(o.status);
        words[3] = o.held;
        words[4] = fault == 5 ? toBuyer + 1 : toBuyer;
        words[5] = toBuyer <= o.held ? o.held - toBuyer : 0;
        words[6] = _moduleOf(o).nonceOf(o.id, party);
        words[7] = deadline;
        bytes32 domain = keccak256(
            abi.encode(
                DOMAIN_TYPEHASH,
                keccak256("Hanse Disputes"),
                keccak256("1"),
                fault == 4 ? block.chainid + 1 : block.chainid,
                _moduleOf(o)
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", domain, keccak256(abi.encode(words))));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(numberOf[party] + 1, digest);
        return abi.encodePacked(r, s, v);
    }

    function _partyOf(Terms memory t, uint256 seed) internal view returns (uint256) {
        if (seed % 8 == 7) return OUTSIDER;
        return numberOf[seed % 2 == 0 ? t.buyer : t.seller];
    }
}
