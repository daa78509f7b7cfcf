// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title A wallet contract (ERC-1271) whose owner signs and acts for it.
contract ContractWallet is IERC1271 {
    address public immutable OWNER;

    error ContractWallet_NotOwner(address caller);

    receive() external payable {}

    constructor(address owner) {
        OWNER = owner;
    }

    /// @notice Calls `to` as the wallet; its error comes back as it is. Callable by the owner.
    function execute(address to, uint256 value, bytes calldata data) external payable returns (bytes memory) {
        if (msg.sender != OWNER) revert ContractWallet_NotOwner(msg.sender);
        (bool done, bytes memory result) = to.call{value: value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
        return result;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        (address signer, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(hash, signature);
        bool valid = fault == ECDSA.RecoverError.NoError && signer == OWNER;
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }
}
