"""Everything of a submission, for whoever decides about it."""

from typing import Any

from chalicelib.programme import service as programmes
from chalicelib.receipts import matching, table
from chalicelib.receipts import purchase as purchases
from chalicelib.receipts.matching import Matched
from chalicelib.receipts.purchase import Purchase
from chalicelib.receipts.service import Seen, member, status
from chalicelib.values import value


@value
class Near:
    """Another submission that is like this one."""

    seen: Seen
    member: str | None
    code: str
    text: str


@value
class Details:
    """Everything that a moderator sees of a submission. ``body`` is what was read, ``None`` before that."""

    seen: Seen
    member: str | None
    body: dict[str, Any] | None
    purchase: Purchase
    match: Matched
    near: tuple[Near, ...]


def details(site: str, submission_id: str) -> Details:
    """Everything of a submission, with those that it repeats and those that repeat it. Raises ``UnknownReceipt``."""
    seen = status(site, submission_id)
    body = table.read_body(site, seen.mid, submission_id)
    read = Purchase() if body is None else purchases.load(body["purchase"])
    purchase = purchases.corrected(read, seen.submission.corrections)
    match = matching.matched(purchase, programmes.in_force(site).programme.receipts)
    return Details(seen, member(site, seen.mid), body, purchase, match, tuple(_near(site, seen)))


def _near(site: str, seen: Seen) -> list[Near]:
    """Those that it repeats, then those that repeat it; nobody's who was erased."""
    own = [(each.mid, each.submission, each.code, each.text) for each in seen.submission.repeats]
    known = {each.submission for each in seen.submission.repeats}
    later = [pair for pair in table.repeats_of(site, seen.submission.id) if pair[1] not in known]
    places = [*((mid, name) for mid, name, _, _ in own), *later]
    found = dict(zip(places, table.read_many(site, places), strict=True))
    near = [
        Near(Seen(mid, other), member(site, mid), code, text)
        for mid, name, code, text in own
        if (other := found[mid, name]) is not None
    ]
    for mid, name in later:
        other = found[mid, name]
        said = [] if other is None else [each for each in other.repeats if each.submission == seen.submission.id]
        if other is not None and said:
            near.append(Near(Seen(mid, other), member(site, mid), said[0].code, said[0].text))
    return near
