"""Photos for staff: look at one, change what is told of it, decide, and note what its owner allowed."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, cast

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from chalicelib.api import fields, photo_shapes
from chalicelib.api.common import force_of
from chalicelib.api.fields import Body
from chalicelib.api.photo_shapes import PhotoView
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed, NotFound
from chalicelib.members import service as members
from chalicelib.photos import editing, exporting, rights, states
from chalicelib.photos import service as photos
from chalicelib.photos.deciding import service as deciding
from chalicelib.photos.exporting import COLUMNS
from chalicelib.photos.photo import Photo, Reason, RightsState
from chalicelib.photos.states import Verb

routes: Final = Routes(__name__, "Photos")
REASON_CHARACTERS_MAX: Final = 500
CODE: Final = "moderator"
_VERBS: Final = (*states.WAYS, "reverse")
_RIGHTS: Final = ("implicit", "requested", "granted", "denied")

Texts = Annotated[dict[str, str], WithJsonSchema({"type": "object", "additionalProperties": {"type": "string"}})]
Free = Annotated[dict[str, Any], WithJsonSchema({"type": "object", "additionalProperties": True})]


class PhotoBody(Body):
    """What staff change of a photo; what is left away stays as it is."""

    caption: Annotated[str, fields.text_up_to(2_000)] | None = None
    texts: Texts | None = None
    """Captions by language."""
    alt: Texts | None = None
    """What is to be seen, by language, for whoever does not see it."""
    tags: list[str] | None = None
    store_id: fields.Text | None = None
    products: list[str] | None = None
    hot_spots: list[Free] | None = None
    """``{productId, x, y, label, id}``; x and y from left and top of the upright original, 0 to 1."""
    focus: Free | None = None
    crops: dict[str, Free] | None = None
    """By name: ``{focus: {x, y}}``, or ``{x, y, scale, wrapperWidth}``."""
    member_id: fields.MemberId | None = None
    """Whom the photo belongs to; only while it is not paid."""


class DecisionBody(Body):
    """Why: wanted for ``reject`` and ``reverse``."""

    reason: Annotated[str, fields.text_up_to(REASON_CHARACTERS_MAX)] = ""
    code: Annotated[str, fields.text_up_to(40)] = ""


class RightsBody(Body):
    """What whoever made it allowed, and the words that prove it."""

    state: Annotated[str, fields.text_up_to(20)]
    text: Annotated[str, fields.text_up_to(1_000)] = ""


class RightsQuery(Body):
    """In which language to ask."""

    language: Annotated[str, fields.text_up_to(20)] = "en"


class RightsText(TypedDict):
    """The words that ask for the rights of a photo."""

    siteId: str
    photoId: str
    state: str
    text: str


class ExportQuery(Body):
    """Where a long export goes on."""

    after: Annotated[str, fields.text_up_to(200)] = ""


class Export(TypedDict):
    """Photos that may be used for marketing, as a CSV file; ``following`` goes on."""

    siteId: str
    columns: list[str]
    csv: str
    count: int
    following: str | None


class OwnerTaken(Malformed):
    """The photo was paid to somebody."""

    def __init__(self) -> None:
        super().__init__("memberId: the photo was paid to a member already; take the points back first.")


def _again(request: Request, known: Known) -> Mapping[str, Any]:  # noqa: ARG001 - the photo as it is now is the answer.
    return _told(request, photos.read(request.site, _id(request)))


@routes.add("GET", "/photos/{photoId}", scope="content:read", response=PhotoView)
def get_photo(request: Request) -> Mapping[str, Any]:
    """Read a photo with its renditions, hot spots, crops, rights, labels, look-alikes and history."""
    return _told(request, photos.read(request.site, _id(request)))


@routes.add("PATCH", "/photos/{photoId}", scope="content:moderate", body=PhotoBody, response=PhotoView, again=_again)
def patch_photo(request: Request) -> Mapping[str, Any]:
    """Change what is told of a photo: captions, tags, products, hot spots, focus, crops, store and owner.

    memberId gives the photo to a member. One found by a hashtag then pays only if the member had connected a handle of
    its network, its author's where that is known, before it was posted.

    Hot spots lie at fractions of the upright original and stay right under every crop. A product of a hot spot becomes
    one of the photo; hot spots of a product that is taken away go with it.
    """
    body: PhotoBody = request.body
    given = {name: value for name, value in body.model_dump(by_alias=True).items() if value is not None}
    given |= {"store": given.pop("storeId")} if "storeId" in given else {}
    rules = force_of(request).programme.photos
    owner = None if body.member_id is None else members.resolve(request.site, body.member_id)

    def change(photo: Photo) -> Photo:
        after = editing.edited(photo, given, rules)
        if owner is None or owner.mid == photo.mid:
            return after
        if photo.paid is not None and photo.paid.entry and not photo.paid.reversed:
            raise OwnerTaken
        return deciding.given_to(request.site, after, owner, str(body.member_id))

    return _told(request, deciding.edit(request.site, request.command(), _id(request), change, _by(request)))


@routes.add(
    "POST",
    "/photos/{photoId}/{verb}",
    scope="content:moderate",
    body=DecisionBody,
    response=PhotoView,
    again=_again,
    also=(409,),
)
def decide_photo(request: Request) -> Mapping[str, Any]:
    """Decide on a photo: approve, publish, unpublish, reject, withdraw, reopen, retry or reverse.

    approve pays the action of the photo, once; publish is a step of its own and shows it. reject and reverse want a
    reason; reverse takes the points back by what was recorded. A verb that changes nothing answers the photo as it is;
    one that its state does not allow is refused with 409.
    """
    verb, body, run = request.params["verb"].lower(), request.body, request.command()
    if verb not in _VERBS:
        raise NotFound(f"There is no such decision. There are {', '.join(_VERBS)}.")
    if verb in {"reject", "reverse"} and not body.reason.strip():
        raise Malformed("reason: why, in words for whoever sent it.")
    site, photo_id, by = request.site, _id(request), _by(request)
    if verb == "approve":
        return _told(request, deciding.approve(site, run, force_of(request), photo_id, by))
    if verb == "reverse":
        return _told(request, deciding.reverse(site, run, force_of(request), photo_id, by, body.reason))
    reason = Reason(code=body.code or CODE, text=body.reason) if verb == "reject" else None
    return _told(request, deciding.move(site, run, photo_id, cast("Verb", verb), by, reason))


@routes.add(
    "PUT", "/photos/{photoId}/rights", scope="content:moderate", body=RightsBody, response=PhotoView, again=_again,
    also=(409,),
)  # fmt: skip
def put_photo_rights(request: Request) -> Mapping[str, Any]:
    """Note what whoever made a photo allowed: implicit, requested, granted or denied, with the words that prove it.

    Every change stays on the trail. Only granted photos leave by GET /photoexport.
    """
    body: RightsBody = request.body
    if body.state not in _RIGHTS:
        raise Malformed(f"state: one of {', '.join(_RIGHTS)}.")
    to = cast("RightsState", body.state)
    changed = deciding.set_rights(request.site, request.command(), _id(request), to, _by(request), body.text)
    return _told(request, changed)


@routes.add("GET", "/photos/{photoId}/rights", scope="content:read", query=RightsQuery, response=RightsText)
def get_photo_rights(request: Request) -> Mapping[str, Any]:
    """Read the words that ask for the rights of a photo, in a language or what is nearest to it."""
    photo = photos.read(request.site, _id(request))
    rules = force_of(request).programme.photos
    names = {"author": f"@{photo.author}" if photo.author else "", "brand": rules.brand, "terms": rules.terms_url}
    texts = {each.language: each.text for each in rules.request_texts}
    said = rights.request_text(texts, request.query.language, names)
    return {"siteId": request.site, "photoId": photo.id, "state": photo.rights.state, "text": said}


@routes.add("GET", "/photoexport", scope="content:read", query=ExportQuery, response=Export)
def get_photo_export(request: Request) -> Mapping[str, Any]:
    """Export published photos whose rights were granted, for marketing, as CSV; ask on with after = following.

    Cells that a spreadsheet would take for a formula are made plain text.
    """
    found, following = photos.exportable(request.site, request.query.after or None)
    text = exporting.sheet(found, lambda photo: photos.public_path(request.site, photo))
    return {
        "siteId": request.site,
        "columns": list(COLUMNS),
        "csv": text,
        "count": len(found),
        "following": following,
    }


def _told(request: Request, photo: Photo) -> dict[str, Any]:
    return photo_shapes.view(request.site, force_of(request), photo)


def _id(request: Request) -> str:
    return fields.outside_id("photoId", request.params["photoId"])


def _by(request: Request) -> str:
    return request.principal.kind
