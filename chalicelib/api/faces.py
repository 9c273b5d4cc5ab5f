"""Which resources a function serves. Each face is a Lambda of its own, with its own memory, policy and routes."""

from importlib import import_module
from typing import Final

from chalice.app import Blueprint

FACES: Final[dict[str, tuple[str, ...]]] = {
    "core": (
        "points",
        "users",
        "merging",
        "erasure",
        "bulk_users",
        "user_search",
        "activity",
        "actions",
        "action_series",
        "tiers",
        "tiers_v2",
        "orders",
        "issuance",
        "groups",
        "blocklist",
        "segments",
        "standings",
        "campaigns",
        "rewards",
        "rewards_v2",
        "products",
        "cart",
        "stores",
        "survey_responses",
        "receipts",
    ),
    "staff": (
        "product_feed",
        "programme",
        "configuration",
        "calculator",
        "reward_codes",
        "surveys",
        "backtest",
        "ledger",
        "proof",
        "why",
    ),
    "content": (
        "moderation",
        "photos",
        "photo_uploads",
        "photo_campaigns",
        "photo_intake",
        "galleries",
        "receipt_moderation",
    ),
    "public": ("about", "description", "pictures", "gallery_feed", "pages", "upload_page"),
    "triggers": (),
}
"""Face → modules of this package. A function imports those of its face only: cold start counts."""
ALL: Final = "all"


def blueprints(face: str) -> list[Blueprint]:
    """The blueprints of a face, or of ``all``. Raises ``KeyError`` for a face that does not exist."""
    names = [name for each in FACES.values() for name in each] if face == ALL else FACES[face]
    return [import_module(f"chalicelib.api.{name}").routes.blueprint for name in dict.fromkeys(names)]
