// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {ICredit} from "../../contracts/interfaces/ICredit.sol";
import {IDisputes} from "../../contracts/interfaces/IDisputes.sol";
import {Listing} from "../../contracts/interfaces/IListings.sol";
import {CreditReason, Dimension} from "../../contracts/interfaces/IMerchants.sol";
import {Placement, Terms} from "../../contracts/interfaces/IOrders.sol";
import {Account} from "../../contracts/libraries/Account.sol";
import {Cid} from "../../contracts/libraries/Cid.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {Stage} from "./Stage.sol";
import {vm} from "../invariants/Vm.sol";

/// @notice Tells a price, and takes no case.
contract BusyArbitrator {
    error Busy();

    function arbitrationCost(bytes calldata) external pure returns (uint256) {
        return 1;
    }

    function createDispute(uint256, bytes calldata) external payable returns (uint256) {
        revert Busy();
    }
}

// what takes many orders, or a record of its own
// ├── a seasoned seller: paid at once, in coin and in tokens, also in one that earns no credit
// ├── a score at its bounds: clamped · a pair at its cap: nothing gained
// └── no stake: nothing slashed · a market out of step with the credit module → error
contract SeasonUnits is Stage {
    uint256 private listingId;
    Listing private large;

    /// @dev Orders of ten points each: two make a seller seasoned.
    function _trade(uint256 buyer, uint256 count, uint256 stars) private {
        for (uint256 i = 0; i < count; ++i) {
            Placement memory p = _wish(listingId, i, 0);
            p.buyer = accounts[buyer];
            Terms memory t = _placeAs(p, large, large.price, "");
            _deliver(t);
            _call(t.buyer, address(market), 0, abi.encodeCall(market.release, (t)));
            _call(t.buyer, address(market), 0, abi.encodeCall(market.rate, (t, stars)));
        }
    }

    function setUp() public override {
        super.setUp();
        large = _service();
        large.price = 1 ether;
        listingId = _list(large);
        _call(accounts[SELLER], address(market), 5 ether, abi.encodeCall(market.stake, ()));
    }

    function _account() private view returns (Account) {
        return market.accountOf(accounts[SELLER]);
    }

    function test_release__seasoned_seller__paid_at_once() external {
        _trade(BUYER, 2, 3);
        Terms memory t = _delivered();
        uint256 before = market.balanceOf(t.seller, address(0));
        _call(t.buyer, address(market), 0, abi.encodeCall(market.release, (t)));
        _same(market.balanceOf(t.seller, address(0)) > before ? 1 : 0, 1);
        TokenMock odd = new TokenMock("No credit", "NON", 18);
        odd.mint(accounts[BUYER], 1 ether);
        _call(accounts[BUYER], address(odd), 0, abi.encodeCall(odd.approve, (address(market), 1 ether)));
        Listing memory l = _service();
        l.token = address(odd);
        l.limits &= ~(uint256(0xffff) << 56);
        t = _place(_list(l), l, 0);
        _same(uint24(t.rates >> 16), 0);
        _deliver(t);
        _call(t.buyer, address(market), 0, abi.encodeCall(market.release, (t)));
        _same(
            market.balanceOf(t.seller, address(odd)),
            PRICE - market.balanceOf(address(market), address(odd))
        );
        uint256 fee = market.balanceOf(address(market), address(odd));
        _same(market.withdrawTreasury(address(odd), fee, accounts[OUTSIDER]), fee);
        _same(odd.balanceOf(accounts[OUTSIDER]), fee);
    }

    function test_score__many_buyers__clamped_at_the_top() external {
        uint256[7] memory buyers = [BUYER, SECOND_BUYER, OUTSIDER, REFERRER, 7, 8, HOSTILE];
        for (uint256 i = 0; i < 7; ++i) _trade(buyers[i], 3, 5);
        if (_account().trade() != 160_000 || _account().service() != 120_000) revert Different(0, 160_000);
    }

    function test_score__bad_ratings__clamped_at_the_bottom() external {
        uint256[3] memory buyers = [BUYER, SECOND_BUYER, OUTSIDER];
        for (uint256 i = 0; i < 3; ++i) _trade(buyers[i], 3, 1);
        if (_account().service() != -180_000) revert Different(0, 180_000);
    }

    function test_gain__pair_at_its_cap__nothing_more() external {
        _trade(BUYER, 3, 3);
        uint256 earned = _account().earned();
        _trade(BUYER, 1, 3);
        _same(_account().earned(), earned);
    }

    function test_ruling__seller_without_stake__nothing_slashed() external {
        fees.setStakes(0, 0, 0);
        Listing memory l = _service();
        l.seller = accounts[SECOND_SELLER];
        _call(l.seller, address(market), 0, abi.encodeCall(market.list, (l, CID)));
        Terms memory t = _place(market.listingCount(), l, 0);
        _deliver(t);
        _call(t.buyer, address(disputes), 0.03 ether, abi.encodeCall(disputes.open, (t, CID)));
        _tick(3 days);
        _call(t.buyer, address(disputes), 0, abi.encodeCall(disputes.execute, (t)));
        _same(market.balanceOf(t.buyer, address(0)), 0.03 ether + PRICE);
        _same(market.accountOf(t.seller).stake(), 0);
    }

    function test_fund__arbitrator_takes_no_case__escalated() external {
        Listing memory l = _service();
        l.arbitrator = address(new BusyArbitrator());
        Terms memory t = _place(_list(l), l, 8);
        _deliver(t);
        _call(t.buyer, address(disputes), 0.03 ether, abi.encodeCall(disputes.open, (t, CID)));
        _call(t.seller, address(disputes), 0.03 ether, abi.encodeCall(disputes.fund, (t)));
        _same(l.arbitrator.balance, 0);
        _same(address(backup).balance, 0.012 ether);
    }

    function test_attest__market_out_of_step__reverts() external {
        address m = accounts[SELLER];
        market.attestCredit(m, Dimension.Security, 120_000, CreditReason.Attestation, 0);
        bytes memory data = abi.encodeCall(credit.attest, (m, Dimension.Security, 5, CID));
        _fails(address(this), address(credit), 0, data, ICredit.Credit_OutOfStep.selector);
        address authority = IAccessManaged(address(market)).authority();
        _badCredit(abi.encode(address(0), market));
        _badCredit(abi.encode(authority, address(0)));
    }

    function _badCredit(bytes memory arguments) private {
        (bool ok, ) = address(vm).call(abi.encodeCall(vm.deployCode, ("Credit.sol:Credit", arguments)));
        _same(ok ? 1 : 0, 0);
    }

    function test_list__bad_cid__reverts() external {
        Listing memory l = _service();
        bytes memory data = abi.encodeCall(market.list, (l, "bafk"));
        _fails(l.seller, address(market), 0, data, Cid.Cid_Malformed.selector);
        data = abi.encodeCall(market.list, (l, string(new bytes(129))));
        _fails(l.seller, address(market), 0, data, Cid.Cid_TooLong.selector);
    }

    function test_panel__views() external {
        _same(panel.seatAt(0).stake, 2 ether);
        address[] memory none = new address[](0);
        uint256 id = panel.createDispute{value: 0.01 ether}(5, abi.encode(bytes32("views"), clock, none));
        _same(panel.appealCost(id, ""), 0.05 ether);
    }
}
