// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ISettings} from "../../contracts/interfaces/IFeePolicy.sol";
import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {Listing} from "../../contracts/interfaces/IListings.sol";
import {CreditReason, Dimension, IMerchants} from "../../contracts/interfaces/IMerchants.sol";
import {Terms} from "../../contracts/interfaces/IOrders.sol";
import {Policy} from "../../contracts/libraries/Policy.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {Stage} from "./Stage.sol";
import {vm} from "../invariants/Vm.sol";

// money and settings, where random calls rarely or never lead
// ├── ledger: zero amounts and addresses, wrong value, no token, permits, maturing, overflow → error, or to the wei
// └── merchants: stakes, attested dimensions · settings: each bound → error
contract LedgerUnits is Stage {
    function _fails(uint256 by, bytes memory data, bytes4 fault) private {
        _fails(accounts[by], address(market), 0, data, fault);
    }

    // -- ledger -----------------------------------------------------------------------------------

    function test_ledger__bad__reverts() external {
        address to = accounts[SELLER];
        _fails(
            BUYER,
            abi.encodeCall(market.deposit, (address(0), 0, to)),
            ILedger.Ledger_ZeroAmount.selector
        );
        bytes memory data = abi.encodeCall(market.deposit, (address(0), 1, address(0)));
        _fails(BUYER, data, ILedger.Ledger_ZeroAddress.selector);
        _fails(
            BUYER,
            abi.encodeCall(market.deposit, (address(0), 1, to)),
            ILedger.Ledger_WrongValue.selector
        );
        data = abi.encodeCall(market.deposit, (address(0x77), 1, to));
        _fails(BUYER, data, ILedger.Ledger_UnsupportedToken.selector);
        data = abi.encodeCall(market.depositWithPermit, (address(0x77), 1, to, 0, 0, 0, 0));
        _fails(BUYER, data, ILedger.Ledger_UnsupportedToken.selector);
        data = abi.encodeCall(market.withdraw, (address(0), 1, address(0)));
        _fails(BUYER, data, ILedger.Ledger_ZeroAddress.selector);
        data = abi.encodeCall(market.withdraw, (address(0), type(uint256).max, to));
        _fails(BUYER, data, ILedger.Ledger_ZeroAmount.selector);
        data = abi.encodeCall(market.withdraw, (address(0), 1, to));
        _fails(BUYER, data, ILedger.Ledger_InsufficientBalance.selector);
        data = abi.encodeCall(market.transfer, (address(0), to, 0));
        _fails(BUYER, data, ILedger.Ledger_ZeroAmount.selector);
        data = abi.encodeCall(market.transfer, (address(0), address(0), 1));
        _fails(BUYER, data, ILedger.Ledger_ZeroAddress.selector);
        _fails(accounts[BUYER], address(market), 1, "", ILedger.Ledger_UnexpectedEther.selector);
    }

    function test_withdraw__receiver_refuses__reverts() external {
        bytes memory data = abi.encodeCall(market.deposit, (address(0), 5, accounts[BUYER]));
        _call(accounts[BUYER], address(market), 5, data);
        data = abi.encodeCall(market.withdraw, (address(0), 2, address(market)));
        _fails(BUYER, data, ILedger.Ledger_SendFailed.selector);
        _call(
            accounts[BUYER],
            address(market),
            0,
            abi.encodeCall(market.transfer, (address(0), accounts[SELLER], 2))
        );
        _same(market.balanceOf(accounts[SELLER], address(0)), 2);
    }

    function test_deposit__more_than_112_bits__reverts() external {
        vm.deal(accounts[BUYER], type(uint128).max);
        bytes memory data = abi.encodeCall(market.deposit, (address(0), 2 ** 112, accounts[BUYER]));
        _fails(accounts[BUYER], address(market), 2 ** 112, data, ILedger.Ledger_BalanceOverflow.selector);
    }

    function test_depositWithPermit__signed__deposited() external {
        TokenMock token = TokenMock(tokens[1]);
        address owner = accounts[BUYER];
        _call(owner, address(token), 0, abi.encodeCall(token.approve, (address(market), 0)));
        bytes32 hash = keccak256(
            abi.encode(
                keccak256(
                    "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
                ),
                owner,
                market,
                7,
                token.nonces(owner),
                clock + 1
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), hash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(BUYER + 1, digest);
        bytes memory data = abi.encodeCall(
            market.depositWithPermit,
            (address(token), 7, owner, clock + 1, v, r, s)
        );
        _call(owner, address(market), 0, data);
        _same(market.balanceOf(owner, address(token)), 7);
    }

    function test_mature__due__available() external {
        Listing memory l = _service();
        l.windows |= uint256(5) << 112;
        uint256 id = _list(l);
        Terms memory t = _place(id, l, 0);
        _deliver(t);
        _call(accounts[BUYER], address(market), 0, abi.encodeCall(market.release, (t)));
        uint256[] memory due = new uint256[](1);
        due[0] = clock / 1 days + 5;
        uint256[64] memory buckets = market.bucketsOf(t.seller, address(0));
        _same(uint32(buckets[due[0] % 64]), due[0]);
        _same(market.mature(t.seller, address(0), due), 0);
        _tick(5 days);
        uint256 amount = market.mature(t.seller, address(0), due);
        _same(market.balanceOf(t.seller, address(0)), amount);
        // A later day in the same bucket takes along what an earlier one left there.
        t = _place(id, l, 0);
        _deliver(t);
        _call(accounts[BUYER], address(market), 0, abi.encodeCall(market.release, (t)));
        _tick(64 days);
        t = _place(id, l, 0);
        _deliver(t);
        _call(accounts[BUYER], address(market), 0, abi.encodeCall(market.release, (t)));
        if (market.balanceOf(t.seller, address(0)) <= amount) revert Different(0, amount);
    }

    // -- merchants, roles -------------------------------------------------------------------------

    function test_merchants__bad__reverts() external {
        _fails(SELLER, abi.encodeCall(market.stake, ()), IMerchants.Merchants_StakeNotKept.selector);
        _fails(SELLER, abi.encodeCall(market.requestUnstake, ()), IMerchants.Merchants_NoStake.selector);
        _fails(SELLER, abi.encodeCall(market.unstake, ()), IMerchants.Merchants_NoUnstakeRequested.selector);
        _call(accounts[SELLER], address(market), 1 ether, abi.encodeCall(market.stake, ()));
        _call(accounts[SELLER], address(market), 0, abi.encodeCall(market.requestUnstake, ()));
        _fails(SELLER, abi.encodeCall(market.unstake, ()), IMerchants.Merchants_UnstakeTooEarly.selector);
        bytes memory data = abi.encodeCall(
            market.attestCredit,
            (accounts[SELLER], Dimension.Trade, 1, CreditReason.Attestation, 0)
        );
        _fails(address(this), address(market), 0, data, IMerchants.Merchants_NotAttested.selector);
        (uint256 epoch, uint256 gained) = market.pairOf(accounts[SELLER], accounts[BUYER]);
        _same(epoch + gained, 0);
    }

    function test_settings__bad__reverts() external {
        bytes4 fault = ISettings.Settings_OutOfBounds.selector;
        bytes memory data = abi.encodeCall(market.setPolicy, (Policy.wrap(type(uint256).max)));
        _fails(address(this), address(market), 0, data, fault);
        data = abi.encodeCall(market.setCreditUnit, (tokens[1], type(uint256).max));
        _fails(address(this), address(market), 0, data, fault);
        fault = ISettings.Settings_ZeroAddress.selector;
        data = abi.encodeCall(market.setCreditUnit, (address(0), 1));
        _fails(address(this), address(market), 0, data, fault);
        data = abi.encodeCall(market.addModule, (address(0)));
        _fails(address(this), address(market), 0, data, fault);
    }
}
