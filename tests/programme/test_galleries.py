"""What a gallery of the programme must be."""

from typing import Any

import pytest

from chalicelib.programme.validation import InvalidProgramme, validate
from tests.programme.documents import document

GALLERY = {"galleryId": "g", "galleryName": "G"}


def trial(*weights: int, **more: Any) -> dict[str, Any]:
    return {
        "experimentId": "e",
        "variants": [{"variantId": f"v{place}", "weight": weight} for place, weight in enumerate(weights)],
        **more,
    }


def refused(*galleries: dict[str, Any]) -> list[str]:
    with pytest.raises(InvalidProgramme) as found:
        validate({**document(), "galleries": list(galleries)})
    return [problem.field for problem in found.value.problems]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"by": "picked"}, "galleries[0].photos"),
        ({"photos": ["p"]}, "galleries[0].photos"),
        ({"subject": "x"}, "galleries[0].subject"),
        ({"order": "manual"}, "galleries[0].order"),
        ({"startsAt": "2026-02-01", "endsAt": "2026-02-01"}, "galleries[0].endsAt"),
        ({"experiment": trial(50, 49)}, "galleries[0].experiment.variants"),
        ({"experiment": trial(100)}, "galleries[0].experiment.variants"),
        ({"texts": {"german": {}}}, "galleries[0].texts.german.[key]"),
        ({"layout": {"crop": "round"}}, "galleries[0].layout.crop"),
        ({"layout": {"autoplay": True}}, "galleries[0].layout.autoplay"),
        ({"banner": {"slot": "top", "link": "javascript:alert(1)"}}, "galleries[0].banner.link"),
        ({"networks": ["myspace"]}, "galleries[0].networks[0]"),
        ({"trending": {"halfLifeDays": 0}}, "galleries[0].trending.halfLifeDays"),
        ({"perPage": 49}, "galleries[0].perPage"),
    ],
)
@pytest.mark.proves("A067")
def test_what_a_gallery_cannot_be_is_named(more, field):
    assert field in refused({**GALLERY, **more})


def test_an_id_is_given_once():
    assert refused(GALLERY, GALLERY) == ["galleries[1].galleryId"]


def test_the_order_of_a_variant_must_be_one_that_the_gallery_has():
    tried = trial(50, 50)
    tried["variants"][1]["order"] = "manual"

    assert refused({**GALLERY, "experiment": tried}) == ["galleries[0].experiment.variants[1].order"]


def test_variants_have_ids_of_their_own():
    tried = trial(50, 50)
    tried["variants"][1]["variantId"] = "v0"

    assert refused({**GALLERY, "experiment": tried}) == ["galleries[0].experiment.variants"]
