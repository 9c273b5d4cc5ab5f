"""``replay``: run a purchase history through Laurel and report what the programme would have done.

It needs nothing running and no settings: it starts an engine of its own, uses a site of its own there, and
takes both away afterwards. The report goes to the standard output, progress to the standard error. Exit
status 0 when everything adds up, 1 when something does not or a part failed, 2 for input that cannot be used.
"""

import argparse
import importlib
import re
import signal
import sys
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

from chalicelib.local import engines, installing
from chalicelib.local.replay import options as file_options
from chalicelib.local.replay import plan as plans
from chalicelib.local.replay import reading, staging
from chalicelib.local.replay.history import History
from chalicelib.local.replay.plan import Plan
from chalicelib.local.replay.progress import Progress

DEFAULT_SITE: Final = "replay"
REWARD_MAX: Final = 1_000_000_000
SHIP_DAYS_MAX: Final = 365
YEARS_MAX: Final = 60
INTERRUPTED: Final = 130
_SITE: Final = re.compile(r"[A-Za-z0-9]{1,32}")


class _BadRequest(Exception):
    """Options that contradict each other or the file."""


def main(arguments: list[str]) -> int:
    """Read, replay, prove and report."""
    options = _parser().parse_args(arguments)
    try:
        history, plan = _understood(options)
    except (reading.BadHistory, plans.BadProgramme, _BadRequest) as problem:
        print(problem, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _run(history, plan, options.report)
    except KeyboardInterrupt:
        print("\nStopped; the engine and the data of the replay are gone.", file=sys.stderr)
        return INTERRUPTED
    except (engines.EngineFailed, installing.InstallationImpossible) as problem:
        print(problem, file=sys.stderr)
        return 1


def _run(history: History, plan: Plan, page: Path | None) -> int:
    print("Starting an engine for this replay ...", file=sys.stderr, flush=True)
    with staging.engine():
        # Only now: what the replay imports reads its settings from the environment that was just prepared.
        stage: Any = importlib.import_module("chalicelib.local.replay.stage")
        progress = Progress(stage.steps_of(history, plan))
        try:
            told = stage.perform(history, plan, progress)
        except stage.FAILURES as failure:
            progress.say(f"The replay failed: {failure}")
            return 1
    print(told.text)
    if page is not None:
        page.write_text(told.page, encoding="utf-8")
        print(f"The page is {page}.", file=sys.stderr)
    return 0 if told.adds_up else 1


def _understood(options: argparse.Namespace) -> tuple[History, Plan]:
    """The history and the plan that the options mean. Raises what ``main`` explains."""
    if not _SITE.fullmatch(options.site):
        raise _BadRequest("--site: 1 to 32 letters and digits.")
    if options.report is not None and not options.report.absolute().parent.is_dir():
        raise _BadRequest(f"--report: there is no folder {options.report.absolute().parent}.")
    document, programme = plans.load_programme(options.programme)
    history = reading.read(options.file, file_options.layout_of(options), ZoneInfo(programme.time_zone))
    through = options.through or history.last_day
    if through < history.last_day:
        raise _BadRequest(f"--through: the last purchase is of {history.last_day}.")
    if through.year - history.first_day.year > YEARS_MAX:
        raise _BadRequest(
            f"--through: at most {YEARS_MAX} years are replayed, and the first is {history.first_day.year}."
        )
    plan = Plan(
        site=options.site,
        document=document,
        programme=programme,
        reward=plans.reward_price(programme, options.reward),
        redeems=options.redeem,
        ship_days=options.ship_after,
        through=through,
    )
    return history, plan


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local replay", description=__doc__)
    parser.add_argument("file", type=Path, help="the history: the CDNOW layout, or a CSV with a header or options")
    parser.add_argument(
        "--programme", type=Path, metavar="FILE.json", help="docs/programme.md; default: the default one"
    )
    parser.add_argument("--report", type=Path, metavar="OUT.html", help="also write the report as a page with plots")
    parser.add_argument("--site", default=DEFAULT_SITE, help=f"id of the site to use; default: {DEFAULT_SITE}")
    file_options.add(parser)
    behaviour = parser.add_argument_group("what is assumed")
    behaviour.add_argument("--redeem", action="store_true", help="members spend on rewards as soon as they can")
    behaviour.add_argument(
        "--reward",
        type=_bounded(REWARD_MAX),
        metavar="POINTS",
        help="price of a reward; default: display.rewardDenomination, or what is worth 5 units of currency",
    )
    behaviour.add_argument("--through", type=_day, metavar="DATE", help="let time run on to the end of this day")
    behaviour.add_argument(
        "--ship-after",
        type=_bounded(SHIP_DAYS_MAX),
        default=plans.SHIP_DAYS,
        metavar="DAYS",
        help=f"where points wait for shipment; default: {plans.SHIP_DAYS}",
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("a date such as 1998-12-31") from None


def _bounded(most: int) -> Any:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= most):
            raise argparse.ArgumentTypeError(f"a whole number from 1 to {most:,}")
        return int(text)

    return read
