"""The OpenAPI document of all resources, served."""

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.api import (
    about,
    action_series,
    actions,
    activity,
    backtest,
    blocklist,
    bulk_users,
    calculator,
    campaigns,
    cart,
    configuration,
    erasure,
    galleries,
    gallery_feed,
    groups,
    issuance,
    ledger,
    merging,
    moderation,
    openapi,
    orders,
    pages,
    photo_campaigns,
    photo_intake,
    photo_uploads,
    photos,
    pictures,
    points,
    product_feed,
    products,
    programme,
    proof,
    receipt_moderation,
    receipts,
    reward_codes,
    rewards,
    rewards_v2,
    segments,
    standings,
    stores,
    survey_responses,
    surveys,
    tiers,
    tiers_v2,
    upload_page,
    user_search,
    users,
    why,
)
from chalicelib.api.route import Route
from chalicelib.api.routing import Request, Routes
from chalicelib.sites.scopes import PUBLIC

routes: Final = Routes(__name__, "Service")
RESOURCES: Final = (
    campaigns,
    segments,
    standings,
    about,
    action_series,
    actions,
    activity,
    backtest,
    blocklist,
    bulk_users,
    calculator,
    cart,
    configuration,
    erasure,
    galleries,
    gallery_feed,
    groups,
    issuance,
    ledger,
    merging,
    orders,
    pages,
    moderation,
    photo_campaigns,
    photo_intake,
    photo_uploads,
    photos,
    pictures,
    points,
    product_feed,
    products,
    programme,
    proof,
    receipt_moderation,
    receipts,
    stores,
    tiers,
    tiers_v2,
    upload_page,
    users,
    user_search,
    why,
    survey_responses,
    surveys,
    rewards,
    rewards_v2,
    reward_codes,
)


@routes.add("GET", "/openapi.json", scope=PUBLIC, response=dict[str, Any])
def get_openapi(request: Request) -> Mapping[str, Any]:  # noqa: ARG001
    """Read this API's OpenAPI 3.1 description."""
    return openapi.document(described())


def described() -> list[Route]:
    """Every route of the API as it describes itself."""
    return [route for resource in RESOURCES for route in resource.routes.described] + routes.described
