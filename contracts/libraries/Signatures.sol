// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

/// @title Signatures of accounts, contracts, and accounts that delegate to a contract.
library Signatures {
    /// @dev ECDSA first, then ERC-1271: an EIP-7702 account has code, but still signs with its key.
    function isValid(address signer, bytes32 digest, bytes calldata signature) internal view returns (bool) {
        // The third is the malformed signature's length; any fault means the same here.
        // slither-disable-next-line unused-return
        (address recovered, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (fault == ECDSA.RecoverError.NoError && recovered == signer) return true;
        return SignatureChecker.isValidERC1271SignatureNowCalldata(signer, digest, signature);
    }
}
