"""The cloud's screen: Rekognition's labels of what should not be shown to everybody."""

from functools import cache
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as ConnectionFault

from chalicelib import clients
from chalicelib.gateways.pictures import PictureRefused
from chalicelib.gateways.pictures.shrinking import shrunk
from chalicelib.gateways.screening import Label, ScreenFailed

BYTES_MAX: Final = 5_000_000
"""Of a picture that is sent along with the call (AWS limit: 5 MB)."""
CONFIDENCE_MIN: Final = 50.0
CONNECT_SECONDS_MAX: Final = 2
READ_SECONDS_MAX: Final = 20
ATTEMPTS_MAX: Final = 3
_REFUSED: Final = frozenset({"InvalidImageFormatException", "InvalidParameterException", "ImageTooLargeException"})


def labels(data: bytes) -> tuple[Label, ...]:
    """Rekognition's labels of moderation by their English names. Raises ``ScreenFailed`` and ``PictureRefused``."""
    try:
        reply = _client().detect_moderation_labels(
            Image={"Bytes": shrunk(data, BYTES_MAX)}, MinConfidence=CONFIDENCE_MIN
        )
    except ClientError as fault:
        if fault.response.get("Error", {}).get("Code") in _REFUSED:
            raise PictureRefused("broken", "The picture is damaged and cannot be looked at.") from fault
        raise ScreenFailed from fault
    except (ConnectionFault, HTTPClientError) as fault:
        raise ScreenFailed from fault
    found = [Label(each["Name"], round(each["Confidence"] / 100, 2)) for each in reply.get("ModerationLabels", [])]
    return tuple(sorted(found, key=lambda each: (-each.confidence, each.name)))


@cache
def _client() -> Any:
    config = Config(
        connect_timeout=CONNECT_SECONDS_MAX,
        read_timeout=READ_SECONDS_MAX,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
    )
    return clients.client("rekognition", config)
