// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OrderActions} from "./OrderActions.sol";

/// @notice Every action that anybody can take: {OrderActions}, and those of disputes, the panel, the score and the roles.
contract Handler is OrderActions {
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
        _send(
            to,
            address(disputes),
            0,
            abi.encodeCall(disputes.rule, (caseId % 6, (uint256(ruling) + 1) % 6))
        );
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
}
