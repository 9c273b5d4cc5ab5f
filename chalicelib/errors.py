"""What every refusal has in common, and the one table of error codes.

A refusal is a class beside the noun that refuses. It carries the HTTP status, the vendor's code and a
sentence that says what was wrong and what to do. ``api/routing.py`` is the only place that turns one
into an answer.
"""

import traceback
from pathlib import Path
from typing import ClassVar, Final

FRAMES_MAX: Final = 12

UNKNOWN: Final = "AC1001"
"""Something went wrong; also an unknown route and lost contention (the vendor's generic code)."""
UNAUTHORIZED: Final = "AC1002"
INVALID: Final = "AC1004"
"""A parameter is missing or malformed."""
NOT_FOUND: Final = "AC1005"
EXISTS: Final = "AC1006"
LIMIT_REACHED: Final = "AC1026"
EARN_LATER: Final = "AC1028"


class Refusal(Exception):
    """A request that is understood and not granted. Nothing was written."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = INVALID
    sticks: ClassVar[bool] = True
    """Whether an idempotency key remembers this refusal (a business decision) or not (malformed input)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Malformed(Refusal):
    """Input that cannot be read; mending it and sending it again with the same key is fine."""

    sticks = False


class NotFound(Refusal):
    """The thing named does not exist on this site."""

    status = 404
    code = NOT_FOUND


class AlreadyExists(Refusal):
    """The id is taken."""

    status = 409
    code = EXISTS


class Contention(Refusal):
    """Others changed the same things at the same moment, more often than we retry. Safe to send again."""

    status = 409
    code = UNKNOWN
    sticks = False

    def __init__(self) -> None:
        super().__init__("Others change the same member at this moment. Nothing was written; please send it again.")


def traced(error: BaseException) -> dict[str, object]:
    """A fault of ours for a log line: its kind and where it happened, without its message, which may quote
    what a person wrote.
    """
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    at = [f"{Path(frame.filename).stem}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "at": at}
