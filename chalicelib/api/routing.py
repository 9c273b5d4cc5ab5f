"""The one HTTP edge: decode, authenticate, parse, answer from a key, call, render, translate errors, log.

Chalice turns an ordinary exception into a 500 before any middleware sees it, so refusals become answers
here. Handlers take a ``Request`` and return a dict; they know nothing of HTTP beyond that.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import field
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from chalice.app import Blueprint, CORSConfig, Response

from chalicelib import clock
from chalicelib.api import auth, fields, multipart, wire
from chalicelib.api.replies import BYTES_MAX, Bytes, File, Reply, is_known
from chalicelib.api.route import KEY_CHARACTERS_MAX, Method, Route
from chalicelib.dynamo import idempotency, meter
from chalicelib.dynamo.commit import EngineUnavailable, Plan, commit
from chalicelib.dynamo.idempotency import Key, KeyTaken, Known
from chalicelib.dynamo.meter import Meter
from chalicelib.dynamo.rehearsal import Rehearsal, rehearsing
from chalicelib.errors import UNKNOWN, Contention, Malformed, Refusal, traced
from chalicelib.gateways.storage import StorageUnavailable
from chalicelib.ids import digest
from chalicelib.ledger.service import Command, command
from chalicelib.sites import service as sites
from chalicelib.sites.tokens import Principal, TokenRefused
from chalicelib.values import value

KEY_HEADER: Final = "idempotency-key"
HIT_HEADER: Final = "Idempotency-Hit"
DRY_PARAMETER: Final = "dryRun"
"""Query parameter of every operation but a GET: answer as the call would, and write nothing."""
DRY_HEADER: Final = "Dry-Run"
VERSION_HEADER: Final = "Account-Version"
"""The versions of the accounts that a dry run rests on, in the order they were read."""
NOT_MODIFIED: Final = 304
REHEARSALS_MAX: Final = 5
"""Rehearsals of a dry run of which two in a row must agree."""
VERSION_PATH: Final = "/3.0"
CORS: Final = CORSConfig(
    allow_headers=["X-AnnexCloud-Site", "Idempotency-Key"],
    expose_headers=[HIT_HEADER, DRY_HEADER, VERSION_HEADER, "Retry-After"],
    max_age=600,
)
"""Browsers may call with member tokens: what their preflight asks for."""
_HEADERS: Final = {"Content-Type": "application/json", "Cache-Control": "no-store"}
_log = logging.getLogger("laurel")


@value
class Request:
    """What a handler gets: everything decoded, proved and parsed."""

    site: str
    principal: Principal
    params: Mapping[str, str]
    """Path parameters, decoded exactly once."""
    body: Any
    query: Any
    now: datetime
    raw: Mapping[str, Any] = field(default_factory=dict)
    """The body as parsed JSON, before the model read it."""
    key: Key | None = None
    is_list: bool = False
    """Whether the elements of ``raw`` came as a list."""
    is_dry: bool = False
    """Whether nothing may be written: the handler then works in a rehearsal and need not know."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """By lower-case name."""

    def command(self) -> Command:
        """A new command that carries the caller's key."""
        return command(self.now, self.key)


__all__ = ["File", "Reply", "Request", "Routes", "once"]

Handler = Callable[[Request], Mapping[str, Any] | Reply | File]
Replay = Callable[[Request, Known], Mapping[str, Any] | Reply]
"""Renders the answer of a call again from what its key remembers."""


class Routes:
    """The routes of one resource: a blueprint for Chalice, and what each says of itself for the OpenAPI document."""

    def __init__(self, name: str, tag: str) -> None:
        self.blueprint = Blueprint(name)
        self.tag = tag
        self.described: list[Route] = []

    def add(
        self, method: Method, path: str, *, again: Replay | None = None, **described: Any
    ) -> Callable[[Handler], Handler]:
        """Register a handler; ``described`` are the other fields of ``Route``, and its docstring is their text.

        A mutating route names ``again``, or is one that no key needs because repeating it changes nothing.
        """

        def register(handler: Handler) -> Handler:
            summary, _, rest = (handler.__doc__ or "").partition("\n")
            route = Route(
                method=method,
                path=path,
                operation_id=handler.__name__,
                summary=summary.strip(),
                description=" ".join(rest.split()),
                tag=self.tag,
                **described,
            )
            self.described.append(route)

            def view(**params: str) -> Response:
                return _served(self.blueprint.current_request, route, handler, again, params)

            # An empty list of content types turns Chalice's own check off: the bytes decide, not the header.
            self.blueprint.route(
                VERSION_PATH + path, methods=[method], name=handler.__name__, content_types=[], cors=CORS
            )(view)
            return handler

        return register


def _served(incoming: Any, route: Route, handler: Handler, again: Replay | None, params: Mapping[str, str]) -> Response:
    """Serve one request and log one line about it, without secrets and without a person's data."""
    started = clock.monotonic_seconds()
    line: dict[str, Any] = {"op": route.operation_id}
    with meter.metered() as counted:
        status, body, headers = _answered(incoming, route, handler, again, params, line)
        if isinstance(body, File):
            status = _status_of(body, incoming)
    line |= {"status": status, "ms": round((clock.monotonic_seconds() - started) * 1000, 1), **cost(counted)}
    if isinstance(body, Mapping) and "errorCode" in body:
        line["code"] = body["errorCode"]
    _log.info(json.dumps(line, separators=(",", ":")))
    if isinstance(body, File):
        shown = b"" if status == NOT_MODIFIED else body.data
        return Bytes(shown, {"Content-Type": body.content_type, **body.headers, **headers}, status)
    return Response(body=wire.render(body).decode(), status_code=status, headers={**_HEADERS, **headers})


def _status_of(file: File, incoming: Any) -> int:
    """304 where the caller has these bytes already. ``ValueError`` for more than Lambda can answer with."""
    if len(file.data) > BYTES_MAX:
        raise ValueError("an answer of too many bytes")
    known = incoming.method == "GET" and is_known(file, incoming.headers.get("if-none-match", ""))
    return NOT_MODIFIED if known else file.status


def cost(counted: Meter) -> dict[str, Any]:
    """Calls and capacity of an operation, as log lines carry them."""
    return {
        "calls": counted.calls,
        "rcu": counted.read_units,
        "wcu": counted.write_units,
        "index_wcu": counted.index_units,
    }


def _answered(
    incoming: Any,
    route: Route,
    handler: Handler,
    again: Replay | None,
    params: Mapping[str, str],
    line: dict[str, Any],
) -> tuple[int, Mapping[str, Any] | list[Any] | File, dict[str, str]]:
    headers: dict[str, str] = {}
    try:
        request = _read(incoming, route, params, line)
        reply = (_rehearsed if request.is_dry else _handled)(request, handler, again, headers)
    except Contention as refused:
        return refused.status, _error(refused), {"Retry-After": "1"}
    except Refusal as refused:
        return refused.status, _error(refused), headers
    except (EngineUnavailable, StorageUnavailable):
        message = "Our storage did not answer. Send the request again; with an Idempotency-Key nothing is done twice."
        return 503, {"errorCode": UNKNOWN, "errorMessage": message}, {"Retry-After": "1"}
    except Exception as error:  # noqa: BLE001 - the outermost edge: whatever happens has an answer and a line.
        _log.error(json.dumps({"op": route.operation_id, "outcome": "fault", **traced(error)}))
        return 500, {"errorCode": UNKNOWN, "errorMessage": "Oops! Something went wrong on our side."}, headers
    if isinstance(reply, File):
        return reply.status, reply, headers
    if isinstance(reply, Reply):
        return reply.status, reply.body, {**headers, **({HIT_HEADER: "true"} if reply.is_repeat else {})}
    return route.status, reply, headers


def _read(incoming: Any, route: Route, params: Mapping[str, str], line: dict[str, Any]) -> Request:
    headers = {name.lower(): value for name, value in incoming.headers.items()}
    raw: bytes = incoming.raw_body or b""
    call = auth.Call(method=route.method, path=route.path, params=params, headers=headers, raw=raw)
    principal = _authenticated(call, route.scope)
    line["site"] = principal.site
    given = headers.get(KEY_HEADER) if route.method != "GET" else None
    key = None if given is None else _key(principal.site, given, route, params, raw)
    if key is not None:
        line["key"] = key.digest[:16]
    query = _query(incoming.query_params)
    parsed = {} if route.body is None else _parsed(route, raw, headers.get("content-type", ""))
    return Request(
        site=principal.site,
        principal=principal,
        params={name: _decoded(name, value) for name, value in params.items()},
        body=fields.read(route.body, parsed) if _is_model(route.body) else None,
        query=None if route.query is None else fields.read(route.query, query),
        now=clock.now(),
        raw=parsed,
        key=key,
        is_list=route.takes_list and wire.is_list(raw),
        is_dry=route.method != "GET" and _is_dry(incoming.query_params),
        headers=headers,
    )


def _parsed(route: Route, raw: bytes, kind: str) -> dict[str, Any]:
    if route.takes_files and multipart.is_form(kind):
        return multipart.parse(raw, kind)
    return wire.parse(raw, kind, takes_list=route.takes_list)


def _authenticated(call: auth.Call, scope: str) -> Principal:
    """The caller, judged once more by secrets read anew when the ones this process remembers refuse the token."""
    try:
        return auth.authenticate(call, scope, live_secrets=sites.secrets, now_seconds=clock.real_seconds())
    except TokenRefused:
        if not sites.refresh(call.headers.get(auth.SITE_HEADER, "").strip()):
            raise
    return auth.authenticate(call, scope, live_secrets=sites.secrets, now_seconds=clock.real_seconds())


def _handled(
    request: Request, handler: Handler, again: Replay | None, headers: dict[str, str]
) -> Mapping[str, Any] | Reply | File:
    if again is None:
        return handler(request)

    def act() -> Mapping[str, Any] | Reply:
        reply = handler(request)
        if isinstance(reply, File):
            raise TypeError("what a key remembers is answered in JSON")
        return reply

    answer, is_repeat = once(request, act, again)
    if is_repeat:
        headers[HIT_HEADER] = "true"
    return answer


def _rehearsed(
    request: Request, handler: Handler, again: Replay | None, headers: dict[str, str]
) -> Mapping[str, Any] | Reply | File:
    """The real path, with its writes kept beside the table.

    What a real call read is checked when it is written. Here two rehearsals must agree instead: reads of one alone
    may be of two moments.
    """
    headers[DRY_HEADER] = "true"
    told: object = None
    for _ in range(REHEARSALS_MAX):
        reply: Mapping[str, Any] | Reply | File = {}
        refused: Refusal | None = None
        with rehearsing(Rehearsal()) as world:
            try:
                reply = _handled(request, handler, again, headers)
            except Refusal as refusal:
                refused = refusal
        if world.rested_on:
            headers[VERSION_HEADER] = ", ".join(map(str, world.rested_on.values()))
        before, told = told, (dict(world.rested_on), refused.message if refused else reply)
        if told == before:
            break
    if refused is not None:
        raise refused
    return reply


def once(
    request: Request, act: Callable[[], Mapping[str, Any] | Reply], again: Replay
) -> tuple[Mapping[str, Any] | Reply, bool]:
    """Act under the request's key, if it has one: the answer, and whether it is that of an earlier call.

    Raises what ``act`` raises; a business refusal then sticks to the key. Whoever used the key first decides.
    """
    if request.key is None:
        return act(), False
    known = idempotency.find(request.site, request.key)
    if known is None:
        try:
            return act(), False
        except KeyTaken:
            known = idempotency.find(request.site, request.key)
        except Refusal as refused:
            if not refused.sticks or stuck(request.site, request.key, refused):
                raise
            known = idempotency.find(request.site, request.key)
    if known is None:
        raise KeyTaken
    return _replayed(request, known, again), True


def _replayed(request: Request, known: Known, again: Replay) -> Mapping[str, Any] | Reply:
    """The answer that the key remembers: its refusal, or the rendering of what it produced."""
    if known.is_refusal:
        return Reply({"errorCode": known.code, "errorMessage": known.message}, known.status)
    return again(request, known)


def stuck(site: str, key: Key, refused: Refusal) -> bool:
    """Make a business refusal stick; False when the key was taken by another call meanwhile."""
    write = idempotency.remember_refusal(site, key, refused)
    try:
        return commit(lambda: None, lambda _: Plan((write,), result=True))
    except KeyTaken:
        return False


def _is_dry(given: Any) -> bool:
    """Whether the query asks for a dry run. What might be meant as one, and is not, must not act: it is refused."""
    said = [(name, value) for name in given or () if name.casefold() == "dryrun" for value in given.getlist(name)]
    if said not in ([], [(DRY_PARAMETER, "true")], [(DRY_PARAMETER, "false")]):
        raise Malformed(f"{DRY_PARAMETER}: true or false, once and spelled like this. Nothing was done.")
    return said == [(DRY_PARAMETER, "true")]


def _key(site: str, given: str, route: Route, params: Mapping[str, str], raw: bytes) -> Key:
    if not 0 < len(given) <= KEY_CHARACTERS_MAX or not given.isprintable():
        raise Malformed(f"Idempotency-Key: 1 to {KEY_CHARACTERS_MAX} printable characters.")
    path = "/".join(f"{name}={value}" for name, value in sorted(params.items()))
    return Key(digest(site, given), digest(route.method, route.path, path, hashlib.sha256(raw).hexdigest()))


def _decoded(name: str, value: str) -> str:
    """A path parameter, percent-decoded exactly once; a plus in a path is a plus."""
    try:
        text = unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise Malformed(f"{name}: percent-encoded UTF-8.") from None
    if not wire.is_clean(text):
        raise Malformed(f"{name}: text without control characters.")
    return text


def _is_model(kind: Any) -> bool:
    """Whether the route's body is read by a model; a bulk route reads its elements one by one."""
    return isinstance(kind, type) and issubclass(kind, fields.Body)


def _query(given: Any) -> dict[str, Any]:
    """Query parameters by name, the first of each; an empty value is an absent one."""
    if not given:
        return {}
    return {name: value for name in given for value in given.getlist(name)[:1] if value != ""}


def _error(refused: Refusal) -> dict[str, Any]:
    return {"errorCode": refused.code, "errorMessage": refused.message}
