"""Risk: what looks like fraud, why, and what a person should look at. Nothing here changes a score.

`features`, `model`: how unusual a merchant is (an isolation forest over what the index tells of his sales).
`rules`, `engine`: what speaks against a delivered order, factor by factor, in points.
`funding`: who is tied to whom by money. `sign_ins`: which device an account signed in from, off chain.
"""
