"""Reading the words of a picture.

``LAUREL_OCR`` chooses who reads: ``textract`` in the cloud, ``rapid`` on a laptop. Only the chosen module is loaded,
and only when something is read: the local one's library carries models of many megabytes and never ships.
"""

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Final, Protocol, cast

from chalicelib import settings
from chalicelib.recognised import Page

_MODULES: Final = {"textract": "chalicelib.gateways.ocr.textract", "rapid": "chalicelib.gateways.ocr.rapid"}


class ReaderFailed(Exception):
    """The reader is down, too busy, or took too long; reading again later may succeed."""


class ReaderRefused(Exception):
    """The reader takes no such picture; reading it again changes nothing."""


class Reader(Protocol):
    """Whoever recognises words."""

    def looks(self, data: bytes) -> Iterator[Page]:
        """The words of a picture, again and again with other preparation until the caller has seen enough.

        Raises ``ReaderFailed`` and ``ReaderRefused``, and ``pictures.PictureRefused`` for what is no picture.
        """
        ...  # pragma: no cover


_used: Reader | None = None


def looks(data: bytes) -> Iterator[Page]:
    """Looks at a picture by the reader that ``LAUREL_OCR`` names; see ``Reader.looks``."""
    return (_used or chosen()).looks(data)


def use(reader: Reader | None) -> None:
    """Read with this reader in this process; ``None`` gives the one of ``LAUREL_OCR`` back. For tests and trials."""
    global _used
    _used = reader


@cache
def chosen() -> Reader:
    """The reader of this process."""
    return cast("Reader", importlib.import_module(_MODULES[settings.OCR]))
