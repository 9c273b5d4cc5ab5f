"""From looks at a picture to one reading: as many looks as it takes to be sure, and no more."""

from collections.abc import Iterable
from datetime import date
from itertools import islice
from typing import Final

from chalicelib.receipts.judging import is_enough
from chalicelib.receipts.reading.agreeing import agreed
from chalicelib.receipts.reading.reading import Reading, read
from chalicelib.receipts.thresholds import DEFAULT, Thresholds
from chalicelib.recognised import Page

LOOKS_MAX: Final = 3


def understood(looks: Iterable[Page], today: date, thresholds: Thresholds = DEFAULT) -> Reading:
    """What the receipt says. ``looks`` is asked for another page only while the reading leaves doubts.

    ``today`` says which dates are plausible. Without a single look the reading is empty.
    """
    readings: list[Reading] = []
    reading = Reading()
    for page in islice(looks, LOOKS_MAX):
        readings.append(read(page, today))
        reading = agreed(readings)
        if is_enough(reading, thresholds):
            break
    return reading
