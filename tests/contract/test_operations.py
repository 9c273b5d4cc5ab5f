"""Every operation that the two files of the contract name is served (receipts, privacy and the tenant API apart)."""

import re

import pytest

from chalicelib.api import description

USERS = """
POST /users, GET /users/{}, PATCH /users/{}, PUT /users/{}, POST /userdelete, POST /users/search, POST /mergeuser,
GET /mergeuser/{}, GET /users/{}/activity, GET /users/{}/activitysummary/{}, GET /users/{}/allgroup,
POST /bulkpostusers, POST /bulkpatchusers, GET /transactionErasure/{}, POST /transactionErasure,
PATCH /transactionErasure
"""
POINTS = """
POST /points, GET /points/{}, GET /pointsexpiry/{}, POST /bulkpoints, POST /getbulkpoints
"""
OTHERS = """
POST /actions, GET /actions/{}, GET /actions, POST /users/{}/actionseries, GET /users/{}/tiers, GET /tierlist/all,
POST /bulktiers, GET /tier/program/{}, GET /users/{}/tier, POST /tier/{}, POST /orders, PUT /orders/{},
PATCH /orders/{}, POST /orderdetails, POST /cart, GET /users/{}/reward, GET /users/{}/usedreward, GET /rewards,
GET /rewards/{}, GET /users/{}/rewards, GET /users/{}/rewards/history, POST /rewards/{}/users/{}/assign,
PATCH /rewards/{}/users/{}/assign, POST /products, POST /bulkproducts, GET /products/{}, PATCH /products/{},
POST /bulkpatchproducts, POST /segment, GET /segment/{}, PATCH /segment/{}, GET /eligiblesegment/{},
GET /segmentlist/{}, GET /campaign/{}, POST /campaign, POST /blocklist, GET /store/{}, POST /bulkstores, POST /group,
GET /group/{}, PATCH /group/{}, POST /group/invite, GET /group/invite/{}, PATCH /group/invite/{}, POST /issuance,
PUT /issuance, PATCH /issuance, POST /issuancedetails/{}
"""


def served() -> set[str]:
    return {re.sub(r"\{.*?\}", "{}", route.key) for route in description.described()}


def missing(listed: str) -> list[str]:
    return [name for name in (each.strip() for each in listed.replace("\n", " ").split(",")) if name not in served()]


@pytest.mark.proves("B012")
def test_every_operation_on_members_is_served():
    assert missing(USERS) == []


@pytest.mark.proves("B013")
def test_every_operation_on_points_is_served():
    assert missing(POINTS) == []


def test_every_other_operation_is_served():
    assert missing(OTHERS) == []


def test_there_are_fewer_paths_than_the_gateway_takes():
    """API Gateway has 300 resources an API (AWS limit); each step of a path is one."""
    steps = set()
    for route in description.described():
        parts = route.path.strip("/").split("/")
        steps |= {"/".join(parts[: place + 1]) for place in range(len(parts))}

    assert len(steps) < 280
