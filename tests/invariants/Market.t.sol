// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Handler} from "./Handler.sol";

/// @notice Millions of random calls on the whole market, compared with books kept beside it. `make fuzz` runs the most.
/// @dev A failure names its invariant, and forge prints the calls that led to it: the handler's functions with their arguments.
abstract contract MarketInvariants {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Handler internal handler;

    error Broken(string invariant);

    function setUp() public {
        handler = new Handler();
        _requireWhole();
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), _actions());
    }

    function _actions() internal pure virtual returns (bytes4[] memory);

    function invariant_books() external {
        handler.check();
        _requireWhole();
    }

    function afterInvariant() external {
        handler.check();
        handler.takeAllOut();
        _requireWhole();
    }

    function _requireWhole() private view {
        string memory broken = handler.broken();
        if (bytes(broken).length != 0) revert Broken(broken);
    }

    function _everyday() internal pure returns (bytes4[22] memory) {
        return
            [
                Handler.place.selector,
                Handler.place.selector,
                Handler.accept.selector,
                Handler.deliver.selector,
                Handler.release.selector,
                Handler.refund.selector,
                Handler.reclaim.selector,
                Handler.decline.selector,
                Handler.cancel.selector,
                Handler.rate.selector,
                Handler.batch.selector,
                Handler.settle.selector,
                Handler.waitMinutes.selector,
                Handler.waitDays.selector,
                Handler.waitForOrder.selector,
                Handler.useRole.selector,
                Handler.deposit.selector,
                Handler.withdraw.selector,
                Handler.transfer.selector,
                Handler.openDispute.selector,
                Handler.fundDispute.selector,
                Handler.executeDispute.selector
            ];
    }
}

/// @notice Mostly trade: ledger, listings, referrals, stakes, orders.
contract TradeInvariants is MarketInvariants {
    function _actions() internal pure override returns (bytes4[] memory list) {
        bytes4[22] memory common = _everyday();
        list = new bytes4[](32);
        for (uint256 i = 0; i < 22; ++i) list[i] = common[i];
        list[22] = Handler.mature.selector;
        list[23] = Handler.donate.selector;
        list[24] = Handler.stake.selector;
        list[25] = Handler.requestUnstake.selector;
        list[26] = Handler.unstake.selector;
        list[27] = Handler.edit.selector;
        list[28] = Handler.setListingStatus.selector;
        list[29] = Handler.register.selector;
        list[30] = Handler.withdrawAndReenter.selector;
        list[31] = Handler.reverseOrder.selector;
    }
}

/// @notice Mostly disputes: rulings, appeals, the panel, the score.
contract JusticeInvariants is MarketInvariants {
    function _actions() internal pure override returns (bytes4[] memory list) {
        bytes4[22] memory common = _everyday();
        list = new bytes4[](35);
        for (uint256 i = 0; i < 22; ++i) list[i] = common[i];
        list[22] = Handler.hear.selector;
        list[23] = Handler.hear.selector;
        list[24] = Handler.serve.selector;
        list[25] = Handler.appealRuling.selector;
        list[26] = Handler.ruleFromOutside.selector;
        list[27] = Handler.attest.selector;
        list[28] = Handler.appealAttestation.selector;
        list[29] = Handler.appealOrder.selector;
        list[30] = Handler.decideAppeal.selector;
        list[31] = Handler.expireAppeal.selector;
        list[32] = Handler.reverseOrder.selector;
        list[33] = Handler.hear.selector;
        list[34] = Handler.collectFee.selector;
    }
}
