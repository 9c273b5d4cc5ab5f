"""Products: create, change and read them, singly and in bulk, and tell what they promise (annex-api-2, section 3)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, NotRequired

from typing_extensions import TypedDict

from chalicelib.api import fields, product_bodies
from chalicelib.api.common import WireFigures, force_of
from chalicelib.api.fields import Body
from chalicelib.api.product_bodies import CalculationBody, ProductBody, ReadingBody
from chalicelib.api.routing import Reply, Request, Routes
from chalicelib.api.shapes import Number
from chalicelib.catalog import product as products
from chalicelib.catalog import service as catalog
from chalicelib.catalog.product import Product
from chalicelib.catalog.promising import service as promising
from chalicelib.catalog.promising.service import Asked
from chalicelib.catalog.service import Outcome, UnknownProduct
from chalicelib.dynamo.idempotency import Known
from chalicelib.errors import Malformed, Refusal
from chalicelib.ids import composed
from chalicelib.members import service as members

routes: Final = Routes(__name__, "Product")
ELEMENTS_MAX: Final = 1_000
"""Products of a bulk call."""
ID: Final = "prod_id"
CLASH: Final = "productMaximumLimit: wanted at least productMinimumLimit, together with what the product has already."
_STATUS: Final[dict[Outcome, int]] = {"created": 201, "changed": 200, "unchanged": 200, "unknown": 404, "refused": 400}


class ProductAnswer(TypedDict, total=False):
    """A product with the rules of its category."""

    siteId: str
    productId: str
    pointAwardType: str
    productName: str
    productPrice: Number
    productPointType: str
    productPointRatio: Number
    productBonus: Number
    productBonusFlag: str
    productMinimumLimit: Number
    productMaximumLimit: Number | str
    bonusPoint: Number
    bonusFlag: str
    url: str
    imageUrl: str
    description: str
    productNames: dict[str, str]
    categoryId: str
    categoryName: str
    categoryPointType: str
    categoryPointRatio: Number
    categoryBonus: Number
    categoryBonusFlag: str
    categoryMinimumLimit: Number
    categoryMaximumLimit: Number | str


class WrittenProduct(TypedDict):
    """A product that was written, as it is now."""

    siteId: str
    productId: str
    status: str
    statusCode: int
    pointAwardType: str
    productDetail: dict[str, Any]
    categoryDetail: dict[str, Any]


class ProductsAnswer(TypedDict, total=False):
    """Points (or details) of products in ``data``; or the product that was created."""

    siteId: str
    id: str
    data: list[dict[str, Any]]
    productId: str
    status: str
    statusCode: int
    pointAwardType: str
    productDetail: dict[str, Any]
    categoryDetail: dict[str, Any]


class ProductList(TypedDict):
    """A hundred products; ``next`` is what ``after`` asks on with."""

    siteId: str
    products: list[ProductAnswer]
    next: NotRequired[str]


class ProductsQuery(Body):
    """Where the list goes on."""

    after: fields.OrderId | None = None


def _created_again(request: Request, known: Known) -> Mapping[str, Any] | Reply:
    return Reply(_written(request, catalog.read(request.site, known.ref), "created"), 201)


@routes.add(
    "POST",
    "/products",
    scope="orders:write",
    body=CalculationBody | ProductBody | ReadingBody,
    response=ProductsAnswer,
    also=(201,),
    again=_created_again,
)
def post_products(request: Request) -> Mapping[str, Any] | Reply:
    """Tell what products earn, create a product, or read products.

    With productDetail as a list the points that each product promises come back in data, with pointsRatio (all ratios
    multiplied) and calculation (how they come about): for the member of id in its tier, else in the lowest. Without
    unitPrice at the catalogue's price. The least amount of an order, limits and campaigns are left out; POST /cart has
    them. With productDetail as an object that product is created (201; 409 when it is there). With productId, one or a
    list, the details of these products come back in data.
    """
    given = request.raw.get("productDetail")
    if isinstance(given, list):
        return _calculated(request, fields.read(CalculationBody, dict(request.raw)))
    if given is None and request.raw.get("productId") is not None:
        return _details(request, fields.read(ReadingBody, dict(request.raw)))
    return Reply(_create(request, fields.read(ProductBody, dict(request.raw))), 201)


@routes.add("GET", "/products", scope="definitions:read", query=ProductsQuery, response=ProductList)
def get_products(request: Request) -> Mapping[str, Any]:
    """List the catalogue, a hundred products a call, in no order that means anything.

    next is what the query parameter after asks on with; it is missing on the last page. A product that was created a
    second ago may be missing, too.
    """
    page, force = catalog.page(request.site, after=request.query.after or ""), force_of(request)
    said = {"siteId": request.site, "products": [product_bodies.shown(each, force) for each in page.products]}
    return said | ({"next": page.following} if page.following else {})


@routes.add("GET", "/products/{prod_id}", scope="definitions:read", response=ProductAnswer)
def get_product(request: Request) -> Mapping[str, Any]:
    """Read a product with its rules and those of its category."""
    found = catalog.read(request.site, fields.outside_id(ID, request.params[ID]))
    return {"siteId": request.site, **product_bodies.shown(found, force_of(request))}


def _changed_again(request: Request, known: Known) -> Mapping[str, Any]:
    return _written(request, catalog.read(request.site, known.ref), "changed")


@routes.add(
    "PATCH",
    "/products/{prod_id}",
    scope="orders:write",
    body=ProductBody,
    response=WrittenProduct,
    again=_changed_again,
)
def patch_product(request: Request) -> Mapping[str, Any]:
    """Change fields of a product, and the rules of its category.

    Fields that are not given stay. What categoryDetail says counts for all products of the category.
    """
    body: ProductBody = request.body
    product_id = fields.outside_id(ID, request.params[ID])
    if composed(body.product_detail.product_id or product_id) != composed(product_id):
        raise Malformed("productDetail.productId: the body names another product than the path.")
    present = catalog.read(request.site, product_id)
    products.changed(present, body.value())
    after = catalog.change(request.site, request.command(), product_id, body.value(), body.categories(present.category))
    return _written(request, after, "changed")


def _bulk_again(request: Request, known: Known) -> Mapping[str, Any]:
    read = _elements(request)
    ids = [each.product_detail.product_id or "" for each in read.values() if isinstance(each, ProductBody)]
    found = catalog.read_many(request.site, ids)
    outcomes = catalog.outcomes(known.ref)
    return _answers(request, read, dict(zip(ids, zip(outcomes, found, strict=True), strict=True)))


@routes.add(
    "POST",
    "/bulkproducts",
    scope="orders:write",
    body=dict[str, ProductBody],
    response=dict[str, Any],
    again=_bulk_again,
)
def bulk_products(request: Request) -> Mapping[str, Any]:
    """Create and change up to 1,000 products: numbered elements with productDetail and categoryDetail.

    A product that is there keeps the fields that its element does not give. Each element is done or refused on its
    own; status tells whether it was created, changed or unchanged. What categoryDetail says counts for all products of
    the category, the last element's where several say it. Sent again, nothing is done twice.
    """
    return _bulk(request, may_create=True)


@routes.add(
    "POST",
    "/bulkpatchproducts",
    scope="orders:write",
    body=dict[str, ProductBody],
    response=dict[str, Any],
    again=_bulk_again,
)
def bulk_patch_products(request: Request) -> Mapping[str, Any]:
    """Change up to 1,000 products that are there: numbered elements as those of POST /bulkproducts."""
    return _bulk(request, may_create=False)


def _calculated(request: Request, body: CalculationBody) -> Mapping[str, Any]:
    force = force_of(request)
    show = WireFigures(force)
    wanted = [
        Asked(each.id, each.quantity or Decimal(1), each.unit_price, each.category_id) for each in body.product_detail
    ]

    def promised(mid: str | None) -> list[promising.Promise]:
        return promising.promise(request.site, force, mid, wanted, body.purchase_point_type, request.now)

    found = promised(None) if body.id is None else members.on_member(request.site, body.id, lambda m: promised(m.mid))
    data = [
        {
            "id": line.id,
            "quantity": asked.quantity,
            "unitPrice": each.unit_price,
            "autoDelivery": line.auto_delivery,
            "points": show.points(each.points),
            "calculation": each.calculation,
            "pointsRatio": each.ratio,
        }
        for line, asked, each in zip(body.product_detail, wanted, found, strict=True)
    ]
    return {"siteId": request.site, "id": body.id or "", "data": data}


def _details(request: Request, body: ReadingBody) -> Mapping[str, Any]:
    force = force_of(request)
    found = catalog.read_many(request.site, body.product_id)
    if all(each is None for each in found):
        raise UnknownProduct
    return {
        "siteId": request.site,
        "data": [product_bodies.shown(each, force) for each in found if each is not None],
    }


def _create(request: Request, body: ProductBody) -> dict[str, Any]:
    product_id = body.product_detail.product_id
    if product_id is None:
        raise Malformed("productDetail.productId is missing.")
    new = products.changed(Product(id=product_id), body.value())
    return _written(request, catalog.create(request.site, request.command(), new, body.categories()), "created")


def _bulk(request: Request, *, may_create: bool) -> dict[str, Any]:
    read = _elements(request)
    _define_categories(request, read, may_create=may_create)
    given = {
        each.product_detail.product_id or "": each.value() for each in read.values() if isinstance(each, ProductBody)
    }
    done = catalog.upsert(request.site, request.command(), given, may_create=may_create)
    return _answers(request, read, {name: (each.outcome, each.product) for name, each in done.items()})


def _define_categories(request: Request, read: Mapping[str, ProductBody | Refusal], *, may_create: bool) -> None:
    """Put what the elements say of categories into the programme, of products that are there or come."""
    saying = [each for each in read.values() if isinstance(each, ProductBody) and each.categories()]
    there: list[Any] = saying
    if not may_create and saying:
        there = catalog.read_many(request.site, [each.product_detail.product_id or "" for each in saying])
    given: dict[str, dict[str, Any]] = {}
    for each, is_there in zip(saying, there, strict=True):
        for category_id, said in each.categories().items() if is_there is not None else ():
            given[category_id] = given.get(category_id, {}) | said
    catalog.define(request.site, request.command(), given)


def _elements(request: Request) -> dict[str, ProductBody | Refusal]:
    """The elements by their numbers: products that can be taken, and why the others cannot."""
    if not 0 < len(request.raw) <= ELEMENTS_MAX:
        raise Malformed(f'Send an object with the keys "1", "2", …: 1 to {ELEMENTS_MAX} products a call.')
    seen: dict[str, str] = {}
    read: dict[str, ProductBody | Refusal] = {}
    for number, element in request.raw.items():
        try:
            body = _element(element)
        except Malformed as refused:
            read[number] = refused
            continue
        before = seen.setdefault(composed(body.product_detail.product_id or ""), number)
        same = f"productDetail.productId: the same product as in element {before}."
        read[number] = body if before == number else Malformed(same)
    return read


def _element(element: Any) -> ProductBody:
    if not isinstance(element, dict):
        raise Malformed("an object is wanted for each number.")
    body = fields.read(ProductBody, element)
    if body.product_detail.product_id is None:
        raise Malformed("productDetail.productId is missing.")
    body.categories()
    products.changed(Product(id=""), body.value())
    return body


def _answers(
    request: Request, read: Mapping[str, ProductBody | Refusal], done: Mapping[str, tuple[Outcome, Product | None]]
) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for number, each in read.items():
        if isinstance(each, Refusal):
            said[number] = _named(request.raw[number]) | _refused(each)
            continue
        product_id = each.product_detail.product_id or ""
        outcome, found = done[product_id]
        if outcome == "refused":
            said[number] = {"productId": product_id, "status": outcome, **_refused(Malformed(CLASH))}
        elif found is None or outcome == "unknown":
            said[number] = {"productId": product_id, "status": "unknown", **_refused(UnknownProduct())}
        else:
            said[number] = _written(request, found, outcome)
    return said


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"statusCode": refusal.status, "errorCode": refusal.code, "errorMessage": refusal.message}


def _named(element: Any) -> dict[str, str]:
    detail = element.get("productDetail") if isinstance(element, dict) else None
    named = detail.get("productId") if isinstance(detail, dict) else None
    return {"productId": named} if isinstance(named, str) else {}


def _written(request: Request, found: Product, outcome: Outcome) -> dict[str, Any]:
    force = force_of(request)
    return {
        "siteId": request.site,
        "productId": found.id,
        "status": outcome,
        "statusCode": _STATUS[outcome],
        "pointAwardType": found.award_type or force.programme.purchase.award_type,
        "productDetail": product_bodies.detail(found),
        "categoryDetail": product_bodies.category(found.category, force.category_by_id.get(found.category)),
    }
