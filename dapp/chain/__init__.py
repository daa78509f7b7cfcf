"""Typed handles on a deployed market through web3: reading, building transactions, explaining errors.

Amounts are token units (wei for the native coin), times Unix seconds, addresses EIP-55 strings, ids 32 bytes.
"""
