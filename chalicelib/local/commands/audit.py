"""``audit``: prove that the book adds up, here or in a deployed stack. It reads everything and writes nothing.

Every entry of every member is folded and compared with the account; numbers, hashes, notes, holds, orders, claims
and idempotency keys are checked; the trial balance must come to zero. Exit status 0 when it all adds up, 1 when
something does not (it is named), 2 for a site or member that does not exist.
"""

import argparse
import json
import sys
from typing import Any, Final

from chalicelib import clock
from chalicelib.ledger.auditing import sums as adding
from chalicelib.ledger.auditing.sums import Finding, Sums
from chalicelib.ledger.service import NoSuchMember
from chalicelib.local import auditing
from chalicelib.local.auditing import Audit
from chalicelib.local.environment import STACK_OPTION
from chalicelib.local.replay.progress import Progress
from chalicelib.members import service as members
from chalicelib.sites import service as sites

WORDS: Final = {
    "available": "Available, by the accounts",
    "held": "On hold, by the accounts",
    "issued": "Issued",
    "promised": "Promised and not yet given",
    "redeemed": "Redeemed",
    "rewarded": "Spent on rewards",
    "deducted": "Taken back or deducted",
    "expired": "Expired",
    "written_off": "Written off when members left",
    "transferred": "In transfer between members",
    "merged": "Between merged members",
}
_RED, _GREEN, _PLAIN = "\x1b[31m", "\x1b[32m", "\x1b[0m"


def main(arguments: list[str]) -> int:
    """Audit what was asked for and print it."""
    options = _parser().parse_args(arguments)
    if options.member and not options.site:
        print("--member wants --site as well.", file=sys.stderr)
        return 2
    if options.site and sites.find(options.site) is None:
        print(f"There is no site {options.site}.", file=sys.stderr)
        return 2
    began = clock.monotonic_seconds()
    audit = _of_member(options.site, options.member) if options.member else _whole(options)
    if audit is None:
        print(f"No member {options.member} is enrolled on site {options.site}.", file=sys.stderr)
        return 2
    seconds = clock.monotonic_seconds() - began
    print(json.dumps(_as_json(audit), indent=1) if options.json else _as_text(audit, seconds))
    return 0 if audit.adds_up else 1


def _whole(options: argparse.Namespace) -> Audit:
    segments = options.segments or auditing.default_segments()
    progress = Progress(segments)

    def tell(done: int, audit: Audit) -> None:
        progress.advance(done, f"{audit.members:,} members")

    found = auditing.whole(options.site, segments, clock.now(), tell)
    progress.say("")
    return found


def _of_member(site: str, member: str) -> Audit | None:
    """By the outward id, or by the number that findings name."""
    try:
        mid = members.resolve(site, member).mid
    except NoSuchMember:
        mid = member
    return auditing.of_member(site, mid, clock.now())


def _as_text(audit: Audit, seconds: float) -> str:
    lines: list[str] = []
    for site, sums in sorted(audit.sums.items()):
        lines += [*_of_site(site, sums), ""]
    entries = sum(sums.entries for sums in audit.sums.values())
    lines.append(
        f"{audit.members:,} members with {entries:,} entries in {seconds:.1f} s, as of {audit.began:%F %T} UTC."
    )
    lines.append(_coloured("Everything adds up.", _GREEN) if audit.adds_up else _coloured("IT DOES NOT ADD UP.", _RED))
    return "\n".join(lines)


def _of_site(site: str, sums: Sums) -> list[str]:
    title = f"Site {site}"
    counts = (
        f"{sums.members:,} members, {sums.entries:,} entries, {sums.holds:,} holds, "
        f"{sums.keys:,} idempotency keys, {sums.claims:,} claims"
    )
    return [
        title,
        "-" * len(title),
        counts,
        f"digest {adding.shown_digest(sums.digest)}",
        "",
        *_balance(sums),
        *_faults(sums),
    ]


def _balance(sums: Sums) -> list[str]:
    """The trial balance in smallest units, a block for each bucket."""
    lines: list[str] = []
    for bucket, total in sums.totals().items():
        lines.append(f"Trial balance of {bucket}, in smallest units")
        rows = [
            (WORDS.get(line.side, line.side), line.points) for line in sums.trial_balance() if line.bucket == bucket
        ]
        lines += [f"  {name:32}{points:>20,}" for name, points in rows]
        lines += [f"  {'':32}{'-' * 20}", f"  {'Together':32}{total:>20,}", ""]
    return lines


def _faults(sums: Sums) -> list[str]:
    if not sums.faults:
        return ["Numbers, hashes, folds, notes, holds, orders, claims and keys: nothing is wrong."]
    lines = [_coloured(f"{sums.faults:,} faults:", _RED)]
    lines += [_coloured(f"  {each.named()}: {each.what} ({each.kind})", _RED) for each in sums.findings]
    more = sums.faults - len(sums.findings)
    return [*lines, f"  and {more:,} more"] if more > 0 else lines


def _as_json(audit: Audit) -> dict[str, Any]:
    return {
        "asOf": audit.began.isoformat(),
        "addsUp": audit.adds_up,
        "sites": {site: _site_as_json(sums) for site, sums in sorted(audit.sums.items())},
    }


def _site_as_json(sums: Sums) -> dict[str, Any]:
    return {
        "members": sums.members,
        "entries": sums.entries,
        "holds": sums.holds,
        "keys": sums.keys,
        "claims": sums.claims,
        "digest": adding.shown_digest(sums.digest),
        "trialBalance": [
            {"bucket": line.bucket, "side": line.side, "units": line.points} for line in sums.trial_balance()
        ],
        "totals": sums.totals(),
        "faults": sums.faults,
        "findings": [_found(each) for each in sums.findings],
    }


def _found(finding: Finding) -> dict[str, Any]:
    return {"member": finding.mid, "entry": finding.entry, "kind": finding.kind, "what": finding.what}


def _coloured(text: str, colour: str) -> str:
    return f"{colour}{text}{_PLAIN}" if sys.stdout.isatty() else text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chalicelib.local audit", description=__doc__)
    parser.add_argument("--site", help="one site; default: all")
    parser.add_argument("--member", metavar="ID", help="one member of the site, by id or by number")
    parser.add_argument(
        "--segments", type=_segments, metavar="N", help="parts of the table that are read at once by several processes"
    )
    parser.add_argument("--json", action="store_true", help="as JSON, for a program")
    parser.add_argument(STACK_OPTION, metavar="STACK", help="in a deployed stack instead of the copy that runs here")
    return parser


def _segments(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= auditing.SEGMENTS_MAX):
        raise argparse.ArgumentTypeError(f"a whole number from 1 to {auditing.SEGMENTS_MAX:,}")
    return int(text)
