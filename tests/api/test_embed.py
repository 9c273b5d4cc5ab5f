"""The embed in a real browser: shown, used by keyboard and screen reader, counted, and breaking nothing."""

import gzip
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api.gallery_page import EMBED, World, pictures, served
from tests.support import browser
from tests.support.browser import Browser, Page

ROOT = "document.querySelector('.laurel-gallery').shadowRoot"
SHIFT = """window.shift = 0; new PerformanceObserver(list => {
  for (const each of list.getEntries()) window.shift += each.value;
}).observe({type: 'layout-shift', buffered: true});"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.running() as found:
        yield found


class Visit:
    """A page with the gallery on it."""

    def __init__(self, chromium: Browser, world: World, url: str, **wishes: Any) -> None:
        self.world = world
        self.page: Page = chromium.page(**wishes)
        self.page.call("Page.addScriptToEvaluateOnNewDocument", source=SHIFT)
        self.page.open(url)

    def ready(self) -> "Visit":
        self.page.wait(f"{ROOT}?.querySelector('.o img')?.complete")
        self.page.settle(0.15)
        return self

    def one(self, selector: str, said: str) -> Any:
        return self.page.run(f"{ROOT}.querySelector({selector!r}){said}")

    def many(self, selector: str, said: str) -> list[Any]:
        return list(self.page.run(f"[...{ROOT}.querySelectorAll({selector!r})].map(e => e{said})"))

    def click(self, selector: str) -> None:
        left, top, width, height = self.page.run(
            f"(e => {{ e.scrollIntoView({{block: 'nearest'}}); const r = e.getBoundingClientRect();"
            f" return [r.left, r.top, r.width, r.height]; }})({ROOT}.querySelector({selector!r}))"
        )
        at = left + width / 2, top + height / 2
        for kind in ("mouseMoved", "mousePressed", "mouseReleased"):
            self.page.mouse(kind, at)
        self.page.settle(0.1)

    @property
    def focus(self) -> str:
        """The name of what has the focus."""
        return str(self.page.run(f"{ROOT}.activeElement?.getAttribute('aria-label') ?? ''"))


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Any]:
    opened: list[Any] = []

    def go(world: World, **wishes: Any) -> Visit:
        serving = served(world)
        url, _ = serving.__enter__()
        found = Visit(chromium, world, url, **wishes)
        opened.append((found, serving))
        return found

    yield go
    for found, serving in opened:
        found.page.close()
        serving.__exit__(None, None, None)


def test_the_script_is_small():
    assert len(gzip.compress(EMBED.read_bytes(), 9)) < 30_000


def test_the_script_makes_no_code_of_text():
    source = EMBED.read_text()

    assert not [
        word
        for word in ("innerHTML", "eval(", "new Function", "document.write", "cookie =", "localStorage")
        if word in source
    ]


@pytest.mark.proves("A067", "A070", "A073")
def test_a_gallery_is_used_by_mouse_and_keyboard_and_tells_what_happened(visit):
    gallery = {"layout": {"type": "grid", "rows": 2}, "texts": {"en": {"title": "Yours"}}}
    seen = visit(World(gallery)).ready()

    assert seen.many("h2", ".textContent") == ["Yours"]
    assert len(seen.many("li", ".hidden")) == 6
    assert seen.many(".o img", ".alt")[0] == 'Caption 0 "<i>'
    assert seen.one(".o img", ".currentSrc").endswith(".webp?crop=square&v=")
    assert seen.page.run("window.shift") == 0
    # A hot spot keeps its place under the crop: 0.3 of 1600 is 0.2333 of the middle 1200.
    assert float(seen.one(".s", ".style.top.slice(0, -1)")) == pytest.approx((0.3 - 0.125) / 0.75 * 100, abs=0.01)
    assert len(seen.many(".s", "")) == 6

    seen.click(".s")
    assert seen.one(".p", ".innerText").split("\n")[:3] == ["×", "Boot <b>& co</b>", "$1,234.50"]
    assert seen.one(".p a", ".href") == "https://shop.example.test/boot"
    seen.page.press("Escape")
    assert (seen.one(".p", ".hidden"), seen.focus) == (True, "Show product: Boot <b>& co</b>")

    seen.click(".o")
    assert (seen.one("dialog", ".open"), seen.focus) == (True, "Close")
    assert seen.one("dialog [role=status]", ".textContent") == "Photo 1 of 6"
    seen.page.press("ArrowRight")
    assert (seen.one("dialog [role=status]", ".textContent"), seen.focus) == ("Photo 2 of 6", "Next photo")
    seen.page.wait(f"{ROOT}.querySelector('dialog img').naturalWidth > 0")
    assert seen.one("dialog .u", ".href").startswith("https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fshop.")
    assert "@friend1" in seen.one("dialog .c", ".innerText")
    seen.page.press("Escape")
    assert (seen.one("dialog", ".open"), seen.focus) == (False, 'Show larger: Caption 0 "<i>')

    seen.page.settle(1.2)
    seen.page.run("dispatchEvent(new Event('pagehide'))")
    seen.page.settle(0.3)
    events = [(each["type"], each.get("photo")) for told in seen.world.told for each in told["events"]]
    assert len(events) == len(set(events))
    assert {("seen", None), ("clicked", None), ("view", "p0"), ("click", "p0"), ("view", "p5")} <= set(events)
    assert {told["gallery"] for told in seen.world.told} == {"g"}
    assert seen.page.run("document.cookie + localStorage.length + sessionStorage.length") == "00"
    assert seen.page.errors == []


@pytest.mark.parametrize("width", [1280, 420])
@pytest.mark.parametrize(
    "layout", [{"type": "grid", "rows": 2, "crop": "square"}, {"type": "slider"}, {"type": "carousel"}]
)
def test_nothing_on_the_page_moves(visit, layout, width):
    texts = {"en": {"title": "Yours", "subtitle": "And ours"}}
    seen = visit(World({"layout": layout, "texts": texts}), width=width, height=900).ready()

    assert seen.page.run("window.shift") < 0.001


def test_a_slider_on_a_phone_is_swiped_and_runs_from_the_right_in_arabic(visit):
    world = World({"layout": {"type": "slider"}}, more='data-locale="ar"', photos=pictures(9))
    seen = visit(world, width=360, height=740, touch=True, still=True).ready()

    assert seen.one(".w", ".dir") == "rtl"
    assert seen.one(".e", ".getAttribute('aria-label')") == "الصورة التالية"
    assert seen.page.run("document.documentElement.scrollWidth") == 360
    before = seen.one(".l", ".scrollLeft")
    seen.click(".e")
    assert seen.one(".l", ".scrollLeft") < before
    seen.click("li:nth-child(4) .o")
    assert seen.one("dialog [role=status]", ".textContent").startswith("صورة 4")
    seen.page.touch((180, 200), (260, 202), (300, 204))
    seen.page.settle(0.2)
    assert seen.one("dialog [role=status]", ".textContent").startswith("صورة 5")
    assert seen.page.errors == []


def test_the_rest_of_a_grid_comes_by_its_button(visit):
    seen = visit(World({"layout": {"type": "grid", "rows": 1}}, per_page=6, photos=pictures(8))).ready()

    assert seen.many("li", ".hidden").count(False) == 4
    seen.click(".z button")
    assert seen.many("li", ".hidden").count(False) == 6
    seen.click(".z button")
    seen.page.wait(f"{ROOT}.querySelectorAll('li').length === 8")
    assert seen.many(".z button", "") == []


def test_variants_are_drawn_by_the_page_and_stay_for_a_visitor_it_names(visit):
    variants = [{"variantId": "a", "weight": 0}, {"variantId": "b", "weight": 100, "layout": {"type": "carousel"}}]
    world = World({"experiment": {"experimentId": "e", "variants": variants}}, more='data-visitor="v-17"')
    seen = visit(world).ready()
    seen.click(".o")
    seen.page.run("dispatchEvent(new Event('pagehide'))")
    seen.page.settle(0.3)

    assert seen.one(".w", ".className") == "w row one"
    drawn = world.asked[1]["visitor"]
    assert drawn[0].startswith("~")
    assert "v-17" not in str(world.asked)
    assert {(told["experiment"], told["variant"]) for told in world.told} == {("e", "b")}


def test_a_gallery_that_cannot_be_read_leaves_the_page_as_it_is(visit):
    seen = visit(World(is_down=True))
    seen.page.wait("document.querySelector('.laurel-gallery').hidden")

    assert seen.page.text("#after") == "Text that must not move."
    assert [each for each in seen.page.errors if "404" not in each] == []
