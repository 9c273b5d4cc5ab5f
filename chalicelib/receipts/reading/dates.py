"""Dates and times of day in the forms that receipts print, checked for plausibility."""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Final

from chalicelib.values import value

YEARS_MAX: Final = 20
"""Nobody sends an older receipt; an older date is a misreading."""
SHORT_YEARS_MAX: Final = 15
"""A year of two digits is at most so many years ago; further back it is a misreading more often than a year."""
AHEAD_MAX: Final = timedelta(days=1)
"""A shop's clock may be a day ahead of ours."""
_MONTHS: Final = {
    1: "january jan januar janvier janv enero ene gennaio gen januari janeiro januar ja jän",
    2: "february feb februar fevrier fev febrero febbraio februari fevereiro",
    3: "march mar mac marz maerz mars marzo maart mrt marco mrz",
    4: "april apr avril avr abril abr aprile",
    5: "may mai mei mayo maggio mag maio",
    6: "june jun juni juin junio giugno giu junho",
    7: "july jul julai juli juillet juil julio luglio lug julho",
    8: "august aug ogos ogo aout agosto ago augustus",
    9: "september sep sept septembre septiembre settembre set setembro",
    10: "october oct okt oktober octobre octubre ottobre ott out outubro",
    11: "november nov novembre noviembre novembro",
    12: "december dec dis disember dez dezember decembre diciembre dic dicembre desember dezembro",
}
MONTH_BY_NAME: Final = {name: month for month, names in _MONTHS.items() for name in names.split()}
_D: Final = "[0-9OoIl]"
_YEAR: Final = rf"(?P<year>(?:20|2o|2O|19){_D}{{2}}(?!:)|{_D}{{2}}(?=$|[^0-9]|{_D}{{1,2}}:))"
_NUMBERS: Final = re.compile(
    rf"(?<![0-9])(?P<one>{_D}{{1,2}})\s?(?P<sep>[/.\-|])\s?(?P<two>{_D}{{1,2}})\s?(?P=sep)\s?{_YEAR}"
)
_ISO: Final = re.compile(
    r"(?<![0-9])(?P<year>20[0-9]{2})\s?[/.\-]\s?(?P<month>[0-9]{1,2})\s?[/.\-]\s?(?P<day>[0-9]{1,2})"
    r"(?=$|[^0-9]|T|[0-9]{1,2}:)"
)
_NAME: Final = "[A-Za-zéûäç]{2,10}|0[ck]t|N0v"
_NAMED: Final = re.compile(
    rf"(?<![0-9])(?P<day>{_D}{{1,2}})(?:st|nd|rd|th|er|\.)?\s?[/.\-,' ]?\s?(?:de\s)?(?P<month>{_NAME})\.?"
    rf"\s?[/.\-,' ]?\s?(?:de\s)?{_YEAR}",
)
_MONTH_FIRST: Final = re.compile(
    rf"(?<![A-Za-z])(?P<month>{_NAME})\.?\s?[-/ ]?\s?(?P<day>{_D}{{1,2}})(?:st|nd|rd|th)?"
    rf"\s?[,.\-/ ]\s?{_YEAR}"
)
_PACKED: Final = re.compile(r"(?<![0-9])(?P<year>20[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?![0-9])")
_TIME: Final = re.compile(
    r"(?P<hour>[0-9]{1,2})\s?[:h]\s?(?P<minute>[0-5][0-9])(?:\s?[:.]\s?(?P<second>[0-5][0-9]))?(?![0-9])"
    r"\s?(?P<half>[AaPp]\.?[Mm])?"
)
SHORT: Final = 3
_DIGITS: Final = str.maketrans("OoIl", "0011")
_ACCENTS: Final = str.maketrans("éûäç0", "euaco")


@value
class Printed:
    """A date in a text; ``is_american`` when only month first makes it a date."""

    day: date
    start: int
    end: int
    is_certain: bool
    """Four digits for the year, or the month by its name."""
    is_american: bool = False


def dates_in(text: str, today: date, *, month_first: bool = False) -> Iterator[Printed]:
    """Plausible dates of a text. Day first, unless ``month_first`` or no other reading is a date."""
    taken: list[tuple[int, int]] = []
    for pattern in (_ISO, _NUMBERS, _NAMED, _MONTH_FIRST, _PACKED):
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            printed = _printed(pattern, match, month_first=month_first)
            if printed is None or printed.day > today + AHEAD_MAX:
                continue
            if today.year - printed.day.year <= (YEARS_MAX if printed.is_certain else SHORT_YEARS_MAX):
                taken.append(match.span())
                yield printed


def times_in(text: str) -> Iterator[time]:
    """Times of day of a text, after its dates were cut out."""
    for match in _TIME.finditer(text):
        hour = int(match["hour"][-2:])
        half = (match["half"] or "").lower()[:1]
        if half == "p" and hour < 12:
            hour += 12
        elif half == "a" and hour == 12:
            hour = 0
        if hour < 24:
            yield time(hour, int(match["minute"]), int(match["second"] or 0))


def month_of(name: str) -> int | None:
    """The month of a name in one of our languages; one letter may be missing or wrong."""
    plain = name.lower().translate(_ACCENTS)
    if plain in MONTH_BY_NAME:
        return MONTH_BY_NAME[plain]
    short = {known.replace("n", "m"): month for known, month in MONTH_BY_NAME.items() if len(known) == SHORT}
    near = {month for known, month in short.items() if _is_near(plain.replace("n", "m"), known)}
    return near.pop() if len(near) == 1 else None


def _has_digits(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _days(match: re.Match[str]) -> list[str]:
    groups = match.groupdict()
    return [groups[name] for name in ("day", "one", "two") if name in groups]


def _is_near(plain: str, known: str) -> bool:
    if len(plain) == len(known):
        return sum(a != b for a, b in zip(plain, known, strict=True)) == 1
    return len(plain) == len(known) - 1 and any(plain == known[:i] + known[i + 1 :] for i in range(len(known)))


def _printed(pattern: re.Pattern[str], match: re.Match[str], *, month_first: bool) -> Printed | None:
    year = match["year"].translate(_DIGITS)
    if not year.isdigit() or not _has_digits(match["year"]) or not all(map(_has_digits, _days(match))):
        return None
    full = int(year) if len(year) == 4 else 2000 + int(year)
    named = pattern in (_NAMED, _MONTH_FIRST)
    american = False
    if pattern is _NUMBERS:
        one, two = (match[name].translate(_DIGITS) for name in ("one", "two"))
        day, month = (int(two), int(one)) if month_first else (int(one), int(two))
        if month > 12 >= day:
            day, month, american = month, day, not month_first
    else:
        known = month_of(match["month"]) if named else int(match["month"])
        if known is None:
            return None
        day, month = int(match["day"].translate(_DIGITS)), known
    try:
        return Printed(date(full, month, day), match.start(), match.end(), len(year) == 4 or named, american)
    except ValueError:
        return None
