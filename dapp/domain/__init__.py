"""The market's reference model in integers: no I/O, nothing imported from the rest of the project.

Amounts are token units (wei for the native coin), times Unix seconds, days whole days since the epoch,
rates basis points and scores thousandths of a point. Addresses are EIP-55 strings.
Every rule here mirrors one in `contracts/`; tests compare the two on random inputs.
"""
