"""The list itself: its entries, and whether the domain of an e-mail is on it."""

from collections import OrderedDict
from dataclasses import replace
from threading import Lock
from typing import Any, Final

from chalicelib import clock
from chalicelib.dynamo.commit import Plan, Write, commit
from chalicelib.ids import folded
from chalicelib.ledger import days
from chalicelib.ledger.service import Command
from chalicelib.members.barring import table
from chalicelib.members.profile import BY_DOMAIN, Profile
from chalicelib.values import value

KNOWN_SECONDS: Final = 5
"""How long a process believes that a site has no blocked domains."""
SITES_MAX: Final = 1_000
USER: Final = "U"
DOMAIN: Final = "D"
_known: OrderedDict[str, tuple[float, bool]] = OrderedDict()
_lock = Lock()


@value
class Entry:
    """An entry of the list: a member's id or a domain, by whom and when (milliseconds) it was blocked."""

    given: str
    by: str
    at: int
    command: str
    mid: str | None = None


def domain_of(email: str) -> str:
    """The domain of an address, as the list has it; empty without one."""
    return folded(email.rpartition("@")[2].strip())


def has_domains(site: str) -> bool:
    """Whether any domain is blocked; known for five seconds."""
    now = clock.monotonic_seconds()
    with _lock:
        known = _known.get(site)
    if known is not None and known[0] > now:
        return known[1]
    found = bool(table.listed(site, DOMAIN, "", after="", limit=1))
    with _lock:
        _known[site] = (now + KNOWN_SECONDS, found)
        if len(_known) > SITES_MAX:
            _known.popitem(last=False)
    return found


def judged(site: str, profile: Profile) -> Profile:
    """The profile, blocked or not as its e-mail's domain is. No call without an e-mail, one at most every five seconds
    on a site without blocked domains.
    """
    domain = domain_of(profile.email)
    is_barred = bool(domain) and has_domains(site) and find(site, DOMAIN, [domain])[0] is not None
    return with_reason(profile, BY_DOMAIN, holds=is_barred)


def with_reason(profile: Profile, reason: str, *, holds: bool) -> Profile:
    """The profile blocked for a reason more, or no longer for it."""
    if (reason in profile.blocked) == holds:
        return profile
    reasons = {*profile.blocked, reason} if holds else {*profile.blocked} - {reason}
    return replace(profile, blocked="".join(sorted(reasons)))


def find(site: str, kind: str, texts: list[str]) -> list[Entry | None]:
    """Entries by id or domain, at most 100. One call."""
    found = table.read_many(site, [table.place_of(kind, folded(text)) for text in texts])
    return [None if item is None else _entry(item) for item in found]


def page(site: str, kind: str, prefix: str, *, after: str, limit: int) -> list[Entry]:
    """At most ``limit`` entries that begin so, in order, those beyond ``after``. One query."""
    found = table.listed(site, kind, folded(prefix), after=folded(after), limit=limit)
    return [_entry(item) for item in found]


def put_domain(site: str, run: Command, domain: str, by: str, command: str) -> None:
    """Put a domain on the list."""
    written = table.write(site, table.place_of(DOMAIN, domain), domain, by=by, at=days.to_ms(run.now), command=command)
    commit(lambda: None, lambda _: Plan((written,), None))
    _forget(site)


def drop_domain(site: str, domain: str) -> None:
    """Take a domain off the list."""
    commit(lambda: None, lambda _: Plan((table.delete(site, table.place_of(DOMAIN, domain)),), None))
    _forget(site)


def user_writes(site: str, run: Command, mid: str, given: str, by: str, command: str) -> list[Write]:
    """The writes that put a member on the list."""
    place = table.place_of(USER, folded(given))
    entry = table.write(site, place, given, by=by, at=days.to_ms(run.now), command=command, mid=mid)
    return [entry, table.mark_write(site, mid, place)]


def user_deletes(site: str, mid: str, given: str) -> list[Write]:
    """The writes that take a member off the list."""
    return [table.delete(site, table.place_of(USER, folded(given))), table.mark_delete(site, mid)]


def forget(site: str, mid: str) -> bool:
    """Take an erased member off the list; nothing is left afterwards."""
    place = table.read_mark(site, mid)
    if place is not None:
        writes = (table.delete(site, place), table.mark_delete(site, mid))
        commit(lambda: None, lambda _: Plan(writes, None))
    return True


def dossier(site: str, mid: str) -> dict[str, Any]:
    """The member's entry; empty for one who is not on the list."""
    place = table.read_mark(site, mid)
    found = None if place is None else table.read_many(site, [place])[0]
    return {} if found is None else {"blocklist": {"user": found.given, "blockedBy": found.by}}


def _entry(item: table.BarItem) -> Entry:
    return Entry(item.given, item.by, item.at, item.cmd, item.mid)


def _forget(site: str) -> None:
    with _lock:
        _known.pop(site, None)
