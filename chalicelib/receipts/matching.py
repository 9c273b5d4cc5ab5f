"""Whose receipt it is, and which of its lines are products that count: by names as tills print them, scored 0 to 1."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from chalicelib.programme.definitions.receipts import ReceiptProduct, Receipts, Retailer
from chalicelib.receipts.purchase import Bought, Purchase
from chalicelib.receipts.reading.letters import normal, similarity
from chalicelib.values import value

CERTAIN: Final = 1.0
NUMBER_DIGITS_MIN: Final = 6
"""Shorter tax numbers and barcodes are no proof: prices and dates look like them."""
COMPARED_MAX: Final = 12
"""Names that share most with a printed one, and are then compared letter by letter."""
CONTAINED_MIN: Final = 5
"""Letters of a name that is looked for within another."""
ADDRESS_HELPS: Final = 0.15
ADDRESS_SAME: Final = 0.7
NAME_FOR_ADDRESS: Final = 0.5
_LEGAL: Final = re.compile(
    r"\b(?:sdn|bhd|gmbh|co|kg|ag|ltd|limited|inc|llc|plc|corp|corporation|company|pte|pty|sarl|sas|srl|spa|bv|nv|m)\b",
    re.IGNORECASE,
)


@value
class Match:
    """What something printed was taken for, and how alike they are."""

    id: str
    name: str
    score: float


@value
class Matched:
    """Whose receipt it is, and for each line the product that it is most like, if any."""

    retailer: Match | None
    lines: tuple[Match | None, ...]


def matched(purchase: Purchase, receipts: Receipts) -> Matched:
    """Compare a receipt with the lists of a programme. Scores below what a human would look at are left out."""
    least = float(receipts.matching.perhaps)
    index = _Index(receipts.products)
    found = [index.match(line) for line in purchase.lines]
    lines = tuple(each if each is not None and each.score >= least else None for each in found)
    shop = retailer_of(purchase, receipts.retailers)
    return Matched(shop if shop is not None and shop.score >= least else None, lines)


def retailer_of(purchase: Purchase, retailers: Iterable[Retailer]) -> Match | None:
    """The retailer that the head of a receipt is most like; ``None`` where there is nothing to compare."""
    scored = [Match(each.retailer_id, each.name, round(_alike(purchase, each), 3)) for each in retailers]
    return max(scored, key=lambda match: match.score, default=None)


def _alike(purchase: Purchase, retailer: Retailer) -> float:
    if purchase.retailer is not None:
        return CERTAIN if purchase.retailer == retailer.retailer_id else 0.0
    numbers = {code for each in retailer.tax_ids if len(code := normal(each)) >= NUMBER_DIGITS_MIN}
    if any(number == code or number in code for number in numbers for code in purchase.codes):
        return CERTAIN
    if purchase.shop is None:
        return 0.0
    score = max(_names_alike(purchase.shop, name) for name in (retailer.name, *retailer.aliases))
    if score >= NAME_FOR_ADDRESS and purchase.address and any(
        similarity(purchase.address, each) >= ADDRESS_SAME for each in retailer.addresses
    ):  # fmt: skip
        score = min(CERTAIN, score + ADDRESS_HELPS)
    return score


def _names_alike(printed: str, listed: str) -> float:
    """How alike two names are, with and without their legal forms, and one within the other."""
    plain = [_LEGAL.sub(" ", each) for each in (printed, listed)]
    return max(_alike_texts(printed, listed), _alike_texts(*plain) if all(map(normal, plain)) else 0.0)


def _alike_texts(one: str, other: str) -> float:
    shorter, longer = sorted((normal(one), normal(other)), key=len)
    if not shorter:
        return 0.0
    within = 0.0
    if len(shorter) >= CONTAINED_MIN and shorter in longer:
        within = 0.6 + 0.35 * len(shorter) / len(longer)
    return max(within, similarity(one, other))


class _Index:
    """The names of products by their pairs of letters, so that thousands need not be compared with every line."""

    def __init__(self, products: Sequence[ReceiptProduct]) -> None:
        self.products = {each.product_id: each for each in products}
        self.by_code = {normal(code): each.product_id for each in products for code in each.barcodes}
        self.names = [(name, each.product_id) for each in products for name in each.names]
        self.by_pair: dict[str, list[int]] = defaultdict(list)
        for place, (name, _) in enumerate(self.names):
            for pair in _pairs(name):
                self.by_pair[pair].append(place)

    def match(self, line: Bought) -> Match | None:
        if line.product:
            known = self.products.get(line.product)
            return Match(line.product, known.names[0] if known else line.name, CERTAIN)
        by_code = next((self.by_code[code] for code in line.codes if code in self.by_code), None)
        if by_code is not None:
            return Match(by_code, self.products[by_code].names[0], CERTAIN)
        shared = Counter(place for pair in _pairs(line.name) for place in self.by_pair.get(pair, ()))
        nearest = [self.names[place] for place, _ in shared.most_common(COMPARED_MAX)]
        scored = [Match(product, name, round(_alike_texts(line.name, name), 3)) for name, product in nearest]
        return max(scored, key=lambda match: match.score, default=None)


def _pairs(name: str) -> set[str]:
    text = normal(name)
    return {text[place : place + 2] for place in range(len(text) - 1)} or {text}
