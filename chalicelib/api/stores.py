"""Stores: create and change them singly and in bulk, read and list them (annex-api-2, section 7)."""

from collections.abc import Mapping
from typing import Any, Final, NotRequired

from pydantic import ConfigDict, Field
from typing_extensions import TypedDict

from chalicelib.api import fields
from chalicelib.api.fields import Body
from chalicelib.api.routing import Request, Routes
from chalicelib.catalog.stores import service as stores
from chalicelib.catalog.stores import store
from chalicelib.catalog.stores.service import Outcome
from chalicelib.catalog.stores.store import EXTENDED, ID, NAME, Store
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import INVALID, Malformed, Refusal
from chalicelib.ids import composed

routes: Final = Routes(__name__, "Store")
ELEMENTS_MAX: Final = 1_000
"""Stores of a bulk call."""
_STATUS: Final[dict[Outcome, int]] = {"created": 201, "changed": 200, "unchanged": 200}


class StoreBody(Body):
    """A store: besides the usual attributes it may have any other."""

    model_config = ConfigDict(extra="allow")

    store_id: fields.OrderId | None = None
    store_name: fields.Text | None = None
    company: fields.Text | None = Field(None, alias="Company")
    line_of_business: fields.Text | None = Field(None, alias="LineOfBusiness")
    district: fields.Text | None = Field(None, alias="District")
    country: fields.Text | None = Field(None, alias="Country")
    state: fields.Text | None = Field(None, alias="State")
    city: fields.Text | None = Field(None, alias="City")
    region: fields.Text | None = Field(None, alias="Region")
    zipcode: fields.Text | None = Field(None, alias="Zipcode")
    store_extended_attribute: dict[str, Any] | None = None


class StoresQuery(Body):
    """Where the list goes on."""

    after: fields.OrderId | None = None


class StoreAnswer(TypedDict, total=False):
    """A store with all its attributes, singly as the vendor's clients read them and together."""

    siteId: str
    storeId: str
    storeName: str
    Company: str
    LineOfBusiness: str
    District: str
    Country: str
    State: str
    City: str
    Region: str
    Zipcode: str
    storeExtendedAttribute: dict[str, str]


class StoreList(TypedDict):
    """A hundred stores; ``next`` is what ``after`` asks on with."""

    siteId: str
    stores: list[StoreAnswer]
    next: NotRequired[str]


def _store_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _answer(request, stores.read(request.site, known.ref))


@routes.add(
    "POST", "/store", scope="stores:write", body=StoreBody, response=StoreAnswer, status=201, again=_store_again
)
def create_store(request: Request) -> Mapping[str, Any]:
    """Create a store.

    Besides storeId and storeName it may have any attributes, for example Company, Country, State, City and Zipcode;
    they are given back wherever the store is named. An id that is taken is 409.
    """
    return _answer(request, stores.create(request.site, request.command(), store.read(request.raw)))


@routes.add("PATCH", "/store/{storeId}", scope="stores:write", body=StoreBody, response=StoreAnswer, again=_store_again)
def patch_store(request: Request) -> Mapping[str, Any]:
    """Change attributes of a store. Those that are not given stay; an empty text removes one."""
    store_id = fields.outside_id(ID, request.params[ID])
    given = store.read(request.raw)
    if composed(given.get(ID, store_id)) != composed(store_id):
        raise Malformed(f"{ID}: the body names another store than the path.")
    return _answer(request, stores.change(request.site, request.command(), store_id, given))


@routes.add("GET", "/store/{storeId}", scope="definitions:read", response=StoreAnswer)
def get_store(request: Request) -> Mapping[str, Any]:
    """Read a store with all its attributes."""
    return _answer(request, stores.read(request.site, fields.outside_id(ID, request.params[ID])))


@routes.add("GET", "/stores", scope="definitions:read", query=StoresQuery, response=StoreList)
def get_stores(request: Request) -> Mapping[str, Any]:
    """List all stores, a hundred a call, in no order that means anything.

    next is what the query parameter after asks on with; it is missing on the last page. A store that was created a
    second ago may be missing, too.
    """
    page = stores.page(request.site, after=request.query.after or "")
    said = {"siteId": request.site, "stores": [_told(each) for each in page.stores]}
    return said | ({"next": page.following} if page.following else {})


def _bulk_again(request: Request, known: Known) -> Mapping[str, Any]:
    read = _elements(request)
    return _bulk_answer(request, read, stores.outcomes(known.ref))


@routes.add(
    "POST", "/bulkstores", scope="stores:write", body=dict[str, StoreBody], response=dict[str, Any], again=_bulk_again
)
def bulk_stores(request: Request) -> Mapping[str, Any]:
    """Create and change up to 1,000 stores: numbered elements, each a store.

    A store that is there keeps the attributes that its element does not give. Each element is done or refused on its
    own, and its status tells whether it was created, changed or unchanged. Sent again, nothing is done twice.
    """
    read = _elements(request)
    given = [each for each in read.values() if isinstance(each, dict)]
    return _bulk_answer(request, read, stores.upsert(request.site, request.command(), given))


def _elements(request: Request) -> dict[str, Store | Refusal]:
    """The elements by their numbers: stores that can be taken, and why the others cannot."""
    if not 0 < len(request.raw) <= ELEMENTS_MAX:
        raise Malformed(f'Send an object with the keys "1", "2", …: 1 to {ELEMENTS_MAX} stores a call.')
    seen: dict[str, str] = {}
    read: dict[str, Store | Refusal] = {}
    for number, element in request.raw.items():
        try:
            given = _element(element)
        except Malformed as refused:
            read[number] = refused
            continue
        before = seen.setdefault(composed(given[ID]), number)
        read[number] = given if before == number else Malformed(f"{ID}: the same store as in element {before}.")
    return read


def _element(element: Any) -> Store:
    if not isinstance(element, dict):
        raise Malformed("an object is wanted for each number.")
    given = store.read(element)
    store.complete(given)
    return given


def _bulk_answer(
    request: Request, read: Mapping[str, Store | Refusal], done: list[Outcome]
) -> dict[str, dict[str, Any]]:
    outcomes = iter(done)
    return {
        number: _refused(request.raw[number], each) if isinstance(each, Refusal) else _done(each, next(outcomes))
        for number, each in read.items()
    }


def _done(given: Store, outcome: Outcome) -> dict[str, Any]:
    if outcome == "refused":
        full = f"With what is there already it has more than {store.ATTRIBUTES_MAX} attributes or is too long."
        return {ID: given[ID], "status": outcome, "statusCode": 400, "errorCode": INVALID, "errorMessage": full}
    return {ID: given[ID], NAME: given.get(NAME, ""), "status": outcome, "statusCode": _STATUS[outcome]}


def _refused(element: Any, refusal: Refusal) -> dict[str, Any]:
    named = element.get(ID) if isinstance(element, dict) else None
    said = {"statusCode": refusal.status, "errorCode": refusal.code, "errorMessage": refusal.message}
    return ({ID: named} if isinstance(named, str) else {}) | said


def _answer(request: Request, kept: Store) -> dict[str, Any]:
    return {"siteId": request.site, **_told(kept)}


def _told(kept: Store) -> dict[str, Any]:
    return {NAME: "", **kept, EXTENDED: store.attributes(kept)}
