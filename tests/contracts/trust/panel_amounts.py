"""What the panel of the tests costs and takes, in wei, and times in seconds."""

FEE = 10**16
STAKE = 10**18
SLASH = 10**17
HOUR = 3600
DAY = 24 * HOUR
