"""What the server tells of accounts without telling on them, and what it holds about each."""
