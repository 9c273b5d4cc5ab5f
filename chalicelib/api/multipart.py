"""Bodies of browsers' forms: texts and one or more files, read within limits by a library."""

import io
from typing import Any, Final

import multipart

from chalicelib.api import wire
from chalicelib.errors import Malformed
from chalicelib.values import value

TYPE: Final = "multipart/form-data"
BYTES_MAX: Final = 10_000_000 + 65_536
"""A file of 10 MB (the vendor's limit for receipts) and the form around it."""
PARTS_MAX: Final = 20
TEXT_BYTES_MAX: Final = 65_536
"""Of all texts together."""


@value
class Upload:
    """A file as it was sent; name and type are what the sender says, and decide nothing."""

    name: str
    content_type: str
    data: bytes

    def __repr__(self) -> str:
        """Without the bytes."""
        return f"Upload({len(self.data)} bytes)"


def is_form(content_type: str) -> bool:
    """Whether a body of that type is a form with files."""
    return content_type.partition(";")[0].strip().lower() == TYPE


def parse(raw: bytes, content_type: str) -> dict[str, Any]:
    """The parts of a form by name: texts as ``str``, files as ``Upload``.

    Raises ``wire.TooLarge`` beyond ``BYTES_MAX`` and ``Malformed`` for what is no form, a name given twice, or a text
    that is no UTF-8.
    """
    if len(raw) > BYTES_MAX:
        raise wire.TooLarge(
            f"The body is larger than {BYTES_MAX} bytes. Ask for an upload form and post the file there."
        )
    boundary = multipart.parse_options_header(content_type)[1].get("boundary", "")
    if not boundary:
        raise Malformed("Content-Type: multipart/form-data needs its boundary.")
    try:
        parts = multipart.MultipartParser(
            io.BytesIO(raw),
            boundary,
            content_length=len(raw),
            strict=True,
            part_limit=PARTS_MAX,
            # All of it is in memory already; nothing is spooled to a disk.
            spool_limit=BYTES_MAX,
            memory_limit=BYTES_MAX + TEXT_BYTES_MAX,
        ).parts()
    except multipart.MultipartError as error:
        raise Malformed(f"The form could not be read: {type(error).__name__}. Send it as {TYPE}.") from error
    return _by_name(parts)


def _by_name(parts: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    texts = 0
    for part in parts:
        if part.name in found:
            raise Malformed(f"{part.name[:60]}: given twice in the form.")
        if part.filename is not None:
            found[part.name] = Upload(part.filename, part.content_type, part.raw)
            continue
        texts += part.size
        if texts > TEXT_BYTES_MAX:
            raise wire.TooLarge(f"The texts of the form are larger than {TEXT_BYTES_MAX} bytes.")
        found[part.name] = _text(part)
    return found


def _text(part: Any) -> str:
    try:
        text: str = part.raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed(f"{part.name[:60]}: text in UTF-8.") from None
    if not wire.is_clean(text):
        raise Malformed(f"{part.name[:60]}: text without control characters.")
    return text
