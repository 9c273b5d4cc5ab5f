"""Take in the photos of a CSV file, each once."""

import json
from collections.abc import Mapping
from typing import Any, Final, cast

from chalicelib.dynamo import idempotency
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.ledger.service import Command
from chalicelib.photos.importing.sheet import Fault, Row, Sheet
from chalicelib.photos.intake import Intake
from chalicelib.photos.photo import RightsState
from chalicelib.photos.taking import service as taking
from chalicelib.photos.watching import service as watching

UNKNOWN_MEMBER: Final = "wanted the id of a member who is enrolled"


def take(site: str, run: Command, read: Sheet, owners: Mapping[str, str]) -> dict[str, Any]:
    """Take in the rows that can be; ``owners`` are the members' numbers by their ids.

    The caller's key is used up at the end: a call that broke off is sent again and goes on.
    """
    faults, taken, known = list(read.faults), list[str](), 0
    for row in read.rows:
        if row.member and row.member not in owners:
            faults.append(Fault(row.line, "memberId", UNKNOWN_MEMBER))
            continue
        try:
            found = taking.admit(site, _intake(row, owners.get(row.member, "")), run.now)
        except watching.NoVideo as refused:
            faults.append(Fault(row.line, "url", str(refused.message)))
            continue
        if found is None:
            known += 1
        else:
            taken.append(found)
    told = [[each.line, each.column, each.text] for each in sorted(faults, key=lambda fault: fault.line)]
    ref = json.dumps([taken, known, told], separators=(",", ":"))
    if run.key is not None:
        write = idempotency.remember(site, run.key, status=200, mid="", ref=ref)
        commit(lambda: None, lambda _: Plan((write,), None))
    return answer(site, ref)


def answer(site: str, ref: str) -> dict[str, Any]:
    """What a key's pointer stands for: what came of a file."""
    taken, known, faults = json.loads(ref)
    return {
        "siteId": site,
        "accepted": len(taken),
        "known": known,
        "refused": len({line for line, _, _ in faults}),
        "photoIds": taken,
        "faults": [{"line": line, "column": column, "reason": text} for line, column, text in faults],
    }


def _intake(row: Row, mid: str) -> Intake:
    return watching.seen(
        Intake(
            source="csv",
            source_id=row.source_id or row.url,
            author=row.author,
            caption=row.caption,
            url=row.url,
            mid=mid,
            member=row.member,
            products=row.products,
            tags=row.tags,
            store=row.store,
            rights=cast("RightsState", row.rights),
            consent=row.consent,
        )
    )
