"""What a route may ask of its caller, and which kinds of callers can have it.

A route names exactly one scope. Servers hold every scope of theirs by proving the site's secret; staff and
member tokens list the scopes that they were issued with. What is not listed here nobody can have.
"""

from typing import Final

from chalicelib.sites.tokens import Kind

PUBLIC: Final = "public"
"""Published content: no token."""

SCOPES: Final[dict[str, frozenset[Kind]]] = {
    PUBLIC: frozenset({"public", "server", "staff", "member"}),
    "definitions:read": frozenset({"server", "staff", "member"}),
    "users:read": frozenset({"server", "staff", "member"}),
    "users:write": frozenset({"server", "staff"}),
    "points:read": frozenset({"server", "staff", "member"}),
    "points:write": frozenset({"server", "staff"}),
    "orders:read": frozenset({"server", "staff"}),
    "orders:write": frozenset({"server", "staff"}),
    "campaigns:read": frozenset({"server", "staff"}),
    "campaigns:write": frozenset({"server", "staff"}),
    "segments:read": frozenset({"server", "staff"}),
    "segments:write": frozenset({"server", "staff"}),
    "groups:answer": frozenset({"server", "staff", "member"}),
    "receipts:read": frozenset({"server", "staff", "member"}),
    "receipts:write": frozenset({"server", "staff", "member"}),
    "content:read": frozenset({"server", "staff"}),
    "content:write": frozenset({"server", "staff", "member"}),
    "content:moderate": frozenset({"server", "staff"}),
    "stores:write": frozenset({"server", "staff"}),
    "surveys:answer": frozenset({"server", "staff", "member"}),
    "surveys:read": frozenset({"server", "staff"}),
    "surveys:write": frozenset({"server", "staff"}),
    "ledger:audit": frozenset({"staff"}),
    "programme:read": frozenset({"staff"}),
    "programme:write": frozenset({"staff"}),
}
SITE_WIDE: Final = frozenset({PUBLIC, "definitions:read"})
"""Scopes whose answers are the same for everyone on a site; under every other, a member reaches only itself."""


def grantable(kind: Kind) -> tuple[str, ...]:
    """The scopes that a token of this kind can be issued with, in order."""
    return tuple(sorted(scope for scope, kinds in SCOPES.items() if kind in kinds and scope != PUBLIC))
