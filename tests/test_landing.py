import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import landing
from chalicelib.landing import Landed


@pytest.mark.parametrize("kind", landing.KINDS)
def test_a_key_of_ours_says_whose_upload_it_is(kind):
    assert landing.parse(landing.incoming(kind, "29235480", "u-1")) == Landed(kind, "29235480", "u-1")


def test_a_dropped_receipt_names_its_member_in_any_letters():
    key = landing.dropped(landing.RECEIPTS, "1", "till 7.jpg", "zoë/ü@example.test")

    assert landing.parse(key) == Landed("receipts", "1", "till 7.jpg", is_dropped=True, member="zoë/ü@example.test")


def test_dropped_photos_and_feeds_have_a_name():
    assert landing.parse("drop/products/1/all products.csv") == Landed(
        "products", "1", "all products.csv", is_dropped=True
    )
    assert landing.parse("drop/photos/1/a.jpg") == Landed("photos", "1", "a.jpg", is_dropped=True)


def test_what_was_kept_is_told_of_by_ourselves_only():
    assert landing.parse(landing.kept(landing.PHOTOS, "1", "p")) == Landed("photos", "1", "p", is_kept=True)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "in/receipts/1",
        "in/receipts/1/../2",
        "in/receipts/../x",
        "in/receipts/1/a/b",
        "in/receipts/1/",
        "in/invoices/1/a",
        "in/receipts/1/a b",
        "kept/receipts/1/a",
        "shown/photos/1/a/w512.webp",
        "drop/receipts/1/a.jpg",
        "drop/receipts/1//a.jpg",
        "drop/photos/1/",
        "drop/photos/1/a\x00.jpg",
        "drop/photos/1/a\n.jpg",
        "drop/photos/x y/a.jpg",
        "drop/photos/1/b/a.jpg",
        "reports/products/1/a.csv.json",
        f"drop/photos/1/{'a' * 201}",
    ],
)
def test_nothing_is_taken_under_any_other_key(key):
    assert landing.parse(key) is None


@given(st.text(max_size=60))
def test_no_key_is_a_fault(key):
    landing.parse(key)
    landing.parse(f"in/receipts/{key}")
    landing.parse(f"drop/receipts/1/{key}")


@pytest.mark.parametrize("parts", [("receipts", "1", "../x"), ("receipts", "1/2", "x"), ("invoices", "1", "x")])
def test_no_key_is_made_of_what_a_client_says(parts):
    with pytest.raises(ValueError, match="id of ours"):
        landing.kept(*parts)
