"""Photos that are sent in: by a shop's server, or from a browser straight to the bucket."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import WithJsonSchema
from typing_extensions import TypedDict

from chalicelib.api import fields, photo_shapes
from chalicelib.api.common import force_of, of_named
from chalicelib.api.fields import Body
from chalicelib.api.multipart import Upload
from chalicelib.api.routing import Request, Routes
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import AlreadyExists, Malformed
from chalicelib.formats import PHOTO_KINDS, kind_of
from chalicelib.gateways import fetching
from chalicelib.gateways.storage import Form
from chalicelib.members import service as members
from chalicelib.members.service import Resolved
from chalicelib.photos import service as photos
from chalicelib.photos.intake import Intake
from chalicelib.photos.photo import Photo
from chalicelib.photos.taking import service as taking
from chalicelib.photos.watching import service as watching
from chalicelib.programme.definitions.photos import PhotoRules

routes: Final = Routes(__name__, "Photos")
NAMES_CHARACTERS_MAX: Final = 2_000
URL_CHARACTERS_MAX: Final = fetching.URL_CHARACTERS_MAX
FILE: Final = WithJsonSchema({"type": "string", "format": "binary"})


class UploadBody(Body):
    """A photo of a member or of nobody: as a file of a form, or by the address from which it is copied."""

    user_id: fields.MemberId | None = None
    file: Annotated[Any, FILE] = None
    url: Annotated[str, fields.text_up_to(URL_CHARACTERS_MAX)] = ""
    caption: Annotated[str, fields.text_up_to(2_000)] = ""
    tags: Annotated[str, fields.text_up_to(NAMES_CHARACTERS_MAX)] = ""
    """Separated by commas."""
    products: Annotated[str, fields.text_up_to(NAMES_CHARACTERS_MAX)] = ""
    """Ids of products, separated by commas."""
    store_id: fields.Text = ""
    source_id: fields.Text = ""
    """What the shop calls it; a photo with it is taken in once."""
    review_id: fields.Text = ""
    """The review that it came with: then it pays the action of reviews, and its source is that."""
    consent: fields.YesNo = False
    """Whether its owner agreed to the terms of the site."""


class FormBody(Body):
    """What is known of a photo before its file comes."""

    caption: Annotated[str, fields.text_up_to(2_000)] = ""
    tags: Annotated[str, fields.text_up_to(NAMES_CHARACTERS_MAX)] = ""
    products: Annotated[str, fields.text_up_to(NAMES_CHARACTERS_MAX)] = ""
    store_id: fields.Text = ""
    consent: fields.YesNo = False


class Sent(TypedDict):
    """A photo that was sent in."""

    siteId: str
    photoId: str
    state: str


class PhotoForm(TypedDict):
    """Where and with which fields a browser posts the file, last and as ``file``; good for an hour."""

    siteId: str
    photoId: str
    state: str
    url: str
    fields: dict[str, str]


class OwnPhoto(TypedDict):
    """A photo as its owner sees it."""

    photoId: str
    state: str
    uploadDate: str
    caption: str
    mediaType: str
    reasons: list[str]


class OwnPhotos(TypedDict):
    """Photos of a member, newest first; ``following`` goes on."""

    siteId: str
    memberId: str
    photos: list[OwnPhoto]
    following: str | None


class OwnQuery(Body):
    """Where a long list goes on."""

    after: Annotated[str, fields.text_up_to(100)] = ""


class SentBefore(AlreadyExists):
    """A photo with this sourceId is there."""

    def __init__(self) -> None:
        super().__init__("Data already exists: a photo with this sourceId was taken in before.")


def _sent_again(request: Request, known: Known) -> Mapping[str, Any]:
    taking.again(request.site, known.ref, _data(request.body))
    return _sent(request.site, photos.read(request.site, known.ref))


def _form_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _form(request.site, photos.read(request.site, known.ref), taking.form_of(request.site, known.ref))


@routes.add(
    "POST", "/photos", scope="content:moderate", body=UploadBody, response=Sent, again=_sent_again, takes_files=True
)
def post_photo(request: Request) -> Mapping[str, Any]:
    """Send in a photo: a JPEG, PNG, HEIC or WebP as file of a form, or url from which it is copied; or a YouTube video.

    reviewId says that it came with a review, which may bring several, each with its sourceId; each is taken in once.
    It is judged by its content, freed of everything but its pixels, and waits for a moderator; GET /photos/{photoId}
    tells how it stands. A file of more than 4 MB goes straight to the bucket: ask POST /users/{memberId}/photos for a
    form.
    """
    body: UploadBody = request.body
    if isinstance(body.file, Upload) == bool(body.url):
        raise Malformed("file or url: exactly one of them, the file as a part of multipart/form-data.")
    if body.url:
        _check_url(body.url)
    data = _data(body)
    if data is not None and kind_of(data, PHOTO_KINDS) is None:
        raise Malformed("file: must be a JPEG, PNG, HEIC or WebP picture; its name does not matter, its content does.")
    owner = None if body.user_id is None else members.resolve(request.site, body.user_id)
    source = "review" if body.review_id else "api"
    given = _intake(request, body, owner, body.user_id or "", source=source, data=data, url=body.url)
    photo_id = taking.admit(request.site, watching.seen(given), request.now, request.key)
    if photo_id is None:
        raise SentBefore
    return _sent(request.site, photos.read(request.site, photo_id))


@routes.add(
    "POST", "/users/{memberId}/photos", scope="content:write", body=FormBody, response=PhotoForm, again=_form_again
)
def post_photo_form(request: Request) -> Mapping[str, Any]:
    """Ask for a form with which a member's photo goes straight to the bucket.

    Post the file to url as multipart/form-data with the fields as they are, then the file as the last part, named file.
    consent = YES says that the member agreed to the terms of the site; without it a photo is shown, and never used
    beyond the galleries.
    """

    def made(owner: Resolved) -> Mapping[str, Any]:
        given = _intake(request, request.body, owner, request.params["memberId"], source="upload")
        photo, form = taking.form(request.site, given, request.now, request.key)
        return _form(request.site, photo, form)

    return of_named(request, made)


@routes.add("GET", "/users/{memberId}/photos", scope="content:write", query=OwnQuery, response=OwnPhotos)
def get_own_photos(request: Request) -> Mapping[str, Any]:
    """List the photos of a member, newest first, with what became of each."""
    found = of_named(
        request,
        lambda owner: photos.of_member(request.site, (owner.mid, *owner.homes), after=request.query.after or None),
    )
    return {
        "siteId": request.site,
        "memberId": request.params["memberId"],
        "photos": [photo_shapes.brief_view(photo) for photo in found],
        "following": found[-1].id if len(found) == photos.PAGE_MAX else None,
    }


def _intake(request: Request, body: UploadBody | FormBody, owner: Resolved | None, member: str, **more: Any) -> Intake:
    rules: PhotoRules = force_of(request).programme.photos
    consent = f"terms {rules.terms_version} {rules.terms_url}".strip() if body.consent else ""
    return Intake(
        source_id=_source_id(body) if isinstance(body, UploadBody) else "",
        caption=body.caption,
        mid="" if owner is None else owner.mid,
        member=member,
        tags=_apart(body.tags),
        products=_apart(body.products),
        store=body.store_id,
        rights="granted" if body.consent else "none",
        consent=consent,
        **more,
    )


def _source_id(body: UploadBody) -> str:
    """A review may bring several photos, each with a sourceId; one without is the only one of its review."""
    return "/".join(part for part in (body.review_id, body.source_id) if part)


def _data(body: UploadBody) -> bytes | None:
    return body.file.data if isinstance(body.file, Upload) else None


def _apart(text: str) -> tuple[str, ...]:
    return tuple(part for each in text.split(",") if (part := each.strip()))


def _check_url(url: str) -> None:
    try:
        fetching.check(url)
    except fetching.FetchRefused as refused:
        raise Malformed(f"url: {refused}") from None


def _sent(site: str, photo: Photo) -> dict[str, Any]:
    return {"siteId": site, "photoId": photo.id, "state": photo.state}


def _form(site: str, photo: Photo, form: Form) -> dict[str, Any]:
    return {**_sent(site, photo), "url": form.url, "fields": dict(form.fields)}
