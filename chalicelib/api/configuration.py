"""The whole configuration of a site as one document: programme as code. For staff."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import backtest, fields
from chalicelib.api.backtest import BacktestAnswer
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.backtesting import service as backtesting
from chalicelib.configuring import document
from chalicelib.configuring import service as configuring
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.programme import service as programme
from chalicelib.programme.rendering import render
from chalicelib.programme.service import Published
from chalicelib.programme.starting import service as starting

routes: Final = Routes(__name__, "Programme")


class PlanBody(Body):
    """A configuration to compare, and where wanted the period of the site's history to try it on."""

    configuration: dict[str, Any]
    start: fields.Timestamp | None = Field(default=None, alias="from")
    end: fields.Timestamp | None = Field(default=None, alias="to")


class ApplyBody(Body):
    """A configuration to put into force; ``replaces`` is the hash of the one that it was planned against."""

    configuration: dict[str, Any]
    replaces: fields.Text | None = None


class StartBody(Body):
    """Where the shop is; what is left out stays as the default has it."""

    currency: fields.Text | None = None
    time_zone: fields.Text | None = None


class StartShown(TypedDict):
    """A programme to start from."""

    name: str
    title: str
    summary: str


class StartList(TypedDict):
    """The programmes to start from."""

    siteId: str
    defaults: list[StartShown]


class StartAnswer(StartShown):
    """A programme to start from, whole."""

    siteId: str
    programme: dict[str, Any]


class Started(TypedDict):
    """The programme that is in force now."""

    siteId: str
    name: str
    version: int
    programme: dict[str, Any]


class ConfigurationAnswer(TypedDict):
    """The configuration in force."""

    siteId: str
    version: int
    hash: str
    configuration: dict[str, Any]


class Applied(TypedDict):
    """What is in force now."""

    siteId: str
    version: int
    hash: str


class ChangeShown(TypedDict):
    """A difference; before is null for what is added, after for what is removed."""

    path: str
    kind: str
    before: Any
    after: Any


class PlanAnswer(TypedDict):
    """What applying a configuration would change."""

    siteId: str
    version: int
    hashBefore: str
    hashAfter: str
    isSame: bool
    changes: list[ChangeShown]
    changesTotal: int
    backtest: BacktestAnswer | None


@routes.add("GET", "/configuration", scope="programme:read", response=ConfigurationAnswer)
def get_configuration(request: Request) -> Mapping[str, Any]:
    """Export the whole configuration of the site as one document, with its hash.

    Keep it in version control, change it there, and put it back with PUT, here or on another site.
    """
    found = configuring.export(request.site)
    return {
        "siteId": request.site,
        "version": found.version,
        "hash": found.hash,
        "configuration": document.shown(found.configuration),
    }


def _again(request: Request, known: Known) -> Mapping[str, Any]:
    wanted = document.read(request.raw["configuration"])
    return {"siteId": request.site, "version": int(known.ref), "hash": document.hash_of(wanted)}


@routes.add("PUT", "/configuration", scope="programme:write", body=ApplyBody, response=Applied, again=_again)
def put_configuration(request: Request) -> Mapping[str, Any]:
    """Put a whole configuration into force: what GET exports, on the same site or on another.

    The hash is the same wherever the same configuration is in force. With replaces (the hashBefore of a plan) it is
    refused with 409 when another one is in force by now. An equal one changes nothing.
    """
    body: ApplyBody = request.body
    found = configuring.apply(request.site, request.command(), request.raw["configuration"], replaces=body.replaces)
    return {"siteId": request.site, "version": found.version, "hash": found.hash}


@routes.add("POST", "/configuration/plan", scope="programme:read", body=PlanBody, response=PlanAnswer)
def plan_configuration(request: Request) -> Mapping[str, Any]:
    """Compare a configuration with the one in force: every change with its path, before and after.

    With from (and to) its programme is also tried on the site's own history of that time; a run that takes longer is
    read with GET /programme/backtest/{backtestId}. Nothing is put into force.
    """
    body: PlanBody = request.body
    planned = configuring.plan(request.site, request.raw["configuration"])
    tried = None
    if body.start is not None:
        tried = backtesting.try_out(
            request.site,
            backtest.run_id(request),
            render(planned.after.programme),
            body.start,
            body.end or request.now,
            request.now,
            seconds=backtesting.REQUEST_SECONDS,
        )
    return {
        "siteId": request.site,
        "version": planned.before.version,
        "hashBefore": planned.before.hash,
        "hashAfter": planned.hash,
        "isSame": planned.is_same,
        "changes": [
            {"path": each.path, "kind": each.kind, "before": each.before, "after": each.after}
            for each in planned.difference.changes
        ],
        "changesTotal": planned.difference.total,
        "backtest": None if tried is None else backtest.answer(request.site, tried),
    }


@routes.add("GET", "/programme/defaults", scope="programme:read", response=StartList)
def get_defaults(request: Request) -> Mapping[str, Any]:
    """List the programmes to start from, one for each kind of shop."""
    return {"siteId": request.site, "defaults": [_named(each.name) for each in starting.STARTS]}


@routes.add("GET", "/programme/defaults/{name}", scope="programme:read", response=StartAnswer)
def get_default(request: Request) -> Mapping[str, Any]:
    """Read a programme to start from, as PUT /programme takes it."""
    name = request.params["name"]
    return {"siteId": request.site, **_named(name), "programme": starting.shown(name)}


def _started_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _started(request, Published(programme.at_version(request.site, int(known.ref)), is_new=False))


@routes.add(
    "POST",
    "/programme/defaults/{name}",
    scope="programme:write",
    body=StartBody,
    response=Started,
    again=_started_again,
)
def start_programme(request: Request) -> Mapping[str, Any]:
    """Put a programme to start from into force, on a site that has published none yet.

    Vouchers in it are drafts until their codes are uploaded, surveys are switched off until somebody has read them.
    """
    body: StartBody = request.body
    if body.time_zone == "" or body.currency == "":
        raise Malformed("currency, timeZone: leave out what stays as it is.")
    return _started(
        request,
        starting.start(
            request.site, request.command(), request.params["name"], currency=body.currency, time_zone=body.time_zone
        ),
    )


def _named(name: str) -> dict[str, Any]:
    found = starting.find(name)
    return {"name": found.name, "title": found.title, "summary": found.summary}


def _started(request: Request, published: Published) -> dict[str, Any]:
    force = published.in_force
    return {
        "siteId": request.site,
        "name": request.params["name"],
        "version": force.version,
        "programme": render(force.programme),
    }
