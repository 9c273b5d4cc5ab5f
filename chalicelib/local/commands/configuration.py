"""``configuration``: a site's whole configuration as a file: export it, plan a change, apply it, start from a default.

Here or in a deployed stack. A plan tries the file on the site's own history where a period is named. Exit status 0,
1 with a sentence when refused, and for ``plan`` 2 when something would change.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from chalicelib import clock
from chalicelib.api import wire
from chalicelib.backtesting import service as backtesting
from chalicelib.configuring import document
from chalicelib.configuring import service as configuring
from chalicelib.configuring.difference import Change
from chalicelib.errors import Malformed, Refusal
from chalicelib.ids import command_id
from chalicelib.ledger.service import command
from chalicelib.local.environment import STACK_OPTION
from chalicelib.programme.rendering import render
from chalicelib.programme.starting import service as starting
from chalicelib.sites import service as sites

FILE_BYTES_MAX: Final = 64_000_000
STORES_MAX: Final = 100_000
SHOWN_CHARACTERS_MAX: Final = 100
DIFFERS: Final = 2
_MARKS: Final = {"added": "+", "removed": "-", "changed": "~"}


def main(arguments: list[str]) -> int:
    """Do what was asked."""
    options = _parser().parse_args(arguments)
    try:
        if options.action == "defaults":
            return _defaults()
        if sites.find(options.site) is None:
            print(f"There is no site {options.site}.", file=sys.stderr)
            return 1
        return int(_ACTIONS[options.action](options))
    except Refusal as refusal:
        print(refusal.message, file=sys.stderr)
        return 1


def _export(options: argparse.Namespace) -> int:
    found = configuring.export(options.site, stores_max=STORES_MAX)
    text = json.dumps(document.shown(found.configuration), indent=2, ensure_ascii=False, default=_number) + "\n"
    if options.file is None:
        print(text, end="")
    else:
        options.file.write_text(text, encoding="utf-8")
    print(f"{found.hash}  version {found.version} of site {options.site}", file=sys.stderr)
    return 0


def _plan(options: argparse.Namespace) -> int:
    planned = configuring.plan(options.site, _read(options.file), stores_max=STORES_MAX)
    for change in planned.difference.changes:
        print(_line(change))
    more = planned.difference.total - len(planned.difference.changes)
    if more:
        print(f"and {more:,} more")
    if planned.is_same:
        print("Nothing would change.")
        return 0
    if options.start is not None:
        print(_backtest(options, render(planned.after.programme)))
    print(f"before {planned.before.hash}\nafter  {planned.hash}")
    return DIFFERS


def _apply(options: argparse.Namespace) -> int:
    run = command(clock.now())
    found = configuring.apply(options.site, run, _read(options.file), replaces=options.replaces, stores_max=STORES_MAX)
    print(f"{found.hash}  version {found.version} of site {options.site} is in force")
    return 0


def _start(options: argparse.Namespace) -> int:
    run = command(clock.now())
    made = starting.start(options.site, run, options.name, currency=options.currency, time_zone=options.time_zone)
    print(f"{options.name}: version {made.in_force.version} of site {options.site} is in force")
    return 0


def _defaults() -> int:
    for each in starting.STARTS:
        print(f"{each.name:10}{each.title}. {each.summary}")
    return 0


_ACTIONS: Final = {"export": _export, "plan": _plan, "apply": _apply, "start": _start}


def _backtest(options: argparse.Namespace, programme: Mapping[str, Any]) -> str:
    """The report of a run that is worked to its end here."""
    now = clock.now()
    end = now if options.end is None else min(now, options.end)
    run_id = command_id()
    found = backtesting.try_out(options.site, run_id, programme, options.start, end, now, seconds=options.seconds)
    if found.report is None:
        return f"The history takes longer than {options.seconds} s; give --seconds, or ask POST /programme/backtest."
    return f"On the history from {options.start:%F} to {end:%F}:\n" + json.dumps(
        dict(found.report), indent=2, default=_number
    )


def _line(change: Change) -> str:
    mark, path = _MARKS[change.kind], change.path
    if change.kind == "added":
        return f"{mark} {path}: {_shown(change.after)}"
    if change.kind == "removed":
        return f"{mark} {path}: {_shown(change.before)}"
    return f"{mark} {path}: {_shown(change.before)} -> {_shown(change.after)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=_number)
    return text if len(text) <= SHOWN_CHARACTERS_MAX else f"{text[:SHOWN_CHARACTERS_MAX]}…"


def _read(path: Path) -> Any:
    """The JSON of a file, its numbers exact. Raises ``Malformed``."""
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise Malformed(f"{path.name} cannot be read: {problem.strerror}.") from None
    if len(raw) > FILE_BYTES_MAX:
        raise Malformed(f"{path.name} is larger than {FILE_BYTES_MAX // 1_000_000} MB.")
    try:
        return json.loads(raw, parse_float=Decimal)
    except ValueError:
        raise Malformed(f"{path.name} is not JSON.") from None


def _number(value: object) -> int | float | str:
    """A Decimal as the shortest JSON number with its very digits: those of a programme are short enough for that."""
    if not isinstance(value, Decimal):
        raise TypeError(f"a configuration holds no {type(value).__name__}")
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else format(value, "f")


def _instant(text: str) -> datetime:
    try:
        return wire.parse_timestamp(text, zone=UTC, date_only=True)
    except Malformed as refused:
        raise argparse.ArgumentTypeError(refused.message) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local configuration", description=__doc__)
    chosen = parser.add_subparsers(dest="action", required=True)
    summaries = {
        "export": "write the configuration of a site to a file, or print it",
        "plan": "tell what a file would change",
        "apply": "put a file into force",
        "start": "put a default programme into force on a new site",
        "defaults": "list the default programmes",
    }
    for name, summary in summaries.items():
        action = chosen.add_parser(name, help=summary, description=summary)
        action.add_argument(
            STACK_OPTION, metavar="STACK", help="in a deployed stack instead of the copy that runs here"
        )
        if name != "defaults":
            action.add_argument("site")
        if name in {"export", "plan", "apply"}:
            action.add_argument("file", type=Path, nargs="?" if name == "export" else None)
        if name == "plan":
            action.add_argument("--from", dest="start", type=_instant, help="try it on the history since then")
            action.add_argument("--to", dest="end", type=_instant, help="and until then; default: now")
            action.add_argument("--seconds", type=int, default=600, help="how long to work on it; default: 600")
        if name == "apply":
            action.add_argument("--replaces", metavar="HASH", help="only if this is in force: 'before' of the plan")
        if name == "start":
            action.add_argument("name", choices=[each.name for each in starting.STARTS])
            action.add_argument("--currency", help="three letters; default: USD")
            action.add_argument("--time-zone", help="such as Europe/Berlin; default: UTC")
    return parser
