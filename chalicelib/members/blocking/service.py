"""Blocking members and domains: a blocked member neither earns nor redeems (vendor's help page of the blocklist).

A blocked member's account is in the state ``blocked``, so that every decision about its points knows it without another
read. Who is blocked by domain is judged when they enrol or change their e-mail, and, for those who are members already,
by going through the list of e-mails when the domain is blocked or unblocked.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from chalicelib.dynamo import listing, rehearsal
from chalicelib.dynamo.commit import Write
from chalicelib.errors import Malformed, NotFound
from chalicelib.gateways import queue
from chalicelib.ledger import moves
from chalicelib.ledger.draft import Draft
from chalicelib.ledger.rules import Rules
from chalicelib.ledger.service import Command, NoSuchMember, command, post
from chalicelib.members import indexed, table
from chalicelib.members import service as members
from chalicelib.members.barring import service as barring
from chalicelib.members.barring.service import DOMAIN, USER
from chalicelib.members.email import is_host
from chalicelib.members.profile import BY_USER, Profile
from chalicelib.values import value

KIND: Final = "blocking"
"""Kind of the messages that go on with a domain."""
ENTRIES_MAX: Final = 100
"""Members and domains of one call."""
NAMES_READ: Final = 1_000
"""E-mails of one query."""
LOOKED_AT_MAX: Final = 5_000
"""E-mails of one part of the list that a request looks at; beyond, a worker goes through the part."""
PAGES_MAX: Final = 10_000


class UnknownUsers(NotFound):
    """Somebody named is not enrolled."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"No data found: not enrolled: {', '.join(ids[:5])}. Nobody was blocked.")


class BadDomain(Malformed):
    """A domain is not written as one."""

    status = 422

    def __init__(self, domain: str) -> None:
        super().__init__(f"blocklistDomains: {domain[:100]} is no domain, such as example.test. Nothing was blocked.")


class TooMany(Malformed):
    """More entries than one call takes."""

    status = 422

    def __init__(self) -> None:
        super().__init__(f"At most {ENTRIES_MAX} members and domains a call; send the rest in another.")


@value
class Blocked:
    """What became of a call: what it changed, and what had been so before."""

    users: tuple[str, ...]
    domains: tuple[str, ...]
    users_before: tuple[str, ...]
    domains_before: tuple[str, ...]


def block(
    site: str, run: Command, rules: Rules, users: Sequence[str], domains: Sequence[str], by: str, token: str
) -> Blocked:
    """Block members and domains. ``token`` names the call: repeated with it, the answer is the same.

    Raises ``TooMany``, ``BadDomain`` and ``UnknownUsers``; nothing is then written.
    """
    names, found = _named(site, users, domains)
    before = dict(zip(found, barring.find(site, USER, list(found)), strict=True))
    barred = dict(zip(names, barring.find(site, DOMAIN, names), strict=True))
    for given, mid in found.items():
        if before[given] is None:
            extra = barring.user_writes(site, run, mid, given, by, token)
            _mark(site, run, rules, mid, BY_USER, holds=True, beside=extra)
    for domain, entry in barred.items():
        if entry is None:
            barring.put_domain(site, run, domain, by, token)
        # Again for one that is blocked already: whoever enrolled in the very moment is found now.
        _sweep(site, run, rules, domain)
    had_user = [given for given, entry in before.items() if entry is not None and entry.command != token]
    had_domain = [name for name, entry in barred.items() if entry is not None and entry.command != token]
    return Blocked(
        tuple(given for given in found if given not in had_user),
        tuple(name for name in names if name not in had_domain),
        tuple(had_user),
        tuple(had_domain),
    )


def unblock(site: str, run: Command, rules: Rules, users: Sequence[str], domains: Sequence[str]) -> Blocked:
    """Take members and domains off the list; ``before`` are those who were not on it. Raises as ``block`` does."""
    names, found = _named(site, users, domains)
    before = dict(zip(found, barring.find(site, USER, list(found)), strict=True))
    barred = dict(zip(names, barring.find(site, DOMAIN, names), strict=True))
    for given, mid in found.items():
        if before[given] is not None:
            _mark(site, run, rules, mid, BY_USER, holds=False, beside=barring.user_deletes(site, mid, given))
    for domain, entry in barred.items():
        if entry is not None:
            barring.drop_domain(site, domain)
        _sweep(site, run, rules, domain)
    return Blocked(
        tuple(given for given, entry in before.items() if entry is not None),
        tuple(name for name, entry in barred.items() if entry is not None),
        tuple(given for given, entry in before.items() if entry is None),
        tuple(name for name, entry in barred.items() if entry is None),
    )


def resume(site: str, domain: str, part: int, rules: Rules, now: datetime) -> None:
    """Go through one part of the list of e-mails for a domain, to its end. Safe to repeat."""
    for mid in _of_domain(site, domain, part, PAGES_MAX):
        _judge(site, command(now), rules, mid)


def _named(site: str, users: Sequence[str], domains: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """The domains as the list has them, and the members' numbers by their ids as the caller spells them."""
    if len(users) + len(domains) > ENTRIES_MAX:
        raise TooMany
    names = []
    for given in domains:
        domain = barring.domain_of(given)
        if not is_host(domain) or "." not in domain:
            raise BadDomain(given)
        names.append(domain)
    found = members.resolve_many(site, list(users)) if users else []
    unknown = [given for given, each in zip(users, found, strict=True) if each is None]
    if unknown:
        raise UnknownUsers(unknown)
    return list(dict.fromkeys(names)), {
        given: each.mid for given, each in zip(users, found, strict=True) if each is not None
    }


def _mark(
    site: str, run: Command, rules: Rules, mid: str, reason: str, *, holds: bool, beside: Sequence[Write] = ()
) -> None:
    _changed(site, run, rules, mid, lambda profile: barring.with_reason(profile, reason, holds=holds), beside)


def _judge(site: str, run: Command, rules: Rules, mid: str) -> None:
    _changed(site, run, rules, mid, lambda profile: barring.judged(site, profile))


def _changed(site: str, run: Command, rules: Rules, mid: str, change: Any, beside: Sequence[Write] = ()) -> None:
    """Change whether a member is blocked, profile and account at once; a member who is gone is left alone."""

    def decide(drafts: list[Draft], found: list[Any]) -> tuple[list[Write], None]:
        before = table.stored(found[0])
        if before is None:
            raise NoSuchMember
        after: Profile = change(before.profile)
        if after == before.profile:
            return list(beside), None
        if drafts[0].account.state != after.state:
            moves.set_state(drafts[0], after.state)
        return [*beside, *members.profile_writes(site, mid, before, after, run.id)], None

    try:
        post(site, [mid], command(run.now), rules, decide, also=(table.profile_address(site, mid),))
    except NoSuchMember:
        return


def _sweep(site: str, run: Command, rules: Rules, domain: str) -> None:
    """Judge those who are members already: at once as far as a request can, the rest by workers."""
    for part in range(listing.SHARDS):
        pages = LOOKED_AT_MAX // NAMES_READ
        mids = list(_of_domain(site, domain, part, pages))
        for mid in mids[:ENTRIES_MAX]:
            _judge(site, run, rules, mid)
        if (len(mids) > ENTRIES_MAX or _is_longer(site, part, pages)) and rehearsal.current() is None:
            queue.send([json.dumps({"kind": KIND, "pk": f"BL#{site}#", "sk": f"{part}#{domain}"})])


def _is_longer(site: str, part: int, pages: int) -> bool:
    names = listing.names(indexed.EMAIL, site, part, after="", limit=pages * NAMES_READ + 1)
    return sum(1 for _ in names) > pages * NAMES_READ


def _of_domain(site: str, domain: str, part: int, pages: int) -> Iterator[str]:
    """Members in one part of the list of e-mails whose address ends so; a long one is cut in the list, and judged."""
    after = ""
    for _ in range(pages):
        names = list(listing.names(indexed.EMAIL, site, part, after=after, limit=NAMES_READ))
        for name in names:
            address, _, mid = name.rpartition("#")
            if address.endswith(f"@{domain}") or len(address) >= indexed.CHARACTERS_MAX:
                yield mid
        if len(names) < NAMES_READ:
            return
        after = names[-1]
