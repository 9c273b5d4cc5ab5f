"""``site``: create a site, rotate its secret or show what may be told of it, here or in a deployed stack."""

import argparse
import sys

from chalicelib import clock
from chalicelib.errors import Refusal
from chalicelib.local.environment import STACK_OPTION
from chalicelib.sites import service


def main(arguments: list[str]) -> int:
    """Do what was asked; 1 with a sentence when refused. A secret is printed when made, never again."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except Refusal as refusal:
        print(refusal.message, file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    now = clock.now()
    if options.action == "create":
        print(service.create_site(options.site, options.name or options.site, now, options.secret))
    elif options.action == "rotate":
        print(service.rotate_secret(options.site, now, options.secret))
    elif options.action == "retire":
        service.retire_old_secret(options.site, now)
    else:
        return _show(options.site)
    return 0


def _show(site: str) -> int:
    found = service.find(site)
    if found is None:
        print(f"There is no site {site}.", file=sys.stderr)
        return 1
    print(f"site     {found.id}\nname     {found.name}\ncreated  {found.created.isoformat()}")
    print(f"secrets  {found.live_secrets} live, rotated {found.rotated.isoformat() if found.rotated else 'never'}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local site", description=__doc__)
    actions = {
        "create": "make a site and print its secret",
        "rotate": "make a new secret and print it; the one before stays good",
        "retire": "end every secret but the newest",
        "show": "what may be told of a site",
    }
    chosen = parser.add_subparsers(dest="action", required=True)
    for name, summary in actions.items():
        action = chosen.add_parser(name, help=summary, description=summary)
        action.add_argument("site", help="1 to 32 letters and digits")
        action.add_argument(
            STACK_OPTION, metavar="STACK", help="in a deployed stack instead of the copy that runs here"
        )
        if name == "create":
            action.add_argument("--name", help="what people call it")
        if name in {"create", "rotate"}:
            action.add_argument("--secret", help="at least 16 characters; random when not given")
    return parser
