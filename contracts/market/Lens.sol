// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAffiliates, Upline} from "../interfaces/IAffiliates.sol";
import {ILens, MerchantRecord, Position, Shares} from "../interfaces/ILens.sol";
import {IMarket} from "../interfaces/IMarket.sol";
import {Terms} from "../interfaces/IOrders.sol";
import {Account} from "../libraries/Account.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {Bps} from "../libraries/Bps.sol";
import {Calendar} from "../libraries/Calendar.sol";
import {CreditFormula} from "../libraries/CreditFormula.sol";
import {CreditTable} from "../libraries/CreditTable.sol";
import {Lines} from "../libraries/Lines.sol";
import {TermsFields} from "../libraries/TermsFields.sol";

/// @title Lens: see {ILens}.
contract Lens is ILens {
    using TermsFields for uint256;
    using TermsFields for Terms;

    IMarket public immutable MARKET;
    bytes32 private immutable ORDER_DOMAIN;

    constructor(IMarket market) {
        MARKET = market;
        ORDER_DOMAIN = market.ORDER_DOMAIN();
    }

    /// @inheritdoc ILens
    function positionOf(
        address account,
        address token,
        Terms[] calldata orders
    ) external view returns (Position memory p) {
        p.available = MARKET.balanceOf(account, token);
        (p.maturing, p.due, ) = maturingOf(account, token);
        if (token == address(0)) p.staked = MARKET.accountOf(account).stake() * Bounds.STAKE_UNIT;
        for (uint256 i = 0; i < orders.length; ++i) {
            if (orders[i].token != token) continue;
            uint256 held = MARKET.orderState(orders[i].idOf(ORDER_DOMAIN)).held();
            if (orders[i].buyer == account) p.escrowedAsBuyer += held;
            if (orders[i].seller == account) p.escrowedAsSeller += held;
        }
    }

    /// @inheritdoc ILens
    function maturingOf(
        address account,
        address token
    ) public view returns (uint256 total, uint256 due, uint256[] memory dueDays) {
        uint256[64] memory buckets = MARKET.bucketsOf(account, token);
        uint256 count = 0;
        for (uint256 i = 0; i < 64; ++i) {
            uint256 amount = buckets[i] >> 32;
            if (amount == 0) continue;
            uint256 day = uint32(buckets[i]);
            total += amount;
            if (day <= Calendar.today()) due += amount;
            buckets[count++] = day;
        }
        dueDays = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) dueDays[i] = buckets[i];
    }

    /// @inheritdoc ILens
    function merchantOf(address merchant) external view returns (MerchantRecord memory r) {
        Account a = MARKET.accountOf(merchant);
        // The bounds of the sub-scores keep all of these non-negative.
        // forge-lint: disable-start(unsafe-typecast)
        r.score = uint256(a.score());
        r.trade = uint256(CreditFormula.TRADE_BASE + a.trade());
        r.service = uint256(CreditFormula.SERVICE_BASE + a.service());
        r.attested = uint256(CreditFormula.ATTESTED_BASE + a.attested());
        // forge-lint: disable-end(unsafe-typecast)
        r.earned = a.earned();
        r.stake = a.stake() * Bounds.STAKE_UNIT;
        r.busyUntilDay = a.busyUntilDay();
        r.unstakeDay = a.unstakeDay();
        r.tier = CreditFormula.tierOf(a.score());
        r.limited = CreditFormula.isLimited(r.tier, r.earned, MARKET.creditTable().seasoned());
    }

    /// @inheritdoc ILens
    function pairLeft(address seller, address buyer) external view returns (uint256) {
        (uint256 epoch, uint256 gained) = MARKET.pairOf(seller, buyer);
        CreditTable table = MARKET.creditTable();
        return epoch == block.timestamp / table.epoch() ? table.pairCap() - gained : table.pairCap();
    }

    /// @inheritdoc ILens
    function feeBpsFor(address merchant) public view returns (uint256) {
        return MARKET.policy().feeBps(CreditFormula.tierOf(MARKET.accountOf(merchant).score()));
    }

    /// @inheritdoc ILens
    function sharesFor(
        address account,
        Upline calldata upline,
        address merchant,
        uint256 category,
        address token,
        uint256 maxCommissionBps,
        uint256 base
    ) external view returns (Shares memory s) {
        // Memory starts as zeros: no lines.
        // slither-disable-next-line uninitialized-local
        uint256[3] memory lines;
        (uint256 registeredAt, bytes32 stored) = MARKET.nodeOf(account);
        bytes32 given = keccak256(abi.encode(upline.level1, upline.level2, upline.level3)) >> 40;
        if (registeredAt == 0 ? upline.level1 != 0 : given != stored) {
            revert IAffiliates.Affiliates_UplineMismatch(account);
        }
        if (registeredAt != 0) {
            (uint256 rule, uint256 caps) = MARKET.commissionRule(category, token);
            uint256 left = maxCommissionBps;
            (lines[0], left) = Lines.make(upline.level1, uint16(rule), uint80(caps), left);
            (lines[1], left) = Lines.make(upline.level2, uint16(rule >> 16), uint80(caps >> 80), left);
            // Nobody asks what is left after the last level.
            // slither-disable-next-line unused-return
            (lines[2], ) = Lines.make(upline.level3, uint16(rule >> 32), uint80(caps >> 160), left);
        }
        return _shares(lines, feeBpsFor(merchant), base, base);
    }

    /// @inheritdoc ILens
    function sharesOf(Terms calldata terms, uint256 earned) external pure returns (Shares memory) {
        return _shares([terms.line1, terms.line2, terms.line3], terms.rates.feeBps(), terms.base, earned);
    }

    /// @inheritdoc ILens
    function orderIdOf(Terms calldata terms) external view returns (bytes32) {
        return terms.idOf(ORDER_DOMAIN);
    }

    function _shares(
        uint256[3] memory lines,
        uint256 feeBps,
        uint256 base,
        uint256 earned
    ) private pure returns (Shares memory s) {
        s.fee = Bps.mulDown(base, feeBps);
        if (earned != base) s.fee = Lines.scaleDown(s.fee, earned, base);
        s.toSeller = earned - s.fee;
        for (uint256 i = 0; i < 3; ++i) {
            if (lines[i] == 0) continue;
            s.referrers[i] = Lines.referrerOf(lines[i]);
            s.commissions[i] = Lines.amountOf(lines[i], base, earned);
            s.toSeller -= s.commissions[i];
        }
    }
}
