"""JSON and instants on the wire: what comes in is bounded and exact, what goes out keeps its digits.

Numbers are ``int`` or ``Decimal``, never a float. A name given twice in one object with two values is refused
rather than guessed at: two readers of one body must not see two things. Reading a body never costs more than its size.
"""

import codecs
import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation
from json.encoder import encode_basestring_ascii
from typing import Any, ClassVar, Final, NoReturn

from chalicelib.errors import Malformed

BODY_BYTES_MAX: Final = 512 * 1024
DEPTH_MAX: Final = 32
NUMBER_CHARACTERS_MAX: Final = 40
EXPONENT_MAX: Final = 30
"""Of ten, either way; far beyond any amount, and small enough that writing the digits out is cheap."""
YEAR_MIN: Final = 1900
YEAR_MAX: Final = 2199
_OFFSET_MINUTES_MAX: Final = 14 * 60

_STRUCTURE: Final = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|[\[{]|[\]}]', re.DOTALL)
"""Strings, unfinished ones too (so that no text is scanned twice), and brackets."""
_SURROGATE_ESCAPE: Final = re.compile(rb"\\u[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CHARSET: Final = re.compile(r"charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})"
    r"(?:[T t](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?"
    r"(?: ?(Z|z)| ?([+-]\d{2}):?(\d{2})?| (\d{2}):?(\d{2}))?)?",
    re.ASCII,
)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Object = dict[str, Any]


class TooLarge(Malformed):
    """The body is larger than any that a route takes (413)."""

    status: ClassVar[int] = 413


def parse(raw: bytes, content_type: str = "", *, takes_list: bool = False) -> Object:
    """The JSON object of a request body; with ``takes_list`` a list too, its elements under "1", "2", ….

    The bytes decide, not the content type; only a charset other than UTF-8 is refused. A byte order mark is
    skipped. Raises ``TooLarge`` beyond 512 KB and ``Malformed`` with a sentence for everything else.
    """
    if len(raw) > BODY_BYTES_MAX:
        raise TooLarge(f"The body is larger than {BODY_BYTES_MAX // 1024} KB; send the work in several calls.")
    charset = _CHARSET.search(content_type)
    if charset and charset[1].lower() not in _CHARSETS:
        raise Malformed("The body must be JSON in UTF-8.")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    if not raw.strip():
        raise Malformed("The body is empty; send a JSON object.")
    _check_depth(raw)
    value = _loaded(raw)
    if isinstance(value, list) and takes_list:
        value = {str(number): each for number, each in enumerate(value, start=1)}
    if not isinstance(value, dict):
        raise Malformed("The body must be a JSON object in braces.")
    if _SURROGATE_ESCAPE.search(raw):
        _check_text(value)
    return value


def is_list(raw: bytes) -> bool:
    """Whether a body that was parsed is a list."""
    return raw.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")


def render(value: object) -> bytes:
    """JSON in ASCII: every Decimal as a number with its exact digits and no exponent.

    ``TypeError`` for floats and other strangers, ``ValueError`` for a Decimal that is no ordinary number:
    both are faults of ours, never of a caller.
    """
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts).encode()


def timestamp(instant: datetime) -> str:
    """``2026-08-19T15:50:07+0000``: UTC, whole seconds, offset without a colon, as every vendor client parses."""
    return instant.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "+0000"


def parse_timestamp(text: str, *, zone: tzinfo = UTC, date_only: bool = False) -> datetime:
    """An instant in UTC, to the millisecond, of the forms that clients send.

    ``T`` or a space, an offset with or without colon, ``Z``, an offset whose plus was decoded to a space, a
    fraction of a second, or no offset at all (then in ``zone``). A date alone is the start of that day in
    ``zone`` and taken only with ``date_only``. Raises ``Malformed``; years 1900 to 2199.
    """
    match = _INSTANT.fullmatch(text.strip())
    if match is None or (match[2] is None and not date_only):
        raise Malformed(_INSTANT_WANTED)
    day, hour, minute, second, fraction, *_ = match.groups(default="0")
    try:
        local = datetime.fromisoformat(f"{day}T{hour.zfill(2)}:{minute.zfill(2)}:{second.zfill(2)}")
        instant = local.replace(
            microsecond=int(fraction[:3].ljust(3, "0")) * 1000, tzinfo=_offset(match) or zone
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Malformed(_INSTANT_WANTED) from None
    if not YEAR_MIN <= instant.year <= YEAR_MAX:
        raise Malformed(f"A date lies between {YEAR_MIN} and {YEAR_MAX}.")
    return instant


def parse_date(text: str) -> date:
    """A day as ``yyyy-MM-dd``. Raises ``Malformed``; years 1900 to 2199."""
    wanted = "A date is written yyyy-MM-dd, for example 1990-12-31."
    if not _DATE.fullmatch(text.strip()):
        raise Malformed(wanted)
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Malformed(wanted) from None
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise Malformed(f"A date lies between {YEAR_MIN} and {YEAR_MAX}.")
    return day


_INSTANT_WANTED: Final = "A time is written yyyy-MM-ddTHH:mm:ss+0000, for example 2026-08-19T15:50:07+0000."


def number(text: str) -> Decimal:
    """The exact number of a JSON number or of the same as text. Raises ``Malformed`` beyond sane sizes."""
    if len(text) > NUMBER_CHARACTERS_MAX:
        raise Malformed(f"A number has at most {NUMBER_CHARACTERS_MAX} characters.")
    try:
        value = Decimal(text)
    except InvalidOperation:
        raise Malformed("A number is written in digits, for example 12.5.") from None
    if value and not -EXPONENT_MAX <= value.adjusted() <= EXPONENT_MAX:
        raise Malformed(f"A number lies between 1e-{EXPONENT_MAX} and 1e{EXPONENT_MAX}.")
    return value or Decimal(0)


def is_clean(text: str) -> bool:
    """Whether the text has no NUL and no lone surrogate, so that every store and client can hold it."""
    return "\0" not in text and not _SURROGATE.search(text)


def _check_depth(raw: bytes) -> None:
    if raw.count(b"[") + raw.count(b"{") <= DEPTH_MAX:
        return
    depth = 0
    for token in _STRUCTURE.finditer(raw):
        mark = token[0][0]
        if mark in b"[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise Malformed(f"The body is nested deeper than {DEPTH_MAX} levels.")
        elif mark in b"]}":
            depth -= 1


def _loaded(raw: bytes) -> object:
    try:
        return json.loads(
            raw.decode(),
            object_pairs_hook=_unique,
            parse_int=_whole,
            parse_float=number,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError as error:
        raise Malformed(f"The body is not UTF-8 (byte {error.start}).") from None
    except json.JSONDecodeError as error:
        raise Malformed(
            f"The body is not JSON: {error.msg[0].lower()}{error.msg[1:]} at line {error.lineno} column {error.colno}."
        ) from None


def _unique(pairs: list[tuple[str, Any]]) -> Object:
    names = dict(pairs)
    # The vendor's own example of a redemption gives "source" twice; the same value twice leaves nothing to guess.
    if len(names) != len(pairs) and any(repr(names[name]) != repr(value) for name, value in pairs):
        raise Malformed("The body gives a name twice in one object, with two values.")
    return names


def _whole(text: str) -> int:
    if len(text) > NUMBER_CHARACTERS_MAX:
        raise Malformed(f"A number has at most {NUMBER_CHARACTERS_MAX} characters.")
    return int(text)


def _no_constant(name: str) -> NoReturn:
    raise Malformed(f"The body is not JSON: {name} is not a number.")


def _check_text(value: object) -> None:
    """Depth is bounded by then, so plain recursion is safe."""
    if isinstance(value, str):
        if _SURROGATE.search(value):
            raise Malformed("The body holds half of a surrogate pair, which is no character.")
    elif isinstance(value, list):
        for item in value:
            _check_text(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_text(name)
            _check_text(item)


def _offset(match: re.Match[str]) -> tzinfo | None:
    if match[6]:
        return UTC
    hours, minutes = (match[7], match[8]) if match[7] else (match[9], match[10])
    if hours is None:
        return None
    total = abs(int(hours)) * 60 + int(minutes or 0)
    if total > _OFFSET_MINUTES_MAX or int(minutes or 0) > 59:
        raise ValueError("no such offset")
    return timezone(timedelta(minutes=-total if hours[0] == "-" else total))


def _write(value: Any, put: Callable[[str], object]) -> None:
    """Write one value. The exact type is looked up first: answers are written on every request."""
    plain = _PLAIN.get(type(value))
    if plain is not None:
        put(plain(value))
    elif isinstance(value, dict):
        _write_object(value, put)
    elif isinstance(value, list | tuple):
        opening = "["
        for item in value:
            put(opening)
            _write(item, put)
            opening = ","
        put("]" if value else "[]")
    elif isinstance(value, str):
        put(encode_basestring_ascii(value))
    else:
        raise TypeError(f"{type(value).__name__} does not go on the wire")


def _write_object(value: Object, put: Callable[[str], object]) -> None:
    opening = "{"
    for name, item in value.items():
        if not isinstance(name, str):
            raise TypeError("the names of a JSON object are text")
        put(f"{opening}{encode_basestring_ascii(name)}:")
        _write(item, put)
        opening = ","
    put("}" if value else "{}")


def _digits(value: Decimal) -> str:
    if not value.is_finite() or abs(value.adjusted()) > 2 * NUMBER_CHARACTERS_MAX:
        raise ValueError("only ordinary numbers go on the wire")
    return format(value, "f") if value else format(abs(value), "f")


_PLAIN: Final[dict[type, Callable[[Any], str]]] = {
    str: encode_basestring_ascii,
    int: int.__repr__,
    Decimal: _digits,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _: "null",
}
