"""Scans of a JPEG, counted before it is decoded: a few kilobytes can ask for hours of work.

A progressive JPEG is drawn over and over, once a scan; cameras and editors write ten or so, but nothing in the format
keeps a file from thousands of scans of a few bytes, each over all of its pixels.
"""

import re
from typing import Final

SCANS_MAX: Final = 64
"""Of the most that is written for good, baseline or progressive, several times."""
SEGMENTS_MAX: Final = 4_096
"""What is walked through: profiles and previews come in parts of 64 kB."""
_MARKER: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""Within a scan: neither a stuffed byte nor a restart (ITU-T T.81, B.1.1.2)."""
_START_OF_SCAN: Final = 0xDA
_END: Final = 0xD9
_WITH_LENGTH_MIN: Final = 0xC0
"""Decoders refuse or skip the markers below this by themselves; a length read there could jump over scans."""


def are_too_many(jpeg: bytes) -> bool:
    """Whether decoding the first picture of a JPEG would draw it more than ``SCANS_MAX`` times.

    What is damaged is left for the decoder to refuse.
    """
    scans, place = 0, 2
    for _ in range(SEGMENTS_MAX):
        found = _MARKER.search(jpeg, place)
        if found is None:
            return False
        place = found.end()
        marker = jpeg[place - 1]
        if marker == _END:
            return False
        scans += marker == _START_OF_SCAN
        if scans > SCANS_MAX:
            return True
        if marker >= _WITH_LENGTH_MIN:
            place += int.from_bytes(jpeg[place : place + 2], "big")
    return True
