"""Exporting, planning and applying the configuration of a site."""

from chalicelib.configuring import difference, document
from chalicelib.configuring.difference import Difference
from chalicelib.configuring.document import Configuration, ConfigurationChanged
from chalicelib.ledger.service import Command
from chalicelib.programme import service as programme
from chalicelib.programme.rendering import render
from chalicelib.values import value


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


def export(site: str) -> Exported:
    """The configuration in force."""
    force = programme.in_force(site)
    configuration = Configuration(force.programme)
    return Exported(configuration, document.hash_of(configuration), force.version)


def plan(site: str, raw: object) -> Planned:
    """What applying the document would change; nothing is written.

    Raises ``BadConfiguration``, ``InvalidProgramme`` naming each wrong field, and ``UnitsFixed``.
    """
    wanted = document.read(raw)
    present = export(site)
    if present.version > programme.FIRST:
        # Published once, a site keeps its units; before, the first publication chooses them.
        programme.drafted(site, render(wanted.programme))
    found = difference.between(document.shown(present.configuration), document.shown(wanted))
    return Planned(present, wanted, document.hash_of(wanted), found)


def apply(site: str, run: Command, raw: object, *, replaces: str | None = None) -> Exported:
    """Put a configuration into force as it stands; one that is in force already changes nothing.

    ``replaces`` is the hash of the configuration that the change was planned for. Raises what ``plan`` does,
    ``ConfigurationChanged`` when another one is in force, and ``Contention``; nothing is then written.
    """
    wanted = document.read(raw)
    expected: int | None = None
    if replaces is not None:
        present = export(site)
        if present.hash != replaces:
            raise ConfigurationChanged(expected=replaces, found=present.hash)
        expected = present.version
    published = programme.publish(site, run.id, render(wanted.programme), expected_version=expected, key=run.key)
    return Exported(wanted, document.hash_of(wanted), published.in_force.version)
