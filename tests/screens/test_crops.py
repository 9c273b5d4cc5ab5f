"""The crops that the page shows are those that the server delivers, for any picture, focus and transform."""

import json
import random
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.photos import crops
from tests.support.browser import Page

CASES = 2_000
SCRIPT = """(async (cases) => {
  const {window, through} = await import('./crops.js');
  return cases.map(({width, height, ratio, focus, transform, point}) => {
    const seen = window(width, height, ratio, focus, transform);
    return [seen.left, seen.top, seen.width, seen.height, through(seen, ...point)];
  });
})"""


def drawn(dice: random.Random) -> dict[str, Any]:
    transform = {
        "x": dice.uniform(-900, 900),
        "y": dice.uniform(-900, 900),
        "scale": dice.uniform(0.3, 25),
        "wrapperWidth": dice.uniform(100, 1600),
    }
    wide, high = dice.randint(1, 20), dice.randint(1, 20)
    return {
        "width": dice.randint(40, 6000),
        "height": dice.randint(40, 6000),
        "sides": (wide, high),
        "ratio": wide / high,
        "focus": {"x": dice.choice([0.0, 0.5, 1.0, dice.random()]), "y": dice.random()},
        "transform": transform if dice.random() < 0.5 else None,
        "point": [dice.random(), dice.random()],
    }


def expected(case: dict[str, Any]) -> list[Any]:
    size = case["width"], case["height"], case["sides"]
    known = case["transform"]
    if known:
        seen = crops.transformed(
            *size, x=known["x"], y=known["y"], scale=known["scale"], wrapper_width=known["wrapperWidth"]
        )
    else:
        seen = crops.window(*size, (case["focus"]["x"], case["focus"]["y"]))
    place = crops.through(seen, *case["point"])
    return [seen.left, seen.top, seen.width, seen.height, None if place is None else list(place)]


@pytest.mark.proves("A071")
def test_the_page_and_the_server_crop_alike(signed_in: Callable[..., Page]) -> None:
    dice = random.Random(2026)
    cases = [drawn(dice) for _ in range(CASES)]
    page = signed_in()
    shown = page.run(f"{SCRIPT}({json.dumps(cases)})")

    for case, mine in zip(cases, shown, strict=True):
        theirs = expected(case)
        assert mine[:4] == pytest.approx(theirs[:4], abs=1e-9), case
        assert (mine[4] is None) == (theirs[4] is None), case
        assert mine[4] is None or mine[4] == pytest.approx(theirs[4], abs=1e-6), case
