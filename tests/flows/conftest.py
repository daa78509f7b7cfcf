"""What the stories share with the market's unit tests."""

import pytest


@pytest.fixture
def token(stage):
    """A well-behaved token with six decimals; buyer and payer have some and allow the market to take it."""
    return stage.token
