// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IAffiliates, Upline} from "../../contracts/interfaces/IAffiliates.sol";
import {ICredit} from "../../contracts/interfaces/ICredit.sol";
import {IEvidenceLog} from "../../contracts/interfaces/IEvidenceLog.sol";
import {IFeePolicy, Tier} from "../../contracts/interfaces/IFeePolicy.sol";
import {ILens, MerchantRecord, Position, Shares} from "../../contracts/interfaces/ILens.sol";
import {Listing} from "../../contracts/interfaces/IListings.sol";
import {Dimension} from "../../contracts/interfaces/IMerchants.sol";
import {Terms} from "../../contracts/interfaces/IOrders.sol";
import {Calendar} from "../../contracts/libraries/Calendar.sol";
import {Cid} from "../../contracts/libraries/Cid.sol";
import {Roles} from "../../contracts/libraries/Roles.sol";
import {Stage} from "./Stage.sol";
import {vm} from "../invariants/Vm.sol";

// what is read and recorded around the trade
// ├── credit: attestations and appeals with every fault · fee policy: bounds and views
// ├── lens: positions, merchants, shares · evidence: each standing, the limit
// └── CIDs of every multibase, good and bad · the first day of each next month
contract RecordUnits is Stage {
    IEvidenceLog private log;
    ILens private lens;
    IAccessManager private authority;

    function setUp() public override {
        super.setUp();
        authority = IAccessManager(IAccessManaged(address(market)).authority());
        log = IEvidenceLog(vm.deployCode("EvidenceLog.sol:EvidenceLog", abi.encode(market, authority)));
        lens = ILens(vm.deployCode("Lens.sol:Lens", abi.encode(market)));
    }

    function _faulty(address merchant, Dimension d, int256 delta, string memory cid, bytes4 fault) private {
        bytes memory data = abi.encodeCall(credit.attest, (merchant, d, delta, cid));
        _fails(address(this), address(credit), 0, data, fault);
    }

    // -- credit -----------------------------------------------------------------------------------

    function test_attest__faults__reverts() external {
        address m = accounts[SELLER];
        _faulty(m, Dimension.Trade, 1, CID, ICredit.Credit_NotAttested.selector);
        _faulty(address(0), Dimension.Compliance, 1, CID, ICredit.Credit_ZeroAddress.selector);
        _faulty(address(this), Dimension.Compliance, 1, CID, ICredit.Credit_SelfAttestation.selector);
        _faulty(m, Dimension.Compliance, 0, CID, ICredit.Credit_ZeroDelta.selector);
        _faulty(m, Dimension.Compliance, 1, "x", Cid.Cid_Malformed.selector);
        _faulty(m, Dimension.Compliance, 1, string(new bytes(129)), Cid.Cid_TooLong.selector);
        _faulty(m, Dimension.Security, 20_001, CID, ICredit.Credit_MerchantBoundReached.selector);
        bytes memory data = abi.encodeCall(credit.attest, (m, Dimension.Community, 1, CID));
        _fails(accounts[BUYER], address(credit), 0, data, ICredit.Credit_NotAttestor.selector);
        for (uint160 i = 1; i <= 100; ++i) credit.attest(address(i << 80), Dimension.Community, 20_000, CID);
        _faulty(m, Dimension.Community, 1, CID, ICredit.Credit_AttestorBoundReached.selector);
        _same(credit.leftToday(address(this), m, Dimension.Community), 0);
        _tick(1 days);
        ICredit.Request[] memory requests = new ICredit.Request[](2);
        requests[0] = ICredit.Request(m, Dimension.Security, -5_000, CID);
        requests[1] = ICredit.Request(m, Dimension.Security, 0, CID);
        bytes[] memory faults = credit.attestMany(requests);
        _same(faults[0].length, 0);
        _same(uint32(bytes4(faults[1])), uint32(ICredit.Credit_ZeroDelta.selector));
        _same(credit.scoreOf(m), 595);
        _same(uint256(credit.tierOf(m)), uint256(Tier.Watch));
        _same(address(credit.market()) == address(market) ? 1 : 0, 1);
    }

    function test_attest__beyond_the_bounds__clamped() external {
        address m = accounts[SELLER];
        for (uint256 day = 0; day < 3; ++day) {
            _now();
            credit.attest(m, Dimension.Security, 20_000, CID);
            credit.attest(m, Dimension.Compliance, -20_000, CID);
            _tick(1 days);
        }
        for (uint256 day = 0; day < 1; ++day) credit.attest(m, Dimension.Compliance, -20_000, CID);
        uint256[5] memory subs = credit.subScoresOf(m);
        _same(subs[uint256(Dimension.Security)], 100_000);
        _same(subs[uint256(Dimension.Compliance)], 0);
    }

    function test_appeals__bad__reverts() external {
        address m = accounts[SELLER];
        (bytes32 gain, ) = credit.attest(m, Dimension.Security, 5, CID);
        (bytes32 loss, ) = credit.attest(m, Dimension.Security, -5, CID);
        address to = address(credit);
        bytes memory data = abi.encodeCall(credit.appealAttestation, (bytes32("none"), CID));
        _fails(m, to, 0, data, ICredit.Credit_UnknownAttestation.selector);
        data = abi.encodeCall(credit.appealAttestation, (gain, CID));
        _fails(m, to, 0, data, ICredit.Credit_NothingToReverse.selector);
        data = abi.encodeCall(credit.appealAttestation, (loss, CID));
        _fails(accounts[BUYER], to, 0, data, ICredit.Credit_NotMerchant.selector);
        _fails(m, to, 1, data, ICredit.Credit_WrongBond.selector);
        uint256 bond = credit.appealBond();
        _call(m, to, bond, data);
        _fails(m, to, bond, data, ICredit.Credit_AlreadyAppealed.selector);
        data = abi.encodeCall(credit.decideAttestation, (bytes32("none"), true, CID));
        _fails(address(this), to, 0, data, ICredit.Credit_UnknownAttestation.selector);
        data = abi.encodeCall(credit.decideAttestation, (gain, true, CID));
        _fails(address(this), to, 0, data, ICredit.Credit_NoOpenAppeal.selector);
        authority.grantRole(Roles.ADMIN, m, 0);
        data = abi.encodeCall(credit.decideAttestation, (loss, true, CID));
        _fails(m, to, 0, data, ICredit.Credit_DecidesForSelf.selector);
        bytes memory expire = abi.encodeCall(credit.expireAppeal, (loss));
        _fails(m, to, 0, expire, ICredit.Credit_TooEarly.selector);
        _tick(14 days);
        _fails(address(this), to, 0, data, ICredit.Credit_TooLate.selector);
        _call(m, to, 0, expire);
        _same(market.balanceOf(m, address(0)), bond);
        data = abi.encodeCall(credit.setAppealBond, (0));
        _fails(address(this), to, 0, data, ICredit.Credit_BondOutOfBounds.selector);
        credit.setAppealBond(0.1 ether);
        _same(credit.appealBond(), 0.1 ether);
        Terms memory t = _delivered();
        data = abi.encodeCall(credit.appealOrder, (t, CID));
        _fails(t.seller, to, 0.1 ether, data, ICredit.Credit_OrderNotEnded.selector);
    }

    function test_appeals__upheld_and_rejected__bond_follows() external {
        address m = accounts[SELLER];
        (bytes32 loss, ) = credit.attest(m, Dimension.Security, -5, CID);
        uint256 bond = credit.appealBond();
        _call(m, address(credit), bond, abi.encodeCall(credit.appealAttestation, (loss, CID)));
        credit.decideAttestation(loss, true, CID);
        _same(credit.subScoresOf(m)[uint256(Dimension.Security)], 60_000);
        Terms memory t = _delivered();
        _call(t.seller, address(market), 0, abi.encodeCall(market.refund, (t, t.base)));
        _call(m, address(credit), bond, abi.encodeCall(credit.appealOrder, (t, CID)));
        credit.decideOrder(t, true, CID);
        t = _delivered();
        _call(t.seller, address(market), 0, abi.encodeCall(market.refund, (t, t.base)));
        _call(m, address(credit), bond, abi.encodeCall(credit.appealOrder, (t, CID)));
        credit.decideOrder(t, false, CID);
        _same(market.balanceOf(m, address(0)), 2 * bond);
    }

    // -- fee policy -------------------------------------------------------------------------------

    function test_feePolicy__views_and_bounds() external {
        fees.setBaseFee(200);
        _same(fees.feeBpsOf(Tier.Diamond), 160);
        _same(fees.feeBpsFor(accounts[SELLER]), 200);
        fees.setStakes(3 ether, 2 ether, 1 ether);
        _same(fees.requiredStake(Tier.Gold), 1 ether);
        fees.setCreditScale(1e15, 2_000);
        _same(fees.watchOrderLimit(address(0)), 2 ether);
        _same(uint256(fees.tierOf(900)), uint256(Tier.Diamond));
        _same(uint256(fees.tierOf(800)), uint256(Tier.Gold));
        _same(uint256(fees.tierOf(599)), uint256(Tier.Watch));
        bytes4 fault = IFeePolicy.FeePolicy_OutOfBounds.selector;
        _fails(address(this), address(fees), 0, abi.encodeCall(fees.tierOf, (1_001)), fault);
        _fails(address(this), address(fees), 0, abi.encodeCall(fees.setBaseFee, (1_001)), fault);
    }

    // -- lens -------------------------------------------------------------------------------------

    function test_lens__positions_merchants_shares() external {
        Listing memory l = _service();
        l.windows |= uint256(3) << 112;
        uint256 id = _list(l);
        Terms memory t = _place(id, l, 0);
        Terms[] memory all = new Terms[](2);
        all[0] = t;
        all[1] = abi.decode(abi.encode(t), (Terms));
        all[1].token = tokens[1];
        Position memory p = lens.positionOf(t.buyer, address(0), all);
        _same(p.escrowedAsBuyer, t.base);
        p = lens.positionOf(t.seller, address(0), all);
        _same(p.escrowedAsSeller, t.base);
        _same(p.staked, 1 ether);
        Shares memory s = lens.sharesOf(t, t.base);
        Shares memory half = lens.sharesOf(t, t.base / 2);
        _same(half.fee, s.fee / 2);
        Upline memory none;
        Shares memory ahead = lens.sharesFor(
            t.buyer,
            uplines[t.buyer],
            t.seller,
            0,
            address(0),
            2_000,
            t.base
        );
        _same(ahead.toSeller, s.toSeller);
        ahead = lens.sharesFor(accounts[OUTSIDER], none, t.seller, 0, address(0), 2_000, t.base);
        _same(ahead.commissions[0], 0);
        bytes memory data = abi.encodeCall(
            lens.sharesFor,
            (t.buyer, none, t.seller, 0, address(0), 2_000, t.base)
        );
        _fails(t.buyer, address(lens), 0, data, IAffiliates.Affiliates_UplineMismatch.selector);
        _same(lens.pairLeft(t.seller, t.buyer), 30_000);
        _deliver(t);
        _call(t.buyer, address(market), 0, abi.encodeCall(market.release, (t)));
        (uint256 total, uint256 due, uint256[] memory dueDays) = lens.maturingOf(t.seller, address(0));
        _same(total, s.toSeller);
        _same(due, 0);
        _same(dueDays.length, 1);
        _same(lens.pairLeft(t.seller, t.buyer) < 30_000 ? 1 : 0, 1);
        MerchantRecord memory r = lens.merchantOf(t.seller);
        _same(r.stake, 1 ether);
        _same(lens.feeBpsFor(t.seller), market.policy().feeBps(Tier.Silver));
        _tick(4 days);
        (, due, ) = lens.maturingOf(t.seller, address(0));
        _same(due, total);
        _same(uint256(lens.orderIdOf(t)) == 0 ? 1 : 0, 0);
    }

    // -- evidence ---------------------------------------------------------------------------------

    function test_evidence__each_standing__counted() external {
        Terms memory t = _delivered();
        bytes memory data = abi.encodeCall(log.submit, (t, CID));
        address to = address(log);
        for (uint256 i = 0; i < 50; ++i) _call(t.buyer, to, 0, data);
        _fails(t.buyer, to, 0, data, IEvidenceLog.EvidenceLog_TooMany.selector);
        _call(t.seller, to, 0, data);
        _call(address(panel), to, 0, data);
        _fails(accounts[OUTSIDER], to, 0, data, IEvidenceLog.EvidenceLog_NoStanding.selector);
        authority.grantRole(Roles.AUDITOR, accounts[OUTSIDER], 0);
        _call(accounts[OUTSIDER], to, 0, data);
        bytes32 id = lens.orderIdOf(t);
        _same(log.countOf(id, IEvidenceLog.Standing.Buyer), 50);
        _same(uint160(log.arbitratorOf(id)), uint160(address(panel)));
        ++t.base;
        data = abi.encodeCall(log.submit, (t, CID));
        _fails(t.buyer, to, 0, data, IEvidenceLog.EvidenceLog_UnknownOrder.selector);
        log.publishRecipient(bytes32(uint256(1)));
        Listing memory l = _service();
        l.arbitrator = address(foreign);
        t = _place(_list(l), l, 0);
        _call(address(foreign), to, 0, abi.encodeCall(log.submit, (t, CID)));
        (bool ok, ) = address(vm).call(
            abi.encodeCall(vm.deployCode, ("EvidenceLog.sol:EvidenceLog", abi.encode(0, 0)))
        );
        _same(ok ? 1 : 0, 0);
    }

    function test_evidence__by_the_payer__counted() external {
        Listing memory l = _service();
        uint256 id = _list(l);
        _tick(12);
        vm.recordLogs();
        bytes memory placing = _placing(_wish(id, 1, 0), l, "");
        _call(accounts[SECOND_BUYER], address(market), PRICE, placing);
        Terms memory t = abi.decode(vm.getRecordedLogs()[0].data, (Terms));
        _call(t.payer, address(log), 0, abi.encodeCall(log.submit, (t, CID)));
        _same(log.countOf(lens.orderIdOf(t), IEvidenceLog.Standing.Payer), 1);
    }

    // -- CIDs and days ----------------------------------------------------------------------------

    function isValid(string calldata cid) external pure returns (bool) {
        return Cid.isValid(cid);
    }

    function test_cid__each_multibase() external view {
        string[6] memory good = [
            CID,
            "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n",
            "zdj7WhuEjrB52m1BisYCtmjH1hSKa7yZ3jEZ9JcXaFRD51wVz",
            "k2jmtxseqzhyhj9imcqqpscr1kmj4gwh2hhz33aefajhmdsucdgoxkkm",
            "f01551220c3c4733ec8affd06cf9e9ff50ffc6bcd2ec85a6170004bb709669c31de94391a",
            "bafkqaaa"
        ];
        for (uint256 i = 0; i < 5; ++i) _same(this.isValid(good[i]) ? 1 : 0, 1);
        string[8] memory bad = [
            "bafkqaaa",
            "bafkqaaa1",
            "Bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy",
            "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR0n",
            "f01551220C3",
            unicode"bafkrei高高高",
            "bzfkqaaaa",
            "k2jmtxseqzhyhj9imcqqpscr1kmj4gwh2hhz33aefajhmdsucdgoxkkM"
        ];
        for (uint256 i = 0; i < 8; ++i) _same(this.isValid(bad[i]) ? 1 : 0, 0);
        _same(this.isValid(string(new bytes(129))) ? 1 : 0, 0);
    }

    function test_calendar__first_of_the_next_month() external pure {
        // 2024-02-10, 2023-02-28, 2100-02-28, 2000-02-29, 2026-12-31: days since the epoch, and until the next month.
        uint256[5] memory day = [uint256(19_763), 19_416, 47_540, 11_016, 20_818];
        uint256[5] memory left = [uint256(20), 1, 1, 1, 1];
        for (uint256 i = 0; i < 5; ++i) _same(Calendar.firstOfNextMonth(day[i]), day[i] + left[i]);
        _same(Calendar.dueDay(20_818, 255), 20_819);
        _same(Calendar.dueDay(20_818, 3), 20_821);
    }
}
