"""What a command asks about the layout of a purchase history."""

import argparse

from chalicelib.local.replay import reading
from chalicelib.local.replay.reading import Layout


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what the file is like."""
    file = parser.add_argument_group("what the file is like")
    for role in reading.ROLES:
        file.add_argument(f"--{role}-column", metavar="NAME", help="its name in the header, or its number from 1")
    file.add_argument("--date-format", metavar="FORMAT", help="for instance %%d/%%m/%%Y; default: 1997-01-31, 19970131")
    file.add_argument("--delimiter", type=_delimiter, help=f"one character, or {', '.join(reading.DELIMITERS)}")
    file.add_argument("--decimal-comma", action="store_true", help="amounts are written 1.234,50")
    file.add_argument("--encoding", default="utf-8-sig", help="default: utf-8")


def layout_of(options: argparse.Namespace) -> Layout:
    """The layout that the options mean."""
    columns = {role: getattr(options, f"{role}_column") for role in reading.ROLES}
    return Layout(
        columns={role: name for role, name in columns.items() if name is not None},
        date_format=options.date_format,
        delimiter=options.delimiter,
        decimal_comma=options.decimal_comma,
        encoding=options.encoding,
    )


def _delimiter(text: str) -> str:
    found = reading.DELIMITERS.get(text, text)
    if len(found) != 1 or found in '"\r\n':
        raise argparse.ArgumentTypeError(f"one character, or {', '.join(reading.DELIMITERS)}")
    return found
