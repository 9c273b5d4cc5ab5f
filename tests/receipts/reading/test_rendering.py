"""A reading as plain values."""

import json

from chalicelib.receipts.reading.reading import Reading
from chalicelib.receipts.reading.rendering import FIELDS, as_plain
from tests.receipts.layouts import GROCER, reading


def test_a_reading_goes_through_json_with_exact_amounts_and_places():
    plain = json.loads(json.dumps(as_plain(reading(GROCER))))

    assert plain["fields"]["total"] == {"value": "50.85", "confidence": 0.95, "boxes": [[340, 470, 390, 490]]}
    assert plain["fields"]["day"]["value"] == "2026-03-14"
    assert plain["fields"]["time_of_day"]["value"] == "18:42:00"
    assert plain["lines"][1] == {
        "name": "SARDINES",
        "quantity": "3",
        "unitPrice": "4.20",
        "amount": "12.60",
        "confidence": 0.95,
        "boxes": [[0, 320, 80, 340], [170, 320, 180, 340], [240, 320, 280, 340], [340, 320, 390, 340]],
    }
    assert plain["picture"]["width"] > 400
    assert plain["fields"].keys() <= set(FIELDS)


def test_what_was_not_found_is_left_out():
    assert as_plain(Reading())["fields"] == {}
