"""Enrolling and changing many members in one call (annex-api-1, section 4.9)."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from chalicelib.api import fields, users
from chalicelib.api.bulk import derived, each, elements_of, outcome_of, shaped, take
from chalicelib.api.common import force_of
from chalicelib.api.routing import Reply, Request, Routes, stuck
from chalicelib.api.shapes import BulkError
from chalicelib.api.users import NewUserBody, User, UserBody
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed, Refusal
from chalicelib.ledger.service import NoSuchMember, command
from chalicelib.members.enrolling import service as enrolling
from chalicelib.members.enrolling.service import Enrolment
from chalicelib.members.profile import NewMember

routes: Final = Routes(__name__, "Users")
ENROLLED_AT_ONCE: Final = 100
"""Ids that are looked for in one call (BatchGetItem takes as many, AWS limit)."""


class BulkUserBody(UserBody):
    """A member, and what to change of it."""

    id: fields.MemberId


@routes.add(
    "POST",
    "/bulkpostusers",
    scope="users:write",
    body=dict[str, NewUserBody] | list[NewUserBody],
    response=dict[str, User | BulkError] | list[User | BulkError],
    takes_list=True,
)
def post_bulk_users(request: Request) -> Reply:
    """Enrol several members, each on its own.

    The body is a list, or an object with the keys "1", "2", …; the answer has the same shape. An element that is
    refused has an errorCode and stops no other. At most 200 elements.
    """
    if request.key is not None and take(request.site, request.key):
        # What the first call did or was doing is found element by element.
        reply = each(request, _enrol, _again)
        return replace(shaped(request, _object(reply)), is_repeat=True)
    return shaped(request, _enrolled(request))


@routes.add(
    "POST",
    "/bulkpatchusers",
    scope="users:write",
    body=dict[str, BulkUserBody] | list[BulkUserBody],
    response=dict[str, User | BulkError] | list[User | BulkError],
    takes_list=True,
)
def patch_bulk_users(request: Request) -> Reply:
    """Change several members, each on its own and one after the other: what is given, and nothing else.

    The body is a list, or an object with the keys "1", "2", …; the answer has the same shape. An element that is
    refused has an errorCode and stops no other. At most 200 elements.
    """
    reply = each(request, _patch, _again)
    return shaped(request, _object(reply), is_repeat=reply.is_repeat)


def _enrolled(request: Request) -> dict[str, Any]:
    """Enrol the elements a hundred at a time; those that make no sense are refused on their own."""
    outcomes: dict[str, Any] = dict.fromkeys(elements_of(request))
    wanted: dict[str, Enrolment] = {}
    for number, element in elements_of(request).items():
        refused = outcome_of(element, request, lambda given, within: _wanted(wanted, number, given, within))  # noqa: B023
        if refused:
            outcomes[number] = refused
    numbers = list(wanted)
    for first in range(0, len(numbers), ENROLLED_AT_ONCE):
        part = numbers[first : first + ENROLLED_AT_ONCE]
        done = enrolling.enrol_many(request.site, force_of(request).rules, [wanted[number] for number in part])
        for number, outcome in zip(part, done, strict=True):
            outcomes[number] = _told(request, wanted[number], outcome)
    return outcomes


def _wanted(into: dict[str, Enrolment], number: str, element: Mapping[str, Any], request: Request) -> dict[str, Any]:
    body = fields.read(NewUserBody, dict(element))
    new = NewMember(**users.given(body, request))
    key = None if request.key is None else derived(request.key, number)
    into[number] = Enrolment(command(request.now, key), new)
    return {}


def _told(request: Request, wanted: Enrolment, outcome: Any) -> dict[str, Any]:
    if isinstance(outcome, Refusal):
        if wanted.run.key is not None and outcome.sticks:
            stuck(request.site, wanted.run.key, outcome)
        return {"id": wanted.new.id, "errorCode": outcome.code, "errorMessage": outcome.message}
    return users.user_of(outcome, request.site)


def _enrol(element: Mapping[str, Any], within: Request) -> Mapping[str, Any]:
    return users.enrolled(within, fields.read(NewUserBody, dict(element)))


def _patch(element: Mapping[str, Any], within: Request) -> Mapping[str, Any]:
    body = fields.read(BulkUserBody, dict(element))
    return users.changed(within, body.id, body)


def _again(_element: Mapping[str, Any], within: Request, known: Known) -> Mapping[str, Any]:
    found = users.answered(within, known)
    if found is None:
        raise NoSuchMember
    return found


def _object(reply: Reply) -> Mapping[str, Any]:
    if isinstance(reply.body, list):
        raise Malformed("the elements are numbered.")
    return reply.body
