"""Photos from elsewhere: a CSV file of addresses, and what members choose of their own in social networks."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import Field
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.common import force_of, of_named
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.photos.collecting import service as collecting
from chalicelib.photos.importing import service as importing
from chalicelib.photos.importing import sheet
from chalicelib.photos.intake import Intake

routes: Final = Routes(__name__, "Photos")
ID_CHARACTERS_MAX: Final = 200


class ImportBody(Body):
    """The text of a CSV file."""

    csv: Annotated[str, fields.text_up_to(sheet.CHARACTERS_MAX)]


class ImportFault(TypedDict):
    """A cell that cannot be taken; ``column`` is empty where the whole row is wrong."""

    line: int
    column: str
    reason: str


class ImportAnswer(TypedDict):
    """What came of a file: photos that were taken in, rows that were there before, and wrong cells."""

    siteId: str
    accepted: int
    known: int
    refused: int
    photoIds: list[str]
    faults: list[ImportFault]


class ImportSample(TypedDict):
    """A file that shows the format."""

    siteId: str
    fileName: str
    csv: str
    columns: list[dict[str, Any]]


class ChoicesBody(Body):
    """With whose consent a network is read: a token that its owner gave for this, used for this call alone."""

    network: fields.Text
    access_token: Annotated[str, fields.text_up_to(collecting.TOKEN_CHARACTERS_MAX)]
    account_id: fields.Text = ""
    after: Annotated[str, fields.text_up_to(500)] = ""


class CopyBody(ChoicesBody):
    """Which pictures are copied, and that their owner agrees."""

    ids: list[str] = Field(default_factory=list)
    consent: fields.YesNo = False
    tags: Annotated[str, fields.text_up_to(500)] = ""
    products: Annotated[str, fields.text_up_to(500)] = ""


class Choice(TypedDict):
    """A picture of the member's own in a network."""

    id: str
    url: str
    caption: str
    permalink: str


class Choices(TypedDict):
    """Pictures to choose from; ``following`` goes on."""

    siteId: str
    memberId: str
    network: str
    choices: list[Choice]
    following: str | None


class Copied(TypedDict):
    """A picture that was chosen: its photo, or that it was taken in before."""

    id: str
    photoId: str | None
    isNew: bool


class Copies(TypedDict):
    """What came of a choice."""

    siteId: str
    memberId: str
    copied: list[Copied]


def _imported_again(request: Request, known: Known) -> Mapping[str, Any]:
    return importing.answer(request.site, known.ref)


@routes.add(
    "POST", "/photoimport", scope="content:moderate", body=ImportBody, response=ImportAnswer, again=_imported_again
)
def import_photos(request: Request) -> Mapping[str, Any]:
    """Take in photos by a CSV file of addresses: the names of columns in the first line, then a photo a line.

    GET /photoimport shows the format. url is a picture, from which it is copied within moments, or a YouTube video.
    A row with a wrong cell is refused with its line and column, all others are taken; one that was taken in before (by
    sourceId, else by its url) is counted as known. At most 100 rows a call.
    """
    read = sheet.read(request.body.csv)
    owners = {name: None for row in read.rows if (name := row.member)}
    found = members.resolve_many(request.site, list(owners)) if owners else []
    known = {name: each.mid for name, each in zip(owners, found, strict=True) if each is not None}
    return importing.take(request.site, request.command(), read, known)


@routes.add("GET", "/photoimport", scope="content:read", response=ImportSample)
def get_photo_import(request: Request) -> Mapping[str, Any]:
    """Read a sample of the file by which photos are imported, and what each of its columns may hold."""
    return {
        "siteId": request.site,
        "fileName": "photos.csv",
        "csv": sheet.SAMPLE,
        "columns": [
            {"column": name, "wanted": wanted, "required": name == sheet.URL} for name, wanted in sheet.COLUMNS.items()
        ],
    }


@routes.add("POST", "/users/{memberId}/photochoices", scope="content:write", body=ChoicesBody, response=Choices)
def list_photo_choices(request: Request) -> Mapping[str, Any]:
    """List a member's own pictures in facebook, instagram or x, with a token that the member gave for this.

    The token is used for this call and neither kept nor logged. Nothing is copied.
    """
    body: ChoicesBody = request.body
    network = _network(body)

    def listed(_: Resolved) -> Mapping[str, Any]:
        found = collecting.choices(network, body.access_token.strip(), body.account_id, body.after)
        return {
            "siteId": request.site,
            "memberId": request.params["memberId"],
            "network": network,
            "choices": [
                {"id": each.id, "url": each.url, "caption": each.caption, "permalink": each.permalink}
                for each in found.items
            ],
            "following": found.following or None,
        }

    return of_named(request, listed)


@routes.add("POST", "/users/{memberId}/photocopies", scope="content:write", body=CopyBody, response=Copies)
def copy_photos(request: Request) -> Mapping[str, Any]:
    """Copy pictures that a member chose of their own in facebook, instagram or x.

    consent must be YES: the member agrees to the copy and to the terms of the site, which is kept as evidence of the
    rights, also of a picture that is here already. Each is taken in once; a second copy of one says so. At most 20.
    """
    body: CopyBody = request.body
    network = _network(body)
    chosen = [each for each in body.ids if 0 < len(each) <= ID_CHARACTERS_MAX]
    if not 0 < len(chosen) <= collecting.CHOSEN_MAX or len(chosen) < len(body.ids):
        raise Malformed(f"ids: 1 to {collecting.CHOSEN_MAX} ids of POST /users/{{memberId}}/photochoices.")
    if not body.consent:
        raise Malformed("consent: YES, the member's agreement to the copy and to the terms; nothing was copied.")
    rules = force_of(request).programme.photos

    def copied(owner: Resolved) -> Mapping[str, Any]:
        whose = Intake(
            source="upload",
            mid=owner.mid,
            member=request.params["memberId"],
            rights="granted",
            consent=f"chosen in {network}, terms {rules.terms_version} {rules.terms_url}".strip(),
            tags=tuple(body.tags.split(",")),
            products=tuple(each.strip() for each in body.products.split(",") if each.strip()),
        )
        token = body.access_token.strip()
        done = collecting.copy(request.site, network, token, body.account_id, chosen, whose, request.now)
        return {
            "siteId": request.site,
            "memberId": request.params["memberId"],
            "copied": [{"id": each.name, "photoId": each.photo, "isNew": each.is_new} for each in done],
        }

    return of_named(request, copied)


def _network(body: ChoicesBody) -> str:
    network = body.network.strip().lower()
    if network not in collecting.OWNED:
        raise Malformed(f"network: one of {', '.join(collecting.OWNED)}.")
    if not body.access_token.strip():
        raise Malformed("accessToken: the token that the member gave.")
    return network
