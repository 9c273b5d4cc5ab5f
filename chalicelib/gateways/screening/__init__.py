"""Looking at pictures for what a moderator should know before it is shown.

``LAUREL_SCREEN`` chooses who looks: ``rekognition`` in the cloud, ``local`` on a laptop.
"""

import importlib
from functools import cache
from typing import Final, Protocol, cast

from chalicelib import settings
from chalicelib.values import value

_MODULES: Final = {
    "rekognition": "chalicelib.gateways.screening.rekognition",
    "local": "chalicelib.gateways.screening.local",
}


class ScreenFailed(Exception):
    """The screen is down, too busy, or took too long; looking again later may succeed."""


@value
class Label:
    """What is seen, and how surely (0 to 1)."""

    name: str
    confidence: float


class Screen(Protocol):
    """Whoever looks."""

    def labels(self, data: bytes) -> tuple[Label, ...]:
        """What is seen in a JPEG of ours, the surest first. Raises ``ScreenFailed``."""
        ...  # pragma: no cover


def labels(data: bytes) -> tuple[Label, ...]:
    """What the screen of ``LAUREL_SCREEN`` sees; see ``Screen.labels``."""
    return chosen().labels(data)


@cache
def chosen() -> Screen:
    """The screen of this process."""
    return cast("Screen", importlib.import_module(_MODULES[settings.SCREEN]))
