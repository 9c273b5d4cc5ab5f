"""Sites and their secrets: made and rotated by an operator, read by authentication only.

Two secrets of a site may be live at once, so that a merchant can change over without a gap. They are stored
sealed, and nothing but ``secrets`` opens them: no answer, log line or other reading carries one.
"""

import re
import secrets as randomness
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

from chalicelib import clock
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.errors import AlreadyExists, Malformed, NotFound
from chalicelib.gateways import sealing
from chalicelib.ids import command_id
from chalicelib.sites import table
from chalicelib.sites.table import Stored
from chalicelib.values import value

SECRET_CHARACTERS_MIN: Final = 16
SECRET_CHARACTERS_MAX: Final = 512
SECRET_BYTES: Final = 32
"""Random bytes of a secret that we make: 43 characters."""
NAME_CHARACTERS_MAX: Final = 100
LIVE_MAX: Final = 2
CACHE_SECONDS: Final = 60
REFRESH_SECONDS: Final = 2
ABSENT_SECONDS: Final = 5
"""An unknown site is asked for again soon: it may just have been created."""
CACHED_MAX: Final = 1_000
_SITE: Final = re.compile(r"[A-Za-z0-9]{1,32}")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class SiteExists(AlreadyExists):
    """The site id is taken."""

    def __init__(self, site: str) -> None:
        super().__init__(f"Data already exists: there is a site {site}.")


class NoSuchSite(NotFound):
    """There is no such site."""

    def __init__(self, site: str) -> None:
        super().__init__(f"No data found: there is no site {site}.")


class BadSite(Malformed):
    """The id, the name or the secret of a site cannot be used."""


@value
class Site:
    """What may be told about a site."""

    id: str
    name: str
    created: datetime
    live_secrets: int
    rotated: datetime | None = None


def create_site(site: str, name: str, now: datetime, secret: str | None = None) -> str:
    """Create a site and return its first secret, for the only time; random unless given.

    The default programme is in force without being published. Raises ``BadSite`` and ``SiteExists``.
    """
    _check_id(site)
    if not name.strip() or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        raise BadSite(f"name: 1 to {NAME_CHARACTERS_MAX} printable characters.")
    fresh = _checked_secret(secret)
    command, refusal = command_id(), SiteExists(site)
    stored = Stored(name, _to_ms(now), (_seal(site, fresh),))
    write = table.write(site, stored, command=command, taken=refusal)
    commit(lambda: None, lambda _: Plan((write,), None, witness=lambda: _is_ours(site, command)))
    _forget(site)
    return fresh


def rotate_secret(site: str, now: datetime, secret: str | None = None) -> str:
    """Put a new secret first and return it, for the only time; random unless given.

    The secret so far stays live until the next rotation or ``retire_old_secret``; an older one ends. Other
    processes accept the new one within a minute. Raises ``BadSite`` (also when the secret is already live)
    and ``NoSuchSite``.
    """
    fresh = _checked_secret(secret)
    sealed, command = _seal(site, fresh), command_id()

    def decide(stored: Stored | None) -> Plan[None]:
        if stored is None:
            raise NoSuchSite(site)
        if fresh in _opened(site, stored):
            raise BadSite("secret: this secret is live already; choose another one.")
        after = replace(stored, sealed=(sealed, *stored.sealed)[:LIVE_MAX], rotated=_to_ms(now))
        write = table.write(site, after, command=command)
        return Plan((write,), None, witness=lambda: _is_ours(site, command))

    commit(lambda: _load(site), decide)
    _forget(site)
    return fresh


def retire_old_secret(site: str, now: datetime) -> None:
    """End every secret but the newest. Other processes refuse the old one within a minute. Raises ``NoSuchSite``."""
    command = command_id()

    def decide(stored: Stored | None) -> Plan[None]:
        if stored is None:
            raise NoSuchSite(site)
        if len(stored.sealed) == 1:
            return Plan((), None)
        write = table.write(site, replace(stored, sealed=stored.sealed[:1], rotated=_to_ms(now)), command=command)
        return Plan((write,), None, witness=lambda: _is_ours(site, command))

    commit(lambda: _load(site), decide)
    _forget(site)


def find(site: str) -> Site | None:
    """What may be told about a site, ``None`` when there is none."""
    stored = _load(site)
    if stored is None:
        return None
    rotated = None if stored.rotated is None else _from_ms(stored.rotated)
    return Site(site, stored.name, _from_ms(stored.created), len(stored.sealed), rotated)


def secrets(site: str) -> tuple[str, ...]:
    """The live secrets, newest first; none for a site that does not exist. For authentication only.

    Known for a minute, the absence of a site for five seconds. Raises ``SealBroken`` when the key is gone.
    """
    with _lock:
        known = _live.get(site) or _absent.get(site)
    if known is not None and known[0] > clock.monotonic_seconds():
        return known[1]
    stored = _load(site)
    live = () if stored is None else _opened(site, stored)
    _remember(site, live)
    return live


def refresh(site: str) -> bool:
    """Forget the secrets of a site if they were read more than two seconds ago; whether they were.

    Asked when a token is refused: a secret that was rotated a moment ago is then found at once, and forged tokens
    cost one read in two seconds.
    """
    with _lock:
        for cache, seconds in ((_live, CACHE_SECONDS), (_absent, ABSENT_SECONDS)):
            known = cache.get(site)
            if known is not None and known[0] - seconds + REFRESH_SECONDS < clock.monotonic_seconds():
                del cache[site]
                return True
    return False


def clear_cache() -> None:
    """Drop everything this process knows of sites (tests, a laptop whose data were exchanged)."""
    with _lock:
        _live.clear()
        _absent.clear()


_Cache = OrderedDict[str, tuple[float, tuple[str, ...]]]
_live: Final[_Cache] = OrderedDict()
_absent: Final[_Cache] = OrderedDict()
"""Kept apart, so that guessed ids never push out the sites that exist."""
_lock: Final = Lock()


def _remember(site: str, live: tuple[str, ...]) -> None:
    cache, seconds = (_live, CACHE_SECONDS) if live else (_absent, ABSENT_SECONDS)
    with _lock:
        _live.pop(site, None)
        _absent.pop(site, None)
        cache[site] = (clock.monotonic_seconds() + seconds, live)
        if len(cache) > CACHED_MAX:
            cache.popitem(last=False)


def _forget(site: str) -> None:
    with _lock:
        _live.pop(site, None)
        _absent.pop(site, None)


def _load(site: str) -> Stored | None:
    """The stored site; what cannot be an id is not even asked for."""
    return table.load(site) if _SITE.fullmatch(site) else None


def _is_ours(site: str, command: str) -> bool:
    stored = table.load(site)
    return stored is not None and stored.command == command


def _check_id(site: str) -> None:
    if not _SITE.fullmatch(site):
        raise BadSite("site: 1 to 32 letters and digits, for example 29235480.")


def _checked_secret(secret: str | None) -> str:
    if secret is None:
        return randomness.token_urlsafe(SECRET_BYTES)
    if not SECRET_CHARACTERS_MIN <= len(secret) <= SECRET_CHARACTERS_MAX or not secret.isprintable():
        raise BadSite(f"secret: {SECRET_CHARACTERS_MIN} to {SECRET_CHARACTERS_MAX} printable characters.")
    return secret


def _seal(site: str, secret: str) -> str:
    return sealing.seal(secret, {"site": site})


def _opened(site: str, stored: Stored) -> tuple[str, ...]:
    return tuple(sealing.unseal(each, {"site": site}) for each in stored.sealed)


def _to_ms(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(milliseconds=1)


def _from_ms(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)
