// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Signatures} from "../libraries/Signatures.sol";

import {IAffiliates, Upline} from "../interfaces/IAffiliates.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {Lines} from "../libraries/Lines.sol";
import {Policy} from "../libraries/Policy.sol";
import {Settings} from "./Settings.sol";

/// @title Affiliates: see {IAffiliates}.
abstract contract Affiliates is Settings, IAffiliates {
    bytes32 private constant DOMAIN_TYPEHASH = keccak256(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
    );
    bytes32 private constant REGISTRATION_TYPEHASH = keccak256(
        "Registration(address account,address referrer,uint256 deadline)"
    );
    uint256 private constant CAPPED = 1 << 48;
    uint256 private constant RULE_SET = 1 << 49;

    /// @dev Packed: registeredAt 40 · hash of the upline 216.
    mapping(address account => uint256) private _nodes;
    /// @dev Packed: the three rates, 16 bits each · capped 1 · set 1. Category 0 has its rule in the policy.
    mapping(uint256 category => uint256) private _rules;
    /// @dev Packed: the three caps, 80 bits each.
    mapping(uint256 category => mapping(address token => uint256)) private _caps;

    /// @inheritdoc IAffiliates
    function register(address referrer, Upline calldata referrersUpline) external {
        _register(msg.sender, referrer, referrersUpline);
    }

    /// @inheritdoc IAffiliates
    function registerBySig(
        address account,
        address referrer,
        Upline calldata referrersUpline,
        uint256 deadline,
        bytes calldata signature
    ) external {
        if (block.timestamp > deadline) revert Affiliates_SignatureExpired(deadline);
        // An account registers once, so a signature can't act twice.
        bytes32 digest = MessageHashUtils.toTypedDataHash(
            _domainSeparator(),
            keccak256(abi.encode(REGISTRATION_TYPEHASH, account, referrer, deadline))
        );
        if (!Signatures.isValid(account, digest, signature)) revert Affiliates_BadSignature(account);
        _register(account, referrer, referrersUpline);
    }

    /// @inheritdoc IAffiliates
    function setCommissionRule(uint256 category, uint256[3] calldata ratesBps) external restricted {
        uint256 total = ratesBps[0] + ratesBps[1] + ratesBps[2];
        if (total > Bounds.MAX_COMMISSION_BPS)
            revert Affiliates_RatesTooHigh(total, Bounds.MAX_COMMISSION_BPS);
        uint256 rates = ratesBps[0] | (ratesBps[1] << 16) | (ratesBps[2] << 32);
        _setRule(category, rates | (_rule(policy, category) & CAPPED));
        emit CommissionRuleSet(category, ratesBps);
    }

    /// @inheritdoc IAffiliates
    function setCommissionCaps(
        uint256 category,
        address token,
        uint256[3] calldata caps
    ) external restricted {
        for (uint256 i = 0; i < 3; ++i) {
            if (caps[i] > Lines.MAX_CAP) revert Affiliates_CapTooHigh(caps[i]);
        }
        _setRule(category, _rule(policy, category) | CAPPED);
        _caps[category][token] = caps[0] | (caps[1] << 80) | (caps[2] << 160);
        emit CommissionCapsSet(category, token, caps);
    }

    /// @inheritdoc IAffiliates
    function nodeOf(address account) external view returns (uint256 registeredAt, bytes32 uplineHash) {
        uint256 node = _nodes[account];
        return (uint40(node), bytes32(node >> 40));
    }

    /// @inheritdoc IAffiliates
    function commissionRule(
        uint256 category,
        address token
    ) external view returns (uint256 rule, uint256 caps) {
        rule = _rule(policy, category);
        if (rule & CAPPED != 0) caps = _caps[category][token];
    }

    // -- for the rest of the market -------------------------------------------------------------

    /// @dev The commission lines of an order that `account` places now. A level uses up its rate of the offered share whether
    /// or not somebody earns it; what nobody earns stays with the seller.
    function _linesOf(
        Policy settings,
        address account,
        Upline calldata upline,
        uint256 category,
        address token,
        uint256 offeredBps
    ) internal view returns (uint256 line1, uint256 line2, uint256 line3) {
        if (offeredBps == 0) return (0, 0, 0);
        uint256 node = _nodes[account];
        if (node == 0) {
            // Not in the tree: there must be no upline either.
            if (upline.level1 != 0) revert Affiliates_UplineMismatch(account);
            return (0, 0, 0);
        }
        if (node >> 40 != _hash(upline.level1, upline.level2, upline.level3)) {
            revert Affiliates_UplineMismatch(account);
        }
        uint256 rule = _rule(settings, category);
        uint256 caps = rule & CAPPED != 0 ? _caps[category][token] : 0;
        (line1, offeredBps) = Lines.make(upline.level1, uint16(rule), uint80(caps), offeredBps);
        (line2, offeredBps) = Lines.make(upline.level2, uint16(rule >> 16), uint80(caps >> 80), offeredBps);
        // Nobody asks what is left after the last level.
        // slither-disable-next-line unused-return
        (line3, ) = Lines.make(upline.level3, uint16(rule >> 32), uint80(caps >> 160), offeredBps);
    }

    function _register(address account, address referrer, Upline calldata up) private {
        if (_nodes[account] != 0) revert Affiliates_AlreadyRegistered(account);
        uint256 parent = _nodes[referrer];
        uint256 level1 = 0;
        if (referrer != address(0)) {
            if (referrer == account) revert Affiliates_SelfReferral(account);
            if (parent == 0) revert Affiliates_UnknownReferrer(referrer);
            if (parent >> 40 != _hash(up.level1, up.level2, up.level3))
                revert Affiliates_UplineMismatch(referrer);
            level1 = (uint256(uint160(referrer)) << 96) | uint40(parent);
        }
        // A root's upline is empty, whatever was passed.
        uint256 hash = level1 == 0 ? _hash(0, 0, 0) : _hash(level1, up.level1, up.level2);
        _nodes[account] = (hash << 40) | block.timestamp;
        emit Registered(account, referrer);
    }

    /// @dev Computed anew at each use: OpenZeppelin's EIP712 caches it, at a byte-code size that the market can't spare.
    function _domainSeparator() private view returns (bytes32) {
        return
            keccak256(
                abi.encode(
                    DOMAIN_TYPEHASH,
                    keccak256("Hanse Market"),
                    keccak256("1"),
                    block.chainid,
                    address(this)
                )
            );
    }

    function _setRule(uint256 category, uint256 rule) private {
        if (category == 0) policy = policy.withRule(rule);
        else _rules[category] = rule | RULE_SET;
    }

    /// @dev A category without a rule of its own has the rates of category 0, uncapped.
    function _rule(Policy settings, uint256 category) private view returns (uint256 rule) {
        if (category == 0) return settings.rule();
        rule = _rules[category];
        return rule & RULE_SET != 0 ? rule & ~RULE_SET : settings.rule() & ~CAPPED;
    }

    /// @dev keccak256 of the three words, cut to 216 bits.
    function _hash(uint256 level1, uint256 level2, uint256 level3) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(level1, level2, level3))) >> 40;
    }
}
