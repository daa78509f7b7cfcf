// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice The cheat codes that the invariants need.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function recordLogs() external;

    function getRecordedLogs() external returns (Log[] memory);

    function warp(uint256 timestamp) external;

    function roll(uint256 number) external;

    function prank(address caller) external;

    function deal(address account, uint256 amount) external;

    function mockCall(address to, bytes calldata data, bytes calldata result) external;

    function deployCode(string calldata artifact, bytes calldata arguments) external returns (address);

    function addr(uint256 key) external pure returns (address);

    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
}

Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
