"""What Silverback reads from the environment, made of the bots' own settings. No secret is among it."""

from dapp.bots.workers.queue import redis_url

NAME = "hanse"


def silverback_environment() -> dict[str, str]:
    """Broker, result backend and name. Raises SettingsError without a Redis."""
    redis_url()
    return {
        "SILVERBACK_BOT_NAME": NAME,
        "SILVERBACK_BROKER_CLASS": "dapp.bots.workers.queue:Broker",
        "SILVERBACK_BROKER_KWARGS": "{}",
        "SILVERBACK_RESULT_BACKEND_CLASS": "dapp.bots.workers.queue:Results",
        "SILVERBACK_RESULT_BACKEND_KWARGS": "{}",
    }
