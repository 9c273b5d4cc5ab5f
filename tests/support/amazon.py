"""Clients of AWS services for tests, not shared with the product; of one session, since sessions are slow to make."""

from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config

from chalicelib import settings


def client(service: str, config: Config | None = None) -> Any:
    """A new client of the engine that the environment names."""
    return _session().create_client(service, settings.REGION, config=config)


@cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()
