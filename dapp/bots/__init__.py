"""Programs that keep a market's clocks, beside the dApp or on machines of their own.

Each is a `Bot`: a pure `plan` of what is due, made anew from index and chain every round, and a `perform`
that may be repeated. They hold no power but their own narrow role, most of them none.
"""
