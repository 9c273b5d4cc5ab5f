"""Further kinds of points beside the ordinary ones, each with its own balance, expiry and tiers (annex-api-2, §12)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BeforeValidator

from chalicelib.ledger.account import POINTS
from chalicelib.programme.definitions.ladder import Expiry, Tiers
from chalicelib.programme.fields import Few, Matching, Text, read_status
from chalicelib.programme.section import Display, Money, Problem, Ratio, Section

BUCKETS_MAX: Final = 10
"""Each may take 128 lots in every account: an item holds 400 KB (AWS limit)."""
LISTED_MAX: Final = 500
"""Products or categories that a bucket names."""

BucketName = Annotated[
    str, Matching("[A-Za-z][A-Za-z0-9_-]{0,39}", "1 to 40 letters, digits, - or _, beginning with a letter")
]
Listed = Annotated[tuple[Annotated[str, Text(255)], ...], Few(LISTED_MAX)]


class Bucket(Section):
    """A kind of points. Callers move it by ``Credit[name]``; with a ``ratio`` purchases earn it, too."""

    name: BucketName
    display_name: Display = ""
    status: Annotated[str, BeforeValidator(read_status), Matching("ACTIVE|INACTIVE", "ACTIVE or INACTIVE")] = "ACTIVE"
    expiry: Expiry | None = None
    """Of its points; the programme's where it has none."""
    ratio: Ratio | None = None
    """Points of this bucket per currency unit of a purchase; without one purchases earn none."""
    minimum_order_amount: Money = Decimal(0)
    products: Listed = ()
    """Products that earn it; with ``categories``, products of these earn it, too. All do where neither is named."""
    categories: Listed = ()
    excluded_products: Listed = ()
    excluded_categories: Listed = ()
    tiers: Tiers | None = None
    """A ladder of its own, by points of this bucket."""

    @property
    def is_active(self) -> bool:
        """Whether it can be earned and spent."""
        return self.status == "ACTIVE"

    def admits(self, product: str, category: str) -> bool:
        """Whether a product earns it."""
        if product in self.excluded_products or category in self.excluded_categories:
            return False
        return not (self.products or self.categories) or product in self.products or category in self.categories


def problems(buckets: Sequence[Bucket]) -> Iterator[Problem]:
    """Names that are taken, and ladders by what a bucket does not count."""
    first: dict[str, int] = {POINTS: -1}
    for place, bucket in enumerate(buckets):
        before = first.setdefault(bucket.name.casefold(), place)
        if before != place:
            text = "the ordinary points" if before < 0 else f"buckets[{before}].name"
            yield Problem(f"buckets[{place}].name", f"wanted one that no other has, got {bucket.name} as {text}")
        if bucket.tiers is not None and bucket.tiers.criterion != "earnedPoints":
            yield Problem(f"buckets[{place}].tiers.criterion", "wanted earnedPoints: a bucket counts only its points")
