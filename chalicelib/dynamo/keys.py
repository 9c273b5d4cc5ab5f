"""How items are addressed. Every partition names its site, so no key of one site can reach another's."""

from typing import Final

ACCOUNT: Final = "ACCOUNT"
PROFILE: Final = "PROFILE"
ENTRY_DIGITS: Final = 12
_FIELD: Final = "#"


def member(site: str, mid: str) -> str:
    """Partition of everything that belongs to one member."""
    return f"M#{site}#{mid}"


def parse_member(pk: str) -> tuple[str, str] | None:
    """Site and ``mid`` of a member's partition; ``None`` for any other partition."""
    kind, _, rest = pk.partition(_FIELD)
    site, _, mid = rest.partition(_FIELD)
    return (site, mid) if kind == "M" else None


def claim(site: str, kind: str, value: str) -> str:
    """Partition of the claim on an outward id."""
    return f"C#{site}#{kind}#{value}"


def of_site(site: str) -> str:
    """Partition of the site's own settings."""
    return f"S#{site}"


def entry(number: int) -> str:
    """Sort key of a ledger entry."""
    return f"E#{number:0{ENTRY_DIGITS}d}"


def idempotency(site: str, key_hash: str) -> str:
    """Partition of an idempotency key."""
    return f"K#{site}#{key_hash}"
