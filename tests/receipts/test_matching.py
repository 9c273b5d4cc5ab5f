"""Printed names and listed ones: what is the same, what may be, and what is not."""

from decimal import Decimal
from time import process_time

import pytest

from chalicelib.programme.definitions.receipts import ReceiptProduct, Receipts, Retailer
from chalicelib.receipts.matching import matched, retailer_of
from chalicelib.receipts.purchase import Bought, Purchase

GREEN = Retailer(
    retailer_id="gv",
    name="Green Valley Mart",
    aliases=("GV Express",),
    addresses=("12 High Street, Springfield",),
    tax_ids=("GB 123 4567 89",),
)
BLUE = Retailer(retailer_id="bm", name="Blue Mountain Coffee")


@pytest.mark.parametrize(
    ("printed", "wanted"),
    [
        ("GREEN VALLEY MART", 1.0),
        ("GREEN VALLEY MART SDN BHD", 1.0),
        ("GREEN VALLEY MART LTD", 1.0),
        ("GREEN VA1LEY MART", 0.933),
        ("GV EXPRESS", 1.0),
        ("GREEN HILL SHOES", 0.467),
    ],
)
def test_a_shop_is_known_by_its_names_whatever_its_legal_form(printed, wanted):
    found = retailer_of(Purchase(shop=printed), [BLUE, GREEN])

    assert (found.id, found.score) == ("gv", wanted)


def test_a_tax_number_settles_it_and_an_address_helps():
    assert retailer_of(Purchase(shop="???", codes=("gb123456789",)), [BLUE, GREEN]).score == 1.0
    bare = retailer_of(Purchase(shop="GREEN VALLE"), [GREEN]).score
    helped = retailer_of(Purchase(shop="GREEN VALLE", address="12 HIGH STREET SPRINGFIELD"), [GREEN]).score
    assert helped == pytest.approx(bare + 0.15)


def test_a_moderators_word_counts_before_what_is_printed():
    assert retailer_of(Purchase(shop="Blue Mountain Coffee", retailer="gv"), [BLUE, GREEN]).id == "gv"


def listed(**names):
    return Receipts(products=tuple(ReceiptProduct(product_id=name, names=(text,)) for name, text in names.items()))


def bought(*names, **more):
    return Purchase(lines=tuple(Bought(name=name, amount=Decimal(1), **more) for name in names))


def test_lines_are_matched_by_name_barcode_or_a_moderators_word():
    products = Receipts(products=(
        ReceiptProduct(product_id="tea", names=("Green Tea 20 bags", "GRN TEA")),
        ReceiptProduct(product_id="rice", names=("Rice 5kg",), barcodes=("4006381333931",)),
    ))  # fmt: skip

    assert [each and each.id for each in matched(bought("GRN TEA", "RICE 5KG", "SHOES"), products).lines] == [
        "tea",
        "rice",
        None,
    ]
    assert matched(bought("???", codes=("4006381333931",)), products).lines[0].id == "rice"
    assert matched(bought("SHOES", product="tea"), products).lines[0].score == 1.0


@pytest.mark.parametrize(
    ("printed", "sure", "perhaps"),
    [("SARDINES", True, True), ("SARD1NES", True, True), ("SARDINES TINNED", False, True), ("SANDALS", False, False)],
)
def test_what_is_nearly_the_same_is_for_a_human(printed, sure, perhaps):
    found = matched(bought(printed), listed(fish="Sardines")).lines[0]

    assert (found is not None) == perhaps
    assert bool(found and found.score >= 0.85) == sure


def test_a_thousand_products_and_two_hundred_lines_take_a_moment():
    products = Receipts(
        products=tuple(
            ReceiptProduct(product_id=f"p{n}", names=tuple(f"Product {n} of {m} kinds" for m in range(5)))
            for n in range(1_000)
        )
    )
    begun = process_time()

    found = matched(bought(*(f"PRODUCT {n} OF 3 KINDS" for n in range(200))), products)

    assert all(each is not None and each.score == 1.0 for each in found.lines)
    assert process_time() - begun < 8
