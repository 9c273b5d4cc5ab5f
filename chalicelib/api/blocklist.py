"""The blocklist: members and domains that neither earn nor redeem (annex-api-2, section 6)."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Final, Literal

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import force_of, stamp
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo import idempotency
from chalicelib.dynamo.commit import Plan, commit
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.ids import folded
from chalicelib.members.barring import service as barring
from chalicelib.members.blocking import service as blocking
from chalicelib.members.blocking.service import Blocked

routes: Final = Routes(__name__, "BlockList")
LIST_CHARACTERS_MAX: Final = 30_000
LIMIT_DEFAULT: Final = 100
CHANGED: Final = "1"
"""What a key remembers of a call begins so."""
_LIMIT_SCHEMA: Final = {"type": "integer", "minimum": 1, "maximum": LIMIT_DEFAULT}
_Listed = Annotated[str, fields.text_up_to(LIST_CHARACTERS_MAX)]


class BlockBody(Body):
    """Members and domains, each separated by commas."""

    blocklist_users: _Listed = ""
    blocklist_domains: _Listed = ""
    blocked_by: fields.Text = ""


class UploadBody(Body):
    """A CSV file with the columns type (user or domain) and value."""

    csv: _Listed
    blocked_by: fields.Text = ""


class BlocklistQuery(Body):
    """Which entries are listed: of users or domains, those that begin so."""

    type: fields.Text = "user"
    search: fields.Text = ""
    limit: Annotated[int, fields.whole_up_to(LIMIT_DEFAULT), WithJsonSchema(_LIMIT_SCHEMA)] = LIMIT_DEFAULT
    after: fields.Text = ""


class UsersBlocked(TypedDict):
    """Members who are blocked now, and those who were before."""

    blocklistedUser: list[str]
    alreadyBlocklistedUser: list[str]


class DomainsBlocked(TypedDict):
    """Domains that are blocked now, and those that were before."""

    blocklistedDomain: list[str]
    alreadyBlocklistedDomain: list[str]


class BlockAnswer(TypedDict):
    """What became of each member and domain."""

    userBlockListedData: UsersBlocked
    domainBlocklistedData: DomainsBlocked
    blockedBy: str


class UsersRemoved(TypedDict):
    """Members who are off the list now, and those who were not on it."""

    removedUser: list[str]
    notBlocklistedUser: list[str]


class DomainsRemoved(TypedDict):
    """Domains that are off the list now, and those that were not on it."""

    removedDomain: list[str]
    notBlocklistedDomain: list[str]


class UnblockAnswer(TypedDict):
    """What became of each member and domain."""

    userBlockListedData: UsersRemoved
    domainBlocklistedData: DomainsRemoved


class BlockEntry(TypedDict):
    """A member or a domain on the list."""

    type: Literal["user", "domain"]
    value: str
    blockedBy: str
    createDate: str


class Blocklist(TypedDict):
    """Entries in order; ``next`` goes into ``after`` for those that follow, empty at the end."""

    siteId: str
    blocklist: list[BlockEntry]
    next: str


def _block_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _told(request, _as_before(known, *_given(request.body)))


@routes.add(
    "POST", "/blocklist", scope="users:write", body=BlockBody, response=BlockAnswer, again=_block_again, also=(422,)
)
def post_blocklist(request: Request) -> Mapping[str, Any]:
    """Block members and domains, separated by commas: whoever is blocked neither earns nor redeems.

    A domain blocks every member whose e-mail has it, also those who enrol later. All members must be enrolled (404) and
    all domains well-formed (422), otherwise nothing is blocked. At most 100 entries a call.
    """
    users, domains = _given(request.body)
    if not (users or domains):
        raise Malformed("Missing parameters: blocklistUsers or blocklistDomains.")
    return _blocked(request, users, domains)


def _upload_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _told(request, _as_before(known, *_rows(request.body.csv)))


@routes.add(
    "POST",
    "/blocklist/upload",
    scope="users:write",
    body=UploadBody,
    response=BlockAnswer,
    again=_upload_again,
    also=(422,),
)
def upload_blocklist(request: Request) -> Mapping[str, Any]:
    """Block the members and domains of a CSV file of at most 100 rows: type (user or domain) and value."""
    return _blocked(request, *_rows(request.body.csv))


@routes.add("GET", "/blocklist", scope="users:write", query=BlocklistQuery, response=Blocklist)
def get_blocklist(request: Request) -> Mapping[str, Any]:
    """List the blocked members or domains in order, a hundred at most; search finds those that begin so."""
    query: BlocklistQuery = request.query
    kind = {"user": barring.USER, "domain": barring.DOMAIN}.get(query.type.strip().lower())
    if kind is None:
        raise Malformed("type: user or domain.")
    found = barring.page(request.site, kind, query.search, after=query.after, limit=query.limit)
    rows = [
        {"type": query.type.strip().lower(), "value": each.given, "blockedBy": each.by, "createDate": stamp(each.at)}
        for each in found
    ]
    following = found[-1].given if len(found) == query.limit else ""
    return {"siteId": request.site, "blocklist": rows, "next": following}


def _unblock_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _removed(_as_before(known, *_given(request.body)))


@routes.add(
    "DELETE",
    "/blocklist",
    scope="users:write",
    body=BlockBody,
    response=UnblockAnswer,
    again=_unblock_again,
    also=(422,),
)
def delete_blocklist(request: Request) -> Mapping[str, Any]:
    """Take members and domains off the list, separated by commas.

    A member stays blocked whose e-mail has a domain that is blocked still.
    """
    users, domains = _given(request.body)
    if not (users or domains):
        raise Malformed("Missing parameters: blocklistUsers or blocklistDomains.")
    run, rules = request.command(), force_of(request).rules
    made = blocking.unblock(request.site, run, rules, users, domains)
    _remember(request, users, domains, made)
    return _removed(made)


def _blocked(request: Request, users: Sequence[str], domains: Sequence[str]) -> dict[str, Any]:
    run, rules = request.command(), force_of(request).rules
    token = run.id if request.key is None else request.key.digest
    made = blocking.block(request.site, run, rules, users, domains, request.body.blocked_by, token)
    # Whatever was done before a crash is done again to the same effect, and told as the first time.
    _remember(request, users, domains, made)
    return _told(request, made)


def _told(request: Request, made: Blocked) -> dict[str, Any]:
    return {
        "userBlockListedData": {
            "blocklistedUser": list(made.users), "alreadyBlocklistedUser": list(made.users_before),
        },
        "domainBlocklistedData": {
            "blocklistedDomain": list(made.domains), "alreadyBlocklistedDomain": list(made.domains_before),
        },
        "blockedBy": request.body.blocked_by,
    }  # fmt: skip


def _remember(request: Request, users: Sequence[str], domains: Sequence[str], made: Blocked) -> None:
    """Use up the caller's key: a digit for each entry says whether the call changed it, and no name is kept."""
    if request.key is None:
        return
    changed = [each in made.users for each in users] + [each in made.domains for each in _names(domains)]
    said = CHANGED + "".join(str(int(each)) for each in changed)
    write = idempotency.remember(request.site, request.key, status=200, mid="", ref=said)
    commit(lambda: None, lambda _: Plan((write,), None))


def _as_before(known: Known, users: Sequence[str], domains: Sequence[str]) -> Blocked:
    """What a key remembers, by the body that it belongs to."""
    said = [digit == "1" for digit in known.ref[len(CHANGED) :]]
    by_user = dict(zip(users, said, strict=False))
    by_domain = dict(zip(_names(domains), said[len(users) :], strict=False))
    return Blocked(
        tuple(each for each, is_new in by_user.items() if is_new),
        tuple(each for each, is_new in by_domain.items() if is_new),
        tuple(each for each, is_new in by_user.items() if not is_new),
        tuple(each for each, is_new in by_domain.items() if not is_new),
    )


def _names(domains: Sequence[str]) -> list[str]:
    """Domains as the list has them."""
    return list(dict.fromkeys(barring.domain_of(each) for each in domains))


def _removed(made: Blocked) -> dict[str, Any]:
    return {
        "userBlockListedData": {"removedUser": list(made.users), "notBlocklistedUser": list(made.users_before)},
        "domainBlocklistedData": {
            "removedDomain": list(made.domains), "notBlocklistedDomain": list(made.domains_before),
        },
    }  # fmt: skip


def _given(body: BlockBody) -> tuple[list[str], list[str]]:
    return _apart(body.blocklist_users), _apart(body.blocklist_domains)


def _apart(text: str) -> list[str]:
    """The parts of a list, each once."""
    return _once(part for each in text.split(",") if (part := each.strip()))


def _once(names: Iterable[str]) -> list[str]:
    return list({folded(name): name for name in names}.values())


def _rows(text: str) -> tuple[list[str], list[str]]:
    """Members and domains of a file. Raises ``Malformed`` naming each wrong line."""
    users: list[str] = []
    domains: list[str] = []
    wrong: list[str] = []
    for place, row in _lines(text):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (place == 1 and cells[:2] == ["type", "value"]):
            continue
        if len(cells) != 2 or cells[0].lower() not in {"user", "domain"} or not cells[1]:
            wrong.append(str(place))
        else:
            (users if cells[0].lower() == "user" else domains).append(cells[1])
    if wrong:
        raise Malformed(f"csv: user or domain, a comma and a value are wanted in line {', '.join(wrong[:10])}.")
    if not (users or domains):
        raise Malformed("csv: no line names a member or a domain.")
    return _once(users), _once(domains)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text.splitlines(keepends=True))
    try:
        yield from enumerate(reader, start=1)
    except csv.Error as error:
        raise Malformed(f"csv: line {reader.line_num} cannot be read: {error}.") from error
