"""The page at its sizes and in its colours. With LAUREL_SHOTS=folder the pictures are kept to be looked at."""

from collections.abc import Callable

import pytest

from tests.support.browser import Page

WIDE, PHONE = (1440, 900), (360, 740)
SIDEWAYS = """[...document.querySelectorAll('html, .queue, .rows, .columns, .look, .facts-column, .verbs, .heading')]
  .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.className)"""
FAINT = """(() => {
  const parts = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((each) => each / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = parts(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const words = [...element.childNodes].filter((each) => each.nodeType === 3).map((each) => each.data).join('');
    if (!words.trim() || element.closest('.unseen, .skip, svg')) continue;
    if (!element.checkVisibility({visibilityProperty: true})) continue;
    const colours = [parts(getComputedStyle(element).color), ground(element)];
    const [one, other] = colours.map(light).sort((a, b) => b - a);
    const contrast = (one + 0.05) / (other + 0.05);
    if (contrast < 4.5) found.push(`${words.slice(0, 30)} ${contrast.toFixed(2)}`);
  }
  return found;
})()"""
"""Texts with a contrast below 4.5 to 1 (WCAG 2.2, success criterion 1.4.3)."""


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("item", ["", "receipt/r-2", "photo/p-1"], ids=["queue", "receipt", "photo"])
def test_nothing_sticks_out_and_all_text_can_be_read(
    signed_in: Callable[..., Page], item: str, size: tuple[int, int]
) -> None:
    page = signed_in(item, width=size[0], height=size[1], still=True)
    found = {}
    for dark in (False, True):
        page.media(dark=dark, still=True)
        page.settle(0.1)
        colour = "dark" if dark else "light"
        page.shoot(name=f"{item.partition('/')[0] or 'queue'}-{size[0]}-{colour}")
        found[colour] = page.run(FAINT)

    assert page.run(SIDEWAYS) == []
    assert found == {"light": [], "dark": []}
