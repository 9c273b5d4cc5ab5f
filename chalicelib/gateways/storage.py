"""The bucket: uploads as they came, what is kept of them, and renditions. Private; links to it are signed and short."""

from functools import cache
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as ConnectionFault

from chalicelib import clients, settings
from chalicelib.values import value

CONNECT_SECONDS_MAX: Final = 2
READ_SECONDS_MAX: Final = 20
ATTEMPTS_MAX: Final = 3
LINK_SECONDS: Final = 900
"""How long a link to a picture works, unless it is said: as long as somebody looks at a page."""
FORM_SECONDS: Final = 3_600
"""How long a form may be used: time to take the photograph."""
_ABSENT: Final = frozenset({"404", "NoSuchKey", "NotFound"})


class StorageUnavailable(Exception):
    """The bucket did not answer, or not in time; trying again later may succeed."""


class TooLarge(Exception):
    """The object has more bytes than the caller takes; none of it was read."""


@value
class Form:
    """What a browser posts a file with: every field as it is, then the file itself as ``file``."""

    url: str
    fields: dict[str, str]


def put(key: str, data: bytes, content_type: str) -> None:
    """Store an object over whatever is there. Raises ``StorageUnavailable``."""
    _called("put_object", Key=key, Body=data, ContentType=content_type)


def get(key: str, bytes_max: int) -> bytes | None:
    """The bytes of an object, or ``None`` when it is not there. Raises ``TooLarge`` and ``StorageUnavailable``."""
    found = _called("get_object", Key=key)
    if found is None:
        return None
    with found["Body"] as body:
        if found["ContentLength"] > bytes_max:
            raise TooLarge
        try:
            data: bytes = body.read()
        except (ConnectionFault, HTTPClientError) as fault:
            raise StorageUnavailable from fault
    return data


def size(key: str) -> int | None:
    """Bytes of an object, or ``None`` when it is not there. Raises ``StorageUnavailable``."""
    found = _called("head_object", Key=key)
    return None if found is None else int(found["ContentLength"])


def delete(key: str) -> None:
    """Remove an object; one that is gone is no fault. Raises ``StorageUnavailable``."""
    _called("delete_object", Key=key)


def move(source: str, target: str) -> bool:
    """Copy an object and remove the first; False when it was not there. Safe to repeat: a killed move is made again.

    Raises ``StorageUnavailable``.
    """
    place = {"Bucket": settings.BUCKET, "Key": source}
    if _called("copy_object", Key=target, CopySource=place, MetadataDirective="COPY") is None:
        return False
    delete(source)
    return True


def form(key: str, bytes_max: int, seconds: int = FORM_SECONDS, *, then: str = "") -> Form:
    """A form with which whoever holds it may put one object of at most so many bytes under this key, and no other.

    ``then`` is the address of the page that a browser is led to afterwards. Made here, without a call.
    """
    led = {"success_action_redirect": then} if then else {}
    conditions: list[Any] = [["content-length-range", 1, bytes_max], *([led] if led else [])]
    made = _client().generate_presigned_post(settings.BUCKET, key, Fields=led, Conditions=conditions, ExpiresIn=seconds)
    return Form(made["url"], dict(made["fields"]))


def link(key: str, seconds: int = LINK_SECONDS) -> str:
    """An address under which the object can be read for so long. Made here, without a call."""
    params = {"Bucket": settings.BUCKET, "Key": key}
    url: str = _client().generate_presigned_url("get_object", Params=params, ExpiresIn=seconds)
    return url


def forget_clients() -> None:
    """Make a new client at the next call, for a bucket that is elsewhere now (tests)."""
    _client.cache_clear()


def _called(operation: str, **arguments: Any) -> Any:
    """A call's answer, or ``None`` where the object is not there."""
    try:
        return getattr(_client(), operation)(Bucket=settings.BUCKET, **arguments)
    except ClientError as fault:
        if fault.response.get("Error", {}).get("Code") in _ABSENT:
            return None
        raise StorageUnavailable from fault
    except (ConnectionFault, HTTPClientError) as fault:
        raise StorageUnavailable from fault


@cache
def _client() -> Any:
    config = Config(
        connect_timeout=CONNECT_SECONDS_MAX,
        read_timeout=READ_SECONDS_MAX,
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS_MAX},
        signature_version="s3v4",
        s3={"addressing_style": "virtual" if settings.BUCKET_STYLE == "virtual" else "path"},
    )
    return clients.client("s3", config)
