"""Photos for marketing as a CSV file. Pure."""

import csv
import io
from collections.abc import Callable, Sequence
from typing import Final

from chalicelib.photos.photo import Photo

COLUMNS: Final = (
    "photoId", "source", "author", "permalink", "caption", "tags", "products", "width", "height", "rightsState",
    "rightsText", "path",
)  # fmt: skip
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV injection)."""


def sheet(photos: Sequence[Photo], path_of: Callable[[Photo], str]) -> str:
    """A line a photo, with the names of the columns first."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for photo in photos:
        trail = photo.rights.trail
        size = (photo.picture.width, photo.picture.height) if photo.picture else ("", "")
        row = (
            photo.id, photo.source, photo.author, photo.permalink, photo.caption, " ".join(photo.tags),
            " ".join(photo.products), *size, photo.rights.state, trail[-1].text if trail else "", path_of(photo),
        )  # fmt: skip
        writer.writerow([plain(str(cell)) for cell in row])
    return output.getvalue()


def plain(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
