// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Checks that a string is a CIDv0 or CIDv1, by length, multibase and alphabet.
/// @dev Accepted multibases: base32 (`b`, checked 32 characters at a time), base58btc (`z`), base36 (`k`), hex (`f`).
library Cid {
    error Cid_Malformed(string cid);
    error Cid_TooLong(uint256 length, uint256 max);

    uint256 internal constant MAX_LENGTH = 128;
    /// The shortest: a one-byte identity hash, base32.
    uint256 private constant MIN_V1_LENGTH = 9;
    uint256 private constant V0_LENGTH = 46;

    // One bit per ASCII character.
    uint256 private constant BASE58 = 0x07ffeffe07ff7dfe03fe000000000000;
    uint256 private constant BASE36 = 0x07fffffe0000000003ff000000000000;
    uint256 private constant HEX = 0x0000007e0000000003ff000000000000;

    uint256 private constant ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;
    uint256 private constant HIGHS = 0x8080808080808080808080808080808080808080808080808080808080808080;

    /// @dev Reverts {Cid_Malformed} or {Cid_TooLong}.
    function check(string calldata cid) internal pure {
        uint256 length = bytes(cid).length;
        if (length > MAX_LENGTH) revert Cid_TooLong(length, MAX_LENGTH);
        if (!isValid(cid)) revert Cid_Malformed(cid);
    }

    function isValid(string calldata cid) internal pure returns (bool) {
        bytes calldata b = bytes(cid);
        uint256 length = b.length;
        if (length > MAX_LENGTH || length < MIN_V1_LENGTH) return false;
        bytes1 first = b[0];
        // Version 1 is the first byte: "ba" and e, f, g or h in base32, "f01" in hex.
        if (first == "b") return b[1] == "a" && b[2] >= "e" && b[2] <= "h" && _isBase32(b);
        uint256 alphabet = 0;
        if (first == "z" || (first == "Q" && b[1] == "m" && length == V0_LENGTH)) alphabet = BASE58;
        else if (first == "k") alphabet = BASE36;
        else if (first == "f" && b[1] == "0" && b[2] == "1" && length % 2 == 1) alphabet = HEX;
        return _isIn(b, alphabet);
    }

    function _isIn(bytes calldata b, uint256 alphabet) private pure returns (bool) {
        for (uint256 i = 0; i < b.length; ++i) {
            if ((alphabet >> uint8(b[i])) & 1 == 0) return false;
        }
        return true;
    }

    /// @dev All characters in a–z or 2–7, a word at a time: with bit 7 set in each byte, subtracting a character leaves bit 7
    /// set exactly where the byte was not below it.
    function _isBase32(bytes calldata b) private pure returns (bool) {
        for (uint256 i = 0; i < b.length; i += 32) {
            uint256 word;
            assembly ("memory-safe") {
                word := calldataload(add(b.offset, i))
            }
            uint256 left = b.length - i;
            // What lies behind the string's end reads as "a".
            if (left < 32) word = _keep(word, left);
            if (word & HIGHS != 0) return false;
            uint256 high = word | HIGHS;
            uint256 letters = (high - ONES * 0x61) & ~(high - ONES * 0x7b);
            uint256 digits = (high - ONES * 0x32) & ~(high - ONES * 0x38);
            if ((letters | digits) & HIGHS != HIGHS) return false;
        }
        return true;
    }

    function _keep(uint256 word, uint256 count) private pure returns (uint256) {
        uint256 tail = type(uint256).max >> (count * 8);
        return (word & ~tail) | ((ONES * 0x61) & tail);
    }
}
