// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IMarket} from "./interfaces/IMarket.sol";
import {Terms} from "./interfaces/IOrders.sol";
import {Bounds} from "./libraries/Bounds.sol";
import {TermsFields} from "./libraries/TermsFields.sol";
import {Orders} from "./market/Orders.sol";

/// @title Market: see {IMarket}.
contract Market is Orders, IMarket {
    using TermsFields for Terms;

    constructor(address authority) AccessManaged(authority) EIP712("Hanse Market", "1") {}

    /// @inheritdoc IMarket
    function positionOf(
        address account,
        address token,
        Terms[] calldata orders
    ) external view returns (Position memory p) {
        p.available = _available(token, account);
        (p.maturing, p.due, ) = maturingOf(account, token);
        if (token == NATIVE) p.staked = _accounts[account].stake() * Bounds.STAKE_UNIT;
        for (uint256 i = 0; i < orders.length; ++i) {
            if (orders[i].token != token) continue;
            uint256 held = _orders[orders[i].idOf(ORDER_DOMAIN)].held();
            if (orders[i].buyer == account) p.escrowedAsBuyer += held;
            if (orders[i].seller == account) p.escrowedAsSeller += held;
        }
    }
}
