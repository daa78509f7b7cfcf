// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Handler} from "./Handler.sol";
import {MoneyActions} from "./MoneyActions.sol";
import {OrderActions} from "./OrderActions.sol";

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

    function _everyday() internal pure returns (bytes4[26] memory) {
        return
            [
                OrderActions.place.selector,
                OrderActions.place.selector,
                OrderActions.accept.selector,
                OrderActions.deliver.selector,
                OrderActions.release.selector,
                OrderActions.refund.selector,
                OrderActions.setReviewEnd.selector,
                OrderActions.reclaim.selector,
                OrderActions.decline.selector,
                OrderActions.cancel.selector,
                OrderActions.rate.selector,
                OrderActions.batch.selector,
                Handler.settle.selector,
                MoneyActions.waitMinutes.selector,
                MoneyActions.waitDays.selector,
                MoneyActions.waitForOrder.selector,
                Handler.useRole.selector,
                MoneyActions.deposit.selector,
                MoneyActions.withdraw.selector,
                MoneyActions.transfer.selector,
                Handler.openDispute.selector,
                Handler.fundDispute.selector,
                Handler.executeDispute.selector,
                MoneyActions.list.selector,
                MoneyActions.depositWithPermit.selector,
                OrderActions.submitEvidence.selector
            ];
    }
}

/// @notice Mostly trade: ledger, listings, referrals, stakes, orders.
contract TradeInvariants is MarketInvariants {
    function _actions() internal pure override returns (bytes4[] memory list) {
        bytes4[26] memory common = _everyday();
        list = new bytes4[](36);
        for (uint256 i = 0; i < 26; ++i) list[i] = common[i];
        list[26] = MoneyActions.mature.selector;
        list[27] = MoneyActions.donate.selector;
        list[28] = MoneyActions.stake.selector;
        list[29] = MoneyActions.requestUnstake.selector;
        list[30] = MoneyActions.unstake.selector;
        list[31] = MoneyActions.edit.selector;
        list[32] = MoneyActions.setListingStatus.selector;
        list[33] = MoneyActions.register.selector;
        list[34] = MoneyActions.withdrawAndReenter.selector;
        list[35] = Handler.reverseOrder.selector;
    }
}

/// @notice Mostly disputes: rulings, appeals, the panel, the score.
contract JusticeInvariants is MarketInvariants {
    function _actions() internal pure override returns (bytes4[] memory list) {
        bytes4[26] memory common = _everyday();
        list = new bytes4[](39);
        for (uint256 i = 0; i < 26; ++i) list[i] = common[i];
        list[26] = Handler.hear.selector;
        list[27] = Handler.hear.selector;
        list[28] = Handler.serve.selector;
        list[29] = Handler.appealRuling.selector;
        list[30] = Handler.ruleFromOutside.selector;
        list[31] = Handler.attest.selector;
        list[32] = Handler.appealAttestation.selector;
        list[33] = Handler.appealOrder.selector;
        list[34] = Handler.decideAppeal.selector;
        list[35] = Handler.expireAppeal.selector;
        list[36] = Handler.reverseOrder.selector;
        list[37] = Handler.hear.selector;
        list[38] = Handler.collectFee.selector;
    }
}
