"""Mutating calls on the configuration of a site; staff alone makes them."""

import json
from typing import Any

from chalicelib.configuring import document
from chalicelib.configuring.document import Configuration
from chalicelib.programme.defaults import DEFAULT_DOCUMENT
from chalicelib.programme.validation import validate
from tests.api.call import Call


def _configured(zone: str) -> dict[str, Any]:
    configuration = Configuration(validate({**DEFAULT_DOCUMENT, "timeZone": zone}))
    return {"configuration": json.loads(document.canonical(configuration))}


CALLS_CONFIGURATION: dict[str, Call] = {
    "put configuration": Call(
        "PUT", "/configuration", _configured("Europe/Berlin"), _configured("Asia/Tokyo"), by_staff=True
    ),
    "start programme": Call(
        "POST", "/programme/defaults/grocery", {"currency": "EUR"}, {"currency": "GBP"}, by_staff=True
    ),
}
