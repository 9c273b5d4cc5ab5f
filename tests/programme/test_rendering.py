"""The programme as text: what is stored, and that it is read back as it was."""

import json
from decimal import Decimal

import pytest
from pydantic import ValidationError

from chalicelib.programme import rendering
from chalicelib.programme.rendering import from_text, render, to_text
from chalicelib.programme.validation import validate
from tests.programme.documents import document, programme


def test_a_programme_is_read_as_it_was_stored():
    whole = programme(timeZone="Europe/Berlin", currency={"creditsToCurrencyRatio": "0.000001"})

    assert from_text(to_text(whole)) == whole


def test_what_is_stored_is_compact_and_as_it_was_written():
    whole = document()
    whole["actions"][0]["actionName"] = "Größe, or: size"

    text = to_text(validate(whole))

    assert '"actionName":"Größe, or: size"' in text
    assert '", ' not in text.replace("Größe, or", "")
    assert '": ' not in text


def test_decimals_are_stored_as_their_digits():
    stored = json.loads(to_text(programme()))

    assert stored["currency"]["creditsToCurrencyRatio"] == "0.01"
    assert stored["pointDecimals"] == 0


def test_a_rendered_document_holds_exact_numbers_and_no_empty_field():
    shown = render(programme())

    assert shown["currency"]["creditsToCurrencyRatio"] == Decimal("0.01")
    assert isinstance(shown["actions"], list)
    assert all(isinstance(action, dict) and None not in action.values() for action in shown["actions"])


def test_a_stored_programme_has_the_names_of_the_wire_only():
    text = to_text(programme()).replace('"timeZone"', '"time_zone"')

    with pytest.raises(ValidationError, match="timeZone"):
        from_text(text)


def test_nothing_but_numbers_is_stored_as_digits():
    assert rendering._digits(Decimal("1.50")) == "1.50"
    with pytest.raises(TypeError, match=r"^a programme holds no set$"):
        rendering._digits({1})
