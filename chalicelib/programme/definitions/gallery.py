"""Galleries of customers' photos: what they show, how, where, when, and in which variants (mission A067, A072, A073,
A096, A097).
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, StrictBool

from chalicelib.programme.definitions.campaign import Moment, read_switch
from chalicelib.programme.fields import Exact, Few, Matching, Text, Whole, wanted
from chalicelib.programme.section import DefinitionId, Display, Name, Problem, Section

GALLERIES_MAX: Final = 100
PICKED_MAX: Final = 200
LANGUAGES_MAX: Final = 20
VARIANTS_MAX: Final = 5
LISTED_MAX: Final = 20
PAGE_MAX: Final = 48
COLUMNS_MAX: Final = 8
ROWS_MAX: Final = 12
HALF_LIFE_DAYS_MAX: Final = 30
URL_MAX: Final = 1_000
FULL: Final = 100
"""The weights of an experiment's variants add up to this."""

Network = Literal["facebook", "x", "pinterest", "whatsapp", "mail"]
Weight = Annotated[Decimal, Exact("0", "1000", 3)]
Id = Annotated[str, Text(255)]
Language = Annotated[str, Matching("[a-z]{2,3}(-[A-Z]{2}|-[0-9]{3})?", 'a language such as "de" or "de-AT"')]
Crop = Annotated[str, Matching("[a-z][a-z0-9-]{0,29}", 'the name of a crop of the programme, or "natural"')]
NATURAL: Final = "natural"
Order = Literal["newest", "oldest", "trending", "manual"]


def read_web_url(given: object) -> str:
    """An address that a page may link to: https, or http, and nothing that a browser would run."""
    text = given.strip() if isinstance(given, str) else ""
    is_web = text.startswith(("https://", "http://")) and not any(letter.isspace() or letter < " " for letter in text)
    if not is_web or len(text) > URL_MAX:
        raise wanted(f"an address that begins with https:// and has at most {URL_MAX} characters")
    return text


WebUrl = Annotated[str, BeforeValidator(read_web_url)]


class Layout(Section):
    """How photos stand on the page. Nothing moves by itself."""

    type: Literal["slider", "grid", "carousel"] = "grid"
    """A slider is a row to scroll through, a carousel shows one photo at a time."""
    columns: Annotated[int, Whole(1, COLUMNS_MAX)] = 4
    columns_on_phones: Annotated[int, Whole(1, COLUMNS_MAX)] = 2
    rows: Annotated[int, Whole(0, ROWS_MAX)] = 0
    """Rows of a grid that show at first; 0 for all of a page."""
    crop: Crop = "square"
    """Which of the programme's crops photos are shown in; natural for none."""


class GalleryTexts(Section):
    """Texts of a gallery in one language; what is empty is taken from the next language, then from built-in words."""

    title: Display = ""
    subtitle: Display = ""
    empty: Display = ""
    buy: Display = ""
    more: Display = ""
    photo_alt: Display = ""
    """What is said of a photo without a caption."""


class Filters(Section):
    """What a photo must be beyond the gallery's own subject; what is empty admits all."""

    tags: Annotated[tuple[Id, ...], Few(LISTED_MAX)] = ()
    """All of them."""
    stores: Annotated[tuple[Id, ...], Few(LISTED_MAX)] = ()
    sources: Annotated[tuple[Id, ...], Few(LISTED_MAX)] = ()
    media_type: Literal["any", "image", "video"] = "any"
    with_products: StrictBool = False


class Trending(Section):
    """Weights of the score, and the days after which an interaction counts half."""

    view: Weight = Decimal(1)
    click: Weight = Decimal(5)
    buy: Weight = Decimal(20)
    publication: Weight = Decimal(10)
    half_life_days: Annotated[int, Whole(1, HALF_LIFE_DAYS_MAX)] = 7


class Banner(Section):
    """The place of a page where the gallery stands as a banner."""

    slot: DefinitionId
    theme: Annotated[str, Text(255, 0)] = ""
    """Only on pages of this theme; empty for every theme."""
    category: Annotated[str, Text(255, 0)] = ""
    """Only on pages of this category; empty for every category."""
    link: WebUrl | None = None
    priority: Annotated[int, Whole(0, 1_000)] = 0


class Variant(Section):
    """One variant: its share of page views in percent, and the fields of the gallery that it replaces."""

    variant_id: DefinitionId
    weight: Annotated[int, Whole(0, FULL)]
    order: Order | None = None
    per_page: Annotated[int, Whole(1, PAGE_MAX)] | None = None
    layout: Layout | None = None
    texts: dict[Language, GalleryTexts] | None = None
    networks: Annotated[tuple[Network, ...], Few(5)] | None = None
    captions: StrictBool | None = None
    authors: StrictBool | None = None
    hot_spots: StrictBool | None = None
    buy_links: StrictBool | None = None


class Experiment(Section):
    """Variants that are shown side by side, at any time or between dates. The first is the control."""

    experiment_id: DefinitionId
    status: Annotated[Literal["ON", "OFF"], BeforeValidator(read_switch)] = "ON"
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    variants: Annotated[tuple[Variant, ...], Few(VARIANTS_MAX, 2)]


class Gallery(Section):
    """A gallery of published photos. Its subject is what ``by`` says: one product, category or tag, all, or a list."""

    gallery_id: DefinitionId
    gallery_name: Name
    status: Annotated[Literal["ON", "OFF"], BeforeValidator(read_switch)] = "ON"
    by: Literal["product", "category", "tag", "all", "picked"] = "all"
    subject: Annotated[str, Text(255, 0)] = ""
    """The product, category or tag; empty where the page says which."""
    photos: Annotated[tuple[Id, ...], Few(PICKED_MAX)] = ()
    """Hand-picked photos, in their order."""
    order: Order = "newest"
    filters: Filters = Field(default_factory=Filters)
    per_page: Annotated[int, Whole(1, PAGE_MAX)] = 12
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    layout: Layout = Field(default_factory=Layout)
    language: Language = "en"
    """The shop's own, in which texts are looked for last."""
    texts: dict[Language, GalleryTexts] = Field(default_factory=dict)
    networks: Annotated[tuple[Network, ...], Few(5)] = ("facebook", "x", "pinterest")
    captions: StrictBool = True
    authors: StrictBool = True
    hot_spots: StrictBool = True
    buy_links: StrictBool = True
    trending: Trending = Field(default_factory=Trending)
    banner: Banner | None = None
    experiment: Experiment | None = None

    @property
    def is_on(self) -> bool:
        """Whether it is switched on."""
        return self.status == "ON"


def problems(galleries: Sequence[Gallery], crops: set[str]) -> Iterator[Problem]:
    """Ids that are taken, orders that a subject does not have, dates and experiments that contradict themselves."""
    first: dict[str, int] = {}
    for place, each in enumerate(galleries):
        path = f"galleries[{place}]"
        before = first.setdefault(each.gallery_id, place)
        if before != place:
            same = f"galleries[{before}].galleryId"
            yield Problem(f"{path}.galleryId", f"wanted one that no other has, got {each.gallery_id} as in {same}")
        yield from _dates(path, each)
        yield from _subject(path, each)
        yield from _languages(f"{path}.texts", each.texts)
        yield from _crop(f"{path}.layout", each.layout, crops)
        if each.experiment is not None:
            yield from _experiment(f"{path}.experiment", each, each.experiment, crops)


def _dates(path: str, dated: Gallery | Experiment) -> Iterator[Problem]:
    if dated.starts_at and dated.ends_at and dated.ends_at <= dated.starts_at:
        yield Problem(f"{path}.endsAt", f"wanted a moment after {dated.starts_at}, got {dated.ends_at}")


def _subject(path: str, gallery: Gallery) -> Iterator[Problem]:
    is_picked = gallery.by == "picked"
    if is_picked and not gallery.photos:
        yield Problem(f"{path}.photos", "is missing: the ids of the picked photos, in their order")
    if len(set(gallery.photos)) < len(gallery.photos):
        yield Problem(f"{path}.photos", "wanted each photo once")
    if not is_picked and gallery.photos:
        yield Problem(f"{path}.photos", "wanted nothing unless by is picked")
    if gallery.by in ("picked", "all") and gallery.subject:
        yield Problem(f"{path}.subject", f"wanted nothing with by {gallery.by}")
    yield from _order(f"{path}.order", gallery, gallery.order)


def _order(path: str, gallery: Gallery, order: Order) -> Iterator[Problem]:
    if order == "manual" and gallery.by != "picked":
        yield Problem(path, "wanted another than manual: only picked photos have an order by hand")


def _crop(path: str, layout: Layout, crops: set[str]) -> Iterator[Problem]:
    if layout.crop not in {*crops, NATURAL}:
        yield Problem(f"{path}.crop", f"wanted natural or a crop of photos.crops, got {layout.crop}")


def _languages(path: str, texts: dict[str, Any]) -> Iterator[Problem]:
    if len(texts) > LANGUAGES_MAX:
        yield Problem(path, f"wanted at most {LANGUAGES_MAX} languages, got {len(texts)}")


def _experiment(path: str, gallery: Gallery, experiment: Experiment, crops: set[str]) -> Iterator[Problem]:
    yield from _dates(path, experiment)
    ids = [variant.variant_id for variant in experiment.variants]
    if len(set(ids)) < len(ids):
        yield Problem(f"{path}.variants", "wanted another variantId for each of them")
    total = sum(variant.weight for variant in experiment.variants)
    if total != FULL:
        yield Problem(f"{path}.variants", f"wanted weights that add up to {FULL}, got {total}")
    for place, variant in enumerate(experiment.variants):
        if variant.order is not None:
            yield from _order(f"{path}.variants[{place}].order", gallery, variant.order)
        if variant.layout is not None:
            yield from _crop(f"{path}.variants[{place}].layout", variant.layout, crops)
        if variant.texts is not None:
            yield from _languages(f"{path}.variants[{place}].texts", variant.texts)
