"""``python -m chalicelib.local COMMAND``: Laurel on a laptop, and an operator's commands for any stage."""

import importlib
import sys
from dataclasses import dataclass
from typing import Final

from chalicelib.local import environment, home


@dataclass(frozen=True, slots=True)
class Command:
    """Where a command stands, and what it needs before it can be loaded."""

    module: str
    summary: str
    needs_table: bool
    """Whether it works on a running copy or a deployed stack."""


COMMANDS: Final = {
    "run": Command("chalicelib.local.commands.run", "start everything (what `make run` does)", needs_table=False),
    "token": Command("chalicelib.local.commands.token", "make a token for one request", needs_table=True),
    "site": Command("chalicelib.local.commands.site", "create a site, rotate its secret, show it", needs_table=True),
    "table": Command("chalicelib.local.commands.table", "create the table and the queues", needs_table=True),
    "configuration": Command(
        "chalicelib.local.commands.configuration",
        "a site's configuration as a file: export, plan, apply",
        needs_table=True,
    ),
    "audit": Command("chalicelib.local.commands.audit", "prove that the book adds up", needs_table=True),
    "replay": Command(
        "chalicelib.local.commands.replay", "run a purchase history and report what comes of it", needs_table=False
    ),
    "calculator": Command(
        "chalicelib.local.commands.calculator", "propose actions and rewards from a shop's figures", needs_table=False
    ),
    "receipts": Command(
        "chalicelib.local.commands.receipts", "read a folder of receipts and say what is decided", needs_table=False
    ),
    "serve": Command("chalicelib.local.commands.serve", "the part of `run` that answers HTTP", needs_table=True),
}


def main(arguments: list[str]) -> int:
    """Run one command; its exit status."""
    if not arguments or arguments[0] in {"-h", "--help"}:
        print(_help())
        return 0 if arguments else 2
    command = COMMANDS.get(arguments[0])
    if command is None:
        print(f"There is no command {arguments[0]}.\n\n{_help()}", file=sys.stderr)
        return 2
    if command.needs_table and not {"-h", "--help"} & set(arguments):
        try:
            environment.prepare(home.current(), arguments[1:])
        except environment.NothingRuns as problem:
            print(problem, file=sys.stderr)
            return 1
    # Only now: what the command imports reads its settings from the environment that was just prepared.
    return int(importlib.import_module(command.module).main(arguments[1:]))


def _help() -> str:
    lines = [f"  {name:13} {command.summary}" for name, command in COMMANDS.items()]
    usage = "usage: python -m chalicelib.local COMMAND [--help]\n\n"
    return (
        usage + "\n".join(lines) + "\n\nPackaging has commands of its own: python -m chalicelib.local.packaging --help"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
