"""Bulk calls: numbered elements, each done or refused on its own, each with a key derived from the call's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from chalicelib.api import fields
from chalicelib.api.bodies import MemberBody
from chalicelib.api.routing import Reply, Request, once
from chalicelib.dynamo import idempotency
from chalicelib.dynamo.commit import EngineUnavailable, Plan, commit
from chalicelib.dynamo.idempotency import Key, KeyTaken, Known
from chalicelib.errors import UNKNOWN, Malformed, Refusal
from chalicelib.ids import digest
from chalicelib.members import service as members

ELEMENTS_MAX: Final = 200
"""Elements of a bulk call; the vendor recommends about 100."""

One = Callable[[Mapping[str, Any], Request], Mapping[str, Any]]
Again = Callable[[Mapping[str, Any], Request, Known], Mapping[str, Any]]


def numbered(request: Request, one: One) -> dict[str, Any]:
    """Do each element of the body; the answer has the same keys."""
    return {number: outcome_of(element, request, one) for number, element in elements_of(request).items()}


def read_of(reader: Callable[[Request, str, str], Mapping[str, Any]]) -> One:
    """A reading of one member, by number and id as given, as an element of a bulk call."""

    def one(element: Mapping[str, Any], within: Request) -> Mapping[str, Any]:
        body = fields.read(MemberBody, dict(element))
        return members.on_member(within.site, body.id, lambda member: reader(within, member.mid, member.given))

    return one


def each(request: Request, one: One, again: Again) -> Reply:
    """Do each element once under the call's key, if it has one: repeated elements answer as they did before."""
    elements = elements_of(request)
    if request.key is None:
        return Reply(numbered(request, one))
    is_repeat = take(request.site, request.key)

    def keyed(number: str, element: Mapping[str, Any]) -> Mapping[str, Any]:
        within = replace(request, key=derived(request.key, number)) if request.key else request
        return outcome_of(element, within, lambda element, within: _once(element, within, one, again))

    return Reply({number: keyed(number, element) for number, element in elements.items()}, is_repeat=is_repeat)


def shaped(request: Request, outcomes: Mapping[str, Any], *, is_repeat: bool = False) -> Reply:
    """The outcomes in the shape in which the elements came: under their numbers, or as a list."""
    return Reply(list(outcomes.values()) if request.is_list else outcomes, is_repeat=is_repeat)


def _once(element: Mapping[str, Any], within: Request, one: One, again: Again) -> Mapping[str, Any]:
    answer, _ = once(within, lambda: one(element, within), lambda request, known: again(element, request, known))
    body = answer.body if isinstance(answer, Reply) else answer
    if isinstance(body, list):
        raise TypeError("an element answers with an object")
    return {**_named(element), **body} if isinstance(answer, Reply) else body


def take(site: str, key: Key) -> bool:
    """Take a call's own key, which binds it to this body; True when it was taken before. Raises ``KeyReused``."""
    if idempotency.find(site, key) is not None:
        return True
    write = idempotency.remember(site, key, status=200, mid="", ref="bulk")
    try:
        return commit(lambda: None, lambda _: Plan((write,), result=False))
    except KeyTaken:
        return True


def derived(key: Key, number: str) -> Key:
    """The key of one element."""
    return Key(digest(key.digest, number), key.request)


def elements_of(request: Request) -> Mapping[str, Any]:
    """The elements by their numbers. Raises ``Malformed`` for none and for too many."""
    if not request.raw:
        raise Malformed('Missing parameters: send an object with the keys "1", "2", …, one for each element.')
    if len(request.raw) > ELEMENTS_MAX:
        raise Malformed(f"At most {ELEMENTS_MAX} elements a call; send the rest in another.")
    return request.raw


def outcome_of(element: Any, request: Request, one: One) -> Mapping[str, Any]:
    """The element's answer, or its refusal with the id it names."""
    named = _named(element)
    try:
        if not isinstance(element, dict):
            raise Malformed("an object is wanted for each number.")
        return one(element, request)
    except Refusal as refused:
        return {**named, "errorCode": refused.code, "errorMessage": refused.message}
    except EngineUnavailable:
        message = "The database did not answer for this element; send the call again with the same Idempotency-Key."
        return {**named, "errorCode": UNKNOWN, "errorMessage": message}


def _named(element: Any) -> dict[str, str]:
    """The id that an element names, as far as it does."""
    return {"id": element["id"]} if isinstance(element, dict) and isinstance(element.get("id"), str) else {}
