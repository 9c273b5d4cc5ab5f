"""The proof that the book adds up: of the site, as the daily audit left it, or of one member, made now. For staff."""

from collections.abc import Mapping
from typing import Any, Final, NotRequired

from typing_extensions import TypedDict

from chalicelib.api import fields, wire
from chalicelib.api.common import WireFigures, force_of
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.ledger.auditing import service as auditing
from chalicelib.ledger.auditing import sums as adding
from chalicelib.ledger.auditing.daily import service as daily
from chalicelib.ledger.auditing.daily.service import Progress
from chalicelib.ledger.auditing.sums import Finding, Sums
from chalicelib.ledger.service import NoSuchMember
from chalicelib.members import service as members

routes: Final = Routes(__name__, "Points")
MEMBER_ENTRIES_MAX: Final = 20_000
"""Entries of a member that is proved within a request: some five seconds."""


class ProofQuery(Body):
    """Whose proof is wanted."""

    id: fields.MemberId | None = None
    """A member's id; without one, the whole site."""


class BalanceLine(TypedDict):
    """One line of the trial balance. What came from outside, issued or promised, stands below zero."""

    bucket: str
    side: str
    points: Number


class FoundFault(TypedDict):
    """One thing that does not add up, by the member's number and the number of the entry (0: of none)."""

    member: str
    entry: int
    kind: str
    what: str


class AuditUnderWay(TypedDict):
    """How far the audit under way has come."""

    started: str
    parts: int
    partsDone: int
    members: int


class ProofAnswer(TypedDict):
    """What an audit found."""

    siteId: str
    id: NotRequired[str]
    addsUp: bool
    asOf: str
    finished: str
    members: int
    entries: int
    holds: int
    keys: int
    claims: int
    trialBalance: list[BalanceLine]
    totals: dict[str, Number]
    digest: str
    faults: int
    findings: list[FoundFault]
    underWay: NotRequired[AuditUnderWay]


@routes.add("GET", "/ledger/proof", scope="ledger:audit", query=ProofQuery, response=ProofAnswer)
def get_ledger_proof(request: Request) -> Mapping[str, Any]:
    """Read the proof that the book adds up, of the site or of one member.

    Of the site it is the last finished audit, which runs once a day, and how far the one under way has come. With
    ?id= the member is proved now. Every entry was folded and compared with the account, with numbers, hashes, notes
    and holds; totals are zero, addsUp is true and findings is empty when all is well. At most 100 findings are
    listed; faults counts all. Equal digests mean the same members with the same entries.
    """
    if request.query.id is not None:
        return _of_member(request, request.query.id)
    proof, progress = daily.last_proof(request.site)
    said = _answer(request, proof.sums, wire.timestamp(proof.started), wire.timestamp(proof.finished))
    return said if progress is None else said | {"underWay": _under_way(progress)}


def _of_member(request: Request, member_id: str) -> Mapping[str, Any]:
    def proved(found: members.Resolved) -> Mapping[str, Any]:
        sums = auditing.prove(request.site, found.mid, request.now, entries_max=MEMBER_ENTRIES_MAX)
        if sums is None:
            raise NoSuchMember
        now = wire.timestamp(request.now)
        return _answer(request, sums, now, now) | {"id": found.given}

    return members.on_member(request.site, member_id, proved)


def _answer(request: Request, sums: Sums, started: str, finished: str) -> dict[str, Any]:
    show = WireFigures(force_of(request))
    return {
        "siteId": request.site,
        "addsUp": not sums.faults,
        "asOf": started,
        "finished": finished,
        "members": sums.members,
        "entries": sums.entries,
        "holds": sums.holds,
        "keys": sums.keys,
        "claims": sums.claims,
        "trialBalance": [
            {"bucket": line.bucket, "side": line.side, "points": show.points(line.points)}
            for line in sums.trial_balance()
        ],
        "totals": {bucket: show.points(total) for bucket, total in sums.totals().items()},
        "digest": adding.shown_digest(sums.digest),
        "faults": sums.faults,
        "findings": [_fault(each) for each in sums.findings],
    }


def _fault(found: Finding) -> dict[str, Any]:
    return {"member": found.mid, "entry": found.entry, "kind": found.kind, "what": found.what}


def _under_way(progress: Progress) -> dict[str, Any]:
    return {
        "started": wire.timestamp(progress.started),
        "parts": progress.segments,
        "partsDone": progress.segments_done,
        "members": progress.members,
    }
