"""``token``: a Bearer token, made when it is called, so that a pasted command works at any time."""

import argparse
import os
import sys
from pathlib import Path

from chalicelib import clock
from chalicelib.local.demo import SITE
from chalicelib.local.environment import STACK_OPTION
from chalicelib.sites import scopes, service, tokens


def main(arguments: list[str]) -> int:
    """Print the token; 1 with a sentence when it cannot be made."""
    parser = _parser()
    options = parser.parse_args(arguments)
    live = service.secrets(options.site)
    if not live:
        print(f"There is no site {options.site}.", file=sys.stderr)
        return 1
    try:
        print(_token(options, live[0]))
    except (ValueError, OSError) as problem:
        parser.error(str(problem))
    return 0


def _token(options: argparse.Namespace, secret: str) -> str:
    now = clock.real_seconds()
    if options.staff:
        granted = _granted(options.scope, scopes.grantable("staff"))
        return tokens.issue_staff(options.site, secret, scopes=granted, now_seconds=now)
    if options.member is not None:
        granted = _granted(options.scope, scopes.grantable("member"))
        return tokens.issue_member(options.site, secret, options.member, scopes=granted, now_seconds=now)
    return tokens.sign_client(options.site, secret, _payload(options), now_seconds=now)


def _granted(asked: list[str] | None, grantable: tuple[str, ...]) -> tuple[str, ...]:
    unknown = sorted(set(asked or ()) - set(grantable))
    if unknown:
        raise ValueError(f"no such scope: {', '.join(unknown)}; there are {', '.join(grantable)}")
    return tuple(asked or grantable)


def _payload(options: argparse.Namespace) -> bytes:
    if options.body is not None:
        # The very bytes of the argument, whatever the locale makes of them.
        return os.fsencode(options.body)
    if options.body_file is not None:
        return sys.stdin.buffer.read() if options.body_file == "-" else Path(options.body_file).read_bytes()
    if options.get is None:
        raise ValueError("a server's token covers one request: give --get ID, --body JSON or --body-file FILE")
    return tokens.identifier_literal(options.get)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local token", description=__doc__)
    parser.add_argument("--site", default=SITE, help=f"default: {SITE}, the demo site")
    who = parser.add_mutually_exclusive_group()
    who.add_argument("--staff", action="store_true", help="for the merchant's staff, good for an hour")
    who.add_argument("--member", metavar="ID", help="for one member's browser or app, good for 15 minutes")
    parser.add_argument("--scope", action="append", metavar="SCOPE", help="for staff and members; default: all")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--get", metavar="ID", help="a server's GET: the identifier in the path, not percent-encoded")
    what.add_argument("--body", metavar="JSON", help="a server's POST, PUT or PATCH: the body exactly as sent")
    what.add_argument(
        "--body-file", metavar="FILE", help="the same from a file (send it with --data-binary); - is stdin"
    )
    parser.add_argument(STACK_OPTION, metavar="STACK", help="of a deployed stack instead of the copy that runs here")
    return parser
