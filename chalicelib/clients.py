"""Clients of AWS services, all of one botocore session: what it reads of its own data, it reads once a process."""

import threading
from functools import cache
from typing import Any, Final

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session, get_session

from chalicelib import settings

SERVICES: Final = ("dynamodb", "kms", "rekognition", "s3", "sqs", "textract")
"""Services of AWS that the functions call; botocore's descriptions of the other 400 stay out of the bundle."""

_making: Final = threading.Lock()


def client(service: str, config: Config) -> Any:
    """A new client of one of ``SERVICES``, of the engine or account that the environment names.

    Raises ``UnknownServiceError`` for another service. Threads may share a client, but botocore makes them one by one.
    """
    with _making:
        return _session().create_client(service, region_name=settings.REGION, config=config)


class _OurServices(Loader):
    """botocore's loader of service models, which otherwise lists the folders of 400 services, twice for each client, to
    see whether the service is one of them: a tenth of a cold start.
    """

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - botocore's own signature.
        return list(SERVICES)


@cache
def _session() -> Session:
    session = get_session()
    session.register_component("data_loader", _OurServices())
    return session
