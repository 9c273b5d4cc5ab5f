"""AWS clients of the laptop's own parts: pump, resources and operator's commands."""

from typing import Any, Final

import botocore.session
from botocore.config import Config

from chalicelib import settings

CONNECT_SECONDS_MAX: Final = 2
READ_SECONDS_MAX: Final = 15
ATTEMPTS_MAX: Final = 4
POOL_CONNECTIONS: Final = 16


def client(service: str) -> Any:
    """A client of the engine (or account) that the environment names. Clients may be shared by threads."""
    return botocore.session.get_session().create_client(
        service,
        region_name=settings.REGION,
        config=Config(
            connect_timeout=CONNECT_SECONDS_MAX,
            read_timeout=READ_SECONDS_MAX,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
            max_pool_connections=POOL_CONNECTIONS,
        ),
    )
