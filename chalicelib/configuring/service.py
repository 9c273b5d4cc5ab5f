"""Exporting, planning and applying the configuration of a site."""

from dataclasses import replace
from typing import Any, Final

from chalicelib.catalog.stores import service as stores
from chalicelib.configuring import difference, document
from chalicelib.configuring.difference import Difference
from chalicelib.configuring.document import Configuration, ConfigurationChanged
from chalicelib.errors import Refusal
from chalicelib.ledger.service import Command
from chalicelib.programme import service as programme
from chalicelib.programme.rendering import render
from chalicelib.values import value

STORES_MAX: Final = 2_000
"""Stores in a configuration that a request carries; the command takes more."""


class TooManyStores(Refusal):
    """The site has more stores than one request carries."""

    def __init__(self, most: int) -> None:
        super().__init__(
            f"The site has more than {most:,} stores. Use the command: python -m chalicelib.local configuration."
        )


@value
class Exported:
    """A configuration, its hash, and the version of the programme in it."""

    configuration: Configuration
    hash: str
    version: int


@value
class Planned:
    """What applying a configuration would change: the hashes before and after, and how they differ."""

    before: Exported
    after: Configuration
    hash: str
    difference: Difference

    @property
    def is_same(self) -> bool:
        """Whether nothing would change."""
        return self.hash == self.before.hash


def export(site: str, *, stores_max: int = STORES_MAX) -> Exported:
    """The configuration in force. Raises ``TooManyStores``.

    Stores are told by their list, which follows what is written within a moment.
    """
    force = programme.in_force(site)
    configuration = Configuration(force.programme, document.in_order(_stores(site, stores_max)))
    return Exported(configuration, document.hash_of(configuration), force.version)


def plan(site: str, raw: object, *, stores_max: int = STORES_MAX) -> Planned:
    """What applying the document would change; nothing is written.

    Raises ``BadConfiguration``, ``InvalidProgramme`` naming each wrong field, ``UnitsFixed`` and ``TooManyStores``.
    """
    wanted = document.read(raw)
    present = export(site, stores_max=stores_max)
    if present.version > programme.FIRST:
        # Published once, a site keeps its units; before, the first publication chooses them.
        programme.drafted(site, render(wanted.programme))
    found = difference.between(document.shown(present.configuration), document.shown(wanted))
    return Planned(present, wanted, document.hash_of(wanted), found)


def apply(
    site: str, run: Command, raw: object, *, replaces: str | None = None, stores_max: int = STORES_MAX
) -> Exported:
    """Put a configuration into force as it stands; one that is in force already changes nothing.

    ``replaces`` is the hash of the configuration that the change was planned for. Raises what ``plan`` does and
    ``ConfigurationChanged`` when another one is in force; nothing is then written. Stores are written before the
    programme, which uses up the caller's key: whatever stops it in between, sending it again completes it.
    """
    planned = plan(site, raw, stores_max=stores_max)
    wanted, present = planned.after, planned.before
    if replaces is not None and present.hash != replaces:
        raise ConfigurationChanged(expected=replaces, found=present.hash)
    expected = None if replaces is None else present.version
    _write_stores(site, run, wanted, present.configuration)
    published = programme.publish(site, run.id, render(wanted.programme), expected_version=expected, key=run.key)
    return Exported(wanted, document.hash_of(wanted), published.in_force.version)


def _stores(site: str, most: int) -> list[dict[str, Any]]:
    """The stores of the site. Raises ``TooManyStores``."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = stores.page(site, after=after)
        found += page.stores
        if len(found) > most:
            raise TooManyStores(most)
        if not page.following:
            return found
        after = page.following


def _write_stores(site: str, run: Command, wanted: Configuration, present: Configuration) -> None:
    """Write the stores that differ, and remove those that are wanted no more. Safe to repeat."""
    before = {str(store[document.STORE]): store for store in present.stores}
    after = {str(store[document.STORE]): store for store in wanted.stores}
    changed = [store for name, store in after.items() if before.get(name) != store]
    if changed:
        # Without the caller's key: the programme, which comes last, uses it up.
        stores.write(site, replace(run, key=None), changed)
    gone = [name for name in before if name not in after]
    if gone:
        stores.remove(site, gone)
