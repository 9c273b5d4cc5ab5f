"""A photo that is open: hot spots and focal point by mouse, finger and keys, and every crop as it is changed."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.screens.standin import Standin
from tests.support.browser import Page


def saved(page: Page, standin: Standin) -> dict[str, Any]:
    page.click(".save")
    page.wait("document.querySelector('.saving').hidden")
    body: dict[str, Any] = standin.changes[-1]["body"]
    return body


def point(page: Page, x: float, y: float) -> tuple[float, float]:
    left, top, width, height = page.place(".viewer img")
    return left + width * x, top + height * y


def test_a_click_sets_a_hot_spot_and_a_name_finds_its_product(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-2")
    page.click(".viewer img", x=0.25, y=0.75)
    page.fill(".spot-form [role=combobox]", "boot")
    page.wait("document.querySelector('.spot-form [role=option]')")
    page.shoot(name="picker")
    page.press("ArrowDown")
    page.press("Enter")
    page.shoot(name="spot")
    body = saved(page, standin)

    assert body["hotSpots"] == [
        {
            "productId": "P-105",
            "label": "Leather boots",
            "x": pytest.approx(0.25, abs=0.01),
            "y": pytest.approx(0.75, abs=0.01),
        }
    ]
    assert body["products"] == ["P-105"]
    assert standin.changes[-1]["method"] == "PATCH"


def test_a_product_beyond_the_list_is_found_by_its_number(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-2", expected=("404",))
    page.fill(".facts-column [role=combobox]", "P-999")
    page.press("Enter")
    page.wait("document.querySelector('.tokens li')")
    page.fill(".facts-column [role=combobox]", "P-0")
    page.press("Enter")
    page.wait("document.querySelector('#alarm').textContent.includes('no such product')")

    assert saved(page, standin) == {"products": ["P-999"]}


def test_a_hot_spot_is_dragged_by_the_mouse(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-1")
    page.drag("[data-grab='1']", point(page, 0.8, 0.2))
    body = saved(page, standin)

    assert body["hotSpots"][0]["x"] == 0.3
    assert body["hotSpots"][1] | {"x": 0, "y": 0} == {
        "id": "h1", "productId": "P-102", "label": "Straw hat", "x": 0, "y": 0,
    }  # fmt: skip
    assert body["hotSpots"][1]["x"] == pytest.approx(0.8, abs=0.01)
    assert body["hotSpots"][1]["y"] == pytest.approx(0.2, abs=0.01)


def test_a_hot_spot_is_moved_by_a_finger(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-1", width=360, height=740, touch=True)
    left, top, width, height = page.place("[data-grab='0']")
    page.touch((left + width / 2, top + height / 2), point(page, 0.4, 0.5), point(page, 0.5, 0.6))
    body = saved(page, standin)

    assert body["hotSpots"][0]["x"] == pytest.approx(0.5, abs=0.02)
    assert body["hotSpots"][0]["y"] == pytest.approx(0.6, abs=0.02)


def test_keys_add_move_and_remove_hot_spots(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-1")
    page.run("document.querySelector('[data-grab=\"0\"]').focus()")
    page.press("ArrowRight", times=4)
    page.press("ArrowUp", "Shift", times=2)
    heard = page.names("button")
    page.run("document.querySelector('[data-grab=\"1\"]').focus()")
    page.press("Delete")
    page.wait("document.querySelectorAll('.spot').length === 1")

    assert saved(page, standin)["hotSpots"] == [
        {"id": "h0", "productId": "P-102", "x": 0.32, "y": 0.3, "label": "Straw hat"}
    ]
    assert "Hot spot 1, Straw hat, at 32% from the left, 30% from the top. Arrows move it." in heard


def test_the_focal_point_moves_all_crops_at_once(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-1")
    lefts = "[...document.querySelectorAll('.crop img')].map(each => parseFloat(each.style.left))"
    before = page.run(lefts)
    page.click("[data-mode=focus]")
    page.click(".viewer img", x=0.9, y=0.5)
    after = page.run(lefts)
    page.run("document.querySelector('[data-grab=focus]').focus()")
    page.press("ArrowLeft", "Shift")
    page.shoot(name="focus")
    body = saved(page, standin)

    assert page.count(".crop") == 4
    assert after[0] < before[0]
    assert after[1] < before[1]
    assert body["focus"]["x"] == pytest.approx(0.85, abs=0.01)
    assert set(body) == {"focus"}


def test_a_hot_spot_without_a_product_is_neither_saved_nor_approved(
    signed_in: Callable[..., Page], standin: Standin
) -> None:
    page = signed_in("photo/p-2")
    page.click(".add-spot")
    page.click("[data-verb=approve]")

    assert "has no product yet" in page.text(".card.is-failed")
    page.click(".discard")
    page.wait("document.querySelector('.saving').hidden")
    assert (page.count(".spot"), standin.changes) == (0, [])


def test_what_is_not_saved_goes_before_the_approval(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-1")
    page.fill("[data-name=caption]", "At the lake")
    page.fill("[data-name=tags]", "#lake, hat , lake")
    page.click("[data-verb=approve]")
    page.click(".send-now")
    page.wait("document.querySelector('.card.is-done')")

    assert [(each["method"], each["path"]) for each in standin.changes] == [
        ("PATCH", "/photos/p-1"),
        ("POST", "/photos/p-1/approve"),
    ]
    assert standin.changes[0]["body"] == {"caption": "At the lake", "tags": ["lake", "hat"]}


def test_captions_have_languages(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-1")
    page.fill("[data-texts=texts] .adding input", "fr")
    page.press("Enter")
    page.type("Un matin")
    page.click("[aria-label='Remove: Caption (de)']")
    page.fill("[data-texts=alt] .adding input", "en")
    page.press("Enter")
    page.type("A hat in the sun")

    assert saved(page, standin) == {"texts": {"fr": "Un matin"}, "alt": {"en": "A hat in the sun"}}


def test_rights_are_asked_for_and_the_answer_is_kept(signed_in: Callable[..., Page], standin: Standin) -> None:
    page = signed_in("photo/p-1")
    page.click("[data-rights=requested]")
    page.wait("document.querySelector('dialog textarea')?.value")
    page.shoot(name="rights")
    page.click(".note-it")
    page.wait("document.querySelector('.is-rights-requested')")
    page.click("[data-rights=granted]")
    page.type("yes, by mail")
    page.click(".note-it")
    page.wait("document.querySelector('.is-rights-granted')")

    assert [(each["path"], each["body"]) for each in standin.changes] == [
        ("/photos/p-1/rights", {"state": "requested", "text": "May we show your photo?"}),
        ("/photos/p-1/rights", {"state": "granted", "text": "yes, by mail"}),
    ]
