// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Authority} from "../../contracts/Authority.sol";
import {Upline} from "../../contracts/interfaces/IAffiliates.sol";
import {IArbiterPanel} from "../../contracts/interfaces/IArbiterPanel.sol";
import {ICredit} from "../../contracts/interfaces/ICredit.sol";
import {IDisputes} from "../../contracts/interfaces/IDisputes.sol";
import {IEvidenceLog} from "../../contracts/interfaces/IEvidenceLog.sol";
import {IFeePolicy} from "../../contracts/interfaces/IFeePolicy.sol";
import {Listing} from "../../contracts/interfaces/IListings.sol";
import {IMarket} from "../../contracts/interfaces/IMarket.sol";
import {PolicyFields} from "../../contracts/libraries/Policy.sol";
import {Roles} from "../../contracts/libraries/Roles.sol";
import {CouponPricing} from "../../contracts/mocks/CouponPricing.sol";
import {FeeOnTransferToken} from "../../contracts/mocks/FeeOnTransferToken.sol";
import {ForeignArbitrator} from "../../contracts/mocks/ForeignArbitrator.sol";
import {HostileReceiver} from "../../contracts/mocks/HostileReceiver.sol";
import {TokenMock} from "../../contracts/mocks/TokenMock.sol";
import {vm} from "./Vm.sol";

/// @notice The whole market with its actors, and what a run found broken.
abstract contract World {
    /// What dapp/credit/rules.yaml compiles to.
    uint256 internal constant CREDIT_TABLE =
        10_000 |
            (30_000 << 24) |
            (30 << 48) |
            (20_000 << 56) |
            (10 << 80) |
            (50 << 88) |
            (50 << 96) |
            (30 << 104) |
            (0xe2 << 112) |
            (0xf1 << 120) |
            (5 << 136) |
            (10 << 144);
    string internal constant CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant FEE_UNIT = 1e15;

    // Actors by role; each has the key of the same number.
    uint256 internal constant SELLER = 0;
    uint256 internal constant SECOND_SELLER = 1;
    uint256 internal constant BUYER = 2;
    uint256 internal constant SECOND_BUYER = 3;
    uint256 internal constant HOSTILE = 4;
    uint256 internal constant OUTSIDER = 5;
    uint256 internal constant REFERRER = 6;
    uint256 internal constant PEOPLE = 9;
    uint256 internal constant ARBITERS = 5;
    /// The people, the arbiters, and the platform's own account.
    uint256 internal constant ACCOUNTS = PEOPLE + ARBITERS + 1;
    uint256 internal constant PLATFORM = ACCOUNTS - 1;

    IMarket internal market;
    IArbiterPanel internal panel;
    IDisputes internal disputes;
    IDisputes internal secondDisputes;
    ICredit internal credit;
    IFeePolicy internal fees;
    IEvidenceLog internal evidence;
    CouponPricing internal coupons;
    ForeignArbitrator internal foreign;
    ForeignArbitrator internal stranger;
    ForeignArbitrator internal backup;
    HostileReceiver internal hostile;
    address[3] internal tokens;
    address[ACCOUNTS] internal accounts;
    mapping(address account => uint256) internal numberOf;
    mapping(address account => Upline) internal uplines;
    mapping(address account => uint256) internal registeredAt;

    /// The first invariant that broke, with what was being done.
    string public broken;
    uint256 internal clock = START;
    uint256 internal blockNumber = 1_000;

    constructor() {
        _tick(0);
        Authority authority = new Authority(address(this));
        market = IMarket(vm.deployCode("Market.sol:Market", abi.encode(authority, CREDIT_TABLE)));
        panel = IArbiterPanel(
            vm.deployCode(
                "ArbiterPanel.sol:ArbiterPanel",
                abi.encode(authority, 0.01 ether, 1 ether, 0.1 ether)
            )
        );
        backup = new ForeignArbitrator(0.012 ether);
        foreign = new ForeignArbitrator(0.008 ether);
        stranger = new ForeignArbitrator(0.009 ether);
        disputes = _module();
        secondDisputes = _module();
        credit = ICredit(vm.deployCode("Credit.sol:Credit", abi.encode(authority, market)));
        fees = IFeePolicy(vm.deployCode("FeePolicy.sol:FeePolicy", abi.encode(authority, market)));
        evidence = IEvidenceLog(vm.deployCode("EvidenceLog.sol:EvidenceLog", abi.encode(market, authority)));
        coupons = new CouponPricing(address(market));
        authority.grantRole(Roles.ADMIN, address(credit), 0);
        authority.grantRole(Roles.ADMIN, address(fees), 0);
        for (uint64 role = Roles.ATTESTOR_COMPLIANCE; role <= Roles.ATTESTOR_SECURITY; ++role) {
            authority.grantRole(role, address(this), 0);
        }
        market.addModule(address(disputes));
        market.allowArbitrator(address(foreign), true);
        market.setPolicy(
            PolicyFields.make(
                [uint256(240), 200, 180, 160],
                [uint256(200), 100, 50],
                2_000,
                FEE_UNIT / 1 gwei
            )
        );
        market.setCommissionRule(0, [uint256(1_000), 500, 250]);
        tokens[1] = address(new TokenMock("Six decimals", "SIX", 6));
        tokens[2] = address(new FeeOnTransferToken(100));
        market.setCreditUnit(tokens[1], 1e6);
        market.setCreditUnit(tokens[2], 1e18);
        market.setCommissionCaps(0, tokens[1], [uint256(6e6), 2e6, 0]);
        _people();
        _arbiters();
    }

    function _module() private returns (IDisputes) {
        bytes memory arguments = abi.encode(market, panel, backup, 0.01 ether, 0.05 ether);
        return IDisputes(vm.deployCode("Disputes.sol:Disputes", arguments));
    }

    function _people() private {
        hostile = new HostileReceiver();
        for (uint256 i = 0; i < ACCOUNTS; ++i) {
            accounts[i] =
                i == HOSTILE
                    ? address(hostile)
                    : i == PLATFORM
                        ? address(market)
                        : vm.addr(i + 1);
            numberOf[accounts[i]] = i;
            if (i == PLATFORM) continue;
            vm.deal(accounts[i], 1e9 ether);
            for (uint256 k = 1; k < 3; ++k) {
                TokenMock(tokens[k]).mint(accounts[i], 1e30);
                vm.prank(accounts[i]);
                TokenMock(tokens[k]).approve(address(market), type(uint256).max);
            }
        }
        _join(REFERRER, address(0));
        _join(REFERRER + 1, accounts[REFERRER]);
        _join(REFERRER + 2, accounts[REFERRER + 1]);
        _join(BUYER, accounts[REFERRER + 2]);
    }

    function _join(uint256 number, address referrer) private {
        vm.prank(accounts[number]);
        market.register(referrer, uplines[referrer]);
        _noteRegistration(accounts[number], referrer);
    }

    function _noteRegistration(address account, address referrer) internal {
        registeredAt[account] = clock;
        if (referrer == address(0)) return;
        Upline memory up = uplines[referrer];
        uplines[account] = Upline(
            (uint256(uint160(referrer)) << 96) | registeredAt[referrer],
            up.level1,
            up.level2
        );
    }

    function _arbiters() private {
        for (uint256 i = PEOPLE; i < PEOPLE + ARBITERS; ++i) {
            panel.appoint(accounts[i]);
            vm.prank(accounts[i]);
            panel.stake{value: 2 ether}();
            vm.prank(accounts[i]);
            panel.setOnDuty(true);
        }
        _tick(2 days);
    }

    // -- for the handlers -------------------------------------------------------------------------

    /// @dev Time goes on by `passed` seconds, and blocks with it.
    function _tick(uint256 passed) internal {
        clock += passed;
        blockNumber += 1 + passed / 12;
        _now();
    }

    /// @dev Cheat codes of an earlier call are forgotten: each call sets the time anew.
    function _now() internal {
        vm.warp(clock);
        vm.roll(blockNumber);
    }

    function _break(string memory what) internal {
        if (bytes(broken).length == 0) broken = what;
    }

    function _require(bool holds, string memory what) internal {
        if (!holds) _break(what);
    }

    /// @dev A call as `caller`, whose failure is no failure of the run.
    function _send(address caller, address to, uint256 value, bytes memory data) internal returns (bool ok) {
        vm.prank(caller);
        (ok, ) = to.call{value: value}(data);
    }

    function _as(uint256 number, bytes memory data) internal returns (bool) {
        return _send(accounts[number], address(market), 0, data);
    }

    function _hashOf(Listing memory l) internal pure returns (uint184) {
        return uint184(uint256(keccak256(abi.encode(l))) >> 72);
    }
}
